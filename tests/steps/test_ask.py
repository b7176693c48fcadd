"""Tests of `crab.steps.ask`: how a record, a model that proposes and a judge come together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from crab.backends.base import Failure, Reply, Request, Usage
from crab.config import Config
from crab.constraints import Judged, Rule
from crab.records import Dropped, Pair
from crab.steps.ask import Asked, ask, proposal
from crab.testing import ScriptedBackend

RESPONSE = (
    "The harbour wakes slowly in winter. Fishermen mend their nets under yellow lamps, and gulls "
    "wait on the wall like old judges.\n\nBy eight the baker opens, and warm smells drift over the "
    "wet stones. Nobody hurries; the tide decides when boats may leave."
)
PAIR = Pair(id="a", instruction="Describe a harbour in winter.", response=RESPONSE, language="en")
YES = {"evidence": "The harbour wakes slowly", "met": True, "restricts": True, "better": None}
NO = {"evidence": "", "met": False, "restricts": True, "better": None}
CLEAN = {"evidence": None, "breached": False}
CALM = {"kind": "writing_style", "text": "Write in a calm tone."}
SIMILE = {"kind": "literary_device", "text": "Use a simile."}
SHARP = {"kind": "writing_style", "text": "Write in a sharp tone."}
ADVICE = {"kind": "exclusion", "text": "Do not give advice."}
SENTENCES = {"kind": "sentence_count", "at_least": 4, "at_most": 4}


def model(
    *items: Any, judge: Callable[[Request], Any] = lambda request: YES, instruction: str = ""
) -> ScriptedBackend:
    """A model that proposes the items and judges as it is told."""

    def script(request: Request) -> Any:
        if request.id.endswith("/propose"):
            return {"instruction": instruction or PAIR.instruction, "constraints": list(items)}
        return judge(request)

    return ScriptedBackend(script)


def asked(backend: ScriptedBackend, trusted: bool = True, **settings: Any) -> Asked:
    """What a model made of the pair."""
    [found] = ask([PAIR], backend, Config(**settings), trusted)
    assert isinstance(found, Asked)
    return found


def kept(found: Asked) -> list[str]:
    """The constraints in words."""
    return [one.text if isinstance(one, Judged) else one.kind for one, _ in found.constraints]


def dropped(found: Asked) -> list[tuple[str, str]]:
    """The step and the reason's name of everything dropped."""
    return [(one.step, one.reason.split(":")[0]) for one in found.dropped]


def demand(request: Request) -> str:
    """The demand that a request is about."""
    return request.messages[1].content.rsplit("]\n", 2)[1].split("\n[")[0]


def test_rules_come_unverified_and_judged_constraints_with_a_verdict() -> None:
    """Code's verdict on rules comes later; a judged constraint has its judge's, with evidence."""
    found = asked(model(SENTENCES, CALM))
    assert kept(found) == ["sentence_count", "Write in a calm tone."]
    assert [(check.origin, check.met) for _, check in found.constraints] == [
        ("scripted", None),
        ("scripted", True),
    ]
    [(start, end)] = found.constraints[1][1].spans
    assert RESPONSE[start:end] == "The harbour wakes slowly"
    assert found.dropped == ()


def test_an_untrusted_judge_is_not_asked() -> None:
    """Without trust judged constraints are dropped unasked; rules stay."""
    backend = model(SENTENCES, CALM, ADVICE)
    found = asked(backend, trusted=False)
    assert kept(found) == ["sentence_count"]
    assert dropped(found) == [("verify", "judge_not_trusted")] * 2
    assert len(backend.asked) == 1


def test_each_demand_is_asked_by_itself() -> None:
    """One request for each demand, two for an exclusion; a rule needs none."""
    backend = model(
        SENTENCES, CALM, SIMILE, ADVICE,
        judge=lambda request: CLEAN if "breach" in request.id else YES,
    )  # fmt: skip
    assert len(kept(asked(backend))) == 4
    ids = [request.id for request in backend.asked]
    assert ids == [
        "a/propose", "a/0.0/judge0", "a/1.0/judge0", "a/2.0/judge0", "a/2.0/breach0",
    ]  # fmt: skip
    assert [demand(request) for request in backend.asked[1:]] == [
        "Write in a calm tone.", "Use a simile.", "Do not give advice.", "Do not give advice.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("better", "second", "words", "reasons"),
    [
        ("Write in a slow tone.", YES, ["Write in a slow tone."], []),
        ("Write in a slow tone.", NO, [], ["judged_unmet"]),
        ("Write in a slow tone.", YES | {"evidence": "It never rains"}, [], ["evidence_not_found"]),
        ("Write in a slow tone.", NO | {"better": "Write slowly."}, [], ["judged_unmet"]),
        ("Write in a sharp tone.", YES, [], ["judged_unmet"]),
        ("Write two paragraphs.", YES, [], ["judged_unmet"]),
        ("Give three examples.", YES, [], ["judged_unmet"]),
        ("Say that gulls wait on the wall.", YES, [], ["judged_unmet"]),
        ("Schreibe in einem langsamen Ton, der zu einem Hafen passt.", YES, [], ["judged_unmet"]),
        ("x" * 301, YES, [], ["judged_unmet"]),
        (None, YES, [], ["judged_unmet"]),
    ],
)
def test_better_words_are_judged_from_the_start(
    better: str | None, second: dict[str, Any], words: list[str], reasons: list[str]
) -> None:
    """A better wording is taken where it may be proposed, and is then judged as any other, once."""

    def judge(request: Request) -> Any:
        return NO | {"better": better} if request.id.endswith(".0/judge0") else second

    backend = model(SHARP, judge=judge)
    found = asked(backend)
    assert kept(found) == words
    assert [reason for _, reason in dropped(found)] == reasons
    assert len(backend.asked) <= 3


def test_better_words_for_an_exclusion_are_asked_both_ways() -> None:
    """A reworded prohibition is put to both questions again."""

    def judge(request: Request) -> Any:
        if "breach" in request.id:
            return CLEAN
        return YES if "/0.1/" in request.id else NO | {"better": "Do not mention cars."}

    backend = model({"kind": "exclusion", "text": "Do not mention boats."}, judge=judge)
    assert kept(asked(backend)) == ["Do not mention cars."]
    assert [request.id for request in backend.asked[1:]] == [
        "a/0.0/judge0", "a/0.0/breach0", "a/0.1/judge0", "a/0.1/breach0",
    ]  # fmt: skip


def test_votes() -> None:
    """Each question is asked as often as is set, and over half must agree."""

    def judge(request: Request) -> Any:
        return YES if request.sampling.seed != 1 else NO

    backend = model(CALM, judge=judge)
    assert kept(asked(backend, votes=3)) == ["Write in a calm tone."]
    assert len(backend.asked) == 4
    assert kept(asked(model(CALM, judge=judge), votes=2)) == []


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("I cannot help with that.", "unreadable_reply"),
        ("[]", "unreadable_reply"),
        (
            Reply("a/propose", '{"instruction": "x", "constraints": []}', "length"),
            "truncated_reply",
        ),
        (Reply("a/propose", "", "other"), "truncated_reply"),
    ],
)
def test_a_reply_that_cannot_be_used(said: Any, reason: str) -> None:
    """A proposal that is cut off or unreadable is written down; the record goes on without it."""
    found = asked(ScriptedBackend(lambda request: said))
    assert (found.pair, found.original, found.constraints) == (PAIR, None, ())
    assert dropped(found) == [("propose", reason)]


def test_a_failure_drops_the_record() -> None:
    """A record that no model answered for is dropped with what the model said."""
    backend = ScriptedBackend(lambda request: Failure("content_filter", "no"))
    [found] = ask([PAIR], backend, Config(), True)
    assert isinstance(found, Dropped)
    assert (found.what, found.reason) == ("record", "content_filter: no")


def test_a_failed_judge_drops_the_constraint() -> None:
    """A demand that no judge answered for is dropped, and nothing else."""
    found = asked(model(SENTENCES, CALM, judge=lambda request: Failure("timeout", "late")))
    assert kept(found) == ["sentence_count"]
    assert dropped(found) == [("verify", "no_verdict")]


@pytest.mark.parametrize(
    ("instruction", "reason"),
    [
        ("Describe a harbour in winter as someone sees it who lives there.", None),
        ("Describe a harbour in winter.", "same"),
        (" Describe a harbour in winter.\n", "same"),
        ("Describe a harbour in winter where gulls wait on the wall.", "gives_away"),
        ("Winter?", "too_few_words"),
    ],
)
def test_instructions(instruction: str, reason: str | None) -> None:
    """A refined instruction takes the original's place, or is written down with the reason."""
    found = asked(model(CALM, instruction=instruction))
    if reason is None:
        assert (found.pair.instruction, found.original) == (instruction, PAIR.instruction)
        assert found.pair.response == RESPONSE
    else:
        assert (found.pair, found.original) == (PAIR, None)
        expected = [] if reason == "same" else [("refine", reason)]
        assert dropped(found) == expected
    assert kept(found) == ["Write in a calm tone."]


def test_order_and_what_was_dropped_before() -> None:
    """Results come in the order of the records; what was dropped before passes through."""
    records: list[Pair | Dropped] = []
    for number in range(60):
        records.append(PAIR.model_copy(update={"id": f"r{number}"}))
        records.append(Dropped(id=f"d{number}", what="record", step="select", reason="too_long"))
    counted: list[tuple[int, Usage]] = []
    found = list(
        ask(records, model(CALM), Config(), True, on_asked=lambda *one: counted.append(one))
    )
    assert [one.id if isinstance(one, Dropped) else one.pair.id for one in found] == [
        record.id for record in records
    ]
    assert [calls for calls, _ in counted] == [2] * 60


def test_replies_are_told() -> None:
    """Every reply is reported with its request."""
    told: list[tuple[str, str]] = []
    backend = model(CALM)
    list(ask([PAIR], backend, Config(), True, lambda one, reply: told.append((one.id, reply.id))))
    assert told == [(request.id, request.id) for request in backend.asked]


def test_the_request() -> None:
    """The request for proposals has the settings, the schema and the template's id."""
    request = proposal(PAIR, Config(temperature=0.1, top_p=0.9, max_tokens=77))
    assert request.id == "a/propose"
    assert request.sampling[:3] == (0.1, 0.9, 77)
    assert request.template.startswith("propose:1:")
    assert orjson.loads(request.json_schema or "")["required"] == ["instruction", "constraints"]


def test_rules_that_ship_are_true() -> None:
    """Every rule that comes of proposals, false ones included, is met by the response."""
    items = [
        {"kind": "word_count", "at_least": 5000},
        {"kind": "paragraph_count", "at_least": 1, "at_most": 1},
        {"kind": "keywords", "include": ["gulls", "whales"]},
        {"kind": "starts_with", "text": "A harbour"},
        {"kind": "no_questions"},
    ]
    rules = [one for one, _ in asked(model(*items)).constraints]
    assert len(rules) >= 4
    assert all(isinstance(rule, Rule) and rule.check(RESPONSE).met for rule in rules)
