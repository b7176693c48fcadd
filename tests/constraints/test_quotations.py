"""Passages in double quotation marks."""

from __future__ import annotations

import pytest

from crab.constraints import QuotationCount


@pytest.mark.parametrize(
    ("rule", "text", "met"),
    [
        (QuotationCount(at_least=3, at_most=3), 'Say "a", “b” and «c».', True),
        (QuotationCount(at_least=1), "Say 'a' and 5\".", False),
        (QuotationCount(at_least=1), 'Look:\n\n```\nprint("a")\n```', False),
        (QuotationCount(at_least=1), 'Not "over\ntwo" lines', False),
    ],
)
def test_cases(rule, text, met):
    """The definition on its edges."""
    assert rule.check(text).met is met
