"""Style: the family of kinds about how a response is written; what they share.

The kinds that a reader decides are here too.
"""

from __future__ import annotations

from random import Random
from typing import ClassVar, Literal

from crab.constraints.base import Constraint, Example, Judged, Verdict
from crab.constraints.bounds import Bounded, Measure
from crab.text import Span, Text

__all__ = [
    "FEWEST_WORDS",
    "GrammaticalStructure",
    "LiteraryDevice",
    "Present",
    "Style",
    "WritingStyle",
    "absent",
    "counted",
    "holds_code",
    "written",
]

FEWEST_WORDS = 20
"""What a text with fewer words leaves out says nothing of its style."""

_MOST_SPANS = 200


class Style(Constraint):
    """How the response is written, whatever it says."""

    family: ClassVar[str] = "style"
    hint: ClassVar[str] = (
        "How the response is written: its tone and register, literary devices and sentence "
        "patterns; the person it speaks in, contractions, capitals and reading level; its "
        "questions, exclamations, emojis, numbers and quotations. Name only what shows all through "
        "the response or can be pointed at in it."
    )


class Present(Bounded):
    """Bounds on how many there are of a thing that few texts hold.

    They are proposed only where every reading finds one, and "at most" only beside "at least".
    """

    sides: ClassVar[tuple[str, ...]] = ("exactly", "between", "at_least")

    def bounds(self, found: Measure, rng: Random) -> tuple[int | None, int | None]:
        """Return bounds that people would set where the thing is there; else (None, None)."""
        return super().bounds(found, rng) if found.low >= 1 else (None, None)


def absent(text: Text, spans: list[Span], thing: str, things: str) -> Verdict:
    """Return the verdict on what must not occur, with the first places where it does.

    >>> absent(Text("Oh no"), [(0, 2)], "sigh", "sighs")
    Verdict(met=False, reason='1 sigh: Oh', spans=((0, 2),))
    """
    if not spans:
        return Verdict(True, f"no {thing}")
    first = list(dict.fromkeys(text[start, min(end, start + 40)] for start, end in spans[:20]))
    listed = ", ".join(first[:5]) + ", ..." * (len(first) > 5)
    count = f"{len(spans)} {thing if len(spans) == 1 else things}"
    return Verdict(False, f"{count}: {listed}", tuple(spans[:_MOST_SPANS]))


def counted(spans: list[Span], *others: int) -> Measure:
    """Return the measure of things counted one by one, with the first of them as evidence."""
    counts = (len(spans), *others)
    return Measure(len(spans), len(spans), min(counts), max(counts), tuple(spans[:_MOST_SPANS]))


def written(text: Text) -> bool:
    """Return whether enough of the text is prose for what it leaves out to be a choice.

    >>> written(Text("One or two words more. " * 4)), written(Text("Very few words."))
    (True, False)
    """
    return len(text.words) >= FEWEST_WORDS and text.remembered(_mostly_prose)


def _mostly_prose(text: Text) -> bool:
    return 2 * sum(text.words_in(text.prose)) >= len(text.words)


def holds_code(text: Text) -> bool:
    """Return whether the text holds a block of code."""
    return any(block.kind == "code" for block in text.blocks)


class WritingStyle(Style, Judged):
    """The tone, register, genre or voice that the response is written in."""

    hint: ClassVar[str] = (
        "The tone, register, genre or voice that is plain in the whole response, worded as one "
        'demand with a concrete quality: "Write in a warm, informal tone, as if to a friend."'
    )
    example: ClassVar[Example] = Example(
        {"text": "Write in the clipped tone of a ship's log."},
        "0600. Rain. Wind north-west, rising. All hands below.",
        "What a wonderfully cosy and rainy morning we all had together!",
    )

    kind: Literal["writing_style"] = "writing_style"


class LiteraryDevice(Style, Judged):
    """A figure of speech or sound that the response uses, such as a metaphor or alliteration."""

    hint: ClassVar[str] = (
        "A literary device that the response really uses and that can be quoted from it (metaphor, "
        "simile, personification, alliteration, rhetorical question, irony), worded as one demand "
        'that names the device and its subject: "Compare the storm to an animal in a simile."'
    )
    example: ClassVar[Example] = Example(
        {"text": "Describe the rain with a simile."},
        "The rain fell like gravel on the roof.",
        "The rain fell on the roof all day.",
    )

    kind: Literal["literary_device"] = "literary_device"


class GrammaticalStructure(Style, Judged):
    """A grammatical form that the sentences of the response share or that one of them has."""

    hint: ClassVar[str] = (
        "A grammatical form that holds for all the sentences or steps (imperative mood, passive "
        "voice, past or present tense, parallel structure) or for a sentence that can be pointed "
        'at, worded as one demand that says where it holds: "Begin every step with an imperative '
        'verb."'
    )
    example: ClassVar[Example] = Example(
        {"text": "Write every sentence in the past tense."},
        "It rained all day. We stayed in and played cards.",
        "It rains all day. We stay in and play cards.",
    )

    kind: Literal["grammatical_structure"] = "grammatical_structure"
