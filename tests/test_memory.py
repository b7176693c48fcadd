"""Tests of `crab.memory`: what is measured of a text lives and ends with it."""

from __future__ import annotations

import gc
import weakref
from functools import cached_property

import crab
from crab.memory import View
from crab.text import Text


class Halves(View):
    """Counts how often it measures."""

    measured = 0

    @cached_property
    def half(self) -> int:
        """Half the length."""
        Halves.measured += 1
        return len(self._string) // 2


def test_a_measurement_is_made_once_for_a_text() -> None:
    """Every view of a text shares what was measured; another text has its own."""
    text = Text("rain")
    assert [Halves(text).half, Halves(text).half, Halves(Text("snowed")).half] == [2, 2, 3]
    assert Halves.measured == 2


def test_a_view_keeps_its_text() -> None:
    """A view outlives the last other reference to its text."""
    assert Text("It rained all day.").readings.words == (4, 4)


def test_a_text_is_freed_without_the_collector() -> None:
    """No circle holds a text that all kinds have measured."""

    class Watched(Text):
        pass

    text = Watched("- **It** rained [here](x) all day, and `so` it went on. " * 12)
    watch = weakref.ref(text)
    gc.disable()
    try:
        assert crab.propose(text)
        del text
        assert watch() is None
    finally:
        gc.enable()
