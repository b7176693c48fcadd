"""Decoding that keeps a JSON Schema: of each next token, only those that the schema still allows.

The work is llguidance's. White space between the parts of the JSON is one blank or none, since a
model that may write any amount of it can go on forever.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from crab.backends.devices import needed

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["SchemaDecoder", "SchemaRefused", "SchemaState"]

_LAYOUT = {"whitespace_pattern": "[ ]?"}


class SchemaRefused(ValueError):
    """No text can be held to this schema."""


class SchemaState:
    """Where one reply stands within its schema."""

    def __init__(self, matcher: Any) -> None:
        self._matcher = matcher

    def copy(self) -> SchemaState:
        """Return a state that goes on from here by itself."""
        return SchemaState(self._matcher.deep_copy())

    def restrict(self, scores: Tensor) -> None:
        """Set the scores of the tokens that may not come next to minus infinity, in place.

        Raises:
            SchemaRefused: The schema turned out to be too much for llguidance.
        """
        torch = needed("torch")
        bits = np.frombuffer(self._matcher.compute_bitmask(), np.uint8)
        self._check()
        allowed = np.zeros(max(len(scores), 8 * len(bits)), bool)
        allowed[: 8 * len(bits)] = np.unpackbits(bits, bitorder="little")
        forbidden = torch.from_numpy(~allowed[: len(scores)])
        scores.masked_fill_(forbidden.to(scores.device), float("-inf"))

    def advance(self, token: int) -> bool:
        """Go on by a token, and return whether the JSON is complete, so that nothing may follow.

        Raises:
            SchemaRefused: The token is not allowed, or the schema is too much for llguidance.
        """
        self._matcher.consume_token(token)
        self._check()
        return bool(self._matcher.is_stopped())

    def _check(self) -> None:
        if self._matcher.is_error():
            raise SchemaRefused(self._matcher.get_error())


class SchemaDecoder:
    """Makes the states in which replies begin, for a tokenizer of transformers."""

    def __init__(self, tokenizer: Any, ends: Iterable[int]) -> None:
        self._guidance = needed("llguidance")
        try:
            self._tokens = needed("llguidance.hf").from_tokenizer(tokenizer, eos_token=[*ends])
        except ValueError as error:
            raise SchemaRefused(f"the tokenizer does not serve llguidance: {error}") from error

    def start(self, schema: str) -> SchemaState:
        """Return the state at the beginning of a reply.

        Raises:
            SchemaRefused: The schema is no JSON Schema, cannot be met, or uses what llguidance
                does not implement.
        """
        matcher_of = self._guidance.LLMatcher
        try:
            grammar = matcher_of.grammar_from_json_schema(schema, overrides=_LAYOUT)
        except ValueError as error:
            raise SchemaRefused(str(error)) from None
        matcher = matcher_of(self._tokens, grammar, log_level=0)
        if matcher.is_error():
            raise SchemaRefused(matcher.get_error())
        return SchemaState(matcher)
