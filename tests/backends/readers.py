"""Answers to crab's own prompts, as a careful reader gives them, and as a yes-man does."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from hashlib import blake2b
from random import Random
from typing import Any

from crab import claims

__all__ = ["careful", "proposed", "yes_man"]

Body = Mapping[str, Any]

_PARTS = re.compile(r"\[(\w+) (\d+)\]\n(.*?)\n\[end of \1 \2\]", re.DOTALL)
STYLES = ("Write in a plain, matter-of-fact tone.", "Write as if to a curious friend.")


def careful(body: Body) -> str:
    """Propose true and false things; judge by what code can decide, and believe in plain style."""
    return _answer(body, _true)


def yes_man(body: Body) -> str:
    """Propose the same; call everything true, with a real quotation."""
    return _answer(body, lambda demand, response: True)


def _answer(body: Body, holds: Callable[[str, str], bool]) -> str:
    system, user = (turn["content"] for turn in body["messages"])
    parts = {name: text for name, _, text in _PARTS.findall(user)}
    response = parts["response"]
    rng = Random(blake2b(user.encode(), digest_size=8).digest())
    if "instruction" in parts:
        return json.dumps(proposed(parts["instruction"], response, rng))
    demand = parts.get("demand") or parts["prohibition"]
    met = holds(demand, response)
    if "breached" in system:
        return json.dumps({"evidence": None, "breached": not met})
    return json.dumps(
        {"evidence": _quotation(response, rng), "met": met, "restricts": True, "better": None}
    )


def proposed(instruction: str, response: str, rng: Random) -> dict[str, Any]:
    """Return proposals of every sort for a response, true ones and false ones."""
    words = response.split()
    bounds = sorted((rng.randrange(1, 300), rng.randrange(1, 300)))
    return {
        "instruction": f"{instruction} Keep in mind who asks.",
        "constraints": [
            {"kind": "word_count", "at_least": bounds[0], "at_most": bounds[1]},
            {"kind": "keywords", "include": [rng.choice(words), "quite improbable"]},
            {"kind": "writing_style", "text": rng.choice(STYLES)},
            {"kind": "exclusion", "text": "Do not mention any price."},
            {"kind": "semantic_element", "text": f"Write exactly {bounds[0]} words."},
            {"kind": "semantic_element", "text": "Give four reasons."},
            {"kind": "Hierarchical_Instructions", "text": "Begin with the cause."},
        ],
    }


def _true(demand: str, response: str) -> bool:
    if demand in STYLES:
        return len(response) % 3 > 0
    if "price" in demand:
        return "price" not in response.lower()
    said = claims.read(demand)
    return said.whole and all(rule.check(response).met for rule in said.rules)


def _quotation(response: str, rng: Random) -> str:
    words = response.split()
    start = rng.randrange(max(len(words) - 8, 1))
    return " ".join(words[start : start + 8])
