"""Twenty records with all that models do to them, and what a careful person would make of each.

Every case is written out: what was asked and answered, what the model proposes, what the judge says
of each demand, and what has to come of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

import orjson
import pytest

import crab
from crab.backends.base import Failure, Reply, Request
from crab.records import Dropped, Sample
from crab.testing import ScriptedBackend

HARBOUR = (
    "The harbour wakes slowly in winter. Fishermen mend their nets under yellow lamps, and gulls "
    "wait on the wall like old judges.\n\nBy eight the baker opens, and warm smells drift over the "
    "wet stones. Nobody hurries; the tide decides when boats may leave."
)
SOUP = (
    "Wash the lentils first.\n\n- Fry the onion in oil until soft.\n- Add the lentils, the stock.\n"
    "- Simmer until tender.\n- Stir in lemon juice.\n\nServe it hot. Bread goes well with it, "
    "and so does a spoon of yoghurt on top of every bowl that you carry to the table."
)
TRAINS = (
    "Trains changed how towns grew. Before them, people lived near their work, because they walked "
    "to it every morning. With the railway, clerks could live in green suburbs and read the paper "
    "on the way. Shops followed them, then schools. By 1900 the old centre held offices alone. It "
    "was as if the town had breathed out."
)
LETTER = (
    "Dear neighbour,\n\nI am sorry about the noise last night. My cousin had passed an exam; we "
    "forgot how thin the walls are. It won't happen again. I have left a jar of plum jam at your "
    "door, made from the tree that you always praise.\n\nYours, Ines"
)
REGEN = (
    "Der Regen hatte gegen Mittag aufgehört. Wir gingen langsam zum Hafen, kauften warme Brötchen "
    "und sahen den Booten zu. Niemand sprach ein Wort, denn die Möwen schrien laut genug für uns "
    "alle. Am Abend war der Himmel wieder klar, und die Stadt roch nach nassem Stein."
)


def met(evidence: str) -> dict[str, Any]:
    """A verdict that a demand is met, with a quotation."""
    return {"evidence": evidence, "met": True, "restricts": True, "better": None}


def unmet(better: str | None = None) -> dict[str, Any]:
    """A verdict that a demand is not met, with a better wording or none."""
    return {"evidence": "", "met": False, "restricts": True, "better": better}


def reply(*constraints: Any, instruction: str | None = None) -> dict[str, Any]:
    """What a model proposes; None repeats the instruction."""
    return {"instruction": instruction, "constraints": list(constraints)}


def style(text: str, kind: str = "writing_style") -> dict[str, Any]:
    """A judged proposal."""
    return {"kind": kind, "text": text}


CLEAN = {"evidence": None, "breached": False}


@dataclass(frozen=True)
class Case:
    """A record, what models say of it, and what comes of it."""

    name: str
    instruction: str
    response: str
    said: Any
    verdicts: dict[str, Any] = field(default_factory=dict)
    """What the judge says of each demand; a pair where it is asked both ways."""
    ships: tuple[dict[str, Any], ...] = ()
    drops: tuple[str, ...] = ()
    """Step and reason of all that is dropped, in order."""
    refined: str | None = None
    """The instruction of the sample, where it is not the original."""


TABLE = "| city | trains |\n|------|--------|\n| Bern | 12 |\n| Lyon | 7 |"
CASES = [
    Case(
        "fenced JSON with a sentence after it",
        "Describe a harbour.",
        HARBOUR,
        "```json\n"
        + orjson.dumps(reply(style("Write in a calm tone."))).decode()
        + "\n```\nI hope that this helps.",
        {"Write in a calm tone.": met("The harbour wakes slowly in winter.")},
        ships=({"kind": "writing_style", "text": "Write in a calm tone."},),
    ),
    Case(
        "unknown kinds beside a kind with a space before it",
        "Describe a harbour in the cold.",
        HARBOUR,
        reply(
            {"kind": "tone", "text": "Be calm."},
            {"kind": " paragraph_count", "at_least": 2, "at_most": 2},
            "two paragraphs",
        ),
        ships=({"kind": "paragraph_count", "at_least": 2, "at_most": 2},),
        drops=("propose unknown_kind", "propose unknown_kind"),
    ),
    Case(
        "false counts become true ones",
        "Describe a harbour to me.",
        HARBOUR,
        reply(
            {"kind": "sentence_count", "at_least": 6, "at_most": None},
            {"kind": "word_count", "at_least": None, "at_most": 20},
        ),
        ships=({"kind": "sentence_count", "at_least": 4}, {"kind": "word_count", "at_most": 50}),
    ),
    Case(
        "counts in sentences become rules, scoped ones are dropped",
        "Write about a harbour.",
        HARBOUR,
        reply(
            style("Write exactly four sentences.", "grammatical_structure"),
            style("The first paragraph must have two sentences.", "output_format"),
            style("Give three examples.", "semantic_element"),
        ),
        ships=({"kind": "sentence_count", "at_least": 4, "at_most": 4},),
        drops=("propose countable", "propose countable"),
    ),
    Case(
        "a key that stands twice makes the reply unreadable",
        "Write of a harbour.",
        HARBOUR,
        '{"instruction": "x", "constraints": [{"kind": "no_lists"}], "constraints": []}',
        drops=("propose unreadable_reply",),
    ),
    Case(
        "bounds that are all null",
        "Tell of a harbour.",
        HARBOUR,
        reply({"kind": "sentence_count", "at_least": None, "at_most": None}),
        drops=("propose bad_fields",),
    ),
    Case(
        "a reply that is cut off",
        "Tell of a harbour in winter.",
        HARBOUR,
        Reply("", '{"instruction": "x", "constraints": [{"kind": "no_li', "length"),
        drops=("propose truncated_reply",),
    ),
    Case(
        "a refusal",
        "Tell me of a harbour.",
        HARBOUR,
        "I'm sorry, but I can't help with that.",
        drops=("propose unreadable_reply",),
    ),
    Case(
        "a list instead of an object",
        "Tell us of a harbour.",
        HARBOUR,
        '[{"kind": "no_questions"}]',
        drops=("propose unreadable_reply",),
    ),
    Case(
        "a quotation that is not in the response, and a verdict without one",
        "How did trains change towns?",
        TRAINS,
        reply(style("Use an image of the body.", "literary_device"), style("Write soberly.")),
        {
            "Use an image of the body.": met("as if the town had taken a deep breath"),
            "Write soberly.": {"met": True, "restricts": True, "better": None},
        },
        drops=("verify evidence_not_found", "verify evidence_not_found"),
    ),
    Case(
        "what restricts nothing, and what nobody answers",
        "How did railways change towns?",
        TRAINS,
        reply(style("Write clearly."), style("Write as a historian would.")),
        {
            "Write clearly.": met("Trains changed how towns grew.") | {"restricts": False},
            "Write as a historian would.": Failure("timeout", "late"),
        },
        drops=("verify restricts_nothing", "verify no_verdict"),
    ),
    Case(
        "a better wording that is true",
        "Why did towns grow with trains?",
        TRAINS,
        reply(style("End with a metaphor of the sea.", "literary_device")),
        {
            "End with a metaphor of the sea.": unmet("Close on a simile of breath."),
            "Close on a simile of breath.": met("It was as if the town had breathed out."),
        },
        ships=({"kind": "literary_device", "text": "Close on a simile of breath."},),
    ),
    Case(
        "better wordings that are false, counted, or give the answer away",
        "Why did towns change with trains?",
        TRAINS,
        reply(style("Be funny."), style("Be angry."), style("Be rude.")),
        {
            "Be funny.": unmet("Be dreamy."),
            "Be dreamy.": unmet("Be sleepy."),
            "Be angry.": unmet("Use six sentences."),
            "Be rude.": unmet("Say that clerks could live in green suburbs."),
        },
        drops=("verify judged_unmet",) * 3,
    ),
    Case(
        "exclusions: both questions agree, disagree, or one is unreadable",
        "Write a note to a neighbour about noise.",
        LETTER,
        reply(
            style("Do not blame the neighbour.", "exclusion"),
            style("Do not make promises.", "exclusion"),
            style("Do not mention money.", "exclusion"),
        ),
        {
            "Do not blame the neighbour.": (met(""), CLEAN),
            "Do not make promises.": (met(""), {"evidence": "It won't happen", "breached": True}),
            "Do not mention money.": (met(""), "No breach at all."),
        },
        ships=({"kind": "exclusion", "text": "Do not blame the neighbour."},),
        drops=("verify judged_unmet", "verify unreadable_verdict"),
    ),
    Case(
        "a refined instruction that loses its table",
        f"Which city has more trains a day, and why may that be?\n\n{TABLE}",
        TRAINS,
        reply(
            instruction="Which city has more trains a day, Bern with 12 or Lyon with 7, and why?"
        ),
        drops=("refine input_lost",),
    ),
    Case(
        "a refined instruction that keeps its table",
        f"Which city has more trains every day, and why?\n\n{TABLE}",
        TRAINS,
        reply(
            instruction=f"Which city has more trains every day, and why would one care?\n\n{TABLE}"
        ),
        refined=f"Which city has more trains every day, and why would one care?\n\n{TABLE}",
    ),
    Case(
        "a refined instruction that gives a number away, and a sentence that gives the answer away",
        "What did trains do to the centre of a town?",
        TRAINS,
        reply(
            style("Say that the old centre held offices alone.", "semantic_element"),
            style("Mention the year 1900.", "semantic_element"),
            instruction="What did trains do to the centre of a town by 1900?",
        ),
        drops=("propose gives_away", "propose gives_away", "refine gives_away"),
    ),
    Case(
        "a refined instruction that counts falsely, beside rules on lists",
        "How do I cook a soup?",
        SOUP,
        reply(
            {"kind": "bullet_count", "at_least": 6, "at_most": 6},
            style("Use a numbered list.", "output_format"),
            {"kind": "no_lists"},
            style("Begin every step with an imperative verb.", "grammatical_structure"),
            instruction="How do I cook a soup in exactly seven steps?",
        ),
        {"Begin every step with an imperative verb.": met("Fry the onion in oil until soft.")},
        ships=(
            {"kind": "bullet_count", "at_least": 4, "at_most": 4},
            {
                "kind": "grammatical_structure",
                "text": "Begin every step with an imperative verb.",
            },
        ),
        drops=("propose not_met", "propose not_met", "refine countable"),
    ),
    Case(
        "an instruction and a sentence in another language",
        "Beschreibe einen Nachmittag am Hafen nach dem Regen.",
        REGEN,
        reply(
            style("Write in a calm and melancholy tone, like a diary."),
            style("Schreibe in einem ruhigen Ton."),
            style("Schreibe genau vier Sätze."),
            instruction="Describe an afternoon at the harbour after the rain has stopped.",
        ),
        {"Schreibe in einem ruhigen Ton.": met("Wir gingen langsam zum Hafen")},
        ships=({"kind": "writing_style", "text": "Schreibe in einem ruhigen Ton."},),
        drops=("propose other_language", "propose countable", "refine other_language"),
    ),
    Case(
        "all that is fine",
        "Write an apology to a neighbour.",
        LETTER,
        reply(
            {"kind": "starts_with", "text": "Dear neighbour"},
            {"kind": "keywords", "include": ["plum jam", "walls"]},
            style("Offer a small gift to make up for it.", "semantic_element"),
            style("Write it as a letter with a salutation and a closing.", "output_format"),
            instruction="Write an apology to a neighbour for a noisy evening at home.",
        ),
        {
            "Offer a small gift to make up for it.": met("I have left a jar of plum jam"),
            "Write it as a letter with a salutation and a closing.": met("Dear neighbour, I am"),
        },
        ships=(
            {"kind": "starts_with", "text": "Dear neighbour"},
            {"kind": "keywords", "include": ["plum jam", "walls"]},
            {"kind": "semantic_element", "text": "Offer a small gift to make up for it."},
            {
                "kind": "output_format",
                "text": "Write it as a letter with a salutation and a closing.",
            },
        ),
        refined="Write an apology to a neighbour for a noisy evening at home.",
    ),
]


def script(request: Request) -> Any:
    """What the model says to a request."""
    if request.id.startswith("calibrate/"):
        yes = {"evidence": None, "breached": True}
        return yes if request.template.startswith("breach") else unmet()
    case = CASES[int(request.id.split("/")[0])]
    if request.id.endswith("/propose"):
        if isinstance(case.said, Reply):
            return Reply(request.id, case.said.text, case.said.finish)
        if isinstance(case.said, dict) and case.said["instruction"] is None:
            return case.said | {"instruction": case.instruction}
        return case.said
    demand = request.messages[1].content.rsplit("]\n", 2)[1].split("\n[")[0]
    said = case.verdicts[demand]
    return said[request.template.startswith("breach")] if type(said) is tuple else said


@cache
def outcomes() -> tuple[dict[str, Sample], dict[str | None, list[Dropped]]]:
    """The samples and what was dropped, by record, of one run over all of them."""
    rows = [
        {"id": str(number), "instruction": case.instruction, "response": case.response}
        for number, case in enumerate(CASES)
    ]
    dropped: dict[str | None, list[Dropped]] = {}
    samples = crab.build(
        rows,
        kinds=(),
        vacuous=1.0,
        backend=ScriptedBackend(script),
        on_dropped=lambda one: dropped.setdefault(one.id, []).append(one),
    )
    return {sample.id: sample for sample in samples}, dropped


def test_there_are_twenty() -> None:
    """Twenty records come in and twenty samples go out."""
    assert len(CASES) == len(outcomes()[0]) == 20


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case.name for case in CASES])
def test_record(number: int) -> None:
    """What ships, what is dropped and why, and the instruction are what a careful person wants."""
    case, (samples, dropped) = CASES[number], outcomes()
    sample = samples[str(number)]
    found = [
        one.model_dump(mode="json", exclude_none=True, exclude={"version"})
        for one in sample.constraints
    ]
    reasons = [f"{one.step} {one.reason.split(':')[0]}" for one in dropped.get(str(number), [])]
    nothing = [] if case.ships else ["combine no_constraints"]
    assert (found, reasons) == (list(case.ships), [*case.drops, *nothing])
    assert sample.instruction == (case.refined or case.instruction)
    assert sample.original == (case.instruction if case.refined else None)
    assert sample.response == case.response


def test_what_ships_has_proof() -> None:
    """All that ships is met, and comes from the model; judged constraints are quoted for."""
    for sample in outcomes()[0].values():
        for one, check in zip(sample.constraints, sample.checks, strict=True):
            assert check.met
            assert check.origin == "scripted"
            if isinstance(one, crab.Rule):
                assert one.check(sample.response).met
            elif not one.absence:
                assert all(sample.response[start:end].strip() for start, end in check.spans)
                assert check.spans


def test_what_is_dropped_can_be_read() -> None:
    """A constraint is dropped with its record and data; without any, no example is made."""
    for number, lost in outcomes()[1].items():
        for one in lost:
            assert one.id == number
            assert one.what == "record" if one.step == "combine" else one.data
