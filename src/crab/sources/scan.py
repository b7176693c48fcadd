"""Where JSON values begin and end, found in a stream without decoding it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from crab.sources.rows import KEPT, LIMIT, TailError

__all__ = ["Scanner"]

_STRUCTURE = re.compile(rb'["\[\]{},]')
_IN_STRING = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
_QUOTE, _COMMA, _OPEN_ARRAY, _CLOSE_ARRAY, _OPEN_OBJECT, _CLOSE_OBJECT = b'",[]{}'
_REACH = 64
"""How many levels a closing bracket looks back for its opening one."""


class Scanner:
    r"""A window that moves over chunks of JSON; it holds one value, and no more than ``LIMIT``.

    >>> scanner = Scanner([b'[{"a": "]', b'"}, 2]'])
    >>> chr(scanner.first()), list(scanner.values(in_array=True)), scanner.ended
    ('[', [b'{"a": "]"}', b'2'], True)
    """

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self.ended = False
        """True once the array or object that was read last has been closed."""
        self._chunks = iter(chunks)
        self._text = b""
        self._kept = 0  # where the value begins that is being read
        self._at = 0  # where the last token begins
        self._next = 0  # where the next token is looked for

    def first(self) -> int:
        """The next character that is not blank, passed; 0 where there is none."""
        while not (stripped := self._text[self._next :].lstrip()):
            self._next = self._kept = len(self._text)
            if not self._more():
                return 0
        self._kept = len(self._text) - len(stripped)
        self._next = self._kept + 1
        return stripped[0]

    def rest(self) -> bytes:
        """The beginning of what has not been given out."""
        return self._text[self._kept : self._kept + KEPT].strip()

    def values(self, *, in_array: bool) -> Iterator[bytes]:
        """The text of each value: of the array that was opened, or of values in a row.

        A value with a bracket too few or too many is given out as it is, for the decoder to refuse,
        and the next one is found again where that is possible.
        """
        self._kept, self.ended = self._next, False
        open_brackets = bytearray()
        while token := self._token():
            if token in (_OPEN_ARRAY, _OPEN_OBJECT):
                open_brackets.append(token)
            elif token == _QUOTE:
                continue
            elif open_brackets:
                if token != _COMMA and _closes(open_brackets, token):
                    yield from self._taken(self._next)
            elif token == _COMMA or (in_array and token == _CLOSE_ARRAY):
                yield from self._taken(self._at)
                if token == _CLOSE_ARRAY:
                    self.ended = True
                    return

    def open_array(self, names: Collection[bytes]) -> bytes | None:
        """The name of the next array of the open object that has one of these names, opened."""
        self.ended = False
        name, depth = b"", 1
        while token := self._token():
            if token == _QUOTE:
                name = self._text[self._at + 1 : self._next - 1] if depth == 1 else name
            elif token in (_OPEN_ARRAY, _OPEN_OBJECT):
                if depth == 1 and token == _OPEN_ARRAY and name in names:
                    return name
                depth += 1
            elif token != _COMMA:
                depth -= 1
            self._kept = self._next
            if not depth:
                self.ended = True
                break
        return None

    def _taken(self, end: int) -> Iterator[bytes]:
        value = self._text[self._kept : end].strip()
        self._kept = self._next
        if value:
            yield value

    def _token(self) -> int:
        """The next bracket, comma or whole string, by its first character; 0 at the end."""
        while not (found := _STRUCTURE.search(self._text, self._next)):
            self._next = len(self._text)
            if not self._more():
                return 0
        self._at, self._next = found.span()
        token = self._text[self._at]
        return token if token != _QUOTE or self._end_string() else 0

    def _end_string(self) -> bool:
        while True:
            inside = _IN_STRING.match(self._text, self._next)
            self._next = inside.end() if inside else self._next
            if self._text.startswith(b'"', self._next):
                self._next += 1
                return True
            if not self._more():
                return False

    def _more(self) -> bool:
        if len(self._text) - self._kept > LIMIT:
            size = LIMIT // 2**20
            raise TailError(f"too_long: a value of more than {size} MB; what follows is not read")
        chunk = next(self._chunks, None)
        if chunk is None:
            return False
        self._text = self._text[self._kept :] + chunk
        self._at -= self._kept
        self._next -= self._kept
        self._kept = 0
        return True


def _closes(open_brackets: bytearray, closer: int) -> bool:
    """Closes the nearest bracket of its kind; True where none is left open."""
    opener = _OPEN_ARRAY if closer == _CLOSE_ARRAY else _OPEN_OBJECT
    found = open_brackets.rfind(opener, max(0, len(open_brackets) - _REACH))
    if found >= 0:
        del open_brackets[found:]
    return not open_brackets
