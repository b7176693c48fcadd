"""Tests of `crab.backends.devices`: where and in which numbers a model computes."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from crab.backends.devices import DTYPES, chosen_device, chosen_dtype, freed, needed
from crab.errors import BackendError

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.hf


@pytest.mark.parametrize(
    ("cuda", "mps", "expected"),
    [(True, True, "cuda"), (False, True, "mps"), (False, False, "cpu")],
)
def test_the_fastest_device_is_chosen(monkeypatch, cuda, mps, expected):
    """CUDA comes before MPS, and that before the CPU."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    monkeypatch.setattr(torch, "empty", lambda *_, **__: torch.ones(1))
    assert chosen_device(None).type == expected


@pytest.mark.parametrize("device", ["toaster", "cuda:99", "meta"])
def test_an_unknown_device_is_refused(device):
    """A device that torch does not know, or that is not here, is named."""
    with pytest.raises(BackendError, match=f"no device '{device}' here"):
        chosen_device(device)


@pytest.mark.parametrize(
    ("device", "modern", "expected"),
    [
        ("cuda", True, "bfloat16"),
        ("cuda", False, "float16"),
        ("mps", False, "float16"),
        ("cpu", True, "float32"),
    ],
)
def test_numbers_suit_the_device(monkeypatch, device, modern, expected):
    """Accelerators compute in 16 bits, in bfloat16 where they can, and the CPU in 32."""
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda: modern)
    assert chosen_dtype("auto", SimpleNamespace(type=device)) is getattr(torch, expected)


@pytest.mark.parametrize("dtype", DTYPES[1:])
def test_numbers_can_be_chosen(dtype):
    """A dtype that is named is the one that is taken."""
    assert chosen_dtype(dtype, torch.device("cpu")) is getattr(torch, dtype)


def test_memory_is_handed_back(monkeypatch):
    """An accelerator's cache is emptied; the CPU has none."""
    emptied = []
    monkeypatch.setattr(torch.cuda, "empty_cache", lambda: emptied.append("cuda"))
    freed(SimpleNamespace(type="cuda"))
    freed(SimpleNamespace(type="cpu"))
    assert emptied == ["cuda"]


def test_a_broken_module_is_not_called_missing(tmp_path, monkeypatch):
    """A module that is there, but misses another, says so itself."""
    (tmp_path / "halfway.py").write_text("import nowhere_to_be_found", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="nowhere_to_be_found"):
        needed("halfway")
