"""A run: the steps over a stream of records, in one process or several, always in order."""

from __future__ import annotations

import gc
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from importlib import import_module
from itertools import chain, islice
from typing import Any, NamedTuple, TypeVar

from crab.backends import open_backend
from crab.backends.base import Backend, Reply, Request, Usage
from crab.config import Config
from crab.constraints.registry import kinds
from crab.engines.local import ordered_map, spread
from crab.errors import UsageError
from crab.proposing import rule_classes
from crab.records import Dropped, Pair, Sample
from crab.steps.ask import Asked, ask, calibrated
from crab.steps.calibrate import HEAD, Calibration
from crab.steps.combine import combine
from crab.steps.export import UNWRITTEN, line
from crab.steps.propose import propose
from crab.steps.prune import prune
from crab.steps.reference import Reference
from crab.steps.select import select
from crab.steps.verify import verify

__all__ = ["Model", "Part", "build", "parts"]

_PART = 32
_AHEAD_OF_WORKERS = 64

R = TypeVar("R")

Records = Iterable[Pair | Dropped]


class Part(NamedTuple):
    """What a few consecutive records became: the lines of each file, and what was counted."""

    records: int
    samples: bytes
    train: bytes
    dropped: bytes
    counts: Counter[str]
    unwritten: tuple[dict[str, Any], ...] = ()
    """For each sample, the fields that its line does not hold."""


class Model(NamedTuple):
    """A model that proposes and judges, and who is told what it says."""

    backend: Backend
    on_reply: Callable[[Request, Reply], None] | None = None
    on_asked: Callable[[int, Usage], None] | None = None
    """Called with the calls and tokens that each pair took."""
    on_calibration: Callable[[Calibration, bool], None] | None = None
    """Called with how the model judged planted demands, and whether it is trusted."""
    apart: bool = False
    """Whether other processes do what is not asking, so that it never waits."""


def build(
    pairs: Iterable[Pair | Dropped | Mapping[str, Any]],
    *,
    workers: int = 1,
    preset: str | None = None,
    backend: str | Backend | None = None,
    on_dropped: Callable[[Dropped], None] | None = None,
    **settings: Any,
) -> Iterator[Sample]:
    """Yield a sample for each selected pair, with the constraints that its response meets.

    Args:
        pairs: What :func:`crab.read` yields, or mappings in any of the shapes that it knows, such
            as ``{"instruction": ..., "response": ...}``.
        workers: The number of processes; the samples are the same for any number.
        preset: Named settings to begin with, such as ``paper``.
        backend: A model that proposes further constraints and judges them, as a spec
            (``openai:MODEL``, ``hf:PATH_OR_ID``) or an object; none where None.
        on_dropped: Called with every record and constraint that is dropped; without it the number
            of dropped records is logged at the end.
        **settings: Fields of :class:`crab.Config`, such as ``seed=1`` or ``kinds=("word_count",)``.

    Raises:
        UsageError: A setting is unknown or has a wrong value.

    >>> pair = {"instruction": "Describe the sea.", "response": "The sea is wide and blue. " * 5}
    >>> [sample] = build([pair], kinds=("word_count",))
    >>> sample.checks[0].met
    True
    """
    if workers < 1:
        raise UsageError(f"workers must be 1 or more, not {workers}")
    if isinstance(pairs, Mapping | str):
        raise UsageError("build takes an iterable of pairs; put a single one into a list")
    config = Config.build(preset, **settings)
    rule_classes(config.kinds)
    model = None
    if backend is not None:
        model = Model(open_backend(backend), on_calibration=partial(_warned, config.judge_limit))
    return _samples(pairs, config, workers, model, on_dropped)


def _warned(limit: float, found: Calibration, trusted: bool) -> None:
    """Log that a judge is not trusted."""
    if not trusted:
        logging.getLogger("crab").warning("%s", found.told(limit))


def _samples(
    pairs: Iterable[Pair | Dropped | Mapping[str, Any]],
    config: Config,
    workers: int,
    model: Model | None,
    on_dropped: Callable[[Dropped], None] | None,
) -> Iterator[Sample]:
    counts = Counter[str]()
    for part in parts(map(_record, pairs), config, workers, model=model):
        counts += part.counts
        if on_dropped is not None:
            for text in part.dropped.splitlines():
                on_dropped(Dropped.model_validate_json(text))
        for text, unwritten in zip(part.samples.splitlines(), part.unwritten, strict=True):
            yield Sample.model_validate_json(text).model_copy(update=unwritten)
    lost = {
        name: number
        for name, number in counts.items()
        if name.startswith(("dropped record read", "dropped record select"))
    }
    if lost and on_dropped is None:
        listed = ", ".join(f"{number} by {name[15:]}" for name, number in sorted(lost.items()))
        logging.getLogger("crab").warning("dropped records: %s", listed)


def _record(row: Pair | Dropped | Mapping[str, Any]) -> Pair | Dropped:
    from crab.sources.pairs import pair_of  # noqa: PLC0415 - only mappings need it
    from crab.sources.rows import RowError  # noqa: PLC0415

    if isinstance(row, Pair | Dropped):
        return row
    if not isinstance(row, Mapping):
        raise UsageError(
            f"build takes pairs, or mappings such as {{'instruction': ..., 'response': ...}}, "
            f"not {type(row).__name__}"
        )
    try:
        return pair_of(dict(row), {}, "")
    except RowError as error:
        return Dropped(what="record", step="read", reason=str(error), data=repr(row)[:2000])


def parts(
    records: Records,
    config: Config,
    workers: int = 1,
    skip: int = 0,
    model: Model | None = None,
) -> Iterator[Part]:
    """Yield what the records became, part by part, in their order.

    Args:
        records: What was read.
        config: The settings.
        workers: The number of processes.
        skip: How many records (selected or dropped) an earlier run has dealt with already.
        model: Who proposes and judges beside code; it is asked in this process.
    """
    modules = _modules(workers)
    chosen = select(records, config)
    head = list(_head(chosen, max(config.reference, HEAD if model else 0)))
    pairs = [one for one in head if isinstance(one, Pair)]
    answers = tuple((one.language, one.response) for one in pairs[: config.reference])
    rest = islice(chain(head, chosen), skip, None)
    work = partial(_Work, config, answers, modules)
    if model is None:
        yield from ordered_map(work, _chunks(rest), workers)
        return
    found = calibrated(pairs, model.backend, config, model.on_reply)
    trusted = found.trusted(config.judge_limit)
    if model.on_calibration:
        model.on_calibration(found, trusted)
    asked = ask(rest, model.backend, config, trusted, model.on_reply, model.on_asked)
    if model.apart and "__main__" not in modules:
        gc.freeze()  # else each full collection holds up the asking by a tenth of a second
        yield from spread(work, _chunks(asked), workers, _AHEAD_OF_WORKERS)
    else:
        yield from ordered_map(work, _chunks(asked), workers)


def _head(records: Iterator[Pair | Dropped], most: int) -> Iterator[Pair | Dropped]:
    """Yield records up to and with the last pair of the reference."""
    found = 0
    while found < most:
        record = next(records, None)
        if record is None:
            return
        found += isinstance(record, Pair)
        yield record


def _chunks(records: Iterator[R]) -> Iterator[list[R]]:
    while chunk := list(islice(records, _PART)):
        yield chunk


def _modules(workers: int) -> tuple[str, ...]:
    """Return the modules that define kinds, for other processes to import."""
    names = {cls.__module__ for cls in kinds().values()}
    if workers > 1 and "__main__" in names:
        own = [name for name, cls in kinds().items() if cls.__module__ == "__main__"]
        raise UsageError(
            f"{', '.join(own)} is defined in the main program, which other processes cannot "
            "import: move it into a module, or use one worker"
        )
    return tuple(sorted(names))


class _Work:
    """The steps from proposing to export over a few records, in any process."""

    def __init__(
        self, config: Config, answers: tuple[tuple[str | None, str], ...], modules: tuple[str, ...]
    ) -> None:
        for name in modules:
            import_module(name)
        self._config = config
        self._reference = Reference(answers)

    def __call__(self, records: Sequence[Pair | Asked | Dropped]) -> Part:
        config, counts = self._config, Counter[str]()
        files: dict[str, list[bytes]] = {"samples": [], "train": [], "dropped": []}
        pruned = prune(verify(propose(records, config)), config, self._reference)
        samples: list[Sample | Dropped] = []
        for record in pruned:
            samples.append(record)
            if isinstance(record, Sample):
                files["samples"].append(line(record))
                counts["samples"] += 1
                counts["constraints"] += len(record.constraints)
                counts.update(f"kind {constraint.kind}" for constraint in record.constraints)
        for example in combine(samples, config):
            if isinstance(example, Dropped):
                files["dropped"].append(line(example))
                reason = example.reason.split(":", 1)[0]
                counts[f"dropped {example.what} {example.step} {reason}"] += 1
            else:
                files["train"].append(line(example))
                counts["train"] += 1
        return Part(
            len(records),
            b"".join(files["samples"]),
            b"".join(files["train"]),
            b"".join(files["dropped"]),
            counts,
            tuple(
                sample.model_dump(include=UNWRITTEN)
                for sample in samples
                if isinstance(sample, Sample)
            ),
        )
