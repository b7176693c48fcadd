"""The shape of the whole response: what it begins with, how its parts and items look, what it is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from random import Random
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

import orjson
from pydantic import AfterValidator, Field, StringConstraints, field_validator

from crab.constraints.base import Example, Rule, Verdict
from crab.constraints.bounds import Bounded, Measure
from crab.constraints.format import Format
from crab.constraints.inline import heading_lines, ifeval_bullets, marks
from crab.text import Span, Text

if TYPE_CHECKING:
    from jsonschema_rs import Validator

__all__ = [
    "BoldLeadIns",
    "DialogueLines",
    "EmphasisStyle",
    "HeadingLevel",
    "ItemStyle",
    "JsonOutput",
    "NoLists",
    "NoMarkdown",
    "ParagraphSeparator",
    "Postscript",
    "SectionCount",
    "Title",
    "WrappedInQuotes",
]

_JSON_FENCES = ("```json", "```Json", "```JSON", "```")
_SECTION_LINE = re.compile(
    r"(?:^|(?<=\r))[ \t]*(?:#{1,6}[ \t]+)?[*_]{0,3}([^\W\d_]{2,15})[ \t]?(\d{1,3})\b", re.MULTILINE
)
_ACUTE = re.compile(r"[^\W\d_]{4,}")
_LABEL_TAIL = re.compile(r"\w")
_QUOTATION_MARKS = {'"': '"', "“": "”", "„": "“”", "«": "»", "「": "」"}
_SPEECH = re.compile(
    r"(?:^|(?<=\r))[ \t]*[*_]{0,3}([^\W\d_][^\n\r:：*_.,;!?]{0,30})[*_]{0,3}[:：][*_]{0,3}[ \t]*\S",
    re.MULTILINE,
)
_NO_SPEAKERS = frozenset(
    "pro pros con cons upside upsides downside downsides advantages disadvantages input output "
    "question answer q a before after".split()
)
_FURTHER_POSTSCRIPT = re.compile(r"[ \t]*[*_]{0,3}(?:P\.[ \t]?){2,}S\.")
_LIST_LIKE = re.compile(
    r"^[^\S\n]*(?:[-*+•·●○▪■◦‣⁃–—→➢✓✔✅☐①-⑳]"
    r"|[(（]?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5}|[一二三四五六七八九十]{1,3})[.)）、．:：]"
    r"|\d\ufe0f?\u20e3"
    r"|[#*_]{0,6} ?[^\W\d_]{2,15} \d{1,3}[.:)])",
    re.MULTILINE,
)
_MARKDOWN_LIKE = re.compile(
    r"[*`|~#<>\[\]]|__|(?<!\w)_|^[ \t]*(?:[-+•–—][ \t]|\d+[.)][ \t]|---|===)", re.MULTILINE
)
_ENOUGH_WORDS = 50


class JsonOutput(Format, Rule):
    """The response is a JSON object or array and nothing else, bare or in one fenced code block.

    It is JSON as RFC 8259 has it: no comments, no trailing commas, no ``NaN`` and ``Infinity``. A
    bare number, string or ``null`` is no JSON output. With ``json_schema`` it also matches that JSON
    Schema, whose patterns must do without look-around and which refers to nothing outside itself.

    >>> JsonOutput().check('```json\\n{"tea": "hot"}\\n```').reason
    'a JSON object'
    >>> JsonOutput(json_schema='{"required": ["milk"]}').check('{"tea": "hot"}').met
    False
    """

    hint: ClassVar[str] = "The whole response is JSON, if need be of a given JSON Schema."
    example: ClassVar[Example] = Example(
        {"json_schema": '{"type":"array"}'}, '["tea", "milk"]', '{"tea": "milk"}'
    )

    kind: Literal["json_output"] = "json_output"
    json_schema: str | None = None
    """A JSON Schema, as JSON text, that the response must match."""

    @field_validator("json_schema")
    @classmethod
    def _canonical(cls, schema: str | None) -> str | None:
        if schema is None:
            return None
        try:
            data = orjson.loads(schema)
        except ValueError as error:
            raise ValueError(f"json_schema is not JSON: {error}") from None
        canonical = orjson.dumps(data, option=orjson.OPT_SORT_KEYS).decode()
        try:
            _validator(canonical)
        except ValueError as error:
            first, _, _ = str(error).partition("\n")
            raise ValueError(f"json_schema is not a usable JSON Schema: {first}") from None
        return canonical

    def variant(self) -> str:
        """Return ``schema`` where a schema is demanded."""
        return "schema" if self.json_schema else ""

    def check(self, text: str | Text) -> Verdict:
        """Return whether the text is JSON and matches the schema."""
        text = Text.of(text)
        part = _json_part(text)
        if part is None:
            return Verdict(False, "not a JSON object or array alone")
        try:
            data = orjson.loads(text[part])
        except ValueError as error:
            return Verdict(False, f"not JSON: {error}")
        if self.json_schema is not None:
            try:
                first = next(_validator(self.json_schema).iter_errors(data), None)
            except ValueError as error:
                return Verdict(False, f"JSON that cannot be validated: {error}")
            if first is not None:
                place = "".join(f"/{step}" for step in first.instance_path) or "the top"
                return Verdict(False, f"JSON that breaks the schema at {place}", (part,))
        return Verdict(True, f"a JSON {'object' if isinstance(data, dict) else 'array'}", (part,))

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:  # noqa: ARG003
        """Yield the rule without a schema where IFEval's check is met too and something is in it."""
        text = Text.of(text)
        bare = text.string.strip()
        if bare[:1] in ("{", "[", "`") and bare[-1:] in ("}", "]", "`"):
            rule = cls()
            if rule.check(text).met and _ifeval_json(bare):
                yield rule


class Title(Format, Rule):
    """The first line that is not blank is a title.

    That is a Markdown heading of level 1, or a text in double angle brackets, ``<<like this>>``,
    which may stand inside marks of emphasis.

    >>> Title().check("# Tea\\n\\nIt is hot.").met, Title().check("## Tea\\n\\nIt is hot.").met
    (True, False)
    """

    hint: ClassVar[str] = "The response begins with a title: '# Title' or '<<Title>>'."
    example: ClassVar[Example] = Example({}, "<<Tea>>\n\nIt is hot.", "Tea\n\nIt is hot.")

    kind: Literal["title"] = "title"

    def check(self, text: str | Text) -> Verdict:
        """Return whether the first line is a title."""
        text = Text.of(text)
        heading = _title_heading(text)
        span = heading or _bracketed_title(text)
        return Verdict(span is not None, "a title" if span else "no title", (span,) if span else ())

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:  # noqa: ARG003
        """Yield the rule where the title is the only one and more follows."""
        text = Text.of(text)
        bare = text.string.strip()
        if bare.startswith("# "):
            tops = sum(1 for block in text.blocks if block.kind == "heading" and block.level == 1)
            found = tops == 1 and len(text.blocks) > 1 and _title_heading(text)
        else:
            found = bare.startswith("<<") and "\n" in bare and _bracketed_title(text)
        if found:
            yield cls()
