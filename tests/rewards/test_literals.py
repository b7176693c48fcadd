"""Tests of `crab.rewards.literals`: Python literals are read, and nothing else is."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crab.rewards.literals import read_literal

PLAIN = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(1 << 53), 1 << 53),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(st.characters(exclude_categories=["Cs"])),
    ),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text("ab'\"\\\n"), inner)),
)


@given(PLAIN)
def test_reads_what_repr_writes(data):
    """Lists and dicts of plain values come back from their `repr`."""
    assert read_literal(repr(data)) == data


def test_reads_tuples_as_lists():
    """Tuples, of one item too, come back as lists, and a last comma is no harm."""
    assert read_literal("(1, ('a',), [2,], {'b': (),})") == [1, ["a"], [2], {"b": []}]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[",
        "__import__('os')",
        "[1 + 1]",
        "{'a': print}",
        "{1: 2}",
        "{1, 2}",
        "f'{x}'",
        "b'a'",
        r"'\d'",
        r"'\ud800'",
        r"'\U00110000'",
        "'a' 'b'",
        "'a",
        "nan",
        "[1] * 9999999999",
        "array(['a'], dtype=object)",
        "'" + "a\n" + "'",
    ],
)
def test_refuses_the_rest(text):
    """Names, sums, calls, prefixes and what has no place in JSON are refused."""
    with pytest.raises(ValueError, match="neither JSON"):
        read_literal(text)


@pytest.mark.parametrize("piece", ["[", "-", "(", "{'a':", "'\\'", "1,", "1-", " ", "not ", "a."])
def test_long_texts_are_soon_refused(piece):
    """What is nested or repeated without end is refused in linear time, without a crash."""
    start = time.monotonic()
    with pytest.raises(ValueError, match="neither JSON"):
        read_literal(piece * (100_000 // len(piece)))
    assert time.monotonic() - start < 2
