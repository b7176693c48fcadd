"""Refine: a model's wording of an instruction, taken where it keeps all and adds little."""

from __future__ import annotations

import re

from crab import claims, languages
from crab.claim_patterns import NUMBERS
from crab.records import Pair
from crab.steps.leaks import gives_away
from crab.text import Text

__all__ = ["refused"]

_FEWEST_KEPT = 0.7
_PASSAGE_WORDS = 25
_SPACES = re.compile(r"\s+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_QUOTED = re.compile(r"\"[^\"]+\"|“[^”]+”|«[^»]+»|「[^」]+」")


def refused(refined: str, pair: Pair, response: Text, most_added: int) -> str | None:
    """Return why a refined instruction cannot take the original's place; None where it can.

    It has to keep every table, piece of code, passage, quotation and number of the original, may
    add so many words and lose few, gives no part of the answer away, stays in its language and asks
    for nothing new that code could decide and that the response does not meet.
    """
    original, new = Text(pair.instruction), Text(refined.strip())
    if not new.string:
        return "empty"
    added = len(new.words) - len(original.words)
    if added > most_added:
        return f"too_many_words: {added} more"
    if len(new.words) < _FEWEST_KEPT * len(original.words):
        return f"too_few_words: {-added} fewer"
    flat = _SPACES.sub(" ", new.string)
    for part in _to_keep(original):
        if _SPACES.sub(" ", part).strip() not in flat:
            return f"input_lost: {part.strip()[:60]!r}"
    leak = gives_away(new.string, pair.instruction, response)
    if leak:
        return f"gives_away: {leak}"
    if pair.language and languages.is_other(new.string, pair.language):
        return "other_language"
    return _unmet(new, original, response)


def _unmet(new: Text, original: Text, response: Text) -> str | None:
    """Return what a new sentence asks for that the response does not meet, or may not meet."""
    before = [claims.read(original[span]) for span in original.sentences]
    known = {rule for said in before for rule in said.rules}
    doubtful = any(said.doubtful for said in before)
    numbers = _numbers(original.string)
    for sentence in (new[span] for span in new.sentences):
        if sentence in original.string:
            continue
        said = claims.read(sentence)
        if said.doubtful and not (doubtful and numbers >= _numbers(sentence)):
            return f"countable: {sentence[:60]!r}"
        for rule in said.rules:
            if rule not in known and rule.fitted(response) != rule:
                return f"not_met: {rule.describe()}"
    return None


def _numbers(text: str) -> set[str]:
    words = re.findall(r"[^\W\d_]+", text.lower())
    return {*_NUMBER.findall(text), *(word for word in words if word in NUMBERS)}


def _to_keep(instruction: Text) -> list[str]:
    """Return the parts that an instruction must not lose: tables, code, lists, long passages."""
    parts = [
        instruction.string[block.start : block.end]
        for block in instruction.blocks
        if block.kind in ("table", "code", "html", "quote", "bullet", "numbered")
    ]
    parts += _QUOTED.findall(instruction.string) + _NUMBER.findall(instruction.string)
    paragraphs = instruction.paragraphs
    if len(paragraphs) > 1:
        counts = instruction.words_in(paragraphs)
        parts += [
            instruction[span]
            for span, count in zip(paragraphs, counts, strict=True)
            if count >= _PASSAGE_WORDS
        ]
        parts += [instruction[span] for span in paragraphs[1:]]
    return parts
