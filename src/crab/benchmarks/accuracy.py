"""How much was followed, and how sure that is: a share with its 95 % interval."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from crab.intervals import score_interval

__all__ = ["Accuracy", "accuracy"]


class Accuracy(NamedTuple):
    """A share of verdicts that are true, with its 95 % interval."""

    met: int
    of: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """What part was met."""
        return self.met / self.of


def accuracy(prompts: Iterable[Sequence[bool]]) -> Accuracy:
    """Return the share of verdicts that are true, of one or more verdicts on each prompt.

    The interval is the score interval (Wilson, JASA 22, 1927). The instructions of a prompt are
    followed or not by the same response, so their verdicts depend on each other: where prompts have
    several, the standard error is the one clustered by prompt (Miller, *Adding Error Bars to
    Evals*, arXiv 2411.00640), and the score interval is that of as many independent verdicts as
    would have it (the effective sample size of Korn and Graubard, Survey Methodology 24, 1998),
    never more than there are. Where all verdicts are alike, or stand under one prompt, no error can
    be measured, and each prompt counts once.

    >>> found = accuracy([[True]] * 8 + [[False]] * 2)
    >>> f"{found.share:.1%}, from {found.low:.1%} to {found.high:.1%}"
    '80.0%, from 49.0% to 94.3%'

    Raises:
        ValueError: There is no verdict.
    """
    counts = [(sum(verdicts), len(verdicts)) for verdicts in prompts]
    met, of = map(sum, zip(*counts, strict=True)) if counts else (0, 0)
    if not of:
        raise ValueError("there is no verdict")
    share = met / of
    error = sum((true - share * number) ** 2 for true, number in counts) / of**2
    if 0 < share < 1 and len(counts) > 1:
        size = min(share * (1 - share) / error, of) if error else of
    else:
        size = len(counts)
    return Accuracy(met, of, *score_interval(share, size))
