"""JSON output is what RFC 8259 and a JSON Schema allow, and a schema has one form."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from crab.constraints import JsonOutput

MET = [
    (JsonOutput(), '{"tea": [1, 2.5, null]}'),
    (JsonOutput(), " \n[]\n"),
    (JsonOutput(), '```json\n{"tea": 1}\n```'),
    (JsonOutput(), "~~~~\n[1]\n~~~~\n\n"),
    (JsonOutput(json_schema='{"type": "object", "required": ["a"]}'), '{"a": 1}'),
    (JsonOutput(json_schema="true"), "[NaN]".replace("NaN", "1")),
]
UNMET = [
    (JsonOutput(), "1"),
    (JsonOutput(), '"tea"'),
    (JsonOutput(), "null"),
    (JsonOutput(), "[NaN]"),
    (JsonOutput(), '{"a": Infinity}'),
    (JsonOutput(), "{'a': 1}"),
    (JsonOutput(), "[1,]"),
    (JsonOutput(), "Here: [1]"),
    (JsonOutput(), "```json\n[1]\n```\nDone."),
    (JsonOutput(), "```json\n[1]"),
    (JsonOutput(), ""),
    (JsonOutput(json_schema='{"type": "object", "required": ["a"]}'), '{"b": 1}'),
    (JsonOutput(json_schema="false"), "[]"),
    (JsonOutput(json_schema='{"type":"array"}'), "[" * 2_000 + "]" * 2_000),
]


@pytest.mark.parametrize(("rule", "text"), MET)
def test_what_is_json(rule: JsonOutput, text: str) -> None:
    """An object or array alone, bare or in one fence, is JSON output."""
    verdict = rule.check(text)
    assert verdict.met is True, verdict
    assert all(0 <= start <= end <= len(text) for start, end in verdict.spans)


@pytest.mark.parametrize(("rule", "text"), UNMET)
def test_what_is_no_json(rule: JsonOutput, text: str) -> None:
    """Anything else is not, and the reason says why."""
    verdict = rule.check(text)
    assert verdict.met is False, verdict
    assert verdict.reason


@pytest.mark.parametrize(
    "schema",
    [
        "{",
        "5",
        '"x"',
        '{"type": "strnig"}',
        '{"pattern": "("}',
        '{"pattern": "(?=a)b"}',
        '{"$ref": "https://example.org/schema.json"}',
        '{"$ref": "file:///etc/hostname"}',
        '{"$ref": "#/$defs/none"}',
        '{"not":' * 2000 + "{}" + "}" * 2000,
    ],
)
def test_a_schema_that_cannot_be_used_is_refused(schema: str) -> None:
    """A broken schema, or one that needs a file or the network, fails when the rule is built."""
    with pytest.raises(ValidationError, match="json_schema is not"):
        JsonOutput(json_schema=schema)


def test_a_schema_is_kept_in_one_form() -> None:
    """Two writings of a schema give equal rules."""
    one = JsonOutput(json_schema='{"type":"array","items":true}')
    other = JsonOutput(json_schema=' { "items" : true, "type": "array" } ')
    assert one == other
    assert hash(one) == hash(other)
    assert one.json_schema == '{"items":true,"type":"array"}'


def test_a_breach_says_where() -> None:
    """The reason names the place in the data that breaks the schema."""
    rule = JsonOutput(json_schema='{"items": {"type": "object", "required": ["a"]}}')
    assert rule.check('[{"a": 1}, {}]').reason == "JSON that breaks the schema at /1"
