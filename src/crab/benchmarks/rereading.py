"""The words of instructions in crab's own kinds: what decides by what an instruction says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from crab import constraints as own
from crab.benchmarks.escaping import unescaped

__all__ = ["READINGS"]

Reading = Callable[[Any], tuple[own.Constraint, ...]]
"""From an instruction to the constraints that decide by its words.

What a constraint cannot say, such as "less than 0 words", raises pydantic's ValidationError.
"""


def _bounds(number: int, relation: str) -> dict[str, int]:
    return {"at_least": number} if relation == "at least" else {"at_most": number - 1}


def _exactly(number: int) -> dict[str, int]:
    return {"at_least": number, "at_most": number}


def _shown(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return keywords as the instruction shows them."""
    return tuple(_word(word) for word in words)


def _word(pattern: str) -> str:
    return unescaped(pattern.strip())


def _letter_frequency(its: Any) -> tuple[own.Constraint, ...]:
    bounds = _bounds(its.let_frequency, its.let_relation)
    return (own.LetterCount(letter=its.letter.strip(), **bounds),)


def _multiple_sections(its: Any) -> tuple[own.Constraint, ...]:
    marker = _word(its.section_spliter)
    return (own.SectionCount(marker=marker, **_exactly(its.num_sections)),)


def _postscript(its: Any) -> tuple[own.Constraint, ...]:
    """Read "P.S."; after "P.P.S", without a last stop, a colon may follow."""
    return (own.Postscript(marker="P.S."),) if its.postscript_marker.strip() == "P.S." else ()


def _keywords_multiple(its: Any) -> tuple[own.Constraint, ...]:
    keywords = (its.keyword1, its.keyword2, its.keyword3, its.keyword4, its.keyword5)
    times = (1, 2, 3, 5, 7)
    return tuple(
        own.KeywordCount(word=word.strip(), **_exactly(number))
        for word, number in zip(keywords, times, strict=True)
    )


def _count_increment_word(its: Any) -> tuple[own.Constraint, ...]:
    return (
        own.KeywordCount(word=_word(its.keyword1), **_exactly(1)),
        own.KeywordCount(word=_word(its.keyword2), **_exactly(2)),
    )


def _first_sentence(its: Any) -> tuple[own.Constraint, ...]:
    return (own.FirstSentenceContains(text=its.word.strip()),) if its.N == 1 else ()


_IFEVAL: Mapping[str, Reading] = {
    "keywords:existence": lambda its: (own.Keywords(include=_shown(its.keywords)),),
    "keywords:frequency": lambda its: (
        own.KeywordCount(word=_word(its.keyword), **_bounds(its.frequency, its.relation)),
    ),
    "keywords:forbidden_words": lambda its: (
        own.ForbiddenWords(words=_shown(its.forbidden_words)),
    ),
    "keywords:letter_frequency": _letter_frequency,
    "language:response_language": lambda its: (own.ResponseLanguage(language=its.language),),
    "length_constraints:number_sentences": lambda its: (
        own.SentenceCount(**_bounds(its.num_sentences, its.relation)),
    ),
    "length_constraints:number_words": lambda its: (
        own.WordCount(**_bounds(its.num_words, its.relation)),
    ),
    "detectable_content:number_placeholders": lambda its: (
        own.PlaceholderCount(at_least=its.num_placeholders),
    ),
    "detectable_content:postscript": _postscript,
    "detectable_format:number_bullet_lists": lambda its: (
        own.BulletCount(**_exactly(its.num_bullets)),
    ),
    "detectable_format:number_highlighted_sections": lambda its: (
        own.HighlightCount(at_least=its.num_highlights),
    ),
    "detectable_format:multiple_sections": _multiple_sections,
    "detectable_format:json_format": lambda _: (own.JsonOutput(),),
    "startend:end_checker": lambda its: (own.EndsWith(text=its.end_phrase.strip()),),
    "startend:quotation": lambda _: (own.WrappedInQuotes(),),
    "change_case:capital_word_frequency": lambda its: (
        own.CapitalWordCount(**_bounds(its.capital_frequency, its.capital_relation)),
    ),
    "change_case:english_capital": lambda _: (
        own.LetterCase(case="upper"),
        own.ResponseLanguage(language="en"),
    ),
    "change_case:english_lowercase": lambda _: (
        own.LetterCase(case="lower"),
        own.ResponseLanguage(language="en"),
    ),
    "punctuation:no_comma": lambda _: (own.NoPunctuation(mark=","),),
}
_IFBENCH: Mapping[str, Reading] = {
    "count:word_count_range": lambda its: (
        own.WordCount(at_least=its.min_words, at_most=its.max_words),
    ),
    "count:unique_word_count": lambda its: (own.UniqueWordCount(at_least=its.N),),
    "count:numbers": lambda its: (own.NumberCount(**_exactly(its.N)),),
    "count:keywords_multiple": _keywords_multiple,
    "sentence:keyword": _first_sentence,
}
_IFTRAIN: Mapping[str, Reading] = {
    "keywords:word_once": lambda its: (own.KeywordCount(word=_word(its.keyword), **_exactly(1)),),
    "keywords:word_count_different_numbers": lambda its: (
        own.KeywordCount(word=_word(its.keyword), **_exactly(its.frequency)),
    ),
    "keywords:exclude_word_harder": lambda its: (own.ForbiddenWords(words=(its.keyword.strip(),)),),
    "count:count_increment_word": _count_increment_word,
    "letters:letter_counting2": _letter_frequency,
    "first_word:first_word_answer": lambda its: (own.StartsWith(text=its.first_word.strip()),),
    "punctuation:punctuation_dot": lambda _: (own.NoPunctuation(mark="."),),
    "punctuation:punctuation_exclamation": lambda _: (own.NoExclamations(),),
}

READINGS: Final[Mapping[str, Reading]] = {
    f"{source}/{id_}": reading
    for source, readings in (("ifeval", _IFEVAL), ("ifbench", _IFBENCH), ("iftrain", _IFTRAIN))
    for id_, reading in readings.items()
}
"""How the words of an instruction are read, by its kind."""
