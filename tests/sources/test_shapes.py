"""Rows of public data sets are recognised by their fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from crab.records import Pair

USER = {"role": "user", "content": "Hi"}
ASSISTANT = {"role": "assistant", "content": "Ho"}
HUMAN = {"from": "human", "value": "Hi"}
GPT = {"from": "gpt", "value": "Ho"}


@pytest.mark.parametrize(
    "row",
    [
        {"instruction": "Hi", "output": "Ho"},
        {"instruction": "Hi", "input": "", "output": "Ho"},
        {"instruction": "Hi", "input": None, "output": "Ho"},
        {"instruction": "Hi", "input": "<noinput>", "output": "Ho"},
        {"instruction": "Hi", "response": "Ho"},
        {"instruction": "Hi", "output": "", "response": "Ho"},
        {"prompt": "Hi", "completion": "Ho"},
        {"prompt": "Hi", "response": "Ho"},
        {"question": "Hi", "answer": "Ho"},
        {"query": "Hi", "response": "Ho"},
        {"query": "Hi", "response": "Ho", "history": []},
        {"query": "And?", "response": "So.", "history": [["Hi", "Ho"], ["x", "y"]]},
        {"input": "Hi", "output": "Ho"},
        {"messages": [USER, ASSISTANT, USER]},
        {"messages": [USER, ASSISTANT], "prompt": "Hi", "prompt_id": "x"},
        {"messages": None, "prompt": "Hi", "completion": "Ho"},
        {"messages": 2, "prompt": "Hi", "completion": "Ho"},
        {"messages": '[{"role": "user", "content": "Hi"}, {"from": "gpt", "value": "Ho"}]'},
        {"prompt": [USER], "completion": [ASSISTANT]},
        {"prompt": [USER], "completion": "Ho"},
        {"id": "identity_0", "conversations": [HUMAN, GPT, HUMAN, GPT]},
        {"idx": "3", "conversations": [HUMAN, GPT]},
        {"conversation": [USER, ASSISTANT]},
        {"conversation": [{"input": "Hi", "output": "Ho"}, {"input": "x", "output": "y"}]},
        {"conversation": [{"input": "Hi", "output": "Ho"}], "instruction": ""},
        {"user_input": "Hi", "completion_a": "Ho", "completion_b": "Hm"},
        {"user_input": "### Instruction:\nHi\n\n### Response:", "completion_a": "Ho"},
    ],
)
def test_same_pair(pair: Callable[..., Pair], row: dict[str, Any]) -> None:
    """Each shape gives the first thing asked and the answer to it."""
    found = pair(row)
    assert (found.instruction, found.response) == ("Hi", "Ho")


@pytest.mark.parametrize(
    ("row", "instruction"),
    [
        ({"instruction": "Hi", "input": "you", "output": "Ho"}, "Hi\n\nyou"),
        ({"instruction": "Hi", "context": "you", "response": "Ho"}, "Hi\n\nyou"),
        ({"system_prompt": "Be.", "question": "Hi", "response": "Ho"}, "Be.\n\nHi"),
        ({"messages": [{"role": "system", "content": "Be."}, USER, ASSISTANT]}, "Be.\n\nHi"),
        ({"messages": [{"role": "system", "content": ""}, USER, ASSISTANT]}, "Hi"),
        ({"system": "Be.", "conversations": [HUMAN, GPT]}, "Be.\n\nHi"),
        ({"instruction": "Be.", "conversation": [{"input": "Hi", "output": "Ho"}]}, "Be.\n\nHi"),
        ({"instruction": "Sort.\n\n### Input:\nb", "output": "Ho"}, "Sort.\n\nb"),
        ({"messages": [{"role": "user", "content": "S.\n\n### Input:\nb"}, ASSISTANT]}, "S.\n\nb"),
    ],
)
def test_instruction_is_put_together(
    pair: Callable[..., Pair], row: dict[str, Any], instruction: str
) -> None:
    """System message, instruction and input stand one after another, a blank line between."""
    assert pair(row).instruction == instruction


@pytest.mark.parametrize(
    ("scores", "best", "score"),
    [
        ([8, 9.5, 7], "1", 9.5),
        ([9, 9], "0", 9.0),
        ([None, 3], "1", 3.0),
        (["x", None], "0", None),
        ([-1, -2], "0", -1.0),
    ],
)
def test_comparison(
    pair: Callable[..., Pair], scores: list[Any], best: str, score: float | None
) -> None:
    """The best-scored response is taken, the first of equals, with its score."""
    answers = [
        {"response": str(i), "source": "gpt4", "score": score} for i, score in enumerate(scores)
    ]
    prompt = (
        "Below is an instruction that describes a task. Write a response that appropriately "
        "completes the request.\n\n### Instruction:\nAdd.\n\n### Input:\n1, 2\n\n### Response:"
    )
    found = pair({"user_input": prompt, "responses_and_scores": answers})
    assert (found.instruction, found.response, found.score) == ("Add.\n\n1, 2", best, score)
    assert found.source == "file"


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({}, "unknown_shape: the row has no fields"),
        ({"a": 1, "b": 2}, "unknown_shape: the row has: a, b"),
        ({"text": "Hi"}, "unknown_shape: the row has: text"),
        ({"chosen": "a", "rejected": "b"}, "unknown_shape: the row has: chosen, rejected"),
        ({"user_input": "Hi"}, "unknown_shape: the row has: user_input"),
        ({"prompt": "a", "key": 1}, "missing_field: response (the row has: prompt, key)"),
        ({"output": "a"}, "missing_field: instruction (the row has: output)"),
        (
            {"prompt": "a", "completion": None},
            "missing_field: response (the row has: prompt, completion)",
        ),
        (
            {"user_input": "Hi", "responses_and_scores": []},
            "missing_field: response (the row has: user_input, responses_and_scores)",
        ),
        ({"prompt": "a", "completion": 3}, "not_text: response is a number"),
        ({"prompt": "a", "completion": ["b"]}, "not_text: response is a list"),
        ({"prompt": {"a": 1}, "completion": "b"}, "not_text: instruction is an object"),
        ({"prompt": "a", "completion": True}, "not_text: response is a boolean"),
        ({"instruction": "a", "input": 3, "output": "b"}, "not_text: input is a number"),
        ({"prompt": "a", "completion": " \n"}, "empty_response"),
        ({"prompt": "\u3000", "completion": "b"}, "empty_instruction"),
        ({"instruction": "", "input": "x", "output": "b"}, "empty_instruction"),
        ({"instruction": "### Instruction:\n\n### Response:", "output": "b"}, "empty_instruction"),
        ({"messages": []}, "missing_field: instruction (messages has no user turn)"),
        ({"messages": "hello"}, "unknown_shape: the row has: messages"),
        ({"messages": "[oops"}, "unknown_shape: the row has: messages"),
        (
            {"prompt": "a", "completion": "b", "history": ["a"]},
            "unknown_shape: history is not a list of pairs",
        ),
    ],
)
def test_no_pair(reason: Callable[..., str], row: dict[str, Any], expected: str) -> None:
    """A row without a pair is dropped for the first thing that is amiss."""
    assert reason(row) == expected
