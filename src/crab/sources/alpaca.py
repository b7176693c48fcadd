"""Alpaca prompts: what was asked, without the template around it."""

from __future__ import annotations

import re

__all__ = ["unwrapped"]

_MARKER = re.compile(r"^[ \t]*###[ \t]?(Instruction|Input|Response):[ \t]*\r?$", re.MULTILINE)
_HEADING = re.compile(r"^[ \t]*###[ \t]?\w[^\n]*:[ \t]*\r?$", re.MULTILINE)
_PREAMBLE = re.compile(r"\s*Below is an instruction that describes a task\b[^\n]*")
_PROMPTS = {
    ("Instruction",),
    ("Instruction", "Input"),
    ("Instruction", "Response"),
    ("Instruction", "Input", "Response"),
}
_RESIDUES = {("Input",), ("Input", "Response"), ("Response",)}


def unwrapped(text: str) -> str:
    r"""The instruction of an Alpaca prompt, then, after a blank line, its input.

    Only the template's own markers count: each alone on its line, once, in their order. A text
    that repeats one, or has other headings of that kind beside them, is somebody's own and stays.

    >>> unwrapped("Translate it.\n\n### Input:\nGuten Tag\n\n### Response:")
    'Translate it.\n\nGuten Tag'
    >>> unwrapped("### Input\nWhat does this heading say?")
    '### Input\nWhat does this heading say?'
    """
    if "###" not in text:
        return text
    before, *marked = _MARKER.split(text)
    names, sections = tuple(marked[::2]), marked[1::2]
    if preamble := _PREAMBLE.match(before):
        before = before[preamble.end() :].lstrip("\r\n")
    if names in _PROMPTS and not before.strip():
        asked = sections[0].lstrip("\r\n")
    elif names in _RESIDUES and before.strip() and _is_residue(text, names, sections):
        asked = before
    else:
        return text
    given = sections[names.index("Input")].lstrip("\r\n") if "Input" in names else ""
    return "\n\n".join(part.rstrip() for part in (asked, given) if part.strip())


def _is_residue(text: str, names: tuple[str, ...], sections: list[str]) -> bool:
    answered = names[-1] == "Response" and bool(sections[-1].strip())
    return not answered and len(_HEADING.findall(text)) == len(names)
