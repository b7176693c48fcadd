"""A chat gives its first exchange."""

from __future__ import annotations

from typing import Any

import pytest

from crab.sources.chat import first_exchange
from crab.sources.rows import RowError


def turn(role: str, content: Any) -> dict[str, Any]:
    """One turn, as OpenAI writes it."""
    return {"role": role, "content": content}


def test_first_exchange_only() -> None:
    """Later turns are left out, and a leading system message is kept apart."""
    turns = [
        turn("system", "Be terse."),
        turn("user", "Hi"),
        turn("assistant", "Ho"),
        turn("user", "?"),
    ]
    found = first_exchange(turns, "messages")
    assert found[:4] == ("Hi", "Ho", None, "Be terse.")


@pytest.mark.parametrize("user", ["human", "user", "Human", "prompter"])
@pytest.mark.parametrize("assistant", ["gpt", "assistant", "chatgpt", "model"])
def test_share_gpt_names(user: str, assistant: str) -> None:
    """ShareGPT's keys and its names of the two sides are known."""
    turns = [{"from": user, "value": "Hi"}, {"from": assistant, "value": "Ho"}]
    assert first_exchange(turns, "conversations")[:2] == ("Hi", "Ho")


def test_assistant_may_lead() -> None:
    """A chat that begins with the assistant gives the first user turn and what follows it."""
    turns = [turn("assistant", "Welcome"), turn("user", "Hi"), turn("assistant", "Ho")]
    assert first_exchange(turns, "messages")[:2] == ("Hi", "Ho")


def test_text_parts_are_joined() -> None:
    """Content in parts of type text is joined, with nothing put between."""
    parts = [{"type": "text", "text": "Hi "}, {"type": "text", "text": "there"}]
    assert (
        first_exchange([turn("user", parts), turn("assistant", "Ho")], "messages")[0] == "Hi there"
    )


@pytest.mark.parametrize(
    ("turns", "reason"),
    [
        ([], "missing_field: instruction"),
        ([turn("assistant", "Ho")], "missing_field: instruction"),
        ([turn("user", "Hi")], "missing_field: response"),
        (
            [turn("user", "Hi"), turn("tool", "42"), turn("assistant", "Ho")],
            "missing_field: response",
        ),
        (
            [turn("user", "Hi"), turn("user", "Hey"), turn("assistant", "Ho")],
            "missing_field: response",
        ),
        (["Hi", "Ho"], "unknown_shape"),
        ([turn("user", [{"type": "image_url"}]), turn("assistant", "Ho")], "not_text"),
        ([{"role": [["user"]], "content": "Hi"}], "missing_field: instruction"),
    ],
)
def test_no_exchange(turns: list[Any], reason: str) -> None:
    """A chat without the two turns is refused with the reason."""
    with pytest.raises(RowError, match=f"^{reason}"):
        first_exchange(turns, "messages")
