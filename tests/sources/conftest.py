"""Fixtures that write real files and read them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crab.records import Dropped, Pair
from crab.sources import read

Write = Callable[..., Path]
Outcome = Callable[..., "list[Pair | Dropped]"]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file: bytes and text as they are, a list of rows as JSON Lines."""

    def written(content: bytes | str | list[Any], name: str = "file", *, gz: bool = False) -> Path:
        if isinstance(content, list):
            content = "".join(json.dumps(row) + "\n" for row in content)
        data = content.encode() if isinstance(content, str) else content
        path = tmp_path / name
        path.write_bytes(gzip.compress(data) if gz else data)
        return path

    return written


@pytest.fixture
def outcome(write: Write) -> Outcome:
    """What becomes of the rows of a file with this content."""

    def read_back(content: bytes | str | list[Any], **options: Any) -> list[Pair | Dropped]:
        gz = options.pop("gz", False)
        return list(read([write(content, gz=gz)], **options))

    return read_back


@pytest.fixture
def pair(outcome: Outcome) -> Callable[..., Pair]:
    """The one pair that a row becomes."""

    def one(row: Any, **options: Any) -> Pair:
        (found,) = outcome([row], **options)
        assert isinstance(found, Pair), found
        return found

    return one


@pytest.fixture
def reason(outcome: Outcome) -> Callable[..., str]:
    """The reason why a row becomes no pair."""

    def one(row: Any, **options: Any) -> str:
        (found,) = outcome([row], **options)
        assert isinstance(found, Dropped), found
        return found.reason

    return one
