"""What one server takes and what it does not, found out from what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from crab.backends.answers import Answer
from crab.backends.base import Request
from crab.backends.reading import keeps_schema

__all__ = ["Dialect"]

_FORMATS = ("json_schema", "json_object", "none")
_RENAMED = {"max_tokens": "max_completion_tokens"}
_OPTIONAL = frozenset({"temperature", "top_p", "max_tokens", "max_completion_tokens", "seed"})


class Dialect:
    """How to ask one server: which way of structured output it keeps, which parameters it takes.

    The best way is tried first. A server that refuses it, or answers 200 and ignores it, is asked
    in the next best one from then on; the last is the prompt alone.
    """

    def __init__(self, model: str, extra: Mapping[str, Any]) -> None:
        self._model = model
        self._extra = extra
        self._format = 0
        self._renamed: dict[str, str] = {}
        self._unwanted: set[str] = set()
        self.way = 0
        """How often the way of asking has changed."""
        self.settled = False
        """Whether the way of structured output is known."""

    @property
    def format(self) -> str:
        """The way of structured output: ``json_schema``, ``json_object`` or ``none``."""
        return _FORMATS[self._format]

    def payload(self, request: Request) -> bytes:
        """Return the body that asks for a reply."""
        sampling = request.sampling
        fields: dict[str, Any] = {
            "model": self._model,
            "messages": [turn._asdict() for turn in request.messages],
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            "max_tokens": sampling.max_tokens,
        }
        if sampling.seed is not None:
            fields["seed"] = sampling.seed
        if request.json_schema and self.format == "json_object":
            fields["response_format"] = {"type": "json_object"}
        elif request.json_schema and self.format == "json_schema":
            schema = {"name": "reply", "strict": True, "schema": orjson.loads(request.json_schema)}
            fields["response_format"] = {"type": "json_schema", "json_schema": schema}
        taken = {
            self._renamed.get(name, name): value
            for name, value in fields.items()
            if not {name, self._renamed.get(name, name)} & self._unwanted
        }
        return orjson.dumps(taken | dict(self._extra))

    def learn(self, request: Request, answer: Answer) -> None:
        """Find out from a whole answer whether the server kept to the format."""
        if self.settled or answer.verdict != "answered" or answer.finish != "stop":
            return
        asked = '{"type":"object"}' if self.format == "json_object" else request.json_schema
        kept = keeps_schema(answer.text, asked or "{}")
        if not kept:
            self._format += 1
            self.way += 1
        self.settled = kept or self.format == "none"

    def gives_way(self, answer: Answer, way: int) -> bool:
        """Stop asking for what the server does not take; return whether asking again may do.

        Args:
            answer: What the server said.
            way: The ``way`` in which it was asked; where that is no longer the present one, another
                answer has changed it, and this one changes nothing.
        """
        if answer.verdict not in ("format", "parameter"):
            return False
        if way != self.way:
            return True
        if answer.verdict == "format":
            if self.format == "none":
                return False
            self._format += 1
            self.way += 1
            self.settled = self.format == "none"
            return True
        unwanted = answer.parameter
        if unwanted not in _OPTIONAL - self._unwanted:
            return False
        self.way += 1
        if unwanted in _RENAMED and unwanted not in self._renamed:
            self._renamed[unwanted] = _RENAMED[unwanted]
        else:
            self._unwanted.add(unwanted)
        return True
