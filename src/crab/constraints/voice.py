"""Voice: whom the response speaks as and to, its contractions, number words, openers, questions."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from random import Random
from typing import ClassVar, Literal, Self

from crab.constraints.base import Example, Rule, Verdict
from crab.constraints.bounds import Measure
from crab.constraints.style import (
    FEWEST_WORDS,
    Present,
    Style,
    absent,
    counted,
    holds_code,
    numbers,
    written,
)
from crab.constraints.word_lists import CONTRACTIONS, NUMBER_WORDS, PRONOUNS, UNSPACED, WordList
from crab.text import Span, Text

__all__ = [
    "EndsWithQuestion",
    "ExclamationCount",
    "NoContractions",
    "NoExclamations",
    "NoQuestions",
    "Numerals",
    "Person",
    "QuestionCount",
    "SentenceOpenersVary",
]

_APOSTROPHE = re.compile("['’‘ʼ＇]")
_TOUCHED_APOSTROPHE = re.compile(r"['’‘ʼ＇](?:(?<=\w.)|(?=\w))|[`´′](?<=\w.)(?=\w)")
_APOSTROPHE_WORD = re.compile(r"\b\w+(?:'\w+)+")
_CLIPPED = re.compile(r"(?<!\w)'(?:tis|twas|twere|twill|twould|em)\b(?!')")
_CONTRACTED_ENDINGS = ("n't", "'ll", "'re", "'ve", "'d", "'m")
_ENTITY = re.compile("&(?:#|apos|[rl]squo)")
_PART = re.compile(r"[^\W_ʼ]+['’ʼ]?")
_DIGITS = re.compile(r"\d+")
_ANY_NUMBER = re.compile(r"[\d\u2070-\u209f\u2150-\u218f\u2460-\u249b½¼¾²³¹]")
_CLOSERS = "\"'”’»›」』)]}*_~`"
_QUESTION_MARKS = "?？؟⁇⁈⁉‽﹖፧⸮\u037e"
_EXCLAMATION_MARKS = "!！‼⁈⁉‽﹗"
_END = re.compile(f"([{_QUESTION_MARKS}{_EXCLAMATION_MARKS}]+)[{re.escape(_CLOSERS)}]*\\Z")
_STOPS = f".。…{_QUESTION_MARKS}{_EXCLAMATION_MARKS}"
_QUESTION = re.compile(f"[{_QUESTION_MARKS}¿՞❓❔]")
_EXCLAMATION = re.compile(f"[{_EXCLAMATION_MARKS}¡՜❗❕]")


def _parts(text: Text) -> frozenset[str]:
    """Return every word in lower case, and the parts that hyphens and apostrophes join.

    The part before an apostrophe stands there with it, too.
    """
    words = text.word_set
    compound = [word for word in words if not word.isalnum() or "ʼ" in word]
    parts = {part for word in compound for part in _PART.findall(word)}
    marked = {part[:-1] + "'" for part in parts if part[-1] in "'’ʼ"}
    return words | {part.rstrip("'’ʼ") for part in parts} | marked


def _occurrences(text: Text, wanted: WordList) -> list[Span]:
    """Return where words of the list stand, also as parts of compounds."""
    string, folded, spans = text.string, text.folded, []
    for word in text.words:
        for match in _PART.finditer(folded, *word):
            start, end = match.span()
            bare = match.group().rstrip("'’ʼ")
            marked = len(bare) < end - start
            end = start + len(bare)
            if (
                folded.startswith("_", end)
                or (start and folded[start - 1] == "_")
                or (bare == "i" and folded.startswith(".e", end))
            ):
                continue
            if (
                bare in wanted.words
                or (marked and f"{bare}'" in wanted.words)
                or string[start:end] in wanted.as_written
            ):
                spans.append((start, end))
    return spans


class Person(Style, Rule):
    """The response holds no first-person, or no second-person, pronoun or possessive.

    What counts are the words of ``crab.constraints.word_lists`` for the response's language,
    whole, in any capitals, in quoted speech and contractions too ("I'm" holds "I"), whatever they
    mean; "US" and "i.e." do not. In Chinese and Japanese they count wherever they stand. For a
    language without a list, the rule is not met.

    >>> Person(avoid="first").check("The rain, we think, is my fault today.").reason
    '2 first-person words: we, my'
    """

    absence: ClassVar[bool] = True
    hint: ClassVar[str] = (
        'No first-person pronoun ("I", "we", "my"), or no second-person pronoun ("you", "your").'
    )
    example: ClassVar[Example] = Example(
        {"avoid": "first"},
        "The rain has not stopped since the early morning.",
        "I believe that the rain has not stopped since my breakfast.",
    )

    kind: Literal["person"] = "person"
    avoid: Literal["first", "second"]
    """The person that is avoided: ``first`` or ``second``."""

    def variant(self) -> str:
        """Return the person: each is said in its own way."""
        return self.avoid

    def topics(self) -> frozenset[str]:
        """Return the person: avoiding one and avoiding the other are two demands."""
        return frozenset({f"{self.kind}.{self.avoid}"})

    def check(self, text: str | Text) -> Verdict:
        """Return whether the person is avoided; the spans are its words."""
        text = Text.of(text)
        language, thing = text.language, f"{self.avoid}-person word"
        if language is None:
            return absent(text, [], thing, f"{thing}s")
        if language not in PRONOUNS:
            return Verdict(False, f"no word list for {language}")
        wanted = PRONOUNS[language][self.avoid]
        if language in UNSPACED:
            spans = [match.span() for match in _any_of(wanted.words).finditer(text.string)]
        else:
            spans = _occurrences(text, wanted) if _suspect(text, wanted) else []
        return absent(text, spans, thing, f"{thing}s")

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:
        """Yield each person that no word of the text is in, not even a doubtful one."""
        text = Text.of(text)
        if not written(text) or text.language not in PRONOUNS:
            return
        persons: tuple[Literal["first", "second"], ...] = ("first", "second")
        for avoid in persons:
            words = PRONOUNS[text.language][avoid]
            if not _suspect(text, words) and text.certain_language is not None:
                yield cls(avoid=avoid)


def _suspect(text: Text, wanted: WordList) -> bool:
    """Return whether a word of the list, or one that is in doubt, may stand in the text."""
    if text.language in UNSPACED:
        return any(word in text.string for word in wanted.words | wanted.doubtful)
    parts = text.remembered(_parts)
    return (
        not parts.isdisjoint(wanted.words)
        or not parts.isdisjoint(wanted.doubtful)
        or (
            bool(wanted.doubtful_endings)
            and any(word.endswith(wanted.doubtful_endings) for word in parts)
        )
    )


@cache
def _any_of(words: frozenset[str]) -> re.Pattern[str]:
    return re.compile("|".join(sorted(words, key=lambda word: (-len(word), word))))


class NoContractions(Style, Rule):
    """The response holds no English contraction that is written with an apostrophe.

    Contractions are words in ``n't 'll 're 've 'd 'm``; ``'s`` after it, he, she, that, what, who,
    where, when, why, how, there, here and let; y'all, c'mon, d'you, 'tis, 'twas and 'em. Any other
    ``'s`` counts as a possessive. Straight and typographic apostrophes are the same.

    >>> NoContractions().check("It’s John's, isn't it?").reason
    "2 contractions: It’s, isn't"
    """

    absence: ClassVar[bool] = True
    hint: ClassVar[str] = 'No contractions ("do not" instead of "don\'t"); English only.'
    example: ClassVar[Example] = Example({}, "It is John's coat.", "It's John's coat.")

    kind: Literal["no_contractions"] = "no_contractions"

    def check(self, text: str | Text) -> Verdict:
        """Return whether there is no contraction; the spans are the contractions."""
        text = Text.of(text)
        return absent(text, _contractions(text), "contraction", "contractions")

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:
        """Yield the rule for an English text where no letter touches an apostrophe."""
        text = Text.of(text)
        string = text.string
        if (
            len(text.words) >= 2 * FEWEST_WORDS
            and written(text)
            and not _TOUCHED_APOSTROPHE.search(string)
            and not ("&" in string and _ENTITY.search(string))
            and text.language == "en"
            and text.remembered(_parts).isdisjoint(CONTRACTIONS.doubtful)
            and text.certain_language == "en"
        ):
            yield cls()


def _contractions(text: Text) -> list[Span]:
    if not _APOSTROPHE.search(text.string):
        return []
    straight = _APOSTROPHE.sub("'", text.folded)
    spans = [
        match.span()
        for match in _APOSTROPHE_WORD.finditer(straight)
        if match.group().endswith(_CONTRACTED_ENDINGS) or match.group() in CONTRACTIONS.words
    ]
    return sorted(spans + [match.span() for match in _CLIPPED.finditer(straight)])


class Numerals(Style, Rule):
    """Numbers are written in digits throughout (``digits``) or in words (``words``). English only.

    ``digits``: a digit occurs, and no number word from "two" to "twenty", no ten up to "ninety",
    no "hundred", "thousand", "million", "billion" or "trillion". ``words``: such a word occurs, and
    no digit. "One" and ordinal numbers matter to neither. For other languages the rule is not met.

    >>> Numerals(style="digits").check("We waited for two days and 3 long nights.").reason
    '1 number word: two'
    """

    hint: ClassVar[str] = (
        "All numbers written in digits (digits) or all in words (words); English only."
    )
    example: ClassVar[Example] = Example(
        {"style": "words"}, "We waited there for three days.", "We waited there for 3 days."
    )

    kind: Literal["numerals"] = "numerals"
    style: Literal["digits", "words"]
    """How numbers are written: ``digits`` or ``words``."""

    def variant(self) -> str:
        """Return the style: each is said in its own way."""
        return self.style

    def check(self, text: str | Text) -> Verdict:
        """Return whether all numbers are written so; the spans are those that are not."""
        text = Text.of(text)
        if text.language not in NUMBER_WORDS:
            return Verdict(False, f"no list of number words for {text.language}")
        wanted = NUMBER_WORDS[text.language]
        words = _occurrences(text, wanted) if _suspect(text, wanted) else []
        digits = [match.span() for match in _DIGITS.finditer(text.string)]
        if self.style == "digits":
            if not digits:
                return Verdict(False, "no digit")
            return absent(text, words, "number word", "number words")
        if not words:
            return Verdict(False, "no number word")
        return absent(text, digits, "number in digits", "numbers in digits")

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:
        """Yield the one style of all numbers in an English text, where none is in doubt."""
        text = Text.of(text)
        if len(text.words) < FEWEST_WORDS or text.language not in NUMBER_WORDS:
            return
        wanted = NUMBER_WORDS[text.language]
        if _ANY_NUMBER.search(text.string):
            style: Literal["digits", "words"] = "digits"
            fits = not _suspect(text, wanted) and text.remembered(numbers).low >= 2
        else:
            style = "words"
            fits = not text.remembered(_parts).isdisjoint(wanted.words)
        if fits and not holds_code(text) and text.certain_language is not None:
            rule = cls(style=style)
            if rule.check(text).met:
                yield rule


class SentenceOpenersVary(Style, Rule):
    """No two sentences in a row begin with the same word; there are three sentences at least.

    Sentences are those of ``sentence_count`` and words those of ``word_count``, in lower case.
    Sentences without a word are passed over.

    >>> SentenceOpenersVary().check("It rained. It poured. We left.").reason
    '1 opener repeated: It'
    """

    hint: ClassVar[str] = "No two sentences in a row begin with the same word."
    example: ClassVar[Example] = Example(
        {}, "It rained all day. We stayed in. It was warm.", "It rained. It poured. We stayed in."
    )

    kind: Literal["sentence_openers_vary"] = "sentence_openers_vary"

    def check(self, text: str | Text) -> Verdict:
        """Return whether neighbours begin differently; the spans are the repeated openers."""
        text = Text.of(text)
        openers = _openers(text)
        if len(openers) < 3:
            return Verdict(False, f"{len(openers)} sentences")
        folded = text.folded
        spans = [
            later
            for sooner, later in pairwise(openers)
            if folded[slice(*sooner)] == folded[slice(*later)]
        ]
        return absent(text, spans, "opener repeated", "openers repeated")

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:
        """Yield the rule where it holds wherever sentences may begin."""
        text = Text.of(text)
        if len(text.words) >= FEWEST_WORDS and not text.unspaced and len(_openers(text)) >= 4:
            rule = cls()
            if rule.check(text).met and _vary_however_cut(text):
                yield rule


def _openers(text: Text) -> list[Span]:
    """Return the first word of each sentence."""
    openers, starts = [], text.word_starts
    for start, end in text.sentences:
        index = bisect_left(starts, start)
        if index < len(starts) and starts[index] < end:
            openers.append(text.words[index])
    return openers


def _vary_however_cut(text: Text) -> bool:
    """Return whether no two neighbours begin alike, whichever possible cuts are made.

    Words since the last place where a sentence begins in every reading may open neighbours: a place
    after a bare stop where crab, too, begins a sentence. So may a word after a number, and the
    first words of two lines in a row.
    """
    certain, possible = text.readings.sentence_cuts
    starts = text.word_starts
    sure = {0, *(cut for cut in certain if cut and text.string[cut - 1] in _STOPS)}
    ours = {start for start, _ in _openers(text)}
    begins = dict.fromkeys((bisect_left(starts, start) for start in ours), False)
    for cut in (0, *possible):
        index = bisect_left(starts, cut)
        begins[index] = begins.get(index, False) or cut in sure
    recent: set[str] = set()
    for index in sorted(begins):
        openers = _openings(text, index)
        if not recent.isdisjoint(openers):
            return False
        if index < len(starts) and begins[index] and starts[index] in ours:
            recent.clear()
        recent |= openers
    lines = [
        _openings(text, bisect_left(starts, start))
        for start, end in text.lines
        if not text.string[start:end].isspace() and start < end
    ]
    return all(sooner.isdisjoint(later) for sooner, later in pairwise(lines))


def _openings(text: Text, index: int) -> set[str]:
    """Return what may be called the first word of a part: of a compound its first part."""
    found = set()
    for start, end in text.words[index : index + 3]:
        match = _PART.match(text.folded, start, end)
        word = match.group().rstrip("'’ʼ") if match else text.folded[start:end]
        found |= {word, word.rstrip("0123456789")} - {""}
        if not word.isnumeric():
            break
    return found


def _no_marks(text: Text, marks: re.Pattern[str], thing: str) -> Verdict:
    return absent(text, [match.span() for match in marks.finditer(text.string)], thing, f"{thing}s")


class NoQuestions(Style, Rule):
    """The response holds no question mark, of any script.

    The Greek mark counts where it is a character of its own, not where it is a semicolon.

    >>> NoQuestions().check("Rain? ¿Lluvia?").reason
    '3 question marks: ?, ¿'
    """

    absence: ClassVar[bool] = True
    hint: ClassVar[str] = "No question anywhere: no question mark."
    example: ClassVar[Example] = Example({}, "It rained.", "Did it rain?")

    kind: Literal["no_questions"] = "no_questions"

    def check(self, text: str | Text) -> Verdict:
        """Return whether there is no question mark; the spans are the marks."""
        return _no_marks(Text.of(text), _QUESTION, "question mark")

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:
        """Yield the rule for a text of some length without question marks."""
        text = Text.of(text)
        if written(text) and not _QUESTION.search(text.string):
            if ";" in text.string and text.language == "el":
                return
            yield cls()


class NoExclamations(Style, Rule):
    """The response holds no exclamation mark, of any script.

    >>> NoExclamations().check("Rain! ¡Lluvia!").reason
    '3 exclamation marks: !, ¡'
    """

    absence: ClassVar[bool] = True
    hint: ClassVar[str] = "No exclamation anywhere: no exclamation mark."
    example: ClassVar[Example] = Example({}, "It rained.", "It rained!")

    kind: Literal["no_exclamations"] = "no_exclamations"

    def check(self, text: str | Text) -> Verdict:
        """Return whether there is no exclamation mark; the spans are the marks."""
        return _no_marks(Text.of(text), _EXCLAMATION, "exclamation mark")

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:
        """Yield the rule for a text of some length without exclamation marks."""
        text = Text.of(text)
        if written(text) and not _EXCLAMATION.search(text.string):
            yield cls()


def _sentences_ending_in(text: Text, marks: str) -> Measure:
    """Count the sentences whose last marks, closing quotes and brackets aside, hold one of these.

    Others see only those that end in it to the letter, or count every such mark.
    """
    string = text.string
    every = string.count(marks[0])
    if not string.isascii():
        every += sum(map(string.count, marks[1:]))
    if not every:
        return counted([])
    spans, bare = [], 0
    for start, end in text.sentences:
        match = _END.search(string, max(start, end - 30), end)
        if match and not set(marks).isdisjoint(match.group(1)):
            spans.append((start, end))
            bare += string[end - 1] in marks and not string[end : end + 1].strip()
    return counted(spans, bare, every)


class QuestionCount(Style, Present):
    """The response has between ``at_least`` and ``at_most`` sentences that end in a question mark.

    Sentences are those of ``sentence_count``; closing quotation marks, brackets and emphasis after
    the mark are passed over, and ``?!`` holds a question mark.

    >>> QuestionCount(at_least=2).check('Why? He asked "How?!" Then he left.').reason
    '2 questions'
    """

    hint: ClassVar[str] = "The number of questions: sentences that end in a question mark."
    unit: ClassVar[str] = "questions"
    example: ClassVar[Example] = Example({"at_least": 1}, "Is it wet? It is.", "It is wet.")

    kind: Literal["question_count"] = "question_count"

    @classmethod
    def subjects(cls, text: Text, rng: Random) -> Iterator[Self]:
        """Yield the rule for a text with question marks."""
        if _QUESTION.search(text.string):
            yield cls.subject()

    def measure(self, text: Text) -> Measure:
        """Count the sentences that end in a question mark."""
        return _sentences_ending_in(text, _QUESTION_MARKS)


class ExclamationCount(Style, Present):
    """The response has between ``at_least`` and ``at_most`` sentences that end in ``!``.

    Sentences are those of ``sentence_count``; closing quotation marks, brackets and emphasis after
    the mark are passed over, and ``?!`` holds an exclamation mark.

    >>> ExclamationCount(at_most=1).check("Rain! Wind! Then sun.").reason
    '2 exclamations'
    """

    hint: ClassVar[str] = "The number of exclamations: sentences that end in an exclamation mark."
    unit: ClassVar[str] = "exclamations"
    example: ClassVar[Example] = Example({"at_least": 1}, "It is wet! It is.", "It is wet.")

    kind: Literal["exclamation_count"] = "exclamation_count"

    @classmethod
    def subjects(cls, text: Text, rng: Random) -> Iterator[Self]:
        """Yield the rule for a text with exclamation marks."""
        if _EXCLAMATION.search(text.string):
            yield cls.subject()

    def measure(self, text: Text) -> Measure:
        """Count the sentences that end in an exclamation mark."""
        return _sentences_ending_in(text, _EXCLAMATION_MARKS)


class EndsWithQuestion(Style, Rule):
    """The last character is a question mark; white space and closing marks after it do not matter.

    Closing marks are quotation marks, brackets and the marks of emphasis.

    >>> EndsWithQuestion().check("It is wet. (Is it not?)").met
    True
    """

    hint: ClassVar[str] = "The response ends with a question."
    example: ClassVar[Example] = Example({}, "It is wet. Why?", "Why is it wet? It rained.")

    kind: Literal["ends_with_question"] = "ends_with_question"

    def check(self, text: str | Text) -> Verdict:
        """Return whether the text ends in a question mark; the span is its last character."""
        string = Text.of(text).string
        end = len(string)
        while end and (string[end - 1].isspace() or string[end - 1] in _CLOSERS):
            end -= 1
        if not end:
            return Verdict(False, "nothing to end with")
        last = string[end - 1]
        return Verdict(last in _QUESTION_MARKS, f"ends in {last}", ((end - 1, end),))

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:
        """Yield the rule for a text of several sentences that ends in a bare question mark."""
        text = Text.of(text)
        if (
            text.string.rstrip()[-1:] in tuple("?？؟")
            and len(text.words) >= FEWEST_WORDS
            and len(text.sentences) > 1
        ):
            yield cls()
