"""Different words."""

from __future__ import annotations

import pytest

from crab.constraints import UniqueWordCount


@pytest.mark.parametrize(
    ("rule", "text", "met"),
    [
        (UniqueWordCount(at_most=2), "Rain, rain, RAIN and and", True),
        (UniqueWordCount(at_most=1), "Rain, rain and", False),
        (UniqueWordCount(at_least=3), "It's its it’s", True),
        (UniqueWordCount(at_least=2), "雨雨", False),
    ],
)
def test_cases(rule, text, met):
    """The definition on its edges."""
    assert rule.check(text).met is met
