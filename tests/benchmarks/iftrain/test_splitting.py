"""Tests of `crab.benchmarks.iftrain.splitting`: IFEval's rules for stops."""

from __future__ import annotations

from time import process_time

import pytest

from crab.benchmarks.iftrain.splitting import rule_sentences, split
from crab.testing import TEXTS
from crab.text import Text

WRITTEN = [
    ("", []),
    (" \n ", []),
    ("Rain", ["Rain"]),
    ("Rain. Snow! Hail?", ["Rain.", "Snow!", "Hail?"]),
    ("Rain. Snow", ["Rain.", "Snow"]),
    ("Rain.Snow.", ["Rain.", "Snow."]),
    ("# Rain\nIt fell.\nIt stopped.", ["# Rain It fell.", "It stopped."]),
    (
        "Dr. Ray and Mrs. Fox left. So did St. Ives.",
        ["Dr. Ray and Mrs. Fox left.", "So did St. Ives."],
    ),
    ("Prof. Ray left.", ["Prof.", "Ray left."]),
    ("See rain.com or a.org. Go.", ["See rain.com or a.org.", "Go."]),
    ("It was 3.5 mm. Or 4. More", ["It was 3.5 mm.", "Or 4.", "More"]),
    ("Rain... Snow.. Hail", ["Rain...", "Snow..", "Hail"]),
    ("She has a Ph.D. in rain.", ["She has a Ph.D. in rain."]),
    ("J. K. Ray left.", ["J. K. Ray left."]),
    ("In the U.S. They left. Now.", ["In the U.S.", "They left.", "Now."]),
    ("In the U.S. Army. Now.", ["In the U.S. Army.", "Now."]),
    ("In the U.S.A. it rains.", ["In the U.S.A. it rains."]),
    ("Rain Inc. It fell. Rain Ltd. fell.", ["Rain Inc", "It fell.", "Rain Ltd. fell."]),
    ('He said "rain." Then he left.', ['He said "rain".', "Then he left."]),
    ("He said “rain.” Then he left.", ["He said “rain”.", "Then he left."]),
    ('Did he say "rain?" He did!', ['Did he say "rain"?', "He did!"]),
    ("What?! Rain!!", ["What?", "!", "Rain!", "!"]),
    ("1. Rain. 2. Snow.", ["1.", "Rain.", "2.", "Snow."]),
    ("Plan b. is good. Plan c", ["Plan b. is good.", "Plan c"]),
    ("It fell a. lot. So e.g. this.", ["It fell a. lot.", "So e.g. this."]),
    ("雨が降った。静かだ。", ["雨が降った。静かだ。"]),
    ("Rain <prd> and <stop> snow.", ["Rain . and", "snow."]),
]


@pytest.mark.parametrize(("text", "wanted"), WRITTEN, ids=[text for text, _ in WRITTEN])
def test_sentences(text, wanted):
    """Stops end sentences but in titles, sites, numbers, initials, acronyms and firms."""
    assert split(text) == wanted
    assert rule_sentences(Text(text)) == wanted


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_no_letter_is_lost(text):
    """Sentences hold every letter and digit of a text, in order."""
    found = "".join(split(text))
    assert list(filter(str.isalnum, found)) == list(filter(str.isalnum, text))
    assert all(sentence == sentence.strip() for sentence in split(text))


@pytest.mark.parametrize(
    "piece", [". ", "a.", "a. ", ".", "1.", '."', "Mr. ", "U.S. He ", "A.B.C. ", " Inc. ", "x\n"]
)
def test_time_is_linear(piece):
    """A long text is split within a second."""
    began = process_time()
    split(piece * (200_000 // len(piece)))
    assert process_time() - began < 2
