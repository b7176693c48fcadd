"""How a run tells how far it is: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any, TypeVar

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from crab.ledger import Ledger

__all__ = ["Meter", "meter"]

T = TypeVar("T")

_SECONDS_BETWEEN_LINES = 5.0


class Meter:
    """What a run tells its progress to: how far reading and working are, and what is left.

    Records are read ahead of the work, so what is left is reckoned from the bytes of a record read.
    """

    def __init__(self, total: int | None, skipped: int = 0, limit: int | None = None) -> None:
        self._total, self._skipped, self._limit = total, skipped, limit
        self._bytes = self._taken = self.records = 0
        self.ledger: Ledger | None = None
        """What the calls of a model come to, where one is asked."""
        self._began = monotonic()

    def read(self, count: int) -> None:
        """Count bytes read."""
        self._bytes += count

    def taking(self, records: Iterable[T]) -> Iterator[T]:
        """Yield the records, counting those that were read."""
        for record in records:
            self._taken += 1
            yield record

    def done(self, records: int) -> None:
        """Count records done."""
        self.records += records

    @property
    def rate(self) -> float:
        """Records done in a second."""
        return self.records / max(monotonic() - self._began, 1e-9)

    @property
    def expected(self) -> float | None:
        """Records in all, as far as one can know; None where the input's length is unknown."""
        if not self._total or not self._bytes:
            return self._limit
        read = self._taken * max(self._total / self._bytes, 1)
        return read if self._limit is None else min(read, self._limit)

    @property
    def left(self) -> float | None:
        """Records left, as far as one can know."""
        expected = self.expected
        return None if expected is None else max(expected - self._skipped - self.records, 0)


@contextmanager
def meter(total: int | None, skipped: int = 0, limit: int | None = None) -> Iterator[Meter]:
    """Show progress through ``total`` bytes: a bar on a terminal, plain lines elsewhere.

    Of the records that are read, the first ``skipped`` were done by an earlier run; the run ends
    after ``limit`` of them.
    """
    errors = Console(stderr=True, highlight=False)
    if errors.is_terminal:
        columns = (
            TextColumn("{task.fields[records]:,} records"),
            BarColumn(),
            TextColumn("{task.fields[rate]:,.0f} records/s"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[model]}"),
        )
        with Progress(*columns, console=errors, transient=True) as progress:
            task = progress.add_task("", total=None, records=0, rate=0.0, model="")
            yield _Bar(progress, task, total, skipped, limit)
    else:
        yield _Lines(total, skipped, limit)


class _Bar(Meter):
    def __init__(self, progress: Progress, task: TaskID, *reckoned: Any) -> None:
        super().__init__(*reckoned)
        self._progress, self._task = progress, task

    def done(self, records: int) -> None:
        super().done(records)
        at_all = None if self.left is None else self.records + self.left
        self._progress.update(
            self._task,
            total=at_all,
            completed=self.records,
            records=self.records,
            rate=self.rate,
            model=self.ledger.told(self.expected) if self.ledger else "",
        )


class _Lines(Meter):
    def __init__(self, *reckoned: Any) -> None:
        super().__init__(*reckoned)
        self._last = monotonic()

    def done(self, records: int) -> None:
        super().done(records)
        if monotonic() - self._last < _SECONDS_BETWEEN_LINES:
            return
        self._last = monotonic()
        parts = [f"{self.records:,} records", f"{self.rate:,.0f} records/s"]
        if self.left is not None and self.rate:
            parts.append(f"about {self.left / self.rate:,.0f} s left")
        if self.ledger:
            parts.append(self.ledger.told(self.expected))
        print(", ".join(parts), file=sys.stderr, flush=True)  # noqa: T201 - plain progress
