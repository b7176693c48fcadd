"""Ask: a model proposes constraints for a record, code decides what it can, a judge the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import chain, islice
from typing import Any, NamedTuple, TypeVar

from crab.backends.base import Backend, Reply, Request, Sampling, Usage
from crab.backends.conversing import Talk, converse
from crab.config import Config
from crab.constraints.base import Constraint, Judged, Rule
from crab.constraints.registry import kind_class, kinds
from crab.prompts import prompt
from crab.records import Checked, Dropped, Pair
from crab.steps.calibrate import HEAD, Calibration, planted, trial
from crab.steps.judge import Judgement, Question, decided, questions
from crab.steps.refine import refused
from crab.steps.suggest import decided_by_code, reply_schema, suggestions
from crab.text import Text

__all__ = ["ROUNDS", "Asked", "ask", "calibrated", "proposal"]

T = TypeVar("T")

ROUNDS = 2
"""How often a demand may be judged: as it was proposed, and in better words."""


class Asked(NamedTuple):
    """What a model made of a pair."""

    pair: Pair
    """With the refined instruction, where it can take the original's place."""
    original: str | None
    """The original instruction, where it was refined."""
    constraints: tuple[tuple[Constraint, Checked], ...]
    dropped: tuple[Dropped, ...]


def ask(
    records: Iterable[Pair | Dropped],
    backend: Backend,
    config: Config,
    trusted: bool,
    on_reply: Callable[[Request, Reply], None] | None = None,
    on_asked: Callable[[int, Usage], None] | None = None,
) -> Iterator[Asked | Dropped]:
    """Yield what the model made of each pair, in their order.

    Args:
        records: Selected pairs, and what was dropped.
        backend: The model.
        config: The settings.
        trusted: Whether the model may judge; if not, its judged constraints are dropped.
        on_reply: Called with every reply and its request.
        on_asked: Called with the calls and tokens that each pair took, those from the cache too.
    """
    talks = (_counted(_talk(record, backend.name, config, trusted)) for record in records)
    for result, calls, usage in converse(talks, backend, on_reply):
        if on_asked and calls:
            on_asked(calls, usage)
        yield result


def _counted(talk: Talk[T]) -> Talk[tuple[T, int, Usage]]:
    """Hold a talk; return what it returns with the number of its replies and their tokens."""
    calls, usage = 0, Usage()
    try:
        requests = next(talk)
        while True:
            replies = yield requests
            calls += len(replies)
            for reply in replies:
                usage += reply.usage
            requests = talk.send(replies)
    except StopIteration as end:
        return end.value, calls, usage


def calibrated(
    pairs: Iterable[Pair],
    backend: Backend,
    config: Config,
    on_reply: Callable[[Request, Reply], None] | None = None,
) -> Calibration:
    """Return how the model judges demands whose truth is known, made of the first pairs."""
    demands = enumerate(planted(islice(pairs, HEAD), config.seed))
    trials = (trial(one, number, config.votes, config.prompts) for number, one in demands)
    found = Calibration()
    for one, accepted in converse(trials, backend, on_reply):
        found = found.add(one, accepted)
    return found


def proposal(pair: Pair, config: Config) -> Request:
    """Return the request for constraints on a pair's response."""
    template = prompt("propose", config.prompts)
    return Request(
        id=f"{pair.id}/propose",
        messages=template.turns(
            {"response": pair.response, "instruction": pair.instruction},
            most_added_words=config.added_words,
            **_described(tuple(kinds())),
        ),
        sampling=Sampling(config.temperature, config.top_p, config.max_tokens),
        json_schema=reply_schema(),
        template=template.id,
    )


@lru_cache(maxsize=1)
def _described(names: tuple[str, ...]) -> dict[str, list[dict[str, Any]]]:
    """Return how the kinds of these names, and their families, describe themselves."""
    every = {name: kind_class(name) for name in names}
    families: dict[str, str] = {}
    for cls in every.values():
        base = next(one for one in reversed(cls.__mro__) if "family" in one.__dict__)
        families.setdefault(cls.family, base.__dict__.get("hint", ""))
    return {
        "judged": [
            {"name": name, "hint": cls.hint}
            for name, cls in every.items()
            if issubclass(cls, Judged)
        ],
        "rules": [
            {"name": name, "hint": cls.hint, "fields": ", ".join(_fields(cls)) or "no fields"}
            for name, cls in every.items()
            if issubclass(cls, Rule)
        ],
        "families": [{"name": name, "hint": hint} for name, hint in families.items() if hint],
    }


def _fields(cls: type[Constraint]) -> list[str]:
    return [name for name in cls.model_fields if name not in ("kind", "version")]


def _talk(
    record: Pair | Dropped, origin: str, config: Config, trusted: bool
) -> Talk[Asked | Dropped]:
    if isinstance(record, Dropped):
        return record
    (reply,) = yield (proposal(record, config),)
    if reply.failure is not None:
        return Dropped.record(record, "propose", f"{reply.failure.kind}: {reply.failure.message}")
    text = Text(record.response)
    found = suggestions(reply.text, record, text) if reply.finish == "stop" else None
    if found is None:
        why = "unreadable_reply" if reply.finish == "stop" else "truncated_reply"
        lost = Dropped.constraint(record, "propose", why, Text(reply.text[:2000]).string)
        return Asked(record, None, (), (lost,))
    dropped: list[Dropped] = []
    suggested: list[Constraint] = []
    for item in found.constraints:
        if item.reason:
            dropped.append(Dropped.constraint(record, "propose", item.reason, item.data))
        elif item.constraint is not None:
            suggested.append(item.constraint)
    kept: list[tuple[Constraint, Checked]] = [
        (rule, Checked(origin=origin, met=None, reason="not yet verified"))
        for rule in suggested
        if isinstance(rule, Rule)
    ]
    judged = [one for one in suggested if isinstance(one, Judged)]
    if trusted:
        verdicts = yield from _judged(judged, record, text, config)
    else:
        verdicts = [(one, Judgement(False, "judge_not_trusted")) for one in judged]
    for one, verdict in verdicts:
        if verdict.met:
            spans = verdict.spans
            kept.append((one, Checked(origin=origin, met=True, reason=verdict.reason, spans=spans)))
        else:
            data = one.model_dump(mode="json")
            dropped.append(Dropped.constraint(record, "verify", verdict.reason, data))
    pair, original = _refined(found.instruction, record, text, config, dropped)
    return Asked(pair, original, tuple(kept), tuple(dropped))


def _judged(
    constraints: list[Judged], pair: Pair, text: Text, config: Config
) -> Talk[list[tuple[Judged, Judgement]]]:
    """Ask about every constraint; one that is not met is asked about again in better words."""
    results: list[tuple[Judged, Judgement]] = []
    open_now = list(enumerate(constraints))
    for turn in range(ROUNDS):
        asked = [
            (one, Question(f"{pair.id}/{number}.{turn}", one.text, one.absence))
            for number, one in open_now
        ]
        requests = [
            tuple(questions(question, pair.response, config.votes, config.prompts))
            for _, question in asked
        ]
        if not requests:
            break
        replies = iter((yield tuple(chain.from_iterable(requests))))
        better: list[tuple[int, Judged]] = []
        for (number, one), (_, question), own in zip(open_now, asked, requests, strict=True):
            verdict = decided(question, tuple(islice(replies, len(own))), text)
            reworded = _reworded(one, verdict, pair, text) if turn < ROUNDS - 1 else None
            if reworded is None:
                results.append((one, verdict))
            else:
                better.append((number, reworded))
        open_now = better
    return results


def _reworded(one: Judged, verdict: Judgement, pair: Pair, text: Text) -> Judged | None:
    """Return the constraint in the words that the judge would call true, if they can be used."""
    if verdict.met or verdict.better is None or verdict.better == one.text:
        return None
    item = {"kind": one.kind, "text": verdict.better}
    fine = [found.constraint for found in decided_by_code(item, pair, text)]
    return fine[0] if len(fine) == 1 and isinstance(fine[0], Judged) else None


def _refined(
    refined: str | None, pair: Pair, text: Text, config: Config, dropped: list[Dropped]
) -> tuple[Pair, str | None]:
    """Return the pair with the refined instruction, where it can take the original's place."""
    if refined is None or refined.strip() == pair.instruction.strip():
        return pair, None
    reason = refused(refined, pair, text, config.added_words)
    if reason is not None:
        data = {"kind": "refined_instruction", "text": refined[:2000]}
        dropped.append(Dropped.constraint(pair, "refine", reason, data))
        return pair, None
    return pair.model_copy(update={"instruction": refined.strip()}), pair.instruction
