r"""How far apart fair counts of one text lie: an interval for every measurement.

People and programs count differently: ``don't`` is one word to some and two to others, a list item
is a sentence or is not. Each property here is an :class:`Interval` that contains every reading
named below, so a bound outside it holds whoever counts.

words        ours; ``\w+`` runs (IFEval); whitespace tokens; ``\w+`` joined by apostrophe and
             hyphen; Treebank tokens that hold a letter or digit; ours without code blocks. Where
             most words are letters of a script without spaces: ours, its letters alone, and all
             characters.
sentences    ours; newline-aware ends; Punkt's for English.
paragraphs   ours, with or without those that begin with ``|``; blank-line blocks, with blank lines
             that hold spaces or not; non-empty lines.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from crab.lexicon import lexicon
from crab.memory import View

if TYPE_CHECKING:
    from crab.text import Span

__all__ = ["Interval", "Readings"]

_RUN = re.compile(r"\w+")
_TOKEN = re.compile(r"\S+")
_BLACK = re.compile(r"\S")
_ALNUM = re.compile(r"[^\W_]")
_TREEBANK_SPLITS = re.compile(
    r"(?:\b(?:cannot|d['’]ye|gimme|gonna|gotta|lemme|more['’]n|wanna)|['’]tis|['’]twas)\b",
    re.IGNORECASE,
)
_SPLIT_WORDS = ("cannot", "d'ye", "d’ye", "gimme", "gonna", "gotta", "lemme", "more'n", "more’n",
                "wanna", "'tis", "’tis", "'twas", "’twas")  # fmt: skip
_ENDS = ".?!:;。！？…।॥؟۔：；"
_SLIGHT_WORDS = 8
_WIDE_STOPS = "。！？…।॥؟۔"
_STOP = re.compile(rf"[.?!{_WIDE_STOPS}]+")
_CLOSERS = re.compile(r"[\"'”’»›」』)\]}*_~`]*")
_PUNKT_CLOSERS = re.compile(r"[\"')\]}*]*(?=\s)")
# Before these, Punkt may end a sentence without white space, unless it moves them to its left.
_PUNKT_NEXT = re.compile(r"""(?!["')\]}‘’“”«»]+(?:\s|--|\Z))[?!)";}\]*:@'({\[‘’“”«»]""")
_CLOSER_NEXT = re.compile(r"\s+[\"')\]}‘’“”«»]")
_NO_BLANK_OR_LINE_END = re.compile(r"\S|[ \t]*(?:[\r\n]|\Z)")
_LAST_WORD = re.compile(r"[^\W\d_]{2,}\Z")
_NEXT_PLAIN = re.compile(r"\s+(?!\d|[^\W\d_]\b)\S")


class Interval(NamedTuple):
    """The lowest and the highest fair count."""

    low: int
    high: int


class Readings(View):
    """Every interval of one text, each computed once, on first use."""

    @cached_property
    def _tokens(self) -> list[Span]:
        scan = self._text.scan
        return scan.tokens if scan else [match.span() for match in _TOKEN.finditer(self._string)]

    @cached_property
    def _token_sizes(self) -> list[int]:
        return list(map(len, self._string.split()))

    @cached_property
    def _lows(self) -> list[int]:
        """The starts to count for the low end of a part's words."""
        if self._text.unspaced:
            return self._text.unspaced_starts
        string = self._string
        starts = []
        for start, end in self._tokens:
            if string[start].isalnum():
                starts.append(start)
            elif found := _ALNUM.search(string, start, end):
                starts.append(found.start())
        return starts

    @cached_property
    def _highs(self) -> list[list[int]]:
        """The starts to count for the high end of a part's words; the longest count is it."""
        string = self._string
        scan = self._text.scan
        runs = scan.runs if scan else [match.start() for match in _RUN.finditer(string)]
        folded = self._text.folded
        hidden = any(word in folded for word in _SPLIT_WORDS)
        splits = [match.start() for match in _TREEBANK_SPLITS.finditer(string)] if hidden else []
        found = [sorted(runs + splits) if splits else runs]
        if len(self._tokens) > len(self._lows):
            found.append([start for start, _ in self._tokens])
        if scan is None:
            found.append(self._text.word_starts)
        return found

    def fewest_words(self, start: int, end: int) -> int:
        """Return the lowest fair count of the words between two offsets."""
        lows = self._lows
        return bisect_left(lows, end) - bisect_left(lows, start)

    def most_words(self, start: int, end: int) -> int:
        """Return the highest fair count of the words between two offsets."""
        if self._mixed or self._text.unspaced:
            return end - start
        return max([bisect_left(one, end) - bisect_left(one, start) for one in self._highs])

    @cached_property
    def _mixed(self) -> bool:
        """Whether enough letters are of scripts without spaces for people to count characters."""
        return 10 * len(self._text.unspaced_starts) > len(self._text.words)

    @cached_property
    def words(self) -> Interval:
        """The words of the whole text."""
        code = [block for block in self._text.blocks if block.kind == "code"]
        low = self.fewest_words(0, len(self._string))
        low -= sum(self.most_words(block.start, block.end) for block in code)
        return Interval(max(low, 0), self.most_words(0, len(self._string)))

    @cached_property
    def sentence_cuts(self) -> tuple[list[int], list[int]]:
        """Where a sentence ends in every reading, and where it may end in some."""
        string, text = self._string, self._text
        ours = {end for _, end in text.sentences}
        certain, possible = [], set(ours)
        possible.update(end for _, end in text.lines)
        for stop in _STOP.finditer(string):
            start, end = stop.span()
            closed = _CLOSERS.match(string, end).end()  # type: ignore[union-attr]
            wide = string[end - 1] in _WIDE_STOPS
            if _PUNKT_NEXT.match(string, end):
                possible.add(end)
            if end - start > 1 and (not start or string[start - 1].isspace()):
                possible.update(range(start + 1, end))
            elif end - start > 1 and _NO_BLANK_OR_LINE_END.match(string, end):
                possible.add(end - 1)
            if not (wide or (string[closed : closed + 1] or " ").isspace()):
                continue
            possible.add(closed)
            if closed in ours and (
                wide if text.unspaced and text.language != "en" else self._punkt_splits(start, end)
            ):
                certain.append(closed)
        if text.certain_language not in ("en", None):
            certain.extend(end for start, end in text.paragraphs if string[start] != "|")
        return sorted({*certain, len(string)}), sorted({*possible, len(string)})

    def _punkt_splits(self, start: int, end: int) -> bool:
        """Whether Punkt is sure to split after the stop that stands at ``start``."""
        string = self._string
        closers = _PUNKT_CLOSERS.match(string, end)
        if closers is None:
            return end >= len(string)
        marks = string[start:end]
        if set(marks) <= {"?", "!"}:
            return not _CLOSER_NEXT.match(string, closers.end())
        if marks != "." or not _NEXT_PLAIN.match(string, closers.end()):
            return False
        word = _LAST_WORD.search(string, max(0, start - 40), start)
        return word is not None and word.group().lower() not in lexicon("en").abbreviations

    def _parts(self, cuts: list[int]) -> list[Span]:
        """Return the parts between cuts that hold anything."""
        string = self._string
        return [(a, b) for a, b in pairwise([0, *cuts]) if a < b and not string[a:b].isspace()]

    @cached_property
    def first_cut(self) -> int:
        """Where the first sentence ends at the earliest."""
        return next(
            (cut for cut in self.sentence_cuts[1] if _ALNUM.search(self._string, 0, cut)), 0
        )

    @cached_property
    def sentences(self) -> Interval:
        """The sentences of the whole text."""
        certain, possible = self.sentence_cuts
        ours = len(self._text.sentences)
        worded = sum(
            _ALNUM.search(self._string, *part) is not None for part in self._parts(certain)
        )
        return Interval(min(ours, worded), max(ours, len(self._parts(possible))))

    @cached_property
    def sentence_words(self) -> Interval:
        """The words of the shortest and of the longest sentence."""
        certain, possible = self.sentence_cuts
        parts = [*self._parts(possible), *self._text.sentences]
        shortest = min((self.fewest_words(*part) for part in parts), default=0)
        longest = max((self.most_words(*part) for part in self._parts(certain)), default=0)
        return Interval(shortest, longest)

    @cached_property
    def _blocks(self) -> list[Span]:
        """The parts between literal double newlines: the longest that anyone calls a paragraph."""
        parts, start = [], 0
        for piece in self._string.split("\n\n"):
            if piece.strip():
                parts.append((start, start + len(piece)))
            start += len(piece) + 2
        return parts

    @cached_property
    def _full_lines(self) -> list[Span]:
        return [(a, b) for a, b in self._text.lines if not self._string[a:b].isspace() and a < b]

    @cached_property
    def paragraphs(self) -> Interval:
        """The paragraphs of the whole text.

        The low end leaves out what some call none: lone rows of a table, and a few words without a
        stop, as a title, a salutation or a signature.
        """
        ours, literal = len(self._text.paragraphs), len(self._blocks)
        slight = sum(map(self._slight, self._text.paragraphs))
        return Interval(min(ours - slight, literal), max(ours, literal, len(self._full_lines)))

    def _slight(self, paragraph: Span) -> bool:
        start, end = paragraph
        if self._string[start] == "|":
            return True
        bare = self._string[start:end].rstrip(" \t\"'”’»)*_")
        return bare[-1:] not in _ENDS and self.fewest_words(start, end) <= _SLIGHT_WORDS

    @cached_property
    def paragraph_words(self) -> Interval:
        """The words of the shortest and of the longest paragraph."""
        shortest = min((self.fewest_words(*line) for line in self._full_lines), default=0)
        longest = max((self.most_words(*part) for part in self._blocks), default=0)
        return Interval(shortest, longest)

    @cached_property
    def paragraph_sentences(self) -> Interval:
        """The sentences of the shortest and of the longest paragraph."""
        certain, possible = self.sentence_cuts

        def inside(cuts: list[int], part: Span, holds: re.Pattern[str]) -> int:
            first, last = bisect_left(cuts, part[0] + 1), bisect_left(cuts, part[1])
            edges = [part[0], *cuts[first:last], part[1]]
            return sum(holds.search(self._string, *one) is not None for one in pairwise(edges))

        shortest = min((inside(certain, line, _ALNUM) for line in self._full_lines), default=0)
        longest = max((inside(possible, part, _BLACK) for part in self._blocks), default=0)
        return Interval(shortest, longest)

    @cached_property
    def longest_word(self) -> Interval:
        """The characters of the longest word."""
        ours = max(self._text.folded_words, key=len, default="")
        tokens = max(self._token_sizes, default=0)
        return Interval(max(map(len, _RUN.findall(ours)), default=0), max(tokens, len(ours)))

    @cached_property
    def lines(self) -> Interval:
        """The lines: the low end leaves out the empty ones."""
        return Interval(
            len(self._full_lines), max(len(self._text.lines), self._string.count("\n") + 1)
        )

    @cached_property
    def characters(self) -> Interval:
        """The characters: the low end leaves out white space."""
        return Interval(sum(self._token_sizes), len(self._string))
