"""The lists of words that rules look for, and how they are found."""

from __future__ import annotations

import pytest

from crab.constraints.word_lists import CONTRACTIONS, NUMBER_WORDS, PRONOUNS, UNSPACED
from crab.constraints.word_matching import holds_any, may_hold, occurrences
from crab.text import Text


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


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The Wall is ours, not Mine.", ["ours", "Mine"]),
        ("Nobody told us, nor Us, nor the US.", ["us", "Us"]),
        ("It was our-own-fault, said we’ll and I'm.", ["our", "we", "I"]),
        ("The file my_file, i.e. that one there.", []),
        ("The rain was over by noon.", []),
    ],
)
def test_words_are_found_whole_and_in_compounds(text, found):
    """A word of the list counts alone and beside a hyphen or apostrophe, not beside a low line."""
    prepared = Text(text)
    spans = occurrences(prepared, PRONOUNS["en"]["first"])
    assert [text[start:end] for start, end in spans] == found


def test_doubtful_words_may_count():
    """Words in doubt are no occurrences, and yet may count."""
    text = Text("The captain of the ship said: let me see what the US has for im.")
    assert may_hold(text, PRONOUNS["en"]["first"])
    assert holds_any(text, frozenset({"im"}))
    assert not holds_any(text, frozenset({"i", "m"}))
    assert not may_hold(text, PRONOUNS["en"]["second"])
