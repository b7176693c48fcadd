"""Links: how many there are."""

from __future__ import annotations

import re
from typing import ClassVar, Literal

from crab.constraints.base import Example
from crab.constraints.bounds import Measure
from crab.constraints.format import NOTHING, Counted
from crab.constraints.marks import marks
from crab.text import Text

__all__ = ["LinkCount"]

_ADDRESS = re.compile(r"https?://")


class LinkCount(Counted):
    """The response has between ``at_least`` and ``at_most`` links.

    A link is a Markdown link ``[text](address)`` or an address that stands alone and begins with
    ``http://``, ``https://`` or ``www.``. Images and what stands in code are none.

    >>> LinkCount(at_least=2).check("See [this](a.md) or <https://example.org>.").reason
    '2 links'
    """

    hint: ClassVar[str] = "The number of links."
    unit: ClassVar[str] = "links"
    weight: ClassVar[float] = 0.6
    sides: ClassVar[tuple[str, ...]] = ("exactly", "between", "at_least")
    traces: ClassVar[tuple[str, ...]] = ("://", "](", "www.")
    code_alike: ClassVar[bool] = False
    example: ClassVar[Example] = Example(
        {"at_least": 1}, "See [the map](https://example.org/map).", "See the map."
    )

    kind: Literal["link_count"] = "link_count"

    def measure(self, text: Text) -> Measure:
        """Count the links; others count web addresses, in code too, or not those in attributes."""
        spans = marks(text).links
        if not spans:
            return NOTHING
        bare = [span for span in spans if text.string[span[0] - 1 : span[0]] not in ("'", '"')]
        return Measure.items(spans, len(bare), len(_ADDRESS.findall(text.string)))
