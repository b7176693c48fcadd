"""The blocks of docs/rewards.md that only run beside a trainer."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "rewards.md"


def block(section: str) -> str:
    """Return the first block of code of a section."""
    text = PAGE.read_text("utf-8").split(f"\n## {section}\n")[1]
    found = re.search(r"^```\w+\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]
