"""Tests of `crab.steps.judge`: when a model's word that a demand is met counts."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crab.backends.base import Failure, Reply
from crab.backends.reading import keeps_schema
from crab.steps.judge import Judgement, Question, decided, questions, quoted
from crab.text import Text

RESPONSE = Text(
    "“Rain,” she said,\nfell all day.  We  stayed in, and played cards until it was dark."
)
HELD = Question("a/0", "Say what was done indoors.", absence=False)
ABSENT = Question("a/1", "Do not give advice.", absence=True)
YES = {"evidence": "We stayed in, and played cards", "met": True, "restricts": True, "better": None}
NO = {"evidence": "", "met": False, "restricts": True, "better": None}
CLEAN = {"evidence": None, "breached": False}
FOUND = {"evidence": "We stayed in", "breached": True}


def reply(said: Any, **fields: Any) -> Reply:
    """A reply that holds an object, or a text as it is."""
    return Reply("x", said if isinstance(said, str) else orjson.dumps(said).decode(), **fields)


def reason(question: Question, *replies: Reply) -> str:
    """The name of the reason for a judgement, with + before it where the demand is met."""
    found = decided(question, replies, RESPONSE)
    return ("+" if found.met else "") + found.reason.split(":")[0].split(",")[0]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (reply(YES), "+judged"),
        (reply(f"```json\n{orjson.dumps(YES).decode()}\n```"), "+judged"),
        (reply(f"Yes: {orjson.dumps(YES).decode()} I hope this helps {{}}"), "+judged"),
        (reply(NO), "judged_unmet"),
        (reply(YES | {"met": False}), "judged_unmet"),
        (reply(YES | {"restricts": False}), "restricts_nothing"),
        (reply(YES | {"evidence": None}), "evidence_not_found"),
        (reply(YES | {"evidence": ""}), "evidence_not_found"),
        (reply(YES | {"evidence": "We"}), "evidence_not_found"),
        (reply(YES | {"evidence": "We went out to play cards"}), "evidence_not_found"),
        (reply(YES | {"evidence": ["We stayed in"]}), "evidence_not_found"),
        (reply(YES | {"met": "true"}), "unreadable_verdict"),
        (reply(YES | {"met": 1}), "unreadable_verdict"),
        (reply({"evidence": YES["evidence"], "met": True}), "unreadable_verdict"),
        (reply("I cannot help with that."), "unreadable_verdict"),
        (reply(""), "unreadable_verdict"),
        (reply([YES]), "+judged"),
        (reply('{"met": true, "met": false}'), "unreadable_verdict"),
        (reply(YES, finish="length"), "truncated_verdict"),
        (reply(YES, finish="other"), "truncated_verdict"),
        (reply("", failure=Failure("content_filter", "no")), "no_verdict"),
        (reply(YES, failure=Failure("timeout", "late")), "no_verdict"),
    ],
)
def test_one_verdict(said: Reply, expected: str) -> None:
    """A demand is met where a whole, readable verdict says so and quotes the response for it."""
    assert reason(HELD, said) == expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (YES | {"evidence": ""}, CLEAN, "+judged absent"),
        (YES, FOUND, "judged_unmet"),
        (NO, CLEAN, "judged_unmet"),
        (NO, FOUND, "judged_unmet"),
        (YES, {"breached": 0}, "unreadable_verdict"),
        (YES, "no", "unreadable_verdict"),
        (YES | {"restricts": False}, CLEAN, "restricts_nothing"),
    ],
)
def test_two_opposite_questions(first: Any, second: Any, expected: str) -> None:
    """What must not occur is absent where both questions, put the opposite way, say so."""
    assert reason(ABSENT, reply(first), reply(second)) == expected


def test_a_failed_second_question_is_no_denial() -> None:
    """A breach that nobody could look for is not ruled out."""
    assert reason(ABSENT, reply(YES), reply(CLEAN, finish="length")) == "truncated_verdict"
    assert reason(ABSENT, reply(YES), reply("", failure=Failure("timeout", ""))) == "no_verdict"


@pytest.mark.parametrize(
    ("votes", "met"),
    [("y", True), ("yn", False), ("yyn", True), ("ynn", False), ("yynn", False), ("yyynn", True)],
)
def test_over_half_must_agree(votes: str, met: bool) -> None:
    """Of several votes over half must say that the demand is met; half is not enough."""
    replies = tuple(reply(YES if vote == "y" else NO) for vote in votes)
    assert decided(HELD, replies, RESPONSE).met is met
    denials = tuple(reply(CLEAN if vote == "y" else FOUND) for vote in votes)
    agreed = tuple(reply(YES) for _ in votes)
    assert decided(ABSENT, (*agreed, *denials), RESPONSE).met is met
    assert decided(ABSENT, (*replies, *(reply(CLEAN) for _ in votes)), RESPONSE).met is met


def test_evidence_is_shown() -> None:
    """What is met comes with the place of the quotation, white space and quotes aside."""
    found = decided(HELD, (reply(YES),), RESPONSE)
    assert [RESPONSE[span] for span in found.spans] == ["We  stayed in, and played cards"]


def test_better_words_come_with_a_no_alone() -> None:
    """A better wording is taken from a verdict that the demand is not met, where it has words."""
    better = NO | {"better": " Say what they played. "}
    assert decided(HELD, (reply(better),), RESPONSE).better == "Say what they played."
    assert decided(HELD, (reply(better | {"better": " "}),), RESPONSE).better is None
    assert decided(HELD, (reply(better | {"better": 3}),), RESPONSE).better is None
    assert decided(HELD, (reply(YES | {"better": "Other."}),), RESPONSE).better is None
    assert decided(HELD, (reply(better, finish="length"),), RESPONSE).better is None


@pytest.mark.parametrize(
    ("evidence", "found"),
    [
        ("fell all day", "fell all day"),
        ('"Rain," she said, fell', "Rain,” she said,\nfell"),
        ("'Rain,' she said", None),
        ("“We stayed in, and played”", "We  stayed in, and played"),
        ("fellallday", "fell all day"),
        ("Fell all day", None),
        ("fell ... day", None),
        ("all day", None),
        ("1234567890", None),
        ("", None),
        ('""', None),
        (" \n", None),
    ],
)
def test_quotations(evidence: str, found: str | None) -> None:
    """A quotation stands in the response letter for letter, and is long enough to show anything."""
    span = quoted(evidence, RESPONSE)
    assert (span and RESPONSE[span]) == found


def test_short_responses_are_quoted_whole() -> None:
    """A response of few letters is quoted where all of them are."""
    assert quoted("Yes.", Text("Yes.")) == (0, 4)
    assert quoted("Ye", Text("Yes.")) is None
    assert quoted("", Text("")) is None
    assert quoted("...", Text("...")) is None


@given(st.text(max_size=40), st.text(max_size=80))
def test_every_quotation_has_an_answer(evidence: str, response: str) -> None:
    """Whatever is quoted, the span holds it, white space and quotes aside."""
    text = Text(response)
    span = quoted(evidence, text)
    if span is not None:
        assert 0 <= span[0] < span[1] <= len(response)
        assert quoted(text[span], text) is not None


def test_requests() -> None:
    """One request for each vote, twice where it is an absence; equal but for their seeds."""
    [one] = questions(HELD, RESPONSE.string)
    assert (one.id, one.sampling.temperature, one.sampling.seed) == ("a/0/judge0", 0.0, None)
    assert one.template.startswith("judge:1:")
    assert HELD.demand in one.messages[1].content
    assert RESPONSE.string in one.messages[1].content
    assert keeps_schema(orjson.dumps(YES).decode(), one.json_schema or "")
    assert not keeps_schema('{"met": true}', one.json_schema or "")
    both = list(questions(ABSENT, RESPONSE.string, votes=3))
    names = [request.id for request in both]
    assert names == [f"a/1/{name}{vote}" for name in ("judge", "breach") for vote in range(3)]
    assert [request.sampling.seed for request in both] == [0, 1, 2] * 2
    assert len({request.messages for request in both}) == 2
    assert keeps_schema(orjson.dumps(CLEAN).decode(), both[-1].json_schema or "")


def test_a_judgement_says_why() -> None:
    """Every judgement has a reason."""
    assert decided(HELD, (reply(NO),), RESPONSE) == Judgement(False, "judged_unmet")
