"""Code blocks: how many there are, in all or of one language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from typing import Annotated, ClassVar, Literal, Self

from pydantic import StringConstraints

from crab.constraints.base import Example
from crab.constraints.bounds import Measure
from crab.constraints.format import NOTHING, Counted
from crab.constraints.marks import marks
from crab.text import Text

__all__ = ["CodeBlockCount"]

_FENCE_LINE = re.compile(r"(?:`{3,}|~{3,})[ \t]*([^\s`]*)")


class CodeBlockCount(Counted):
    r"""The response has between ``at_least`` and ``at_most`` fenced code blocks.

    A fenced block stands between lines of three or more backticks or tildes. With ``language``,
    only those count whose opening fence names exactly this language, in upper or lower case.

    >>> CodeBlockCount(at_least=1, language="python").check("```Python\nprint()\n```").met
    True
    """

    hint: ClassVar[str] = "The number of fenced code blocks, in all or of one language."
    unit: ClassVar[str] = "code blocks"
    sides: ClassVar[tuple[str, ...]] = ("exactly", "between", "at_least")
    traces: ClassVar[tuple[str, ...]] = ("```", "~~~")
    example: ClassVar[Example] = Example(
        {"at_least": 1, "language": "python"}, "```python\nprint(1)\n```", "```\nprint(1)\n```"
    )

    kind: Literal["code_block_count"] = "code_block_count"
    language: Annotated[str, StringConstraints(min_length=1, pattern=r"^\S+$")] | None = None
    """The language that the opening fence must name, such as ``python``."""

    def variant(self) -> str:
        """Return ``language`` where a language is demanded."""
        return "language" if self.language else ""

    @classmethod
    def subjects(cls, text: Text, rng: Random) -> Iterator[Self]:
        """Yield the rule for all blocks and for the language of the first that names one."""
        for subject in super().subjects(text, rng):
            yield subject
            named = [block.info for block in marks(text).code_blocks if block.info]
            if named:
                yield cls.subject(language=named[0])

    def measure(self, text: Text) -> Measure:
        """Count the blocks; others count pairs of fences, or indented blocks too."""
        found = marks(text).code_blocks
        if not found:
            return NOTHING
        lines = [_FENCE_LINE.match(line) for line in marks(text).lines]
        fences = [line[1].lower() for line in lines if line]
        if self.language is not None:
            name = self.language.lower()
            spans = [(block.start, block.end) for block in found if block.info == name]
            return Measure.items(spans, fences.count(name))
        spans = [(block.start, block.end) for block in found]
        pairs = text.string.count("```") + text.string.count("~~~")
        indented = sum(1 for block in text.blocks if block.kind == "code")
        return Measure.items(spans, len(fences) // 2, pairs // 2, (pairs + 1) // 2, indented)
