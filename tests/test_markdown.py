"""Tests of `crab.markdown`: the blocks of a text and where they stand."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crab.markdown import Block, blocks, line_spans

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)
PIECES = [
    *("Rain", " ", "\n", "\n\n", "\r\n", "\r", "\t", "# ", "## ", "- ", "* ", "+ ", "• ", "1. "),
    *("2) ", "> "),
    *("```", "~~~\n", "```py\n", "| a | b |\n|---|---|\n| 1 | 2 |\n", "a|b\n-|-\n", "***\n"),
    *("---\n", "===\n"),
    *("<div>\n", "<b>", "    code\n", "[a]: /b\n", "**bold**", "`x`", "\\", "\0", "\u00a0", "雨"),
    "\ud800",
]
WRITTEN = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)
PROSE = st.lists(
    st.sampled_from(
        [
            *("Rain", "“Rain” ", "¿Qué? ", "(so) ", "雨。", "'tis ", " ", "\n", "\n\n", "\r\n"),
            *("\r", "a | b"),
            *("*so* ", "1. ", "x: ", "#tag ", "- ", "> ", "•", "½", "[a]: /b", "\0", "\u00a0"),
            *("é", "_so_ "),
            *("=", "`x` ", "<b>", "\\", "Ⅷ", "~", ":-|", "+", "    ", "\u2028", "\x0b"),
        ]
    ),
    max_size=12,
).map("".join)


def found(string: str) -> tuple[Block, ...]:
    """Return the blocks of a text."""
    return blocks(string, line_spans(string))


def shown(string: str, *fields: str) -> list[tuple[Any, ...]]:
    """Return the kind, the source and the given fields of each block."""
    return [
        (block.kind, string[block.start : block.end], *(getattr(block, name) for name in fields))
        for block in found(string)
    ]


@pytest.mark.parametrize(
    ("string", "spans"),
    [
        ("", []),
        ("a", [(0, 1)]),
        ("\n", [(0, 0)]),
        ("ab\n\ncd\n", [(0, 2), (3, 3), (4, 6)]),
        ("a\r\nb\rc", [(0, 1), (3, 4), (5, 6)]),
        ("\r\r\n", [(0, 0), (1, 1)]),
        ("a\u2028b\x0cc", [(0, 5)]),
    ],
)
def test_line_spans(string: str, spans: list[tuple[int, int]]) -> None:
    """Lines end with LF, CR LF or CR, and their ends are no part of them."""
    assert line_spans(string) == spans


@pytest.mark.parametrize(
    ("string", "expected"),
    [
        ("# One", [("heading", "# One", 1, "One")]),
        ("###### Six ##", [("heading", "###### Six ##", 6, "Six ##")]),
        ("   ## Two", [("heading", "   ## Two", 2, "Two")]),
        ("## # hash", [("heading", "## # hash", 2, "# hash")]),
        ("One\n===", [("heading", "One\n===", 1, "One\n===")]),
        ("Two\nlines\n---", [("heading", "Two\nlines\n---", 2, "Two\nlines\n---")]),
        ("####### seven", [("paragraph", "####### seven", 0, "####### seven")]),
        ("#hashtag", [("paragraph", "#hashtag", 0, "#hashtag")]),
        ("\\# no", [("paragraph", "\\# no", 0, "\\# no")]),
        ("**Bold line**", [("paragraph", "**Bold line**", 0, "**Bold line**")]),
    ],
)
def test_headings(string: str, expected: list[tuple[Any, ...]]) -> None:
    """Headings have hashes or a line below them; their text begins after the hashes."""
    assert [
        (kind, source, level, string[start:])
        for kind, source, level, start in shown(string, "level", "text_start")
    ] == expected


def test_code_holds_no_headings_or_items() -> None:
    """Nothing inside a code block is a block of its own."""
    fenced = "```md\n# No heading\n- no item\n| a |\n|---|\n```"
    string = f"{fenced}\n\n    # indented\n    - too\n\n# Heading"
    assert shown(string, "info", "marker") == [
        ("code", fenced, "md", "```"),
        ("code", "    # indented\n    - too", "", ""),
        ("heading", "# Heading", "", ""),
    ]


@pytest.mark.parametrize(
    ("string", "info", "marker"),
    [
        ("```\nx\n```", "", "```"),
        ("```Python\nx\n```", "python", "```"),
        ("```  js  title=a\nx\n```", "js", "```"),
        ("~~~c++\nx\n~~~", "c++", "~~~"),
        ("````md\n```\n````", "md", "````"),
        ("```sh\nnever closed", "sh", "```"),
        ("```\n```", "", "```"),
    ],
)
def test_fenced_code(string: str, info: str, marker: str) -> None:
    """A fence is one block, with its language in lower case; the last may stay open."""
    assert shown(string, "info", "marker") == [("code", string, info, marker)]


def test_nested_lists() -> None:
    """Items know their depth and their marker, and hold the items below them."""
    string = "- a\n  - b\n    1. c\n    2) d\n- e\n\n* f\n+ g"
    items = [
        (kind, source, level, marker, string[start])
        for kind, source, level, marker, start in shown(string, "level", "marker", "text_start")
        if kind != "paragraph"
    ]
    assert items == [
        ("bullet", "- a\n  - b\n    1. c\n    2) d", 1, "-", "a"),
        ("bullet", "  - b\n    1. c\n    2) d", 2, "-", "b"),
        ("numbered", "    1. c", 3, ".", "c"),
        ("numbered", "    2) d", 3, ")", "d"),
        ("bullet", "- e", 1, "-", "e"),
        ("bullet", "* f", 1, "*", "f"),
        ("bullet", "+ g", 1, "+", "g"),
    ]
    assert [block.in_list for block in found(string) if block.kind == "paragraph"] == [True] * 7


@pytest.mark.parametrize(
    ("string", "texts"),
    [
        ("1. 1\n2. 4\n3. 9", ["1", "4", "9"]),
        ("- - \n-  x", ["x"]),
        ("1. 1. x", ["x"]),
        ("10. a\n\n    b", ["a", "b"]),
        ("- a\nlazy", ["a\nlazy"]),
        ("-\n  x", ["x"]),
        ("* *x*", ["*x*"]),
        ("7. 7 apples", ["7 apples"]),
        ("3. 3.", []),
    ],
)
def test_text_of_items(string: str, texts: list[str]) -> None:
    """The prose of an item is what follows its marker, even where it looks like the marker."""
    prose = [string[b.start : b.end] for b in found(string) if b.kind == "paragraph"]
    assert prose == texts


def test_dot_bullets() -> None:
    """A line of a paragraph that begins with a dot is an item; the lines before it are prose."""
    string = "Rain:\n• one\n  • two\nmore • no item\n•\n\n- a\n  • b"
    assert shown(string, "level", "marker", "in_list") == [
        ("paragraph", "Rain:\n", 0, "", False),
        ("bullet", "• one", 1, "•", False),
        ("paragraph", "one", 0, "", True),
        ("bullet", "  • two", 1, "•", False),
        ("paragraph", "two", 0, "", True),
        ("paragraph", "\nmore • no item\n•", 0, "", False),
        ("bullet", "- a\n  • b", 1, "-", False),
        ("paragraph", "a\n", 0, "", True),
        ("bullet", "  • b", 2, "•", False),
        ("paragraph", "b", 0, "", True),
    ]


@pytest.mark.parametrize(
    ("string", "rows", "columns"),
    [
        ("| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |", 3, 2),
        ("a | b | c\n:-|-:|:-:\n1 | 2 | 3", 2, 3),
        ("| a |\n|---|", 1, 1),
        ("| a | b |\n|---|---|\n| only one |", 2, 2),
        ("| a \\| b | c |\n|---|---|", 1, 2),
    ],
)
def test_tables(string: str, rows: int, columns: int) -> None:
    """A table has a row of dashes below its header; header and body rows are counted."""
    assert shown(string, "rows", "columns") == [("table", string, rows, columns)]


@pytest.mark.parametrize("string", ["a | b\nc | d", "| a | b |\n\n|---|---|", "|---|---|"])
def test_no_tables(string: str) -> None:
    """Pipes without a row of dashes right below a header are no table."""
    assert {block.kind for block in found(string)} == {"paragraph"}


def test_two_tables_are_counted_apart() -> None:
    """The rows of one table do not count for the other."""
    string = "| a |\n|---|\n| 1 |\n\nRain\n\n| b | c |\n|---|---|\n| 2 | 3 |\n| 4 | 5 |\n"
    tables = [(block.rows, block.columns) for block in found(string) if block.kind == "table"]
    assert tables == [(2, 1), (3, 2)]


def test_quotes_rules_and_html() -> None:
    """Quotations hold blocks; rules and HTML hold none."""
    string = "> Rain\n> # Head\n> - item\n\n***\n\n- - -\n___\n<div>\nRain\n</div>\n\nEnd"
    assert shown(string, "marker") == [
        ("quote", "> Rain\n> # Head\n> - item", ">"),
        ("paragraph", "Rain", ""),
        ("heading", "> # Head", ""),
        ("bullet", "> - item", "-"),
        ("paragraph", "item", ""),
        ("rule", "***", "*"),
        ("rule", "- - -", "-"),
        ("rule", "___", "_"),
        ("html", "<div>\nRain\n</div>", ""),
        ("paragraph", "End", ""),
    ]


def test_link_definitions_are_no_blocks() -> None:
    """A line that defines a link is shown to no reader."""
    assert found("[a]: http://x.io\n") == ()


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_make_no_difference(end: str) -> None:
    """The blocks are the same with every kind of line end, and offsets count what is there."""
    lines = [
        "# Head",
        "",
        "Rain",
        "more",
        "",
        "- a",
        "- b",
        "",
        "```",
        "x",
        "```",
        "",
        "| a |",
        "|---|",
    ]
    string = end.join(lines)
    assert shown(string) == [
        ("heading", "# Head"),
        ("paragraph", f"Rain{end}more"),
        ("bullet", "- a"),
        ("paragraph", "a"),
        ("bullet", "- b"),
        ("paragraph", "b"),
        ("code", f"```{end}x{end}```"),
        ("table", f"| a |{end}|---|"),
    ]


@settings(max_examples=250, deadline=None)
@given(st.one_of(WRITTEN, ANY_TEXT))
def test_offsets_lie_in_the_text(string: str) -> None:
    """Every block lies inside the text, and its own text inside the block; blocks are in order."""
    last = 0
    for block in found(string):
        assert 0 <= block.start <= block.text_start <= block.end <= len(string)
        assert block.kind in ("code", "html") or string[block.start : block.end].strip()
        assert block.start >= last or block.kind == "paragraph"
        last = max(last, block.start)


@settings(max_examples=250, deadline=None)
@given(st.one_of(WRITTEN, ANY_TEXT))
def test_paragraphs_stand_apart(string: str) -> None:
    """Paragraphs are in order, do not overlap, and are never blank."""
    last = 0
    for block in found(string):
        if block.kind == "paragraph":
            assert last <= block.start < block.end
            assert string[block.start : block.end].strip()
            last = block.end


@settings(max_examples=500, deadline=None)
@given(PROSE)
def test_plain_prose_is_parsed_like_anything_else(string: str) -> None:
    """A rule put below a text changes nothing in the blocks above it, plain as they may be."""

    def bare(several: tuple[Block, ...]) -> list[Block]:
        return [replace(block, end=len(string[: block.end].rstrip())) for block in several]

    *above, last = found(f"{string}\n\n***\n")
    if last.kind == "rule":
        assert bare(found(string)) == bare(tuple(above))


@pytest.mark.parametrize(
    "string",
    [
        "> " * 5_000 + "deep",
        "- " * 5_000 + "deep",
        "".join("  " * depth + "- x\n" for depth in range(300)),
        "*" * 100_000,
        "[" * 100_000,
        "`" * 100_000,
        "|" * 50_000 + "\n" + "|-" * 25_000,
        "| a " * 10_000 + "|\n" + "|---" * 10_000 + "|\n",
        "• a\n" * 15_000,
        "1. a\n" * 8_000,
        "# a\n" * 8_000,
        "<div>\n" * 20_000,
        "[a]: b\n" * 10_000,
        "\n" * 100_000,
        "a\n" * 50_000,
        "-\n" * 12_000,
        "```\n" * 25_000,
    ],
    ids=lambda string: repr(string[:12]),
)
def test_hostile_texts_take_no_time(string: str) -> None:
    """Nesting, repetition and length make no text take more than about a second."""
    found("# warm")
    began = time.process_time()
    found(string)
    assert time.process_time() - began < 1.5
