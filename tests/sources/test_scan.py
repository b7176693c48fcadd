"""JSON values are found in a stream however it is cut into chunks."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crab.sources import scan
from crab.sources.rows import TailError
from crab.sources.scan import Scanner

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def cut(data: bytes, size: int) -> list[bytes]:
    """The data in chunks of a size."""
    return [data[at : at + size] for at in range(0, len(data), size)]


@given(st.lists(JSON), st.integers(1, 50), st.sampled_from([None, 1]))
def test_array_elements(values: list[object], size: int, indent: int | None) -> None:
    """Each element of an array is given out, whatever strings and brackets it holds."""
    scanner = Scanner(cut(json.dumps(values, indent=indent, ensure_ascii=False).encode(), size))
    assert chr(scanner.first()) == "["
    assert [json.loads(value) for value in scanner.values(in_array=True)] == values
    assert scanner.ended
    assert not scanner.first()


@settings(max_examples=50)
@given(st.lists(st.dictionaries(st.text(), JSON)), st.integers(1, 50))
def test_values_in_a_row(values: list[object], size: int) -> None:
    """Objects one after another are given out without anything between them."""
    scanner = Scanner(cut(b"".join(json.dumps(value, indent=2).encode() for value in values), size))
    assert [json.loads(value) for value in scanner.values(in_array=False)] == values


@given(st.binary(), st.integers(1, 20), st.booleans())
def test_any_bytes(data: bytes, size: int, in_array: bool) -> None:
    """No bytes make the scanner fail."""
    for value in Scanner(cut(data, size)).values(in_array=in_array):
        assert value


@pytest.mark.parametrize(
    ("broken", "after"),
    [(b'{"a": [1}', b"{}"), (b'{"a": 1}}', b"{}"), (b'{"a": 1]}', b"{}"), (b"oops", b"{}")],
)
def test_next_element_is_found_again(broken: bytes, after: bytes) -> None:
    """A bracket too few or too many costs one element, not the rest of the array."""
    scanner = Scanner([b"[" + broken + b"," + after + b"]"])
    scanner.first()
    assert list(scanner.values(in_array=True))[-1] == after
    assert scanner.ended


def test_open_array() -> None:
    """Arrays are opened by name at the first level only; other members are passed."""
    scanner = Scanner(cut(b'{"x": {"rows": [1]}, "data": "rows", "rows": [2, 3], "z": [4]}', 3))
    scanner.first()
    assert scanner.open_array({b"rows", b"z"}) == b"rows"
    assert list(scanner.values(in_array=True)) == [b"2", b"3"]
    assert scanner.open_array({b"rows"}) is None
    assert scanner.ended


def test_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """A value above the limit ends the reading instead of filling the memory."""
    monkeypatch.setattr(scan, "LIMIT", 100)
    scanner = Scanner([b'[1, "', *[b"x" * 20] * 50])
    scanner.first()
    values = scanner.values(in_array=True)
    assert next(values) == b"1"
    with pytest.raises(TailError, match=r"^too_long"):
        next(values)
