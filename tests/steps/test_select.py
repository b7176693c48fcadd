"""Tests of `crab.steps.select`: what is selected, what is not and why, and in which language."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from random import Random

import pytest

from crab.config import Config
from crab.records import Dropped, Pair
from crab.steps.select import select

ANSWER = "The harbour was quiet, and the boats lay still until the evening came."
RANDOM = Random(5)
WORDS = [f"{a}{b}" for a in ("rain", "wind", "sea", "hill", "star") for b in range(40)]
LONG = " ".join(WORDS)
ONE_EDIT = LONG.replace("sea7 ", "tea ")
MANY_EDITS = " ".join("tea" if at % 5 == 0 else word for at, word in enumerate(WORDS))


def pair(id_: str = "a", response: str = ANSWER, **fields: object) -> Pair:
    """A pair that is selected by default."""
    return Pair(id=id_, response=response, **({"instruction": f"Describe it ({id_})."} | fields))


def outcome(*records: Pair | Dropped, **settings: object) -> list[str]:
    """The id of each selected record; of each dropped one, the reason."""
    found = select(records, Config.build(**settings))
    return [one.id if isinstance(one, Pair) else one.reason for one in found]


def words(number: int) -> str:
    """A text of so many words."""
    return " ".join(["word"] * number)


def test_everything_is_selected_by_default():
    """Pairs that differ in one text only are all selected, in their order."""
    given = [pair("b"), pair("a"), pair("c", instruction="Other."), pair("d", "Another answer.")]
    assert outcome(*given) == ["b", "a", "c", "d"]


def test_selected_pair_is_unchanged_but_for_its_language():
    """A selected pair keeps every field; only a missing language is filled in."""
    given = pair(instruction="Describe the sea in winter.", source="s", license="MIT", score=3.5)
    [found] = select([given], Config())
    assert found == given.model_copy(update={"language": "en"})


def test_exact_repeat_is_dropped():
    """A pair with the texts of an earlier one is dropped, whatever its id, and names that one."""
    again = pair("b", instruction="Describe it (a).")
    assert outcome(pair("a"), again, pair("a")) == [
        "a",
        "exact_repeat: of a",
        "exact_repeat: of a",
    ]


@pytest.mark.parametrize(
    "other",
    [
        {"instruction": "describe it (a)."},
        {"instruction": "Describe it (a). "},
        {"response": ANSWER + "\n"},
        {"instruction": ANSWER, "response": "Describe it (a)."},
    ],
)
def test_nearly_equal_texts_are_no_exact_repeat(other):
    """Case, white space and the place of a text all make another pair."""
    assert outcome(pair("a"), pair("b", **other)) == ["a", "b"]


def test_repeats_of_what_was_not_selected_are_repeats():
    """The texts of a pair that was not selected are remembered as well."""
    short = {"response": "One two."}
    assert outcome(
        pair("a", **short), pair("b", instruction="Describe it (a).", **short), min_words=3
    ) == [
        "too_few_words: 2",
        "exact_repeat: of a",
    ]


def test_duplicate_id_is_dropped():
    """The second of two texts under one id is dropped under that id."""
    [first, second] = select([pair("a"), pair("a", "Another answer.")], Config())
    assert first.id == "a"
    assert (second.id, second.what, second.step) == ("a", "record", "select")
    assert second.reason.startswith("duplicate_id: ")


def test_ids_that_only_look_alike_are_different():
    """Ids are compared code point by code point."""
    ids = ["a", "A", "a ", "á", "a\u0301", "a\x00", "a'--", "😀"]
    given = [pair(name, f"Answer number {at}.") for at, name in enumerate(ids)]
    assert outcome(*given) == ids


@pytest.mark.parametrize(
    ("size", "expected"),
    [(1_000_000, "a"), (1_000_001, "too_long: 1000001 characters; the most is 1000000")],
)
def test_longest_response(size, expected):
    """A response of a million characters is selected, a longer one is not."""
    assert outcome(pair("a", "word " * (size // 5) + "x" * (size % 5))) == [expected]


LIMITS = [
    ({"min_words": 5}, {"response": words(5)}, {"response": words(4)}, "too_few_words: 4"),
    ({"max_words": 5}, {"response": words(5)}, {"response": words(6)}, "too_many_words: 6"),
    ({"max_words": 0}, {"response": "!!!"}, {"response": "word"}, "too_many_words: 1"),
    (
        {"max_instruction_words": 5},
        {"instruction": words(5)},
        {"instruction": words(6)},
        "instruction_too_long: 6 words",
    ),
    ({"min_score": 9}, {"score": 9.0}, {"score": 8.99}, "score_too_low: 8.99"),
    ({"min_score": 9}, {"score": None}, {"score": -1}, "score_too_low: -1"),
    ({"languages": ("fr", "de")}, {"language": "de"}, {"language": "es"}, "other_language: es"),
]


@pytest.mark.parametrize(("setting", "inside", "outside", "reason"), LIMITS)
def test_limits_hold_on_the_bound(setting, inside, outside, reason):
    """What lies on a bound is selected, what lies one past it is not, and without it both are."""
    given = [
        pair("in", **({"instruction": "Xx?", "response": ANSWER} | inside)),
        pair("out", **({"instruction": "Xx!", "response": ANSWER} | outside)),
    ]
    assert outcome(*given, **setting) == ["in", reason]
    assert outcome(*given) == ["in", "out"]


def test_unknown_language_is_no_selected_language():
    """A pair of which no language can be told is dropped where languages are chosen."""
    assert outcome(pair(instruction="123", response="456"), languages=("en",)) == [
        "other_language: None"
    ]


def test_near_duplicates_stay_by_default():
    """Nothing is dropped as a near duplicate unless that is asked for."""
    assert outcome(pair("a", LONG), pair("b", ONE_EDIT)) == ["a", "b"]


@pytest.mark.parametrize(
    ("other", "share", "dropped"),
    [
        (LONG, 0.8, True),
        (ONE_EDIT, 0.8, True),
        (LONG.upper().replace(" ", ", "), 1.0, True),
        (ONE_EDIT, 1.0, False),
        (MANY_EDITS, 0.8, False),
        (" ".join(reversed(WORDS)), 0.5, False),
        (LONG + " " + " ".join(f"{word}x" for word in WORDS), 0.8, False),
    ],
    ids=[
        "same",
        "one edit",
        "case and marks",
        "one edit at 1",
        "many edits",
        "reversed",
        "doubled",
    ],
)
def test_near_duplicates(other, share, dropped):
    """A few edits make a near duplicate; many, another order or another half do not."""
    first, second = pair("a", LONG, instruction="Go."), pair("b", other, instruction="Go!")
    expected = "near_duplicate: of a" if dropped else "b"
    assert outcome(first, second, near_duplicates=share) == ["a", expected]


def test_near_duplicate_of_what_was_not_selected_stays():
    """Only selected pairs are neighbours: a pair dropped for its length pushes none out."""
    given = [pair("a", LONG, score=1), pair("b", ONE_EDIT, score=9)]
    assert outcome(*given, near_duplicates=0.8, min_score=5) == ["score_too_low: 1", "b"]


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (0, []),
        (1, ["a"]),
        (2, ["a", "out", "b"]),
        (3, ["a", "out", "b", "c"]),
        (4, ["a", "out", "b", "c"]),
    ],
)
def test_limit_counts_selected_pairs(limit, expected):
    """The limit counts pairs that are selected, not those that are dropped."""
    dropped = Dropped(what="record", step="read", reason="out")
    given = [pair("a"), dropped, pair("b"), pair("c")]
    assert outcome(*given, limit=limit) == expected


def test_limit_ends_an_endless_input():
    """No more is read than one record after the limit."""
    taken = []

    def endless() -> Iterator[Pair]:
        for number in count():
            taken.append(number)
            yield pair(str(number))

    assert len(list(select(endless(), Config(limit=3)))) == 3
    assert len(taken) <= 4


def test_dropped_passes_through_in_place():
    """What an earlier step dropped comes out as it went in, where it stood."""
    dropped = Dropped(id="x", what="record", step="read", reason="broken_json", file="f", line=2)
    found = list(select([pair("a"), dropped, pair("b")], Config(languages=("en",))))
    assert [one.id for one in found] == ["a", "x", "b"]
    assert found[1] is dropped


FRENCH = "La mer est grise en hiver, et le vent souffle du large jusqu'au soir."
LANGUAGES = [
    ("Describe the sea in winter.", ANSWER, None, "en"),
    ("Describe the sea in winter.", ANSWER, "en", "en"),
    ("Describe the sea in winter.", FRENCH, None, "en"),
    ("Describe the sea in winter.", FRENCH, "fr", "en"),
    ("Pluie d'été au loin.", ANSWER, "en", "fr"),
    ("Pluie d'été au loin", ANSWER, "en", "en"),
    ("Pluie d'été au loin", ANSWER, None, "en"),
    ("Pourquoi il pleut ??", ANSWER, "es", "es"),
    ("Pourquoi il pleut ??", FRENCH, None, "fr"),
    ("Pluie d'été au loin", "123", None, "fr"),
    ("123 + 456 = 789 ?!?!?!", ANSWER, "xx", "xx"),
    ("123", FRENCH, None, "fr"),
    ("123", "456", None, None),
]


@pytest.mark.parametrize(("instruction", "response", "stated", "expected"), LANGUAGES)
def test_language(instruction, response, stated, expected):
    """A stated language stands unless two detectors agree on 20 characters of instruction.

    Without a stated one it is the instruction's where they agree, then the response's, then what
    one detector makes of the instruction.
    """
    given = pair(instruction=instruction, response=response, language=stated)
    [found] = select([given], Config())
    assert found.language == expected


def test_same_records_give_the_same_outcome():
    """Selecting twice gives the same, near duplicates included."""
    given = [
        pair(str(number), " ".join(RANDOM.choices(WORDS[:12], k=60)), instruction=f"Q{number}")
        for number in range(40)
    ]
    settings = {"near_duplicates": 0.2}
    assert outcome(*given, **settings) == outcome(*given, **settings)
