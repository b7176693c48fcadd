"""How models did on a benchmark: every verdict, and the accuracies that follow from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from crab.benchmarks import summary
from crab.benchmarks.accuracy import Accuracy, accuracy
from crab.benchmarks.matching import Skipped
from crab.benchmarks.reading import Key

__all__ = ["ModelScores", "Outcome", "Part", "Scores"]

Part = Literal["id", "family"]
"""What accuracies are broken down by: the instruction, or what its id has before the colon."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether a model's response follows one instruction of a prompt."""

    model: str
    key: Key
    index: int
    """The number of the instruction in its prompt, from 0 on."""
    id: str
    strict: bool
    loose: bool


@dataclass(frozen=True)
class ModelScores:
    """How one model did."""

    model: str
    outcomes: tuple[Outcome, ...]
    """The verdict on each instruction of each prompt, in the order of the prompts."""
    unanswered: tuple[Key, ...] = ()
    """The prompts without a response; none of their instructions counts as followed."""
    skipped: tuple[Skipped, ...] = ()
    """The lines of responses that are not scored."""

    def overall(self) -> dict[str, Accuracy]:
        """Return the four accuracies.

        ``prompt_strict`` and ``prompt_loose`` are the shares of prompts all of whose instructions
        are followed; ``instruction_strict`` and ``instruction_loose`` those of instructions.
        """
        found = {}
        for scoring in ("strict", "loose"):
            verdicts = _by_prompt(self.outcomes, scoring)
            found[f"prompt_{scoring}"] = accuracy([all(those)] for those in verdicts)
            found[f"instruction_{scoring}"] = accuracy(verdicts)
        return found

    def by(self, part: Part) -> dict[str, dict[str, Accuracy]]:
        """Return the accuracies ``strict`` and ``loose`` of each family or id of instructions."""
        parts: dict[str, list[Outcome]] = defaultdict(list)
        for outcome in self.outcomes:
            parts[outcome.id if part == "id" else outcome.id.partition(":")[0]].append(outcome)
        return {
            name: {
                scoring: accuracy(_by_prompt(outcomes, scoring)) for scoring in ("strict", "loose")
            }
            for name, outcomes in sorted(parts.items())
        }

    def to_dict(self) -> dict[str, Any]:
        """Return everything but the verdicts, ready for JSON."""
        return {
            **{name: _written(found) for name, found in self.overall().items()},
            **{
                f"by_{part}": {
                    name: {scoring: _written(found) for scoring, found in both.items()}
                    for name, both in self.by(part).items()
                }
                for part in ("family", "id")
            },
            "unanswered": list(self.unanswered),
            "skipped": [skipped._asdict() for skipped in self.skipped],
        }


@dataclass(frozen=True)
class Scores:
    """How models did on a benchmark.

    Printed, it is a table of the accuracies with their 95 % intervals; in a notebook too.
    """

    source: str
    models: tuple[ModelScores, ...]

    def __iter__(self) -> Iterator[ModelScores]:
        return iter(self.models)

    def __len__(self) -> int:
        return len(self.models)

    def __getitem__(self, model: str) -> ModelScores:
        """Return how the model of this name did."""
        found = {scores.model: scores for scores in self.models}
        return found[model]

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Every verdict, model by model."""
        return tuple(outcome for scores in self.models for outcome in scores.outcomes)

    def to_dict(self) -> dict[str, Any]:
        """Return everything but the verdicts, ready for JSON."""
        return {
            "source": self.source,
            "models": {scores.model: scores.to_dict() for scores in self.models},
        }

    def __str__(self) -> str:
        return summary.text(self)

    def _repr_html_(self) -> str:
        return summary.html(self)


def _by_prompt(outcomes: tuple[Outcome, ...] | list[Outcome], scoring: str) -> list[list[bool]]:
    """Return the verdicts on each prompt."""
    found: dict[Key, list[bool]] = defaultdict(list)
    for outcome in outcomes:
        found[outcome.key].append(outcome.strict if scoring == "strict" else outcome.loose)
    return list(found.values())


def _written(found: Accuracy) -> dict[str, Any]:
    return {"accuracy": found.share, **found._asdict()}
