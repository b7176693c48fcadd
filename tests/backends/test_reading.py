"""The JSON object that a reply holds."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crab.backends.reading import keeps_schema, read_object

MET: dict[str, Any] = {"met": True}
SCHEMA = '{"type":"object","properties":{"met":{"type":"boolean"}},"required":["met"]}'


@pytest.mark.parametrize(
    "text",
    [
        '{"met": true}',
        '  \n{"met": true}\n',
        '```json\n{"met": true}\n```',
        '```\n{"met": true}\n```\nDone.',
        'Sure! {"met": true} I hope this helps {anything}.',
        'In braces {as asked}: {"met": true}',
        'Use {} here: {"met": true} {}',
        '<think>maybe {not} yet</think>{"met": true}',
        '[{"met": true}]',
    ],
)
def test_the_object_is_found_however_it_is_wrapped(text: str) -> None:
    """Fences, prose before and after, braces in prose and a list do not matter."""
    assert read_object(text) == MET


@pytest.mark.parametrize(
    "text", ['{"met": true} {"met": false}', '[{"met": true}, {"met": false}]']
)
def test_of_two_objects_neither_is_meant_for_sure(text: str) -> None:
    """A verdict that another follows is no verdict."""
    assert read_object(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Yes.",
        "true",
        "[1, 2]",
        '{"met": tru',
        '{"met": true',
        '{"a": {"met": true}',
        "{'met': True}",
        '{"met": true, "met": false}',
        '{"a": {"b": 1, "b": 1}}',
        "{" * 100_000,
        '{"a":' * 100_000,
        '{"a":' + "[" * 2000 + "]" * 2000 + "}",
        '{"a": ' + "1" * 5000 + "}",
    ],
)
def test_what_is_not_whole_is_none(text: str) -> None:
    """Nothing is guessed: an object that is cut off, doubtful or too deep is none."""
    assert read_object(text) is None


@pytest.mark.parametrize("value", ['"\\ud800"', '{"b": "x\\udc00"}', "1" + "0" * 30])
def test_what_cannot_be_written_again_is_none(value: str) -> None:
    """Half a surrogate pair and a number beyond 64 bits would break every file they came into."""
    assert read_object(f'{{"a": {value}}}') is None


def test_few_places_are_tried() -> None:
    """After eight opening braces that begin nothing, the search ends."""
    assert read_object("{x " * 7 + '{"met": true}') == MET
    assert read_object("{x " * 8 + '{"met": true}') is None


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), VALUES, max_size=4), st.text(), st.text())
def test_any_object_is_found_between_any_words(
    value: dict[str, Any], before: str, after: str
) -> None:
    """What stands before an object without a brace, and after it, changes nothing."""
    text = before.replace("{", "") + json.dumps(value) + after
    assert read_object(text) == value


@given(st.text(st.sampled_from('{}[]":,\\ud8001e\n tru')))
def test_no_text_is_an_error(text: str) -> None:
    """Any text has an object that can be written again, or none."""
    found = read_object(text)
    assert found is None or orjson.dumps(found)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ('{"met": true}', True),
        (' {"met": false, "why": 1} ', True),
        ('{"met": 1}', False),
        ("{}", False),
        ('{"met": true} or so', False),
        ('```json\n{"met": true}\n```', False),
        ('{"met": true', False),
        ("", False),
        ("\ud800", False),
        ("[" * 5000, False),
    ],
)
def test_a_schema_is_kept_by_exactly_one_value(text: str, kept: bool) -> None:
    """Only a text that is one JSON value, and a valid one, keeps a schema."""
    assert keeps_schema(text, SCHEMA) is kept
