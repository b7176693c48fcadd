"""The shape of a response is judged as its definitions say."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from crab.constraints import (
    BoldLeadIns,
    BulletCount,
    DialogueLines,
    EmphasisStyle,
    HeadingLevel,
    ItemStyle,
    NoLists,
    NoMarkdown,
    NumberedItemCount,
    ParagraphSeparator,
    Postscript,
    Rule,
    SectionCount,
    Title,
    WrappedInQuotes,
)

MET: list[tuple[Rule, str]] = [
    (Title(), "# Tea"),
    (Title(), "\n\n# Tea\nIt is hot."),
    (Title(), "Tea\n===\n\nIt is hot."),
    (Title(), "<<Tea>>\nIt is hot."),
    (Title(), "**<<Tea>>**\nIt is hot."),
    (
        SectionCount(marker="Step", at_least=2, at_most=2),
        "Step 1: a\n\n## **Step 2** b, see Step 1",
    ),
    (SectionCount(marker="Day", at_least=1), "_Day1_"),
    (SectionCount(marker="C++", at_least=1), "C++ 1"),
    (SectionCount(marker="Step", at_most=0), "```\nStep 1\n```\nThe Step 1\nstep 1\nStep one"),
    (ParagraphSeparator(separator="***"), "a\n***\nb"),
    (ParagraphSeparator(separator="---"), "a\n\n  ---  \n\nb\n\n---\n\nc"),
    (ParagraphSeparator(separator="§ §"), "a\r\n§ §\r\nb"),
    (ItemStyle(marker="-"), "- a\n- b\n  - c"),
    (ItemStyle(marker="*"), "* a\n\nb\n\n* c"),
    (ItemStyle(marker="•"), "• a\n• b"),
    (ItemStyle(marker="1."), "1. a\n2. b\n10. c"),
    (BoldLeadIns(), "1. **a** b\n2. __c__: d"),
    (BoldLeadIns(), "- **a:** b\n- ***c*** d"),
    (HeadingLevel(level=2), "## a\n\nb\n---"),
    (EmphasisStyle(style="bold"), "**a** __b__ USA I'M `CODE` `*c*`"),
    (EmphasisStyle(style="italic"), "*a* _b_"),
    (EmphasisStyle(style="capitals"), "This is VERY hot."),
    (WrappedInQuotes(), '  "Tea is hot."\n'),
    (WrappedInQuotes(), '"She said "hot" to me."'),
    (WrappedInQuotes(), "“Tea is “hot”.”"),
    (WrappedInQuotes(), "„Tee ist heiß.“"),
    (WrappedInQuotes(), "«Le thé»"),
    (WrappedInQuotes(), "「お茶」"),
    (Postscript(marker="P.S."), "Come.\n\nP.S. Bring tea."),
    (Postscript(marker="P.S."), "Yours,\nAnn\n**P.S.** Bring tea\nand milk."),
    (Postscript(marker="P.S."), "Come.\n\nP.S. Tea.\n\nP.P.S. Milk."),
    (Postscript(marker="P.P.S."), "Come.\n\nP.S. Tea.\n\nP.P.S. Milk."),
    (DialogueLines(at_least=2, at_most=2), "Ann: Tea?\n\nShe waits.\n\n**Bob:** Milk."),
    (DialogueLines(at_least=1), "小明：你好"),
    (NoLists(), "Tea - and milk\n3.5 litres\n-5 degrees"),
    (NoLists(), ""),
    (NoMarkdown(), "Plain text, see https://example.org/a_b. 2 * 3 * 4"),
]
UNMET: list[tuple[Rule, str]] = [
    (Title(), "Tea\n\n# Milk"),
    (Title(), "## Tea"),
    (Title(), "#"),
    (Title(), "<< >>"),
    (Title(), "<<Tea>> is hot"),
    (Title(), "> # Tea"),
    (Title(), ""),
    (SectionCount(marker="Step", at_least=2), "Step 1, Step 2"),
    (ParagraphSeparator(separator="***"), "***\n\na"),
    (ParagraphSeparator(separator="***"), "a\n\n****\n\nb *** c"),
    (ParagraphSeparator(separator="---"), "a\n\n```\n---\n```\n\nb"),
    (ItemStyle(marker="-"), "- a"),
    (ItemStyle(marker="-"), "- a\n- b\n\n1. c"),
    (ItemStyle(marker="1."), "1) a\n2) b"),
    (BoldLeadIns(), "- **a** b"),
    (BoldLeadIns(), "- **a** b\n- c **d**"),
    (BoldLeadIns(), "- **a** b\n- **c**"),
    (HeadingLevel(level=2), "text"),
    (HeadingLevel(level=2), "## a\n\n# b"),
    (EmphasisStyle(style="bold"), "plain"),
    (EmphasisStyle(style="bold"), "***a***"),
    (EmphasisStyle(style="bold"), "**a** is VERY hot"),
    (EmphasisStyle(style="italic"), "*a* **b**"),
    (EmphasisStyle(style="capitals"), "The USA is **big**."),
    (WrappedInQuotes(), '"a" and "b"'),
    (WrappedInQuotes(), "“a” and “b”"),
    (WrappedInQuotes(), "'Tea'"),
    (WrappedInQuotes(), '""'),
    (WrappedInQuotes(), '"'),
    (WrappedInQuotes(), '"Tea" is hot.'),
    (Postscript(marker="P.S."), "P.S. Tea.\n\nCome."),
    (Postscript(marker="P.S."), "Come.\n\nP.S."),
    (Postscript(marker="P.S."), "Come.\n\nP.P.S. Tea."),
    (Postscript(marker="P.S."), "Come, P.S. tea."),
    (DialogueLines(at_least=1), "Ann:\nTea? No. I said: tea.\n12:30 is noon."),
    (NoLists(), "a\n\n1) b"),
    (NoLists(), "• b"),
    (NoMarkdown(), "a `b`"),
    (NoMarkdown(), "a\n\n---\n\nb"),
    (NoMarkdown(), "[a](b)"),
    (NoMarkdown(), "![a](b)"),
    (NoMarkdown(), "> a"),
]


@pytest.mark.parametrize(("rule", "text"), MET)
def test_a_text_that_meets_a_rule(rule: Rule, text: str) -> None:
    """What the definition allows is met, with spans inside the text."""
    verdict = rule.check(text)
    assert verdict.met is True, verdict
    assert all(0 <= start <= end <= len(text) for start, end in verdict.spans)


@pytest.mark.parametrize(("rule", "text"), UNMET)
def test_a_text_that_breaks_a_rule(rule: Rule, text: str) -> None:
    """What the definition excludes is not met, and the reason says something."""
    verdict = rule.check(text)
    assert verdict.met is False, verdict
    assert verdict.reason


def test_offenders_are_the_evidence() -> None:
    """Where every item must be alike, the spans are those of the items that are not."""
    text = "- tea\n- milk\n\n1. sugar"
    [span] = ItemStyle(marker="-").check(text).spans
    assert text[slice(*span)] == "1. sugar"
    text = "**a** and *b*"
    [span] = EmphasisStyle(style="bold").check(text).spans
    assert text[slice(*span)] == "*b*"


@pytest.mark.parametrize("separator", ["", "  ", "a\nb", "a\rb"])
def test_a_separator_is_one_line(separator: str) -> None:
    """A separator that no line can hold is refused."""
    with pytest.raises(ValidationError):
        ParagraphSeparator(separator=separator)


def test_no_markdown_implies_no_lists() -> None:
    """The facts of the narrower rule lie inside those of the wider one, and not the other way."""
    wide, narrow = NoLists().facts(), NoMarkdown().facts()
    assert set(wide) == {BulletCount(at_most=0).quantity, NumberedItemCount(at_most=0).quantity}
    assert set(wide) < set(narrow)
