"""Tests of `crab.steps.prune`: only what is worth stating goes on."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import crab
from crab.config import Config
from crab.constraints import (
    FirstSentenceContains,
    ForbiddenWords,
    KeywordCount,
    Keywords,
    SemanticElement,
    SentenceCount,
    StartsWith,
    WordCount,
    WordCountNear,
)
from crab.constraints.base import Constraint
from crab.records import Checked, Dropped, Sample
from crab.steps.prune import prune
from crab.steps.reference import Reference
from crab.steps.similarity import content_words, rouge_l

NOTHING = Reference([])
KEEP_ALL = {"vacuous": 1, "same": 1}
RAIN = Keywords(include=("rain",))


def sample(
    *constraints: Constraint, instruction: str = "Describe the harbour.", language="en"
) -> Sample:
    """A sample with constraints that were verified."""
    checks = tuple(
        Checked(origin="rule", met=True, reason=str(at)) for at, _ in enumerate(constraints)
    )
    fields = {"instruction": instruction, "response": "So.", "language": language}
    return Sample(id="a", constraints=constraints, checks=checks, **fields)


def outcome(
    *constraints: Constraint,
    measured: Reference = NOTHING,
    config: dict | None = None,
    **fields: str,
) -> tuple[list[Constraint], list[tuple[Constraint, str]]]:
    """The constraints that are kept, and those that are dropped with the reason."""
    settings = Config.build(**(KEEP_ALL if config is None else config))
    *dropped, found = prune([sample(*constraints, **fields)], settings, measured)
    assert isinstance(found, Sample)
    assert all((one.id, one.what, one.step) == ("a", "constraint", "prune") for one in dropped)
    assert len(found.constraints) + len(dropped) == len(constraints)
    return list(found.constraints), [
        (Constraint.model_validate(one.data), one.reason) for one in dropped
    ]


def answers(number: int, held: str, of: int = 20) -> list[tuple[str, str]]:
    """So many answers that hold a word, and the others."""
    return [("en", held if at < number else "nothing") for at in range(of)]


@pytest.mark.parametrize(
    ("number", "dropped"),
    [(0, None), (17, None), (18, None), (19, "vacuous: met by 0.95 of the answers")],
)
def test_vacuous_is_more_than_the_share(number, dropped):
    """What exactly nine of ten answers meet is kept; what more meet is dropped, with the share."""
    kept, lost = outcome(RAIN, measured=Reference(answers(number, "rain")), config={})
    assert (kept, lost) == (([], [(RAIN, dropped)]) if dropped else ([RAIN], []))


@pytest.mark.parametrize(
    ("number", "share", "kept"),
    [(10, 0.5, True), (11, 0.5, False), (0, 0, True), (1, 0, False), (20, 1, True)],
)
def test_vacuous_share_is_a_setting(number, share, kept):
    """``vacuous`` is the largest share that is kept, from 0 to 1."""
    found, _ = outcome(RAIN, measured=Reference(answers(number, "rain")), config={"vacuous": share})
    assert found == ([RAIN] if kept else [])


def test_shares_are_written_beside_the_constraints():
    """A kept rule carries its share; a judged one, and one without a reference, carries none."""
    judged = SemanticElement(text="Name a boat.")
    measured = Reference(answers(5, "rain"))
    [found] = prune([sample(RAIN, judged)], Config(), measured)
    assert [checked.selectivity for checked in found.checks] == [0.25, None]
    assert [checked.reason for checked in found.checks] == ["0", "1"]
    [found] = prune([sample(RAIN)], Config(), NOTHING)
    assert [checked.selectivity for checked in found.checks] == [None]


def test_shares_are_those_of_the_language():
    """A rule is measured on the answers in the language of its sample."""
    measured = Reference([*answers(20, "rain"), *[("fr", "pluie")] * 20])
    assert outcome(RAIN, measured=measured, config={})[0] == []
    assert outcome(RAIN, measured=measured, config={}, language="fr")[0] == [RAIN]


NEAR = WordCountNear(target=100, tolerance=0.1)
IMPLIED = [
    (RAIN, KeywordCount(word="rain", at_least=2)),
    (RAIN, KeywordCount(word="RAIN", at_least=2, at_most=5)),
    (RAIN, Keywords(include=("rain", "sea"))),
    (RAIN, FirstSentenceContains(text="rain")),
    (KeywordCount(word="rain", at_least=1), Keywords(include=("rain", "sea"))),
    (WordCount(at_least=89, at_most=110), NEAR),
    (WordCount(at_least=90, at_most=111), NEAR),
    (WordCount(at_least=90), NEAR),
    (WordCount(at_most=110), NEAR),
    (NEAR, WordCount(at_least=95, at_most=105)),
    (NEAR, WordCountNear(target=100, tolerance=0.05)),
    (WordCount(at_most=20), WordCount(at_most=10)),
    (WordCount(at_least=10), WordCount(at_least=20)),
]
NOT_IMPLIED = [
    (RAIN, KeywordCount(word="rain", at_most=5)),
    (RAIN, KeywordCount(word="rains", at_least=5)),
    (RAIN, StartsWith(text="rain dance")),
    (Keywords(include=("rain", "sea")), KeywordCount(word="rain", at_least=5)),
    (FirstSentenceContains(text="rain"), RAIN),
    (KeywordCount(word="rain", at_least=2), RAIN),
    (WordCount(at_least=91), NEAR),
    (WordCount(at_most=109), NEAR),
    (NEAR, WordCount(at_least=95)),
    (NEAR, WordCount(at_least=89, at_most=105)),
    (WordCount(at_most=20), SentenceCount(at_most=1)),
    (ForbiddenWords(words=("very",)), ForbiddenWords(words=("very", "really"))),
]


@pytest.mark.parametrize(("weaker", "stronger"), IMPLIED)
def test_implied_is_dropped(weaker, stronger):
    """A rule whose bounds lie around those of another is dropped, in whatever order they come."""
    assert outcome(weaker, stronger) == ([stronger], [(weaker, "implied")])
    assert outcome(stronger, weaker) == ([stronger], [(weaker, "implied")])


@pytest.mark.parametrize(("first", "second"), NOT_IMPLIED)
def test_what_is_not_implied_stays(first, second):
    """A rule that says anything beyond another stays, if only by one."""
    assert first in outcome(first, second)[0]
    assert first in outcome(second, first)[0]


def test_several_rules_together_imply_another():
    """Two rules may imply what neither does."""
    low, high, around = (
        WordCount(at_least=90),
        WordCount(at_most=110),
        WordCount(at_least=80, at_most=120),
    )
    assert outcome(low, around, high) == ([low, high], [(around, "implied")])
    assert outcome(low, around)[0] == [low, around]


def test_chain_of_implications_keeps_the_last():
    """Of rules of which each implies the next, the strongest alone stays."""
    rules = [WordCount(at_most=number) for number in (30, 10, 20, 40)]
    kept, dropped = outcome(*rules)
    assert kept == [WordCount(at_most=10)]
    assert {reason for _, reason in dropped} == {"implied"}


EQUAL = [
    (RAIN, True),
    (NEAR, True),
    pytest.param(RAIN, False),
    pytest.param(ForbiddenWords(words=("okapi", "zebra")), True),
    pytest.param(ForbiddenWords(words=("okapi", "zebra")), False),
]


@pytest.mark.parametrize("number", [2, 3])
@pytest.mark.parametrize(("rule", "copied"), EQUAL)
def test_equal_rules_keep_one(rule, copied, number):
    """Of equal rules exactly one stays, be they one object or several."""
    rules = [rule.model_copy() if copied else rule for _ in range(number)]
    checks = (Checked(origin="rule", met=True, reason=""),) * number
    given = sample(*rules).model_copy(update={"checks": checks})
    *dropped, found = prune([given], Config(vacuous=1, same=0.6), NOTHING)
    assert found.constraints == (rule,)
    assert len(dropped) == number - 1


def test_rules_that_say_each_other_keep_one():
    """Of two rules that imply each other exactly one stays."""
    once, around = KeywordCount(word="rain", at_least=1), WordCount(at_least=90, at_most=110)
    for pair in ((RAIN, once), (once, RAIN), (NEAR, around), (around, NEAR)):
        kept, dropped = outcome(*pair)
        assert len(kept) == len(dropped) == 1


WORDS = ("a", "b", "c")
RULES = st.one_of(
    st.tuples(st.integers(0, 4), st.integers(0, 4)).map(
        lambda ends: WordCount(at_least=min(ends), at_most=max(ends))
    ),
    st.integers(1, 4).map(lambda low: WordCount(at_least=low)),
    st.builds(WordCountNear, target=st.integers(1, 5), tolerance=st.sampled_from([0, 0.25, 0.5])),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=2).map(
        lambda some: Keywords(include=tuple(some))
    ),
    st.builds(KeywordCount, word=st.sampled_from(WORDS), at_least=st.integers(1, 3)),
    st.builds(KeywordCount, word=st.sampled_from(WORDS), at_most=st.integers(0, 3)),
    st.builds(FirstSentenceContains, text=st.sampled_from(WORDS)),
)


@given(
    st.lists(RULES, min_size=2, max_size=6),
    st.lists(
        st.lists(st.sampled_from(["a", "b", "c.", "A,"]), max_size=6).map(" ".join),
        min_size=1,
        max_size=8,
    ),
)
@settings(max_examples=300, deadline=None)
def test_what_is_dropped_as_implied_is_implied(rules, texts):
    """Every text that meets all rules that are kept meets those that were dropped as implied."""
    kept, dropped = outcome(*rules)
    for text in texts:
        if crab.check(text, kept):
            assert crab.check(text, [rule for rule, reason in dropped if reason == "implied"]).met


BASE = "alpha bravo charlie delta echo"


@pytest.mark.parametrize(
    ("other", "kept"),
    [
        ("alpha bravo charlie x y", True),
        ("alpha bravo charlie delta y", False),
        ("echo delta charlie bravo alpha", True),
        (BASE.upper(), False),
        ("v w x y z", True),
    ],
)
def test_same_words_say_the_same(other, kept):
    """Two demands with a ROUGE-L F of exactly 0.6 both stay; above it the second is dropped."""
    share = rouge_l(content_words(BASE, "en"), content_words(other, "en"))
    assert (share <= 0.6) is kept
    first, second = SemanticElement(text=f"{BASE}."), SemanticElement(text=f"{other}.")
    expected = ([first, second], []) if kept else ([first], [(second, "says_the_same")])
    assert outcome(first, second, config={"vacuous": 1}) == expected


def test_rules_of_different_kinds_say_different_things():
    """Two rules of different kinds may share all their words; of one kind they may not."""
    few, many = KeywordCount(word="rain", at_most=5), KeywordCount(word="rain", at_least=2)
    assert outcome(RAIN, few, config={"same": 0}) == ([RAIN, few], [])
    assert outcome(many, few, config={"same": 0}) == ([many], [(few, "says_the_same")])


@pytest.mark.parametrize("same", [0.0, 0.19, 0.2])
def test_sameness_is_a_setting(same):
    """``same`` is the largest likeness that two demands may have."""
    first, second = SemanticElement(text=f"{BASE}."), SemanticElement(text="alpha v w x y.")
    kept, _ = outcome(first, second, config={"same": same})
    assert kept == ([first, second] if same == 0.2 else [first])


@pytest.mark.parametrize("turned", [False, True])
def test_the_more_selective_of_two_stays(turned):
    """Of two rules that say the same, the one that fewer answers meet stays."""
    rare = ForbiddenWords(words=("okapi", "yak", "zebra"))
    usual = ForbiddenWords(words=("okapi", "gnu", "zebra"))
    texts = ["yak"] * 10 + ["gnu"] * 4 + ["so"] * 6
    measured = Reference([("en", text) for text in texts])
    given = (usual, rare) if turned else (rare, usual)
    assert outcome(*given, measured=measured, config={}) == ([rare], [(usual, "says_the_same")])


def test_order_is_kept():
    """What is kept stands in the order in which it came, with its own check."""
    measured = Reference([*answers(10, "rain"), *answers(2, "sea")])
    given = (RAIN, SentenceCount(at_least=2), Keywords(include=("sea",)))
    [found] = prune([sample(*given)], Config(same=1), measured)
    assert found.constraints == given
    assert [checked.reason for checked in found.checks] == ["0", "1", "2"]


ASKS = [
    ("Write a 100-word story about rain.", "word_count"),
    ("Write a 100-word story about rain.", "word_count_near"),
    ("Describe the sea in three sentences.", "sentence_count"),
    ("Write two paragraphs about boats.", "paragraph_count"),
    ("Give me a brief account of the war.", "word_count"),
    ("Write a haiku about rain.", "line_count"),
    ("List the planets.", "bullet_count"),
    ("Give me five reasons to walk.", "numbered_item_count"),
    ("Explain it step by step.", "numbered_item_count"),
    ("Make a table of the planets.", "table_count"),
    ("Write a Python function that adds.", "code_block_count"),
    ("Answer in JSON.", "json_output"),
    ("Use Markdown headings.", "heading_count"),
    ("Give the poem a title.", "title"),
    ("Translate this into French: good morning", "response_language"),
    ("Answer in Spanish.", "response_language"),
    ("Write it in all caps.", "letter_case"),
    ("Do not use commas.", "no_punctuation"),
    ("Write with as few semicolons as you can.", "punctuation_count"),
    ("Add an emoji.", "no_emoji"),
    ("Write a quiz about France.", "no_questions"),
    ("Write in the first person.", "person"),
    ("Write a diary entry.", "person"),
    ("Avoid contractions.", "no_contractions"),
    ("How many legs has a spider?", "numerals"),
    ("Start with a greeting.", "starts_with"),
    ("It should end with a joke.", "ends_with"),
    ("Use the keyword rain.", "keywords"),
    ('Write a text that holds "rain".', "keyword_count"),
    ("Describe it without using adjectives.", "forbidden_words"),
    ("Explain gravity to a five-year-old.", "reading_grade"),
]


@pytest.mark.parametrize(
    ("instruction", "kind"), ASKS, ids=[f"{kind}: {text}" for text, kind in ASKS]
)
def test_instruction_asks(instruction, kind):
    """What concerns something that the instruction itself speaks of is dropped."""
    cls = crab.kinds()[kind]
    rule = cls(**cls.example.fields)
    assert outcome(rule, instruction=instruction) == ([], [(rule, "instruction_asks")])
    assert outcome(rule, instruction=instruction.upper())[0] == []
    assert outcome(rule)[0] == [rule]


HARMLESS = [
    "Describe the harbour at dawn.",
    "Why is the sky blue?",
    "What happened to the library of Alexandria?",
    "Tell me about the weather in Lyon.",
    "Explain photosynthesis.",
    "Who was Ada Lovelace?",
    "How do boats float?",
    "What should I wear when it rains?",
    "My cat hides under the bed. What can I do?",
    "Compare tea and coffee.",
    "Is it safe to eat raw mushrooms?",
    "Invent a legend about a mountain.",
]


@pytest.mark.parametrize("instruction", HARMLESS)
def test_harmless_instruction_asks_nothing(instruction):
    """An instruction that names its subject alone takes no constraint away."""
    for cls in crab.kinds().values():
        if cls.__module__.startswith("crab."):
            rule = cls(**cls.example.fields)
            assert outcome(rule, instruction=instruction) == ([rule], []), cls


@pytest.mark.parametrize("language", ["xx", None])
def test_instruction_in_an_unknown_language_is_read_as_english(language):
    """Where nothing is known of a language, English words in the instruction count."""
    given = {"instruction": "Answer in JSON.", "language": language}
    cls = crab.kinds()["json_output"]
    rule = cls(**cls.example.fields)
    assert outcome(rule, **given) == ([], [(rule, "instruction_asks")])


def test_reasons_come_in_their_order():
    """What the instruction asks for is dropped for that reason, though it restricts nothing too."""
    measured = Reference(answers(20, "nothing"))
    short = SentenceCount(at_most=9)
    found = outcome(short, measured=measured, config={}, instruction="Describe the harbour.")
    assert found == ([], [(short, "vacuous: met by 1.00 of the answers")])
    found = outcome(short, measured=measured, config={}, instruction="Answer in two sentences.")
    assert found == ([], [(short, "instruction_asks")])


def test_dropped_passes_through_in_place():
    """What an earlier step dropped comes out as it went in, where it stood."""
    dropped = Dropped(id="x", what="record", step="read", reason="broken_json")
    found = list(prune([sample(), dropped, sample(RAIN)], Config(), NOTHING))
    assert found == [sample(), dropped, sample(RAIN)]
    assert found[1] is dropped


def test_pruning_again_changes_nothing():
    """What was pruned is not pruned any further."""
    measured = Reference(answers(5, "rain"))
    rules = (RAIN, KeywordCount(word="rain", at_least=2), NEAR, WordCount(at_most=200))
    *_, once = prune([sample(*rules)], Config(), measured)
    assert list(prune([once], Config(), measured)) == [once]
