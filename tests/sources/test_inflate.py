"""Gzip is inflated as a stream, and a damaged file gives what it still holds."""

from __future__ import annotations

import gzip
import random

import pytest

from crab.sources.inflate import inflate
from crab.sources.rows import TailError

TEXT = bytes(random.Random(0).choices(b"abcdefgh\n", k=300_000))


def cut(data: bytes, size: int = 1000) -> list[bytes]:
    """The data in chunks of a size."""
    return [data[at : at + size] for at in range(0, len(data), size)]


@pytest.mark.parametrize("size", [1, 7, 1000, 10**9])
def test_members_and_padding(size: int) -> None:
    """Members one after another are one text, and zeros after them are padding."""
    data = (
        gzip.compress(TEXT[:5000], mtime=0)
        + gzip.compress(b"", mtime=0)
        + gzip.compress(b"end", mtime=0)
        + b"\0" * 512
    )
    assert b"".join(inflate(cut(data, size))) == TEXT[:5000] + b"end"


def test_padding_in_a_chunk_of_its_own() -> None:
    """Padding may come apart from the member before it."""
    assert (
        b"".join(inflate([gzip.compress(b"a", mtime=0), b"\0\0", gzip.compress(b"b", mtime=0)]))
        == b"ab"
    )


def test_pieces_stay_small() -> None:
    """A megabyte of zeros in a few hundred bytes does not come out at once."""
    pieces = list(inflate([gzip.compress(bytes(10**6), mtime=0)]))
    assert sum(map(len, pieces)) == 10**6
    assert max(map(len, pieces)) <= 2**18


@pytest.mark.parametrize(
    ("data", "reason", "kept"),
    [
        (gzip.compress(TEXT, mtime=0)[:-20], "truncated_gzip", 290_000),
        (gzip.compress(TEXT, mtime=0)[:10], "truncated_gzip", 0),
        (gzip.compress(TEXT, mtime=0)[:-8] + b"\1" * 8, "broken_gzip", len(TEXT)),
        (gzip.compress(TEXT, mtime=0) + b"garbage", "broken_gzip", len(TEXT)),
    ],
)
def test_damage_keeps_what_came_before(data: bytes, reason: str, kept: int) -> None:
    """A truncated, corrupt or littered file gives its beginning, then the reason."""
    pieces: list[bytes] = []
    with pytest.raises(TailError, match=f"^{reason}"):
        pieces.extend(inflate(cut(data)))
    got = b"".join(pieces)
    assert TEXT.startswith(got)
    assert len(got) >= kept
