"""The kind keeps crab's laws, and decides what its definition says."""

from __future__ import annotations

import pytest

import crab
from crab.testing import TEXTS, check_laws
from crab_acrostic import Acrostic

ENGLISH = "Rain at the window,\nall day and all night:\nin every gutter\nnothing but water."
CHINESE = "春风吹过小院，\n天空洗得很蓝，\n来往的人放慢脚步，\n了却一冬的心事，说：春天来了。"


def test_laws() -> None:
    """The kind keeps every law of crab, on texts for which it has rules too."""
    check_laws(Acrostic, texts=[*TEXTS, ENGLISH, CHINESE])


@pytest.mark.parametrize(("text", "word"), [(ENGLISH, "Rain"), (CHINESE, "春天来了")])
def test_proposes_what_the_lines_spell(text: str, word: str) -> None:
    """What the lines spell is proposed where the text itself holds it as a word."""
    assert crab.propose(text, kinds=["acrostic"]) == [Acrostic(word=word)]


@pytest.mark.parametrize(
    "text",
    [
        ENGLISH.replace("Rain", "Rainy days"),  # spells a word that the text does not hold
        ENGLISH.replace("\n", "\n- "),  # some would say that the lines begin with a dash
        "All\nat\nonce",  # "Aao" is no word
        "On\nn",  # two lines spell something in every text
    ],
)
def test_proposes_nothing_where_readers_differ(text: str) -> None:
    """A text whose lines spell no word of its own, or begin with marks, has no rule."""
    assert crab.propose(text, kinds=["acrostic"]) == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("- Rain\n- And\n\n- *ice*\n- 9 nights", 'the lines spell "RAin"'),
        ("Rain\nand\nice", 'the lines spell "Rai"'),
        ("Rain\nand\nice\nnow\nor never", 'the lines spell "Raino"'),
        ("1\n2\n3\n4", "no line with a letter"),
    ],
)
def test_reason_says_what_was_found(text: str, reason: str) -> None:
    """Markers and empty lines are passed over; a letter too few or too many does not do."""
    verdict = Acrostic(word="rain").check(text)
    assert (verdict.met, verdict.reason) == (reason.casefold().endswith('"rain"'), reason)
