"""Constraint back-translation: find what a response already meets, and check any response.

>>> import crab
>>> rules = crab.propose("Rain fell on the old town. " * 8, seed=1)
>>> crab.check("Rain fell on the old town. " * 8, rules).met
True
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crab.checking import Report, check
    from crab.config import Config
    from crab.constraints.base import Constraint, Example, Judged, Rule, Verdict
    from crab.constraints.bounds import Bounded, Measure
    from crab.constraints.registry import kinds
    from crab.errors import CrabError
    from crab.pipeline import build
    from crab.proposing import propose
    from crab.records import Dropped, Messages, Pair, Sample
    from crab.sources import read
    from crab.text import Text

_HOMES = {
    "Bounded": "crab.constraints.bounds",
    "Config": "crab.config",
    "Constraint": "crab.constraints.base",
    "CrabError": "crab.errors",
    "Dropped": "crab.records",
    "Example": "crab.constraints.base",
    "Judged": "crab.constraints.base",
    "Measure": "crab.constraints.bounds",
    "Messages": "crab.records",
    "Pair": "crab.records",
    "Report": "crab.checking",
    "Rule": "crab.constraints.base",
    "Sample": "crab.records",
    "Text": "crab.text",
    "Verdict": "crab.constraints.base",
    "build": "crab.pipeline",
    "check": "crab.checking",
    "kinds": "crab.constraints.registry",
    "propose": "crab.proposing",
    "read": "crab.sources",
}

__all__ = [
    "Bounded",
    "Config",
    "Constraint",
    "CrabError",
    "Dropped",
    "Example",
    "Judged",
    "Measure",
    "Messages",
    "Pair",
    "Report",
    "Rule",
    "Sample",
    "Text",
    "Verdict",
    "build",
    "check",
    "kinds",
    "propose",
    "read",
]


def __getattr__(name: str) -> Any:
    """Import a public name at its first use, so that ``import crab`` costs next to nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'crab' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*globals(), *__all__]
