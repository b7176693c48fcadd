"""The shape of a response is judged as its definitions say, and proposed where all would agree."""

from __future__ import annotations

import json
import re
from functools import cache
from random import Random
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from crab.constraints import structure as family
from crab.constraints.base import Rule
from crab.constraints.format import BulletCount, NumberedItemCount
from crab.constraints.structure import (
    BoldLeadIns,
    DialogueLines,
    EmphasisStyle,
    HeadingLevel,
    ItemStyle,
    JsonOutput,
    NoLists,
    NoMarkdown,
    ParagraphSeparator,
    Postscript,
    SectionCount,
    Title,
    WrappedInQuotes,
)
from crab.text import Text

KINDS: list[type[Rule]] = [getattr(family, name) for name in family.__all__]
PROSE = "The rain had stopped by noon, and we walked to the harbour to watch the boats. " * 4

MET: list[tuple[Rule, str]] = [
    (JsonOutput(), '{"tea": [1, 2.5, null]}'),
    (JsonOutput(), " \n[]\n"),
    (JsonOutput(), '```json\n{"tea": 1}\n```'),
    (JsonOutput(), "~~~~\n[1]\n~~~~\n\n"),
    (JsonOutput(json_schema='{"type": "object", "required": ["a"]}'), '{"a": 1}'),
    (JsonOutput(json_schema="true"), "[NaN]".replace("NaN", "1")),
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
    (JsonOutput(), "1"),
    (JsonOutput(), '"tea"'),
    (JsonOutput(), "null"),
    (JsonOutput(), "[NaN]"),
    (JsonOutput(), '{"a": Infinity}'),
    (JsonOutput(), "{'a': 1}"),
    (JsonOutput(), "[1,]"),
    (JsonOutput(), "Here: [1]"),
    (JsonOutput(), "```json\n[1]\n```\nDone."),
    (JsonOutput(), "```json\n[1]"),
    (JsonOutput(), ""),
    (JsonOutput(json_schema='{"type": "object", "required": ["a"]}'), '{"b": 1}'),
    (JsonOutput(json_schema="false"), "[]"),
    (JsonOutput(json_schema='{"type":"array"}'), "[" * 2_000 + "]" * 2_000),
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


@pytest.mark.parametrize(
    "schema",
    [
        "{",
        "5",
        '"x"',
        '{"type": "strnig"}',
        '{"pattern": "("}',
        '{"pattern": "(?=a)b"}',
        '{"$ref": "https://example.org/schema.json"}',
        '{"$ref": "file:///etc/hostname"}',
        '{"$ref": "#/$defs/none"}',
        '{"not":' * 2000 + "{}" + "}" * 2000,
    ],
)
def test_a_schema_that_cannot_be_used_is_refused(schema: str) -> None:
    """A broken schema, or one that needs a file or the network, fails when the rule is built."""
    with pytest.raises(ValidationError, match="json_schema is not"):
        JsonOutput(json_schema=schema)


def test_a_schema_is_kept_in_one_form() -> None:
    """Two writings of a schema give equal rules."""
    one = JsonOutput(json_schema='{"type":"array","items":true}')
    other = JsonOutput(json_schema=' { "items" : true, "type": "array" } ')
    assert one == other
    assert hash(one) == hash(other)
    assert one.json_schema == '{"items":true,"type":"array"}'


def test_a_breach_says_where() -> None:
    """The reason names the place in the data that breaks the schema."""
    rule = JsonOutput(json_schema='{"items": {"type": "object", "required": ["a"]}}')
    assert rule.check('[{"a": 1}, {}]').reason == "JSON that breaks the schema at /1"


@pytest.mark.parametrize("separator", ["", "  ", "a\nb", "a\rb"])
def test_a_separator_is_one_line(separator: str) -> None:
    """A separator that no line can hold is refused."""
    with pytest.raises(ValidationError):
        ParagraphSeparator(separator=separator)


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


@pytest.mark.parametrize(("rule", "text"), PROPOSED)
def test_what_everybody_sees_is_proposed(rule: Rule, text: str) -> None:
    """Plain cases are proposed with the fields that the text shows."""
    assert rule in list(type(rule).propose(text, Random(0)))


@pytest.mark.parametrize(("kind", "text"), UNPROPOSED)
def test_what_some_see_otherwise_is_not_proposed(kind: type[Rule], text: str) -> None:
    """Doubtful, trivial and unusual cases are left alone."""
    assert not [rule for seed in range(5) for rule in kind.propose(text, Random(seed))]


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


def test_no_markdown_implies_no_lists() -> None:
    """The facts of the narrower rule lie inside those of the wider one, and not the other way."""
    wide, narrow = NoLists().facts(), NoMarkdown().facts()
    assert set(wide) == {BulletCount(at_most=0).quantity, NumberedItemCount(at_most=0).quantity}
    assert set(wide) < set(narrow)


PIECES = (
    st.sampled_from(["- ", "* ", "• ", "1. ", "2) ", "# ", "## ", "> ", "\n", "\n\n", "\r\n"])
    | st.sampled_from(["tea ", "VERY ", "**", "*", "_", "`", "```\n", "[", "]", "(a)", '"', "“"])
    | st.sampled_from(["”", "<<", ">>", "***\n", "---\n", "Step 1", "Step 2", "Ann: hi.\n"])
    | st.sampled_from(["Bob: no.\n", "P.S. ", "P.P.S. ", "{", "}", "1", ",", ": ", "雨", "\t"])
    | st.sampled_from([PROSE, "- **a**: b\n", "1. **c**: d\n", "## Tea\n\n", "\n\n***\n\n"])
    | st.sampled_from(['{"a": 1}'])
)
TEXTS = st.lists(PIECES, max_size=30).map("".join)


@settings(max_examples=400, deadline=None)
@given(TEXTS, st.integers(0, 9))
def test_what_is_proposed_is_met_and_comes_back_from_json(text: str, seed: int) -> None:
    """Every proposed rule is met by its text and goes unchanged through JSON."""
    shared = Text(text)
    for kind in KINDS:
        for rule in kind.propose(shared, Random(seed)):
            assert rule.check(text).met, rule
            again = kind.model_validate_json(rule.model_dump_json())
            assert again == rule
            assert hash(again) == hash(rule)


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
@given(TEXTS, st.integers(0, 9))
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


NASTY = [
    "",
    "\x00",
    "\ud800",
    '"\ud800"',
    " \n\t\r",
    "a" * 200_000,
    "A" * 200_000,
    "*" * 100_000,
    "**a** " * 20_000,
    "[" * 100_000,
    "[" * 5_000 + "]" * 5_000,
    '{"a":' * 50_000,
    "<<" * 50_000,
    "<<" * 50_000 + ">>",
    '"' * 100_000,
    '"a ' * 50_000 + '"',
    "“" * 50_000 + "”" * 50_000,
    "> " * 5_000 + "a",
    "- **a** b\n" * 3_000,
    "Step 1\n" * 10_000,
    "Step 1" * 20_000,
    "Ann: hi\n" * 10_000,
    "***\n" * 10_000,
    "a\n\n***\n\n" * 3_000,
    "P.S. a\n\n" * 10_000,
    "P.S." * 50_000,
    "\n" * 100_000,
    "`" * 100_000,
    "```\n***\n```\n" * 3_000,
    " " * 200_000,
    "1" * 200_000,
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
