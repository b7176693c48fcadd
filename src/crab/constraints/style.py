"""Style: how the response is written: its capitals, vocabulary, reading grade, numbers, emojis."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import lru_cache
from math import ceil, floor, sqrt
from random import Random
from string import punctuation
from typing import ClassVar, Literal, Self

import regex

from crab.constraints.base import Constraint, Example, Judged, Rule, Verdict
from crab.constraints.bounds import Bounded, Measure
from crab.readings import Interval
from crab.text import Span, Text

__all__ = [
    "FEWEST_WORDS",
    "CapitalWordCount",
    "EmojiCount",
    "GrammaticalStructure",
    "LetterCase",
    "LiteraryDevice",
    "NoEmoji",
    "NumberCount",
    "Present",
    "QuotationCount",
    "ReadingGrade",
    "Style",
    "UniqueWordCount",
    "WritingStyle",
    "absent",
    "counted",
    "holds_code",
    "numbers",
    "syllables",
    "written",
]

FEWEST_WORDS = 20
"""What a text with fewer words leaves out says nothing of its style."""

_MOST_SPANS = 200
_MARKS = punctuation + "“”„«»‘’…"
_RUN = re.compile(r"\w+")
_WORD_CHARACTER = re.compile(r"\w")
_SPACE = re.compile(r"\s")
_SMALL_WORDS = frozenset({"a", "and", "in", "of", "the", "to", "de", "et", "la", "und", "y"})
_TWO_CAPITALS = re.compile(r"[A-Z][A-Z\d_'-]")
_TREEBANK_SPLIT = ("CANNOT", "GIMME", "GONNA", "GOTTA", "LEMME", "WANNA", "'TIS", "'TWAS")
_ENCLOSED_CAPITAL = re.compile("[Ⓐ-Ⓩ\U0001f130-\U0001f189]")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_DIGITS = re.compile(r"\d+")
_QUOTED = re.compile(
    '"[^"\n]+"|“[^“”\n]+”|„[^„“”\n]+[“”]|«[^«»\n]+»|「[^「」\n]+」|『[^『』\n]+』|＂[^＂\n]+＂'
)
_DOUBLE_QUOTES = '"“„«「『＂'
_OPENING_QUOTE = re.compile("[“„«「『]")
_SINGLE_QUOTED = re.compile(r"['‘](?<!\w.)[^'‘’\n]+['’](?!\w)")
_MAYBE_EMOJI = re.compile(
    "[©®‼⁉\u20e3™ℹ\u2190-\u21ff\u2300-\u23ff\u24c2\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff"
    "\u3030\u303d\u3297\u3299\U0001f000-\U0001ffff]"
)
_EMOJI = regex.compile(
    r"(?V1)\p{Regional_Indicator}{2}|[0-9#*]\ufe0f?\u20e3"
    r"|(?:[\p{Emoji_Presentation}[\p{Emoji}&&[\U0001f000-\U0001ffff]]](?!\ufe0e)"
    r"|\p{Extended_Pictographic}(?=\ufe0f|\p{Emoji_Modifier}|\u200d\p{Extended_Pictographic}))"
    r"[\ufe0f\p{Emoji_Modifier}]?[\U000e0020-\U000e007f]*"
    r"(?:\u200d\p{Extended_Pictographic}[\ufe0f\p{Emoji_Modifier}]?)*"
)
_EMOJI_PART = regex.compile(
    r"[\p{Extended_Pictographic}\p{Regional_Indicator}\p{Emoji_Modifier}\u20e3]"
)
_TYPED_FACES = (":)", ":-)", ";)", ";-)", ":(", ":-(", ":D", ":-D", ":P", "=)", "^^", "^_^", "<3")


class Style(Constraint):
    """How the response is written, whatever it says."""

    family: ClassVar[str] = "style"
    hint: ClassVar[str] = (
        "How the response is written: its tone and register, literary devices and sentence "
        "patterns; the person it speaks in, contractions, capitals and reading level; its "
        "questions, exclamations, emojis, numbers and quotations. Name only what shows all through "
        "the response or can be pointed at in it."
    )


def absent(text: Text, spans: list[Span], thing: str, things: str) -> Verdict:
    """Return the verdict on what must not occur, with the first places where it does.

    >>> absent(Text("Oh no"), [(0, 2)], "sigh", "sighs")
    Verdict(met=False, reason='1 sigh: Oh', spans=((0, 2),))
    """
    if not spans:
        return Verdict(True, f"no {thing}")
    first = list(dict.fromkeys(text[start, min(end, start + 40)] for start, end in spans[:20]))
    listed = ", ".join(first[:5]) + ", ..." * (len(first) > 5)
    count = f"{len(spans)} {thing if len(spans) == 1 else things}"
    return Verdict(False, f"{count}: {listed}", tuple(spans[:_MOST_SPANS]))


def counted(spans: list[Span], *others: int) -> Measure:
    """Return the measure of things counted one by one, with the first of them as evidence."""
    counts = (len(spans), *others)
    return Measure(len(spans), len(spans), min(counts), max(counts), tuple(spans[:_MOST_SPANS]))


class Present(Bounded):
    """Bounds on how many there are of a thing that few texts hold.

    They are proposed only where every reading finds one, and "at most" only beside "at least".
    """

    sides: ClassVar[tuple[str, ...]] = ("exactly", "between", "at_least")

    def bounds(self, found: Measure, rng: Random) -> tuple[int | None, int | None]:
        """Return bounds that people would set where the thing is there; else (None, None)."""
        return super().bounds(found, rng) if found.low >= 1 else (None, None)


class LetterCase(Style, Rule):
    """All letters are small (``lower``) or capitals (``upper``), or all words begin with a capital.

    Characters without case, such as digits and Chinese letters, do not matter; a response that
    holds no others does not meet the rule. For ``title`` no word begins with a small letter, "of"
    and "the" included.

    >>> LetterCase(case="lower").check("rain in Spain").reason
    '1 word in another case: Spain'
    >>> LetterCase(case="title").check("Rain In The Alps").met
    True
    """

    hint: ClassVar[str] = (
        "All in small letters (lower), all in capitals (upper), or every word capitalised (title)."
    )
    example: ClassVar[Example] = Example({"case": "lower"}, "it rained all day.", "It rained.")

    kind: Literal["letter_case"] = "letter_case"
    case: Literal["lower", "upper", "title"]
    """``lower``, ``upper`` or ``title``."""

    def variant(self) -> str:
        """Return the case: each is said in its own way."""
        return self.case

    def check(self, text: str | Text) -> Verdict:
        """Return whether every letter or word has the case; the spans are the words that do not."""
        text = Text.of(text)
        string, words = text.string, text.words
        if self.case == "title":
            firsts = [string[start] for start, _ in words]
            met = any(_capital(c) for c in firsts) and not any(c.islower() for c in firsts)
            spans = [word for word in words if string[word[0]].islower()]
        else:
            met = string.islower() if self.case == "lower" else string.isupper()
            wrong = _capital if self.case == "lower" else _no_capital
            spans = [] if met else [word for word in words if any(map(wrong, text[word]))]
            if not met and not spans:
                spans = [(at, at + 1) for at, c in enumerate(string) if wrong(c)]
        if met:
            return Verdict(True, f"all in {self.case} case")
        if not spans:
            return Verdict(False, "no letter that has case")
        return absent(text, spans, "word in another case", "words in another case")

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:
        """Yield the case of a text outside code that every reading finds in one case."""
        text = Text.of(text)
        string, words = text.string, text.words
        if len(words) < FEWEST_WORDS:
            return
        if string.islower() and string == string.lower():
            rule = cls(case="lower")
        elif string.isupper() and string == string.upper():
            rule = cls(case="upper")
        elif (
            any(string[start].islower() for start, _ in words)
            or any(run[0].islower() for run in text.remembered(_runs))
            or text.word_set.isdisjoint(_SMALL_WORDS)
        ):
            return
        else:
            rule = cls(case="title")
        letters = sum(char.islower() or _capital(char) for char in string)
        if 2 * letters > len(string) and not holds_code(text) and rule.check(text).met:
            yield rule


def _runs(text: Text) -> list[str]:
    return _RUN.findall(text.string)


def _capital(char: str) -> bool:
    return char.isupper() or char.istitle()


def _no_capital(char: str) -> bool:
    return char.islower() or (char.istitle() and not char.isupper())


class CapitalWordCount(Style, Present):
    """The response has between ``at_least`` and ``at_most`` words in capitals.

    Such a word holds two capitals or more and no small letter: ``NASA`` and ``COVID-19``, not
    ``I`` or ``NASA's``. Words are those of ``word_count``.

    >>> CapitalWordCount(at_least=2).check("NASA and ESA found I-95.").reason
    '2 words in capitals'
    """

    hint: ClassVar[str] = "The number of words written all in capitals, acronyms included."
    unit: ClassVar[str] = "words in capitals"
    small: ClassVar[int] = 2
    example: ClassVar[Example] = Example({"at_least": 1}, "It NEVER rained.", "I say it rained.")

    kind: Literal["capital_word_count"] = "capital_word_count"

    def measure(self, text: Text) -> Measure:
        """Count the words in capitals; others count ``I`` too, or split and join the words.

        White-space and Treebank tokens lie between tokens of capital letters alone and runs of
        letters and digits of any length.
        """
        string = text.string
        if string.isascii() and not _TWO_CAPITALS.search(string):
            return counted([])
        spans = [
            (start, end)
            for start, end in text.words
            if end - start > 1 and (word := string[start:end]).isupper() and _capitals(word) > 1
        ]
        if not spans:
            return counted(spans)
        alone = sum(
            string[start:end].isalpha() and _alone(string, start, end) for start, end in spans
        )
        runs = sum(map(str.isupper, text.remembered(_runs)))
        others = sum(map(string.count, _TREEBANK_SPLIT))
        if not string.isascii():
            others += len(_ENCLOSED_CAPITAL.findall(string))
        return counted(spans, alone, runs + others)

    @classmethod
    def subjects(cls, text: Text, rng: Random) -> Iterator[Self]:
        """Yield the rule for a text that is not all in capitals."""
        if len(text.words) >= FEWEST_WORDS and not text.string.isupper():
            yield cls.subject()


def _capitals(word: str) -> int:
    return sum(map(str.isupper, word))


def _alone(string: str, start: int, end: int) -> bool:
    """Return whether nothing but marks stands between a word and the white space around it."""
    while start and string[start - 1] in _MARKS:
        start -= 1
    while end < len(string) and string[end] in _MARKS:
        end += 1
    return (not start or string[start - 1].isspace()) and (
        end == len(string) or string[end].isspace()
    )


class UniqueWordCount(Style, Bounded):
    """The response has between ``at_least`` and ``at_most`` different words.

    Words are those of ``word_count``, in lower case; forms of one word differ.

    >>> UniqueWordCount(at_least=4).check("Rain, rain and rains.").reason
    '3 different words'
    """

    hint: ClassVar[str] = "The number of different words, each counted once."
    unit: ClassVar[str] = "different words"
    small: ClassVar[int] = 20
    sides: ClassVar[tuple[str, ...]] = ("at_least", "at_most")
    example: ClassVar[Example] = Example({"at_least": 4}, "It rained all day.", "Day in, day out.")

    kind: Literal["unique_word_count"] = "unique_word_count"

    def measure(self, text: Text) -> Measure:
        """Count the words; others take bare white-space tokens, or split at marks."""
        words = text.word_set
        tokens = {
            token if token.isalnum() else token.strip(punctuation)
            for token in set(text.folded.split())
        }
        runs = _different_runs(text)
        least = min(len(tokens - {""}), len(runs))
        return Measure.count(len(words), Interval(least, len(words | tokens | runs)))

    @classmethod
    def subjects(cls, text: Text, rng: Random) -> Iterator[Self]:
        """Yield the rule for a text whose words stand apart."""
        if len(text.words) >= 2 * FEWEST_WORDS and not text.unspaced:
            yield cls.subject()


def _different_runs(text: Text) -> set[str]:
    if not text.string.isascii():
        return set(_RUN.findall(text.folded))
    plain = {word for word in text.word_set if word.isalnum()}
    return plain.union(*map(_RUN.findall, text.word_set - plain))


class ReadingGrade(Style, Bounded):
    """The Flesch-Kincaid grade lies between ``at_least`` and ``at_most``. English only.

    The grade is 0.39 x words / sentences + 11.8 x syllables / words - 15.59, with the words of
    ``word_count``, the sentences of ``sentence_count`` and the syllables of :func:`syllables`. A
    response in another language or without a sentence does not meet the rule.

    >>> ReadingGrade(at_most=5).check("The cat sat by the fire. It was warm there.").reason
    'Flesch-Kincaid grade -1.84'
    """

    hint: ClassVar[str] = (
        "The school grade that can read the English text (Flesch-Kincaid), in whole grades."
    )
    unit: ClassVar[str] = "English sentence"
    sides: ClassVar[tuple[str, ...]] = ("between", "at_least", "at_most")
    example: ClassVar[Example] = Example(
        {"at_most": 6},
        "It rained all day. We stayed in and read our books.",
        "Precipitation continued uninterrupted; consequently, everybody remained indoors.",
    )

    kind: Literal["reading_grade"] = "reading_grade"

    def variant(self) -> str:
        """Return which bounds there are: a grade is no count, so each form has its templates."""
        if self.at_most is None:
            return "at_least"
        if self.at_least is None:
            return "at_most"
        return "exactly" if self.at_least == self.at_most else "between"

    def measure(self, text: Text) -> Measure | None:
        """Compute the grade; others count words, sentences and syllables differently."""
        return text.remembered(_reading_grade)

    def _reason(self, found: Measure) -> str:
        return f"Flesch-Kincaid grade {found.smallest:.2f}"

    @classmethod
    def subjects(cls, text: Text, rng: Random) -> Iterator[Self]:
        """Yield the rule for prose of some length whose sentences are beyond much doubt."""
        if len(text.words) >= 3 * FEWEST_WORDS and len(text.sentences) >= 3:
            sentences = text.readings.sentences
            if sentences.high <= 1.25 * sentences.low:
                yield cls.subject()

    def bounds(self, found: Measure, rng: Random) -> tuple[int | None, int | None]:
        """Return grades outside every reading where none is far from ours."""
        if found.high - found.smallest > 2.5 or found.smallest - found.low > 2.5:
            return None, None
        low, high = floor(found.low), ceil(found.high)
        forms: list[tuple[int | None, int | None]] = []
        if low >= 3 and high <= 14:
            forms.append((low, high))
        if low >= 6:
            forms.append((low, None))
        if high <= 12:
            forms.append((None, high))
        return rng.choice(forms) if forms else (None, None)


def _reading_grade(text: Text) -> Measure | None:
    if text.language != "en" or not text.sentences or not text.words:
        return None
    folded, starts = text.folded, text.word_starts
    counts = [
        (_known_syllables if end - start <= 30 else syllables)(folded[start:end])
        for start, end in text.words
    ]
    grade = _grade(len(counts), len(text.sentences), sum(counts))
    in_prose = [
        counts[bisect_left(starts, start) : bisect_left(starts, end)] for start, end in text.prose
    ]
    scopes = [
        (text.readings.words, sum(counts)),
        (Interval(*[sum(map(len, in_prose))] * 2), sum(map(sum, in_prose))),
    ]
    ends = [_grades(words, text.readings.sentences, total) for words, total in scopes if words.low]
    return Measure(grade, grade, min(low for low, _ in ends), max(high for _, high in ends))


def _grade(words: float, sentences: float, spoken: float) -> float:
    return 0.39 * words / sentences + 11.8 * spoken / words - 15.59


def _grades(words: Interval, sentences: Interval, spoken: int) -> tuple[float, float]:
    """Return the lowest and the highest grade, with syllables counted a tenth off either way."""
    lowest = sqrt(11.8 * 0.9 * spoken * sentences.high / 0.39)
    at = [words.low, min(max(words.low, lowest), words.high), words.high]
    return (
        min(_grade(count, sentences.high, 0.9 * spoken) for count in at),
        max(_grade(count, max(sentences.low, 1), 1.1 * spoken) for count in at),
    )


_VOWELS = re.compile("[aeiouyà-æè-ïò-öø-ý]+")
_SYLLABLE_PART = re.compile("[a-zà-öø-ÿ]+")
_SILENT = re.compile(
    "[^aeiouy](?<![^aeiouy]l)e$"  # make, but table
    "|[^aeiouytd](?<![^aeiouyl]l)ed$"  # called, but wanted and handled
    "|[^aeiouysxzcg](?<![sc]h)(?<![^aeiouy]l)es$"  # makes, but places, wishes and tables
    "|(?<=[aeiouy][^aeiouy])e(?:ment|ful|ly|less|ness)s?$|^somet?e|^some(?=.)"
)
_APART = re.compile(
    "(?<![tscg])i(?:a|o|um|us)|(?<![tc])ien[ct]|iet|ier$|iest$|^(?:re)?creat|^scien|area|idea|react"
    "|realit|reali[sz]|(?<!p)eo(?!u|n$)|(?<![qg])ua[lt]|ying|[eo]ing|uing|isms?$|ao|^poe"
)
_SPOKEN_NOT = re.compile("[dst]n['’]t$")


def syllables(word: str) -> int:
    """Return about how many syllables an English word in lower case has: one at least.

    Groups of vowels are counted, less those that stay silent, more where one group holds two.

    >>> [syllables(word) for word in ("rain", "table", "called", "didn't", "science")]
    [1, 2, 1, 2, 2]
    """
    counts = [_syllables(part) for part in _SYLLABLE_PART.findall(word)]
    return max(sum(counts) + bool(_SPOKEN_NOT.search(word)), 1)


_known_syllables = lru_cache(maxsize=1 << 15)(syllables)


def _syllables(part: str) -> int:
    groups = len(_VOWELS.findall(part))
    if groups > 1 and _SILENT.search(part):
        groups -= 1
    return groups + len(_APART.findall(part))


class NumberCount(Style, Present):
    """The response has between ``at_least`` and ``at_most`` numbers written in digits.

    A number is a run of digits with single points or commas inside: ``1,000.5`` is one number,
    ``10-20`` two. Digits in words and item numbers count too.

    >>> NumberCount(at_least=3).check("From 10-20 to 1,000.").reason
    '3 numbers'
    """

    hint: ClassVar[str] = "The number of figures: numbers written in digits."
    unit: ClassVar[str] = "numbers"
    small: ClassVar[int] = 3
    sides: ClassVar[tuple[str, ...]] = ("exactly", "between", "at_least", "at_most")
    example: ClassVar[Example] = Example(
        {"at_least": 2}, "It rained 3 days of 7.", "It rained for 3 days."
    )

    kind: Literal["number_count"] = "number_count"

    def measure(self, text: Text) -> Measure:
        """Count the numbers; others join or split them at marks, or skip some."""
        return text.remembered(numbers)

    @classmethod
    def subjects(cls, text: Text, rng: Random) -> Iterator[Self]:
        """Yield the rule for a text with numbers and without code."""
        if len(text.words) >= FEWEST_WORDS and _DIGITS.search(text.string) and not holds_code(text):
            yield cls.subject()


def numbers(text: Text) -> Measure:
    """Measure the numbers; the least reading joins what no space parts and skips some.

    It skips item numbers and those that touch letters.
    """
    string = text.string
    spans = [match.span() for match in _NUMBER.finditer(string)]
    bare, before, taken = 0, 0, False
    for start, end in spans:
        gap = string[before:start]
        if not before or _SPACE.search(gap):
            taken = False
        edge = gap.rstrip(" \t>*#-")[-1:] or ("\n" if not before else "")
        item = edge in ("\n", ".", "!", "?", ":", ";") and string[end : end + 1] in (".", ")")
        touched = _WORD_CHARACTER.match(string, end) or (
            start and _WORD_CHARACTER.match(string, start - 1)
        )
        if not (taken or item or touched):
            bare, taken = bare + 1, True
        before = end
    return counted(spans, bare, len(_DIGITS.findall(string)))


class QuotationCount(Style, Present):
    """The response has between ``at_least`` and ``at_most`` passages in double quotation marks.

    A passage stands between two marks that belong together, on one line and outside code: straight
    or curly double quotation marks, guillemets or corner brackets. Single marks do not count.

    >>> QuotationCount(at_least=2).check('He said "rain", not "snow".').reason
    '2 quotations'
    """

    hint: ClassVar[str] = "The number of passages in double quotation marks."
    unit: ClassVar[str] = "quotations"
    example: ClassVar[Example] = Example({"at_least": 1}, 'It "rained".', "It rained.")

    kind: Literal["quotation_count"] = "quotation_count"

    def measure(self, text: Text) -> Measure:
        """Count the passages; others count them in code, over lines, inside others, or single."""
        string = text.string
        if not any(mark in string for mark in _DOUBLE_QUOTES):
            return counted([])
        spans = [match.span() for match in _QUOTED.finditer(string)]
        if not spans:
            return counted(spans)
        every = len(spans)
        code = [(block.start, block.end) for block in text.blocks if block.kind == "code"]
        if code:
            starts = [start for start, _ in code]
            before = [bisect_right(starts, start) for start, _ in spans]
            spans = [
                span
                for span, index in zip(spans, before, strict=True)
                if not index or span[0] >= code[index - 1][1]
            ]
        marks = string.count('"') + string.count("＂") + 2 * len(_OPENING_QUOTE.findall(string))
        plain = [span for span in spans if not string[span[0] - 1 : span[0]].isalnum()]
        single = len(_SINGLE_QUOTED.findall(string))
        return counted(spans, len(plain), max(every, (marks + 1) // 2) + single)

    @classmethod
    def subjects(cls, text: Text, rng: Random) -> Iterator[Self]:
        """Yield the rule for a text with quotation marks, but not full of them."""
        marks = sum(map(text.string.count, _DOUBLE_QUOTES))
        if len(text.words) >= FEWEST_WORDS and 1 < marks <= 24:
            yield cls.subject()


def written(text: Text) -> bool:
    """Return whether enough of the text is prose for what it leaves out to be a choice.

    >>> written(Text("One or two words more. " * 4)), written(Text("Very few words."))
    (True, False)
    """
    return len(text.words) >= FEWEST_WORDS and text.remembered(_mostly_prose)


def _mostly_prose(text: Text) -> bool:
    return 2 * sum(text.words_in(text.prose)) >= len(text.words)


def holds_code(text: Text) -> bool:
    """Return whether the text holds a block of code."""
    return any(block.kind == "code" for block in text.blocks)


def _emojis(text: Text) -> list[Span]:
    """Return where each emoji stands, as ``emoji_count`` defines it."""
    if text.string.isascii() or not _MAYBE_EMOJI.search(text.string):
        return []
    return [match.span() for match in _EMOJI.finditer(text.string)]


class EmojiCount(Style, Present):
    """The response has between ``at_least`` and ``at_most`` emojis.

    An emoji is a pictograph beyond U+1F000, another that Unicode shows as a picture by default or
    that U+FE0F turns into one, a flag, or a keycap; what is joined to one picture is one emoji.
    Symbols that are text by default (``©``, ``™``, ``→``, ``✔``) and typed faces are none.

    >>> EmojiCount(at_most=1).check("Sun ☀️, family 👩‍👩‍👧, check ✔.").reason
    '2 emojis'
    """

    hint: ClassVar[str] = "The number of emojis."
    unit: ClassVar[str] = "emojis"
    example: ClassVar[Example] = Example({"at_least": 1}, "It rained 🌧", "It rained :(")

    kind: Literal["emoji_count"] = "emoji_count"

    @classmethod
    def subjects(cls, text: Text, rng: Random) -> Iterator[Self]:
        """Yield the rule for a text with emojis."""
        if text.remembered(_emojis):
            yield cls.subject()

    def measure(self, text: Text) -> Measure:
        """Count the emojis; others count each part of one, and symbols that may be pictures."""
        spans = text.remembered(_emojis)
        if not spans:
            return counted(spans)
        return counted(spans, len(_EMOJI_PART.findall(text.string)))


class NoEmoji(Style, Rule):
    """The response holds no emoji, as ``emoji_count`` counts them.

    >>> NoEmoji().check("Rain 🌧 today").reason
    '1 emoji: 🌧'
    """

    absence: ClassVar[bool] = True
    hint: ClassVar[str] = "No emoji at all."
    example: ClassVar[Example] = Example({}, "It rained :(", "It rained 🌧")

    kind: Literal["no_emoji"] = "no_emoji"

    def check(self, text: str | Text) -> Verdict:
        """Return whether there is no emoji; the spans are the emojis."""
        text = Text.of(text)
        return absent(text, text.remembered(_emojis), "emoji", "emojis")

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:
        """Yield the rule for a text without emojis, pictorial symbols and typed faces."""
        text = Text.of(text)
        if (
            written(text)
            and (text.string.isascii() or not _MAYBE_EMOJI.search(text.string))
            and not any(face in text.string for face in _TYPED_FACES)
        ):
            yield cls()


class WritingStyle(Style, Judged):
    """The tone, register, genre or voice that the response is written in."""

    hint: ClassVar[str] = (
        "The tone, register, genre or voice that is plain in the whole response, worded as one "
        'demand with a concrete quality: "Write in a warm, informal tone, as if to a friend."'
    )
    example: ClassVar[Example] = Example(
        {"text": "Write in the clipped tone of a ship's log."},
        "0600. Rain. Wind north-west, rising. All hands below.",
        "What a wonderfully cosy and rainy morning we all had together!",
    )

    kind: Literal["writing_style"] = "writing_style"


class LiteraryDevice(Style, Judged):
    """A figure of speech or sound that the response uses, such as a metaphor or alliteration."""

    hint: ClassVar[str] = (
        "A literary device that the response really uses and that can be quoted from it (metaphor, "
        "simile, personification, alliteration, rhetorical question, irony), worded as one demand "
        'that names the device and its subject: "Compare the storm to an animal in a simile."'
    )
    example: ClassVar[Example] = Example(
        {"text": "Describe the rain with a simile."},
        "The rain fell like gravel on the roof.",
        "The rain fell on the roof all day.",
    )

    kind: Literal["literary_device"] = "literary_device"


class GrammaticalStructure(Style, Judged):
    """A grammatical form that the sentences of the response share or that one of them has."""

    hint: ClassVar[str] = (
        "A grammatical form that holds for all the sentences or steps (imperative mood, passive "
        "voice, past or present tense, parallel structure) or for a sentence that can be pointed "
        'at, worded as one demand that says where it holds: "Begin every step with an imperative '
        'verb."'
    )
    example: ClassVar[Example] = Example(
        {"text": "Write every sentence in the past tense."},
        "It rained all day. We stayed in and played cards.",
        "It rains all day. We stay in and play cards.",
    )

    kind: Literal["grammatical_structure"] = "grammatical_structure"
