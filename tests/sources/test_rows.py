"""Bytes become rows, or broken places with a reason."""

from __future__ import annotations

import math

import pytest

from crab.sources.rows import Broken, Row, RowError, decode, decoded, excerpt, well_formed


def test_decode_reads_what_python_writes() -> None:
    """NaN, infinity, huge exponents and lone surrogates are read, though orjson refuses them."""
    found = decode(b'{"a": NaN, "b": -Infinity, "c": 1e999, "d": "\\ud800", "e": "\\ud83d\\ude00"}')
    assert isinstance(found, dict)
    assert math.isnan(found["a"])
    assert (found["b"], found["c"], found["d"], found["e"]) == (-math.inf, math.inf, "\ud800", "😀")


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b'{"a": 1', "broken_json: "),
        (b"oops", "broken_json: "),
        (b'{"a": "\xff"}', "invalid_utf8: byte 0xff at 7"),
        (b'{"a": "\xed\xa0\x80"}', "invalid_utf8: byte 0xed"),
        (b"[" * 5_000 + b"]" * 5_000, "broken_json: nested too deeply"),
        (b"[" * 1_000_000, "broken_json: "),
        (b'{"a":' * 5_000 + b"NaN" + b"}" * 5_000, "broken_json: nested too deeply"),
        (b'{"a": NaN, "b": ' + b"9" * 5_000 + b"}", "broken_json: "),
    ],
)
def test_decode_refuses(raw: bytes, reason: str) -> None:
    """What is no JSON, no UTF-8 or too deep is refused with its reason, and never crashes."""
    with pytest.raises(RowError) as caught:
        decode(raw)
    assert str(caught.value).startswith(reason)
    assert decoded(3, raw) == Broken(3, str(caught.value), raw)


def test_recursion_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nesting that only Python's own decoder finds too deep is a reason, too."""

    def loads(text: str) -> object:
        raise RecursionError

    monkeypatch.setattr("json.loads", loads)
    with pytest.raises(RowError, match="broken_json: nested too deeply"):
        decode(b"NaN")


def test_surrogates_are_replaced_one_for_one() -> None:
    """Each lone surrogate becomes one U+FFFD; nothing else changes."""
    assert well_formed("a\ud800\udfffé😀\r\n\xa0") == "a\ufffd\ufffdé😀\r\n\xa0"


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        (Row(1, {}, b"ab\xff"), "ab\ufffd"),
        (Broken(1, "", ("é" * 5_000).encode()), "é" * 2_000),
        (Broken(1, "", ("😀" * 5_000).encode()), "😀" * 2_000),
        (Broken(1, "", "a\ud800"), "a\ufffd"),
        (Broken(1, ""), None),
        (Row(1, {"a": ["é", b"x"]}), '{"a": ["é", "b\'x\'"]}'),
    ],
)
def test_excerpt(row: Row | Broken, shown: str | None) -> None:
    """A row is shown as it was written, cut to 2,000 characters that can be written as UTF-8."""
    assert excerpt(row) == shown
