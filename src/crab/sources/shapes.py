"""The shapes in which data sets keep a pair, recognised row by row by the fields they have."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from crab.sources.chat import Exchange, first_exchange
from crab.sources.mapping import fields
from crab.sources.rows import RowError, decode, well_formed
from crab.sources.scalars import is_blank, number
from crab.sources.trees import is_tree, tree_exchange

__all__ = ["FIELDS", "exchange_of"]

_INSTRUCTIONS = ("instruction", "prompt", "question", "query")
_RESPONSES = ("output", "response", "completion", "answer")
_INPUTS = ("input", "context")
_SYSTEMS = ("system", "system_prompt")
_CHATS = ("messages", "conversations", "conversation")

FIELDS = frozenset(
    (*_INSTRUCTIONS, *_INPUTS, *_RESPONSES, *_CHATS, "user_input", "text", "message_id")
)
"""The fields by which rows are recognised, and so the header of a table."""


def exchange_of(row: dict[str, Any]) -> Exchange:
    """What a row holds as asked and answered.

    >>> exchange_of({"question": "Why?", "answer": "So."})[:2]
    ('Why?', 'So.')

    Raises:
        RowError: The row has none of the shapes, or has one only in part.
    """
    for shape in (_tree, _chat, _comparison, _plain):
        if (exchange := shape(row)) is not None:
            return exchange
    raise RowError(f"unknown_shape: {fields(row)}")


def _tree(row: dict[str, Any]) -> Exchange | None:
    """Oasst: ``message_tree_id`` and ``prompt`` with its ``replies``."""
    return tree_exchange(row) if is_tree(row) else None


def _chat(row: dict[str, Any]) -> Exchange | None:
    """OpenAI ``messages``, ShareGPT ``conversations`` (WizardLM), Orca-Chat ``conversation``."""
    name = _first(row, _CHATS)
    turns = _turns(row[name]) if name else None
    if name is None or turns is None:
        return None
    system = _value(row, _SYSTEMS)
    if turns and isinstance(turns[0], dict) and "input" in turns[0]:
        first = turns[0]
        leading = row.get("instruction") if system is None else system
        return Exchange(first["input"], first.get("output"), system=leading)
    exchange = first_exchange(turns, name)
    return exchange if exchange.system is not None else exchange._replace(system=system)


def _comparison(row: dict[str, Any]) -> Exchange | None:
    """GPT-4-LLM: ``user_input`` with scored responses, or with the better ``completion_a``."""
    if row.get("user_input") is None:
        return None
    scored = row.get("responses_and_scores")
    if isinstance(scored, list):
        answers = [answer for answer in scored if isinstance(answer, dict)]
        best = max(answers, key=_score, default={})
        return Exchange(row["user_input"], best.get("response"), facts={"score": best.get("score")})
    answer = row.get("completion_a")
    return None if answer is None else Exchange(row["user_input"], answer)


def _plain(row: dict[str, Any]) -> Exchange | None:
    """Alpaca's ``instruction``, ``input`` and ``output``, and their plain synonyms."""
    asked, answered = _first(row, _INSTRUCTIONS) or _first(row, ["input"]), _first(row, _RESPONSES)
    if asked is None and answered is None:
        return None
    if asked is None or answered is None:
        missing = "response" if answered is None else "instruction"
        raise RowError(f"missing_field: {missing} ({fields(row)})")
    question, answer = row[asked], row[answered]
    if isinstance(question, list):  # TRL: a chat as prompt, a chat or a text as completion
        turns = answer if isinstance(answer, list) else [{"role": "assistant", "content": answer}]
        return first_exchange([*question, *turns], asked)
    system = _value(row, _SYSTEMS)
    history = row.get("history")
    if isinstance(history, list) and history:  # LLaMA-Factory, Swift: the turns before this one
        first = history[0]
        if not isinstance(first, list) or len(first) != 2:
            raise RowError("unknown_shape: history is not a list of pairs")
        return Exchange(first[0], first[1], system=system)
    passage = _value(row, [name for name in _INPUTS if name != asked])
    return Exchange(question, answer, input=passage, system=system)


def _first(row: dict[str, Any], names: Iterable[str]) -> str | None:
    """The first of the fields that is not blank, or else the first that is there."""
    there = [name for name in names if row.get(name) is not None]
    return next((name for name in there if not is_blank(row[name])), there[0] if there else None)


def _value(row: dict[str, Any], names: Iterable[str]) -> object:
    name = _first(row, names)
    return None if name is None else row[name]


def _turns(value: object) -> list[Any] | None:
    """The turns of a chat; in tables they are often JSON text."""
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            value = decode(well_formed(value).encode())
        except RowError:
            return None
    return value if isinstance(value, list) else None


def _score(answer: dict[str, Any]) -> float:
    score = number(answer.get("score"))
    return -math.inf if score is None else score
