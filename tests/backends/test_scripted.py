"""A backend that answers by a script."""

from __future__ import annotations

from typing import Any

import pytest

from crab.backends.base import Failure, Reply, Request, Turn, Usage
from crab.backends.scripted import ScriptedBackend

ASKED = Request("a", (Turn("system", "Be brief."), Turn("user", "How are you?")))


@pytest.mark.parametrize(
    ("said", "reply"),
    [
        ("I am fine.", Reply("a", "I am fine.", usage=Usage(5, 3))),
        ({"met": True}, Reply("a", '{"met":true}', usage=Usage(5, 1))),
        (Failure("lost", "gone"), Reply("a", failure=Failure("lost", "gone"))),
        (Reply("a", "x", "length", attempts=3), Reply("a", "x", "length", attempts=3)),
    ],
)
def test_a_script_says_text_json_a_failure_or_a_reply(said: Any, reply: Reply) -> None:
    """Each becomes a reply; words are counted as tokens."""
    backend = ScriptedBackend(lambda request: said)
    assert list(backend.replies([ASKED])) == [reply]
    assert backend.asked == [ASKED]


def test_it_is_known_by_its_name_and_takes_some_at_a_time() -> None:
    """The name is ``scripted``, for every script."""
    backend = ScriptedBackend(lambda request: "", concurrency=3)
    assert (backend.name, backend.concurrency) == ("scripted", 3)
    assert backend.identity() == {"name": "scripted"}


def test_it_is_asked_when_the_reply_is_wanted() -> None:
    """A request is read only when the reply before it has been taken."""
    backend = ScriptedBackend(lambda request: request.id)
    replies = backend.replies(Request(str(number), ()) for number in range(9))
    assert [next(replies).text, next(replies).text] == ["0", "1"]
    assert len(backend.asked) == 2


def test_an_error_in_the_script_comes_through() -> None:
    """A script that breaks breaks the test."""
    backend = ScriptedBackend(lambda request: {"0": "x"}[request.id])
    with pytest.raises(KeyError):
        list(backend.replies([ASKED]))
