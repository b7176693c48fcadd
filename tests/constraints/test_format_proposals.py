"""What everybody sees in Markdown is proposed; what some see otherwise is not."""

from __future__ import annotations

from random import Random

import pytest

from crab.constraints import (
    BoldLeadIns,
    Bounded,
    BulletCount,
    CodeBlockCount,
    DialogueLines,
    EmphasisStyle,
    HeadingCount,
    HeadingLevel,
    HighlightCount,
    ItemStyle,
    ItemWordCount,
    JsonOutput,
    LinkCount,
    ListDepth,
    NoLists,
    NoMarkdown,
    NumberedItemCount,
    ParagraphSeparator,
    PlaceholderCount,
    Postscript,
    QuoteBlockCount,
    Rule,
    SectionCount,
    TableColumns,
    TableCount,
    TableRows,
    Title,
    WrappedInQuotes,
)

PROSE = "The rain had stopped by noon, and we walked to the harbour to watch the boats. " * 4
TABLE = "| tea | milk |\n|---|:-:|\n| hot | cold |\n| green | white |\n"

BOUNDED = [
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
PROPOSED: list[tuple[Rule, str]] = [
    (JsonOutput(), '{"tea": 1}'),
    (JsonOutput(), '```json\n{"tea": 1}\n```'),
    (Title(), "# Tea\n\nIt is hot."),
    (Title(), "<<Tea>>\n\nIt is hot."),
    (ParagraphSeparator(separator="***"), "a\n\n***\n\nb\n\n***\n\nc"),
    (ItemStyle(marker="-"), "- a\n- b\n- c"),
    (ItemStyle(marker="1."), "1. a\n2. b\n3. c"),
    (ItemStyle(marker="•"), "• a\n• b\n• c"),
    (BoldLeadIns(), "- **a**: b\n- **c**: d\n- **e**: f"),
    (HeadingLevel(level=2), "## a\n\nb\n\n## c"),
    (EmphasisStyle(style="bold"), "**a** b **c**"),
    (EmphasisStyle(style="italic"), "*a* b *c*"),
    (WrappedInQuotes(), '"Tea is hot."'),
    (Postscript(marker="P.S."), "Come.\n\nP.S. Bring tea."),
    (Postscript(marker="P.P.S."), "Come.\n\nP.S. Bring tea.\n\nP.P.S. And milk."),
    (NoLists(), PROSE),
    (NoMarkdown(), PROSE),
]
UNPROPOSED: list[tuple[type[Rule], str]] = [
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
    (JsonOutput, "{}"),
    (JsonOutput, '{"a": 1, "a": 2}'),
    (JsonOutput, '```jsonc\n{"a": 1}\n```'),
    (JsonOutput, "~~~\n[1]\n~~~"),
    (Title, "# Tea\n\nhot\n\n# Milk\n\ncold"),
    (Title, "# Tea"),
    (SectionCount, "Step 1 a\nStep 3 b"),
    (SectionCount, "Step 1\nsee Step 1, Step 2, Step 3, Step 4\nStep 2"),
    (ParagraphSeparator, "a\n\n---\n\nb\n\n***\n\nc"),
    (ParagraphSeparator, "---\n\na\n\n---\n\nb"),
    (ParagraphSeparator, "a\n\n" + "-" * 40 + "\n\nb"),
    (ItemStyle, "- a\n- b\n- c\n\n```\n* d\n```"),
    (ItemStyle, "1) a\n2) b\n3) c"),
    (HeadingLevel, "# a\n\n# b"),
    (EmphasisStyle, "**a** __init__ **c**"),
    (EmphasisStyle, "**a** **b** <i>c</i>"),
    (EmphasisStyle, "**a** **b** 2 * 3 * 4"),
    (EmphasisStyle, "VERY VERY hot"),
    (EmphasisStyle, "It ra*ned *n the h*lls and *t poured."),
    (Postscript, "Come.\n\nP.S.\nBring tea."),
    (WrappedInQuotes, "“Tea is hot.”"),
    (WrappedInQuotes, '"She said "hot" to me."'),
    (DialogueLines, "Pros: a.\nCons: b.\nPros: c.\nCons: d."),
    (DialogueLines, "Name: Ann\nAge: 7\nName: Bob\nAge: 8"),
    (NoLists, "Short."),
    (NoLists, PROSE + "\n\n---\n\n" + PROSE),
    (NoLists, PROSE + "\n\na) one\nb) two"),
    (NoLists, PROSE + "\n\n→ one\n→ two"),
    (NoMarkdown, PROSE + "\n\n    indented"),
    (NoMarkdown, PROSE + " 2 * 3"),
]


@pytest.mark.parametrize(("kind", "text"), BOUNDED)
def test_bounds_are_proposed_on_what_everybody_sees(kind: type[Bounded], text: str) -> None:
    """Each kind proposes bounds for a plain case, and the text meets them."""
    rules = [rule for seed in range(20) for rule in kind.propose(text, Random(seed))]
    assert rules
    assert all(rule.check(text).met for rule in rules)


@pytest.mark.parametrize(("rule", "text"), PROPOSED)
def test_what_everybody_sees_is_proposed(rule: Rule, text: str) -> None:
    """Plain cases are proposed with the fields that the text shows."""
    assert rule in list(type(rule).propose(text, Random(0)))


@pytest.mark.parametrize(("kind", "text"), UNPROPOSED)
def test_what_some_see_otherwise_is_not_proposed(kind: type[Rule], text: str) -> None:
    """Where the thing is absent, doubtful or trivial to a fair reader, nothing is proposed."""
    assert not [rule for seed in range(9) for rule in kind.propose(text, Random(seed))]


def test_sections_and_dialogues_are_proposed_with_bounds() -> None:
    """Numbered sections and the lines of a dialogue get bounds around their number."""
    text = "## Step 1: boil\n\na\n\n## Step 2: pour\n\nb\n\n## Step 3: drink\n\nc"
    rules = [rule for seed in range(9) for rule in SectionCount.propose(text, Random(seed))]
    assert {rule.marker for rule in rules} == {"Step"}
    assert all(rule.check(text).met for rule in rules)
    text = "Ann: Tea?\nBob: Please.\nAnn: Milk?\nBob: No.\nAnn: Sugar?\nBob: Two!"
    lines = [rule for seed in range(9) for rule in DialogueLines.propose(text, Random(seed))]
    assert lines
    assert all(rule.check(text).met for rule in lines)
