"""Backends by their spec."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from crab.backends import open_backend
from crab.backends.openai import OpenAI
from crab.backends.scripted import ScriptedBackend
from crab.errors import PluginError, UsageError

PLUGIN = '''
from crab.backends.scripted import ScriptedBackend

class Parrot(ScriptedBackend):
    """Says what it was told to say."""

    def __init__(self, model: str, *, loud: bool = False) -> None:
        super().__init__(lambda request: model.upper() if loud else model)
'''


def plant(folder: Path, name: str, code: str, target: str) -> None:
    """Install a plug-in of one module by hand."""
    about = folder / f"crab_{name}-1.2.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: crab-{name}\nVersion: 1.2\n")
    (about / "entry_points.txt").write_text(f"[crab.backends]\n{name} = {target}\n")
    (folder / f"crab_planted_{name}.py").write_text(code)


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Plug-ins are installed: one that works, one that breaks, one that is not there."""
    plant(tmp_path, "parrot", PLUGIN, "crab_planted_parrot:Parrot")
    plant(tmp_path, "broken", "raise RuntimeError('no licence file')\n", "crab_planted_broken:X")
    plant(tmp_path, "missing", "", "crab_planted_missing:Missing")
    monkeypatch.syspath_prepend(tmp_path)


def test_openai_is_named_with_its_model() -> None:
    """What stands after the first colon is the model, whatever it holds; options go along."""
    backend = open_backend("openai:org/model:free", base_url="http://x/v1/", concurrency=3)
    assert isinstance(backend, OpenAI)
    assert (backend.model, backend.name) == ("org/model:free", "openai:org/model:free")
    assert (backend.base_url, backend.concurrency) == ("http://x/v1", 3)


def test_hf_is_opened_without_loading_anything() -> None:
    """A model of transformers is named by its folder or id; it is loaded when it is asked."""
    assert open_backend("hf:some/model").name == "hf:some/model"


def test_a_backend_is_itself() -> None:
    """A backend is returned as it is, and takes no options."""
    backend = ScriptedBackend(lambda request: "")
    assert open_backend(backend) is backend
    with pytest.raises(UsageError, match="concurrency: give these to the backend itself"):
        open_backend(backend, concurrency=3)


@pytest.mark.parametrize("spec", ["", "openai", "openai:", "gpt-5-mini", ":"])
def test_a_spec_has_a_kind_and_a_model(spec: str) -> None:
    """A spec without a model is refused, and the error shows how to say it."""
    with pytest.raises(UsageError, match=r"named as openai:MODEL or hf:PATH_OR_ID, not "):
        open_backend(spec)


@pytest.mark.parametrize("spec", ["gpt:5", "OpenAI:gpt", ":x", "http://x/v1"])
@pytest.mark.usefixtures("planted")
def test_an_unknown_kind_is_refused(spec: str) -> None:
    """The error lists the kinds there are, plug-ins too, without loading them."""
    with pytest.raises(UsageError, match=r"no backend .*: openai, hf, .*broken.*, parrot"):
        open_backend(spec)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"no_such": 1}, "no_such"),
        ({"concurrency": 0}, "concurrency must be 1 or more"),
        ({"base_url": "localhost:8000"}, "must begin with http://"),
    ],
)
def test_a_wrong_option_is_refused(options: dict[str, Any], words: str) -> None:
    """An option that the backend does not take, or not so, is named."""
    with pytest.raises(UsageError, match=words):
        open_backend("openai:m", **options)


@pytest.mark.usefixtures("planted")
def test_a_plug_in_is_opened_by_its_name() -> None:
    """An entry point of the group ``crab.backends`` makes a backend of model and options."""
    from crab.backends.base import Request

    backend = open_backend("parrot:hello", loud=True)
    assert [reply.text for reply in backend.replies([Request("a", ())])] == ["HELLO"]
    with pytest.raises(UsageError, match=r"the backend parrot cannot be made so: .*quiet"):
        open_backend("parrot:hello", quiet=True)


@pytest.mark.parametrize(
    ("name", "words"), [("broken", "RuntimeError: no licence file"), ("missing", "AttributeError")]
)
@pytest.mark.usefixtures("planted")
def test_a_plug_in_that_breaks_is_named(name: str, words: str) -> None:
    """A plug-in that cannot be loaded is named with its place and its error."""
    with pytest.raises(PluginError, match=f"plug-in {name} .crab_planted_{name}:.*{words}"):
        open_backend(f"{name}:m")


@pytest.mark.usefixtures("planted")
def test_a_plug_in_that_breaks_leaves_the_rest_alone() -> None:
    """A plug-in that breaks is not imported where nobody needs it."""
    assert open_backend("openai:m").name == "openai:m"
