"""Propose: every pair becomes a sample with the rules that its response seems to meet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from crab.config import Config
from crab.constraints.base import Constraint, Rule
from crab.proposing import proposals, rule_classes
from crab.randomness import derived
from crab.records import Checked, Dropped, Pair, Sample
from crab.steps.ask import Asked
from crab.text import Text

__all__ = ["propose"]

_LATER = "not yet verified"


def propose(
    records: Iterable[Pair | Asked | Dropped], config: Config
) -> Iterator[Sample | Dropped]:
    """Yield a sample for each pair; its rules are not yet verified.

    What a model proposed for a pair stands beside what its response shows.
    """
    classes = rule_classes(config.kinds)
    for one in records:
        if isinstance(one, Dropped):
            yield one
            continue
        asked = one if isinstance(one, Asked) else Asked(one, None, (), ())
        yield from asked.dropped
        record = asked.pair
        rules: list[Rule] = []
        seed = derived(config.seed, record.id)
        for cls, outcome in proposals(Text(record.response), seed, classes):
            if isinstance(outcome, Exception):
                kind = cls.model_fields["kind"].default
                failure = (
                    f"{cls.__module__}.{cls.__qualname__}: {type(outcome).__name__}: {outcome}"
                )
                reason = f"propose_failed: {failure}"
                yield Dropped.constraint(record, "propose", reason, {"kind": kind})
            else:
                rules.append(outcome)
        known = set(rules)
        found: list[tuple[Constraint, Checked]] = [
            (rule, Checked(origin="rule", met=None, reason=_LATER)) for rule in rules
        ]
        found += [(one, checked) for one, checked in asked.constraints if one not in known]
        yield Sample(
            **{name: getattr(record, name) for name in Pair.model_fields},
            original=asked.original,
            constraints=tuple(constraint for constraint, _ in found),
            checks=tuple(checked for _, checked in found),
        )
