"""Select: which records are worth constraints; by default all but the unreadable and repeated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from crab import languages
from crab.config import Config
from crab.records import Dropped, Pair
from crab.steps.seen import Seen
from crab.text import Text

__all__ = ["select"]

_LONGEST = 1_000_000


def select(records: Iterable[Pair | Dropped], config: Config) -> Iterator[Pair | Dropped]:
    """Yield the pairs that are selected, each with its language; the others as ``Dropped``.

    Stops after ``config.limit`` selected pairs.
    """
    selected = 0
    with Seen() as seen:
        for record in records:
            if selected == config.limit:
                return
            if isinstance(record, Dropped):
                yield record
                continue
            reason = _refused(record, config, seen)
            pair = record.model_copy(update={"language": _language(record)})
            if reason is None and config.languages and pair.language not in config.languages:
                reason = f"other_language: {pair.language}"
            if reason is None:
                selected += 1
                yield pair
            else:
                yield Dropped.record(record, "select", reason)


def _refused(pair: Pair, config: Config, seen: Seen) -> str | None:
    """Return why a pair is not selected, or None. Every pair's texts are remembered."""
    repeated = seen.repeated(pair)
    if repeated is not None:
        return f"exact_repeat: of {repeated}"
    if seen.known_id(pair):
        return "duplicate_id: an earlier record has the same id and another text"
    if len(pair.response) > _LONGEST:
        return f"too_long: {len(pair.response)} characters; the most is {_LONGEST}"
    if config.min_words is not None or config.max_words is not None:
        words = len(Text(pair.response).words)
        if words < (config.min_words or 0):
            return f"too_few_words: {words}"
        if config.max_words is not None and words > config.max_words:
            return f"too_many_words: {words}"
    if config.max_instruction_words is not None:
        words = len(Text(pair.instruction).words)
        if words > config.max_instruction_words:
            return f"instruction_too_long: {words} words"
    if config.min_score is not None and pair.score is not None and pair.score < config.min_score:
        return f"score_too_low: {pair.score:g}"
    if config.near_duplicates is not None:
        near = seen.near(pair, config.near_duplicates)
        if near is not None:
            return f"near_duplicate: of {near}"
    return None


def _language(pair: Pair) -> str | None:
    """Return the language that a pair's prompt is to be written in.

    The stated one stands unless two detectors agree that the instruction is in another; where
    none is stated, it is the instruction's, or the response's where the instruction is too short.
    """
    instruction = pair.instruction[:2000]
    found = languages.detect(instruction)
    if found is not None and found == pair.language:
        return found
    if found is not None and len(instruction) >= 20 and languages.agreed(instruction) == found:
        return found
    return pair.language or languages.detect(f"{instruction}\n{pair.response[:2000]}") or found
