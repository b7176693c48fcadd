"""Content: what the response says, leaves out, to whom and in which order; a reader decides it."""

from __future__ import annotations

from typing import ClassVar, Literal

from crab.constraints.base import Constraint, Example, Judged

__all__ = [
    "Audience",
    "Circumstance",
    "Content",
    "Exclusion",
    "OrderOfParts",
    "OutputFormat",
    "SemanticElement",
]


class Content(Constraint):
    """What the response says and leaves out, for whom, in which situation, order and form."""

    family: ClassVar[str] = "content"
    hint: ClassVar[str] = (
        "What the response says: a subject, fact, example or angle that it must bring in or leave "
        "out, the readers it is for, the situation it is set in, the order of its parts, the form "
        "it comes in. Ask for what makes this response differ from other good answers, without "
        "giving its content away."
    )


class SemanticElement(Content, Judged):
    """A subject, argument, example, emotion or piece of information that the response brings in."""

    hint: ClassVar[str] = (
        "A subject, argument, example, emotion or piece of information that the response really "
        "brings in and that its task does not already ask for, worded as one demand that names the "
        'element without quoting it: "Mention one risk and how to avoid it."'
    )
    example: ClassVar[Example] = Example(
        {"text": "Give one example from everyday life."},
        "Evaporation cools: that is why a wet shirt feels cold on a windy day.",
        "Evaporation cools, because the fastest molecules leave the liquid first.",
    )

    kind: Literal["semantic_element"] = "semantic_element"


class Audience(Content, Judged):
    """The readers that the response is written for, with what they know and need."""

    hint: ClassVar[str] = (
        "The readers for whom the response is plainly written, shown by what it explains or takes "
        "for granted or by how it addresses them, worded as one demand that names them: "
        '"Explain it to a ten-year-old who has never seen snow."'
    )
    example: ClassVar[Example] = Example(
        {"text": "Explain it to a child of six."},
        "A cloud is made of tiny drops of water, like the steam over your bath.",
        "Clouds form where adiabatic cooling brings moist air to saturation.",
    )

    kind: Literal["audience"] = "audience"


class Exclusion(Content, Judged):
    """Something that the response must not contain: a subject, a claim, advice, an ending."""

    absence: ClassVar[bool] = True
    hint: ClassVar[str] = (
        "Something that other answers to the same task would contain and that this response leaves "
        "out from beginning to end (a subject, a disclaimer, advice, technical terms, an "
        "introduction), worded as one prohibition that a reader can check: "
        '"Do not mention prices." Never a single word or a punctuation mark.'
    )
    example: ClassVar[Example] = Example(
        {"text": "Do not give any advice."},
        "The storm reached the coast at noon and passed by evening.",
        "The storm reaches the coast at noon; stay indoors until evening.",
    )

    kind: Literal["exclusion"] = "exclusion"


class OrderOfParts(Content, Judged):
    """The order in which the response brings its parts, or how they are nested and ranked."""

    hint: ClassVar[str] = (
        "The order, ranking or nesting that the parts of the response really follow (causes before "
        "effects, most important first, steps in time, general to particular), worded as one "
        'demand that names the parts in their order: "State the conclusion first, then why."'
    )
    example: ClassVar[Example] = Example(
        {"text": "State the conclusion first, then the reason."},
        "Take an umbrella. The clouds are low and dark.",
        "The clouds are low and dark. So take an umbrella.",
    )

    kind: Literal["order_of_parts"] = "order_of_parts"


class OutputFormat(Content, Judged):
    """The kind of document that the response is, with the parts that such a document has."""

    hint: ClassVar[str] = (
        "The kind of document that the response is and the parts that make it one (a letter with "
        "salutation and signature, a dialogue, a recipe, a questions-and-answers page), worded as "
        'one demand: "Write it as an e-mail with a subject line and a closing." Nothing that '
        "counts words, lines, headings or list items."
    )
    example: ClassVar[Example] = Example(
        {"text": "Write it as a dialogue between two speakers."},
        "Ann: Is it raining?\nBen: It has been raining since noon.",
        "Ann asked whether it was raining, and Ben told her that it was.",
    )

    kind: Literal["output_format"] = "output_format"


class Circumstance(Content, Judged):
    """The situation that the response supposes: a place, a time, a role, means, limits."""

    hint: ClassVar[str] = (
        "The situation that the response takes as given (a place, a time, a role of the writer, "
        "the means at hand, a limit), worded as one condition that makes the task more exact: "
        '"Assume that the reader has no oven and half an hour."'
    )
    example: ClassVar[Example] = Example(
        {"text": "Assume that the walkers have no tent."},
        "With no tent to pitch, look for an overhang before dusk and lie down under it.",
        "Pitch the tent before dusk, with its door away from the wind.",
    )

    kind: Literal["circumstance"] = "circumstance"
