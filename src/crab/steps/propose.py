"""Propose: every pair becomes a sample with the rules that its response seems to meet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from crab.config import Config
from crab.proposing import proposals, rule_classes
from crab.randomness import derived
from crab.records import Checked, Dropped, Pair, Sample
from crab.text import Text

__all__ = ["propose"]


def propose(records: Iterable[Pair | Dropped], config: Config) -> Iterator[Sample | Dropped]:
    """Yield a sample for each pair; its constraints are not yet verified."""
    classes = rule_classes(config.kinds)
    for record in records:
        if isinstance(record, Dropped):
            yield record
            continue
        rules = []
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
        yield Sample(
            **{name: getattr(record, name) for name in Pair.model_fields},
            constraints=tuple(rules),
            checks=tuple(
                Checked(origin="rule", met=None, reason="not yet verified") for _ in rules
            ),
        )
