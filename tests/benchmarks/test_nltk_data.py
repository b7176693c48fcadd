"""Tests of `crab.benchmarks.nltk_data`: what is not installed is an error, never a verdict."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nltk
import pytest

from crab.benchmarks import instruction, nltk_data, punkt_model
from crab.errors import MissingData

DECIDE = """
import os
import crab
from crab.benchmarks import SOURCES, instruction_classes
from crab.errors import MissingData

for source in SOURCES:
    for id_, cls in instruction_classes(source).items():
        if cls.source != source:
            continue
        rule = cls(**cls.example.fields)
        told = []
        for text in (cls.example.met, cls.example.unmet):
            try:
                told.append(str(crab.check(text, [rule]).met))
            except MissingData as error:
                told.append(str(error).partition("nltk.downloader ")[2].partition(",")[0])
        print(rule.kind, *told)
"""
PACKAGES = {"punkt_tab", "stopwords", "averaged_perceptron_tagger_eng"}


def without_data(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run code where nltk finds no data."""
    env = {**os.environ, "NLTK_DATA": str(folder), "HOME": str(folder)}
    script = f"import nltk; nltk.data.path[:] = [{str(folder)!r}]\n{code}"
    return subprocess.run(
        [sys.executable, "-c", script],
        env=env,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("load", "package"),
    [
        ("punkt", "punkt_tab"),
        ("stop_words", "stopwords"),
        ("tagger", "averaged_perceptron_tagger_eng"),
    ],
)
def test_missing_data_name_the_command(load, package, tmp_path):
    """The error names the command that installs what is missing, without nltk's own long text."""
    code = f"from crab.benchmarks.nltk_data import {load}; {load}()"
    done = without_data(code, tmp_path)
    last = done.stderr.strip().splitlines()[-1]
    assert done.returncode == 1
    assert last.startswith("crab.errors.MissingData: nltk's search path lacks the English ")
    assert f"run: python -m nltk.downloader {package}, or set NLTK_DATA to" in last
    assert "During handling" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_nothing_decides_differently_without_data(tmp_path):
    """Without data, an instruction decides as it should, or says what it needs: never "not met"."""
    done = without_data(DECIDE, tmp_path)
    assert done.returncode == 0, done.stderr
    told = {kind: verdicts for kind, *verdicts in map(str.split, done.stdout.splitlines())}
    assert len(told) == 112
    for kind, (met, unmet) in told.items():
        assert met in {"True", *PACKAGES}, kind
        assert unmet in {"False", *PACKAGES}, kind
    assert told["ifeval/length_constraints:number_sentences"] == ["punkt_tab"] * 2
    assert told["ifbench/ratio:stop_words"] == ["stopwords"] * 2
    assert told["ifbench/words:start_verb"] == ["punkt_tab"] * 2
    assert told["ifeval/length_constraints:number_words"] == ["True", "False"]


def test_what_is_installed_later_is_found(monkeypatch):
    """A check that failed for want of data decides once they are there."""
    rule = instruction(
        "ifeval",
        "length_constraints:number_sentences",
        {"num_sentences": 2, "relation": "at least"},
    )
    nltk_data.punkt.cache_clear()
    punkt_model.model.cache_clear()
    with monkeypatch.context() as hidden:
        hidden.setattr(nltk.data, "path", [])
        with pytest.raises(MissingData):
            rule.check("It rained. It snowed.")
    assert rule.check("It rained. It snowed.").met


def test_data():
    """The data are nltk's, read once."""
    assert nltk_data.punkt() is nltk_data.punkt()
    assert nltk_data.punkt().tokenize("It rained in St. Ives. So.") == [
        "It rained in St. Ives.",
        "So.",
    ]
    assert {"the", "don't"} <= nltk_data.stop_words()
    assert "rain" not in nltk_data.stop_words()
    assert nltk_data.tagger().tag(["Watch", "the", "rain"])[0] == ("Watch", "VB")


def test_no_data_are_read_before_they_are_needed():
    """Making instructions reads no data."""
    code = """
import nltk
from crab.benchmarks import SOURCES, instruction_classes
def refused(*_, **__):
    raise AssertionError
nltk.data.find = nltk.data.load = refused
for source in SOURCES:
    for cls in instruction_classes(source).values():
        cls(**cls.example.fields).describe()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
