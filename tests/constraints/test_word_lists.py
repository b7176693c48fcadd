"""The lists of words that rules look for."""

from __future__ import annotations

from crab.constraints.word_lists import CONTRACTIONS, NUMBER_WORDS, PRONOUNS, UNSPACED


def test_lists_are_clean():
    """Lists hold lower-case words, doubts apart, and every word with capitals is also in doubt."""
    lists = [words for persons in PRONOUNS.values() for words in persons.values()]
    for words in [*lists, *NUMBER_WORDS.values(), CONTRACTIONS]:
        assert words.words
        assert not words.words & words.doubtful
        assert all(word == word.lower() for word in words.words | words.doubtful)
        assert {word.lower() for word in words.as_written} <= words.doubtful
    assert set(PRONOUNS) >= {"en", "zh", "es", "fr", "de", "ru", "pt", "ja", "it"}
    assert set(PRONOUNS) > UNSPACED
    assert all(set(persons) == {"first", "second"} for persons in PRONOUNS.values())
