"""Suggest: what a model proposes for a record, with every countable claim decided by code."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import orjson
from pydantic import ValidationError

from crab import claims, languages
from crab.backends.reading import read_object
from crab.constraints.base import Constraint, Judged, Rule
from crab.constraints.registry import kinds
from crab.records import Pair
from crab.steps.leaks import gives_away
from crab.text import Text

__all__ = [
    "LONGEST",
    "MOST",
    "Suggested",
    "Suggestions",
    "decided_by_code",
    "reply_schema",
    "suggestions",
]

LONGEST = 300
"""The most characters of a sentence that a reader is to decide."""
MOST = 8
"""The most proposals that are taken from one reply."""

_KEPT = ("type", "enum", "const", "anyOf", "items", "minimum", "maximum", "maxLength", "maxItems")


class Suggested(NamedTuple):
    """One proposal of a model, and why it is dropped, if it is."""

    constraint: Constraint | None
    data: Any
    reason: str = ""


class Suggestions(NamedTuple):
    """What a reply holds."""

    instruction: str | None
    constraints: list[Suggested]


def suggestions(reply: str, pair: Pair, text: Text) -> Suggestions | None:
    """Return what a model's reply proposes for a pair; None where it cannot be read.

    A rule is fitted to the response or dropped. A sentence is read for what code can decide: where
    it says nothing else, rules take its place; where a count of it is false or cannot be read for
    sure, it is dropped.
    """
    found = read_object(reply)
    if found is None or not isinstance(found.get("constraints"), list):
        return None
    instruction = found.get("instruction")
    items = found["constraints"]
    seen: dict[Constraint, None] = {}
    results = []
    for one in (one for item in items[:MOST] for one in decided_by_code(item, pair, text)):
        if one.constraint is not None and one.constraint in seen:
            continue
        if one.constraint is not None:
            seen[one.constraint] = None
        results.append(one)
    results += [Suggested(None, item, "too_many") for item in items[MOST:]]
    return Suggestions(instruction if isinstance(instruction, str) else None, results)


def decided_by_code(item: Any, pair: Pair, text: Text) -> Iterator[Suggested]:
    """Yield what code makes of a proposal: rules, a sentence for a judge, or why it is dropped."""
    kind = item.get("kind") if isinstance(item, dict) else None
    cls = kinds().get(kind.strip()) if isinstance(kind, str) else None
    if cls is None:
        yield Suggested(None, item, f"unknown_kind: {kind!r:.80}")
        return
    fields = {name: value for name, value in item.items() if value is not None and name != "kind"}
    try:
        constraint = cls.model_validate(fields)
    except ValidationError as error:
        yield Suggested(None, item, f"bad_fields: {error.errors()[0]['msg']:.80}")
        return
    if isinstance(constraint, Judged):
        yield from _read(constraint, item, pair, text)
    elif isinstance(constraint, Rule):
        yield _fitted(constraint, item, text)


def _fitted(rule: Rule, item: Any, text: Text) -> Suggested:
    try:
        fitted = rule.fitted(text)
    except Exception as error:
        return Suggested(None, item, f"check_failed: {type(error).__name__}: {error}"[:200])
    return Suggested(fitted, item, "" if fitted is not None else "not_met")


def _read(judged: Judged, item: Any, pair: Pair, text: Text) -> Iterator[Suggested]:
    """Decide what code can of a sentence; what is left goes on to a judge."""
    sentence = " ".join(judged.text.split())
    said = claims.read(sentence)
    if len(sentence) > LONGEST:
        yield Suggested(None, item, "too_long")
    elif said.whole:
        yield from (_fitted(rule, item, text) for rule in said.rules)
    elif leak := gives_away(sentence, pair.instruction, text):
        yield Suggested(None, item, f"gives_away: {leak}")
    elif said.doubtful:
        yield Suggested(None, item, "countable: it counts what no rule stands for")
    elif any(_fitted(rule, item, text).constraint != rule for rule in said.rules):
        yield Suggested(None, item, "not_met: a part of it that code can decide")
    elif pair.language and languages.is_other(sentence, pair.language):
        yield Suggested(None, item, "other_language")
    else:
        yield Suggested(judged.model_copy(update={"text": sentence}), item)


def reply_schema() -> str:
    """Return the JSON Schema of a reply: one object for each kind, with the kind's own fields."""
    return _schema_for(tuple(kinds().items()))


@lru_cache(maxsize=1)
def _schema_for(classes: tuple[tuple[str, type[Constraint]], ...]) -> str:
    choices = [_schema_of(name, cls) for name, cls in classes]
    return orjson.dumps(
        {
            "type": "object",
            "properties": {
                "instruction": {"type": "string", "maxLength": 4000},
                "constraints": {"type": "array", "items": {"anyOf": choices}, "maxItems": MOST},
            },
            "required": ["instruction", "constraints"],
            "additionalProperties": False,
        }
    ).decode()


def _schema_of(name: str, cls: type[Constraint]) -> dict[str, Any]:
    properties = {"kind": {"type": "string", "enum": [name]}}
    for field, schema in cls.model_json_schema()["properties"].items():
        if field not in ("kind", "version"):
            properties[field] = _plain(schema)
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the part of a schema that every server knows, with bounded strings and lists."""
    kept = {name: value for name, value in schema.items() if name in _KEPT}
    if "anyOf" in kept:
        kept["anyOf"] = [_plain(one) for one in kept["anyOf"]]
    if "items" in kept:
        kept["items"] = _plain(kept["items"])
    if kept.get("type") == "string" and "enum" not in kept and "const" not in kept:
        kept["maxLength"] = min(kept.get("maxLength", LONGEST), LONGEST)
    if kept.get("type") == "array":
        kept["maxItems"] = 3
    return kept
