"""What a reward cannot use is said once, through the logger ``crab.rewards``."""

from __future__ import annotations

import logging
from functools import lru_cache

__all__ = ["report"]

_log = logging.getLogger("crab.rewards")


@lru_cache(maxsize=1024)
def report(problem: str) -> None:
    """Log a problem, where it is none of the last thousand: a trainer meets each many times."""
    _log.warning("%s", problem)
