"""Tests of `crab.steps.seen`: what a run remembers of the records that went by."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from crab.records import Pair
from crab.steps.seen import Seen

WORDS = " ".join(f"word{number}" for number in range(60))
ODD = ["a", "'; DROP TABLE ids; --", "\x00", "a\x00b", "雨", "😀", "\ufffd", "x" * 100_000, " a"]


def pair(id_: str = "a", instruction: str = "Go.", response: str = WORDS) -> Pair:
    """A pair."""
    return Pair(id=id_, instruction=instruction, response=response)


@pytest.fixture
def seen():
    """An empty index."""
    with Seen() as found:
        yield found


def test_ids_are_known_the_second_time(seen):
    """An id is known once it was seen, whatever characters it holds."""
    assert [seen.known_id(pair(name)) for name in ODD] == [False] * len(ODD)
    assert [seen.known_id(pair(name)) for name in ODD] == [True] * len(ODD)


def test_repeats_name_the_first(seen):
    """A repeated pair of texts names the id that it was first seen under."""
    assert seen.repeated(pair("a")) is None
    assert seen.repeated(pair("b")) == "a"
    assert seen.repeated(pair("c")) == "a"
    assert seen.repeated(pair("c", response="Other.")) is None


def test_nul_in_a_text_makes_no_repeat(seen):
    """Two pairs that differ in where a NUL stands are different."""
    assert seen.repeated(pair("a", "Go.\0", "On.")) is None
    assert seen.repeated(pair("b", "Go.", "\0On.")) is None


def test_near_names_a_neighbour(seen):
    """A pair whose trigrams are those of an earlier one names it; case and marks do not matter."""
    assert seen.near(pair("a"), 1.0) is None
    assert seen.near(pair("b", response=WORDS.upper().replace(" ", " - ")), 1.0) == "a"


def test_only_what_has_no_neighbour_is_remembered(seen):
    """A near duplicate is no neighbour for later pairs: chains do not form."""
    assert seen.near(pair("a"), 0.8) is None
    assert seen.near(pair("b", response=WORDS + " more"), 0.8) == "a"
    assert seen.near(pair("c", response=WORDS + " more still"), 0.8) == "a"


@pytest.mark.parametrize("response", ["one", "one two", "雨", "雨が降る"])
def test_short_texts_have_neighbours_too(seen, response):
    """Texts of fewer than three words are near to themselves and to nothing else."""
    assert seen.near(pair("a", "?", response), 0.5) is None
    assert seen.near(pair("b", "?!", response), 0.5) == "a"
    assert seen.near(pair("c", "?", "seven eight nine"), 0.5) is None
    assert seen.near(pair("d", "?", "nine seven eight"), 0.5) is None


def test_texts_without_words_are_not_all_alike(seen):
    """Two different texts without a word are no near duplicates."""
    assert seen.near(pair("a", "😀😀", "!!!"), 0.5) is None
    assert seen.near(pair("b", "→ ∞", "???"), 0.5) is None


def test_index_leaves_nothing_behind(tmp_path):
    """The index lies in the temporary folder while it is used, and is gone afterwards."""
    code = (
        "import os, tempfile; from crab.steps.seen import Seen\n"
        "with Seen(): print(len(os.listdir(tempfile.gettempdir())))\n"
        "print(len(os.listdir(tempfile.gettempdir())))"
    )
    environment = os.environ | {
        "TMPDIR": str(tmp_path),
        "TEMP": str(tmp_path),
        "TMP": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["1", "0"]
    assert list(Path(tmp_path).iterdir()) == []


def test_index_closes_after_an_error():
    """An error inside the block ends it, and the folder goes with it."""
    folders = []

    def broken() -> None:
        with Seen() as seen:
            folders.append(Path(seen._folder.name))
            assert folders[0].is_dir()
            raise KeyError

    with pytest.raises(KeyError):
        broken()
    assert not folders[0].exists()


def test_neighbours_are_the_same_in_every_process():
    """Two processes with different hash seeds find the same neighbours."""
    code = (
        "from random import Random\n"
        "from crab.records import Pair; from crab.steps.seen import Seen\n"
        "rng = Random(3); words = ['rain', 'sea', 'wind', 'hill', 'boat', 'star']\n"
        "with Seen() as seen:\n"
        "    for at in range(60):\n"
        "        text = ' '.join(rng.choices(words, k=30))\n"
        "        print(seen.near(Pair(id=str(at), instruction='Go.', response=text), 0.1))"
    )
    printed = [
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert printed[0] == printed[1]
    assert len(set(printed[0].split())) > 2
