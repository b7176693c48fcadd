"""The examples run as scripts from anywhere, and open as notebooks that run too."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"
SCRIPTS = sorted(EXAMPLES.glob("[0-9]*.py"))
IDS = [script.stem for script in SCRIPTS]

OFFLINE = """
import socket, sys

def refuse(*args, **kwargs):
    raise OSError("an example reached for the network")

socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
"""

ESSENTIALS = {
    "01_check_a_response": [
        "met    word_count",
        "UNMET  no_punctuation",
        "all met: False",
        '{"kind":"word_count","version":1,"at_most":60}',
        "not judged  audience",
        "all met: None",
    ],
    "02_propose_rules": ["numbered_item_count", "words: 13", "回答"],
    "03_own_kind": ["5 distinct years", "year_count keeps the laws"],
    "04_make_a_dataset": [
        "116 rows, 116 pairs",
        "BEFORE",
        "AFTER",
        "RESPONSE, unchanged",
        " 0 false",
    ],
    "05_with_a_model": [
        "it was:    How do I bake a sourdough loaf?",
        "kept: word_count: Your answer should have at most 100 words. (85 words)",
        "kept: exclusion: Do not mention any brand.",
        "(evidence_not_found",
        "(judge_not_trusted)",
    ],
    "06_score_answers": [
        "strict   prompts             6   83.3 [43.6, 97.0]    16.7 [3.0, 56.4]",
        "hasty 5 detectable_format:json_format is followed loosely only",
        "UNMET  detectable_format:number_bullet_lists      4 bullets",
        'by the words: Your answer should include "art". False',
    ],
    "07_rewards": [
        "            0.67              0.00              0.75              0.33 ",
        "weather [1.0, 0.6666666666666666, None]",
        "[1.0, 1.0, 0.0, 0.0, 0.0]",
    ],
}


def python(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def test_every_example_has_its_essentials():
    """What each script must print is listed here."""
    assert set(ESSENTIALS) == set(IDS)


@pytest.mark.slow
@pytest.mark.parametrize("script", SCRIPTS, ids=IDS)
def test_runs_as_a_script(script, tmp_path):
    """A script runs in any folder, without the network, and leaves no file behind."""
    run = f"{OFFLINE}\nimport runpy\nrunpy.run_path({str(script)!r}, run_name='__main__')"
    done = python("-c", run, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    for essential in ESSENTIALS[script.stem]:
        assert essential in done.stdout, done.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("script", SCRIPTS, ids=IDS)
def test_opens_as_a_notebook(script, tmp_path):
    """Jupytext turns a script into a notebook of text and code whose cells run in order."""
    shutil.copy(script, tmp_path)
    shutil.copy(EXAMPLES / "seeds.jsonl", tmp_path)
    shutil.copytree(EXAMPLES / "eval", tmp_path / "eval")
    made = python("-m", "jupytext", "--to", "ipynb", script.name, cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    notebook = json.loads((tmp_path / f"{script.stem}.ipynb").read_text("utf-8"))
    cells = [(cell["cell_type"], "".join(cell["source"])) for cell in notebook["cells"]]
    assert cells[0][0] == "markdown"
    assert cells[0][1].startswith("# ")
    code = [source for kind, source in cells if kind == "code"]
    assert len(code) >= 3
    assert all("# %%" not in source for _, source in cells)
    run = "".join(f"exec({source!r})\n" for source in code)
    done = python("-c", run, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    for essential in ESSENTIALS[script.stem]:
        assert essential in done.stdout


@pytest.mark.slow
def test_show_samples(tmp_path):
    """What `make demo` shows: three whole examples of different languages, each constraint met."""
    out = tmp_path / "out"
    command = "from crab.cli import main; main()"
    seeds = str(EXAMPLES / "seeds.jsonl")
    built = python("-c", command, "build", seeds, "-o", str(out), "--seed", "1", cwd=tmp_path)
    assert built.returncode == 0, built.stderr
    shown = python(str(EXAMPLES / "show_samples.py"), "out", "3", cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    titles = re.findall(r"^\S+ \((\w\w), (\w+)\)$", shown.stdout, re.MULTILINE)
    assert len(set(titles)) == len(titles) == 3
    assert shown.stdout.count("PROMPT\n") == shown.stdout.count("RESPONSE\n") == 3
    assert len(re.findall(r"^(\d+) of \1 met$", shown.stdout, re.MULTILINE)) == 3
    assert "UNMET" not in shown.stdout


def test_show_samples_says_how_to_use_it(tmp_path):
    """Without a data set, the script says how to make one."""
    shown = python(str(EXAMPLES / "show_samples.py"), "nowhere", cwd=tmp_path)
    assert shown.returncode == 1
    assert "crab build SEEDS -o nowhere" in shown.stderr
