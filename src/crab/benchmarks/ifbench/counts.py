"""IFBench's ``count`` instructions."""

from __future__ import annotations

import re
from typing import Literal

from crab.benchmarks.base import Count, Position, compared, verdict
from crab.benchmarks.ifbench.family import IFBench
from crab.benchmarks.measures import PUNCTUATION, bare, lowered, word_runs
from crab.benchmarks.token_counts import pronouns
from crab.constraints.base import Example, Verdict
from crab.text import Text

__all__ = [
    "Conjunctions",
    "KeywordsMultiple",
    "Numbers",
    "PersonNames",
    "Pronouns",
    "PunctuationMarks",
    "UniqueWordCount",
    "WordCountRange",
    "WordsJapanese",
]

_EDGES = f"{PUNCTUATION} "
_CONJUNCTIONS = frozenset("and but for nor or so yet".split())
_NAMES = """Abigail Alexander Amelia Andrew Aria Audrey Ava Benjamin Charlotte Chloe Christopher
Claire Daniel David Elijah Ella Emma Ethan Gabriel Grace Hannah Harper Isabella Jackson Jacob
Jonathan Joseph Layla Leo Liam Lily Lucas Mason Matthew Mia Nathan Nicholas Noah Nora Olivia Owen
Penelope Ryan Samuel Scarlett Sophia Stella Thomas Victoria Zoe""".split()
_JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
_DIGITS = re.compile(r"\d+")
_TIMES = (1, 2, 3, 5, 7)


class WordCountRange(IFBench):
    r"""The words, runs of ``\w``, are as many as two numbers say, both included."""

    says = "Answer with {min_words} to {max_words} words."
    example = Example({"min_words": 2, "max_words": 3}, "It rained.", "Rain.")

    kind: Literal["ifbench/count:word_count_range"] = "ifbench/count:word_count_range"
    min_words: Count
    """The fewest words."""
    max_words: Count
    """The most words."""

    def decide(self, text: Text) -> Verdict:
        """Return whether the number of words lies between the two."""
        count = word_runs(text)
        return Verdict(self.min_words <= count <= self.max_words, f"{count} words")


class UniqueWordCount(IFBench):
    """The different words are at least as many as a number says.

    Words are what white space separates, in lower case, without the marks of ASCII around them;
    all that are nothing but marks count as one more word.
    """

    says = "Use at least {N} different words."
    example = Example({"N": 3}, "Rain, snow and rain.", "Rain, rain and rain.")

    kind: Literal["ifbench/count:unique_word_count"] = "ifbench/count:unique_word_count"
    N: Count
    """The fewest different words."""

    def decide(self, text: Text) -> Verdict:
        """Return whether there are enough different words."""
        words = {word.strip(_EDGES) for word in set(lowered(text).split())}
        return compared(len(words), "at least", self.N, "different words")

    def grows(self) -> bool | None:
        """Return that more lines can only help."""
        return True


class Conjunctions(IFBench):
    """The coordinating conjunctions are at least as many as a number says, each form once.

    "And", "and" and "and," are three forms (no thread reports it).
    """

    says = "Use at least {small_n} different coordinating conjunctions."
    example = Example({"small_n": 2}, "Rain and snow, but no hail.", "Rain and snow.")

    kind: Literal["ifbench/count:conjunctions"] = "ifbench/count:conjunctions"
    small_n: Count
    """The fewest forms."""

    def decide(self, text: Text) -> Verdict:
        """Return whether there are enough conjunctions."""
        words = set(text.string.split())
        count = sum(word.strip(_EDGES).lower() in _CONJUNCTIONS for word in words)
        return compared(count, "at least", self.small_n, "forms of conjunctions")

    def grows(self) -> bool | None:
        """Return that more lines can only help."""
        return True


class PersonNames(IFBench):
    """The different names of a fixed list are at least as many as a number says.

    The list has 50 first names, which are found as whole words in their own case.
    """

    says = "Mention at least {N} different names of this list: " + ", ".join(_NAMES) + "."
    example = Example({"N": 2}, "Emma met Liam.", "Emma met Bob.")

    kind: Literal["ifbench/count:person_names"] = "ifbench/count:person_names"
    N: Count
    """The fewest names."""

    def decide(self, text: Text) -> Verdict:
        """Return whether there are enough names."""
        string = text.string
        held = [name for name in _NAMES if name in string]
        count = sum(re.search(rf"\b{name}\b", string) is not None for name in held)
        return compared(count, "at least", self.N, "names")

    def grows(self) -> bool | None:
        """Return that more lines can only help."""
        return True


class Numbers(IFBench):
    """The numbers are as many as a number says: runs of digits once marks are deleted.

    "3.14", "1,000" and "10-20" are one number each.
    """

    says = "Use exactly {N} numbers."
    example = Example({"N": 2}, "1,000 drops in 3.5 hours", "3 drops in 4 or 5 hours")

    kind: Literal["ifbench/count:numbers"] = "ifbench/count:numbers"
    N: Count
    """How many there are, exactly."""

    def decide(self, text: Text) -> Verdict:
        """Return whether there are as many numbers."""
        count = len(_DIGITS.findall(bare(text.string)))
        return Verdict(count == self.N, f"{count} numbers")


class PunctuationMarks(IFBench):
    """Each of ``. , ! ? ; :`` is found, and an interrobang: ``?!``, ``!?`` or ``‽``.

    The marks of the first interrobang do not count among the others.
    """

    says = "Use each of . , ! ? ; : and an interrobang (?!) at least once."
    example = Example({}, "Rain?! Yes, rain; how odd: rain! Why? So.", "Rain?!")

    kind: Literal["ifbench/count:punctuation"] = "ifbench/count:punctuation"

    def decide(self, text: Text) -> Verdict:
        """Return whether each mark is found."""
        string = text.string
        if not any(mark in string for mark in ("!?", "?!", "‽")):
            return Verdict(False, "no interrobang")
        first = "?!" if "?!" in string else "!?"
        rest = string.replace(first, "", 1)
        missing = [mark for mark in ".,!?;:" if mark not in rest]
        return verdict(not missing, "all found", f"missing: {' '.join(missing)}")


class Pronouns(IFBench):
    """The pronouns are at least as many as a number says.

    nltk's tokens of the text in lower case are looked up in a list that has "this", "that",
    "which", "all", "any" and "none" too; ``/`` separates. It needs nltk's ``punkt_tab``.
    """

    says = "Use at least {N} pronouns."
    example = Example({"N": 3}, "I saw that it rained.", "I saw rain.")

    kind: Literal["ifbench/count:pronouns"] = "ifbench/count:pronouns"
    N: Count
    """The fewest pronouns."""

    def decide(self, text: Text) -> Verdict:
        """Return whether there are enough pronouns."""
        return compared(text.remembered(pronouns), "at least", self.N, "pronouns")


class WordsJapanese(IFBench):
    """Every N-th word holds a kana or a Chinese character.

    Words are what white space separates; those that are marks or digits pass, and so does a text
    of fewer words.
    """

    says = "Write every {N}th word in Japanese."
    example = Example({"N": 3}, "It rained 雨 today.", "It rained all day.")

    kind: Literal["ifbench/count:words_japanese"] = "ifbench/count:words_japanese"
    N: Position
    """The distance from one such word to the next."""

    def decide(self, text: Text) -> Verdict:
        """Return whether each of these words is in Japanese."""
        for word in text.string.split()[self.N - 1 :: self.N]:
            inner = word.strip(_EDGES)
            if inner and not inner.isdigit() and not _JAPANESE.search(inner):
                return Verdict(False, f"{word} is not in Japanese")
        return Verdict(True, f"every {self.N}th word is in Japanese")


class KeywordsMultiple(IFBench):
    """Five keywords are found once, twice, three, five and seven times, whatever their case.

    They are counted anywhere: "start" counts for "art" (modelscope/evalscope#1755 says otherwise).
    """

    says = (
        'Use the word "{keyword1}" once, "{keyword2}" twice, "{keyword3}" three times, '
        '"{keyword4}" five times and "{keyword5}" seven times.'
    )
    example = Example(
        {"keyword1": "a", "keyword2": "b", "keyword3": "c", "keyword4": "d", "keyword5": "e"},
        "a bb ccc ddddd eeeeeee",
        "a b c d e",
    )

    kind: Literal["ifbench/count:keywords_multiple"] = "ifbench/count:keywords_multiple"
    keyword1: str
    """What is found once."""
    keyword2: str
    """What is found twice."""
    keyword3: str
    """What is found three times."""
    keyword4: str
    """What is found five times."""
    keyword5: str
    """What is found seven times."""

    def decide(self, text: Text) -> Verdict:
        """Return whether each keyword is found as often as it must be."""
        string = lowered(text)
        keywords = (self.keyword1, self.keyword2, self.keyword3, self.keyword4, self.keyword5)
        for keyword, times in zip(keywords, _TIMES, strict=True):
            count = string.count(keyword.strip().lower())
            if count != times:
                return Verdict(False, f"{keyword.strip()} found {count} times")
        return Verdict(True, "all found as often")
