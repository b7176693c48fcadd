"""Training examples as rows that benchmarks and trainers read, each checked against its answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import orjson
from pydantic import ValidationError

from crab.benchmarks.base import Instruction
from crab.benchmarks.catalogue import SOURCES
from crab.benchmarks.mapping import to_instructions
from crab.benchmarks.reading import rows
from crab.checking import verdict
from crab.constraints.base import Constraint
from crab.errors import UsageError
from crab.records import Dropped, Message, Messages
from crab.sources.rows import Broken
from crab.text import Text

__all__ = ["TARGETS", "Exported", "export", "read_messages"]

TARGETS = (*SOURCES, "open-instruct", "verl")
"""Whose rows are written: a benchmark's prompts, or a trainer's examples."""

_READ = {**{name: name for name in SOURCES}, "open-instruct": "iftrain"}
"""The benchmark whose instructions a target reads. Another one's reward reads crab's own kinds."""


class Exported(NamedTuple):
    """A training example as somebody else's row."""

    row: dict[str, Any]
    """What is written."""
    constraints: tuple[Constraint, ...]
    """What the row's label asks for: instructions of the benchmark, or crab's own constraints."""
    answer: dict[str, Any]
    """The response with ``key`` and ``prompt``, as scorers of benchmarks read it."""


class _Label(NamedTuple):
    constraints: tuple[Constraint, ...]
    left_out: tuple[Dropped, ...]


def read_messages(path: Path) -> Iterator[Messages | Dropped]:
    """Yield the training examples of a file, and what is none.

    Raises:
        SourceError: The file cannot be read.
    """
    for row in rows(path):
        if isinstance(row, Broken):
            yield _unread(path, row.line, row.reason)
            continue
        try:
            yield Messages.model_validate(row.value)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            told = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
            yield _unread(path, row.line, told)


def _unread(path: Path, line: int | None, told: str) -> Dropped:
    return Dropped(
        what="record", step="read", reason=f"no_example: {told}", file=str(path), line=line
    )


def export(examples: Iterable[Messages | Dropped], target: str) -> Iterator[Exported | Dropped]:
    """Yield each example as the row that a target reads, and all that is left out, with the reason.

    A constraint is left out where no instruction asks for it, and where the benchmark's own check
    says that the response does not follow the instruction; an example, where nothing is left. What
    was dropped before is passed on.

    Args:
        examples: What ``crab build`` wrote to ``train.jsonl``.
        target: One of ``TARGETS``.

    Raises:
        UsageError: There is no such target.
        MissingData: A check needs data of nltk that are not installed.
    """
    if target not in TARGETS:
        raise UsageError(f"no target {target!r}; known: {', '.join(TARGETS)}")
    seen: set[str] = set()
    number = 0
    for example in examples:
        if isinstance(example, Dropped):
            yield example
            continue
        *prompt, last = example.messages or (Message(role="", content=""),)
        why = _unfit(prompt, last, target, repeated=example.id in seen)
        seen.add(example.id)
        if why:
            yield _dropped(example, why)
            continue
        label = _label(example, last.content, target)
        yield from label.left_out
        if not label.constraints:
            yield _dropped(example, "nothing_left: no constraint can be exported")
            continue
        answer = {"key": example.id, "prompt": prompt[-1].content, "response": last.content}
        yield Exported(_row(example, prompt, label, number, target), label.constraints, answer)
        number += 1


def _unfit(prompt: list[Message], last: Message, target: str, *, repeated: bool) -> str:
    """Return why an example is no row of a target; nothing where it is one."""
    if last.role != "assistant" or not prompt or prompt[-1].role != "user":
        return "no_response: the last two messages are no prompt and its response"
    if target in SOURCES and len(prompt) > 1:
        return "several_turns: a prompt of a benchmark is one message"
    return "repeated_id: an earlier example has the same id" if repeated else ""


def _label(example: Messages, response: str, target: str) -> _Label:
    """Return what the response is checked to meet, and the constraints that are left out."""
    text, source = Text(response), _READ.get(target)
    kept: list[Constraint] = []
    left_out = []
    for constraint in example.constraints:
        said: tuple[Constraint, ...] = (constraint,)
        why = ""
        if source is not None:
            expressed = to_instructions(said, source)
            said = expressed.instructions
            why = "".join(f"inexpressible: {one.reason}" for one in expressed.inexpressible)
        why = why or _unmet(said, text)
        if why:
            data = constraint.model_dump(mode="json", exclude_none=True)
            left_out.append(_dropped(example, why, data))
        else:
            kept += said
    return _Label(tuple(kept), tuple(left_out))


def _unmet(constraints: tuple[Constraint, ...], text: Text) -> str:
    """Return which of the constraints the text does not meet; nothing where it meets all."""
    for constraint in constraints:
        found = verdict(constraint, text)
        if found.met is None:
            return "judged: only a reader can decide it"
        if not found.met or not text.string.strip():
            return f"not_met: {constraint.kind}: {found.reason}"
    return ""


def _dropped(example: Messages, reason: str, data: Any = None) -> Dropped:
    what = "record" if data is None else "constraint"
    return Dropped(id=example.id, what=what, step="export", reason=reason, data=data)


def _row(
    example: Messages, prompt: list[Message], label: _Label, number: int, target: str
) -> dict[str, Any]:
    turns = [turn.model_dump() for turn in prompt]
    if target == "verl":
        own = [one.model_dump(mode="json", exclude_none=True) for one in label.constraints]
        return {
            "data_source": example.source or "crab",
            "prompt": turns,
            "ability": "if",
            "reward_model": {"style": "rule", "ground_truth": orjson.dumps(own).decode()},
            "extra_info": {"index": number, "id": example.id},
        }
    said = [one for one in label.constraints if isinstance(one, Instruction)]
    ids, kwargs = [one.id for one in said], [one.arguments for one in said]
    if target == "open-instruct":
        # Without null, true and false, JSON text is a Python literal too.
        truth = orjson.dumps([{"instruction_id": ids, "kwargs": kwargs}]).decode()
        return {"key": example.id, "messages": turns, "ground_truth": truth, "dataset": "ifeval"}
    return {
        "key": example.id,
        "prompt": prompt[-1].content,
        "instruction_id_list": ids,
        "kwargs": kwargs,
    }
