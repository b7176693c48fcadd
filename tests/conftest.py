"""What tests of several modules share: commands as people type them."""

from __future__ import annotations

import io
import sys
from typing import NamedTuple

import pytest


class Ended(NamedTuple):
    """How a command ended."""

    status: int
    out: str
    err: str


@pytest.fixture
def command(monkeypatch, capsys):
    """Run a command in this process, as its entry point does."""
    from crab import cli, console

    monkeypatch.setattr(console.console, "_width", 200)

    def typed(*words: object, stdin: bytes = b"") -> Ended:
        monkeypatch.setattr(sys, "argv", ["crab", *map(str, words)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capsys.readouterr()
        with pytest.raises(SystemExit) as caught:
            cli.main()
        told = capsys.readouterr()
        assert "Traceback" not in told.err
        return Ended(caught.value.code, told.out, told.err)

    return typed
