"""Numbers in digits and in words."""

from __future__ import annotations

from random import Random

import pytest

from crab.constraints import NumberCount, Numerals

DIGITS, WORDS = Numerals(style="digits"), Numerals(style="words")
PLAIN = (
    "The boats came back before the rain and nobody on the quay said a word about the storm. "
    "Later that evening the harbour fell quiet, and the gulls slept on the warm roofs. "
)


@pytest.mark.parametrize(
    ("rule", "text", "met"),
    [
        (NumberCount(at_least=4, at_most=4), "1,000.5 and 10-20 and H2", True),
        (NumberCount(at_least=1), "one or two", False),
        (DIGITS, "We waited there for 3 days, and then for 12 more in the rain.", True),
        (DIGITS, "We waited there for 3 days, and then for twelve more in the rain.", False),
        (DIGITS, "We waited there for days, and then for more of them in the rain.", False),
        (DIGITS, "We waited there for 3 days; one of us left on the first of them.", True),
        (WORDS, "We waited there for twenty-one days, and then left in the rain.", True),
        (WORDS, "We waited there for twenty-one days, and left at 6 in the rain.", False),
        (WORDS, "We waited there for many days, and then left in the rain.", False),
        (WORDS, "Wir haben dort zwei Tage lang im Regen auf den Zug gewartet.", False),
    ],
)
def test_cases(rule, text, met):
    """Each kind's definition on its edges."""
    assert rule.check(text).met is met


@pytest.mark.parametrize("doubt", ["one", "first", "half", "a dozen", "twenty-one", "ten"])
def test_digits_are_silent_in_doubt(doubt):
    """Any number word, even a doubtful one, silences the rule of digits."""
    text = f"{PLAIN} There were 3 boats and 12 nets."
    assert list(Numerals.propose(text, Random(0))) == [DIGITS]
    assert not list(Numerals.propose(f"{text} Of these, {doubt} said.", Random(0)))


@pytest.mark.parametrize("doubt", ["7", "½", "x²", "Ⅳ"])
def test_words_are_silent_in_doubt(doubt):
    """Any figure silences the rule of words."""
    text = f"{PLAIN} There were three boats."
    assert list(Numerals.propose(text, Random(0))) == [WORDS]
    assert WORDS not in Numerals.propose(f"{text} There were {doubt} nets.", Random(0))
