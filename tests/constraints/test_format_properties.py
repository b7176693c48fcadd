"""Whatever the text, what the format family proposes is met, and IFEval's checks agree with it."""

from __future__ import annotations

import json
import re
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from crab import constraints
from crab.constraints import (
    Bounded,
    BulletCount,
    Format,
    HeadingCount,
    HighlightCount,
    JsonOutput,
    LinkCount,
    NoLists,
    NumberedItemCount,
    PlaceholderCount,
    Postscript,
    Rule,
    SectionCount,
    WrappedInQuotes,
)
from crab.constraints.ifeval import ifeval_highlights, ifeval_placeholders
from crab.constraints.marks import marks
from crab.text import Text

KINDS: list[type[Rule]] = [
    kind
    for kind in map(vars(constraints).get, constraints.__all__)
    if issubclass(kind, Format) and kind is not Format
]
PROSE = "The rain had stopped by noon, and we walked to the harbour to watch the boats. " * 4

MARKS = (
    st.sampled_from(["- ", "* ", "+ ", "• ", "1. ", "2) ", "10. ", "# ", "### ", "> ", "    "])
    | st.sampled_from(["  ", "\n", "\n\n", "\r\n", "\t", "\xa0", "tea", "Milk ", "don't ", "**"])
    | st.sampled_from(["*", "_", "__", "`", "```", "```py\n", "~~~\n", "[", "]", "[name]", "("])
    | st.sampled_from([")", "[a](b)", "https://a.org/b_c", "***\n", "---\n", "\\*", "* * *\n"])
    | st.sampled_from(["<b>", "雨", "é", "Name: hi\n", "Step 1", ". ", ", ", ": ", "|"])
    | st.sampled_from(["x = 1;\n", "| a | b |\n|---|---|\n", "| a | b |\n|---|---|\n| c | d |\n"])
)
SHAPES = (
    st.sampled_from(["- ", "* ", "• ", "1. ", "2) ", "# ", "## ", "> ", "\n", "\n\n", "\r\n"])
    | st.sampled_from(["tea ", "VERY ", "**", "*", "_", "`", "```\n", "[", "]", "(a)", '"', "“"])
    | st.sampled_from(["”", "<<", ">>", "***\n", "---\n", "Step 1", "Step 2", "Ann: hi.\n"])
    | st.sampled_from(["Bob: no.\n", "P.S. ", "P.P.S. ", "{", "}", "1", ",", ": ", "雨", "\t"])
    | st.sampled_from([PROSE, "- **a**: b\n", "1. **c**: d\n", "## Tea\n\n", "\n\n***\n\n"])
    | st.sampled_from(['{"a": 1}'])
)
MARKED = st.lists(MARKS, max_size=40).map("".join)
SHAPED = st.lists(SHAPES, max_size=30).map("".join)


@settings(max_examples=700, deadline=None)
@given(MARKED | SHAPED, st.integers(0, 9))
def test_what_is_proposed_is_met_and_comes_back_from_json(text: str, seed: int) -> None:
    """Every proposed rule is met by its text and goes unchanged through JSON."""
    shared = Text(text)
    for kind in KINDS:
        for rule in kind.propose(shared, Random(seed)):
            assert rule.check(text).met, rule
            again = kind.model_validate_json(rule.model_dump_json())
            assert again == rule
            assert hash(again) == hash(rule)


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
@given(MARKED, st.integers(0, 9))
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


def ifeval_json(text: str) -> bool:
    """IFEval's check of JSON output."""
    value = text.strip()
    for prefix in ("```json", "```Json", "```JSON", "```"):
        value = value.removeprefix(prefix)
    try:
        json.loads(value.removesuffix("```").strip())
    except ValueError:
        return False
    return True


@settings(max_examples=400, deadline=None)
@given(SHAPED, st.integers(0, 9))
def test_what_is_proposed_passes_ifeval_too(text: str, seed: int) -> None:
    """Quotation, postscript, JSON and section rules pass IFEval's checks of the same things."""
    bare = text.strip()
    if list(JsonOutput.propose(text, Random(seed))):
        assert ifeval_json(text)
    if list(WrappedInQuotes.propose(text, Random(seed))):
        assert len(bare) > 1
        assert bare[0] == bare[-1] == '"'
    for rule in Postscript.propose(text, Random(seed)):
        pattern = r"\s*p\.\s?p\.\s?s.*$" if rule.marker == "P.P.S." else r"\s*p\.\s?s\..*$"
        assert re.findall(pattern, text.lower(), flags=re.MULTILINE)
    for found in SectionCount.propose(text, Random(seed)):
        count = len(re.split(r"\s?" + found.marker + r"\s?\d+\s?", text)) - 1
        assert (found.at_least or 0) <= count
        assert found.at_most is None or count <= found.at_most
    if list(NoLists.propose(text, Random(seed))):
        assert not re.search(r"^\s*(?:\*[^\*]|-|\d+[.)]\s)", text, re.MULTILINE)
