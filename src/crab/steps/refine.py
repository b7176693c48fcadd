"""Refine: a model's wording of an instruction, taken where it keeps all and adds little."""

from __future__ import annotations

import re

from crab import languages
from crab.records import Pair
from crab.steps.leaks import gives_away
from crab.text import Text

__all__ = ["refused"]

_FEWEST_KEPT = 0.7
_PASSAGE_WORDS = 25
_SPACES = re.compile(r"\s+")


def refused(refined: str, pair: Pair, response: Text, most_added: int) -> str | None:
    """Return why a refined instruction cannot take the original's place; None where it can.

    It has to keep every table, piece of code and passage of the original, may add so many words and
    lose few, gives no part of the answer away and stays in its language.
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
    found = languages.agreed(new.string)
    if pair.language and found not in (None, pair.language):
        return f"other_language: {found}"
    return None


def _to_keep(instruction: Text) -> list[str]:
    """Return the parts that an instruction must not lose: tables, code, lists, long passages."""
    parts = [
        instruction.string[block.start : block.end]
        for block in instruction.blocks
        if block.kind in ("table", "code", "html", "quote", "bullet", "numbered")
    ]
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
