"""Carry out ``crab build``: from input files to an output folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from crab.config import Config
from crab.console import meter
from crab.errors import SourceError
from crab.folder import RunFolder, fingerprint, versions
from crab.pipeline import parts
from crab.proposing import rule_classes
from crab.sources import read, total_bytes

__all__ = ["run"]


def run(
    inputs: list[str],
    out: Path,
    config: Config,
    workers: int = 1,
    mapping: dict[str, str] | None = None,
) -> dict[str, Any]:
    """Build a data set in ``out``, or go on with the one there; return the counts of ``run.json``.

    Raises:
        SourceError: An input cannot be read.
        FolderInUse: The folder belongs to another run.
        UsageError: The mapping, the kinds or the folder cannot be used.
    """
    rule_classes(config.kinds)
    identity = {
        "config": config.model_dump(mode="json"),
        "inputs": [fingerprint(path) for path in inputs],
        "mapping": mapping,
        "versions": versions(),
    }
    with RunFolder(out, identity) as folder:
        if "-" in inputs and (folder.done or folder.records):
            raise SourceError(
                f"{out} holds a run that read standard input, which cannot be read again: "
                "choose another folder"
            )
        if not folder.done:
            with meter(total_bytes(inputs), folder.records) as shown:
                records = shown.taking(read(inputs, mapping, shown.read))
                for part in parts(records, config, workers, folder.records):
                    folder.write(part)
                    shown.done(part.records)
    counts: dict[str, Any] = orjson.loads((out / "run.json").read_bytes())["counts"]
    return counts
