"""Reading whole files: nothing stops the run and nothing vanishes."""

from __future__ import annotations

import contextlib
import gzip
import json
import re
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import crab.sources
from crab.errors import SourceError
from crab.records import Dropped, Pair
from crab.sources import read

Outcome = Callable[..., "list[Pair | Dropped]"]
ROW = {"instruction": "Say it.", "output": "It."}
SEEDS = Path(__file__).parents[3] / "shared/data/seeds"


def test_public_names() -> None:
    """The package shows its two functions."""
    assert crab.sources.__all__ == ["read", "total_bytes"]


def test_inputs_one_after_another(write: Callable[..., Path]) -> None:
    """Inputs of different formats are read in the order given, each row named after its file."""
    paths = [
        write([ROW], "b.jsonl"),
        write(json.dumps([ROW]), "a.json.gz", gz=True),
        write("instruction,output\nx,y\n", "c.csv"),
    ]
    assert [pair.model_dump()["source"] for pair in read(paths)] == ["b", "a", "c"]
    assert list(read([])) == []
    assert list(read(paths[0])) == list(read([str(paths[0])]))


def test_all_inputs_are_looked_at_first(write: Callable[..., Path]) -> None:
    """A missing last file is told before the first row is read."""
    with pytest.raises(SourceError):
        read([write([ROW]), "nowhere.jsonl"])


def test_every_line_has_its_outcome(outcome: Outcome) -> None:
    """Broken lines are dropped where they stand, and the lines after them are read."""
    good = json.dumps(ROW).encode()
    lines = [good, b"{oops", good, b'{"a": "\xff"}', b"", b"[1]", b"3", b"null", b"[" * 9999, good]
    found = outcome(b"\r\n".join(lines))
    assert [
        (row.line, row.reason.partition(":")[0]) for row in found if isinstance(row, Dropped)
    ] == [
        (2, "broken_json"),
        (4, "invalid_utf8"),
        (6, "unknown_shape"),
        (7, "unknown_shape"),
        (8, "unknown_shape"),
        (9, "broken_json"),
    ]
    assert len(found) == 9


NAMES = re.findall(
    r"\w+",
    "id instruction input output prompt completion messages conversations role content from value "
    "conversation user_input responses_and_scores response score history system context text "
    "message_tree_id replies rank language",
)
LINE = st.one_of(
    st.binary(max_size=60).map(lambda line: line.replace(b"\n", b"")),
    st.text(max_size=60).map(lambda text: text.replace("\n", "").encode(errors="surrogatepass")),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(NAMES),
                inner | st.sampled_from(["user", "assistant", "gpt", "human", "system"]),
                max_size=5,
            )
        ),
        max_leaves=12,
    ).map(lambda value: json.dumps(value).encode()),
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=400, deadline=None
)
@given(st.lists(LINE, max_size=8), st.booleans())
def test_any_lines(write: Callable[..., Path], lines: list[bytes], gz: bool) -> None:
    """Below a good line, each line that is not blank is exactly one pair or one dropped row."""
    content = b"\n".join([json.dumps(ROW).encode(), *lines])
    found = list(read([write(content, gz=gz)]))
    there = [number for number, line in enumerate(content.split(b"\n"), 1) if line.strip()]
    assert len(found) == len(there)
    assert isinstance(found[0], Pair)
    for row, number in zip(found, there, strict=True):
        assert isinstance(row, Pair) or row.line == number
        row.model_dump_json().encode()


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=400, deadline=None
)
@given(
    st.one_of(
        st.binary(),
        st.text().map(lambda text: text.encode(errors="replace")),
        st.text(alphabet='{}[]",:a1\\ \n;\t').map(str.encode),
    )
)
def test_any_bytes(write: Callable[..., Path], content: bytes) -> None:
    """No content makes the reader fail, other than by saying that the file is unreadable."""
    with contextlib.suppress(SourceError):
        for row in read([write(content)]):
            row.model_dump_json().encode()


def test_truncated_gzip(outcome: Outcome) -> None:
    """A truncated gzip gives the rows before its end, and one dropped row for the tail."""
    rows = "".join(json.dumps({**ROW, "id": i}) + "\n" for i in range(50_000))
    *pairs, dropped = outcome(gzip.compress(rows.encode())[:-200])
    assert len(pairs) > 40_000
    assert [pair.id for pair in pairs] == [str(i) for i in range(len(pairs))]
    assert isinstance(dropped, Dropped)
    assert dropped.reason == "truncated_gzip: the file ends too early; what came before was read"
    assert dropped.line == len(pairs) + 1


def test_long_line(outcome: Outcome) -> None:
    """A line of 5 MB is a row like any other."""
    text = 'é\n"x" ' * 1_000_000
    found = outcome([{"instruction": "a", "output": text}, ROW])
    assert [row.model_dump()["response"] for row in found] == [text, "It."]


def test_deep_rows_do_not_crash(outcome: Outcome) -> None:
    """Rows as deep as JSON is read are told apart without a crash."""
    deep = "[" * 900 + "]" * 900
    lines = [
        f'{{"instruction": {deep}, "output": "a"}}',
        f'{{"messages": [{{"role": {deep}, "content": {deep}}}]}}',
        f'{{"prompt": {deep}, "completion": {deep}}}',
        f'{{"instruction": "a", "output": "b", "id": {deep}, "lang": {deep}}}',
    ]
    assert [isinstance(row, Pair) for row in outcome("\n".join(lines))] == [
        False,
        False,
        False,
        True,
    ]


@pytest.mark.parametrize("gz", [False, True])
@pytest.mark.parametrize(("start", "between", "end"), [("", "\n", "\n"), ("[", ",\n", "]")])
def test_memory_is_bounded(tmp_path: Path, start: str, between: str, end: str, gz: bool) -> None:
    """40 MB of rows, one on each line or in an array, are read in a few megabytes of memory."""
    path = tmp_path / "rows"
    row = json.dumps({"instruction": "Say it.", "output": "x" * 4000})
    with gzip.open(path, "wt", compresslevel=1) if gz else path.open("w") as file:
        file.write(start + row)
        for _ in range(9_999):
            file.write(between + row)
        file.write(end)
    tracemalloc.start()
    count = sum(isinstance(found, Pair) for found in read([path]))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 10_000
    assert peak < 10 * 2**20


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the shared data is not here")
@pytest.mark.parametrize(("name", "count"), [("en", 8091), ("multi", 1477), ("rich", 1713)])
def test_real_seeds(name: str, count: int) -> None:
    """Every row of the real seeds is a pair, under its own id, with its response untouched."""
    path = SEEDS / f"{name}.jsonl"
    with path.open(encoding="utf-8", newline="\n") as file:
        rows = [json.loads(line) for line in file]
    found = list(read([path]))
    assert len(found) == count
    for row, pair in zip(rows, found, strict=True):
        assert isinstance(pair, Pair)
        assert (pair.id, pair.source, pair.response) == (row["id"], row["source"], row["response"])
        assert "### Input:\n" not in pair.instruction
        if "\n### Input:" not in row["instruction"]:
            assert pair.instruction == row["instruction"]
