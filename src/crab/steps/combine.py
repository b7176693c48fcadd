"""Combine: draw constraints for a prompt and write them around the instruction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from random import Random

from crab.config import Config
from crab.constraints.base import Constraint, Rule
from crab.phrasings import Phrasebook, phrasebook
from crab.randomness import Stream, derived
from crab.records import Dropped, Message, Messages, Sample
from crab.steps.similarity import content_words, rouge_l

__all__ = ["combine"]

_TRIES = 6


def combine(samples: Iterable[Sample | Dropped], config: Config) -> Iterator[Messages | Dropped]:
    """Yield a training example for each sample that has something to state in its language.

    Usually ``config.fewest`` to ``config.most`` constraints are drawn; in a share ``config.spread``
    of the prompts, from one to all. No family takes more than its part, at most ``config.absences``
    are met by what the response leaves out, and no two are about the same thing.
    """
    for sample in samples:
        if isinstance(sample, Dropped):
            yield sample
            continue
        book = phrasebook(sample.language or "")
        if book is None:
            yield _without(sample, f"no_phrasings: nothing is written for {sample.language!r}")
            continue
        rng = Stream(derived(config.seed, sample.id, "combine"))
        spoken = _draw(sample, config, book, rng)
        if not spoken:
            yield _without(sample, "no_constraints: the response meets none worth stating")
            continue
        prompt = book.frame(sample.instruction, [sentence for _, sentence in spoken], rng)
        yield Messages(
            id=sample.id,
            source=sample.source,
            messages=(
                Message(role="user", content=prompt),
                Message(role="assistant", content=sample.response),
            ),
            constraints=tuple(constraint for constraint, _ in spoken),
            language=sample.language,
            license=sample.license,
        )


def _draw(
    sample: Sample, config: Config, book: Phrasebook, rng: Random
) -> list[tuple[Constraint, str]]:
    """Return constraints with the sentences that state them, in the order to state them."""
    language = book.language
    pool = [
        (constraint, checked.selectivity or 0.0)
        for constraint, checked in zip(sample.constraints, sample.checks, strict=True)
        if not isinstance(constraint, Rule) or constraint.said_in(language)
    ]
    if not pool:
        return []
    if rng.random() < config.spread:
        wanted = rng.randint(1, len(pool))
    else:
        wanted = rng.randint(config.fewest, max(config.most, config.fewest))
    pool = _shuffled(pool, rng)
    quota = max(2, -(-wanted * 2 // 5))
    families: Counter[str] = Counter()
    topics: set[str] = set()
    absences = 0
    chosen: list[tuple[Constraint, str, tuple[str, ...]]] = []
    for constraint, _ in pool:
        absent = isinstance(constraint, Rule) and constraint.absence
        if (
            len(chosen) == wanted
            or families[constraint.family] == quota
            or not topics.isdisjoint(constraint.topics())
            or (absent and absences == config.absences)
        ):
            continue
        sentence = _say(constraint, language, [words for _, _, words in chosen], config, rng)
        if sentence is None:
            continue
        chosen.append((constraint, sentence, content_words(sentence, language)))
        families[constraint.family] += 1
        topics |= constraint.topics()
        absences += absent
    rng.shuffle(chosen)
    return [(constraint, sentence) for constraint, sentence, _ in chosen]


def _shuffled(pool: list[tuple[Constraint, float]], rng: Random) -> list[tuple[Constraint, float]]:
    """Return the pool in random order: the more selective and usual a constraint, the earlier."""
    keys = [
        rng.random() ** (1 / (_weight(constraint) * max(1.05 - share, 0.05)))
        for constraint, share in pool
    ]
    order = sorted(range(len(pool)), key=keys.__getitem__, reverse=True)
    return [pool[at] for at in order]


def _weight(constraint: Constraint) -> float:
    """Return how often to state the constraint: what a response leaves out, half as often."""
    absent = isinstance(constraint, Rule) and constraint.absence
    return constraint.weight / 2 if absent else constraint.weight


def _say(
    constraint: Constraint,
    language: str,
    others: list[tuple[str, ...]],
    config: Config,
    rng: Random,
) -> str | None:
    """Return a wording that repeats none of the others, or None where no draw gives one."""
    for _ in range(_TRIES):
        sentence = constraint.describe(rng, language)
        words = content_words(sentence, language)
        if all(rouge_l(words, other) <= config.same for other in others):
            return sentence
    return None


def _without(sample: Sample, reason: str) -> Dropped:
    return Dropped.record(sample, "combine", reason)
