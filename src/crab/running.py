"""Carry out ``crab build``: from input files to an output folder."""

from __future__ import annotations

import sys
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import orjson

from crab.backends.base import Backend
from crab.backends.cached import Cached
from crab.backends.limited import Limited
from crab.backends.store import Store
from crab.config import Config
from crab.console import warn
from crab.errors import SourceError
from crab.folder import RunFolder, fingerprint, versions
from crab.ledger import Bound, Ledger, bound
from crab.pipeline import Model, parts
from crab.progress import meter
from crab.prompts import NAMES, prompt
from crab.proposing import rule_classes
from crab.records import Pair
from crab.sources import read, total_bytes
from crab.steps.ask import calibrated
from crab.steps.calibrate import Calibration
from crab.steps.select import select

__all__ = ["REPLIES", "bounded", "calibration", "run"]

_SWITCH = 0.0005
"""Seconds after which the thread that asks gets its turn, however busy the others are."""

REPLIES = "replies.sqlite"
"""The file in a run's folder that keeps a model's replies."""


def run(
    inputs: list[str],
    out: Path,
    config: Config,
    workers: int = 1,
    mapping: dict[str, str] | None = None,
    backend: Backend | None = None,
    max_calls: int | None = None,
) -> dict[str, Any]:
    """Build a data set in ``out``, or go on with the one there; return the counts of ``run.json``.

    A model's replies are kept in ``out``, and none of them is asked for again.

    Raises:
        SourceError: An input cannot be read.
        FolderInUse: The folder belongs to another run.
        UsageError: The mapping, the kinds or the folder cannot be used.
        BackendError: The model answers nobody.
        CallLimit: ``max_calls`` is reached; what was done so far stands.
    """
    rule_classes(config.kinds)
    identity = {
        "config": config.model_dump(mode="json"),
        "inputs": [fingerprint(path) for path in inputs],
        "mapping": mapping,
        "versions": versions(),
        "model": None,
    }
    if backend is not None:
        templates = [prompt(name, config.prompts).id for name in NAMES]
        identity["model"] = {**backend.identity(), "templates": templates}
    read(inputs, mapping)  # what cannot be read at all is refused before the folder is begun
    with RunFolder(out, identity) as folder:
        if "-" in inputs and (folder.done or folder.records):
            raise SourceError(
                f"{out} holds a run that read standard input, which cannot be read again: "
                "choose another folder"
            )
        if not folder.done:
            with meter(total_bytes(inputs), folder.records, config.limit) as shown:
                records = shown.taking(read(inputs, mapping, shown.read))
                model = None
                if backend is not None:
                    model = _model(backend, out / REPLIES, max_calls, config.judge_limit, folder)
                    shown.ledger = Ledger()
                    ledger = shown.ledger
                    model = model._replace(on_reply=ledger.note, on_asked=ledger.asked)
                for part in parts(records, config, workers, folder.records, model):
                    folder.write(part)
                    shown.done(part.records)
    counts: dict[str, Any] = orjson.loads((out / "run.json").read_bytes())["counts"]
    return counts


def _model(
    backend: Backend, path: Path, max_calls: int | None, limit: float, folder: RunFolder
) -> Model:
    """Return the model of a run: its replies are kept, its calls bounded and counted."""
    Store(path).close()
    sys.setswitchinterval(_SWITCH)
    folder.totals = partial(_totals, path)

    def on_calibration(found: Calibration, trusted: bool) -> None:
        folder.judge = {**found.rates(), "trusted": trusted}
        if not trusted:
            warn(found.told(limit))

    asked = backend if max_calls is None else Limited(backend, max_calls)
    return Model(Cached(asked, path), on_calibration=on_calibration, apart=True)


def _totals(path: Path) -> dict[str, Any]:
    """Return the calls and tokens of each step, all attempts together, as the kept replies show."""
    with closing(Store(path)) as store:
        return store.totals()


def bounded(inputs: list[str], config: Config, mapping: dict[str, str] | None = None) -> Bound:
    """Return what asking a model about the selected records takes at the most."""
    selected = select(read(inputs, mapping), config)
    return bound((one for one in selected if isinstance(one, Pair)), config)


def calibration(inputs: list[str], backend: Backend, config: Config) -> Calibration:
    """Return how a model judges demands whose truth is known, made of the first records."""
    selected = select(read(inputs), config)
    return calibrated((one for one in selected if isinstance(one, Pair)), backend, config)
