"""Emojis."""

from __future__ import annotations

from random import Random

import pytest

from crab.constraints import EmojiCount, NoEmoji, emojis

FILLER = "the boats came back before the rain and nobody on the quay said a word about the storm"


@pytest.mark.parametrize(
    ("rule", "text", "met"),
    [
        (EmojiCount(at_least=3, at_most=3), "🙂 👩‍👩‍👧 ❤️", True),
        (EmojiCount(at_least=2, at_most=2), "🇫🇷 and 1️⃣", True),
        (EmojiCount(at_least=1), "© ™ ❤ ✔ → 1 # :)", False),
        (EmojiCount(at_least=1, at_most=1), "👍🏽", True),
        (NoEmoji(), "Rain :( © 2024 #1", True),
        (NoEmoji(), "Rain 🌧", False),
        (NoEmoji(), "🏴󠁧󠁢󠁥󠁮󠁧󠁿", False),
    ],
)
def test_cases(rule, text, met):
    """Each kind's definition on its edges."""
    assert rule.check(text).met is met


def test_every_emoji_may_be_an_emoji():
    """The quick search for emojis misses none of them, and none of their parts."""
    for code in range(0x110000):
        char = chr(code)
        if emojis._EMOJI_PART.match(char) or emojis._EMOJI.match(char):
            assert emojis._MAYBE_EMOJI.match(char), hex(code)


@pytest.mark.parametrize("mark", ["©", "❤", "✔", "→", "★", ":)", "1️⃣", "🙂"])
def test_no_emoji_is_silent_in_doubt(mark):
    """Symbols and faces that some call emojis silence the proposal."""
    assert list(NoEmoji.propose(f"{FILLER} {FILLER}.", Random(0)))
    assert not list(NoEmoji.propose(f"{FILLER} {mark} {FILLER}.", Random(0)))
