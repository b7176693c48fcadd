"""Tests of `crab.proposing`: which rules a text meets."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any, ClassVar, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crab.constraints import Constraint, Judged, Rule, Verdict, registry
from crab.constraints.registry import kinds
from crab.errors import PluginError, UnknownKind, UsageError
from crab.proposing import proposals, propose, rule_classes
from crab.text import Text

RULES = sorted(kind for kind, cls in kinds().items() if issubclass(cls, Rule))

TEXT = (
    "# Watering plants\n\nThe lettuce needs water every morning, and the tomato plants need water "
    "in the evening. Water the lettuce first; the tomato plants can wait.\n\n- Check the soil.\n"
    "- Empty the saucer.\n\nYou should *never* water the leaves! They do not like it, and that is "
    "how it is. Do they rot? They often do."
)
PIECES = st.sampled_from(
    [
        *("# Title\n\n", "- item one\n", "1. first\n", "• dot\n", "\n\n", "**bold** "),
        *("```py\nx = 1\n```\n", "> so "),
        *("| a | b |\n|---|---|\n| 1 | 2 |\n", "Dr. Smith left! ", "Why?! "),
        "It's 3.14, isn't it; yes: no. ",
        *("The lettuce needs water. ", "Water the lettuce, please. "),
        *("I think you agree — we do. ", "P.S. "),
        *("今天天气很好。", "雨が降った。", "Привет, мир. ", "مرحبا، كيف الحال؟ "),
        *("नमस्ते दुनिया। ", "สวัสดี "),
        *("😀 ", "\ud83d", "\0", "A\u00a0. ", "\u3000", "<<T>>\n", '"quoted" ', "[name] "),
        *("***\n", '{"a": 1}'),
    ]
)
WRITTEN = st.lists(st.one_of(PIECES, st.text(max_size=6)), max_size=50).map("".join)


class Weather(Constraint):
    """A family for these tests."""

    family: ClassVar[str] = "weather"
    hint: ClassVar[str] = "What the response says of the weather."


@pytest.fixture(autouse=True)
def _own_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kinds that a test defines are unknown again after it."""
    monkeypatch.setattr(registry, "_classes", dict(registry._classes))


def define(proposed: Any, met: Any = True) -> type[Rule]:
    """Define a kind that proposes and checks in a given way: a value, or an error to raise."""

    class RainyDay(Weather, Rule):
        kind: Literal["rainy_day"] = "rainy_day"
        phrasings: ClassVar[Any] = {"en": {"say": ["Mention rain."]}}
        word: str = "rain"

        def check(self, text: str | Text) -> Verdict:
            if isinstance(met, Exception):
                raise met
            return Verdict(met, "looked")

        @classmethod
        def propose(cls, text: str | Text, rng: Random) -> Iterator[Any]:
            for word in proposed:
                if isinstance(word, Exception):
                    raise word
                yield cls(word=word)

    return RainyDay


def test_the_same_seed_gives_the_same_rules() -> None:
    """Rules depend on the text and the seed alone, and another seed gives other ones."""
    assert propose(TEXT, seed=1) == propose(TEXT, seed=1) == propose(Text(TEXT), seed=1)
    assert propose(TEXT) == propose(TEXT, seed=0)
    assert len({tuple(propose(TEXT, seed=seed)) for seed in range(10)}) > 5


@pytest.mark.parametrize("seed", [-1, 0, 2**32, 2**63, 2**64 + 5])
def test_any_integer_is_a_seed(seed: int) -> None:
    """Seeds of any size give rules."""
    assert propose(TEXT, seed=seed) == propose(TEXT, seed=seed) != []


@pytest.mark.parametrize("kind", RULES)
def test_kinds_do_not_disturb_each_other(kind: str) -> None:
    """Asked for alone, a kind proposes what it proposes among all the others."""
    for seed in range(3):
        among_others = [rule for rule in propose(TEXT, seed=seed) if rule.kind == kind]
        assert propose(TEXT, seed=seed, kinds=[kind]) == among_others


def test_a_new_kind_changes_nothing() -> None:
    """The rules of the other kinds are the same with a plug-in's kind as without it."""
    before = propose(TEXT, seed=3)
    define(["rain", "snow"])
    after = propose(TEXT, seed=3)
    assert [rule for rule in after if rule.kind != "rainy_day"] == before
    assert [rule.word for rule in after if rule.kind == "rainy_day"] == ["rain", "snow"]


def test_kinds_come_in_the_order_asked_for() -> None:
    """Named kinds are proposed in the order of their names; a single name needs no list."""
    names = [rule.kind for rule in propose(TEXT, kinds=["word_count", "character_count"])]
    assert names == ["word_count", "character_count"]
    assert propose(TEXT, kinds="word_count") == propose(TEXT, kinds=["word_count"])
    assert propose(TEXT, kinds=[]) == []


def test_unknown_kind() -> None:
    """A kind that nobody has registered is an error that lists the known ones."""
    with pytest.raises(UnknownKind, match=r"'rainy_day' is registered; known: .*word_count"):
        propose(TEXT, kinds=["word_count", "rainy_day"])


def test_judged_kinds_cannot_be_proposed_by_code() -> None:
    """A kind that a reader decides is an error when asked for, and left out otherwise."""

    class RainyMood(Weather, Judged):
        kind: Literal["rainy_mood"] = "rainy_mood"

    with pytest.raises(UsageError, match="rainy_mood is decided by a reader"):
        propose(TEXT, kinds=["rainy_mood"])
    assert RainyMood not in rule_classes()


def test_all_rules_are_asked() -> None:
    """Without names, every kind that code decides proposes."""
    assert [cls.model_fields["kind"].default for cls in rule_classes()] == RULES
    assert rule_classes(["word_count"]) == [kinds()["word_count"]]


@pytest.mark.parametrize(
    "proposed",
    [[ValueError("no umbrella")], ["rain", ValueError("no umbrella")]],
    ids=["at once", "after a rule"],
)
def test_a_kind_that_fails_is_named(proposed: list[Any]) -> None:
    """A plug-in that raises while proposing is an error that names it and what it raised."""
    define(proposed)
    with pytest.raises(PluginError, match=r"RainyDay failed .*ValueError: no umbrella") as caught:
        propose(TEXT)
    assert isinstance(caught.value.__cause__, ValueError)


def test_a_kind_whose_check_fails_is_named() -> None:
    """A plug-in that raises while checking what it proposed is an error that names it, too."""
    define(["rain"], met=ValueError("no umbrella"))
    with pytest.raises(PluginError, match=r"RainyDay failed .*ValueError: no umbrella"):
        propose(TEXT)


@pytest.mark.parametrize("met", [False, None])
def test_what_a_plugin_proposes_wrongly_is_dropped(met: bool | None) -> None:
    """A rule that its own check does not confirm is not returned."""
    define(["rain"], met=met)
    assert propose(TEXT, kinds=["rainy_day"]) == []


def test_proposals_go_on_after_a_failure() -> None:
    """Where a kind fails, the exception stands in its place, and the other kinds still propose."""
    failing = define(["rain", ValueError("no umbrella")])
    word_count = kinds()["word_count"]
    found = list(proposals(Text(TEXT), 0, [failing, word_count]))
    assert [cls for cls, _ in found] == [failing, failing, word_count]
    assert isinstance(found[0][1], failing)
    assert repr(found[1][1]) == "ValueError('no umbrella')"
    assert isinstance(found[2][1], word_count)


def test_only_rules_that_can_be_said() -> None:
    """With a language, only rules are returned that have words in it."""
    define(["rain"])
    spoken = propose(TEXT, language="en")
    assert "rainy_day" in {rule.kind for rule in spoken}
    assert all(rule.said_in("en") and rule.describe() for rule in spoken)
    assert propose(TEXT, language="xx") == []


@pytest.mark.parametrize("text", [None, 7, b"rain"])
def test_what_is_no_text(text: Any) -> None:
    """A response is a string."""
    with pytest.raises(TypeError, match="a text is a str"):
        propose(text)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(WRITTEN, st.integers(0, 2**40))
def test_everything_proposed_is_met(string: str, seed: int) -> None:
    """Whatever the text and the seed, each rule is met by the text, measured anew."""
    fresh = Text(string)
    for rule in propose(string, seed=seed):
        assert rule.check(fresh).met is True, rule
        assert rule.check(string).met is True, rule


@pytest.mark.parametrize(
    "text", ["", " \n\t", "\0", "\ud800", "😀", "a", "雨", "*" * 5_000, "\u202e"]
)
def test_odd_texts_get_true_rules_or_none(text: str) -> None:
    """Texts that nobody would write break nothing."""
    assert all(rule.check(text).met is True for rule in propose(text))
