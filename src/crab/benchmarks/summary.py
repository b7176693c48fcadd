"""Scores as a table: its lines, as plain text and as HTML, and what is to be said beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from crab.benchmarks.accuracy import Accuracy

if TYPE_CHECKING:
    from crab.benchmarks.scores import ModelScores, Part, Scores

__all__ = ["HEAD", "Line", "cell", "html", "lines", "notes", "text", "title"]

HEAD = ("scoring", "of", "n")
"""What stands above the columns before those of the models."""
_SHOWN = 5


class Line(NamedTuple):
    """One line of the table."""

    scoring: str
    """Strict or loose."""
    of: str
    """What is counted: prompts, instructions, or those of one family or id."""
    accuracies: tuple[Accuracy, ...]
    """That of each model."""
    first: bool = False
    """Whether the line begins a part of the table."""

    def cells(self) -> list[str]:
        """Return what stands in each column."""
        number = f"{self.accuracies[0].of:,}"
        return [self.scoring, self.of, number, *map(cell, self.accuracies)]


def title(scores: Scores) -> str:
    """Return what the table shows."""
    return f"{scores.source}: % followed [95 % interval]"


def cell(found: Accuracy) -> str:
    """Return an accuracy in percent.

    >>> cell(Accuracy(8, 10, 0.490, 0.943))
    '80.0 [49.0, 94.3]'
    """
    return f"{found.share:.1%} [{found.low:.1%}, {found.high:.1%}]".replace("%", "")


def lines(scores: Scores, by: Part = "family") -> Iterator[Line]:
    """Yield the lines of the table: for each scoring, all prompts and instructions, then parts."""
    overall = [model.overall() for model in scores]
    parts = [model.by(by) for model in scores]
    for scoring in ("strict", "loose"):
        for level in ("prompt", "instruction"):
            found = tuple(one[f"{level}_{scoring}"] for one in overall)
            yield Line(scoring, f"{level}s", found, first=level == "prompt")
        for number, name in enumerate(parts[0]):
            yield Line(scoring, name, tuple(one[name][scoring] for one in parts), not number)


def notes(scores: Scores) -> Iterator[str]:
    """Yield what a reader must know beside the table: what was not answered, and not scored."""
    for model in scores:
        if model.unanswered:
            yield (
                f"{model.model}: {_several(len(model.unanswered), 'prompt')} without a response, "
                f"counted as not followed: {_first(map(str, model.unanswered))}"
            )
        yield from _skipped(model)


def _skipped(model: ModelScores) -> Iterator[str]:
    for why, number in Counter(skipped.why for skipped in model.skipped).items():
        those = [skipped for skipped in model.skipped if skipped.why == why]
        told = _first(f"line {skipped.line}: {skipped.reason}" for skipped in those)
        yield f"{model.model}: {_several(number, f'{why} line')} not scored: {told}"


def _several(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _first(told: Iterator[str]) -> str:
    """Return the first few, and how many there are besides."""
    shown = list(told)
    more = f" and {len(shown) - _SHOWN:,} more" if len(shown) > _SHOWN else ""
    return "; ".join(shown[:_SHOWN]) + more


def text(scores: Scores) -> str:
    """Return the table by family as plain text, with the notes."""
    table = [(*HEAD, *(model.model for model in scores))]
    table += [tuple(line.cells()) for line in lines(scores)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    rows = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in table]
    return "\n".join([title(scores), *rows, *notes(scores)])


def html(scores: Scores) -> str:
    """Return the table by family as HTML, with the notes."""
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415 - only notebooks need it

    source = files("crab").joinpath("views/scores.html.jinja").read_text("utf-8")
    template = Environment(autoescape=True, undefined=StrictUndefined).from_string(source)
    models = [model.model for model in scores]
    return template.render(
        title=title(scores), head=[*HEAD, *models], lines=list(lines(scores)), notes=notes(scores)
    )
