"""Verdicts as rewards, for trainers that learn from rewards that code decides.

>>> from crab.constraints import WordCount
>>> from crab.rewards import Reward
>>> Reward()("It rained all day.", [WordCount(at_most=5), WordCount(at_least=9)])
0.5
"""

from __future__ import annotations

from crab.rewards.open_instruct import Verifier
from crab.rewards.reward import Reward
from crab.rewards.trl import TRLReward

__all__ = ["Reward", "TRLReward", "Verifier"]
