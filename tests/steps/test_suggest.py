"""Tests of `crab.steps.suggest`: what of a model's proposals is taken up, and why not."""

from __future__ import annotations

from typing import Any, Literal

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

import crab
from crab.backends.reading import keeps_schema
from crab.constraints import Constraint, Lexical, Rule, registry
from crab.records import Pair
from crab.steps.suggest import LONGEST, MOST, reply_schema, suggestions
from crab.text import Text

RESPONSE = (
    "The harbour wakes slowly in winter. Fishermen mend their nets under yellow lamps, and gulls "
    "wait on the wall like old judges.\n\nBy eight the baker opens, and warm smells drift over the "
    "wet stones. Nobody hurries; the tide decides when boats may leave, and as it was "
    "in 1932 and long before that year."
)
TEXT = Text(RESPONSE)
PAIR = Pair(id="a", instruction="Describe a harbour.", response=RESPONSE, language="en")


@pytest.fixture(autouse=True)
def scratch():
    """Kinds that a test defines are forgotten afterwards."""
    crab.kinds()
    before = dict(registry._classes)
    yield
    registry._classes.clear()
    registry._classes.update(before)


def outcome(*items: Any, pair: Pair = PAIR) -> list[str]:
    """What became of each proposal: the constraint in words and fields, or the reason's name."""
    found = suggestions(
        orjson.dumps({"instruction": "", "constraints": items}).decode(), pair, TEXT
    )
    assert found is not None
    return [
        one.reason.split(":")[0] if one.constraint is None else short(one.constraint)
        for one in found.constraints
    ]


def short(constraint: Constraint) -> str:
    """A constraint in a few words: its kind and fields."""
    own = constraint.model_dump(mode="json", exclude_none=True, exclude={"kind", "version"})
    return " ".join([constraint.kind, *(f"{name}={value}" for name, value in own.items())])


def style(text: Any, kind: str = "writing_style") -> dict[str, Any]:
    """A judged proposal."""
    return {"kind": kind, "text": text}


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"kind": "sentence_count", "at_least": 4, "at_most": None}, "sentence_count at_least=4"),
        ({"kind": "sentence_count", "at_least": 9, "at_most": None}, "sentence_count at_least=4"),
        ({"kind": " sentence_count\n", "at_least": 4}, "sentence_count at_least=4"),
        ({"kind": "paragraph_count", "at_least": 3, "at_most": 3},
         "paragraph_count at_least=2 at_most=2"),
        ({"kind": "keywords", "include": ["gulls", "whales"]}, "keywords include=['gulls']"),
        ({"kind": "keywords", "include": ["whales"]}, "not_met"),
        ({"kind": "keywords", "include": ["1932"]}, "not_met"),
        ({"kind": "keywords", "include": []}, "bad_fields"),
        ({"kind": "keywords"}, "bad_fields"),
        ({"kind": "sentence_count"}, "bad_fields"),
        ({"kind": "sentence_count", "at_least": None, "at_most": None}, "bad_fields"),
        ({"kind": "sentence_count", "at_least": 5, "at_most": 2}, "bad_fields"),
        ({"kind": "sentence_count", "at_least": "many"}, "bad_fields"),
        ({"kind": "sentence_count", "at_least": 2, "why": "so"}, "bad_fields"),
        ({"kind": "sentence_count", "at_least": 2, "version": 99}, "bad_fields"),
        ({"kind": "Sentence_Count", "at_least": 2}, "unknown_kind"),
        ({"kind": "number_of_sentences", "at_least": 2}, "unknown_kind"),
        ({"kind": None}, "unknown_kind"),
        ({"kind": ["sentence_count"]}, "unknown_kind"),
        ({}, "unknown_kind"),
        ("Write in a warm tone.", "unknown_kind"),
        (None, "unknown_kind"),
        (7, "unknown_kind"),
        ([], "unknown_kind"),
        ({"kind": "bullet_count", "at_least": 3}, "not_met"),
        ({"kind": "no_lists"}, "no_lists"),
        ({"kind": "json_output"}, "not_met"),
        (style("Write in a calm tone."), "writing_style text=Write in a calm tone."),
        (style(" Write in a\n calm  tone. "), "writing_style text=Write in a calm tone."),
        (style(""), "bad_fields"),
        (style(" "), "bad_fields"),
        (style(3), "bad_fields"),
        ({"kind": "writing_style"}, "bad_fields"),
        (style("Use two paragraphs."), "paragraph_count at_least=2 at_most=2"),
        (style("Use three paragraphs."), "paragraph_count at_least=2 at_most=2"),
        (style("Use at least 3 bullet points."), "not_met"),
        (style("Give three examples."), "countable"),
        (style("The first paragraph must have two sentences."), "countable"),
        (style("Present the events as a numbered list."), "not_met"),
        (style("Write a calm text of four sentences."),
         "writing_style text=Write a calm text of four sentences."),
        (style("Write a calm text of five sentences."), "not_met"),
        (style("Mention what happened in 1932."), "gives_away"),
        (style("Say that the tide decides when boats may leave."), "gives_away"),
        (style("Let Fishermen appear."), "gives_away"),
        (style("Schreibe den Text in einem ruhigen und freundlichen Ton."), "other_language"),
        (style("Write so calmly " * 30), "too_long"),
    ],
)  # fmt: skip
def test_one_proposal(item: Any, expected: str) -> None:
    """A rule is fitted or dropped; a sentence becomes rules, goes on as it is, or is dropped."""
    assert outcome(item) == [expected]


def test_a_sentence_may_become_several_rules() -> None:
    """Of a sentence of rules only, each is decided by itself."""
    [first, second] = outcome(style("Use two paragraphs, and no bullet points."))
    assert first == "paragraph_count at_least=2 at_most=2"
    assert second == "no_lists"
    assert outcome(style("Use a numbered list and two paragraphs."))[0].startswith(
        "paragraph_count"
    )
    assert outcome(style("Use a numbered list and two paragraphs."))[1] == "not_met"


def test_repeats_count_once() -> None:
    """What is proposed twice, in other words or with other bounds too, is taken once."""
    twice = outcome(
        {"kind": "paragraph_count", "at_least": 2, "at_most": 2},
        {"kind": "paragraph_count", "at_least": 5, "at_most": 5},
        style("Use two paragraphs."),
        style("Write in a calm tone."),
        style("Write in a  calm tone."),
    )
    assert len(twice) == 2


def test_too_many() -> None:
    """Of more proposals than a reply may hold, those beyond are dropped and written down."""
    items = [style(f"Write in the calm tone of {name}.") for name in "abcdefghij"]
    assert outcome(*items)[MOST:] == ["too_many"] * 2


def test_what_a_sentence_states_beside_a_language() -> None:
    """A pair of no known language takes sentences in any."""
    unknown = PAIR.model_copy(update={"language": None})
    german = style("Schreibe den Text in einem ruhigen und freundlichen Ton für Kinder.")
    assert outcome(german, pair=unknown)[0].startswith("writing_style ")


def test_a_plugin_that_fails_is_dropped() -> None:
    """A kind whose check raises costs its own proposal and no other."""

    class Broken(Lexical, Rule):
        """Raises."""

        kind: Literal["broken"] = "broken"

        def check(self, text):
            """Raise."""
            raise RuntimeError("no")

    assert outcome({"kind": "broken"}, {"kind": "no_lists"}) == [
        "check_failed",
        "no_lists",
    ]


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "I cannot help with that.",
        "{",
        '{"constraints": {}}',
        '{"constraints": null}',
        '{"instruction": "x"}',
        '[{"kind": "no_lists"}]',
        '{"constraints": [], "constraints": []}',
        '{"constraints": [{"kind": "no_lists", "kind": "no_emoji"}]}',
        '{"constraints": [{"kind": "no_lists"}',
        '"no"',
        '{"constraints": [1e999]}',
    ],
)
def test_unreadable(reply: str) -> None:
    """A reply that is no whole object with a list of constraints cannot be read, and is not."""
    assert suggestions(reply, PAIR, TEXT) is None or reply.endswith("[1e999]}")


@pytest.mark.parametrize("given", [3, None, ["x"], {}])
def test_an_instruction_is_a_string(given: Any) -> None:
    """An instruction of another type is none."""
    found = suggestions(
        orjson.dumps({"instruction": given, "constraints": []}).decode(), PAIR, TEXT
    )
    assert found is not None
    assert found.instruction is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 900) | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["kind", "text", "at_least", "include", "mark"]), inner),
    max_leaves=8,
)  # fmt: skip


@given(
    st.lists(JSON, max_size=4), st.sampled_from(["word_count", "keywords", "writing_style", "x"])
)
def test_no_reply_breaks_it(items: list[Any], kind: str) -> None:
    """Whatever a model proposes, each proposal has a constraint or a reason."""
    items = [{**item, "kind": kind} if isinstance(item, dict) else item for item in items]
    found = suggestions(orjson.dumps({"constraints": items}).decode(), PAIR, TEXT)
    if found is None:
        return
    for one in found.constraints:
        assert (one.constraint is None) is bool(one.reason)
        if isinstance(one.constraint, Rule):
            assert one.constraint.check(TEXT).met


def test_the_schema() -> None:
    """The schema takes every kind's example, with null for open bounds, and nothing unknown."""
    schema = reply_schema()
    for name, cls in crab.kinds().items():
        open_fields = {
            field: None for field in cls.model_fields if field not in ("kind", "version")
        }
        one = {"kind": name, **open_fields, **cls.example.fields}
        reply = {"instruction": "x", "constraints": [one]}
        assert keeps_schema(orjson.dumps(reply).decode(), schema), name
        for bad in ({**one, "more": 1}, {**one, "kind": f"{name} "}):
            reply["constraints"] = [bad]
            assert not keeps_schema(orjson.dumps(reply).decode(), schema)
    reply["constraints"] = [{"kind": "writing_style", "text": "x" * (LONGEST + 1)}]
    assert not keeps_schema(orjson.dumps(reply).decode(), schema)
