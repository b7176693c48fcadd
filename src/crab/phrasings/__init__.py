"""How each kind is said, in each language: a TOML file for each language, read once.

A section ``[kind]`` (or ``[kind.variant]``) holds ``say``, a list of templates, the plainest first,
and ``noun``, the forms of what is counted. In a template

``{count}``          is the bounds with their noun: "between 3 and 5 sentences";
``{field}``          is a field of the constraint; ``{field:quoted}`` in quotation marks,
                     a list as ``"a", "b" and "c"``; ``{field:quoted_or}`` with "or";
``{field:names}``    is the field's value looked up in the file's table ``[names]``;
``{field:noun}``     is a number with its noun.

Values are put in once and never read as templates themselves.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from importlib.resources import files
from random import Random
from typing import Any

__all__ = ["Entry", "Phrasebook", "languages", "phrasebook"]

Entry = Mapping[str, Any]
"""What a language says of one kind: ``say``, and ``noun`` where it counts."""

_FORMS = ("prose", "prose", "-", "-", "*", "numbered", "numbered")
_FIELD = re.compile(r"\{(\w+)(?::(\w+))?\}")


class Phrasebook:
    """One language's templates, bounds, names and frames."""

    def __init__(self, language: str, data: Mapping[str, Any]) -> None:
        self.language = language
        self._data = data

    def section(self, *names: str) -> Mapping[str, Any] | None:
        """Return the table at ``names``, or None."""
        data: Any = self._data
        for name in names:
            data = data.get(name) if isinstance(data, Mapping) else None
        return data if isinstance(data, Mapping) else None

    def entry(self, kind: str, variant: str) -> Entry | None:
        """Return what is said of a kind in one of its variants, or None."""
        found = self.section("kinds", kind, variant) if variant else self.section("kinds", kind)
        return found if found is not None and "say" in found else None

    def say(self, entry: Entry, fields: Mapping[str, Any], rng: Random | None) -> str:
        """Return one of the entry's templates with its fields put in; the plainest without rng."""
        template = rng.choice(entry["say"]) if rng else entry["say"][0]
        noun = entry.get("noun", [""])

        def put(match: re.Match[str]) -> str:
            name, style = match.groups()
            if name == "count":
                return self._count(fields, noun, rng)
            return self._value(fields[name], style, noun)

        return _FIELD.sub(put, template)

    def mentioned(self, instruction: str) -> frozenset[str]:
        """Return the kinds that an instruction itself speaks of, by the file's ``[[mentions]]``."""
        found: set[str] = set()
        for pattern, kinds in self._mentions:
            if pattern.search(instruction):
                found |= kinds
        return frozenset(found)

    @cached_property
    def _mentions(self) -> list[tuple[Any, frozenset[str]]]:
        import re2  # noqa: PLC0415 - kept off the import path

        return [
            (re2.compile(f"(?i){rule['pattern']}"), frozenset(rule["kinds"]))
            for rule in self._data.get("mentions", ())
        ]

    def frame(self, instruction: str, sentences: Sequence[str], rng: Random) -> str:
        """Return a prompt: the instruction with the sentences after or before it.

        The sentences stand as running text, as a list or numbered. Nothing in the instruction is
        read as a template.
        """
        frames = self._data["frames"]
        form = rng.choice(_FORMS) if len(sentences) > 1 else "prose"
        first = rng.random() < 0.2
        lead = rng.choice(frames["before" if first else "after"])
        if form == "prose":
            block = self._data["style"]["space"].join(sentences)
            if first or rng.random() < 0.5:
                block = f"{lead}{frames['lead_space']}{block}"
        elif form == "numbered":
            block = "\n".join([lead, *(f"{n}. {item}" for n, item in enumerate(sentences, 1))])
        else:
            block = "\n".join([lead, *(f"{form} {item}" for item in sentences)])
        if first:
            return f"{block}\n\n{rng.choice(frames['task'])}\n{instruction}"
        return f"{instruction.rstrip()}\n\n{block}"

    def _count(self, fields: Mapping[str, Any], noun: Sequence[str], rng: Random | None) -> str:
        low, high = fields["at_least"], fields["at_most"]
        bounds = self._data["bounds"]
        if high == 0:
            form, number = "none", 0
        elif low == high:
            form, number = "exactly", low
        elif low is None or high is None:
            form, number = ("at_most", high) if low is None else ("at_least", low)
        else:
            form, number = "between", high
        template = rng.choice(bounds[form]) if rng else bounds[form][0]
        values = {"low": low, "high": high, "n": number, "noun": self._noun(number, noun)}
        return _FIELD.sub(lambda match: str(values[match.group(1)]), template)

    def _noun(self, number: int, noun: Sequence[str]) -> str:
        return noun[0] if number == 1 else noun[-1]

    def _value(self, value: Any, style: str | None, noun: Sequence[str]) -> str:
        if style == "noun":
            return f"{value} {self._noun(value, noun)}"
        if style == "names":
            return str(self._data["names"].get(str(value), value))
        if style in ("quoted", "quoted_or"):
            opening, closing = self._data["style"]["quotes"]
            items = [value] if isinstance(value, str) else list(value)
            last = "or" if style == "quoted_or" else "and"
            return self._listed([f"{opening}{item}{closing}" for item in items], last)
        return str(value)

    def _listed(self, items: Sequence[str], last: str) -> str:
        style = self._data["style"]
        if len(items) < 2:
            return "".join(items)
        return str(style["comma"].join(items[:-1]) + style[last] + items[-1])


@cache
def phrasebook(language: str) -> Phrasebook | None:
    """Return the phrasebook of an ISO 639-1 language, or None where there is none."""
    if language not in languages():
        return None
    text = files(__name__).joinpath(f"{language}.toml").read_text("utf-8")
    return Phrasebook(language, tomllib.loads(text))


@cache
def languages() -> tuple[str, ...]:
    """Return the codes of the languages that have a phrasebook."""
    names = [file.name for file in files(__name__).iterdir()]
    return tuple(sorted(name[:-5] for name in names if name.endswith(".toml")))
