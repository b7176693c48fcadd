"""What the model calls of a run come to: their number, tokens and failures, and what is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from crab.backends.base import Reply, Request, Usage
from crab.config import Config
from crab.records import Pair
from crab.steps.ask import ROUNDS, proposal
from crab.steps.judge import Question, questions
from crab.steps.suggest import LONGEST, MOST

__all__ = ["Bound", "Ledger", "bound"]

_PLANTED = 150
_FEWEST = 50


class Ledger:
    """Counts of the replies of one process."""

    def __init__(self) -> None:
        self.calls = self.cached = self.attempts = 0
        self.usage = Usage()
        self.failures: Counter[str] = Counter()
        self._calibrating = self._calibrated = 0
        self._through = self._took = self._tokens = 0

    def asked(self, calls: int, usage: Usage) -> None:
        """Count a record that is through, with what it took."""
        self._through += 1
        self._took += calls
        self._tokens += sum(usage)

    def note(self, request: Request, reply: Reply) -> None:
        """Count a reply."""
        if request.id.startswith("calibrate/"):
            self._calibrating += 1
            self._calibrated += sum(reply.usage)
        if reply.cached:
            self.cached += 1
        else:
            self.calls += 1
            self.attempts += reply.attempts
            self.usage += reply.usage
        if reply.failure is not None:
            self.failures[reply.failure.kind] += 1

    def forecast(self, records: float) -> tuple[float, float] | None:
        """Return calls and tokens of a run over so many records, once fifty are through."""
        if self._through < _FEWEST:
            return None
        each = records / self._through
        return self._calibrating + self._took * each, self._calibrated + self._tokens * each

    def told(self, records: float | None) -> str:
        """Return the counts in words, with what they will come to where that can be reckoned.

        Args:
            records: How many records the run has in all, as far as one can know.
        """
        asked = self.calls + self.cached
        parts = [f"{self.calls:,} calls", f"{sum(self.usage):,} tokens"]
        if self.cached:
            parts.append(f"{100 * self.cached / asked:.0f}% cached")
        if self.attempts > self.calls:
            parts.append(f"{self.attempts - self.calls:,} repeated")
        parts += [f"{number:,} {kind}" for kind, number in sorted(self.failures.items())]
        if records is not None and (found := self.forecast(records)):
            parts.append(f"in all about {found[0]:,.0f} calls, {found[1]:,.0f} tokens")
        return ", ".join(parts)


class Bound(NamedTuple):
    """What a run takes at the most."""

    records: int = 0
    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0

    def price(self, prompt: float, completion: float) -> float:
        """Return the money that it costs, at prices for a million tokens."""
        return (self.prompt_tokens * prompt + self.completion_tokens * completion) / 1e6


def bound(pairs: Iterable[Pair], config: Config) -> Bound:
    """Return what asking a model about the pairs takes at the most.

    A token is at least one byte of UTF-8, so bytes bound the tokens of a prompt.
    """
    found = Bound()
    for pair in pairs:
        asked = proposal(pair, config)
        question = Question("", "x" * 4 * LONGEST, absence=True)
        judged = list(questions(question, pair.response, config.votes, config.prompts))
        times = MOST * ROUNDS + (2 if found.records < _PLANTED else 0)
        found = Bound(
            found.records + 1,
            found.calls + 1 + times * len(judged),
            found.prompt_tokens + _size(asked) + times * sum(map(_size, judged)),
            found.completion_tokens
            + asked.sampling.max_tokens
            + times * sum(one.sampling.max_tokens for one in judged),
        )
    return found


def _size(request: Request) -> int:
    return sum(len(turn.content.encode()) + 16 for turn in request.messages)
