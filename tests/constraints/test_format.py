"""What is counted in Markdown is counted as Markdown does, and bounded so that all agree."""

from __future__ import annotations

import re
from functools import cache
from random import Random
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from pydantic import ValidationError

from crab.constraints import format as family
from crab.constraints.base import Rule
from crab.constraints.bounds import Bounded
from crab.constraints.format import (
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
from crab.constraints.inline import ifeval_highlights, ifeval_placeholders, marks
from crab.text import Text

KINDS: list[type[Bounded]] = [getattr(family, name) for name in family.__all__ if name != "Format"]
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


UNPROPOSED = [
    (BulletCount, "Plain text - with a dash."),
    (BulletCount, "• tea\n• milk\n• sugar\n• honey"),
    (BulletCount, "- tea\n" + "  - kind\n" * 9),
    (HeadingCount, "# load the data\n\nx = 1\n\n# print it\n\nprint(x)"),
    (HeadingCount, "```\n# one\n# two\n# three\n# four\n```\n\n## Only this"),
    (HighlightCount, "def __init__(self): __name__ and __main__"),
    (HighlightCount, "* a\n* b * c"),
    (PlaceholderCount, "[Verse 1]\nla la\n\n[Chorus]\nla"),
    (PlaceholderCount, "The interval [ab, bc] is [closed]."),
    (CodeBlockCount, "def f():\n    return 1;\n\nx = f()\n\n```\nx\n```"),
    (ListDepth, "- tea\n- milk"),
    (TableCount, "a | b"),
]


@pytest.mark.parametrize(("kind", "text"), UNPROPOSED)
def test_what_readers_see_otherwise_is_not_proposed(kind: type[Bounded], text: str) -> None:
    """Where the thing is absent, or a fair reader sees none of it, nothing is proposed."""
    assert not [rule for seed in range(9) for rule in kind.propose(text, Random(seed))]


PROPOSED = [
    (BulletCount, "- tea\n- milk\n- sugar"),
    (NumberedItemCount, "1. tea\n2. milk\n3. sugar"),
    (HeadingCount, "## Tea\n\nhot\n\n## Milk\n\ncold"),
    (HighlightCount, "**tea** and **milk** and *sugar*"),
    (TableCount, TABLE),
    (TableColumns, TABLE),
    (TableRows, TABLE),
    (CodeBlockCount, "```python\nprint(1)\n```"),
    (PlaceholderCount, "Dear [Name],\n\nyours [Your Name]"),
    (LinkCount, "See https://example.org and [this](https://example.org/a)."),
    (QuoteBlockCount, "> to be\n\nor\n\n> not to be"),
    (ListDepth, "- tea\n  - green\n  - black\n- milk"),
    (ItemWordCount, "- a cup of tea\n- a glass of milk\n- a lump of sugar"),
]


@pytest.mark.parametrize(("kind", "text"), PROPOSED)
def test_what_everybody_sees_is_proposed(kind: type[Bounded], text: str) -> None:
    """Each kind proposes bounds for a plain case, and the text meets them."""
    rules = [rule for seed in range(20) for rule in kind.propose(text, Random(seed))]
    assert rules
    assert all(rule.check(text).met for rule in rules)


PIECES = (
    st.sampled_from(["- ", "* ", "+ ", "• ", "1. ", "2) ", "10. ", "# ", "### ", "> ", "    "])
    | st.sampled_from(["  ", "\n", "\n\n", "\r\n", "\t", "\xa0", "tea", "Milk ", "don't ", "**"])
    | st.sampled_from(["*", "_", "__", "`", "```", "```py\n", "~~~\n", "[", "]", "[name]", "("])
    | st.sampled_from([")", "[a](b)", "https://a.org/b_c", "***\n", "---\n", "\\*", "* * *\n"])
    | st.sampled_from(["<b>", "雨", "é", "Name: hi\n", "Step 1", ". ", ", ", ": ", "|"])
    | st.sampled_from(["x = 1;\n", "| a | b |\n|---|---|\n", "| a | b |\n|---|---|\n| c | d |\n"])
)
TEXTS = st.lists(PIECES, max_size=40).map("".join)


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.integers(0, 9))
def test_what_is_proposed_is_met_and_comes_back_from_json(text: str, seed: int) -> None:
    """Every proposed rule is met by its text and goes unchanged through JSON."""
    shared = Text(text)
    for kind in KINDS:
        for rule in kind.propose(shared, Random(seed)):
            assert rule.check(text).met, rule
            assert kind.model_validate_json(rule.model_dump_json()) == rule
            assert hash(kind.model_validate_json(rule.model_dump_json())) == hash(rule)


def plain_counts(text: str) -> dict[type[Rule], list[int]]:
    """What plain patterns count, IFEval's among them."""
    stars = [f for f in re.findall(r"\*[^\n\*]*\*", text) if f.strip("*").strip()]
    doubles = [
        f
        for f in re.findall(r"\*\*[^\n\*]*\*\*", text)
        if f.removeprefix("**").removesuffix("**").strip()
    ]
    bullets = re.findall(r"^\s*\*[^\*].*$", text, re.M) + re.findall(r"^\s*-.*$", text, re.M)
    return {
        BulletCount: [len(bullets)],
        NumberedItemCount: [
            len(re.findall(r"^\s*\d+[.)]\s", text, re.M)),
            len(re.findall(r"^\s*\d+\.", text, re.M)),
        ],
        HeadingCount: [len(re.findall(r"^#{1,6}[ \t]+\S", text, re.M))],
        HighlightCount: [len(stars) + len(doubles)],
        PlaceholderCount: [len(re.findall(r"\[.*?\]", text))],
        LinkCount: [len(re.findall(r"https?://", text))],
    }


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.integers(0, 9))
def test_proposed_bounds_hold_for_plain_patterns_too(text: str, seed: int) -> None:
    """Whoever counts with a plain pattern, as IFEval does, finds a proposed bound kept."""
    for kind, counts in plain_counts(text).items():
        assert issubclass(kind, Bounded)
        for rule in kind.propose(text, Random(seed)):
            assert isinstance(rule, Bounded)
            for count in counts:
                assert (rule.at_least or 0) <= count, (rule, count)
                assert rule.at_most is None or count <= rule.at_most, (rule, count)


@settings(max_examples=500, deadline=None)
@given(st.text("**--\n \ta[]\r•", max_size=14))
def test_ifeval_counts_are_those_of_its_patterns(text: str) -> None:
    """The linear counts equal those of IFEval's own patterns."""
    plain = plain_counts(text)
    assert marks(Text(text)).ifeval_bullets == plain[BulletCount][0]
    assert ifeval_highlights(text) == plain[HighlightCount][0]
    assert ifeval_placeholders(text) == plain[PlaceholderCount][0]


@settings(max_examples=500, deadline=None)
@given(st.text("**__`a .(é", max_size=16))
def test_emphasis_is_that_of_commonmark(text: str) -> None:
    """Bold and italic spans are as many as a CommonMark parser finds."""
    tokens = [
        child.type
        for token in MarkdownIt("commonmark").parse(text)
        for child in token.children or []
    ]
    found = marks(Text(text)).emphases
    expected = (tokens.count("strong_open"), tokens.count("em_open"), tokens.count("code_inline"))
    bold = sum(1 for emphasis in found if emphasis.bold)
    assert (bold, len(found) - bold, len(marks(Text(text)).code_spans)) == expected


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
]


@cache
def parsed(string: str) -> Text:
    """A text whose blocks and words are found already: their time is not a kind's."""
    text = Text(string)
    assert len(text.blocks) + len(text.words) >= 0
    return text


@pytest.mark.parametrize("kind", KINDS)
def test_every_string_gets_a_verdict_soon(kind: type[Bounded]) -> None:
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
def test_the_examples_are_right(kind: type[Bounded]) -> None:
    """The example of each kind is met by one text and not by the other."""
    rule = kind(**kind.example.fields)
    assert rule.check(kind.example.met).met is True
    assert rule.check(kind.example.unmet).met is False
