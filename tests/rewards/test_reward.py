"""Tests of `crab.rewards.reward`: what a response earns, and that nothing makes it raise."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

import crab
from crab.constraints import (
    Audience,
    BulletCount,
    Constraint,
    EndsWith,
    Keywords,
    NoPunctuation,
    ResponseLanguage,
    Rule,
    Verdict,
    WordCount,
)
from crab.errors import MissingData
from crab.rewards import Reward
from crab.rewards.problems import report
from crab.text import Text

RAIN = "It rained all day."
SHORT, BULLETS, NO_COMMA = WordCount(at_most=5), BulletCount(at_least=2), NoPunctuation(mark=",")
JUDGED = Audience(text="Write for children.")
THREE = (SHORT, BULLETS, NO_COMMA)


class Weather(Constraint):
    """A family for these tests."""

    family: ClassVar[str] = "weather"
    hint: ClassVar[str] = "What the response says of the weather."


def broken(found: Any) -> Rule:
    """Return a rule of a plug-in whose check raises an exception, or returns anything else."""

    class BrokenRule(Weather, Rule):
        kind: Literal["broken_rule"] = "broken_rule"

        def check(self, text: str | Text) -> Verdict:
            if isinstance(found, BaseException):
                raise found
            return found

    return BrokenRule()


@pytest.mark.parametrize(
    ("reward", "constraints", "earned"),
    [
        (Reward(), THREE, 2 / 3),
        (Reward(), (SHORT, NO_COMMA), 1.0),
        (Reward(), BULLETS, 0.0),
        (Reward(), [SHORT.model_dump(), BULLETS.model_dump()], 0.5),
        (Reward(how="all"), THREE, 0.0),
        (Reward(how="all"), (SHORT, NO_COMMA), 1.0),
        (Reward(weights={"word_count": 3}), (SHORT, BULLETS), 0.75),
        (Reward(weights={"word_count": 3, "bullet_count": 0.5}), THREE, 4 / 4.5),
        (Reward(weights={"bullet_count": 0}), THREE, 1.0),
        (Reward(how="all", weights={"bullet_count": 0}), THREE, 1.0),
        (Reward(weights={"bullet_count": 0}), BULLETS, None),
        (Reward(gate=NO_COMMA), (SHORT, BULLETS), 0.5),
        (Reward(gate=BULLETS), (SHORT, NO_COMMA), 0.0),
        (Reward(gate=BULLETS), JUDGED, None),
        (Reward(), (SHORT, JUDGED), 1.0),
        (Reward(), [JUDGED], None),
        (Reward(), [], None),
        (Reward(), None, None),
        (Reward(), "no label", None),
    ],
)
def test_what_is_earned(reward, constraints, earned):
    """A reward is the share that is met, or whether all is; None where nothing can be decided."""
    assert reward(RAIN, constraints) == earned


@pytest.mark.parametrize("response", ["", " \n\t\u3000", None, 7, b"It rained.", ["It rained."]])
def test_no_text_earns_nothing(response):
    """What is blank or no text earns nothing, though it has no comma."""
    assert Reward()(response, NO_COMMA) == 0.0
    assert Reward()(response, JUDGED) is None


@pytest.mark.parametrize(
    ("response", "answer"),
    [
        ("<think>Hm, well.</think>\n\nIt rained.", "It rained."),
        ("Hm, well.</think>It rained.", "It rained."),
        ("<think>Hm</think>a, b</think> It rained.", "It rained."),
        ("<think>a</think>b, c<think>d</think> It rained.", "It rained."),
        ("It rained.", "It rained."),
        (" It rained.", " It rained."),
        ("<think>It rained.", None),
        ("<think>a</think> It rained. <think>b", None),
        ("<think>It rained.</think>", None),
        ("<think>It rained.</think> \n", None),
        ("<Think>a</Think> It, rained.", "<Think>a</Think> It, rained."),
    ],
)
def test_reasoning_is_left_out(response, answer):
    """The answer is what follows the last closing tag; where a tag is open, there is none yet."""
    rules = [NO_COMMA, EndsWith(text="rained."), WordCount(at_most=2)]
    expected = 0.0 if answer is None else Reward()(answer, rules)
    assert Reward(thinking="think")(response, rules) == expected


def test_reasoning_counts_unless_asked():
    """Without a tag, the whole response is the answer."""
    response = "<think>Hm, well.</think> Yes."
    assert Reward()(response, NO_COMMA) == 0.0
    assert Reward(thinking="think")(response, NO_COMMA) == 1.0
    assert Reward(thinking="reasoning")(response, NO_COMMA) == 0.0


def test_a_reward_is_a_value():
    """A reward is frozen, hashable, and the same after pickling and JSON."""
    reward = Reward(how="all", weights={"word_count": 2, "keywords": 0}, gate=SHORT, thinking="t")
    assert pickle.loads(pickle.dumps(reward)) == reward  # noqa: S301
    assert Reward.model_validate_json(reward.model_dump_json()) == reward
    assert (
        Reward(weights={"keywords": 0, "word_count": 2}, **reward.model_dump(exclude={"weights"}))
        == reward
    )
    assert len({reward, pickle.loads(pickle.dumps(reward))}) == 1  # noqa: S301
    with pytest.raises(ValidationError):
        reward.how = "share"


@pytest.mark.parametrize(
    "fields",
    [
        {"how": "most"},
        {"weights": {"word_cuont": 1}},
        {"weights": {"word_count": -1}},
        {"weights": {"word_count": float("nan")}},
        {"weights": {"word_count": float("inf")}},
        {"gate": JUDGED},
        {"gate": {"kind": "audience", "text": "Write for children."}},
        {"thinking": ""},
        {"thinkin": "think"},
    ],
)
def test_wrong_settings_are_refused(fields):
    """A reward that makes no sense is refused when it is made."""
    with pytest.raises(ValidationError):
        Reward(**fields)


@pytest.mark.parametrize("found", [None, "yes", (True, "fine"), Verdict(True, "", ((0, 99),))])
def test_a_broken_plugin_is_not_met(found, caplog):
    """A check that returns no sound verdict is not met, and that is said once."""
    assert Reward()(RAIN, [broken(found), SHORT]) == 0.5
    assert Reward(how="all")(RAIN, broken(found)) == 0.0
    [record] = caplog.records
    assert record.name == "crab.rewards"
    assert "broken_rule" in record.message


def test_the_message_of_a_broken_plugin_is_not_shown(caplog):
    """The log names the exception, but not its message, which may hold the response."""
    assert Reward()(RAIN, broken(ValueError(f"what is {RAIN!r}?"))) == 0.0
    assert caplog.messages == ["the check of broken_rule failed: ValueError"]


def test_what_is_not_installed_is_shown(caplog):
    """Without data of nltk that a check needs, nothing is decided, and the log says what to do."""
    assert Reward()(RAIN, broken(MissingData("run: get punkt_tab"))) is None
    assert caplog.messages == ["nothing is decided: run: get punkt_tab"]


def test_each_problem_is_said_once(caplog):
    """A thousand rollouts of a broken label give one warning."""
    for _ in range(1000):
        assert Reward()(RAIN, '[{"kind": "word_cuont"}]') is None
        assert Reward()(None, SHORT) == 0.0
    assert Reward()(RAIN, '[{"kind": "word_count", "at_most": "x"}]') is None
    assert len(caplog.records) == 3
    assert "word_cuont" in caplog.messages[0]
    assert caplog.messages[1] == "a response is a text, not NoneType"
    assert "at_most" in caplog.messages[2]
    assert RAIN not in caplog.text
    assert report.cache_info().maxsize == 1024


def test_a_long_response_is_soon_decided():
    """A megabyte of marks or of lone surrogates earns what it earns."""
    for piece in ("*", "\ud800", "<think>", "a, "):
        assert Reward(thinking="think")(piece * (1_000_000 // len(piece)), [SHORT, JUDGED]) in (
            0,
            1,
        )


RULES = [
    cls(**cls.example.fields) for cls in crab.kinds().values() if cls.__module__.startswith("crab.")
]


@settings(max_examples=150, deadline=None)
@given(
    st.text(st.characters(), max_size=200),
    st.lists(st.sampled_from(RULES), max_size=6),
    st.sampled_from(["share", "all"]),
    st.dictionaries(st.sampled_from(sorted(crab.kinds())), st.floats(0, 1e6), max_size=4),
    st.sampled_from([None, "think", "a"]),
)
def test_a_reward_agrees_with_check(response, rules, how, weights, thinking):
    """A reward lies in [0, 1] and says what `crab.check` says of the answer."""
    earned = Reward(how=how, weights=weights, thinking=thinking)(response, rules)
    counting = [
        rule for rule in rules if isinstance(rule, Rule) and weights.get(rule.kind, 1.0) > 0
    ]
    assert (earned is None) == (not counting)
    if earned is None:
        return
    assert isinstance(earned, float)
    assert 0 <= earned <= 1
    if thinking is None and not weights and response.strip():
        met = [verdict.met for _, verdict in crab.check(response, counting)]
        assert earned == (sum(met) / len(met) if how == "share" else float(all(met)))


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(st.none(), st.text(), st.binary(), st.integers(), st.lists(st.text())),
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.floats(), st.text(), st.binary(), st.integers()),
        lambda inner: st.one_of(
            st.lists(inner),
            st.sets(st.integers()),
            st.dictionaries(st.sampled_from(["kind", "kwargs", "instruction_id", "x"]), inner),
            inner.map(lambda value: [Keywords(include=("a",)), value]),
        ),
    ),
)
def test_nothing_makes_it_raise(response, label):
    """Whatever comes as a response and as a label, a reward is None or lies in [0, 1]."""
    earned = Reward(thinking="think")(response, label)
    assert earned is None or 0 <= earned <= 1


def test_threads_agree():
    """Trainers call a reward from many threads; each gets what one alone would get."""
    responses = [f"{RAIN} Es regnete {number} Tage, glaube ich." for number in range(100)]
    rules = [*THREE, ResponseLanguage(language="de"), Keywords(include=("rain", "7"))]
    alone = [Reward()(response, rules) for response in responses]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda response: Reward()(response, rules), responses)) == alone
