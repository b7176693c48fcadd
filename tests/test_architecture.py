"""Tests of the whole: who imports whom, what stands where, what no file may hold."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
SOURCE = TESTS.parent / "src" / "crab"

FLOORS = (
    "errors ngram_language languages markdown scanning memory readings text randomness lexicon "
    "keyphrases intervals "
    "phrasings",
    "constraints",
    "proposing checking records config claims claim_patterns claim_doubts",
    "sources backends prompts testing",
    "steps",
    "pipeline engines ledger",
    "folder rechecking rewards benchmarks outputs",
    "progress",
    "console running showing_scores",
    "cli evaluating exporting __main__",
)
"""The floors of the house, from the ground up: nobody imports from a floor above their own."""

TOO_LONG = {"ngram_language.py", "readings.py"}
"""Files of more than 300 lines that are still to be split."""

TESTED_ELSEWHERE = {
    "crab": "test_init.py",
    "crab.backends": "backends/test_init.py",
    "crab.backends.store": "backends/test_cached.py",
    "crab.claim_doubts": "test_claims.py",
    "crab.claim_patterns": "test_claims.py",
    "crab.prompts": "prompts/test_init.py",
    "crab.__main__": "test_cli.py",
    "crab.benchmarks": "benchmarks/test_catalogue.py",
    "crab.benchmarks.asking": "benchmarks/test_mapping.py",
    "crab.benchmarks.escaping": "benchmarks/test_mapping.py",
    "crab.benchmarks.ifbench": "benchmarks/test_catalogue.py",
    "crab.benchmarks.ifbench.counts": "benchmarks/test_upstream_vectors.py",
    "crab.benchmarks.ifbench.custom": "benchmarks/test_upstream_vectors.py",
    "crab.benchmarks.ifbench.family": "benchmarks/test_instructions.py",
    "crab.benchmarks.ifbench.layout": "benchmarks/test_upstream_vectors.py",
    "crab.benchmarks.ifbench.positions": "benchmarks/test_upstream_vectors.py",
    "crab.benchmarks.ifbench.ratios": "benchmarks/test_upstream_vectors.py",
    "crab.benchmarks.ifbench.repeat": "benchmarks/test_upstream_vectors.py",
    "crab.benchmarks.ifbench.sentences": "benchmarks/test_upstream_vectors.py",
    "crab.benchmarks.ifbench.tables": "benchmarks/test_upstream_vectors.py",
    "crab.benchmarks.ifbench.words": "benchmarks/test_upstream_vectors.py",
    "crab.benchmarks.ifeval": "benchmarks/test_catalogue.py",
    "crab.benchmarks.ifeval.combination": "benchmarks/test_upstream_vectors.py",
    "crab.benchmarks.ifeval.family": "benchmarks/test_instructions.py",
    "crab.benchmarks.ifeval.writing": "benchmarks/test_upstream_vectors.py",
    "crab.benchmarks.iftrain": "benchmarks/test_catalogue.py",
    "crab.benchmarks.iftrain.copying": "benchmarks/test_upstream_vectors.py",
    "crab.benchmarks.iftrain.counts": "benchmarks/test_upstream_vectors.py",
    "crab.benchmarks.iftrain.family": "benchmarks/test_instructions.py",
    "crab.benchmarks.iftrain.words": "benchmarks/test_upstream_vectors.py",
    "crab.intervals": "benchmarks/test_accuracy.py",
    "crab.benchmarks.token_counts": "benchmarks/test_tokens.py",
    "crab.benchmarks.pattern_translation": "benchmarks/test_patterns.py",
    "crab.benchmarks.punkt_model": "benchmarks/test_punkt.py",
    "crab.benchmarks.rereading": "benchmarks/test_mapping.py",
    "crab.constraints": "constraints/test_init.py",
    "crab.constraints.code_blocks": "constraints/test_format_counts.py",
    "crab.constraints.dialogue": "constraints/test_format_counts.py",
    "crab.constraints.emphasis": "constraints/test_format_checks.py",
    "crab.constraints.headings": "constraints/test_format_checks.py",
    "crab.constraints.ifeval": "constraints/test_format_counts.py",
    "crab.constraints.length_of_parts": "constraints/test_length.py",
    "crab.constraints.letters": "constraints/test_keywords.py",
    "crab.constraints.links": "constraints/test_format_counts.py",
    "crab.constraints.list_items": "constraints/test_format_checks.py",
    "crab.constraints.lists": "constraints/test_format_counts.py",
    "crab.constraints.marks": "constraints/test_format_counts.py",
    "crab.constraints.openings_and_endings": "constraints/test_keywords.py",
    "crab.constraints.phrases": "constraints/test_keywords.py",
    "crab.constraints.placeholders": "constraints/test_format_counts.py",
    "crab.constraints.plain_text": "constraints/test_format_checks.py",
    "crab.constraints.quotes": "constraints/test_format_checks.py",
    "crab.constraints.sections": "constraints/test_format_checks.py",
    "crab.constraints.spans": "constraints/test_format_counts.py",
    "crab.constraints.tables": "constraints/test_format_counts.py",
    "crab.engines": "engines/test_local.py",
    "crab.lexicon": "steps/test_similarity.py",
    "crab.rewards": "rewards/test_reward.py",
    "crab.rewards.problems": "rewards/test_reward.py",
    "crab.scanning": "test_text.py",
    "crab.sources": "sources/test_reader.py",
    "crab.steps": "test_pipeline.py",
    "crab.testing": "test_laws.py",
}
"""Modules that have no test module of their name, and the one that tests them."""


@cache
def modules() -> dict[str, Path]:
    """Every module of crab by its name."""
    found = {}
    for file in sorted(SOURCE.rglob("*.py")):
        parts = ("crab", *file.relative_to(SOURCE).with_suffix("").parts)
        found[".".join(parts).removesuffix(".__init__")] = file
    return found


@cache
def tree(name: str) -> ast.Module:
    """The code of a module."""
    return ast.parse(modules()[name].read_text("utf-8"))


def statements(node: ast.AST, *, deferred: bool = True) -> Iterator[ast.stmt]:
    """Every statement that runs: not those for type checkers, nor deferred ones if not wanted."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) and not deferred:
            continue
        if isinstance(child, ast.stmt):
            yield child
        yield from statements(child, deferred=deferred)


def imported(name: str, *, deferred: bool = True) -> set[str]:
    """The modules, of crab or others, that a module imports when it runs."""
    found: set[str] = set()
    for statement in statements(tree(name), deferred=deferred):
        if isinstance(statement, ast.Import):
            found |= {alias.name for alias in statement.names}
        elif isinstance(statement, ast.ImportFrom):
            assert statement.level == 0, f"{name} has a relative import"
            for alias in statement.names:
                inner = f"{statement.module}.{alias.name}"
                found.add(inner if inner in modules() else str(statement.module))
    return found


def of_crab(name: str, *, deferred: bool = True) -> set[str]:
    """The modules of crab that a module imports."""
    return imported(name, deferred=deferred) & set(modules())


def floor(name: str) -> int:
    """The number of a module's floor; the face of the package is the roof."""
    if name == "crab":
        return len(FLOORS)
    room = name.split(".")[1]
    [number] = [number for number, rooms in enumerate(FLOORS) if room in rooms.split()]
    return number


def test_modules_are_found():
    """The tests below look at the real house."""
    assert {"crab", "crab.cli", "crab.constraints.base", "crab.steps.prune"} <= set(modules())
    assert "crab.text" in of_crab("crab.constraints.base")
    assert "crab.constraints.base" not in of_crab("crab.constraints.registry")
    assert "sentencex" in imported("crab.text")
    assert "sentencex" not in imported("crab.text", deferred=False)


def test_every_room_is_on_one_floor():
    """Every module stands on exactly one floor."""
    rooms = " ".join(FLOORS).split()
    assert len(rooms) == len(set(rooms))
    assert {name.split(".")[1] for name in modules() if name != "crab"} <= set(rooms)


@pytest.mark.parametrize("name", modules())
def test_no_import_runs_up(name):
    """A module imports from its own floor and from those below."""
    up = {other for other in of_crab(name) if floor(other) > floor(name)}
    assert up == set()


def test_no_circles():
    """No module imports itself over others, be it when it is loaded or when it is used."""
    left = {name: of_crab(name) - {name} for name in modules()}
    while ready := {name for name, others in left.items() if not others & left.keys()}:
        left = {name: others for name, others in left.items() if name not in ready}
    assert sorted(left) == []


@pytest.mark.parametrize(
    "name", ["text", "readings", "constraints.base", "constraints.registry", "records", "testing"]
)
def test_module_can_be_imported_first(name):
    """No module needs another to be imported before it."""
    code = f"import crab.{name}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", modules())
def test_every_module_is_tested(name):
    """Every module has a test module of its name, or is known to be tested by another."""
    room = name.rpartition(".")[2]
    if list(TESTS.rglob(f"test_{room}.py")):
        return
    assert name in TESTED_ELSEWHERE, f"there is no test_{room}.py"
    other = TESTS / TESTED_ELSEWHERE[name]
    assert other.is_file()


def test_exceptions_are_needed():
    """Nothing is excepted that is no module."""
    assert set(TESTED_ELSEWHERE) <= set(modules())
    assert {name for name in TOO_LONG if not (SOURCE / name).is_file()} == set()


def test_every_test_states_its_fact():
    """Every test function has a docstring."""
    silent = [
        f"{file.relative_to(TESTS)}: {node.name}"
        for file in sorted(TESTS.rglob("test_*.py"))
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef)
        and node.name.startswith("test_")
        and not ast.get_docstring(node)
    ]
    assert silent == []


@pytest.mark.parametrize("name", modules())
def test_module_says_what_it_is_for(name):
    """Every module has a docstring that begins with one whole line."""
    first, *_ = (ast.get_docstring(tree(name)) or "").splitlines()
    assert len(first) > 20


@pytest.mark.parametrize("name", modules())
def test_no_file_is_long(name):
    """No module has more than 300 lines."""
    file = modules()[name]
    if str(file.relative_to(SOURCE)) not in TOO_LONG:
        assert len(file.read_text("utf-8").splitlines()) <= 300


def test_there_is_no_utils():
    """Every file is named for what it does."""
    vague = {"utils", "util", "helpers", "helper", "common", "misc", "core", "tools"}
    assert vague.isdisjoint(part for name in modules() for part in name.split("."))


def test_nothing_is_executed():
    """No file in the package evaluates text as code."""
    files = [
        file for file in SOURCE.rglob("*") if file.is_file() and "__pycache__" not in file.parts
    ]
    assert len(files) > len(modules())
    pattern = re.compile(rb"(?<![\w.])(?:eval|exec|compile|__import__)\(|os\.system|shell=True")
    assert [str(file) for file in files if pattern.search(file.read_bytes())] == []


def test_no_global_randomness():
    """Nobody draws from the module ``random`` or sets a seed for all: ``Random`` alone is used."""
    for name in modules():
        assert "random.seed" not in modules()[name].read_text("utf-8")
        for statement in statements(tree(name)):
            if isinstance(statement, ast.ImportFrom) and statement.module == "random":
                assert {alias.name for alias in statement.names} == {"Random"}, name
        for node in ast.walk(tree(name)):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "random":
                assert node.attr == "Random", name


def test_only_the_edges_know_the_time():
    """What is written depends on no clock: only times, progress and waiting read one."""
    clocks = {name for name in modules() if imported(name) & {"time", "datetime"}}
    waiting = {f"crab.backends.{name}" for name in ("openai", "pacing", "store")}
    assert clocks <= {"crab.folder", "crab.progress", "crab.testing"} | waiting


NETWORK = {"aiohttp", "requests", "httpx", "urllib", "urllib.request", "socket", "http.client"}
DOORS = ("crab.backends", "crab.engines")


def test_only_the_doors_reach_out():
    """No module but the backends and engines can reach a network or another process."""
    out = NETWORK | {"subprocess", "multiprocessing", "concurrent.futures"}
    reaching = {name for name in modules() if imported(name) & out}
    assert {name for name in reaching if not name.startswith(DOORS)} == set()


def test_constraints_read_no_files():
    """A constraint opens no file: what is installed with it is read by the ground floor."""
    readers = {"pathlib", "io", "os", "shutil", "tempfile", "sqlite3"}
    for name in modules():
        if name.startswith("crab.constraints"):
            assert not imported(name) & readers, name
            calls = [node.func for node in ast.walk(tree(name)) if isinstance(node, ast.Call)]
            assert "open" not in {call.id for call in calls if isinstance(call, ast.Name)}, name
