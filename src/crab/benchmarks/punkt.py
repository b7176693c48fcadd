"""The sentences that nltk's English Punkt finds, at a fraction of its cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crab.benchmarks.nltk_data import punkt
from crab.benchmarks.punkt_model import Model, model

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from crab.text import Span, Text

__all__ = ["sentence_count", "sentences", "spans"]

# Characters that are white space to one of the two engines for patterns, and not to the other.
_SEPARATORS = "\x1c\x1d\x1e\x1f"
_OTHER_BLANKS = "\n\t\r\v\f"
_CLOSING = frozenset("\"')]}‘’“”«»")


def sentences(text: Text) -> list[str]:
    """Return the sentences of a text, as ``nltk.sent_tokenize`` does."""
    string = text.string
    return [string[start:end] for start, end in text.remembered(_spans)]


def sentence_count(text: Text) -> int:
    """Return how many sentences a text has."""
    return len(text.remembered(_spans))


def _spans(text: Text) -> list[Span]:
    return list(spans(text.string))


def spans(string: str) -> Iterator[Span]:
    """Yield where each sentence begins and ends."""
    if any(char in string for char in _SEPARATORS):
        yield from punkt().span_tokenize(string)
        return
    known = model()
    start, end, shift = -1, 0, 0
    for following, stop in _pieces(string, known):
        if start >= 0:
            first, shift = start + shift, 0
            if string[following : following + 1] in _CLOSING:
                moved = known.realigned.match(string[following:stop])
                if moved:
                    end, shift = following + len(moved[0].rstrip()), moved.end()
            if first < end:
                yield first, end
        start, end = following, stop
    if start + shift < end:
        yield start + shift, end


def _pieces(string: str, known: Model) -> Iterator[Span]:
    """Yield the text cut at each mark that ends a sentence.

    Of several marks in a word, the last one counts: what follows the others overlaps with it.
    """
    spaced = string
    for blank in _OTHER_BLANKS:
        spaced = spaced.replace(blank, " ")
    last = start = stop = 0
    previous: re.Match[str] | None = None
    for match in known.candidates.finditer(string):
        at = match.start()
        space = spaced.rfind(" ", stop, at)
        word = space + 1 if space > stop else start
        if previous and stop <= word and known.ends(string[start:stop], string[stop], previous):
            yield last, stop + 1
            last = max(previous.start(2), stop + 1)
        previous, start, stop = match, word, at
    if previous and known.ends(string[start:stop], string[stop], previous):
        yield last, stop + 1
        last = max(previous.start(2), stop + 1)
    yield last, len(string.rstrip())
