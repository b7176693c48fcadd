"""Tests of `crab.steps.refine`: which wording may take an instruction's place."""

from __future__ import annotations

import pytest

from crab.records import Pair
from crab.steps.refine import refused
from crab.text import Text

ANSWER = Text(
    "The harbour wakes slowly in winter. Fishermen mend their nets under yellow lamps, and gulls "
    "wait on the wall. By eight the baker opens.\n\nIn 1932 the pier was built by Ada Lang."
)
TABLE = "| city | trains |\n|------|--------|\n| Bern | 12 |"
CODE = "```python\nprint(12 + 7)\n```"
PASSAGE = (
    "The town has had a harbour since the middle ages, when salt was shipped from here to every "
    "port of the north, and it has kept its old walls, its narrow lanes and its two towers."
)


def why(refined: str, original: str, language: str | None = "en", most: int = 20) -> str | None:
    """The name of the reason for which a wording is refused."""
    pair = Pair(id="a", instruction=original, response=ANSWER.string, language=language)
    reason = refused(refined, pair, ANSWER, most)
    return reason and reason.split(":")[0]


DESCRIBE = "Describe a harbour town in the cold months."


@pytest.mark.parametrize(
    ("refined", "reason"),
    [
        (DESCRIBE, None),
        ("Describe a harbour town in the cold months, as a visitor sees it who wakes early.", None),
        ("  Describe a small harbour town in the cold months.\n", None),
        ("", "empty"),
        (" \n", "empty"),
        ("Describe a harbour.", "too_few_words"),
        (DESCRIBE + " Please do" + " so and so" * 7, "too_many_words"),
        ("Describe a harbour town in the cold months of 1932.", "gives_away"),
        ("Describe a harbour town in the cold months, as Ada would have seen it.", "gives_away"),
        ("Describe a harbour town where fishermen mend their nets in the cold.", "gives_away"),
        ("Décris une petite ville portuaire pendant les mois froids de l'hiver.", "other_language"),
        ("Describe a harbour town in the cold months in exactly 100 words.", "countable"),
        (DESCRIBE + " Write three sentences.", "not_met"),
        (DESCRIBE + " Write two paragraphs.", None),
        (DESCRIBE + " Use a numbered list.", "not_met"),
        (DESCRIBE + " Do not use headings.", "countable"),
    ],
)  # fmt: skip
def test_what_may_change(refined: str, reason: str | None) -> None:
    """A wording may say more, within bounds: in its language, giving nothing away, and true."""
    assert why(refined, DESCRIBE) == reason


@pytest.mark.parametrize("part", [TABLE, CODE, PASSAGE, "- one plate\n- one cup", "> Say it."])
def test_what_comes_with_it_stays(part: str) -> None:
    """Tables, code, lists, quotations and passages stay word for word, white space aside."""
    original = f"Explain the following to a visitor of the town.\n\n{part}"
    spaced = part.replace("\n", "\n\n") if part == PASSAGE else part
    assert (
        why(f"Explain the following to a curious visitor of the town.\n\n{spaced}", original)
        is None
    )
    cut = part.replace(part.split()[-1], "", 1)
    assert why(f"Explain this to a curious visitor of the town.\n\n{cut}", original) == "input_lost"


@pytest.mark.parametrize(
    ("original", "refined", "reason"),
    [
        (
            "Give 3 tips for travel in winter.",
            "Give 5 tips for safe travel in winter.",
            "input_lost",
        ),
        ("Give 3 tips for travel in winter.", "Give 3 tips for safe travel in winter.", None),
        ("Give three tips for travel.", "Give five tips for safe travel.", "countable"),
        ("Give three tips for travel.", "Give three tips for safe travel.", None),
        ('Explain the word "tide" to me.', "Explain what a tide is to me.", "input_lost"),
        ('Explain the word "tide" to me.', 'Explain the word "tide" to me simply.', None),
        ("Answer in 3 words or fewer please.", "Please answer well in 3 words or fewer.", None),
    ],
)
def test_numbers_and_quotations_stay(original: str, refined: str, reason: str | None) -> None:
    """What the original counts and quotes stays, and nothing else may be counted."""
    assert why(refined, original) == reason


def test_the_language_is_that_of_the_pair() -> None:
    """A pair of no known language may be refined in any."""
    french = "Décris une petite ville portuaire pendant les mois froids."
    assert why(french, DESCRIBE, "fr") is None
    assert why(french, DESCRIBE, None) is None


def test_the_bound_on_words_is_included() -> None:
    """As many words as are allowed may be added, and not one more."""
    assert why(DESCRIBE + " as it is", DESCRIBE, most=3) is None
    assert why(DESCRIBE + " as it is now", DESCRIBE, most=3) == "too_many_words"
