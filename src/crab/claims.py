"""What code can decide of a sentence, as rules: counts, lists, openings, bans that it asks for.

A sentence is read in English, and only where all of it is understood. One that counts something,
or that asks for what code could decide in words that are not understood, is doubtful: nobody has
to take it on trust.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from pydantic import ValidationError

from crab import constraints
from crab.claim_doubts import COUNTABLE, RISKY
from crab.claim_patterns import (
    BARE,
    COUNT,
    FILLER,
    GENRE,
    GENRE_OF,
    NUMBERS,
    PART,
    PARTS,
    PATTERNS,
    TAIL,
    UNITS,
    pattern,
)
from crab.constraints.base import Rule

__all__ = ["Claims", "read"]

_LONGEST = 1000
_FEWEST_CHARACTERS = 20
_STRAIGHT = str.maketrans("“”„‘’‚", "\"\"\"'''")
_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_OF_THE_WHOLE = pattern(rf" {GENRE}\b")
_TOGETHER = pattern(r"[§¶](?:(?!\band\b|\bbut\b)[^,;.:])*[§¶]")
_LIMIT = pattern(r"\b(?:limit|limited|keep|kept)\b[\w ]{0,40}\bto $")
_HOLDER = pattern(r"(?:response|answer|reply|text|it|output|essay|story|poem|letter|e-?mail)")


class Claims(NamedTuple):
    """What a sentence says that code can decide."""

    rules: tuple[Rule, ...] = ()
    """What was read."""
    whole: bool = False
    """Whether the rules say all that the sentence says."""
    doubtful: bool = False
    """Whether it says what code could decide and was not read for sure; ``rules`` is empty then."""


_DOUBTFUL = Claims(doubtful=True)


def read(sentence: str) -> Claims:
    """Return what code can decide of a sentence.

    >>> read("Write between 100 and 150 words.").rules[0].describe()
    'Your answer should have between 100 and 150 words.'
    >>> read("Give three examples.")
    Claims(rules=(), whole=False, doubtful=True)
    >>> read("Write in a warm tone.")
    Claims(rules=(), whole=False, doubtful=False)
    """
    if len(sentence) > _LONGEST:
        return _DOUBTFUL
    rest = " ".join(sentence.split()).translate(_STRAIGHT)
    rest = rest.translate(dict.fromkeys(map(ord, "§¶‡"), " "))
    counts = [(match, _counted(match, rest)) for match in COUNT.finditer(rest)]
    rules = [rule for _, rule in counts if rule is not None]
    if len(rules) < len(counts):
        return _DOUBTFUL
    spans = [(match.span(), "§") for match, _ in counts]
    part = PART.search(rest) if counts else None
    if part:
        spans.append((part.span(), "‡"))
    rest = _without(rest, spans)
    if rest.count("§") != len(TAIL.findall(rest)) or (part and len(counts) > 1):
        return _DOUBTFUL
    for asked, reader in PATTERNS:
        while found := asked.search(rest):
            try:
                rules.append(reader(found))
            except ValidationError:
                return _DOUBTFUL
            rest = _without(rest, [(found.span(), "¶")])
    if any(one.search(rest) for one in COUNTABLE):
        return _DOUBTFUL
    if not rules:
        return Claims()
    if len({type(rule) for rule in rules}) < len(rules) or _TOGETHER.search(rest):
        return _DOUBTFUL
    whole = all(FILLER.fullmatch(word) for word in _WORD.findall(rest)) and '"' not in rest
    if not whole and (RISKY.search(rest) or (counts and not GENRE_OF.fullmatch(rest.strip()))):
        return _DOUBTFUL
    return Claims(tuple(rules), whole)


def _without(text: str, spans: list[tuple[tuple[int, int], str]]) -> str:
    """Return the text with marks in place of what was read."""
    for (start, end), mark in sorted(spans, reverse=True):
        text = f"{text[:start]} {mark} {text[end:]}"
    return " ".join(text.split())


def _counted(match: re.Match[str], sentence: str) -> Rule | None:
    """Return the rule that a count stands for; None where it is not sure which."""
    unit = next(name for name in UNITS if match["unit"].lower().startswith(name))
    bounds = _bounds(match)
    if bounds is None or not _counts_the_response(match, sentence, unit):
        return None
    part = PART.search(sentence)
    kind = PARTS.get((unit, part["part"].lower())) if part else UNITS[unit]
    if "target" in bounds:
        kind = constraints.WordCountNear if kind is constraints.WordCount else None
    try:
        return kind(**bounds) if kind else None
    except ValidationError:
        return None


def _counts_the_response(match: re.Match[str], sentence: str, unit: str) -> bool:
    """Whether a number of units is one of the response's own, by the words around it."""
    if match["joint"] == "-" and not _OF_THE_WHOLE.match(sentence, match.end()):
        return False
    if _number(match["low"]) == 1 and match["unit"].endswith("s") and not _more_than_one(match):
        return False
    if match["adjective"] and unit in ("word", "character"):
        return False
    if unit == "character" and _number(match["low"]) < _FEWEST_CHARACTERS:
        return False
    before = sentence[: match.start()].rstrip()
    if (
        not before
        or before[-1] in ",;:("
        or any(one.end() == len(before) for one in PART.finditer(before))
    ):
        return True
    word = before.rsplit(" ", 1)[-1].lower()
    if word in BARE:
        return True
    bounded = bool(match["how"] or match["never"]) and unit != "question"
    return bounded and _HOLDER.fullmatch(word) is not None


def _more_than_one(match: re.Match[str]) -> bool:
    return any(match[name] for name in ("high", "more", "after"))


def _bounds(match: re.Match[str]) -> dict[str, Any] | None:
    """Return the bounds that a count sets; None where it is not sure which."""
    low, high = _number(match["low"]), _number(match["high"]) if match["high"] else None
    how = (match["how"] or "").lower()
    if how in ("over", "above", "below") and low < 10:
        return None
    after = (match["more"] or match["after"] or "").strip().lower()
    never = (match["never"] or "").lower()
    if high is not None:
        joined = match["to"].strip().lower()
        pairs = {"between": ("and", "-", "–", "—"), "from": ("to",)}
        fits = joined in pairs.get(how, ("to", "-", "–", "—") if not how else ())
        fits |= not how and joined == "or" and high == low + 1
        fits &= not after and not never and low < high
        return {"at_least": low, "at_most": high} if fits else None
    if how and after:
        return None
    if never:
        return next((bounds for words, bounds in _denied(low) if how in words and not after), None)
    if how in ("around", "about", "approximately", "roughly"):
        return {"target": low, "tolerance": 0.1} if low and not after else None
    for words, bounds in _sides(low):
        if (how or after) in words:
            return bounds
    if how or after:
        return None
    limit = _LIMIT.search(match.string, 0, match.start("low"))
    return {"at_most": low} if limit else {"at_least": low, "at_most": low}


def _sides(number: int) -> Iterator[tuple[frozenset[str], dict[str, Any]]]:
    least = {"at least", "a minimum of", "minimum of", "minimum", "or more"}
    yield frozenset(least), {"at_least": number}
    most = {"at most", "a maximum of", "maximum of", "maximum", "up to", "within"}
    yield frozenset(most | {"or fewer", "or less"}), {"at_most": number}
    less = {"fewer than", "less than", "shorter than", "under", "below"}
    yield frozenset(less), {"at_most": max(number - 1, 0)}
    more = {"more than", "longer than", "over", "above", "exceed", "exceeding"}
    yield frozenset(more), {"at_least": number + 1}
    exact = {"exactly", "precisely", "just", "only"}
    yield frozenset(exact), {"at_least": number, "at_most": number}


def _denied(number: int) -> Iterator[tuple[frozenset[str], dict[str, Any]]]:
    more = {"more than", "longer than", "over", "above", "exceed", "exceeding"}
    yield frozenset(more), {"at_most": number}
    less = {"fewer than", "less than", "shorter than", "under", "below"}
    yield frozenset(less), {"at_least": number}


def _number(text: str) -> int:
    return NUMBERS[text.lower()] if text.lower() in NUMBERS else int(text.replace(",", ""))
