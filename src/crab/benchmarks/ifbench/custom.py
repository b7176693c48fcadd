"""IFBench's ``custom`` instructions, each about one prompt."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from typing import Literal

from crab.benchmarks.base import verdict
from crab.benchmarks.ifbench.family import IFBench
from crab.benchmarks.measures import PUNCTUATION, low_bare_words, lowered
from crab.benchmarks.punkt import sentences
from crab.constraints.base import Example, Verdict
from crab.text import Text

__all__ = [
    "CharacterReverse",
    "DateFormatList",
    "EuropeanCapitalsSort",
    "McqCountLength",
    "Multiples",
    "ReverseNewline",
    "SentenceAlphabet",
    "WordReverse",
]

_EDGES = f"{PUNCTUATION} "
_NUMBER = re.compile(r"\d+")
_MULTIPLES = ["14", "21", "28", "35", "42", "49"]
_QUESTION = re.compile(r"Question \d+[.|):;]?")
_OPTION = re.compile(r"[A-Ea-e][.|)]\s*\w")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_CAPITALS = """Reykjavik Helsinki Oslo Tallinn Stockholm Riga Moscow Copenhagen Vilnius Minsk Dublin
Berlin Amsterdam Warsaw London Brussels Prague Luxembourg Paris Vienna Bratislava Budapest Vaduz
Chisinau Bern Ljubljana Zagreb""".split()
_QUIZ = "\n\n".join(
    f"Question {number}: Who painted this{' or that' * number}?\n"
    + "\n".join(f"{letter}) nobody" for letter in "ABCDE")
    for number in range(1, 5)
)


class Multiples(IFBench):
    """The numbers of the text are 14, 21, 28, 35, 42 and 49, in this order."""

    says = "Count from 10 to 50, but only name multiples of 7."
    example = Example({}, "14, 21, 28, 35, 42, 49", "7, 14, 21, 28, 35, 42, 49")

    kind: Literal["ifbench/custom:multiples"] = "ifbench/custom:multiples"

    def decide(self, text: Text) -> Verdict:
        """Return whether these are the numbers."""
        found = _NUMBER.findall(text.string)
        return Verdict(found == _MULTIPLES, f"numbers: {', '.join(found[:10]) or 'none'}")


class McqCountLength(IFBench):
    """Four questions of growing length, each with five options, and nothing before the first.

    A question begins with "Question" and a number, an option with a letter from A to E and ``.``,
    ``|`` or ``)``.
    """

    says = (
        "Write 4 multiple choice questions on the art of the 20th century, each with 5 options, "
        'each beginning with "Question", and each longer than the one before.'
    )
    example = Example({}, _QUIZ, "Question 1: Who?")

    kind: Literal["ifbench/custom:mcq_count_length"] = "ifbench/custom:mcq_count_length"

    def decide(self, text: Text) -> Verdict:
        """Return whether the questions are as they should be."""
        if not text.string.startswith("Question"):
            return Verdict(False, "it does not begin with a question")
        questions = list(filter(None, map(str.strip, _QUESTION.split(text.string))))
        if len(questions) != 4:
            return Verdict(False, f"{len(questions)} questions")
        lengths = []
        for question in questions:
            lines = list(map(str.strip, question.split("\n")))
            options = [number for number, line in enumerate(lines) if _OPTION.match(line)]
            if len(options) != 5:
                return Verdict(False, f"{len(options)} options")
            lengths.append(len(" ".join(lines[: options[0]]).strip()))
        met = all(one < following for one, following in pairwise(lengths))
        return Verdict(met, f"questions of {', '.join(map(str, lengths))} characters")


class ReverseNewline(IFBench):
    """From the first line with "Zimbabwe" on, 52 lines or more stand in falling order.

    That they name the countries of Africa is not looked at (no thread reports it).
    """

    says = "List the countries of Africa in reverse alphabetical order, one on each line."
    example = Example({}, "\n".join(["Zimbabwe", *["Chad"] * 51]), "Zimbabwe\nZambia")

    kind: Literal["ifbench/custom:reverse_newline"] = "ifbench/custom:reverse_newline"

    def decide(self, text: Text) -> Verdict:
        """Return whether there are enough lines, and in order."""
        lines = list(filter(None, (line.strip(_EDGES) for line in text.string.split("\n"))))
        first = next((at for at, line in enumerate(lines) if "Zimbabwe" in line), len(lines))
        found = list(map(_ascii, lines[first:]))
        if len(found) < 52:
            return Verdict(False, f"{len(found)} lines from Zimbabwe on")
        return verdict(found == sorted(found, reverse=True), "in order", "not in order")


def _ascii(string: str) -> str:
    """Return a string without accents and without what is not ASCII."""
    return unicodedata.normalize("NFKD", string).encode("ascii", "ignore").decode("ascii")


class WordReverse(IFBench):
    """The words in reverse order hold "bald eagle", whatever else they say."""

    says = "Say, with all words in reverse order, which animal is the national symbol of the US."
    example = Example({}, "eagle bald the is It", "It is the bald eagle")

    kind: Literal["ifbench/custom:word_reverse"] = "ifbench/custom:word_reverse"

    def decide(self, text: Text) -> Verdict:
        """Return whether "bald eagle" is found in reverse."""
        reversed_words = " ".join(low_bare_words(text)[::-1])
        return verdict("bald eagle" in reversed_words, "eagle bald found", "no eagle bald")


class CharacterReverse(IFBench):
    """The letters of "bald eagle" are found in reverse order."""

    says = "Say, with all letters in reverse order, which animal is the symbol of the US."
    example = Example({}, "elgae dlab eht", "the bald eagle")

    kind: Literal["ifbench/custom:character_reverse"] = "ifbench/custom:character_reverse"

    def decide(self, text: Text) -> Verdict:
        """Return whether "elgae dlab" is found."""
        return verdict("elgae dlab" in lowered(text), "elgae dlab found", "no elgae dlab")


class SentenceAlphabet(IFBench):
    """There are 26 sentences, which begin with the letters from A to Z in order.

    Sentences are Punkt's.
    """

    says = "Tell a story of 26 sentences that begin with the letters of the alphabet in order."
    example = Example(
        {}, " ".join(f"{chr(65 + place)}ll went well." for place in range(26)), "All went well."
    )

    kind: Literal["ifbench/custom:sentence_alphabet"] = "ifbench/custom:sentence_alphabet"

    def decide(self, text: Text) -> Verdict:
        """Return whether the sentences begin in order."""
        found = sentences(text)
        if len(found) != 26:
            return Verdict(False, f"{len(found)} sentences")
        first = [sentence.lstrip()[:1].lower()[:1] for sentence in found]
        met = first == list("abcdefghijklmnopqrstuvwxyz")
        return Verdict(met, f"they begin with {''.join(first)}")


class EuropeanCapitalsSort(IFBench):
    """The text is a fixed list of 27 cities with commas between them, accents left out.

    Kyiv is missing from the list (no thread reports it).
    """

    says = (
        "List the capitals of Europe that lie north of 45 degrees, from north to south, with "
        "commas between them."
    )
    example = Example({}, ", ".join(_CAPITALS), "Oslo, Paris")

    kind: Literal["ifbench/custom:european_capitals_sort"] = "ifbench/custom:european_capitals_sort"

    def decide(self, text: Text) -> Verdict:
        """Return whether the cities are those of the list."""
        found = list(filter(None, map(str.strip, _ascii(text.string).split(","))))
        return verdict(found == _CAPITALS, "the list", f"another list, of {len(found)}")


class DateFormatList(IFBench):
    """Each piece between commas is a date YYYY-MM-DD of the years 1769 to 1821.

    Month 0 and day 0 pass, and so does 29 February of any year (no thread reports it).
    """

    says = "List the dates on which Napoleon's battles began, as YYYY-MM-DD, with commas between."
    example = Example({}, "1805-12-02, 1815-06-18", "2 December 1805")

    kind: Literal["ifbench/custom:date_format_list"] = "ifbench/custom:date_format_list"

    def decide(self, text: Text) -> Verdict:
        """Return whether each piece is such a date."""
        for piece in map(str.strip, text.string.split(",")):
            if not _DATE.fullmatch(piece) or not _possible(piece):
                return Verdict(False, f"{piece[:40]!r} is no such date")
        return Verdict(True, "all are dates")


def _possible(date: str) -> bool:
    year, month, day = map(int, date.split("-"))
    return 1769 <= year <= 1821 and month <= 12 and day <= (_DAYS[month - 1] if month else 99)
