"""Everything that shapes a run, in one frozen value."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from crab.errors import UsageError

__all__ = ["PRESETS", "Config"]

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0, lt=1 << 53)]


class Config(BaseModel):
    """The settings of a run; the same settings and seed give the same bytes.

    The defaults select everything that can be read. ``PRESETS`` holds other sets.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    seed: Annotated[int, Field(ge=-(1 << 63), lt=1 << 63)] = 0
    """Chooses the bounds, the constraints of each prompt and their wording."""
    limit: Count | None = None
    """Stop after this many selected records."""

    min_words: Count | None = None
    """Select only responses of at least this many words."""
    max_words: Count | None = None
    """Select only responses of at most this many words."""
    max_instruction_words: Count | None = None
    """Select only instructions of at most this many words."""
    languages: tuple[str, ...] | None = None
    """Select only records in these languages (ISO 639-1)."""
    min_score: float | None = None
    """Select only records with a score of at least this; those without a score stay."""
    near_duplicates: Share | None = None
    """Drop records whose word trigrams overlap by this share (Jaccard) with an earlier one."""

    kinds: tuple[str, ...] | None = None
    """The kinds that code proposes; all of them where None. A model may propose any kind."""

    same: Share = 0.6
    """Two constraints say the same where the ROUGE-L F of their content words is above this."""
    vacuous: Share = 0.9
    """A constraint restricts nothing where more than this share of the answers meets it."""
    reference: Count = 2000
    """How many of the first selected answers the share is measured on."""

    fewest: Annotated[int, Field(ge=1)] = 6
    """The fewest constraints of a usual prompt."""
    most: Annotated[int, Field(ge=1)] = 8
    """The most constraints of a usual prompt."""
    spread: Share = 0.3
    """The share of prompts with any number of constraints instead, from one to all."""
    absences: Count = 2
    """The most constraints of a prompt that are met by what the response leaves out."""

    temperature: Annotated[float, Field(ge=0)] = 0.4
    """How freely a model proposes; the paper's."""
    top_p: Share = 0.3
    """From which share of the likeliest tokens a model draws its proposals; the paper's."""
    max_tokens: Annotated[int, Field(ge=1)] = 1024
    """The most tokens of a model's proposals; the paper's."""
    added_words: Count = 20
    """The most words that a refined instruction may add."""
    votes: Annotated[int, Field(ge=1)] = 1
    """How often a judge is asked the same; over half of the answers must agree."""
    judge_limit: Share = 0.1
    """The largest share of planted falsehoods that a trusted judge may accept."""
    prompts: Path | None = None
    """A folder whose templates (propose.jinja, judge.jinja, breach.jinja) replace crab's own."""

    @classmethod
    def build(cls, preset: str | None = None, **settings: Any) -> Config:
        """Return a configuration: the defaults, then the preset, then the settings.

        Raises:
            UsageError: A setting is unknown or has a wrong value, or there is no such preset.

        >>> Config.build("paper", seed=7).min_words
        300
        """
        if preset is not None and str(preset) not in PRESETS:
            raise UsageError(f"no preset {preset!r}; known: {', '.join(PRESETS)}")
        try:
            return cls(**{**(PRESETS[preset] if preset else {}), **settings})
        except ValidationError as error:
            known = ", ".join(cls.model_fields)
            problems = "; ".join(
                f"{'.'.join(map(str, item['loc']))}: {_WORDS.get(item['type'], item['msg'])}"
                for item in error.errors()
            )
            raise UsageError(f"bad configuration: {problems} (known settings: {known})") from None

    @staticmethod
    def read(path: Path) -> dict[str, Any]:
        """Return the settings of a TOML file.

        Raises:
            UsageError: The file cannot be read.
        """
        try:
            return tomllib.loads(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise UsageError(f"cannot read the configuration {path}: {error}") from None


_WORDS = {"extra_forbidden": "there is no such setting"}

PRESETS: Mapping[str, Mapping[str, Any]] = {
    "paper": {
        "min_words": 300,
        "max_instruction_words": 70,
        "min_score": 9,
        "same": 0.6,
        "fewest": 6,
        "most": 8,
        "spread": 0.3,
    }
}
"""Named settings. ``paper``: those of the Crab paper (arXiv 2410.24175) and its published code."""
