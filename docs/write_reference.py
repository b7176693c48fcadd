"""Write docs/constraints.md, docs/instructions.md and the tables of docs/data-formats.md.

All of it is written from the classes themselves.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

import crab
from crab.benchmarks import SOURCES, Instruction, instruction_classes
from crab.benchmarks.mapping import from_instruction
from crab.console import definition, sentences
from crab.records import Checked, Message
from crab.steps.export import UNWRITTEN

HERE = Path(__file__).parent
FAMILIES = ("length", "format", "keywords", "punctuation", "language", "style", "content")
TABLES: Mapping[str, type[BaseModel]] = {
    "Pair": crab.Pair,
    "Sample": crab.Sample,
    "Checked": Checked,
    "Messages": crab.Messages,
    "Message": Message,
    "Dropped": crab.Dropped,
    "Config": crab.Config,
}

OPENING = """# Every constraint kind

This page is written by `make docs` from the classes: what stands here is what the code says. The
same is shown by `crab kinds` and `crab kinds KIND`. A kind's fields are its JSON: write
`{"kind": "word_count", "at_most": 200}`, and read it with `crab.Constraint.model_validate`.

A **rule** is decided by code; a **judged** constraint only by a reader, human or model, and it
carries its own words in `text`. What counts as a word, a sentence or a paragraph is said in
[Definitions](definitions.md). Every kind also has a `version`, the version of its definition: data
of another version are refused, never read as something else.
"""

INSTRUCTIONS = """# Every instruction of the benchmarks

This page is written by `make docs` from the classes. The same is shown by `crab kinds ifeval` and
`crab kinds ifeval/punctuation:no_comma`. How to use instructions, and which of crab's own kinds
stand for them, is said in [Benchmarks](benchmarks.md).

Each definition says what the benchmark's own check does, right or wrong. *By its words* is what
`from_instruction` makes of the example: crab's own constraints that decide by what the instruction
says. Where it is missing, crab has no kind for it. An instruction is data like any constraint:
write `{"kind": "ifeval/punctuation:no_comma"}`, with the arguments as fields.
"""
BENCHMARKS: Mapping[str, str] = {
    "ifeval": "IFEval",
    "ifbench": "IFBench, which takes those of IFEval too",
    "iftrain": "IFTrain, which takes those of IFEval too",
}


def written() -> dict[Path, str]:
    """Return every generated page as it should be."""
    formats = HERE / "data-formats.md"
    return {
        HERE / "constraints.md": reference(),
        HERE / "instructions.md": instructions(),
        formats: with_tables(formats.read_text("utf-8")),
    }


def builtin() -> dict[str, list[type[crab.Constraint]]]:
    """Return crab's own kinds by family, without those of plug-ins."""
    found: dict[str, list[type[crab.Constraint]]] = {family: [] for family in FAMILIES}
    for kind in crab.kinds().values():
        if kind.__module__.startswith("crab."):
            found.setdefault(kind.family, []).append(kind)
    return {family: kinds for family, kinds in found.items() if kinds}


def reference() -> str:
    """Return the page with every kind."""
    families = builtin()
    number = sum(map(len, families.values()))
    parts = [OPENING, f"There are {number} kinds in {len(families)} families.\n"]
    parts += [
        f"- [{family.capitalize()}](#the-{family}-family): "
        + ", ".join(f"[`{name(kind)}`](#{name(kind)})" for kind in kinds)
        for family, kinds in families.items()
    ]
    for family, kinds in families.items():
        parts += ["", f"## The {family} family", "", *family_text(kinds[0])]
        for kind in kinds:
            parts += ["", *kind_text(kind)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(parts)) + "\n"


def of_benchmark(source: str) -> dict[str, type[Instruction]]:
    """Return a benchmark's own instructions by their ids."""
    known = instruction_classes(source).items()
    return {id_: cls for id_, cls in sorted(known) if cls.source == source}


def instructions() -> str:
    """Return the page with every instruction of the benchmarks."""
    number = sum(len(of_benchmark(source)) for source in SOURCES)
    parts = [INSTRUCTIONS, f"There are {number} instructions of {len(SOURCES)} benchmarks."]
    for source in SOURCES:
        own = of_benchmark(source)
        parts += ["", f"## {BENCHMARKS[source]}", "", f"{len(own)} instructions:"]
        parts += [", ".join(f"[`{id_}`](#{anchor(id_)})" for id_ in own) + "."]
        for id_, cls in own.items():
            parts += ["", f"### {plain(id_)}", "", *instruction_text(cls)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(parts)) + "\n"


def instruction_text(cls: type[Instruction]) -> Iterator[str]:
    """Yield the block of one instruction."""
    example = cls(**cls.example.fields)
    yield prose(definition(cls))
    yield ""
    properties = cls.model_json_schema(mode="serialization").get("properties", {})
    for field, info in cls.model_fields.items():
        if field not in ("kind", "version"):
            meaning = prose(info.description or "").replace("\n", " ")
            yield f"- `{field}` ({type_name(properties[field])}): {meaning}"
    yield ""
    if example.arguments:
        yield f"Example: {code(json.dumps(example.arguments, ensure_ascii=False))}"
        yield ""
    yield f"In words: {plain(example.describe())}"
    found = from_instruction(example)
    if found:
        yield ""
        own = ", ".join(
            code(one.model_dump_json(exclude={"version"}, exclude_none=True)) for one in found
        )
        yield f"By its words: {own}"
    yield ""
    yield from shown("Met by", cls.example.met)
    yield ""
    yield from shown("Not met by", cls.example.unmet)


def anchor(heading: str) -> str:
    """Return the anchor that GitHub makes for a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def family_text(kind: type[crab.Constraint]) -> Iterator[str]:
    """Yield what the kind's family says of itself."""
    family = next(cls for cls in kind.__mro__ if "family" in vars(cls))
    yield prose(definition(family))
    yield ""
    yield f"To a model that is asked for constraints, it says: {prose(vars(family)['hint'])}"


def kind_text(kind: type[crab.Constraint]) -> Iterator[str]:
    """Yield the section of one kind."""
    example = kind(**kind.example.fields)
    yield f"### {name(kind)}"
    yield ""
    yield prose(definition(kind))
    yield ""
    yield " ".join(decided(kind))
    yield ""
    yield from table(kind)
    yield ""
    yield f"Hint to a model: {prose(kind.hint)}"
    yield ""
    yield f"Example: {code(example.model_dump_json(exclude_none=True))}"
    yield ""
    yield from said(example)
    yield ""
    yield from shown("Met by", kind.example.met)
    yield ""
    yield from shown("Not met by", kind.example.unmet)


def decided(kind: type[crab.Constraint]) -> Iterator[str]:
    """Yield who decides the kind, and what is special about how prompts state it."""
    yield f"Decided by {'code' if issubclass(kind, crab.Rule) else 'a reader'}."
    if issubclass(kind, crab.Rule) and kind.absence:
        yield "Met by what a response leaves out: a prompt states few of these."
    if kind.weight < 1:
        yield f"Stated more rarely than others (weight {kind.weight:g})."


def said(example: crab.Constraint) -> Iterator[str]:
    """Yield ways to say the example."""
    if not isinstance(example, crab.Rule):
        return
    for language, label, most in (("en", "Said", 3), ("zh", "Said in Chinese", 1)):
        phrasings = sentences(example, language)[:most]
        if phrasings:
            yield f"{label}:"
            yield ""
            yield from (f"- {plain(phrasing)}" for phrasing in phrasings)
            yield ""


def shown(label: str, text: str) -> Iterator[str]:
    """Yield an example response: in the line where it is short, as a block where it is not."""
    if "\n" not in text and text.strip() == text and len(text) <= 90:
        yield f"{label}: {code(text)}"
        return
    fence = "`" * max(3, longest_run(text) + 1)
    yield f"{label}:"
    yield ""
    yield f"{fence}text\n{text}\n{fence}"


def table(model: type[BaseModel]) -> Iterator[str]:
    """Yield a table of a model's fields."""
    properties = model.model_json_schema(mode="serialization").get("properties", {})
    hidden = {"kind", "version"} if issubclass(model, crab.Constraint) else set()
    if model is crab.Sample:
        hidden = UNWRITTEN
    rows = [(field, info) for field, info in model.model_fields.items() if field not in hidden]
    if not rows:
        yield "It has no fields."
        return
    yield "| field | type | default | meaning |"
    yield "|---|---|---|---|"
    for field, info in rows:
        default = "required" if info.is_required() else value(info.get_default())
        meaning = prose(info.description or "").replace("\n", " ")
        yield f"| `{field}` | {type_name(properties[field])} | {default} | {meaning} |"


def value(default: Any) -> str:
    """Return a default as JSON writes it, or nothing where there is none."""
    return "" if default is None else code(json.dumps(default, ensure_ascii=False), in_table=True)


def type_name(schema: Mapping[str, Any]) -> str:
    """Return a JSON Schema in words."""
    if "anyOf" in schema:
        choices = [one for one in schema["anyOf"] if one.get("type") != "null"]
        return " or ".join(map(type_name, choices))
    if "enum" in schema:
        return "one of " + ", ".join(code(one, in_table=True) for one in schema["enum"])
    if "$ref" in schema:
        return code(schema["$ref"].rsplit("/", 1)[1])
    kind = schema.get("type")
    if kind == "array":
        items = schema.get("items") or {}
        return f"list of: {'two whole numbers' if 'prefixItems' in items else type_name(items)}"
    if kind == "string" and schema.get("maxLength") == 1:
        return "one character"
    names = {"integer": "whole number", "number": "number", "string": "text", "boolean": "boolean"}
    default = "constraint" if "oneOf" in schema else "anything"
    return names.get(str(kind), default) + span(schema)


def span(schema: Mapping[str, Any]) -> str:
    """Return the bounds of a number in words."""
    parts = []
    if "minimum" in schema:
        parts.append(f"{schema['minimum']:g} or more")
    if "maximum" in schema:
        parts.append(f"{schema['maximum']:g} at most")
    if "exclusiveMaximum" in schema:
        parts.append(f"below {schema['exclusiveMaximum']:g}")
    return f", {', '.join(parts)}" if parts else ""


def with_tables(page: str) -> str:
    """Return a page with its generated tables written anew."""

    def put(match: re.Match[str]) -> str:
        rows = "\n".join(table(TABLES[match[1]]))
        return f"<!-- {match[1]}: written by make docs -->\n{rows}\n<!-- end -->"

    return re.sub(r"(?s)<!-- (\w+): written by make docs -->.*?<!-- end -->", put, page)


def name(kind: type[crab.Constraint]) -> str:
    """Return the kind's name in data."""
    return str(kind.model_fields["kind"].default)


def prose(text: str) -> str:
    """Return a docstring as Markdown: its code stays code, everything else is escaped."""
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n")]
    pieces = re.split(r"(``.+?``(?!`)|:\w+:`[^`]+`)", "\n\n".join(paragraphs))
    return "".join(map(_piece, pieces))


def _piece(part: str) -> str:
    if part.startswith("``"):
        return code(part[2:-2], in_table=True)
    role = re.fullmatch(r":\w+:`~?([^`]+)`", part)
    return code(role[1]) if role else plain(part)


def plain(text: str) -> str:
    """Return text as Markdown that shows it as it is."""
    return re.sub(r"([\\`*_<>\[\]|~])", r"\\\1", text)


def code(text: str, in_table: bool = False) -> str:
    """Return text as a code span, whatever backticks it holds."""
    fence = "`" * (longest_run(text) + 1)
    pad = " " if text[:1] in ("`", " ") or text[-1:] in ("`", " ") else ""
    if in_table:
        text = text.replace("|", "\\|")
    return f"{fence}{pad}{text}{pad}{fence}"


def longest_run(text: str) -> int:
    """Return the length of the longest run of backticks."""
    return max((len(run) for run in re.findall("`+", text)), default=0)


def main() -> None:
    """Write the pages."""
    for path, text in written().items():
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
