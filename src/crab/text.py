r"""What a word, a sentence and a paragraph are: the only definitions, measured once for each text.

========== =====================================================================================
word       A run of letters, combining marks, digits and underscores, joined by single
           apostrophes and hyphens (``don't`` and ``well-known`` are one word). In scripts that
           are written without spaces (Chinese, Japanese, Thai, Lao, Khmer, Burmese) each letter
           is a word. Words are counted everywhere, in code, tables and link targets too.
sentence   What the ``sentencex`` rules of the text's language split off inside a prose block. A
           list item holds at least one. Headings, tables, code and HTML hold none.
paragraph  A Markdown paragraph outside lists, tables, headings, code and HTML.
line       What ``\n``, ``\r\n`` or ``\r`` ends.
block      A Markdown block: see :mod:`crab.markdown`.
language   What fastText's ``lid.176`` says of the prose, or of everything where there is little.
========== =====================================================================================
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

import regex

from crab import languages, markdown
from crab.readings import Readings
from crab.scanning import JOINERS, Scan, scan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Span", "Text", "fold", "joins"]

T = TypeVar("T")

Span = tuple[int, int]
"""Where something begins and ends: code-point offsets, the end excluded."""

_UNSPACED = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ー]"
_SPACED = rf"[[\p{{L}}\p{{M}}\p{{N}}_]--[[\p{{L}}\p{{M}}]&&{_UNSPACED}]]"
_WORD = regex.compile(
    rf"(?V1)[\p{{L}}&&{_UNSPACED}]\p{{M}}*|{_SPACED}+(?:[{re.escape(JOINERS)}]{_SPACED}+)*"
)
_NEEDS_FULL_PATTERN = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u1dff\u20d0-\u20ff\u2ce0-\uabff\uf900-\ufe2f\uff65-\uffdc"
    "\U00010000-\U0010ffff]"
)
_UNSPACED_LETTER = regex.compile(rf"(?V1)[\p{{L}}&&{_UNSPACED}]")
_SPACED_MARK = regex.compile(rf"(?V1)[\p{{M}}--{_UNSPACED}]")
_OTHER_SPACE = re.compile(r"[^\S \t\n\r\f\v]")
_LONGEST_SEGMENTED = 4000
_SURROGATE = re.compile("[\ud800-\udfff]")


def fold(string: str) -> str:
    """Return ``string`` in lower case, code point for code point, so that offsets stay valid.

    A final sigma becomes a plain one, so that a word folds alike wherever it stands.
    """
    lowered = string.lower()
    if len(lowered) != len(string):
        lowered = "".join(low if len(low := char.lower()) == 1 else char for char in string)
    return lowered if string.isascii() else lowered.replace("ς", "σ")


def joins(char: str) -> bool:
    """Return whether a letter or digit right beside ``char`` would belong to the same word.

    >>> joins("a"), joins("-"), joins("雨"), joins("\u0d3f")
    (True, False, False, True)
    """
    if char.isalnum() or char == "_":
        return char < "\u0e00" or not _UNSPACED_LETTER.match(char)
    return char >= "\u0300" and _SPACED_MARK.match(char) is not None


class Text:
    """One response with everything that constraints measure, each computed once, on first use.

    Lone surrogates become U+FFFD, one for one, so every offset holds in the original too.

    >>> text = Text("Don't panic. It is a well-known *towel*.")
    >>> len(text.words), len(text.sentences), text[text.words[0]]
    (7, 2, "Don't")
    """

    def __init__(self, string: str) -> None:
        if not isinstance(string, str):
            raise TypeError(f"a text is a str, not {type(string).__name__}")
        if not string.isascii():
            string = _SURROGATE.sub("\ufffd", string)
        self.string = string
        self._memory: dict[Any, Any] = {}

    @classmethod
    def of(cls, text: str | Self) -> Self:
        """Return ``text`` itself where it is a ``Text`` already, else a new one."""
        return text if isinstance(text, cls) else cls(text)  # type: ignore[arg-type]

    def __len__(self) -> int:
        return len(self.string)

    def __getitem__(self, span: Span) -> str:
        return self.string[span[0] : span[1]]

    def __repr__(self) -> str:
        short = self.string if len(self) <= 60 else f"{self.string[:57]}..."
        return f"Text({short!r})"

    @cached_property
    def folded(self) -> str:
        """The text in lower case, of the same length."""
        return fold(self.string)

    @cached_property
    def words(self) -> list[Span]:
        """The span of each word."""
        if self.scan is not None:
            return self.scan.words
        return [match.span() for match in _WORD.finditer(self.string)]

    @cached_property
    def scan(self) -> Scan | None:
        """Words, runs and tokens by table; None where marks or scripts need the patterns."""
        string = self.string
        plain = string.isascii() or not _NEEDS_FULL_PATTERN.search(string)
        return scan(string) if plain else None

    @cached_property
    def word_starts(self) -> list[int]:
        """Where each word begins, for counting the words of a part by bisection."""
        return [start for start, _ in self.words]

    @cached_property
    def folded_words(self) -> list[str]:
        """Each word in lower case."""
        folded = self.folded
        return [folded[start:end] for start, end in self.words]

    @cached_property
    def word_set(self) -> frozenset[str]:
        """The different words in lower case."""
        return frozenset(self.folded_words)

    @cached_property
    def unspaced_starts(self) -> list[int]:
        """Where each letter of a script that is written without spaces stands."""
        if self.string.isascii():
            return []
        return [match.start() for match in _UNSPACED_LETTER.finditer(self.string)]

    @cached_property
    def unspaced(self) -> bool:
        """Whether most words are letters of a script that is written without spaces."""
        return 2 * len(self.unspaced_starts) > len(self.words)

    @cached_property
    def lines(self) -> list[Span]:
        """The span of each line, without its end; an empty line is a line."""
        return markdown.line_spans(self.string)

    @cached_property
    def blocks(self) -> tuple[markdown.Block, ...]:
        """The Markdown blocks in order."""
        return markdown.blocks(self.string, self.lines)

    @cached_property
    def prose(self) -> list[Span]:
        """The span of each block that holds sentences: paragraphs, list items, quotations."""
        return [(block.start, block.end) for block in self._full_paragraphs]

    @cached_property
    def paragraphs(self) -> list[Span]:
        """The span of each paragraph outside lists."""
        return [(block.start, block.end) for block in self._full_paragraphs if not block.in_list]

    @cached_property
    def _full_paragraphs(self) -> list[markdown.Block]:
        string = self.string
        return [
            block
            for block in self.blocks
            if block.kind == "paragraph" and not string[block.start : block.end].isspace()
        ]

    @cached_property
    def sentences(self) -> list[Span]:
        """The span of each sentence, without the white space around it."""
        language = self.language or "en"
        spans = []
        for start, end in self.prose:
            for piece in _segmented(language, self.string[start:end]):
                bare = piece.strip()
                if bare:
                    first = start + piece.index(bare)
                    spans.append((first, first + len(bare)))
                start += len(piece)
        return spans

    def words_in(self, parts: list[Span]) -> list[int]:
        """Return how many words lie in each of the parts."""
        return _counts(self.word_starts, parts)

    def sentences_in(self, parts: list[Span]) -> list[int]:
        """Return how many sentences lie in each of the parts."""
        return _counts([start for start, _ in self.sentences], parts)

    def remembered(self, measure: Callable[[Self], T]) -> T:
        """Return ``measure(self)``, computed at the first call only."""
        if measure not in self._memory:
            self._memory[measure] = measure(self)
        return cast("T", self._memory[measure])

    def kept_for(self, view: type) -> dict[str, Any]:
        """Return what a view of the text has measured so far, for it to add to."""
        return cast("dict[str, Any]", self._memory.setdefault(view, {}))

    def share(self, view: type, kept: dict[str, Any]) -> None:
        """Keep for a view what other texts keep for it too."""
        self._memory[view] = kept

    @property
    def readings(self) -> Readings:
        """How other fair counts of the same text may differ from the ones above."""
        return Readings(self)

    @cached_property
    def language(self) -> str | None:
        """ISO 639-1 code of the language of the prose; None where there is no letter."""
        prose = "\n".join([self.string[start:end] for start, end in self.prose])
        return languages.detect(prose if len(prose) >= 40 else self.string)

    @cached_property
    def certain_language(self) -> str | None:
        """The language on which two independent detectors agree; the second reads all there is."""
        language = self.language
        return language if language and languages.by_ngrams(self.string) == language else None


def _segmented(language: str, string: str) -> Iterator[str]:
    """Yield the sentences of a block, with the white space after each.

    The segmenter takes quadratic time and fails on white space other than ASCII's, so it is given
    some thousand characters at a time, with blanks for other white space.
    """
    from sentencex import segment  # noqa: PLC0415 - kept off the import path

    if not string.isascii():
        string = _OTHER_SPACE.sub(" ", string)
    while len(string) > _LONGEST_SEGMENTED:
        pieces = segment(language, string[:_LONGEST_SEGMENTED])
        whole = pieces[:-1] or pieces
        yield from whole
        string = string[sum(map(len, whole)) :]
    yield from segment(language, string)


def _counts(starts: list[int], parts: list[Span]) -> list[int]:
    return [bisect_left(starts, end) - bisect_left(starts, start) for start, end in parts]
