"""What a run has seen already: ids, exact repeats and near duplicates, indexed on disk."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Self

from crab.records import Pair
from crab.text import Text

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["Seen"]

_PERMUTATIONS = 128
_ROWS = 4
_LONGEST = 50_000


class Seen:
    """An index of records in a temporary file, so that memory does not grow with the run."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory(prefix="crab-")
        self._base = sqlite3.connect(Path(self._folder.name) / "seen.sqlite")
        self._base.executescript(
            """
            PRAGMA journal_mode = OFF;
            PRAGMA synchronous = OFF;
            PRAGMA cache_size = -4096;
            CREATE TABLE ids (id TEXT PRIMARY KEY) WITHOUT ROWID;
            CREATE TABLE digests (digest BLOB PRIMARY KEY, id TEXT) WITHOUT ROWID;
            CREATE TABLE signatures (id TEXT PRIMARY KEY, signature BLOB) WITHOUT ROWID;
            CREATE TABLE bands (band BLOB, id TEXT);
            CREATE INDEX by_band ON bands (band);
            """
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._base.close()
        self._folder.cleanup()

    def known_id(self, pair: Pair) -> bool:
        """Return whether the id was seen before, and remember it."""
        added = self._base.execute("INSERT OR IGNORE INTO ids VALUES (?)", (pair.id,))
        return added.rowcount == 0

    def repeated(self, pair: Pair) -> str | None:
        """Return the id of an earlier pair with the same texts, or remember this one."""
        texts = f"{len(pair.instruction)} {pair.instruction}{pair.response}"
        data = texts.encode("utf-8", "surrogatepass")
        digest = blake2b(data, digest_size=16).digest()
        added = self._base.execute("INSERT OR IGNORE INTO digests VALUES (?, ?)", (digest, pair.id))
        if added.rowcount:
            return None
        found = self._base.execute("SELECT id FROM digests WHERE digest = ?", (digest,)).fetchone()
        return str(found[0])

    def near(self, pair: Pair, share: float) -> str | None:
        """Return the id of an earlier pair whose word trigrams overlap by ``share``, by MinHash.

        A pair without such a neighbour is remembered.
        """
        from rensa import RMinHash  # noqa: PLC0415 - only on request

        hashed = RMinHash(num_perm=_PERMUTATIONS, seed=0)
        hashed.update(list(_trigrams(pair)))
        digest = hashed.digest()
        bands = [
            b"".join(value.to_bytes(8, "big") for value in (at, *digest[at : at + _ROWS]))
            for at in range(0, _PERMUTATIONS, _ROWS)
        ]
        marks = ",".join("?" * len(bands))
        rows = self._base.execute(
            f"SELECT DISTINCT id FROM bands WHERE band IN ({marks}) ORDER BY id",  # noqa: S608
            bands,
        ).fetchall()
        for (other,) in rows:
            stored = self._base.execute(
                "SELECT signature FROM signatures WHERE id = ?", (other,)
            ).fetchone()[0]
            values = [int.from_bytes(stored[i : i + 8], "big") for i in range(0, len(stored), 8)]
            same = sum(a == b for a, b in zip(digest, values, strict=True))
            if same / _PERMUTATIONS >= share:
                return str(other)
        signature = b"".join(value.to_bytes(8, "big") for value in digest)
        self._base.execute("INSERT INTO signatures VALUES (?, ?)", (pair.id, signature))
        self._base.executemany(
            "INSERT INTO bands VALUES (?, ?)", [(band, pair.id) for band in bands]
        )
        return None


def _trigrams(pair: Pair) -> Iterator[str]:
    text = Text(f"{pair.instruction}\n{pair.response}"[:_LONGEST])
    words = [text.folded[start:end] for start, end in text.words]
    if len(words) < 3:
        yield " ".join(words) or text.folded
    for at in range(len(words) - 2):
        yield " ".join(words[at : at + 3])
