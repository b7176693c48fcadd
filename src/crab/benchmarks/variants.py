"""Strict and loose verdicts: on a response as it stands, and on its variants.

The harness of IFEval counts an instruction as loosely followed where one of eight variants of the
response follows it: as it is, without its first line, without its last, without both, and each of
these with every ``*`` deleted. What is cut off is cut at line feeds, and white space is stripped
after it. A variant that is blank counts for nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from itertools import permutations
from typing import Any

from crab.benchmarks.base import Instruction
from crab.benchmarks.measures import LanguagesSeen
from crab.text import Span, Text

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
        self._deciding: dict[bool | None, list[Text]] = {}

    def _text(self, string: str) -> Text:
        text = Text(string)
        text.share(LanguagesSeen, self._seen)
        return text

    def verdicts(self, rule: Instruction) -> tuple[bool, bool]:
        """Return whether the instruction is followed strictly, and whether loosely."""
        if _blank(self._response):
            return False, False
        strict = bool(rule.check(self._whole).met)
        others = () if strict else self._others(rule.grows())
        return strict, strict or any(rule.check(text).met for text in others)

    def _others(self, grows: bool | None) -> list[Text]:
        """Return the variants, without the response itself, that can decide."""
        if grows not in self._deciding:
            texts: dict[Text, None] = {}
            for variants in self._variants:
                decided = self._decided(variants, grows)
                texts.update((text, None) for span, text in variants.items() if span not in decided)
            texts.pop(self._whole, None)
            self._deciding[grows] = list(texts)
        return self._deciding[grows]

    def _decided(self, variants: Collection[Span], grows: bool | None) -> set[Span]:
        """Return the variants that follow an instruction only where another one does."""
        if grows is None:
            return set()
        return {
            inner if grows else outer
            for outer, inner in self._nested
            if outer in variants and inner in variants
        }

    @cached_property
    def _variants(self) -> list[dict[Span, Text]]:
        """The variants that are not blank by their places: with stars and, if any, without."""
        plain = {span: self._response[slice(*span)] for span in self._spans}
        kinds = [plain]
        if "*" in self._response:
            starless = {span: string.replace("*", "") for span, string in plain.items()}
            kinds.append({span: string for span, string in starless.items() if not _blank(string)})
        texts = {self._response: self._whole}
        for string in (string for kind in kinds for string in kind.values()):
            if string not in texts:
                texts[string] = self._text(string)
        return [{span: texts[string] for span, string in kind.items()} for kind in kinds]

    @cached_property
    def _spans(self) -> list[Span]:
        """Where each different variant stands that is not blank, before stars are deleted."""
        response, size = self._response, len(self._response)
        after_first = response.find("\n") + 1 or size
        before_last = max(response.rfind("\n"), 0)
        spans = [(0, size)]
        for start, end in ((after_first, size), (0, before_last), (after_first, before_last)):
            piece = response[start:end]
            if bare := piece.strip():
                start += len(piece) - len(piece.lstrip())
                spans.append((start, start + len(bare)))
        return list(dict.fromkeys(spans))

    @cached_property
    def _nested(self) -> list[tuple[Span, Span]]:
        """The variants of which another is a run of whole lines, and that one."""
        return [
            (outer, inner)
            for outer, inner in permutations(self._spans, 2)
            if outer[0] <= inner[0]
            and inner[1] <= outer[1]
            and (inner[0] == outer[0] or self._response[inner[0] - 1] == "\n")
            and (inner[1] == outer[1] or self._response[inner[1]] == "\n")
        ]


def _blank(string: str) -> bool:
    return not string or string.isspace()
