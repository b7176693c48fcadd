"""Rewards for OpenRLHF: the function ``reward_func`` that it looks for in a file.

The file that ``--reward.remote_url`` names needs this line::

    from crab.rewards.openrlhf import reward_func
"""

from __future__ import annotations

import re
from typing import Any

from crab.rewards.problems import report
from crab.rewards.reward import Reward

__all__ = ["reward_func"]

_END = re.compile(
    r"\s*(?:<\|[^|<>\s]{1,40}\|>|<｜[^｜<>\s]{1,40}｜>|</s>|<pad>|<eos>|<end_of_turn>)\s*\Z"
)
_LONGEST_END = 60


def reward_func(
    queries: list[str],
    prompts: list[str],
    labels: list[Any],
    reward: Reward = Reward(),  # noqa: B008 - a frozen value
    **kwargs: Any,  # noqa: ARG001 - OpenRLHF may hand over more
) -> dict[str, Any]:
    """Return what each response earns, as tensors; 0 where nothing can be decided.

    Args:
        queries: Prompts with the responses after them, special tokens included.
        prompts: The prompts.
        labels: The labels, of the column that ``--data.label_key`` names.
        reward: What a response earns.
        kwargs: What else OpenRLHF hands over; not used.

    Returns:
        ``rewards`` and ``scores``, the same tensor, and ``extra_logs``.
    """
    import torch  # noqa: PLC0415 - OpenRLHF has loaded it

    triples = zip(queries, prompts, labels, strict=True)
    earned = [reward(_response(query, prompt), label) or 0.0 for query, prompt, label in triples]
    rewards = torch.tensor(earned, dtype=torch.float32)
    return {"rewards": rewards, "scores": rewards, "extra_logs": {"crab": rewards}}


def _response(query: Any, prompt: Any) -> Any:
    """Return what follows the prompt in a query, without the special tokens at its end."""
    if not isinstance(query, str) or not isinstance(prompt, str):
        return None
    start = query.find(prompt)
    if start < 0:
        report("a query does not hold its prompt, so its response is not known")
        return ""
    start, end = start + len(prompt), len(query)
    while found := _END.search(query, max(start, end - _LONGEST_END), end):
        end = found.start()
    return query[start:end]
