"""Prune: drop what says nothing new, restricts nothing, or speaks against the instruction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import inf

from crab.checking import said
from crab.config import Config
from crab.constraints.base import Constraint, Rule
from crab.phrasings import phrasebook
from crab.records import Checked, Dropped, Sample
from crab.steps.reference import Reference
from crab.steps.similarity import content_words, rouge_l

__all__ = ["prune"]

Item = tuple[Constraint, Checked]


def prune(
    samples: Iterable[Sample | Dropped], config: Config, reference: Reference
) -> Iterator[Sample | Dropped]:
    """Yield each sample with the constraints worth stating; the others are dropped before it.

    Dropped is, in this order: what concerns something that the instruction itself speaks of
    (``instruction_asks``); what more than ``config.vacuous`` of the answers in the same language
    meet (``vacuous``); what others imply (``implied``); what says the same as a more selective one:
    ROUGE-L F of the content words above ``config.same`` (``says_the_same``).
    """
    for sample in samples:
        if isinstance(sample, Dropped):
            yield sample
            continue
        items, dropped = _prune(sample, config, reference)
        for (constraint, _), reason in dropped:
            data = constraint.model_dump(mode="json", exclude_none=True)
            yield Dropped.constraint(sample, "prune", reason, data)
        yield sample.model_copy(
            update={
                "constraints": tuple(constraint for constraint, _ in items),
                "checks": tuple(checked for _, checked in items),
            }
        )


def _prune(
    sample: Sample, config: Config, reference: Reference
) -> tuple[list[Item], list[tuple[Item, str]]]:
    asked = _asked(sample.instruction, sample.language)
    kept: list[Item] = []
    dropped: list[tuple[Item, str]] = []
    for constraint, checked in zip(sample.constraints, sample.checks, strict=True):
        share = (
            reference.share(constraint, sample.language) if isinstance(constraint, Rule) else None
        )
        item = (constraint, checked.model_copy(update={"selectivity": share}))
        if constraint.kind in asked:
            dropped.append((item, "instruction_asks"))
        elif share is not None and share > config.vacuous:
            dropped.append((item, f"vacuous: met by {share:.2f} of the answers"))
        else:
            kept.append(item)
    kept = _without_implied(kept, dropped)
    return _without_repeats(kept, dropped, config, sample.language), dropped


def _asked(instruction: str, language: str | None) -> frozenset[str]:
    """Return the kinds that the instruction itself speaks of."""
    book = phrasebook(language or "en") or phrasebook("en")
    return book.mentioned(instruction) if book else frozenset()


def _without_implied(items: list[Item], dropped: list[tuple[Item, str]]) -> list[Item]:
    kept = list(items)
    for item in sorted(items, key=lambda item: -(item[1].selectivity or 0.0)):
        own = item[0].facts() if isinstance(item[0], Rule) else {}
        if not own:
            continue
        others = [one[0] for one in kept if one is not item and isinstance(one[0], Rule)]
        low: dict[str, float] = {}
        high: dict[str, float] = {}
        for other in others:
            for name, (least, most) in other.facts().items():
                low[name] = max(low.get(name, 0), least)
                high[name] = min(high.get(name, inf), most)
        if all(
            name in low and least <= low[name] and high[name] <= most
            for name, (least, most) in own.items()
        ):
            kept = [one for one in kept if one is not item]
            dropped.append((item, "implied"))
    return kept


def _without_repeats(
    items: list[Item], dropped: list[tuple[Item, str]], config: Config, language: str | None
) -> list[Item]:
    kept: list[tuple[Item, tuple[str, ...]]] = []
    for item in sorted(items, key=lambda item: item[1].selectivity or 0.0):
        words = _words(item[0], language)
        if any(
            _comparable(item[0], other[0]) and rouge_l(words, others) > config.same
            for other, others in kept
        ):
            dropped.append((item, "says_the_same"))
        else:
            kept.append((item, words))
    chosen = {id(item) for item, _ in kept}
    return [item for item in items if id(item) in chosen]


def _comparable(first: Constraint, second: Constraint) -> bool:
    """Whether alike words mean a like demand: rules of different kinds measure different things."""
    both_rules = isinstance(first, Rule) and isinstance(second, Rule)
    return not both_rules or first.kind == second.kind


def _words(constraint: Constraint, language: str | None) -> tuple[str, ...]:
    if isinstance(constraint, Rule) and language and constraint.said_in(language):
        return content_words(constraint.describe(language=language), language)
    return content_words(said(constraint), "en")
