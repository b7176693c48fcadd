"""The command ``crab export``: training examples as the rows that others read."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from crab.errors import SourceError, UsageError
from crab.outputs import check_outputs, whole_files

if TYPE_CHECKING:
    from crab.records import Dropped

__all__ = ["export"]

_FILE = click.Path(path_type=Path, dir_okay=False)
_BENCHMARKS = ("ifeval", "ifbench", "iftrain")


@click.command("export")
@click.argument("out", type=click.Path(path_type=Path))
@click.option(
    "--as",
    "target",
    type=click.Choice([*_BENCHMARKS, "open-instruct", "verl"]),
    required=True,
    help="Whose rows are written.",
)
@click.option("-o", "--output", type=_FILE, required=True, help="The file of the rows.")
@click.option("--responses", type=_FILE, help="Write the responses too, for crab eval.")
@click.option("--dropped", type=_FILE, help="Write what is left out, and why.")
def export(
    out: Path, target: str, output: Path, responses: Path | None, dropped: Path | None
) -> None:
    """Write the training examples of OUT as prompts of a benchmark or rows of a trainer.

    OUT is the folder of a build, or its train.jsonl. Each constraint becomes an instruction that
    asks for the same. Left out are those that no instruction asks for, those whose instruction the
    response does not follow by the benchmark's own check, and examples with nothing left. The rows
    of verl keep crab's own constraints, which crab.rewards.verl reads.
    """
    from crab.console import show_export  # noqa: PLC0415 - keeps `crab --help` quick

    if responses is not None and target not in _BENCHMARKS:
        raise UsageError(f"--responses goes with --as {', '.join(_BENCHMARKS)}, not with {target}")
    path = out / "train.jsonl" if out.is_dir() else out
    outputs = {"rows": output, "answers": responses, "dropped": dropped}
    paths = {name: file for name, file in outputs.items() if file is not None}
    check_outputs(paths.values(), [path], out if out.is_dir() else None)
    try:
        with whole_files(paths) as files:
            rows, kinds, left_out = _exported(path, target, files)
    except SourceError as error:
        raise UsageError(str(error)) from None
    show_export(rows, kinds, left_out)


def _exported(
    path: Path, target: str, files: dict[str, IO[bytes]]
) -> tuple[int, Counter[str], Counter[str]]:
    """Write everything; return the number of rows, and what was exported and left out."""
    from crab.benchmarks.training_rows import Exported, export, read_messages  # noqa: PLC0415
    from crab.steps.export import line  # noqa: PLC0415

    rows, kinds, left_out = 0, Counter[str](), Counter[str]()
    unread = None
    for one in export(read_messages(path), target):
        if isinstance(one, Exported):
            rows += 1
            kinds.update(constraint.kind for constraint in one.constraints)
            _put(files, "rows", _json(one.row))
            _put(files, "answers", _json(one.answer))
        else:
            unread = unread or (one if one.step == "read" else None)
            left_out[_told(one)] += 1
            _put(files, "dropped", line(one))
    if not rows and unread is not None:
        raise UsageError(
            f"{path} holds no training examples such as train.jsonl of a build: "
            f"line {unread.line}: {unread.reason.partition(': ')[2]}"
        )
    return rows, kinds, left_out


def _told(dropped: Dropped) -> str:
    """Return what something is counted by that is left out: its kind and the reason."""
    why = ": ".join(dropped.reason.split(": ")[:2])
    return f"{dropped.data['kind']}: {why}" if dropped.what == "constraint" else f"record: {why}"


def _json(row: dict[str, Any]) -> bytes:
    import orjson  # noqa: PLC0415

    return orjson.dumps(row) + b"\n"


def _put(files: dict[str, IO[bytes]], name: str, data: bytes) -> None:
    if name in files:
        files[name].write(data)
