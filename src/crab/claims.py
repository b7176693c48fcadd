"""What code can decide of a sentence, as rules: counts, lists, openings, bans that it asks for.

English only. A sentence that counts something, and that cannot be read for sure, is countable all
the same: :func:`read` says so, and nobody has to take it on trust.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from pydantic import ValidationError

from crab import constraints
from crab.constraints.base import Rule

__all__ = ["Claims", "read"]


class Claims(NamedTuple):
    """What a sentence says that code can decide."""

    rules: tuple[Rule, ...]
    """What was read."""
    whole: bool
    """Whether the rules say all that the sentence says."""
    doubtful: bool
    """Whether the sentence counts something that no rule here stands for."""


_NUMBERS = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen twenty".split()
    )
} | {
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90, "hundred": 100, "single": 1, "dozen": 12,
}  # fmt: skip
_N = rf"(?:\d{{1,6}}(?:,\d{{3}})*|{'|'.join(_NUMBERS)})"
_UNIT = (
    r"(?P<unit>words?|sentences?|paragraphs?|lines?|characters?|bullet points?|bullets?"
    r"|numbered (?:items?|points?|steps?)|headings?|headers?|tables?|code blocks?"
    r"|questions?|exclamation (?:marks?|points?)|exclamations?|emojis?)"
)
_ADJECTIVES = (
    r"(?:(?:short|long|concise|brief|clear|separate|distinct|complete|full|different) ){0,2}"
)
_COUNT = re.compile(
    r"(?P<how>between|from|at least|no fewer than|no less than|not fewer than|not less than"
    r"|a minimum of|minimum of|at most|no more than|not more than|a maximum of|maximum of|up to"
    r"|not exceed(?:ing)?|within|fewer than|less than|under|below|more than|over|above|exactly"
    r"|precisely|just|only|around|about|approximately|roughly|nearly|some)? ?"
    rf"(?P<low>{_N})(?: ?(?:-|–|—|to|and) ?(?P<high>{_N}))?(?P<joint>[ -])"
    rf"(?:(?P<more>or more|or fewer|or less) )?{_ADJECTIVES}{_UNIT}\b"
    r"(?P<after> or more| or fewer| or less| at most| at least)?"
)
_PART = re.compile(
    r"\b(?:per|each|every|in (?:each|every|any)) (?:single )?(?P<part>sentence|paragraph|item|bullet(?: point)?)\b"
)
_SCOPE = re.compile(
    r"\b(?:first|second|third|last|final|opening|closing|introduct\w+|conclusion|concluding|intro"
    r"|stanzas?|verses?|sections?|titles?|summar\w+|headlines?|chapters?|examples?|after|before"
    r"|quot\w+|named|called)\b"
)
_COUNTED = re.compile(
    rf"\b{_N}[ -](?:[\w'-]+ ){{0,3}}?(?:words?|sentences?|paragraphs?|lines?|characters?|letters?"
    r"|bullets?|points?|items?|steps?|headings?|headers?|sections?|parts?|stanzas?|verses?|tables?"
    r"|examples?|reasons?|tips?|ways?|questions?|quotes?|quotations?|arguments?|ideas?|facts?"
    r"|benefits?|causes?|options?|suggestions?|emojis?|times|pages?|chapters?|scenes?)\b"
)
_QUOTED = r"[\"“‘'](?P<text>[^\"”’']{1,80})[\"”’']"


def _count_class(unit: str) -> type[Rule]:
    for name, kind in _KINDS.items():
        if unit.startswith(name):
            return kind
    return constraints.ExclamationCount


_KINDS: dict[str, type[Rule]] = {
    "word": constraints.WordCount,
    "sentence": constraints.SentenceCount,
    "paragraph": constraints.ParagraphCount,
    "line": constraints.LineCount,
    "character": constraints.CharacterCount,
    "bullet": constraints.BulletCount,
    "numbered": constraints.NumberedItemCount,
    "head": constraints.HeadingCount,
    "table": constraints.TableCount,
    "code": constraints.CodeBlockCount,
    "question": constraints.QuestionCount,
    "emoji": constraints.EmojiCount,
}
_PARTS: dict[tuple[str, str], type[Rule]] = {
    ("word", "sentence"): constraints.WordsPerSentence,
    ("word", "paragraph"): constraints.WordsPerParagraph,
    ("sentence", "paragraph"): constraints.SentencesPerParagraph,
    ("word", "item"): constraints.ItemWordCount,
    ("word", "bullet"): constraints.ItemWordCount,
    ("word", "bullet point"): constraints.ItemWordCount,
}
_MARKS = {"comma": ",", "semicolon": ";", "colon": ":", "dash": "—", "parenthes": "(", "quot": '"'}
_LANGUAGES = {
    "english": "en", "french": "fr", "german": "de", "spanish": "es", "italian": "it",
    "portuguese": "pt", "russian": "ru", "chinese": "zh", "japanese": "ja", "korean": "ko",
    "arabic": "ar", "hindi": "hi", "dutch": "nl", "polish": "pl", "turkish": "tr", "thai": "th",
    "swedish": "sv", "finnish": "fi", "vietnamese": "vi", "greek": "el", "ukrainian": "uk",
}  # fmt: skip
_NOT = r"(?:do not|don't|avoid|without|never|no|refrain from|not) (?:\w+ ){0,2}?"

Reader = Callable[["re.Match[str]"], "Rule | None"]

_PATTERNS: list[tuple[re.Pattern[str], Reader]] = [
    (
        re.compile(
            rf"\b(?:begin|start|open)(?:s|ning|ing)? (?:\w+ ){{0,3}}?(?:with|by) (?:the (?:words?|phrase) )?{_QUOTED}",
            re.I,
        ),
        lambda m: constraints.StartsWith(text=m["text"].strip()),
    ),
    (
        re.compile(
            rf"\b(?:end|finish|conclude|close)s? (?:\w+ ){{0,3}}?with (?:the (?:words?|phrase) )?{_QUOTED}",
            re.I,
        ),
        lambda m: constraints.EndsWith(text=m["text"].strip()),
    ),
    (
        re.compile(rf"\b{_NOT}(?:the )?(?:words?|phrases?|terms?) {_QUOTED}", re.I),
        lambda m: constraints.ForbiddenWords(words=(m["text"].strip(),)),
    ),
    (
        re.compile(
            rf"\b(?:include|mention|use|contain|incorporate)s? (?:the )?(?:(?:key)?words?|phrases?|terms?) {_QUOTED}",
            re.I,
        ),
        lambda m: constraints.Keywords(include=(m["text"].strip(),)),
    ),
    (
        re.compile(
            r"\b(?:do not|don't|avoid|without|never|no|refrain from)\b[\w ]{0,20}\b(?P<mark>comma|semicolon|colon|dash|parenthes|quot)(?:s|es|is|ation marks?)?\b",
            re.I,
        ),
        lambda m: constraints.NoPunctuation(mark=_MARKS[m["mark"].lower()]),
    ),
    (re.compile(rf"\b{_NOT}emojis?\b", re.I), lambda _: constraints.NoEmoji()),
    (re.compile(rf"\b{_NOT}contractions?\b", re.I), lambda _: constraints.NoContractions()),
    (re.compile(rf"\b{_NOT}questions?\b", re.I), lambda _: constraints.NoQuestions()),
    (
        re.compile(rf"\b{_NOT}exclamation (?:marks?|points?)\b", re.I),
        lambda _: constraints.NoExclamations(),
    ),
    (
        re.compile(
            rf"\b{_NOT}(?:bullet points?|bullets?|lists?|bulleted lists?|numbered lists?)\b", re.I
        ),
        lambda _: constraints.NoLists(),
    ),
    (re.compile(rf"\b{_NOT}markdown\b", re.I), lambda _: constraints.NoMarkdown()),
    (
        re.compile(r"\b(?:a|use|as|in) (?:\w+ )?numbered (?:list|steps|points|items)\b", re.I),
        lambda _: constraints.NumberedItemCount(at_least=2),
    ),
    (
        re.compile(r"\b(?:bullet(?:ed)?[- ](?:points?|list)|bullets)\b", re.I),
        lambda _: constraints.BulletCount(at_least=2),
    ),
    (
        re.compile(r"\b(?:a|in|as|use) (?:markdown )?tables?\b", re.I),
        lambda _: constraints.TableCount(at_least=1),
    ),
    (
        re.compile(r"\b(?:markdown |clear |descriptive )?(?:headings|subheadings|headers)\b", re.I),
        lambda _: constraints.HeadingCount(at_least=2),
    ),
    (re.compile(r"\bcode blocks?\b", re.I), lambda _: constraints.CodeBlockCount(at_least=1)),
    (re.compile(r"\b(?:valid )?json\b", re.I), lambda _: constraints.JsonOutput()),
    (
        re.compile(
            r"\b(?:all|entirely|only|completely)?\b ?(?:in )?(?:all )?(?P<case>lower|upper)[- ]?case\b",
            re.I,
        ),
        lambda m: constraints.LetterCase(case=m["case"].lower()),
    ),
    (
        re.compile(r"\b(?:all caps|capital letters)\b", re.I),
        lambda _: constraints.LetterCase(case="upper"),
    ),
    (
        re.compile(rf"\b(?:in|into) (?P<name>{'|'.join(_LANGUAGES)})\b", re.I),
        lambda m: constraints.ResponseLanguage(language=_LANGUAGES[m["name"].lower()]),
    ),
]
"""What is asked for without a number."""

_FILLER = re.compile(
    r"\b(?:please|make|sure|that|the|your|whole|entire|full|response|answer|reply|text|output|it|is"
    r"|should|must|has|have|to|be|of|a|an|in|with|use|using|write|written|keep|limit|limited"
    r"|ensure|contain|contains|consist|consists|include|includes|format|formatted|present|length"
    r"|total|long|and|its|all|for|as|do|not|no|any|content|you|each|every|word|words|phrase|exactly"
    r"|organize|organized|list|structure|structured|divide|divided|into|information|points?)\b",
    re.I,
)


def read(sentence: str) -> Claims:
    """Return what code can decide of a sentence.

    >>> read("Write between 100 and 150 words.").rules[0].describe()
    'Your answer should have between 100 and 150 words.'
    >>> read("Give three examples.")
    Claims(rules=(), whole=False, doubtful=True)
    >>> read("Write in a warm tone.")
    Claims(rules=(), whole=False, doubtful=False)
    """
    lowered = sentence.lower().replace("’", "'")
    rules: list[Rule] = []
    rest = sentence
    doubtful = False
    for match in _COUNT.finditer(lowered):
        rule = _counted(match, lowered)
        if rule is None:
            doubtful = True
        else:
            rules.append(rule)
            rest = rest.replace(sentence[match.start() : match.end()], " ")
    part = _PART.search(lowered)
    if part and rules:
        rest = rest.replace(sentence[part.start() : part.end()], " ")
    for pattern, reader in _PATTERNS:
        asked = pattern.search(rest.replace("’", "'"))
        found = _made(reader, asked) if asked else None
        if asked and found:
            if not any(isinstance(rule, type(found)) for rule in rules):
                rules.append(found)
            rest = f"{rest[: asked.start()]} {rest[asked.end() :]}"
    scoped = bool(rules) and _SCOPE.search(_without_quotes(lowered)) is not None
    if scoped or _COUNTED.search(_without_quotes(rest.lower())):
        doubtful = True
    whole = not re.search(r"\w", _FILLER.sub("", rest))
    return Claims(tuple(rules), whole and bool(rules), doubtful)


def _made(reader: Reader, match: re.Match[str]) -> Rule | None:
    try:
        return reader(match)
    except ValidationError:
        return None


def _without_quotes(sentence: str) -> str:
    return re.sub(r"[\"“][^\"”]*[\"”]", " ", sentence)


def _counted(match: re.Match[str], sentence: str) -> Rule | None:
    """Return the rule that a count stands for; None where it is not sure which."""
    unit = re.sub(r"^(bullet|numbered|code|exclamation).*", r"\1", match["unit"]).rstrip("s")
    unit = "head" if unit.startswith("head") else unit
    bounds = _bounds(match)
    if bounds is None or (match["joint"] == "-" and not _is_of_the_whole(sentence, match.end())):
        return None
    part = _PART.search(sentence)
    try:
        if part:
            kind = _PARTS.get((unit, part["part"]))
            return kind(**bounds) if kind and "target" not in bounds else None
        if "target" in bounds:
            return constraints.WordCountNear(**bounds) if unit == "word" else None
        return _count_class(unit)(**bounds)
    except ValidationError:
        return None


def _is_of_the_whole(sentence: str, end: int) -> bool:
    """Whether what is, say, 100-word is the whole response."""
    return (
        re.match(r" (?:response|answer|reply|text|output|essay|story)\b", sentence[end:])
        is not None
    )


def _bounds(match: re.Match[str]) -> dict[str, Any] | None:
    low = _number(match["low"])
    high = _number(match["high"]) if match["high"] else None
    how = (match["how"] or "").strip()
    after = (match["more"] or match["after"] or "").strip()
    if high is not None:
        fits = how in ("", "between", "from", "about", "around") and not after and low <= high
        return {"at_least": low, "at_most": high} if fits else None
    if how in ("around", "about", "approximately", "roughly", "nearly", "some"):
        return {"target": low, "tolerance": 0.1}
    for words, bounds in _sides(low):
        if how in words or after in words:
            return bounds
    return {"at_least": low, "at_most": low} if not how and not after else None


def _sides(number: int) -> Iterator[tuple[frozenset[str], dict[str, Any]]]:
    least = {"at least", "no fewer than", "no less than", "not fewer than", "not less than"}
    yield frozenset(least | {"a minimum of", "minimum of", "or more"}), {"at_least": number}
    most = {"at most", "no more than", "not more than", "a maximum of", "maximum of", "up to"}
    most |= {"not exceed", "not exceeding", "within", "or fewer", "or less"}
    yield frozenset(most), {"at_most": number}
    yield frozenset({"fewer than", "less than", "under", "below"}), {"at_most": max(number - 1, 0)}
    yield frozenset({"more than", "over", "above"}), {"at_least": number + 1}
    exact = {"exactly", "precisely", "just", "only"}
    yield frozenset(exact), {"at_least": number, "at_most": number}


def _number(text: str) -> int:
    return _NUMBERS[text] if text in _NUMBERS else int(text.replace(",", ""))
