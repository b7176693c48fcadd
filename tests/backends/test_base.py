"""What a backend is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import FrozenInstanceError

import pytest

from crab.backends.base import Backend, Failure, Reply, Request, Sampling, Turn, Usage


class Echo(Backend):
    """Says what it is asked."""

    closed = False

    @property
    def name(self) -> str:
        """``echo:1``."""
        return "echo:1"

    def replies(self, requests: Iterable[Request]) -> Iterator[Reply]:
        """Yield the last message."""
        for request in requests:
            yield Reply(request.id, request.messages[-1].content)

    def close(self) -> None:
        """Remember it."""
        self.closed = True


def test_name_and_replies_are_all_that_a_backend_needs() -> None:
    """The rest has defaults: one batch at a time, known by its name."""
    backend = Echo()
    assert (backend.live, backend.concurrency) == (False, 32)
    assert backend.identity() == {"name": "echo:1"}
    asked = [Request("a", (Turn("user", "Hi"),))]
    assert list(backend.replies(asked)) == [Reply("a", "Hi")]


def test_a_backend_without_them_cannot_be_made() -> None:
    """A backend that does not say how it answers is a mistake in code."""
    with pytest.raises(TypeError, match="abstract"):
        Backend()  # type: ignore[abstract]


def test_a_backend_is_closed_after_a_block() -> None:
    """``with`` closes it, after an error too, which comes through."""
    with Echo() as backend:
        assert not backend.closed
    assert backend.closed
    other = Echo()
    with pytest.raises(ZeroDivisionError), other:
        _ = 1 / 0
    assert other.closed


def test_closing_is_nothing_by_default() -> None:
    """A backend that holds nothing need not say how to let go."""
    assert Backend.close(Echo()) is None


def test_usage_adds_up() -> None:
    """Tokens of attempts are summed part by part."""
    assert Usage(1, 2) + Usage(10, 20) + (100, 200) == Usage(111, 222)


def test_the_defaults_are_those_of_the_paper() -> None:
    """Temperature 0.4 and top-p 0.3, without a seed."""
    assert Request("a", ()).sampling == Sampling(0.4, 0.3, 1024, None)


def test_values_cannot_be_changed() -> None:
    """A request and a reply are what they were."""
    with pytest.raises(FrozenInstanceError):
        Reply("a").text = "b"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        Request("a", ()).id = "b"  # type: ignore[misc]
    assert Failure("x", "y").lasting is False
