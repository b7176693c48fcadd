"""Single values are read as data sets write them."""

from __future__ import annotations

import re
import sys

import pytest

from crab.sources.scalars import identifier, is_blank, is_true, label, language_code, number


@pytest.mark.parametrize(
    ("tag", "code"),
    [("uk-UA", "uk"), ("zh-CN", "zh"), ("EN", "en"), (" pt_BR ", "pt"), ("zh-Hant-TW", "zh")]
    + [(tag, None) for tag in ("eng", "English", "", "é1", "x", None, 7, ["en"], "12")],
)
def test_language_code(tag: object, code: str | None) -> None:
    """A language tag becomes its two letters; anything else is unknown."""
    assert language_code(tag) == code


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (1, 1.0),
        (0, 0.0),
        (4.5, 4.5),
        ("4.5", 4.5),
        ("inf", None),
        (float("inf"), None),
        (True, None),
        (None, None),
        ("", None),
        ("good", None),
        ([1], None),
        (10**400, None),
    ],
)
def test_number(value: object, found: float | None) -> None:
    """A finite number is a number, and so is its text; truth values and words are none."""
    assert number(value) == found


@pytest.mark.parametrize(
    ("value", "found"),
    [("a", "a"), (0, "0"), (12, "12"), (12.0, "12"), (2.0**60, None), (0.5, None)]
    + [(value, None) for value in (None, True, "", " ", [1], {"a": 1})],
)
def test_identifier(value: object, found: str | None) -> None:
    """Text and whole numbers identify; a number that lost its digits does not."""
    assert identifier(value) == found


def test_small_readings() -> None:
    """A label is a text that is not blank; a CSV cell can say true."""
    assert (label(" "), label("MIT"), label(3)) == (None, "MIT", None)
    assert (is_true(True), is_true("True"), is_true("False"), is_true(1)) == (
        True,
        True,
        False,
        False,
    )


def test_blank_here_is_at_least_blank_in_records() -> None:
    """No text that passes here is refused as blank by the record, whatever white space it is."""
    from crab.records import Pair

    for point in range(sys.maxunicode + 1):
        if re.match(r"\s", chr(point)):
            assert is_blank(chr(point))
    for text in ("\u180e", "\u200b", "\ufeff", "\0", "\u2800"):
        assert not is_blank(text)
        Pair(id=text, instruction=text, response=text)
