"""What is counted in Markdown is counted as Markdown does."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from crab.constraints import (
    Bounded,
    BulletCount,
    CodeBlockCount,
    HeadingCount,
    HighlightCount,
    ItemWordCount,
    LinkCount,
    ListDepth,
    NumberedItemCount,
    PlaceholderCount,
    QuoteBlockCount,
    TableColumns,
    TableCount,
    TableRows,
)

LIST = "- tea\n- milk\n  - goat\n  - cow\n\n1. boil\n2. pour\n"
TABLE = "| tea | milk |\n|---|:-:|\n| hot | cold |\n| green | white |\n"

COUNTED = [
    (BulletCount, LIST, 4),
    (BulletCount, "+ tea\n+ milk\n\n• sugar\n• honey", 4),
    (BulletCount, "```\n- tea\n- milk\n```\n\n**bold** - no - bullets\n\n-5 degrees", 0),
    (NumberedItemCount, LIST, 2),
    (NumberedItemCount, "1) tea\n2) milk", 2),
    (NumberedItemCount, "3.14 is pi, and in 1999\n2. it was too", 0),
    (HeadingCount, "# Tea\n\n###### Milk\n\nSugar\n=====\n\n#hash\n\n    # code", 3),
    (HighlightCount, "**a** *b* __c__ _d_ ***e*** `*f*` 2 * 3 * 4 snake_case_name \\*g\\*", 5),
    (HighlightCount, "## **Tea**\n\n- *hot*\n\n| **a** | b |\n|---|---|\n| *c* | d |", 4),
    (HighlightCount, "```\n**code**\n```\n\n**two\nlines**\n\n**not\n\nclosed**", 1),
    (TableCount, TABLE + "\n" + TABLE, 2),
    (TableCount, "a | b\nc | d", 0),
    (CodeBlockCount, "```py\n1\n```\n~~~\n2\n~~~\n\n    3\n\n`4`", 2),
    (LinkCount, "[a](b.md) ![c](d.png) https://e.org/f <http://g.org> www.h.org `http://i.org`", 4),
    (LinkCount, "[![a](b.png)](https://c.org) [https://d.org](https://d.org) [e] (f)", 2),
    (
        PlaceholderCount,
        "[name] [your city] [x](y) ![z](u) [^1] [1] [ ] [x] a[bc] \\[de\\] `[code]`",
        2,
    ),
    (PlaceholderCount, "[你的名字] [Ваше имя] [your-name] [a = 1] ['quoted'] [[inner]]", 4),
    (QuoteBlockCount, "> a\n> > b\n\nc\n\n> d", 2),
    (ListDepth, LIST, 2),
    (ListDepth, "1. a\n   - b\n     - c\n- d", 3),
    (ListDepth, "no list", 0),
]


@pytest.mark.parametrize(("kind", "text", "count"), COUNTED)
def test_a_count_is_that_of_markdown(kind: type[Bounded], text: str, count: int) -> None:
    """Each kind counts what Markdown sees, and a bound holds on the count but not one past it."""
    assert kind(at_least=max(count, 1)).check(text).met is (count > 0)
    assert kind(at_most=count).check(text).met
    assert not kind(at_least=count + 1).check(text).met
    if count:
        assert not kind(at_most=count - 1).check(text).met
        assert kind(at_least=count, at_most=count).check(text).reason.startswith(f"{count} ")


def test_the_spans_are_the_things_counted() -> None:
    """The evidence of a verdict is what was counted, mark and all."""
    text = "Some **bold** and _slanted_ text."
    spans = HighlightCount(at_least=1).check(text).spans
    assert [text[start:end] for start, end in spans] == ["**bold**", "_slanted_"]
    spans = BulletCount(at_least=1).check("tea:\n\n- hot\n- cold").spans
    assert [("tea:\n\n- hot\n- cold")[start:end] for start, end in spans] == ["- hot", "- cold"]


def test_a_language_is_that_of_the_fence() -> None:
    """A code block counts for a language where its fence names that one, in any case."""
    text = "```Python\n1\n```\n\n```py\n2\n```\n\n```\n3\n```"
    assert CodeBlockCount(language="python", at_least=1, at_most=1).check(text).met
    assert CodeBlockCount(language="PYTHON", at_least=1, at_most=1).check(text).met
    assert CodeBlockCount(language="java", at_most=0).check(text).met
    with pytest.raises(ValidationError):
        CodeBlockCount(language="two words", at_least=1)


@pytest.mark.parametrize(
    ("kind", "text", "least", "most"),
    [
        (ItemWordCount, "- green tea\n- milk\n  - from a goat\n\n1. well-known sugar", 1, 3),
        (TableColumns, TABLE + "\n| a |\n|---|\n| b |", 1, 2),
        (TableRows, TABLE + "\n| a |\n|---|\n| b |", 1, 2),
    ],
)
def test_each_thing_keeps_the_bounds(kind: type[Bounded], text: str, least: int, most: int) -> None:
    """Bounds on every item or table hold on its extremes and fail one inside them."""
    assert kind(at_least=least, at_most=most).check(text).met
    assert not kind(at_least=least + 1).check(text).met
    assert not kind(at_most=most - 1).check(text).met
    assert not kind(at_most=9).check("There is neither a list nor a table.").met
