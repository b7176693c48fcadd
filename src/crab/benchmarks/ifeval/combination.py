"""IFEval's ``combination`` instructions."""

from __future__ import annotations

from typing import Literal

from crab.benchmarks.base import NonEmpty, verdict
from crab.benchmarks.ifeval.family import IFEval
from crab.benchmarks.measures import lowered
from crab.constraints.base import Example, Verdict
from crab.text import Text

__all__ = ["RepeatPrompt", "TwoResponses"]


class TwoResponses(IFEval):
    """The text is two different responses with ``******`` between them.

    A blank piece will do at either end, and nowhere else; seven stars pass.
    """

    says = "Give two different responses with ****** between them."
    example = Example({}, "Rain.\n******\nSnow.", "Rain.\n***\nSnow.")

    kind: Literal["ifeval/combination:two_responses"] = "ifeval/combination:two_responses"

    def decide(self, text: Text) -> Verdict:
        """Return whether there are two responses that differ."""
        pieces = [piece.strip() for piece in text.string.split("******")]
        if not all(pieces[1:-1]):
            return Verdict(False, "a piece between others is blank")
        found = list(filter(None, pieces))
        if len(found) != 2:
            return Verdict(False, f"{len(found)} responses")
        return verdict(found[0] != found[1], "two responses", "the same response twice")


class RepeatPrompt(IFEval):
    """The text begins with a prompt, whatever its case.

    White space must be the same within; nothing has to follow.
    """

    says = "First repeat this word for word, then answer it: {prompt_to_repeat}"
    example = Example(
        {"prompt_to_repeat": "Will it rain?"}, "Will it rain? It will.", "It will rain."
    )

    kind: Literal["ifeval/combination:repeat_prompt"] = "ifeval/combination:repeat_prompt"
    prompt_to_repeat: NonEmpty
    """The prompt."""

    def decide(self, text: Text) -> Verdict:
        """Return whether the text begins with the prompt."""
        met = lowered(text).strip().startswith(self.prompt_to_repeat.strip().lower())
        return verdict(met, "it begins with the prompt", "it begins otherwise")
