"""How sure a share is: the interval in which it may lie."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

__all__ = ["score_interval"]

_Z = NormalDist().inv_cdf(0.975)


def score_interval(share: float, size: float) -> tuple[float, float]:
    """Return the 95 % score interval of a share (Wilson, JASA 22, 1927).

    Args:
        share: From 0 to 1.
        size: Of how many independent cases; of none, nothing is known.

    >>> low, high = score_interval(0.8, 10)
    >>> f"from {low:.1%} to {high:.1%}"
    'from 49.0% to 94.3%'
    """
    if not size:
        return 0.0, 1.0
    middle = share + _Z**2 / (2 * size)
    spread = _Z * sqrt(share * (1 - share) / size + (_Z / (2 * size)) ** 2)
    scale = 1 + _Z**2 / size
    low, high = (middle - spread) / scale, (middle + spread) / scale
    return max(low, 0.0) if share else 0.0, min(high, 1.0) if share < 1 else 1.0
