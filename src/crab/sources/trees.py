"""Message trees of OpenAssistant (oasst1, oasst2): a prompt and the best first answer to it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any

from crab.sources.chat import Exchange
from crab.sources.rows import Broken, Row, RowError
from crab.sources.scalars import is_true, number

__all__ = ["gathered", "is_tree", "tree_exchange"]


def is_tree(row: dict[str, Any]) -> bool:
    """True of a line of a ``.trees.jsonl`` export, and of what ``gathered`` makes of messages."""
    prompt = row.get("prompt", "")
    return "message_tree_id" in row and (prompt is None or isinstance(prompt, dict))


def tree_exchange(row: dict[str, Any]) -> Exchange:
    """The prompt of a tree, and the answer to it that people ranked best.

    Raises:
        RowError: The prompt is missing or deleted, or all its answers are.
    """
    prompt = row["prompt"]
    if not isinstance(prompt, dict):
        raise RowError(
            "missing_field: instruction (the tree's messages do not begin with its prompt)"
        )
    if is_true(prompt.get("deleted")):
        raise RowError("missing_field: instruction (the prompt is deleted)")
    best = _best(prompt.get("replies"))
    if best is None:
        raise RowError("missing_field: response (the prompt has no answer that is not deleted)")
    return Exchange(prompt.get("text"), best.get("text"), facts=prompt)


def gathered(rows: Iterable[Row | Broken]) -> Iterator[Row | Broken]:
    """The rows, with the single messages of a tree that follow one another made into one row.

    It stands at the line of the first. Of a tree's messages only the prompt and its best answer so
    far are held; rows that are no messages pass as they are.
    """
    tree: _Tree | None = None
    for row in rows:
        if isinstance(row, Row) and _is_message(row.value):
            if tree is None or not tree.has(row.value):
                if tree is not None:
                    yield tree.row()
                tree = _Tree(row)
            else:
                tree.add(row.value)
            continue
        if tree is not None and isinstance(row, Row):
            yield tree.row()
            tree = None
        yield row
    if tree is not None:
        yield tree.row()


class _Tree:
    """The messages of one tree, as they come."""

    def __init__(self, first: Row) -> None:
        self._first = first
        message: Any = first.value
        self._id = message.get("message_tree_id") or message["message_id"]
        self._prompt = None if message["parent_id"] else message
        self._best: dict[str, Any] | None = None

    def has(self, message: Any) -> bool:
        """True of a message of this tree; one without a parent begins another."""
        return bool(message["parent_id"]) and (message.get("message_tree_id", self._id) == self._id)

    def add(self, message: Any) -> None:
        """Holds the message if it is the best answer to the prompt so far."""
        if self._prompt is not None and message["parent_id"] == self._prompt["message_id"]:
            self._best = _best([self._best, message])

    def row(self) -> Row:
        """The tree as the ``.trees.jsonl`` exports write it."""
        prompt = None if self._prompt is None else {**self._prompt, "replies": [self._best]}
        tree = {"message_tree_id": self._id, "prompt": prompt}
        return Row(self._first.line, tree, self._first.raw)


def _is_message(value: object) -> bool:
    return isinstance(value, dict) and {"message_id", "parent_id", "role", "text"} <= value.keys()


def _best(replies: object) -> dict[str, Any] | None:
    """The answer of the lowest rank, an unranked one last, the first of equals; none deleted."""
    answers = [
        reply
        for reply in (replies if isinstance(replies, list) else [])
        if isinstance(reply, dict)
        and reply.get("role") == "assistant"
        and not is_true(reply.get("deleted"))
    ]
    return min(answers, key=_rank, default=None)


def _rank(reply: dict[str, Any]) -> float:
    rank = number(reply.get("rank"))
    return math.inf if rank is None else rank
