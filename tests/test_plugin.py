"""Plug-ins: the example package is really installed and found; one that breaks is named."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "examples" / "plugin"
CRAB = "from crab.cli import main; main()"

USE = '''
import crab
from pydantic import TypeAdapter

POEM = """Rain at the window,
all day and all night:
in every gutter
nothing but water."""

assert "acrostic" in crab.kinds()
[rule] = crab.propose(POEM, kinds=["acrostic"])
assert rule in crab.propose(POEM)
assert crab.check(POEM, rule).met
assert not crab.check("Dry at the window,\\n" + POEM, rule).met
constraints = TypeAdapter(tuple[crab.Constraint, ...])
assert constraints.validate_json(constraints.dump_json((rule,))) == (rule,)
[sample] = crab.build([{"instruction": "Write.", "response": POEM}], kinds=("acrostic",), vacuous=1)
assert sample.constraints == (rule,)
assert crab.Sample.model_validate_json(sample.model_dump_json()) == sample
print(rule.kind, rule.word)
'''


def run(*command: str, path: Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run Python with ``path`` on its import path."""
    return subprocess.run(
        [sys.executable, *command],
        env=os.environ | {"PYTHONPATH": str(path), "COLUMNS": "200", "PYTHONUTF8": "1"},
        cwd=cwd or path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder into which the example package is installed."""
    folder = tmp_path_factory.mktemp("site")
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check"]
    done = run("-m", "pip", "install", *options, "--target", str(folder), str(PACKAGE), path=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def plant(folder: Path, name: str, code: str) -> Path:
    """Install a plug-in of one module by hand."""
    about = folder / f"crab_{name}-1.2.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: crab-{name}\nVersion: 1.2\n")
    (about / "entry_points.txt").write_text(f"[crab.constraints]\n{name} = crab_{name}\n")
    (folder / f"crab_{name}.py").write_text(code)
    return folder


@pytest.mark.slow
def test_installed_plugin_is_one_of_the_kinds(installed):
    """An installed plug-in proposes, checks, goes through JSON and keeps the laws."""
    done = run("-c", USE, path=installed)
    assert (done.returncode, done.stdout) == (0, "acrostic Rain\n"), done.stderr


@pytest.mark.slow
def test_command_shows_the_plugin(installed):
    """``crab kinds`` lists an installed kind, and ``crab kinds KIND`` shows it."""
    listed = run("-c", CRAB, "kinds", path=installed)
    assert listed.returncode == 0, listed.stderr
    assert "acrostic" in listed.stdout
    shown = run("-c", CRAB, "kinds", "acrostic", path=installed)
    assert shown.returncode == 0, shown.stderr
    for part in ("acrostic", "verse", 'Write an acrostic of "rain".', '"word":"rain"'):
        assert part in shown.stdout


@pytest.mark.slow
def test_readme_of_the_plugin_is_right(installed):
    """The code in the plug-in's README runs as it stands."""
    readme = (PACKAGE / "README.md").read_text("utf-8")
    code = readme.split("```python\n", 1)[1].split("```", 1)[0]
    done = run("-c", code, path=installed)
    assert done.returncode == 0, done.stderr
    assert 'should spell "Rain"' in done.stdout
    assert "每行的第一个字" in done.stdout
    assert "1 of 1 met" in done.stdout


@pytest.mark.slow
def test_tests_of_the_plugin_pass(installed):
    """The plug-in's own tests, the laws among them, pass against the installed package."""
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--import-mode=importlib"]
    done = run("-m", "pytest", *options, "tests", path=installed, cwd=PACKAGE)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("command", [["kinds"], ["kinds", "no_such_kind"], ["build", "x.jsonl"]])
def test_broken_plugin_is_named(tmp_path, command):
    """A plug-in that raises when it is imported is named, with its package and its error."""
    plant(tmp_path, "broken", "raise RuntimeError('no licence file')\n")
    (tmp_path / "x.jsonl").write_text('{"instruction": "Hi", "response": "Ho"}\n')
    out = ["-o", "out"] if command[0] == "build" else []
    done = run("-c", CRAB, *command, *out, path=tmp_path)
    assert done.returncode == 1
    for part in ("broken", "crab-broken 1.2", "RuntimeError: no licence file"):
        assert part in done.stderr
    assert "Traceback" not in done.stderr


def test_broken_plugin_leaves_the_rest_alone(tmp_path):
    """A plug-in that breaks is not imported where nobody needs it."""
    plant(tmp_path, "broken", "raise RuntimeError('no licence file')\n")
    code = (
        "import crab; rule = crab.Constraint.model_validate({'kind': 'word_count', 'at_most': 5});"
        "print(crab.check('It rained.', rule).met)"
    )
    done = run("-c", code, path=tmp_path)
    assert (done.returncode, done.stdout) == (0, "True\n"), done.stderr


def test_taken_kind_is_refused(tmp_path):
    """A plug-in that takes the name of another kind is named."""
    code = (PACKAGE / "src" / "crab_acrostic" / "__init__.py").read_text("utf-8")
    taken = code.replace("Acrostic(", "Keywords(").replace('"acrostic"', '"keywords"')
    plant(tmp_path, "taken", taken)
    done = run("-c", CRAB, "kinds", path=tmp_path)
    assert done.returncode == 1
    assert "crab-taken 1.2" in done.stderr
    assert "kind 'keywords'" in done.stderr
