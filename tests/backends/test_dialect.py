"""What one server takes and what it does not."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from crab.backends.answers import Answer
from crab.backends.base import Request, Sampling, Turn
from crab.backends.dialect import Dialect

SCHEMA = '{"type":"object","properties":{"met":{"type":"boolean"}},"required":["met"]}'
ASKED = Request("1", (Turn("system", "Be brief."), Turn("user", "Hi")), json_schema=SCHEMA)
PLAIN = Request("2", (Turn("user", "Hi"),))


def body(dialect: Dialect, request: Request = ASKED) -> Any:
    """Return what the server is sent."""
    return orjson.loads(dialect.payload(request))


def test_the_body_is_that_of_openai() -> None:
    """Model, messages, sampling and the strict schema are in the body; a seed only if given."""
    assert body(Dialect("m", {})) == {
        "model": "m",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Hi"},
        ],
        "temperature": 0.4,
        "top_p": 0.3,
        "max_tokens": 1024,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "reply", "strict": True, "schema": orjson.loads(SCHEMA)},
        },
    }
    seeded = Request("3", PLAIN.messages, Sampling(seed=7))
    assert body(Dialect("m", {}), seeded)["seed"] == 7
    assert "response_format" not in body(Dialect("m", {}), PLAIN)


def test_further_fields_come_last() -> None:
    """What is given for the body is there, and stands above what crab would send."""
    sent = body(Dialect("m", {"reasoning_effort": "low", "top_p": 1}))
    assert (sent["reasoning_effort"], sent["top_p"]) == ("low", 1)


@pytest.mark.parametrize(
    ("texts", "formats"),
    [
        (['{"met": true}'], ["json_schema"]),
        (["Sure!", '{"a": 1}'], ["json_object", "json_object"]),
        (["Sure!", "Well."], ["json_object", "none"]),
        (['```json\n{"met": true}\n```', "[1]"], ["json_object", "none"]),
    ],
)
def test_the_way_is_learned_from_answers(texts: list[str], formats: list[str]) -> None:
    """What does not keep the schema ends that way of asking; what keeps it settles it."""
    dialect = Dialect("m", {})
    found = []
    for text in texts:
        assert not dialect.settled
        dialect.learn(ASKED, Answer("answered", text))
        found.append(dialect.format)
    assert found == formats
    assert dialect.settled
    dialect.learn(ASKED, Answer("answered", "Nonsense."))
    assert dialect.format == formats[-1]


def test_nothing_is_learned_from_half_an_answer() -> None:
    """A reply that was cut off, or a failure, says nothing about the format."""
    dialect = Dialect("m", {})
    dialect.learn(ASKED, Answer("answered", '{"me', "length"))
    dialect.learn(ASKED, Answer("failed"))
    assert (dialect.format, dialect.settled) == ("json_schema", False)


def test_a_refused_format_gives_way_to_the_next() -> None:
    """A server that refuses each way is asked without one; then a refusal is final."""
    dialect = Dialect("m", {})
    for way, format_ in enumerate(["json_object", "none"]):
        assert dialect.gives_way(Answer("format"), way)
        assert dialect.format == format_
    assert "response_format" not in body(dialect)
    assert dialect.settled
    assert not dialect.gives_way(Answer("format"), dialect.way)


def test_json_object_is_asked_for_without_the_schema() -> None:
    """The second way names only the type."""
    dialect = Dialect("m", {})
    dialect.gives_way(Answer("format"), 0)
    assert body(dialect)["response_format"] == {"type": "json_object"}


def test_an_answer_to_an_earlier_way_changes_nothing() -> None:
    """Refusals of what is no longer asked only mean: ask again."""
    dialect = Dialect("m", {})
    unwanted = Answer("parameter", parameter="max_tokens")
    for _ in range(5):
        assert dialect.gives_way(unwanted, 0)
        assert dialect.gives_way(Answer("format"), 0)
    assert dialect.way == 1
    assert dialect.format == "json_schema"
    assert body(dialect)["max_completion_tokens"] == 1024


@pytest.mark.parametrize("name", ["temperature", "top_p", "seed"])
def test_an_unwanted_parameter_is_left_out(name: str) -> None:
    """What the server does not take is sent no more; a second refusal of it is final."""
    dialect = Dialect("m", {})
    request = Request("1", PLAIN.messages, Sampling(seed=1))
    assert name in body(dialect, request)
    assert dialect.gives_way(Answer("parameter", parameter=name), dialect.way)
    assert name not in body(dialect, request)
    assert not dialect.gives_way(Answer("parameter", parameter=name), dialect.way)


def test_max_tokens_is_renamed_before_it_is_left_out() -> None:
    """``max_tokens`` becomes ``max_completion_tokens``, which may be unwanted too."""
    dialect = Dialect("m", {})
    assert dialect.gives_way(Answer("parameter", parameter="max_tokens"), 0)
    assert body(dialect)["max_completion_tokens"] == 1024
    assert dialect.gives_way(Answer("parameter", parameter="max_completion_tokens"), 1)
    assert {"max_tokens", "max_completion_tokens"} & set(body(dialect)) == set()


@pytest.mark.parametrize("name", ["", "model", "messages", "messages.[0].content", "tools"])
def test_what_cannot_be_left_out_is_no_way(name: str) -> None:
    """A refusal of what is needed, or of what crab does not send, is final."""
    dialect = Dialect("m", {})
    assert not dialect.gives_way(Answer("parameter", parameter=name), 0)
    assert dialect.way == 0


@pytest.mark.parametrize("verdict", ["answered", "again", "too_many", "failed", "hopeless"])
def test_other_answers_change_nothing(verdict: Any) -> None:
    """Only a refusal of a format or a parameter is one."""
    dialect = Dialect("m", {})
    assert not dialect.gives_way(Answer(verdict, parameter="temperature"), 0)
