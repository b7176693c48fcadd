"""Whatever the text, what the style family proposes is met, and plain counts agree with it."""

from __future__ import annotations

import re
import string
from itertools import pairwise
from random import Random
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crab import constraints
from crab.constraints import (
    CapitalWordCount,
    ExclamationCount,
    NoContractions,
    NumberCount,
    Numerals,
    Person,
    QuestionCount,
    QuotationCount,
    Rule,
    SentenceOpenersVary,
    Style,
    UniqueWordCount,
)
from crab.testing import NASTY
from crab.text import Text

RULES = [
    kind
    for kind in map(vars(constraints).get, constraints.__all__)
    if issubclass(kind, Style) and issubclass(kind, Rule)
]
PLAIN = (
    "The boats came back before the rain and nobody on the quay said a word about the storm. "
    "Later that evening the harbour fell quiet, and the gulls slept on the warm roofs. "
    "Some nets still hung on the wall when the watchman made a round with his lamp. "
)

SIGNS = st.sampled_from(
    [
        "The boats came back. ", "NASA and ESA agree. ", "I am A-1. ", "CANNOT ", "U.S. ",
        "NASA's ", "[FBI](x) ",
        "AT&T/IBM ", "iOS ", "**WOW** ", "x(IBM) ", "ÉTÉ ", "🅰 ", "3.14 ", "1,000 ", "10-20 ",
        "H2O ", "1. one\n", "v2 ", "x_1 ",
        "7) seven\n", "In 2020. ", "“so” ", '"no" ', "«oui» ", "「はい」", 'say "a" and "b" ',
        '5" ',
        "'tis ", "'one' ", "```\n\"c\"\n```\n",
        "🙂 ", "❤ ", "❤️ ", "👩‍👩‍👧 ", "🇫🇷 ", "1️⃣ ", "© ", ":) ", "Why? ", "Oh! ", "\n", "\n\n",
        "don't ", "well-known ", "e.g. ",
        "雨が降る。", "Дождь. ", "# Title\n\n", "| a | b |\n|--|--|\n| 1 | 2 |\n", "a" * 30,
        "the boats came back before the rain and nobody on the quay said a word about the storm. ",
    ]
)  # fmt: skip
SPEECH = st.sampled_from(
    [
        PLAIN, "I think so. ", "I'm here. ", "Us too! ", "The US is big. ", "i.e. this ",
        "do-it-yourself ", "You’re right. ", "Thine? ", "my_var ", "It’s late. ", "John's coat. ",
        "isn't ", "the '90s ", "goin' home ", "dont ", "rock 'n' roll ", "two days ", "in 3 days ",
        "one ", "First, rain. ", "twenty-one ", "1. item\n", "Why? ", "Why?! ",
        'He asked "Why?" so. ',
        "Oh! ", "a != b ", "The rain. ", "The wind. ", "It rained. ", "It's wet. ",
        "Dr. Who left. ",
        "- The cat\n", "# The End\n\n", "http://a.b?c=d ", "¿Qué? ", "\n", "\n\n", "雨が降る。",
        "私は行く。",
        "我走了。", "Wir gehen. ", "Это мой дом. ", "J’ai faim. ", "```\nyou!\n```\n", "Verse1:\n",
    ]
)  # fmt: skip
SIGNED = st.lists(st.one_of(SIGNS, st.text(max_size=6)), max_size=40).map("".join)
SPOKEN = st.lists(st.one_of(SPEECH, st.text(max_size=6)), max_size=40).map("".join)
LONG = (
    '"a' * 50_000,
    "A" * 200_000,
    "1 " * 50_000,
    "'a" * 50_000,
    "😀" * 50_000,
    "a'" * 50_000,
    "I " * 50_000,
    "'" * 100_000,
    "? " * 50_000,
    "two-" * 50_000,
    "a" + " '" * 50_000,
)


def proposed(kind, text, seeds=range(6)):
    """Return everything that the kind proposes for the text with some seeds."""
    return [rule for seed in seeds for rule in kind.propose(text, Random(seed))]


def holds(rule, count):
    """Return whether a count keeps the bounds of the rule."""
    return (rule.at_least is None or count >= rule.at_least) and (
        rule.at_most is None or count <= rule.at_most
    )


@given(SIGNED | SPOKEN)
@settings(max_examples=350, deadline=None)
def test_proposed_is_met(text):
    """Everything that the family proposes is met, and survives JSON."""
    for kind in RULES:
        for rule in proposed(kind, text, range(2)):
            assert rule.check(text).met is True
            assert kind.model_validate_json(rule.model_dump_json()) == rule
            assert {rule: 1}[rule] == 1


@given(SIGNED)
@settings(max_examples=150, deadline=None)
def test_bounds_hold_in_plain_readings(text):
    """Proposed counts hold however others count."""
    text = Text(text).string
    table = str.maketrans("", "", string.punctuation)
    readings = {
        NumberCount: [
            len(re.findall(r"\d+", text)),
            len(re.findall(r"\d+", text.translate(table))),
            len(re.findall(r"\b\d+(?:[.,]\d+)*\b", text)),
            sum(bool(re.search(r"\d", token)) for token in text.split()),
        ],
        CapitalWordCount: [
            sum(map(str.isupper, text.split())),
            sum(map(str.isupper, re.findall(r"\w+", text))),
        ],
        UniqueWordCount: [
            len({token.strip(string.punctuation + " ") for token in text.lower().split()}),
            len(set(re.findall(r"\w+", text.lower()))),
        ],
        QuotationCount: [
            (text.count('"') + 1) // 2 + sum(map(text.count, "“«「")),
            len(re.findall(r'"[^"\n]+"|“[^”\n]+”|«[^»\n]+»|「[^」\n]+」', text)),
        ],
    }
    for kind, counts in readings.items():
        for rule in proposed(kind, text):
            assert all(holds(rule, count) for count in counts), (rule, counts)


@given(SPOKEN)
@settings(max_examples=200, deadline=None)
def test_rules_hold_in_plain_readings(text):
    """What is proposed holds by the plain patterns that others check with."""
    text = Text(text).string
    english = Text(text).language == "en"
    for rule in proposed(Person, text, [0]):
        own = r"\b(?:I|me|my|we|us|our)\b" if rule.avoid == "first" else r"\b(?:you|your|yours)\b"
        assert not (english and re.search(own, text, re.IGNORECASE))
    for _ in proposed(NoContractions, text, [0]):
        assert not re.search(r"\w['’]\w", text)
    for rule in proposed(Numerals, text, [0]):
        wrong = r"\d" if rule.style == "words" else r"(?i)\b(?:one|two|three|ten|twenty|first)\b"
        assert not re.search(wrong, text)
    for _ in proposed(SentenceOpenersVary, text, [0]):
        pieces = re.split(r"(?<=[.!?])\s+|\n", text)
        openers = [found.group().lower() for part in pieces if (found := re.search(r"\w+", part))]
        assert not any(one == other for one, other in pairwise(openers))
    for kind, mark in ((QuestionCount, "?"), (ExclamationCount, "!")):
        for rule in proposed(kind, text):
            most = max(text.count(mark), sum(map(text.count, "？！؟‼⁇⁈⁉")))
            assert rule.at_least is not None
            assert rule.at_least <= most


@pytest.mark.parametrize("kind", RULES)
def test_every_string_gets_a_verdict_in_time(kind):
    """Checking and proposing take about linear time on texts that nobody would write."""
    for text in (*NASTY, *LONG):
        prepared = Text(text)
        assert prepared.certain_language != ""  # the work that all kinds share is done before
        assert prepared.readings.sentences.high >= len(prepared.sentences)
        began = process_time()
        assert kind(**kind.example.fields).check(prepared).met in (True, False)
        list(kind.propose(prepared, Random(0)))
        assert process_time() - began < 3, (kind, text[:20])
