"""The replies of a model in an SQLite file."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import orjson

from crab.backends.base import Failure, Reply, Request, Usage
from crab.errors import CrabError, UsageError

__all__ = ["Store"]

_COUNTED = ("calls", "attempts", "prompt_tokens", "completion_tokens")
_PATIENCE = 60.0
_PAGES_BETWEEN_CHECKPOINTS = 16_384
"""Each checkpoint holds everybody up for a tenth of a second; the log grows to 64 MiB instead."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS replies (
    key BLOB PRIMARY KEY, model TEXT, template TEXT, written REAL, reply BLOB
) WITHOUT ROWID
"""


class Store:
    """Replies in an SQLite file, which several processes may use at a time.

    Args:
        path: The file; it is made where there is none.

    Raises:
        UsageError: The file is no store of replies, or cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._base = sqlite3.connect(path, timeout=_PATIENCE, check_same_thread=False)
            _write_ahead(self._base)
            self._base.execute("PRAGMA synchronous = FULL")
            self._base.execute(f"PRAGMA wal_autocheckpoint = {_PAGES_BETWEEN_CHECKPOINTS}")
            self._base.execute(_SCHEMA)
            self._base.execute("SELECT key, model, template, written, reply FROM replies LIMIT 0")
        except (sqlite3.Error, OSError) as error:
            if base := getattr(self, "_base", None):
                base.close()
            raise UsageError(f"cannot keep replies in {path}: {error}") from None

    def get(self, key: bytes) -> Reply | None:
        """Return the reply to a request, if there is one."""
        found = self._base.execute("SELECT reply FROM replies WHERE key = ?", (key,)).fetchone()
        return None if found is None else _read(found[0])

    def put(self, model: str, answered: Iterable[tuple[bytes, Request, Reply]]) -> list[Reply]:
        """Bring replies to disk; return what is there now: an earlier reply stands.

        Raises:
            CrabError: They cannot be written, as on a full disk.
        """
        now = time.time()
        standing = []
        try:
            with self._base:
                for key, request, reply in answered:
                    added = self._base.execute(
                        "INSERT OR IGNORE INTO replies VALUES (?, ?, ?, ?, ?)",
                        (key, model, request.template, now, _written(reply)),
                    )
                    earlier = None if added.rowcount else self.get(key)
                    standing.append(replace(earlier, id=reply.id) if earlier else reply)
        except sqlite3.Error as error:
            raise CrabError(f"cannot keep replies in {self.path}: {error}") from None
        return standing

    def sizes(self) -> list[tuple[str, str, int, int]]:
        """Return model, template, number of replies and their bytes, for each pair of them."""
        query = (
            "SELECT model, template, count(*), sum(length(reply)) FROM replies "
            "GROUP BY model, template ORDER BY model, template"
        )
        return self._base.execute(query).fetchall()

    def totals(self) -> dict[str, dict[str, int]]:
        """Return calls, attempts and tokens by the name of the template."""
        found: dict[str, dict[str, int]] = {}
        for template, data in self._base.execute("SELECT template, reply FROM replies"):
            reply = _read(data)
            sums = found.setdefault(template.partition(":")[0], dict.fromkeys(_COUNTED, 0))
            for name, number in zip(_COUNTED, (1, reply.attempts, *reply.usage), strict=True):
                sums[name] += number
        return found

    def clear(self, days: float = 0.0) -> int:
        """Delete the replies that are older than so many days; return how many there were."""
        limit = time.time() - 86_400 * days
        with self._base:
            deleted = self._base.execute(
                "DELETE FROM replies WHERE written <= ?", (limit,)
            ).rowcount
        self._base.execute("VACUUM")
        return deleted

    def close(self) -> None:
        """Close the file."""
        self._base.close()


def _write_ahead(base: sqlite3.Connection) -> None:
    """Switch to write-ahead logging: SQLite itself does not wait where others do so just now."""
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            base.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > end:
                raise
            time.sleep(0.01)
        else:
            return


def _written(reply: Reply) -> bytes:
    failure = tuple(reply.failure) if reply.failure else None
    text = reply.text.encode("utf-8", "replace").decode()
    fields = (text, reply.finish, tuple(reply.usage), failure, reply.attempts)
    return orjson.dumps(fields)


def _read(data: bytes) -> Reply:
    text, finish, usage, failure, attempts = orjson.loads(data)
    failed = Failure(*failure) if failure else None
    return Reply("", text, finish, Usage(*usage), failed, cached=True, attempts=attempts)
