"""Calibrate: a judge is shown demands whose truth is known, before it is trusted with others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

from crab.backends.conversing import Talk
from crab.constraints import Keywords, ResponseLanguage
from crab.constraints.base import Rule
from crab.intervals import score_interval
from crab.phrasings import phrasebook
from crab.proposing import proposals, rule_classes
from crab.randomness import Stream, derived
from crab.records import Pair
from crab.steps.judge import Question, decided, questions
from crab.text import Text

__all__ = ["HEAD", "Calibration", "Planted", "planted", "trial"]

HEAD = 200
"""How many of the first records the demands come from."""

_MOST = 100
_PLAIN = (
    "response_language", "keywords", "no_lists", "no_questions", "no_exclamations", "no_emoji",
    "bullet_count", "numbered_item_count", "code_block_count", "table_count", "person",
    "starts_with", "forbidden_words", "title", "question_count", "letter_case",
)  # fmt: skip
"""Kinds whose truth a reader sees at a glance."""
_LANGUAGES = ("en", "fr", "de", "es", "ru", "zh", "ja")


class Planted(NamedTuple):
    """A demand on a response, and whether it is met."""

    pair: Pair
    rule: Rule
    true: bool


class Calibration(NamedTuple):
    """How a judge did on planted demands."""

    false_accepted: int = 0
    falsehoods: int = 0
    true_rejected: int = 0
    truths: int = 0

    def add(self, planted: Planted, accepted: bool) -> Calibration:
        """Return the counts with one more demand judged."""
        return Calibration(
            self.false_accepted + (accepted and not planted.true),
            self.falsehoods + (not planted.true),
            self.true_rejected + (planted.true and not accepted),
            self.truths + planted.true,
        )

    def trusted(self, limit: float) -> bool:
        """Return whether the judge accepts at most a share ``limit`` of the falsehoods.

        One that was shown none is not trusted.
        """
        return bool(self.falsehoods) and self.false_accepted <= limit * self.falsehoods

    def told(self, limit: float) -> str:
        """Return in words whether the judge is trusted."""
        accepted = (
            f"the model accepts {self.false_accepted} of {self.falsehoods} planted falsehoods"
        )
        if self.trusted(limit):
            return f"{accepted}, and is trusted as a judge"
        return f"{accepted}: it is not trusted as a judge, and ships no judged constraint"

    def rates(self) -> dict[str, dict[str, float | int]]:
        """Return the rate of each error with its 95 % interval (Wilson, 1927)."""
        return {
            name: {"rate": wrong / of if of else 0.0, "of": of, "low": low, "high": high}
            for name, wrong, of in (
                ("false_accept", self.false_accepted, self.falsehoods),
                ("false_reject", self.true_rejected, self.truths),
            )
            for low, high in [score_interval(wrong / of if of else 0.0, of)]
        }


def planted(pairs: Iterable[Pair], seed: int) -> Iterator[Planted]:
    """Yield demands on the pairs' responses: at most a hundred false ones, half as many true.

    False are demands that other responses meet and this one does not, another language, and the
    words of another subject. They depend on the seed and the pairs alone.
    """
    rng = Stream(derived(seed, "calibrate"))
    known = [pair for pair in pairs if phrasebook(pair.language or "")]
    texts = {pair.id: Text(pair.response) for pair in known}
    rules = {pair.id: _plain_rules(texts[pair.id], derived(seed, pair.id)) for pair in known}
    everywhere = [rule for found in rules.values() for rule in found]
    for number, pair in enumerate(known[:_MOST]):
        false = _falsehood(pair, texts[pair.id], everywhere, rng)
        if false is not None:
            yield Planted(pair, false, False)
        true = [rule for rule in rules[pair.id] if rule.said_in(pair.language or "en")]
        if true and number % 2 == 0:
            yield Planted(pair, rng.choice(true), True)


def _plain_rules(text: Text, seed: int) -> list[Rule]:
    classes = rule_classes(_PLAIN)
    return [rule for _, rule in proposals(text, seed, classes) if isinstance(rule, Rule)]


def _falsehood(pair: Pair, text: Text, everywhere: list[Rule], rng: Random) -> Rule | None:
    """Return a demand that a response plainly does not meet."""
    if rng.random() < 0.25 and text.certain_language:
        others = [code for code in _LANGUAGES if code != text.language]
        return ResponseLanguage(language=rng.choice(others))
    for _ in range(40):
        if not everywhere:
            break
        rule = rng.choice(everywhere)
        if not rule.said_in(pair.language or "en") or rule.check(text).met is not False:
            continue
        if isinstance(rule, Keywords) and any(word in text.folded for word in rule.include):
            continue
        return rule
    return None


def trial(
    planted: Planted, number: int, votes: int, folder: Path | None
) -> Talk[tuple[Planted, bool]]:
    """Ask the judge about a planted demand; return whether it calls it met.

    What is measured is the judge's word: whether its evidence holds is looked at besides.
    """
    language = planted.pair.language or "en"
    rng = Stream(derived(number, planted.pair.id, "calibrate"))
    question = Question(
        f"calibrate/{number}", planted.rule.describe(rng, language), planted.rule.absence
    )
    requests = tuple(questions(question, planted.pair.response, votes, folder))
    replies = yield requests
    return planted, decided(question, replies, Text(planted.pair.response)).said
