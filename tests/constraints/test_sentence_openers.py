"""The first words of sentences."""

from __future__ import annotations

from random import Random

import pytest

from crab.constraints import SentenceOpenersVary


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("It rained. We left. It stopped.", True),
        ("It rained. It poured. We left.", False),
        ("it rained. It poured. We left.", False),
        ("It rained. We left.", False),
        ("- It rained\n- It poured\n- We left", False),
    ],
)
def test_cases(text, met):
    """The definition on its edges."""
    assert SentenceOpenersVary().check(text).met is met


def test_spans_show_the_repeated_openers():
    """The spans of an unmet rule are the openers that repeat the one before."""
    verdict = SentenceOpenersVary().check("It rained. It poured. We left. We slept.")
    assert verdict.reason == "2 openers repeated: It, We"
    assert verdict.spans == ((11, 13), (31, 33))


@pytest.mark.parametrize(
    "text",
    [
        "The rain fell. A boat left. The gulls slept. The rain stopped. Nobody came.",
        "The rain fell. See fig. The gulls slept. A boat left. Nobody came home that night at all.",
        "It rained there. It's wet now. A boat left it. Nobody came home. Everyone slept well.",
        "# The storm\n\nThe rain fell on us. A boat left. Nobody came. Everyone slept.",
        "1. The rain fell.\n2. The boat left.\n3. Nobody came.\n4. Everyone slept for many hours.",
        "The rain fell.\nThe boat left\nNobody came home. Everyone slept. A new day came to it.",
    ],
)
def test_openers_are_silent_in_doubt(text):
    """Where some way to cut sentences makes neighbours begin alike, nothing is said."""
    assert not list(SentenceOpenersVary.propose(text, Random(0)))


def test_openers_are_proposed():
    """Prose whose sentences begin differently gets the rule, though words come back later."""
    text = "The rain fell on us. Boats left. The gulls slept well. Nobody came. "
    text += "The end of it all was near."
    assert list(SentenceOpenersVary.propose(text, Random(0))) == [SentenceOpenersVary()]
