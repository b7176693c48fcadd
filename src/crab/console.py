"""What the commands show: progress, tables, samples."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from crab.checking import said
from crab.constraints.base import Constraint, Rule
from crab.ledger import Bound
from crab.phrasings import languages, phrasebook
from crab.rechecking import Recheck
from crab.steps.calibrate import Calibration

if TYPE_CHECKING:
    from crab.benchmarks.base import Instruction

__all__ = [
    "show_bound",
    "show_cache",
    "show_calibration",
    "show_export",
    "show_instructions",
    "show_kind",
    "show_kinds",
    "show_recheck",
    "show_run",
    "warn",
]

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


def warn(message: str) -> None:
    """Say something on standard error."""
    errors.print(f"crab: {escape(message)}", soft_wrap=True)


def show_run(counts: Mapping[str, Any], out: str) -> None:
    """Print what a run made."""
    table = Table("kind", "constraints", title=escape(f"{out}: {counts['samples']:,} samples"))
    table.columns[1].justify = "right"
    for kind, number in sorted(counts["kinds"].items(), key=lambda item: (-item[1], item[0])):
        table.add_row(kind, f"{number:,}")
    console.print(table)
    each = counts["constraints"] / max(counts["samples"], 1)
    console.print(
        f"{counts['samples']:,} samples with {each:.1f} constraints each, "
        f"{counts['train']:,} training examples"
    )
    for what, reasons in counts["dropped"].items():
        listed = ", ".join(f"{number:,} {reason}" for reason, number in reasons.items())
        console.print(f"dropped {what}s: {escape(listed)}", soft_wrap=True)


def show_recheck(result: Recheck, path: str) -> None:
    """Print what checking a data set found."""
    table = Table(
        "kind", "met", "false", "not judged", title=escape(f"{path}: {result.records:,} records")
    )
    for column in table.columns[1:]:
        column.justify = "right"
    for kind in sorted({*result.met, *result.unmet, *result.unjudged}):
        counts = (result.met[kind], result.unmet[kind], result.unjudged[kind])
        table.add_row(kind, *(f"{number:,}" if number else "" for number in counts))
    totals = (result.met, result.unmet, result.unjudged)
    table.add_section()
    table.add_row("all", *(f"{sum(counter.values()):,}" for counter in totals))
    console.print(table)
    for finding in result.false[:20]:
        where = f"line {finding.line}, id {finding.id}"
        console.print(f"[red]false[/red]: {escape(f'{where}: {finding.kind}: {finding.reason}')}")
    for finding in result.unreadable[:20]:
        console.print(f"[red]cannot read[/red] line {finding.line}: {escape(finding.reason)}")


def show_export(rows: int, kinds: Mapping[str, int], left_out: Mapping[str, int]) -> None:
    """Print what was exported by kind, and what was left out by kind or step and reason."""
    table = Table("exported", "number", title=f"{rows:,} rows")
    table.columns[1].justify = "right"
    for kind, number in sorted(kinds.items(), key=lambda item: (-item[1], item[0])):
        table.add_row(kind, f"{number:,}")
    console.print(table)
    for reason, number in sorted(left_out.items(), key=lambda item: (-item[1], item[0])):
        console.print(f"left out: {number:,} {escape(reason)}", soft_wrap=True)


def show_bound(found: Bound, prices: tuple[float, float] | None) -> None:
    """Print what a run with a model takes at the most."""
    table = Table("records", "calls", "prompt tokens", "completion tokens", title="at the most")
    table.add_row(*(f"{number:,}" for number in found))
    console.print(table)
    if prices:
        console.print(f"at most {found.price(*prices):,.2f} at these prices for a million tokens")


def show_calibration(found: Calibration, limit: float) -> None:
    """Print how a judge did on planted demands."""
    table = Table("error", "rate", "95 % interval", "of", title="judging what is known")
    for name, rate in found.rates().items():
        interval = f"{rate['low']:.1%} to {rate['high']:.1%}"
        table.add_row(name.replace("_", " "), f"{rate['rate']:.1%}", interval, str(rate["of"]))
    console.print(table)
    console.print(f"At a limit of {limit:.0%}, {found.told(limit)}.")


def show_cache(sizes: list[tuple[str, str, int, int]], size: int) -> None:
    """Print what a store of replies holds."""
    table = Table("model", "template", "replies", "bytes")
    for model, template, number, length in sizes:
        table.add_row(escape(model), escape(template), f"{number:,}", f"{length:,}")
    console.print(table)
    console.print(f"{size:,} bytes on disk")


def show_kinds(kinds: Mapping[str, type[Constraint]]) -> None:
    """Print every kind with its family, who decides it and what it is about."""
    table = Table("kind", "family", "decided by", "about")
    for name, cls in sorted(kinds.items(), key=lambda item: (item[1].family, item[0])):
        table.add_row(
            name, cls.family, "code" if issubclass(cls, Rule) else "a reader", escape(cls.hint)
        )
    console.print(table)


def show_instructions(classes: Mapping[str, type[Instruction]]) -> None:
    """Print every instruction that a benchmark takes, with its arguments and an example."""
    table = Table("kind", "arguments", "such as")
    table.columns[0].no_wrap = True
    table.columns[1].overflow = "fold"
    for cls in sorted(classes.values(), key=lambda cls: str(cls.model_fields["kind"].default)):
        rule = cls(**cls.example.fields)
        arguments = [name for name in cls.model_fields if name not in ("kind", "version")]
        table.add_row(rule.kind, ", ".join(arguments), escape(rule.describe()))
    console.print(table)


def show_kind(cls: type[Constraint]) -> None:
    """Print one kind: definition, fields, phrasings, a met and an unmet example."""
    console.print(f"[bold]{cls.model_fields['kind'].default}[/bold] ({cls.family})\n")
    console.print(escape(_plain(definition(cls))))
    table = Table("field", "type", "meaning", title="fields", title_justify="left")
    for name, field in cls.model_json_schema()["properties"].items():
        if name not in ("kind", "version"):
            meaning = " ".join(field.get("description", "").split())
            table.add_row(name, _type_name(field), escape(_plain(meaning)))
    console.print(table)
    if issubclass(cls, Rule):
        rule = cls(**cls.example.fields)
        for language in languages():
            for sentence in sentences(rule, language):
                console.print(escape(f"  {language}  {sentence}"))
    example = cls(**cls.example.fields)
    console.print(f"\nexample: {escape(example.model_dump_json(exclude_none=True))}")
    console.print(escape(f"  says   {said(example)}\n  met    {cls.example.met!r}"))
    console.print(escape(f"  unmet  {cls.example.unmet!r}"))


def definition(cls: type[Constraint]) -> str:
    """Return the kind's docstring without its doctests."""
    lines = (cls.__doc__ or "").split("\n    >>>", 1)[0].splitlines()
    return "\n".join(line.removeprefix("    ") for line in lines).strip()


def _plain(text: str) -> str:
    """Return a docstring for a terminal: a line for each paragraph, no markup."""
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n")]
    return re.sub(r":\w+:`~?([^`]+)`|``([^`]+)``", r"\1\2", "\n\n".join(paragraphs))


def sentences(rule: Rule, language: str) -> list[str]:
    """Return every phrasing of a rule in a language, the plainest first."""
    book, entry = phrasebook(language), rule.entry(language)
    if book is None or entry is None:
        return []
    return [book.say({**entry, "say": [one]}, rule.said_fields(), None) for one in entry["say"]]


def _type_name(schema: Mapping[str, Any]) -> str:
    """Return a field's JSON Schema in words."""
    if "enum" in schema:
        return "one of " + ", ".join(map(str, schema["enum"]))
    if "anyOf" in schema:
        choices = [one for one in schema["anyOf"] if one.get("type") != "null"]
        return " or ".join(map(_type_name, choices)) + " (optional)"
    names = {"integer": "whole number", "number": "number", "string": "text", "array": "list"}
    return names.get(str(schema.get("type")), "anything")
