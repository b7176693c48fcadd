"""Reading: inputs one after another, and what becomes of each of their rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

from crab.records import Dropped, Pair
from crab.sources.delimited import delimited
from crab.sources.documents import json_arrays, json_object, json_values
from crab.sources.files import Opened, is_pipe, listed, stem
from crab.sources.lines import json_lines
from crab.sources.mapping import checked
from crab.sources.pairs import known_id, pair_of
from crab.sources.parquet import parquet, pyarrow_parquet
from crab.sources.rows import Broken, Row, RowError, excerpt, well_formed
from crab.sources.shapes import FIELDS
from crab.sources.sniff import Format, sniffed
from crab.sources.trees import gathered

__all__ = ["read"]


def read(
    inputs: str | Path | Iterable[str | Path],
    mapping: Mapping[str, str] | None = None,
    on_bytes: Callable[[int], None] | None = None,
) -> Iterator[Pair | Dropped]:
    """Each row of the inputs as a pair, or as what was dropped and why.

    JSON Lines, JSON, CSV, TSV and Parquet are recognised by their content, plain or gzipped; the
    shape of a row by its fields (Alpaca, chat messages, ShareGPT, oasst, Orca-Chat and their kin).
    Bad rows never stop the run. All inputs are looked at before the first row is read.

    Args:
        inputs: Paths, read one after another; ``-`` is standard input.
        mapping: For other shapes: the field that holds the ``instruction`` and the ``response``,
            and, if there are such, ``input``, ``id``, ``source``, ``language``, ``license`` and
            ``score``. A dotted name reaches into nested objects. A row without a mapped field is
            dropped.
        on_bytes: Called with the number of bytes read since its last call, as they lie on the disk.

    Raises:
        UsageError: The mapping cannot be used.
        SourceError: An input does not exist or cannot be read at all.
        MissingExtra: An input is Parquet, and pyarrow is not installed.
    """
    paths, mapping = listed(inputs), checked(mapping)
    reader = _Reader(mapping, on_bytes)
    for path in paths:
        if not is_pipe(path):
            reader.look_at(path)
    return (outcome for path in paths for outcome in reader.read(path))


class _Reader:
    """What holds for all inputs of one call."""

    def __init__(self, mapping: dict[str, str], on_bytes: Callable[[int], None] | None) -> None:
        self._mapping = mapping
        self._on_bytes = on_bytes
        named = (part for name in mapping.values() for part in (name, name.partition(".")[0]))
        self._fields = FIELDS.union(named)

    def look_at(self, path: str) -> None:
        """Raises what would stop the reading of this file as it begins."""
        with closing(Opened(path)) as opened:
            if sniffed(opened, self._fields).name == "parquet":
                pyarrow_parquet()

    def read(self, path: str) -> Iterator[Pair | Dropped]:
        """What becomes of each row of one input."""
        source = well_formed(stem(path))
        with closing(Opened(path, self._on_bytes)) as opened:
            rows = _rows(opened, sniffed(opened, self._fields), self._on_bytes)
            for row in rows if "instruction" in self._mapping else gathered(rows):
                yield self._outcome(row, path, source)

    def _outcome(self, row: Row | Broken, path: str, source: str) -> Pair | Dropped:
        known = None
        if isinstance(row, Broken):
            reason = row.reason
        elif not isinstance(row.value, dict):
            reason = "unknown_shape: the row is not an object"
        else:
            try:
                pair = pair_of(row.value, self._mapping, source)
                return pair.model_copy(update={"file": well_formed(path), "line": row.line})
            except RowError as error:
                reason, known = str(error), known_id(row.value, self._mapping)
        return Dropped(
            id=known,
            what="record",
            step="read",
            reason=well_formed(reason),
            file=well_formed(path),
            line=row.line,
            data=excerpt(row),
        )


def _rows(
    opened: Opened, form: Format, on_bytes: Callable[[int], None] | None
) -> Iterator[Row | Broken]:
    match form.name:
        case "json_lines":
            return json_lines(opened.chunks())
        case "json_arrays":
            return json_arrays(opened.chunks())
        case "json_object":
            return json_object(opened.chunks(), form.detail.encode())
        case "json_values":
            return json_values(opened.chunks())
        case "delimited":
            return delimited(opened.chunks(), form.detail)
        case "parquet":
            return parquet(opened, on_bytes)
