"""The laws over every kind of the format family."""

from __future__ import annotations

from functools import cache
from random import Random
from time import process_time

import pytest

from crab import constraints
from crab.constraints import Format, Rule
from crab.text import Text

KINDS: list[type[Rule]] = [
    kind
    for kind in map(vars(constraints).get, constraints.__all__)
    if issubclass(kind, Format) and kind is not Format
]

NASTY = [
    "",
    "\x00",
    "\ud800 **\udfff**",
    " \n\t\r",
    "a" * 200_000,
    "*" * 100_000,
    "*a" * 50_000,
    "*a*" * 30_000,
    "_a **b " * 20_000,
    "[" * 100_000,
    "[a](" * 30_000,
    "[a](" + " " * 100_000,
    "[a](" + "(" * 100_000,
    "[a](b" + "()" * 50_000 + ' "',
    "- import " + "(" * 100_000,
    "[ab]:" * 20_000,
    "<a:" * 30_000,
    "](" * 50_000,
    "<<" * 50_000,
    "> " * 5_000 + "a",
    "- " * 5_000 + "a",
    "- a\n" * 5_000,
    "1. " * 30_000,
    "\n" * 100_000,
    " " * 200_000,
    "`" * 100_000,
    "` `` " * 20_000,
    "|" * 100_000,
    "| a | b |\n|---|---|\n" * 3_000,
    "```\n" * 10_000,
    "# a\n" * 5_000,
    "1" * 200_000,
    "http://" * 20_000,
    "\ud800",
    '"\ud800"',
    "A" * 200_000,
    "**a** " * 20_000,
    "[" * 5_000 + "]" * 5_000,
    '{"a":' * 50_000,
    "<<" * 50_000 + ">>",
    '"' * 100_000,
    '"a ' * 50_000 + '"',
    "“" * 50_000 + "”" * 50_000,
    "- **a** b\n" * 3_000,
    "Step 1\n" * 10_000,
    "Step 1" * 20_000,
    "Ann: hi\n" * 10_000,
    "***\n" * 10_000,
    "a\n\n***\n\n" * 3_000,
    "P.S. a\n\n" * 10_000,
    "P.S." * 50_000,
    "```\n***\n```\n" * 3_000,
]


@cache
def parsed(string: str) -> Text:
    """A text whose blocks and words are found already: their time is not a kind's."""
    text = Text(string)
    assert len(text.blocks) + len(text.words) >= 0
    return text


@pytest.mark.parametrize("kind", KINDS)
def test_every_string_gets_a_verdict_soon(kind: type[Rule]) -> None:
    """Strings that nobody writes are checked and proposed for without error, in linear time."""
    rule = kind(**kind.example.fields)
    for string in NASTY:
        text = parsed(string)
        began = process_time()
        verdict = rule.check(text)
        assert isinstance(verdict.met, bool)
        assert all(0 <= start <= end <= len(string) for start, end in verdict.spans)
        assert all(found.check(text).met for found in kind.propose(text, Random(0)))
        assert process_time() - began < 1.5, string[:20]


@pytest.mark.parametrize("kind", KINDS)
def test_the_examples_are_right(kind: type[Rule]) -> None:
    """The example of each kind is met by one text and not by the other."""
    rule = kind(**kind.example.fields)
    assert rule.check(kind.example.met).met is True
    assert rule.check(kind.example.unmet).met is False
