"""How English says what code can decide: numbers, bounds, units, bans, formats, quoted words."""

from __future__ import annotations

import re
from collections.abc import Callable

from crab import constraints
from crab.constraints.base import Rule

__all__ = [
    "BARE", "COUNT", "FILLER", "GENRE", "GENRE_OF", "LANGUAGES", "NEVER", "NUMBERS", "PART",
    "PARTS", "PATTERNS", "TAIL", "UNITS", "pattern",
]  # fmt: skip


def pattern(text: str) -> re.Pattern[str]:
    """Return a pattern in which case does not matter and letters are those of English."""
    return re.compile(text, re.IGNORECASE | re.ASCII)


NUMBERS = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen twenty".split()
    )
} | {
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90, "hundred": 100, "single": 1, "dozen": 12,
}  # fmt: skip
_WORDS = "|".join(NUMBERS)
_N = rf"(?:(?<![\d.,])(?:\d{{1,3}}(?:,\d{{3}})+(?![\d,])|\d{{1,6}}(?![\d,.]))|{_WORDS})"
_MARKS = {
    "comma": ",", "semicolon": ";", "colon": ":", "dash": "—", "parenthes": "(", "quotation": '"',
}  # fmt: skip
LANGUAGES = {
    "english": "en", "french": "fr", "german": "de", "spanish": "es", "italian": "it",
    "portuguese": "pt", "russian": "ru", "chinese": "zh", "japanese": "ja", "korean": "ko",
    "arabic": "ar", "hindi": "hi", "dutch": "nl", "polish": "pl", "turkish": "tr", "thai": "th",
    "swedish": "sv", "finnish": "fi", "vietnamese": "vi", "greek": "el", "ukrainian": "uk",
}  # fmt: skip

UNITS: dict[str, type[Rule]] = {
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
    "exclamation": constraints.ExclamationCount,
    "emoji": constraints.EmojiCount,
}
"""The kind for each unit, by the beginning of its name."""
PARTS: dict[tuple[str, str], type[Rule]] = {
    ("word", "sentence"): constraints.WordsPerSentence,
    ("word", "paragraph"): constraints.WordsPerParagraph,
    ("sentence", "paragraph"): constraints.SentencesPerParagraph,
    ("word", "item"): constraints.ItemWordCount,
    ("word", "bullet"): constraints.ItemWordCount,
}
"""The kind for each unit in each part, both by the beginning of their names."""

NEVER = (
    r"(?:(?:do|does|should|must|may|can|shall|is|are) not|(?:do|does|should|must|ca|is|are)n't"
    r"|can't|cannot|avoid|without|never|no|not|refrain from)"
)
COUNT = pattern(
    rf"(?:\b(?P<never>{NEVER}) (?:(?:be|use|using|write|writing|include|including|have|having"
    r"|contain|containing|go|going|let|it|make|the|your|response|answer|text) ){0,4})?"
    r"(?P<how>\b(?:between|from|at least|a minimum of|minimum of|minimum|at most|a maximum of"
    r"|maximum of|maximum|up to|exceed(?:ing)?|within|fewer than|less than|shorter than|under"
    r"|below|more than|longer than|over|above|exactly|precisely|just|only|around|about"
    r"|approximately|roughly))? ?"
    rf"\b(?P<low>{_N})(?:(?P<to> ?[-–—] ?| to | and | or )(?P<high>{_N}))?(?P<joint>[ -])"
    r"(?P<more>(?:or more|or fewer|or less) )?"
    r"(?P<adjective>(?:(?:short|concise|brief|clear|separate|distinct|complete|full) ){0,2})"
    r"(?P<unit>words?|sentences?|paragraphs?|lines?|characters?|bullet points?|bullets?"
    r"|numbered (?:items?|points?|steps?)|headings?|headers?|tables?|code blocks?"
    r"|questions?|exclamation (?:marks?|points?)|exclamations?|emojis?)\b"
    r"(?P<after> (?:or more|or fewer|or less|at most|at least|maximum|minimum)\b)?"
)
"""A number of units, with its bound and what negates it."""
GENRE = (
    r"(?:poem|story|essay|letter|e-?mail|article|speech|report|message|post|review|dialogue|text"
    r"|response|answer|reply|output)"
)
"""What a whole response may be called."""
GENRE_OF = pattern(
    r"(?:please )?(?:write|compose|create|give|produce|draft|make it|present it as|as)? ?an? "
    rf"(?:(?:[a-z-]+ ){{0,3}}{GENRE}(?: of| in| with)? §(?: long| in length)?|§ {GENRE}) ?[.!]?"
)
"""A sentence in which a count, here ``§``, is that of a whole poem, letter and the like."""

PART = pattern(
    r"\b(?:per|(?:(?:in|for) )?(?:each|every)|in any) (?:single )?"
    r"(?P<part>sentence|paragraph|item|bullet)(?: point)?\b"
)
"""Each sentence, paragraph or item."""

BARE = frozenset(
    """in of with within to into use using write include includes including contain contains
    containing have has having be must should is are give provide and but a an ask pose as long
    stay""".split()
)
"""The words after which a number counts what the response holds."""
TAIL = pattern(
    r"§(?: (?:long|in|length|total|altogether|overall|for|the|your|whole|entire|full"
    rf"|{GENRE}))* ?(?:[.,;:!)‡§]|and\b|but\b|$)"
)
"""A count, and what may follow it without saying which units are counted."""
FILLER = pattern(
    r"(?:please|make|sure|that|the|your|whole|entire|full|response|answer|reply|respond|text|output"
    r"|it|is|are|should|must|has|have|having|to|be|of|a|an|in|with|within|use|using|write|writing"
    r"|written|keep|limit|limited|ensure|contains?|containing|consists?|consisting|includes?"
    r"|including|format|formatted|present|presented|length|total|long|and|but|its|for|as|you"
    r"|organi[sz]ed?|structured?|divided?|split|into|information|content|give|provide|add|overall"
    r"|altogether|ask|pose|stay|at|formatting|everything|all|entirely|completely|could|would|like|want|i|throughout|anywhere)"
)
"""Words that say nothing themselves beside a rule that was read."""
_QUOTED = r"(?<!\w)([\"'])(?:[^\"']|(?<=\w)'(?=\w)){1,80}\%d(?!\w)"
_TEXT = pattern(r"(?<!\w)([\"'])(?P<text>(?:[^\"']|(?<=\w)'(?=\w)){1,80})\1(?!\w)")
_ONE = _QUOTED % 1
_LIST = rf"{_QUOTED % 1}(?:(?:, and|, or|,| and| or) {_QUOTED % 2})*"
_ALL = rf"{_QUOTED % 1}(?:(?:, and|,| and) {_QUOTED % 2})*"
_ITSELF = (
    r"(?:(?:it|(?:the|your|this) (?:whole |entire )?(?:response|answer|reply|text|output|letter"
    r"|story|essay|poem|message|e-?mail)) )?"
)
_BAN = (
    rf"\b{NEVER} (?:(?:use|using|include|including|contain|containing|have|having|write|writing"
    r"|employ|employing|ask|asking|pose|posing|add|adding|any|the use of) ){0,3}"
)
_ALONE = r"\b(?!,? (?:or|nor|and) (?!(?:use|write|keep|do|avoid|never|no|with|end|begin|start)\b))"
_HOLD = (
    r"(?:\b(?:in|as|use|using|with|include|contains?|containing|add|adding|have|has"
    r"|provide|return|output|into) |(?<=\band ))(?:(?:an?|clear|simple|short|single"
    r"|valid|markdown|descriptive|comparison|summary|concise) ){0,3}"
)


def _texts(found: re.Match[str]) -> tuple[str, ...]:
    return tuple(one["text"].strip() for one in _TEXT.finditer(found.group()))


PATTERNS: list[tuple[re.Pattern[str], Callable[[re.Match[str]], Rule]]] = [
    (
        pattern(
            rf"\b(?:begins?|starts?|opens?) {_ITSELF}(?:with|by saying) "
            rf"(?:the (?:words?|phrase|greeting) )?{_ONE}"
        ),
        lambda m: constraints.StartsWith(text=_texts(m)[0]),
    ),
    (
        pattern(
            rf"\b(?:ends?|finish|conclude|close)s? {_ITSELF}(?:with|by saying) "
            rf"(?:the (?:words?|phrase) )?{_ONE}"
        ),
        lambda m: constraints.EndsWith(text=_texts(m)[0]),
    ),
    (
        pattern(
            rf"\b(?:end|finish|conclude|close)s? {_ITSELF}(?:with|in|on) a question(?: mark)?"
            r"(?=[.!?]?$)"
        ),
        lambda _: constraints.EndsWithQuestion(),
    ),
    (
        pattern(
            rf"\b{NEVER} (?:(?:use|using|include|including|contain|mention|mentioning|say|saying"
            rf"|write|writing|any of) ){{0,2}}(?:the )?(?:words?|phrases?|terms?) {_LIST}"
        ),
        lambda m: constraints.ForbiddenWords(words=_texts(m)),
    ),
    (
        pattern(
            r"\b(?:include|mention|use|contain|incorporate)s? (?:the )?"
            rf"(?:(?:key)?words?|phrases?|terms?) {_ALL}"
        ),
        lambda m: constraints.Keywords(include=_texts(m)),
    ),
    (
        pattern(
            rf"{_BAN}(?P<mark>comma|semicolon|colon|dash|parenthes|quotation)"
            rf"(?:s|es| marks?)?{_ALONE}"
        ),
        lambda m: constraints.NoPunctuation(mark=_MARKS[m["mark"].lower()]),
    ),
    (pattern(rf"{_BAN}emojis?{_ALONE}"), lambda _: constraints.NoEmoji()),
    (pattern(rf"{_BAN}contractions?{_ALONE}"), lambda _: constraints.NoContractions()),
    (pattern(rf"{_BAN}questions?{_ALONE}(?! marks?)"), lambda _: constraints.NoQuestions()),
    (
        pattern(rf"{_BAN}exclamation (?:marks?|points?){_ALONE}"),
        lambda _: constraints.NoExclamations(),
    ),
    (
        pattern(rf"{_BAN}(?:bullet points?|bullets|lists|bullet(?:ed)? lists?){_ALONE}"),
        lambda _: constraints.NoLists(),
    ),
    (
        pattern(rf"{_BAN}markdown(?: formatting| syntax)?{_ALONE}(?! \w)"),
        lambda _: constraints.NoMarkdown(),
    ),
    (
        pattern(rf"{_HOLD}numbered (?:list|steps|points|items)\b"),
        lambda _: constraints.NumberedItemCount(at_least=2),
    ),
    (
        pattern(rf"{_HOLD}(?:bullet(?:ed)?[- ](?:points|list)|bullets)\b"),
        lambda _: constraints.BulletCount(at_least=2),
    ),
    (pattern(rf"{_HOLD}tables?\b"), lambda _: constraints.TableCount(at_least=1)),
    (
        pattern(rf"{_HOLD}(?:sub-?headings|headings|headers)\b"),
        lambda _: constraints.HeadingCount(at_least=2),
    ),
    (pattern(rf"{_HOLD}code blocks?\b"), lambda _: constraints.CodeBlockCount(at_least=1)),
    (
        pattern(rf"{_HOLD}(?:only )?json(?: object| format| array)?(?=[.!,;]|$)"),
        lambda _: constraints.JsonOutput(),
    ),
    (
        pattern(
            r"\b(?:(?:entirely|completely) )?(?:in|use|using|all) (?:all |only )?"
            r"(?P<case>lower|upper)[- ]?case"
            r"(?: letters)?\b"
        ),
        lambda m: constraints.LetterCase(case=m["case"].lower()),
    ),
    (
        pattern(r"\b(?:in )?(?:all caps|all capitals|(?:all|only) capital letters)\b"),
        lambda _: constraints.LetterCase(case="upper"),
    ),
    (
        pattern(
            rf"\b(?:in|into) (?P<name>{'|'.join(LANGUAGES)})(?=\s*[.,;!?]|$| (?:and|but|or|only)\b)"
        ),
        lambda m: constraints.ResponseLanguage(language=LANGUAGES[m["name"].lower()]),
    ),
]
"""What is asked for without a number: a pattern and the rule that it stands for.

A ban on bullet points is read as the ban on lists, which asks for more.
"""
