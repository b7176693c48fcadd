"""Tests of `crab.backends.local_model`: loading a model and giving it a prompt."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from crab.backends.base import Turn
from crab.backends.local_model import LocalModel, fingerprint, loaded
from crab.errors import BackendError

from .tiny_model import CONTEXT, TEMPLATE, build

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
pytestmark = pytest.mark.hf
torch.set_num_threads(1)

STERN = "{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}"
DEAF = TEMPLATE.replace(
    "{{ message.content }}", "{{ message.content if message.role != 'system' }}"
)
ASKED = (Turn("system", "Be brief."), Turn("user", "Why?"))


@pytest.fixture(scope="session")
def folder(tmp_path_factory) -> Path:
    """The folder of the tiny model."""
    return build(tmp_path_factory.mktemp("tiny"))


@pytest.fixture
def copied(folder, tmp_path) -> Path:
    """A copy of the model folder, to change."""
    return shutil.copytree(folder, tmp_path / "copied")


def load(folder: Path | str) -> LocalModel:
    """The model in float32 on the CPU."""
    return loaded(str(folder), dtype="auto", device="cpu", revision=None)


def shown(local: LocalModel, messages: tuple[Turn, ...]) -> str:
    """The prompt as text."""
    return local.tokenizer.decode(local.prompt(messages))


def edit(file: Path, **values: object) -> None:
    """Set values in a JSON file; None removes one."""
    found = json.loads(file.read_text("utf-8")) | values
    kept = {name: value for name, value in found.items() if value is not None}
    file.write_text(json.dumps(kept), "utf-8")


def test_a_folder_is_loaded(folder):
    """The device, the context, the end and the padding come from the folder."""
    local = load(folder)
    assert local.device.type == "cpu"
    assert local.model.dtype is torch.float32
    assert (local.context, local.pad, local.ends, local.takes_system) == (CONTEXT, 0, (1,), True)
    assert shown(local, ASKED) == "<|system|>Be brief.<|end|><|user|>Why?<|end|><|assistant|>"


def test_all_end_tokens_count(copied):
    """The end tokens are those of the generation settings and that of the tokenizer."""
    edit(copied / "generation_config.json", eos_token_id=[3, 4], temperature=0.1, do_sample=True)
    local = load(copied)
    assert local.ends == (1, 3, 4)
    assert local.model.generation_config.temperature is None


def test_there_may_be_no_pad_token(copied):
    """An end token pads where there is no token for it."""
    edit(copied / "tokenizer_config.json", pad_token=None)
    local = load(copied)
    assert local.tokenizer.pad_token_id is None
    assert local.pad == 1


@pytest.mark.parametrize("template", [STERN + TEMPLATE, DEAF], ids=["raises", "leaves out"])
def test_a_template_may_take_no_system_turn(copied, template):
    """Where the template refuses or leaves out a system turn, the first user turn says it."""
    (copied / "chat_template.jinja").write_text(template, "utf-8")
    local = load(copied)
    assert not local.takes_system
    assert shown(local, ASKED) == "<|user|>Be brief.\n\nWhy?<|end|><|assistant|>"
    assert shown(local, ASKED[1:]) == "<|user|>Why?<|end|><|assistant|>"
    assert shown(local, ASKED[:1]) == "<|user|>Be brief.<|end|><|assistant|>"


def test_a_template_may_refuse_messages(copied):
    """What the template raises is told, and is no error of the model."""
    stern = "{% if messages | length > 2 %}{{ raise_exception('too many') }}{% endif %}"
    (copied / "chat_template.jinja").write_text(stern + TEMPLATE, "utf-8")
    with pytest.raises(ValueError, match="too many"):
        load(copied).prompt((*ASKED, Turn("assistant", "Because.")))


def test_messages_may_have_no_tokens(copied):
    """A prompt of nothing is refused."""
    (copied / "chat_template.jinja").write_text("{{ messages[0].content }}", "utf-8")
    with pytest.raises(ValueError, match="no tokens"):
        load(copied).prompt((Turn("user", ""),))


def test_a_template_is_needed(copied):
    """A base model, which has no chat template, is refused with advice."""
    (copied / "chat_template.jinja").unlink()
    with pytest.raises(BackendError, match=r"no chat template.* instruct version"):
        load(copied)


def test_a_template_may_be_broken(copied):
    """A chat template that cannot be rendered is refused."""
    (copied / "chat_template.jinja").write_text("{% for", "utf-8")
    with pytest.raises(BackendError, match=r"chat template of .* is broken"):
        load(copied)


def test_a_missing_folder_is_named(tmp_path):
    """A path that is not there is not looked for on the hub."""
    with pytest.raises(BackendError, match=r"nowhere'.*no such folder"):
        load(tmp_path / "nowhere")


def test_a_folder_may_hold_no_model(tmp_path):
    """A folder without a model is refused with what is needed."""
    with pytest.raises(BackendError, match=r"config\.json, the tokenizer's files"):
        load(tmp_path)


def test_pickled_weights_are_not_read(copied):
    """Weights that are there as a pickle alone are refused."""
    torch.save({}, copied / "pytorch_model.bin")
    (copied / "model.safetensors").unlink()
    with pytest.raises(BackendError, match="safetensors"):
        load(copied)


def test_code_of_the_model_is_not_run(copied):
    """A model that brings code of its own is refused, and nobody is asked whether to run it."""
    (copied / "own.py").write_text("raise SystemExit('was run')", "utf-8")
    edit(
        copied / "config.json",
        model_type="own",
        auto_map={"AutoConfig": "own.Config", "AutoModelForCausalLM": "own.Model"},
    )
    with pytest.raises(BackendError, match="cannot load"):
        load(copied)


def test_a_fingerprint_tells_models_apart(folder, copied, tmp_path):
    """Folders with the same files have the same fingerprint, and others another; an id has none."""
    assert fingerprint(str(copied)) == fingerprint(str(folder))
    weights = copied / "model.safetensors"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    assert fingerprint(str(copied)) != fingerprint(str(folder))
    assert fingerprint("someone/some-model") is None
