"""How IFTrain cuts a text into sentences: by rules for stops, without a model."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crab.text import Text

__all__ = ["rule_sentences", "split"]

_HELD, _CUT = "<prd>", "<stop>"
"""What stands for a stop within a sentence, and for an end; a text that holds them is cut too."""

_TITLE = re.compile(r"(Mr|St|Mrs|Ms|Dr)\.")
_SITE = re.compile(r"\.(com|net|org|io|gov|edu|me)")
_DECIMAL = re.compile(r"([0-9])\.([0-9])")
_DOTS = re.compile(r"\.{2,}")
_LETTER = re.compile(r"\s([A-Za-z])\. ")
_OPENER = (
    r"(Mr|Mrs|Ms|Dr|Prof|Capt|Cpt|Lt|He\s|She\s|It\s|They\s|Their\s|Our\s|We\s|But\s|However\s"
    r"|That\s|This\s|Wherever)"
)
_ACRONYM = re.compile(rf"([A-Z]\.[A-Z]\.(?:[A-Z]\.)?) {_OPENER}")
_THREE = re.compile(r"([A-Za-z])\.([A-Za-z])\.([A-Za-z])\.")
_TWO = re.compile(r"([A-Za-z])\.([A-Za-z])\.")
_FIRM_ENDS = re.compile(rf" (Inc|Ltd|Jr|Sr|Co)\. {_OPENER}")
_FIRM = re.compile(r" (Inc|Ltd|Jr|Sr|Co)\.")
_INITIAL = re.compile(r" ([A-Za-z])\.")


def rule_sentences(text: Text) -> list[str]:
    """Return the sentences of a text by IFEval's rules for stops."""
    return text.remembered(_of)


def _of(text: Text) -> list[str]:
    return split(text.string)


def split(string: str) -> list[str]:
    """Return the sentences of a string by IFEval's rules for stops.

    Lines do not matter, so that a heading without a stop belongs to the sentence after it; what
    follows the last stop is a sentence too.

    >>> split("Dr. Ray saw 3.5 mm of rain. More? No")
    ['Dr. Ray saw 3.5 mm of rain.', 'More?', 'No']
    """
    string = f" {string}  ".replace("\n", " ")
    if "." in string:
        string = _hold(string)
    # A quotation mark after an end goes before it.
    for end, mark in ((".", "”"), (".", '"'), ("!", '"'), ("?", '"')):
        string = string.replace(end + mark, mark + end)
    for end in ".?!":
        string = string.replace(end, end + _CUT)
    found = [piece.strip() for piece in string.replace(_HELD, ".").split(_CUT)]
    return found if found[-1] else found[:-1]


def _hold(string: str) -> str:
    """Put a mark for each stop that ends no sentence."""
    string = _TITLE.sub(rf"\1{_HELD}", string)
    string = _SITE.sub(rf"{_HELD}\1", string)
    string = _DECIMAL.sub(rf"\1{_HELD}\2", string)
    string = _DOTS.sub(lambda dots: _HELD * len(dots[0]) + _CUT, string)
    string = string.replace("Ph.D.", f"Ph{_HELD}D{_HELD}")
    string = _LETTER.sub(rf" \1{_HELD} ", string)
    string = _ACRONYM.sub(rf"\1{_CUT} \2", string)
    string = _THREE.sub(rf"\1{_HELD}\2{_HELD}\3{_HELD}", string)
    string = _TWO.sub(rf"\1{_HELD}\2{_HELD}", string)
    string = _FIRM_ENDS.sub(rf" \1{_CUT} \2", string)
    string = _FIRM.sub(rf" \1{_HELD}", string)
    return _INITIAL.sub(rf" \1{_HELD}", string)
