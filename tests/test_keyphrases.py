"""Tests of `crab.keyphrases`: what a text is about."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crab.keyphrases import keyphrases
from crab.text import Text

PIECES = st.sampled_from(
    [
        *("the garden gate creaked ", "water the lettuce ", "Anna said so. ", "and then "),
        *("Garden ", "\n\n"),
        *("```\nlettuce gate\n```\n", "# Lettuce\n", "学习语言", "很重要。", "コーヒー"),
        *("を飲む。", "Der Garten ", "*"),
        *("बारिश ", "정원에서 ", "gate2 ", "don't ", "\ud800", "İstanbul ", "\0"),
    ]
)
WRITTEN = st.lists(st.one_of(PIECES, st.text(max_size=5)), max_size=40).map("".join)


def phrases(string: str, most: int = 8) -> list[str]:
    """Return the keyphrases of a text without their scores."""
    return [found.phrase for found in keyphrases(Text(string), most)]


@pytest.mark.parametrize(
    ("string", "expected"),
    [
        ("", []),
        ("The lettuce needs water.", []),
        ("Water the lettuce. The lettuce needs light.", ["lettuce"]),
        (
            "The lettuce and the tomato. Some lettuce, some tomato, more lettuce.",
            ["lettuce", "tomato"],
        ),
        ("The garden gate was open; the garden gate creaked.", ["garden gate"]),
        ("The garden gate was open. The garden\ngate creaked.", ["garden", "gate"]),
        ("The garden, gate and garden, gate again.", ["garden", "gate"]),
        ("They were there because they were there, and because of what they were.", []),
        ("Lettuce here. Lettuce there. LETTUCE!", []),
        ("Yesterday Anna Anna met anna and anna again.", []),
        ("gate2 and gate2, don't and don't, x-ray and x-ray.", []),
        ("Some ivy, more ivy, and a fig, another fig.", []),
    ],
)
def test_english(string: str, expected: list[str]) -> None:
    """Repeated content words and pairs count, but no names, numbers or words of every text."""
    assert phrases(string) == expected


def test_code_says_nothing() -> None:
    """What is repeated only in code is no keyphrase; code between two words parts them."""
    assert phrases(
        "```\ngarden garden garden\n```\nWater the lettuce. The lettuce needs light."
    ) == ["lettuce"]
    assert phrases("A garden here.\n\n```\ngarden = gate\n```\n\nThe lettuce, the lettuce.") == [
        "lettuce"
    ]


def test_german_nouns_have_capitals() -> None:
    """German nouns count with their capital, and as they are written."""
    string = "Der Garten ist trocken. Im Garten wächst Kürbis, und der Kürbis ist schon groß."
    assert phrases(string) == ["Garten", "Kürbis"]


@pytest.mark.parametrize(
    ("string", "expected"),
    [
        ("学习语言需要时间。每天学习语言，语言能力会提高。好的语言环境也很重要。", ["语言"]),
        ("学习语言很难，学习语言需要时间。今天很冷，我们在家看书。", []),
        ("我们的书，我们的车，我们的家都在这里，你们的也在这里。", []),
    ],
)
def test_chinese(string: str, expected: list[str]) -> None:
    """In Chinese a run of characters counts that comes up three times, in different contexts."""
    assert Text(string).language == "zh"
    assert phrases(string) == expected


def test_japanese() -> None:
    """In Japanese repeated runs of kanji and of katakana count."""
    string = "コーヒーを飲む。コーヒーは苦い。紅茶もいい。紅茶は甘い。水を飲む。"
    assert phrases(string) == ["コーヒー", "紅茶"]


def test_other_scripts_without_spaces_have_none() -> None:
    """Where neither spaces nor scripts part words, nothing is proposed."""
    assert phrases("ฝนตกหนักมาก ฝนตกทั้งวัน ฝนตกหนักมาก") == []


@pytest.mark.parametrize(
    ("string", "phrase"),
    [
        ("소나기였다고한다 그리고 소나기였다고한다 라고 했다.", "소나기였다고한다"),
        ("आज विद्यालय बंद है। कल विद्यालय खुलेगा।", "विद्यालय"),
        ("Утром библиотека закрыта, вечером библиотека открыта.", "библиотека"),
    ],
)
def test_other_languages(string: str, phrase: str) -> None:
    """Without word lists, a repeated long word counts in every script, marks included."""
    assert phrase in phrases(string)


def test_best_first_and_no_more_than_asked_for() -> None:
    """More frequent phrases come first, equal ones in the order of the alphabet."""
    words = ["lettuce", "tomato", "spinach", "radish", "pumpkin"]
    string = " and the ".join(word for word in words for _ in range(2)) + " and the radish"
    assert phrases(string) == ["radish", "lettuce", "pumpkin", "spinach", "tomato"]
    assert phrases(string, 2) == ["radish", "lettuce"]
    scores = [found.score for found in keyphrases(Text(string))]
    assert scores == sorted(scores, reverse=True)


@settings(max_examples=150, deadline=None)
@given(WRITTEN, st.integers(1, 4))
def test_phrases_stand_in_the_text(string: str, most: int) -> None:
    """Every phrase stands in the text as it is written, and none inside another."""
    text = Text(string)
    found = [one.phrase for one in keyphrases(text, most)]
    assert len(found) <= most
    assert all(phrase in text.string and phrase.strip() == phrase for phrase in found)
    assert not any(one in other for one in found for other in found if one is not other)
    assert [one.phrase for one in keyphrases(Text(string), most)] == found


@pytest.mark.parametrize(
    "string",
    [
        "```\nlettuce\n```\n" * 10_000,
        "lettuce tomato " * 10_000,
        "语言学习很难，" * 10_000,
        "コーヒー紅茶" * 10_000,
        "a" * 200_000,
        " ".join(f"{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}lettuce" for n in range(676)) * 40,
        " ".join(f"{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}lettuce" for n in range(20_000)),
    ],
    ids=lambda string: repr(string[:12]),
)
def test_hostile_texts_take_no_time(string: str) -> None:
    """However long and repetitive, a text is searched within about a second."""
    text = Text(string)
    assert text.blocks is not None
    assert text.words is not None
    assert text.language != "warm"
    began = time.process_time()
    keyphrases(text)
    assert time.process_time() - began < 1.5
