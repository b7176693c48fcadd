"""Tests of `crab.steps.leaks`: what a sentence gives away of an answer."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crab.steps.leaks import gives_away
from crab.text import Text

ANSWER = Text(
    "The bridge was opened in 1932 by Premier Lang. It is 1,149 metres long, and the steel arch "
    "carries eight lanes of road traffic. Sydney celebrated for two weeks."
)


@pytest.mark.parametrize(
    ("sentence", "instruction", "leak"),
    [
        ("Mention the year 1932.", "When was it opened?", "1932"),
        ("Mention the year 1932.", "Was it opened in 1932?", None),
        ("Mention the year 1933.", "When was it opened?", None),
        ("Say that it is 1,149 metres long.", "How long is it?", "1,149"),
        ("Give 932 facts.", "When was it opened?", None),
        ("Mention Lang.", "Who opened it?", "Lang"),
        ("Mention the Premier who opened it.", "Who opened it?", "Premier"),
        ("Mention the premier who opened it.", "Who opened it?", None),
        ("Mention Premier Lang.", "What did premier lang open?", None),
        ("Write for readers in Melbourne.", "Who opened it?", None),
        ("Sydney is the place.", "Where is it?", None),
        ("Say how the steel arch carries eight lanes.", "What is it?", "the steel arch carries"),
        ("Say that steel arch carries eight.", "Arch carries?", "steel arch carries eight"),
        ("Write in a warm tone.", "What is it?", None),
        ("Say what it is and of what.", "Tell.", None),
        ("", "Tell.", None),
        ("Tell.", "", None),
    ],
)  # fmt: skip
def test_numbers_names_and_runs(sentence: str, instruction: str, leak: str | None) -> None:
    """A number, name or run of four words gives away what the instruction does not hold."""
    assert gives_away(sentence, instruction, ANSWER) == leak


def test_runs_of_plain_words_give_nothing_away() -> None:
    """Four function words in a row stand in every text."""
    answer = Text("It is what it was, and that is all of it.")
    assert gives_away("Say what it was and that is fine.", "Tell.", answer) is None


def test_german_nouns_are_no_names() -> None:
    """In German every noun has a capital, so that a capital shows no name."""
    answer = Text("Die Brücke wurde gebaut, weil die Stadt wuchs und der Hafen zu klein war.")
    assert answer.language == "de"
    assert gives_away("Nenne die Brücke.", "Warum?", answer) is None


def test_scripts_without_spaces() -> None:
    """In Chinese a run of eight characters gives away."""
    answer = Text("今天早上下雨了。我们在车站等了很久，最后决定走路回家。")
    assert (
        gives_away("请说明我们在车站等了很久的原因。", "写一个故事。", answer) == "我们在车站等了很"
    )
    assert gives_away("请写我们等车。", "写一个故事。", answer) is None
    assert (
        gives_away("请说明我们在车站等了很久的原因。", "我们在车站等了很久，为什么？", answer)
        is None
    )


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=200))
def test_every_string_has_an_answer(sentence: str, instruction: str, response: str) -> None:
    """Whatever the texts, what is given away is part of the response, white space aside."""
    leak = gives_away(sentence, instruction, Text(response))
    assert leak is None or leak
    assert gives_away(instruction, instruction, Text(response)) is None


@pytest.mark.parametrize("piece", ["a ", "1", "1,", "A b ", "雨", '"', "x\n"])
def test_time_is_linear(piece: str) -> None:
    """Long texts are searched in a moment."""
    text = piece * (100_000 // len(piece))
    began = time.process_time()
    gives_away(text[:20_000], text[:20_000], Text(text))
    assert time.process_time() - began < 4
