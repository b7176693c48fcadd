"""Verify: only what the response of the final record meets goes on, read back as it is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from random import Random
from typing import Any

from pydantic import ValidationError

from crab.checking import verdict
from crab.constraints.base import Constraint, Judged, Rule, Verdict
from crab.constraints.registry import kind_class
from crab.errors import CrabError
from crab.phrasings import languages
from crab.records import Checked, Dropped, Sample
from crab.text import Text

__all__ = ["verify"]

_MOST_SPANS = 100
_DRAWS = 24
"""As many as draw every phrasing of a plug-in, nearly for sure."""


def verify(samples: Iterable[Sample | Dropped]) -> Iterator[Sample | Dropped]:
    """Yield each sample with the constraints that hold; what does not hold is dropped before it.

    Every constraint is written to JSON, read back and checked on the response afresh: what ships is
    what was checked. What only a reader can decide needs a judge's verdict that it is met.
    """
    for sample in samples:
        if isinstance(sample, Dropped):
            yield sample
            continue
        text = Text(sample.response)
        kept: list[tuple[Constraint, Checked]] = []
        for constraint, checked in zip(sample.constraints, sample.checks, strict=True):
            found, reason = _verify(constraint, checked, text)
            if found.met is True and not reason:
                spans = found.spans[:_MOST_SPANS]
                kept.append(
                    (
                        constraint,
                        Checked(origin=checked.origin, met=True, reason=found.reason, spans=spans),
                    )
                )
            else:
                reason = reason or f"not_met: {found.reason}"
                yield Dropped.constraint(sample, "verify", reason, _data(constraint))
        yield sample.model_copy(
            update={
                "constraints": tuple(constraint for constraint, _ in kept),
                "checks": tuple(checked for _, checked in kept),
            }
        )


def _verify(constraint: Constraint, checked: Checked, text: Text) -> tuple[Verdict, str]:
    """Return the verdict on the constraint as it reads back, and why it cannot count, if so.

    The verdict on what only a reader can decide is the one that a judge gave.
    """
    try:
        again = kind_class(constraint.kind).model_validate_json(
            constraint.model_dump_json(exclude_none=True)
        )
    except (ValidationError, CrabError) as error:
        return Verdict(None, ""), f"not_readable: {error}"
    except Exception as error:
        return Verdict(None, ""), f"not_readable: {type(error).__name__}: {error}"
    try:
        if not type(constraint).__module__.startswith("crab."):
            _use(constraint)
    except Exception as error:
        return Verdict(None, ""), f"broken: {type(error).__name__}: {error}"
    if again != constraint:
        return Verdict(None, ""), "not_readable: it reads back as another constraint"
    if isinstance(again, Judged):
        return Verdict(checked.met, checked.reason, checked.spans), ""
    return verdict(again, text), ""


def _use(constraint: Constraint) -> None:
    """Ask for everything that later steps ask for, so that a plug-in breaks here or nowhere."""
    hash(constraint)
    _sure(constraint == constraint.model_copy(), "it does not equal its copy")
    _sure(constraint.weight > 0, f"its weight is {constraint.weight}")
    _sure(_words(constraint.topics()), "topics() returns no frozenset of strings")
    if isinstance(constraint, Rule):
        facts = constraint.facts().items()
        sound = all(low <= high and bool(str(name)) for name, (low, high) in facts)
        _sure(sound, "facts() returns something else than intervals by name")
        parts = constraint.conjuncts()
        _sure(bool(parts) and all(isinstance(part, Rule) for part in parts), "bad conjuncts()")
        _sure(_words(constraint.required_words()), "required_words() returns no frozenset")
        _sure(_words(constraint.barred_words()), "barred_words() returns no frozenset")
    for language in languages():
        if not isinstance(constraint, Rule) or constraint.said_in(language):
            for seed in range(_DRAWS):
                said = constraint.describe(Random(seed), language)
                _sure(bool(str.strip(said)), "describe() returns no text")


def _words(found: object) -> bool:
    return isinstance(found, frozenset) and all(isinstance(word, str) for word in found)


def _sure(holds: bool, broken: str) -> None:
    if not holds:
        raise TypeError(broken)


def _data(constraint: Constraint) -> dict[str, Any]:
    try:
        return constraint.model_dump(mode="json", exclude_none=True)
    except Exception:
        return {"kind": constraint.kind}
