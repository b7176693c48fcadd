"""Check a response against constraints, and look at the result as a table or in a notebook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

from crab.constraints.base import Constraint, Rule, Verdict
from crab.errors import MissingData
from crab.text import Text

if TYPE_CHECKING:
    from jinja2 import Template

__all__ = ["Report", "Result", "check", "sound", "verdict"]


class Result(NamedTuple):
    """One constraint with its verdict."""

    constraint: Constraint
    verdict: Verdict


@dataclass(frozen=True)
class Report:
    """The verdicts on one response, in the order of the constraints.

    A report is true where every constraint is met. Printed, it is a table; in a notebook it marks
    the evidence in the response.
    """

    text: Text
    results: tuple[Result, ...]

    @property
    def met(self) -> bool | None:
        """True where all are met, False where one is not, None where one is still to be judged."""
        verdicts = [result.verdict.met for result in self.results]
        if False in verdicts:
            return False
        return None if None in verdicts else True

    def __bool__(self) -> bool:
        return self.met is True

    def __iter__(self) -> Iterator[Result]:
        return iter(self.results)

    def __len__(self) -> int:
        return len(self.results)

    def __str__(self) -> str:
        rows = [
            (
                _MARKS[verdict.met],
                constraint.kind,
                " ".join(said(constraint).split()),
                " ".join(verdict.reason.split()),
            )
            for constraint, verdict in self.results
        ]
        widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
        lines = [
            "  ".join(
                [*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3]]
            )
            for row in rows
        ]
        met = sum(verdict.met is True for _, verdict in self.results)
        return "\n".join([*lines, f"{met} of {len(rows)} met"])

    def _repr_html_(self) -> str:
        rows = [
            {
                "number": number,
                "met": _MARKS[verdict.met],
                "kind": constraint.kind,
                "said": said(constraint),
                "reason": verdict.reason,
            }
            for number, (constraint, verdict) in enumerate(self.results, 1)
        ]
        return _view().render(rows=rows, pieces=list(self._pieces()))

    def _pieces(self) -> Iterator[tuple[str, list[int], list[int]]]:
        """Yield the text in pieces, each with the results it is evidence of and those that end."""
        starts: dict[int, list[int]] = {}
        ends: dict[int, list[int]] = {}
        for number, (_, verdict) in enumerate(self.results, 1):
            for start, end in verdict.spans:
                if 0 < end - start < len(self.text):
                    starts.setdefault(start, []).append(number)
                    ends.setdefault(end, []).append(number)
        open_now: list[int] = []
        last = 0
        for at in sorted({*starts, *ends, len(self.text)}):
            if at > last:
                yield self.text[(last, at)], sorted(set(open_now)), sorted(set(ends.get(at, ())))
            for number in ends.get(at, ()):
                if number in open_now:
                    open_now.remove(number)
            open_now.extend(starts.get(at, ()))
            last = at


_MARKS = {True: "met", False: "UNMET", None: "not judged"}


def check(text: str | Text, constraints: Constraint | Iterable[Constraint]) -> Report:
    """Return a report with a verdict for each constraint.

    A judged constraint, which code cannot decide, gets ``met=None``. A check that raises (a
    plug-in's) counts as not met, and the reason names the exception.

    >>> from crab.constraints import Keywords, WordCount
    >>> print(check("It rained all day.", [WordCount(at_most=5), Keywords(include=("snow",))]))
    met    word_count  Your answer should have at most 5 words.  4 words
    UNMET  keywords    Your answer should include "snow".        missing: snow
    1 of 2 met
    """
    text = Text.of(text)
    several = [constraints] if isinstance(constraints, Constraint) else list(constraints)
    for constraint in several:
        if not isinstance(constraint, Constraint):
            raise TypeError(
                f"{constraint!r} is no constraint; "
                "read data with crab.Constraint.model_validate(data)"
            )
    return Report(text, tuple(Result(one, verdict(one, text)) for one in several))


def verdict(constraint: Constraint, text: Text) -> Verdict:
    """Return the verdict on one constraint; a check that raises is not met.

    Raises:
        MissingData: The check needs data that are not installed, without which nothing is decided.
    """
    if not isinstance(constraint, Rule):
        return Verdict(None, "only a reader can decide it")
    try:
        return sound(constraint.check(text), text)
    except MissingData:
        raise
    except Exception as error:
        return Verdict(False, f"the check failed: {type(error).__name__}: {error}")


def sound(found: Any, text: Text) -> Verdict:
    """Return what a check found, if it is a verdict on the text: a plug-in's may be anything.

    Raises:
        TypeError: It is no verdict.
        ValueError: Its evidence does not stand in the text.
    """
    if not isinstance(found, Verdict) or not isinstance(found.reason, str):
        raise TypeError(f"a check returns a Verdict with a reason, not {found!r:.100}")
    spans = tuple((int(start), int(end)) for start, end in found.spans)
    for start, end in spans:
        if not 0 <= start <= end <= len(text):
            raise ValueError(f"the span {(start, end)} is not in the text")
    return Verdict(found.met, Text(found.reason).string, spans)


def said(constraint: Constraint) -> str:
    """Return the constraint in plain words: in English, or in the first language that it knows.

    One that cannot be said, as with a plug-in's broken phrasing, is called by its kind.
    """
    try:
        return _said(constraint)
    except Exception:
        return constraint.kind


def _said(constraint: Constraint) -> str:
    if isinstance(constraint, Rule) and not constraint.said_in("en"):
        languages = [language for language in constraint.phrasings if constraint.said_in(language)]
        return constraint.describe(language=languages[0]) if languages else constraint.kind
    return constraint.describe()


@cache
def _view() -> Template:
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415 - only notebooks need it

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    source = files("crab").joinpath("views/report.html.jinja").read_text("utf-8")
    return environment.from_string(source)
