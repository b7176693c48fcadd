"""Tests of `crab.benchmarks.accuracy`: shares and their intervals."""

from __future__ import annotations

from random import Random
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crab.benchmarks.accuracy import Accuracy, accuracy

# Newcombe, Statistics in Medicine 17 (1998), table I, method 3 (score without correction).
NEWCOMBE = [
    (81, 263, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0.0000, 0.1611),
    (1, 29, 0.0061, 0.1718),
]


@pytest.mark.parametrize(("met", "of", "low", "high"), NEWCOMBE)
def test_one_verdict_each_has_the_score_interval(met, of, low, high):
    """The interval of prompts with one verdict each is Wilson's, as published."""
    found = accuracy([[number < met] for number in range(of)])
    assert (found.met, found.of, found.share) == (met, of, met / of)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_dependent_verdicts_count_once():
    """Verdicts of a prompt that are always alike say no more than one of them."""
    alone = accuracy([[True]] * 30 + [[False]] * 20)
    thrice = accuracy([[True] * 3] * 30 + [[False] * 3] * 20)
    assert (thrice.met, thrice.of) == (90, 150)
    assert thrice[2:] == pytest.approx(alone[2:])


def test_never_surer_than_independent_verdicts():
    """Verdicts that are less alike within prompts than between them make nothing surer."""
    mixed = accuracy([[True, False]] * 25)
    assert mixed[2:] == pytest.approx(accuracy([[True], [False]] * 25)[2:])


@pytest.mark.parametrize("met", [True, False])
def test_no_measurable_error_counts_prompts(met):
    """Where all verdicts are alike, each prompt counts once."""
    found = accuracy([[met] * 4] * 10)
    assert (found.met, found.of) == (40 * met, 40)
    assert found[2:] == accuracy([[met]] * 10)[2:]


def test_one_prompt_counts_once():
    """The verdicts on one response are no sample: they count as one."""
    found = accuracy([[True, False]])
    assert found.high - found.low > 0.85


@pytest.mark.parametrize("prompts", [[], [[]]])
def test_no_verdict(prompts):
    """There is no share of nothing."""
    with pytest.raises(ValueError, match="no verdict"):
        accuracy(prompts)


@given(st.lists(st.lists(st.booleans(), min_size=1, max_size=4), min_size=1, max_size=30))
def test_the_share_lies_in_its_interval(prompts):
    """An interval lies between 0 and 1, and holds the share."""
    found = accuracy(prompts)
    assert 0 <= found.low <= found.share + 1e-9
    assert found.share <= found.high + 1e-9 <= 1 + 1e-8


def drawn(rng: Random, prompts: int) -> list[list[bool]]:
    """Verdicts on prompts of one to three instructions, of which some are easier than others."""
    found = []
    for _ in range(prompts):
        ease = rng.betavariate(1.4, 0.6)
        found.append([rng.random() < ease for _ in range(rng.choice((1, 1, 2, 3)))])
    return found


def test_intervals_hold_the_truth():
    """About 95 of 100 intervals hold the true share, and fewer do if verdicts count singly."""
    rng = Random(5)

    def holds(found: Accuracy) -> bool:
        return found.low <= 0.7 <= found.high

    samples = [drawn(rng, 150) for _ in range(1500)]
    single = [[[verdict] for verdicts in sample for verdict in verdicts] for sample in samples]
    clustered = mean(holds(accuracy(sample)) for sample in samples)
    assert 0.935 < clustered < 0.965
    assert mean(holds(accuracy(sample)) for sample in single) < clustered - 0.02
