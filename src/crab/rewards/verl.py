"""Rewards for verl: the function that ``custom_reward_function`` names.

In verl's configuration::

    reward.custom_reward_function.path=pkg://crab.rewards.verl
    reward.custom_reward_function.name=compute_score
    +reward.custom_reward_function.reward_kwargs.how=all
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from crab.rewards.problems import report
from crab.rewards.reward import Reward

__all__ = ["compute_score"]

_OF_VERL = {"reward_router_address", "reward_model_tokenizer"}
"""What verl's reward managers hand over where a reward model runs beside."""


def compute_score(
    data_source: str,  # noqa: ARG001 - verl gives it by name
    solution_str: str,
    ground_truth: Any,
    extra_info: Any = None,  # noqa: ARG001 - as is this
    **kwargs: Any,
) -> float:
    """Return what a response earns, from 0 to 1; 0 where nothing can be decided.

    Args:
        data_source: Where the row comes from; not used.
        solution_str: The response.
        ground_truth: The label, ``reward_model.ground_truth`` of the row.
        extra_info: What else is known of the row; not used.
        kwargs: The fields of :class:`crab.rewards.Reward`, as ``reward_kwargs`` gives them. Others
            are not used; a warning names them.

    Raises:
        ValidationError: A field has a wrong value (pydantic's).

    >>> compute_score("mine", "It rained.", '[{"kind": "word_count", "at_most": 5}]', how="all")
    1.0
    """
    fields = {name: _plain(kwargs[name]) for name in kwargs.keys() & Reward.model_fields.keys()}
    for name in sorted(kwargs.keys() - fields.keys() - _OF_VERL):
        report(f"compute_score does not use the argument {name!r}")
    return Reward(**fields)(solution_str, ground_truth) or 0.0


def _plain(value: Any) -> Any:
    """Return a value without the containers of verl's configuration, which are like Python's."""
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(one) for one in value]
    return value
