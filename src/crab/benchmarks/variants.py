"""Strict and loose verdicts: on a response as it stands, and on its variants.

The harness of IFEval counts an instruction as loosely followed where one of eight variants of the
response follows it: as it is, without its first line, without its last, without both, and each of
these with every ``*`` deleted. What is cut off is cut at line feeds, and white space is stripped
after it. A variant that is blank counts for nothing.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, NamedTuple

from crab.benchmarks.base import Instruction
from crab.benchmarks.measures import LanguagesSeen
from crab.text import Text

__all__ = ["Variants"]


class Variants:
    r"""One response in its variants, each measured once for all instructions.

    >>> from crab.benchmarks import instruction
    >>> quotation = instruction("ifeval", "startend:quotation")
    >>> Variants('Here it is:\n"All is well."').verdicts(quotation)
    (False, True)
    """

    def __init__(self, response: str) -> None:
        self._response = response
        self._seen: dict[str, Any] = {}
        self._whole = self._text(response)
        self._texts = {response: self._whole}
        self._deciding: dict[bool | None, list[Text]] = {}

    def verdicts(self, rule: Instruction) -> tuple[bool, bool]:
        """Return whether the instruction is followed strictly, and whether loosely."""
        if _blank(self._response):
            return False, False
        if rule.check(self._whole).met:
            return True, True
        return False, any(rule.check(text).met for text in self._others(rule.grows()))

    def _others(self, grows: bool | None) -> list[Text]:
        """Return the variants, without the response itself, that can decide."""
        if grows not in self._deciding:
            if not self._cut.whole_lines:
                grows = None
            strings = self._plain(grows)
            if "*" in self._response:
                strings += self._starless(grows)
            different = dict.fromkeys(strings)
            different.pop(self._response, None)
            self._deciding[grows] = list(map(self._kept, different))
        return self._deciding[grows]

    def _plain(self, grows: bool | None) -> list[str]:
        """Return the variants with stars that can decide."""
        if grows is None:
            return self._cut.shorter
        return [] if grows else self._cut.shortest

    def _starless(self, grows: bool | None) -> list[str]:
        """Return the variants without stars that can decide."""
        tried = {
            None: [[self._response, *self._cut.shorter]],
            True: [[self._response]],
            False: [self._cut.shortest, self._cut.shorter, [self._response]],
        }
        for strings in tried[grows]:
            starless = [string.replace("*", "") for string in strings]
            found = [string for string in starless if not _blank(string)]
            if found:
                return found
        return []

    @cached_property
    def _cut(self) -> Cut:
        return _cut(self._response)

    def _kept(self, string: str) -> Text:
        if string not in self._texts:
            self._texts[string] = self._text(string)
        return self._texts[string]

    def _text(self, string: str) -> Text:
        text = Text(string)
        text.share(LanguagesSeen, self._seen)
        return text


class Cut(NamedTuple):
    """A response without its first line, without its last, and without both; the blank left out."""

    shorter: list[str]
    shortest: list[str]
    """Those that hold no other one."""
    whole_lines: bool
    """Whether all are runs of whole lines: stripping may cut into one."""


def _cut(response: str) -> Cut:
    after_first = response.find("\n") + 1
    if not after_first:
        return Cut([], [], whole_lines=True)
    size, before_last = len(response), response.rfind("\n")
    strings, whole_lines = [], True
    for start, end in ((after_first, size), (0, before_last), (after_first, before_last)):
        piece = response[start:end]
        bare = piece.strip()
        strings.append(bare)
        if bare:
            start += len(piece) - len(piece.lstrip())
            end = start + len(bare)
            begins = start == 0 or response[start - 1] == "\n"
            whole_lines = whole_lines and begins and (end == size or response[end] == "\n")
    shortest = strings[2:] if strings[2] else strings[:2]
    return Cut(list(filter(None, strings)), list(filter(None, shortest)), whole_lines)


def _blank(string: str) -> bool:
    return not string or string.isspace()
