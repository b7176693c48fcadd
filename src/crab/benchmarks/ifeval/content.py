"""IFEval's ``detectable_content`` instructions."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator

from crab.benchmarks.base import Count, compared, verdict
from crab.benchmarks.ifeval.family import IFEval
from crab.benchmarks.measures import lowered
from crab.benchmarks.patterns import linear
from crab.constraints.base import Example, Verdict
from crab.constraints.ifeval import ifeval_placeholders
from crab.text import Text

__all__ = ["NumberPlaceholders", "Postscript"]

_KNOWN = {
    "P.P.S": re.compile(r"p\.\s?p\.\s?s"),
    "P.S.": re.compile(r"p\.\s?s\."),
}
_FLAGS = int(re.MULTILINE)


class NumberPlaceholders(IFEval):
    """The placeholders in square brackets are at least as many as a number says.

    Whatever stands between ``[`` and the next ``]`` of a line counts: links, check boxes, the
    same one twice.
    """

    says = "Leave at least {num_placeholders} placeholders in square brackets, such as [name]."
    example = Example({"num_placeholders": 2}, "Dear [name], [greeting]", "Dear [name]")

    kind: Literal["ifeval/detectable_content:number_placeholders"] = (
        "ifeval/detectable_content:number_placeholders"
    )
    num_placeholders: Count
    """The smallest number that will do."""

    def decide(self, text: Text) -> Verdict:
        """Return whether there are enough placeholders."""
        count = ifeval_placeholders(text.string)
        return compared(count, "at least", self.num_placeholders, "placeholders")

    def grows(self) -> bool | None:
        """Return that more lines can only help."""
        return True


def _marker(marker: str) -> str:
    if marker.strip() not in _KNOWN:
        linear(marker.strip().lower(), _FLAGS)
    return marker


class Postscript(IFEval):
    r"""A marker of a postscript is found.

    It may stand anywhere, in the middle of a word too: "P.P.S." has a "P.S.", and "P.P. Smith" has
    a "P.P.S". "P.P.S" and "P.S." may hold a white space after a stop; any other marker is read as a
    regular expression in lower case (mlcommons/mobile_app_open#1093).
    """

    says = "At the end, add a postscript that begins with {postscript_marker}."
    example = Example({"postscript_marker": "P.S."}, "Yours, Ada\n\nP.S. Write soon.", "Yours, Ada")

    kind: Literal["ifeval/detectable_content:postscript"] = "ifeval/detectable_content:postscript"
    postscript_marker: Annotated[str, AfterValidator(_marker)]
    """The marker, such as ``P.S.``."""

    def decide(self, text: Text) -> Verdict:
        """Return whether the marker is found."""
        marker = self.postscript_marker.strip()
        known = _KNOWN.get(marker)
        string = lowered(text)
        found = known.search(string) if known else linear(marker.lower(), _FLAGS).search(string)
        return verdict(bool(found), f"{marker} found", f"no {marker}")

    def grows(self) -> bool | None:
        """Return that more lines can only help, where the marker is a known one."""
        return True if self.postscript_marker.strip() in _KNOWN else None
