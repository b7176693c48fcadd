"""Chats: the first thing a user asks, and the answer that follows it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from crab.sources.rows import RowError

__all__ = ["Exchange", "first_exchange"]

_USER = {"user", "human", "prompter"}
_ASSISTANT = {"assistant", "gpt", "chatgpt", "bot", "bard", "bing", "model"}
_SYSTEM = {"system", "developer"}


class Exchange(NamedTuple):
    """What was asked and answered, as it was found: not yet known to be text."""

    instruction: object
    response: object
    input: object = None
    """The passage that the instruction is about."""
    system: object = None
    """The system message that led the exchange."""
    facts: Mapping[str, object] = MappingProxyType({})
    """What is known of the exchange beside the fields of its row: an id, a score …"""


def first_exchange(turns: list[Any], name: str) -> Exchange:
    """The first user turn of a chat and the assistant turn right after it.

    >>> turns = [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Ho"}]
    >>> first_exchange(turns, "conversations")[:2]
    ('Hi', 'Ho')

    Raises:
        RowError: There are no such turns; ``name`` is the field in which the chat stands.
    """
    if not all(isinstance(turn, dict) for turn in turns):
        raise RowError(f"unknown_shape: a turn of {name} is not an object")
    roles = [_role(turn.get("role") or turn.get("from")) for turn in turns]
    asked = next((index for index, role in enumerate(roles) if role in _USER), None)
    if asked is None:
        raise RowError(f"missing_field: instruction ({name} has no user turn)")
    if not set(roles[asked + 1 : asked + 2]) & _ASSISTANT:
        raise RowError(
            f"missing_field: response (in {name}, no answer follows the first user turn)"
        )
    led = next((index for index, role in enumerate(roles[:asked]) if role in _SYSTEM), None)
    return Exchange(
        instruction=_content(turns[asked], name),
        response=_content(turns[asked + 1], name),
        system=None if led is None else _content(turns[led], name),
    )


def _role(name: object) -> str:
    return name.strip().lower() if isinstance(name, str) else ""


def _content(turn: dict[str, Any], name: str) -> object:
    content = next(
        (turn[key] for key in ("content", "value", "text") if turn.get(key) is not None), None
    )
    if not isinstance(content, list):
        return content
    texts: list[Any] = [part.get("text") if isinstance(part, dict) else part for part in content]
    if not all(isinstance(text, str) for text in texts):
        raise RowError(f"not_text: a turn of {name} has parts that are not text")
    return "".join(texts)
