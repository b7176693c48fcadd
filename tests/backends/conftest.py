"""A server with faults for tests of what asks one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from .faulty_server import FaultyServer


@pytest.fixture
def faulty_server() -> Iterator[Callable[..., FaultyServer]]:
    """Starts a server, with the arguments of `FaultyServer`, that lives as long as the test."""
    with ExitStack() as stack:

        def started(*args: Any, **options: Any) -> FaultyServer:
            return stack.enter_context(FaultyServer(*args, **options))

        yield started
