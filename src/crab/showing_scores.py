"""What ``crab eval`` shows: the scores of models as a table or as JSON, and what was not scored."""

from __future__ import annotations

import click
import orjson
from rich.markup import escape
from rich.table import Table

from crab.benchmarks.scores import Part, Scores
from crab.benchmarks.summary import HEAD, lines, notes, title
from crab.console import console, warn

_OTHER_COLUMNS, _COLUMN = 38, 22
"""How many characters the first three columns take, and one of a model."""

__all__ = ["show_scores", "tell_scores"]


def show_scores(scores: Scores, by: Part) -> None:
    """Print the accuracies of each model, and what was not scored."""
    table = Table(*HEAD, title=escape(title(scores)))
    for model in scores:
        table.add_column(escape(model.model), overflow="fold")
    table.columns[1].overflow = "fold"
    for column in table.columns[2:]:
        column.justify = "right"
    for line in lines(scores, by):
        if line.first:
            table.add_section()
        table.add_row(*(escape(_fitting(cell, len(scores.models))) for cell in line.cells()))
    console.print(table)
    for note in notes(scores):
        console.print(escape(note), soft_wrap=True)


def _fitting(cell: str, models: int) -> str:
    """Return a cell, with its interval on a line of its own where the table would be too wide."""
    wide = _OTHER_COLUMNS + models * _COLUMN > console.width
    return cell.replace(" [", "\n[") if wide else cell


def tell_scores(scores: Scores) -> None:
    """Print the accuracies of each model as JSON; what was not scored is also said aside."""
    click.echo(orjson.dumps(scores.to_dict(), option=orjson.OPT_INDENT_2))
    for note in notes(scores):
        warn(note)
