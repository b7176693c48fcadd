"""Crab's own kinds in the words of benchmarks: which instructions ask for the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from math import ceil, floor
from typing import Any, Final

from crab import constraints as own
from crab.benchmarks.escaping import escaped
from crab.text import joins

__all__ = ["Asked", "asked"]

Asked = tuple[str, dict[str, Any]]
"""An instruction's id and its arguments."""

_LANGUAGES = frozenset(
    """ar bg bn de en es fa fi fr gu he hi it ja kn ko ml mr ne pa pl pt ru sw ta te th uk ur
    vi""".split()
)
"""The languages that IFEval has names for; elsewhere its code raises."""
_NOT_FOUND = "the instruction finds no word that ends in a mark or needs no spaces around it"
_ABSENT = {
    ",": "punctuation:no_comma",
    ".": "punctuation:punctuation_dot",
    "!": "punctuation:punctuation_exclamation",
}


def asked(constraint: own.Constraint, source: str) -> list[Asked] | str:
    """Return the instructions that together ask for what a constraint asks for, or why none do."""
    if isinstance(constraint, own.Judged):
        return "only a reader can decide it"
    if isinstance(constraint, own.WordCountNear):
        constraint = _range(constraint)
    if source == "ifbench" and isinstance(constraint, own.WordCount):
        low, high = constraint.at_least, constraint.at_most
        if low and high is not None:
            return [("count:word_count_range", {"min_words": low, "max_words": high})]
    found = _ASKED.get(type(constraint), "no instruction asks for it")
    return found if isinstance(found, str) else found(constraint)


def _range(rule: own.WordCountNear) -> own.WordCount:
    target, slack = rule.target, rule.target * rule.tolerance + 1e-9
    low, high = min(target, ceil(target - slack)), max(target, floor(target + slack))
    return own.WordCount(at_least=low, at_most=high)


def _compared(rule: Any, id_: str, count: str, relation: str, **more: Any) -> list[Asked]:
    """Return one instruction for each bound."""

    def both() -> Iterator[Asked]:
        if rule.at_least:
            yield id_, {**more, count: rule.at_least, relation: "at least"}
        if rule.at_most is not None:
            yield id_, {**more, count: rule.at_most + 1, relation: "less than"}

    return list(both())


def _at_least(rule: Any, id_: str, count: str) -> list[Asked] | str:
    if rule.at_most is not None:
        return "the instruction asks for at least a number, without an upper bound"
    return [(id_, {count: rule.at_least})]


def _exactly(rule: Any, id_: str, count: str) -> list[Asked] | str:
    if rule.at_most is None or (rule.at_least or 0) != rule.at_most:
        return "the instruction asks for an exact number"
    return [(id_, {count: rule.at_most})]


def _sections(rule: own.SectionCount) -> list[Asked] | str:
    if not rule.at_least or rule.at_most not in (None, rule.at_least):
        return "the instruction asks for a number of sections, without another upper bound"
    marker = {"section_spliter": escaped(rule.marker), "num_sections": rule.at_least}
    return [("detectable_format:multiple_sections", marker)]


def _postscript(rule: own.Postscript) -> list[Asked] | str:
    marker = {"P.S.": "P.S.", "P.P.S.": "P.P.S"}[rule.marker]
    return [("detectable_content:postscript", {"postscript_marker": marker})]


def _json_output(rule: own.JsonOutput) -> list[Asked] | str:
    if rule.json_schema is not None:
        return "the instruction asks for any JSON, without a schema"
    return [("detectable_format:json_format", {})]


def _whole(word: str) -> bool:
    r"""Whether ``\b`` parts a word from what stands around it, as crab does."""
    return all(joins(char) and (char.isalnum() or char == "_") for char in (word[0], word[-1]))


def _forbidden_words(rule: own.ForbiddenWords) -> list[Asked] | str:
    if not all(map(_whole, rule.words)):
        return _NOT_FOUND
    return [("keywords:forbidden_words", {"forbidden_words": list(map(escaped, rule.words))})]


def _first_sentence_contains(rule: own.FirstSentenceContains) -> list[Asked] | str:
    if not _whole(rule.text):
        return _NOT_FOUND
    return [("sentence:keyword", {"word": rule.text, "N": 1})]


def _letter_count(rule: own.LetterCount) -> list[Asked] | str:
    if not ("a" <= rule.letter <= "z"):
        return "copies of the check take a random letter for what is none from a to z"
    id_, letter = "keywords:letter_frequency", rule.letter
    return _compared(rule, id_, "let_frequency", "let_relation", letter=letter)


def _starts_with(rule: own.StartsWith) -> list[Asked] | str:
    if len(rule.text.split()) > 1:
        return "the instruction asks for a single word"
    return [("first_word:first_word_answer", {"first_word": rule.text})]


def _ends_with(rule: own.EndsWith) -> list[Asked] | str:
    if '"' in (rule.text[0], rule.text[-1]):
        return "the check leaves out quotation marks around the response"
    return [("startend:end_checker", {"end_phrase": rule.text})]


def _no_punctuation(rule: own.NoPunctuation | own.PunctuationCount) -> list[Asked] | str:
    if isinstance(rule, own.PunctuationCount) and rule.at_most != 0:
        return "the instructions count no marks"
    if rule.mark not in _ABSENT:
        return "the instructions bar commas, full stops and exclamation marks alone"
    return [(_ABSENT[rule.mark], {})]


def _response_language(rule: own.ResponseLanguage) -> list[Asked] | str:
    if rule.language == "zh":
        return "the check tells simplified Chinese (zh-cn) from traditional (zh-tw)"
    if rule.language not in _LANGUAGES:
        return "the benchmark has no name for the language"
    return [("language:response_language", {"language": rule.language})]


def _letter_case(rule: own.LetterCase) -> list[Asked] | str:
    if rule.case == "title":
        return "the instruction speaks of the major words alone"
    case = "capital" if rule.case == "upper" else "lowercase"
    return [(f"change_case:english_{case}", {})]


_ASKED: Final[Mapping[type[own.Constraint], str | Callable[[Any], list[Asked] | str]]] = {
    own.WordCount: lambda rule: _compared(
        rule, "length_constraints:number_words", "num_words", "relation"
    ),
    own.SentenceCount: lambda rule: _compared(
        rule, "length_constraints:number_sentences", "num_sentences", "relation"
    ),
    own.ParagraphCount: "the instructions count what *** or blank lines separate, headings too",
    own.CharacterCount: "the instructions count letters alone",
    own.BulletCount: lambda rule: _exactly(
        rule, "detectable_format:number_bullet_lists", "num_bullets"
    ),
    own.HighlightCount: lambda rule: _at_least(
        rule, "detectable_format:number_highlighted_sections", "num_highlights"
    ),
    own.PlaceholderCount: lambda rule: _at_least(
        rule, "detectable_content:number_placeholders", "num_placeholders"
    ),
    own.SectionCount: _sections,
    own.ParagraphSeparator: "the instructions ask for a certain number of parts",
    own.Postscript: _postscript,
    own.Title: "a Markdown heading is a title too; the instruction wants <<...>> alone",
    own.JsonOutput: _json_output,
    own.WrappedInQuotes: lambda _: [("startend:quotation", {})],
    own.Keywords: lambda rule: [
        ("keywords:existence", {"keywords": list(map(escaped, rule.include))})
    ],
    own.KeywordCount: lambda rule: _compared(
        rule, "keywords:frequency", "frequency", "relation", keyword=escaped(rule.word)
    ),
    own.ForbiddenWords: _forbidden_words,
    own.LetterCount: _letter_count,
    own.StartsWith: _starts_with,
    own.EndsWith: _ends_with,
    own.FirstSentenceContains: _first_sentence_contains,
    own.NoPunctuation: _no_punctuation,
    own.PunctuationCount: _no_punctuation,
    own.NoExclamations: lambda _: [(_ABSENT["!"], {})],
    own.ResponseLanguage: _response_language,
    own.LetterCase: _letter_case,
    own.CapitalWordCount: lambda rule: _compared(
        rule, "change_case:capital_word_frequency", "capital_frequency", "capital_relation"
    ),
    own.UniqueWordCount: lambda rule: _at_least(rule, "count:unique_word_count", "N"),
    own.NumberCount: lambda rule: _exactly(rule, "count:numbers", "N"),
}
"""How each kind is asked for, or why it is not; of other kinds no instruction speaks."""
