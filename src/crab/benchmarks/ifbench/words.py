"""IFBench's ``words`` instructions about every word of a text."""

from __future__ import annotations

import re
from collections import Counter
from typing import Literal

from crab.benchmarks.base import Count, verdict
from crab.benchmarks.ifbench.family import IFBench
from crab.benchmarks.measures import bare, bare_words, low_bare_words, lowered
from crab.constraints.base import Example, Verdict
from crab.text import Text

__all__ = [
    "Alphabet",
    "Consonants",
    "NoConsecutive",
    "OddEvenSyllables",
    "Palindrome",
    "PrimeLengths",
    "Repeats",
    "Vowel",
]

_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
_CLUSTER = re.compile("[bcdfghjklmnpqrstvwxyz]{2}")
_PRIMES = frozenset(
    (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97)
)


class Alphabet(IFBench):
    """Each word begins with the next letter of the alphabet, and after Z comes A.

    The first word begins with any letter of ASCII; a word that begins otherwise fails. Marks of
    ASCII are deleted first.
    """

    says = "Begin each word with the next letter of the alphabet; after Z comes A."
    example = Example({}, "Yes, Zoe: Ants bite.", "Rain fell.")

    kind: Literal["ifbench/words:alphabet"] = "ifbench/words:alphabet"

    def decide(self, text: Text) -> Verdict:
        """Return whether the words are in order."""
        words = bare_words(text)
        if not words:
            return Verdict(False, "no words")
        place = _ALPHABET.find(words[0][0].lower())
        if place < 0:
            return Verdict(False, f"{words[0]} begins with no letter")
        for word in words[1:]:
            place = (place + 1) % 26
            if word.lower()[0] != _ALPHABET[place]:
                return Verdict(False, f"{word} does not begin with {_ALPHABET[place]}")
        return Verdict(True, "in alphabetical order")


class Vowel(IFBench):
    """A single line holds no more than three different vowels of a, e, i, o, u.

    Any line break fails but those at the ends (scitix/sieval#105).
    """

    says = "Write one paragraph that uses no more than three different vowels."
    example = Example({}, "All rain is falling.", "Rain, hope and luck.")

    kind: Literal["ifbench/words:vowel"] = "ifbench/words:vowel"

    def decide(self, text: Text) -> Verdict:
        """Return whether there are few enough vowels."""
        line = text.string.strip()
        if "\n" in line:
            return Verdict(False, "more than one line")
        low = line.lower()
        found = [vowel for vowel in "aeiou" if vowel in low]
        return Verdict(len(found) <= 3, f"vowels: {' '.join(found) or 'none'}")


class Consonants(IFBench):
    """Each word holds two consonants side by side.

    Words are what white space separates; y is a consonant, so that "a", "I" and numbers fail.
    """

    says = "Let each word hold two or more consonants side by side."
    example = Example({}, "Storms brought thunder.", "It rained.")

    kind: Literal["ifbench/words:consonants"] = "ifbench/words:consonants"

    def decide(self, text: Text) -> Verdict:
        """Return whether each word holds two consonants side by side."""
        for word in lowered(text).split():
            if not _CLUSTER.search(word):
                return Verdict(False, f"{word} has no two consonants side by side")
        return Verdict(True, "each word has two")


class Palindrome(IFBench):
    """Ten words or more are palindromes of five characters or more; the same one may count twice.

    Marks of ASCII are deleted first, and the case does not matter.
    """

    says = "Use at least 10 palindromes, each of 5 or more characters."
    example = Example({}, "Level! " * 10, "Level. " * 9)

    kind: Literal["ifbench/words:palindrome"] = "ifbench/words:palindrome"

    def decide(self, text: Text) -> Verdict:
        """Return whether there are enough palindromes."""
        words = bare(text.string).lower().split()
        count = sum(len(word) >= 5 and word == word[::-1] for word in words)
        return Verdict(count >= 10, f"{count} palindromes")

    def grows(self) -> bool | None:
        """Return that more lines can only help."""
        return True


class PrimeLengths(IFBench):
    """The length of each word is a prime number up to 97; marks of ASCII are deleted first."""

    says = "Use only words whose number of letters is a prime."
    example = Example({}, "It is the old rains.", "It rained again.")

    kind: Literal["ifbench/words:prime_lengths"] = "ifbench/words:prime_lengths"

    def decide(self, text: Text) -> Verdict:
        """Return whether each length is a prime."""
        for word in bare_words(text):
            if len(word) not in _PRIMES:
                return Verdict(False, f"{word} has {len(word)} characters")
        return Verdict(True, "each length is a prime")


class Repeats(IFBench):
    """No word stands more often than a number says.

    Marks of ASCII are deleted first, and the case does not matter.
    """

    says = "Use no word more than {small_n} times."
    example = Example({"small_n": 1}, "It rained.", "Rain, rain.")

    kind: Literal["ifbench/words:repeats"] = "ifbench/words:repeats"
    small_n: Count
    """How often a word may stand."""

    def decide(self, text: Text) -> Verdict:
        """Return whether no word stands too often."""
        [(word, most)] = Counter(low_bare_words(text)).most_common(1) or [("", 0)]
        return Verdict(most <= self.small_n, f"{word} stands {most} times")

    def grows(self) -> bool | None:
        """Return that more lines can only harm."""
        return False


class OddEvenSyllables(IFBench):
    """Words of an odd and of an even number of syllables alternate.

    The package ``syllapy`` counts; a word with a digit has none. Marks of ASCII are deleted first.
    """

    says = "Alternate words of an odd and of an even number of syllables."
    example = Example({}, "The river is rising.", "The rain fell.")

    kind: Literal["ifbench/words:odd_even_syllables"] = "ifbench/words:odd_even_syllables"

    def decide(self, text: Text) -> Verdict:
        """Return whether odd and even alternate."""
        import syllapy  # noqa: PLC0415 - kept off the import path

        last = None
        for word in bare(text.string).lower().split():
            odd = syllapy.count(word) % 2
            if odd == last:
                return Verdict(False, f"{word} is {'odd' if odd else 'even'} like the word before")
            last = odd
        return Verdict(True, "odd and even alternate")


class NoConsecutive(IFBench):
    """No two words side by side begin with the same letter.

    Marks of ASCII are deleted first, and the case does not matter.
    """

    says = "Let no two words side by side begin with the same letter."
    example = Example({}, "It rained.", "Rain, rain.")

    kind: Literal["ifbench/words:no_consecutive"] = "ifbench/words:no_consecutive"

    def decide(self, text: Text) -> Verdict:
        """Return whether all neighbours begin differently."""
        last = ""
        for word in low_bare_words(text):
            if word[0] == last:
                return Verdict(False, f"{word} begins like the word before")
            last = word[0]
        return verdict(True, "all neighbours begin differently", "")
