"""Measurements of a text that live with the text, in no circle, so that they end when it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crab.text import Text

__all__ = ["View"]


class View:
    """A look at one text. Its cached properties are kept by the text, not by the view.

    The text holds no view, so all of it is freed at once, without the garbage collector.
    """

    __slots__ = ("__dict__", "_string", "_text")

    def __init__(self, text: Text) -> None:
        self._text = text
        self._string = text.string
        self.__dict__ = text.kept_for(type(self))
