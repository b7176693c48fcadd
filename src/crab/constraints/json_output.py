"""JSON output: the response is JSON, if need be of a given JSON Schema."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import orjson
from pydantic import field_validator

from crab.constraints.base import Example, Verdict
from crab.constraints.format import Fixed
from crab.text import Span, Text

if TYPE_CHECKING:
    from jsonschema_rs import Validator

__all__ = ["JsonOutput"]

_JSON_FENCES = ("```json", "```Json", "```JSON", "```")


class JsonOutput(Fixed):
    r"""The response is a JSON object or array and nothing else, bare or in one fenced code block.

    It is JSON as RFC 8259 has it: no comments, no trailing commas, no ``NaN`` and ``Infinity``. A
    bare number, string or ``null`` is no JSON output. With ``json_schema`` it also matches that
    JSON Schema, whose patterns do without look-around and which refers to nothing outside itself.

    >>> JsonOutput().check('```json\n{"tea": "hot"}\n```').reason
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
        breach = None if self.json_schema is None else _breach(self.json_schema, data)
        if breach is not None:
            return Verdict(False, breach, (part,))
        return Verdict(True, f"a JSON {'object' if isinstance(data, dict) else 'array'}", (part,))

    @classmethod
    def likely(cls, text: Text) -> bool:
        """Whether IFEval's check is met too, and something is in it."""
        bare = text.string.strip()
        return bare[:1] in ("{", "[", "`") and bare[-1:] in ("}", "]", "`") and _ifeval_json(bare)


@lru_cache(maxsize=256)
def _validator(schema: str) -> Validator:
    """Return what validates against a schema: patterns in linear time, nothing fetched."""
    from jsonschema_rs import RegexOptions, validator_for  # noqa: PLC0415

    def refuse(uri: str) -> Any:
        raise ValueError(f"{uri} is outside the schema")

    return validator_for(orjson.loads(schema), retriever=refuse, pattern_options=RegexOptions())


def _breach(schema: str, data: Any) -> str | None:
    """Return where the data break the schema, or None."""
    try:
        _validator(schema).validate(data)
    except ValueError as error:
        path = getattr(error, "instance_path", None)
        if path is None:
            return f"JSON that cannot be validated: {error}"
        place = "".join(f"/{step}" for step in path)
        return f"JSON that breaks the schema at {place[:80] or 'the top'}"
    return None


def _json_part(text: Text) -> Span | None:
    """Return where the JSON must stand: the whole text, or what its only block of code holds."""
    string = text.string
    bare = string.strip()
    start = len(string) - len(string.lstrip())
    end = start + len(bare)
    if bare[:3] in ("```", "~~~"):
        if len(text.blocks) != 1 or text.blocks[0].kind != "code":
            return None
        lines = [line for line in text.lines if text[line].strip()]
        closing = text[lines[-1]].strip()
        fence = text.blocks[0].marker
        if len(lines) < 3 or len(closing) < len(fence) or closing.strip(fence[0]):
            return None
        start, end = lines[0][1], lines[-1][0]
    return (start, end) if string[start:end].lstrip()[:1] in ("{", "[") else None


def _ifeval_json(bare: str) -> bool:
    """Whether IFEval takes a text for JSON, with no name given twice and something in it."""
    for fence in _JSON_FENCES:
        bare = bare.removeprefix(fence)
    try:
        data = json.loads(bare.removesuffix("```").strip(), object_pairs_hook=_unique)
    except (ValueError, RecursionError):
        return False
    return bool(data)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found
