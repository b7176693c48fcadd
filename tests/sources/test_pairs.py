"""A pair carries its two texts unchanged and what is known of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crab.records import Dropped, Pair
from crab.sources import read

Outcome = Callable[..., "list[Pair | Dropped]"]


@pytest.mark.parametrize("name", ["id", "idx", "message_id", "prompt_id", "key"])
def test_id_is_taken_from_the_row(pair: Callable[..., Pair], name: str) -> None:
    """An id under any of its names is the pair's id, as text."""
    assert pair({name: 7, "prompt": "a", "completion": "b"}).id == "7"
    assert pair({name: "x/7", "prompt": "a", "completion": "b"}).id == "x/7"


@pytest.mark.parametrize("value", [None, "", " ", True, [1], {"a": 1}, 1.5])
def test_id_is_made_from_the_texts(pair: Callable[..., Pair], value: Any) -> None:
    """Without a usable id the texts make one, the same wherever they are read."""
    digest = hashlib.sha256("é\0b".encode()).hexdigest()[:16]
    assert pair({"id": value, "prompt": "é", "completion": "b"}).id == digest


def test_next_name_when_one_is_unusable(pair: Callable[..., Pair]) -> None:
    """An id that is null leaves the word to the next name."""
    assert pair({"id": None, "key": 3, "prompt": "a", "completion": "b"}).id == "3"


def test_facts(pair: Callable[..., Pair]) -> None:
    """Source, licence, language and score are taken where the row states them."""
    row = {"prompt": "a", "completion": "b", "source": "dolly", "licence": "MIT", "lang": "uk-UA"}
    found = pair({**row, "score": 3})
    facts = (found.source, found.license, found.language, found.score)
    assert facts == ("dolly", "MIT", "uk", 3.0)


def test_unreadable_facts_are_none(pair: Callable[..., Pair]) -> None:
    """Facts of another type are left out; they do not cost the pair."""
    row = {"prompt": "a", "completion": "b", "source": 3, "license": [], "lang": {}, "score": True}
    found = pair(row)
    assert (found.source, found.license, found.language, found.score) == ("file", None, None, None)


@pytest.mark.parametrize(
    "text",
    [
        "a\r\nb\n",
        "\xa0a\u200b ",
        "a\0b",
        "\u2028x\x85",
        "```\n\tcode\n```  ",
        "مرحبا",
        "\U0001f469\u200d\U0001f467",
        "\ufeffx",
    ],
)
def test_texts_are_untouched(pair: Callable[..., Pair], text: str) -> None:
    """Line ends, blanks at the edges, control and format characters all stay."""
    found = pair({"instruction": text, "output": text})
    assert (found.instruction, found.response) == (text, text)


def test_lone_surrogates(outcome: Outcome) -> None:
    """Half a surrogate pair becomes U+FFFD, everywhere that a record is written from."""
    rows = [
        {"id": "\ud800", "instruction": "a\ud800", "output": "\udfff\udfffb", "source": "\ud800s"},
        {"\ud800": "\ud801"},
        {"messages": '["\ud800"]'},
    ]
    pair, *dropped = outcome(rows)
    assert pair == Pair(
        id="\ufffd", source="\ufffds", instruction="a\ufffd", response="\ufffd\ufffdb",
        file=pair.file, line=1,
    )  # fmt: skip
    for row in (pair, *dropped):
        row.model_dump_json().encode()


def test_pair_says_where_it_stands(write: Callable[..., Path]) -> None:
    """A pair carries the file and the line that it was read from."""
    path = write('{"prompt": "a", "completion": "b"}\n\n{"prompt": "c", "completion": "d"}\n')
    assert [(pair.file, pair.line) for pair in read([path])] == [(str(path), 1), (str(path), 3)]


def test_dropped_says_where_and_what(outcome: Outcome) -> None:
    """A dropped row carries its file, line, id and beginning."""
    row = {"id": 5, "prompt": "a", "completion": "", "more": "x" * 5000}
    _, dropped = outcome('{"prompt": "a", "completion": "b"}\n' + json.dumps(row) + "\n")
    assert isinstance(dropped, Dropped)
    assert dropped.model_dump(exclude={"file"}) == {
        "id": "5",
        "what": "record",
        "step": "read",
        "reason": "empty_response",
        "line": 2,
        "data": json.dumps(row)[:2000],
    }
    assert dropped.file is not None
    assert dropped.file.endswith("/file")
