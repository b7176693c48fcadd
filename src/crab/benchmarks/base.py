"""What the instructions of public benchmarks share: an id, its arguments, a verdict like theirs."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from random import Random
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from crab.constraints.base import Rule, Verdict
from crab.errors import UsageError
from crab.text import Text

__all__ = [
    "Count",
    "Instruction",
    "NonEmpty",
    "Percentage",
    "Position",
    "Relation",
    "compared",
    "verdict",
]

_ARGUMENT = re.compile(r"\{(\w+)\}")


_LONGEST_REASON = 200


def _number(value: Any) -> Any:
    """Refuse what is no number: truth values and digits in quotation marks are none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PydanticCustomError(
            "number", "a number is wanted, not {value}", {"value": f"{value!r:.40}"}
        )
    return value


Count = Annotated[int, BeforeValidator(_number), Field(ge=0)]
"""A whole number from 0 on; data sets write 17 as 17.0 too."""
Position = Annotated[int, BeforeValidator(_number), Field(ge=1)]
"""A whole number from 1 on."""
Percentage = Annotated[float, BeforeValidator(_number), Field(ge=0, allow_inf_nan=False)]
"""A number of percent."""
NonEmpty = Annotated[str, StringConstraints(min_length=1)]
"""A text that the benchmark's own code refuses where it is empty."""
Relation = Literal["less than", "at least"]
"""How a count is compared: ``less than`` (<) or ``at least`` (>=)."""


class Instruction(Rule, ABC):
    """An instruction of a public benchmark, decided as the benchmark's own code decides.

    The fields are the benchmark's arguments under its own names, and the verdict is its verdict,
    right or wrong: the definition of each kind names what is odd about it, and says where that is
    reported. What is not as there: arguments that are missing or impossible are errors, where the
    benchmark draws some at random; the language is found with the seed 0; patterns take linear
    time; and every text gets a verdict, where the benchmark may raise.
    """

    model_config = ConfigDict(defer_build=True)

    family = "benchmark"
    hint = "Instructions of public benchmarks. No model is asked to find them."
    source: ClassVar[str]
    """The benchmark: ``ifeval``, ``ifbench`` or ``iftrain``."""
    says: ClassVar[str]
    """The instruction in plain words; ``{name}`` stands for an argument."""

    @classmethod
    def kind_name(cls) -> str:
        """Return what the kind must be called: the source and the instruction's id."""
        kind = str(cls.model_fields["kind"].default)
        return kind if kind.startswith(f"{cls.source}/") else f"{cls.source}/ID"

    @property
    def id(self) -> str:
        """The benchmark's id of the instruction, such as ``punctuation:no_comma``."""
        return self.kind.partition("/")[2]

    @property
    def arguments(self) -> dict[str, Any]:
        """The arguments under the benchmark's names, as its ``kwargs`` holds them."""
        return self.model_dump(mode="json", exclude={"kind", "version"}, exclude_none=True)

    @abstractmethod
    def decide(self, text: Text) -> Verdict:
        """Return the benchmark's verdict on a text."""

    def check(self, text: str | Text) -> Verdict:
        """Return the benchmark's verdict on a text that is not blank.

        What is blank is for the benchmarks' harness to refuse, as
        :func:`crab.benchmarks.scoring.score` does.
        """
        found = self.decide(Text.of(text))
        if len(found.reason) > _LONGEST_REASON:
            return found._replace(reason=f"{found.reason[: _LONGEST_REASON - 1]}…")
        return found

    def grows(self) -> bool | None:
        """Return whether more lines can only help (True), only harm (False), or either (None).

        True: where a run of whole lines of a text meets the instruction, the text does. False:
        where the text meets it, every run of its lines that is not blank does. Loose scoring
        leaves out the variants of a response that this decides.
        """
        return None

    def said_in(self, language: str) -> bool:
        """Return whether the language is English, the only one that benchmarks speak."""
        return language == "en"

    def describe(self, rng: Random | None = None, language: str = "en") -> str:
        """Return the instruction in plain English words.

        Raises:
            UsageError: Another language is asked for.
        """
        if not self.said_in(language):
            raise UsageError(f"{self.kind} has no phrasing in the language {language!r}")
        return _ARGUMENT.sub(lambda name: _shown(getattr(self, name[1])), self.says)


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(f'"{item}"' for item in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def compared(count: int, relation: str, bound: int, unit: str) -> Verdict:
    """Return the verdict on a count of some unit."""
    met = count < bound if relation == "less than" else count >= bound
    return Verdict(met, f"{count} {unit}")


def verdict(met: bool, good: str, bad: str) -> Verdict:
    """Return the verdict with the reason for it."""
    return Verdict(met, good if met else bad)
