"""Every test of rewards starts with nothing said, and leaves no kinds behind."""

from __future__ import annotations

import pytest

from crab.constraints import registry
from crab.rewards.problems import report


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_classes", dict(registry._classes))
    report.cache_clear()
