"""Where and in which numbers torch computes; torch itself is imported only when it is needed."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import Any

from crab.errors import BackendError, MissingExtra

__all__ = ["DTYPES", "chosen_device", "chosen_dtype", "freed", "needed"]

DTYPES = ("auto", "bfloat16", "float16", "float32")


def needed(module: str) -> ModuleType:
    """Return a module of the extra ``hf``.

    Raises:
        MissingExtra: It is not installed.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name != module.partition(".")[0]:
            raise
        raise MissingExtra(error.name, "hf") from None


def chosen_device(device: str | None) -> Any:
    """Return the device of that name; without one, the fastest that is there.

    Raises:
        BackendError: There is no such device here.
    """
    torch = needed("torch")
    if device is None:
        if torch.cuda.is_available():
            device = "cuda"
        else:
            device = "mps" if torch.backends.mps.is_available() else "cpu"
    try:
        place = torch.device(device)
        torch.empty(1, device=place).tolist()
    except (RuntimeError, AssertionError, ImportError) as error:
        reason = str(error).partition("\n")[0]
        raise BackendError(
            f"there is no device {device!r} here ({reason}); leave it out to have one chosen"
        ) from error
    return place


def chosen_dtype(dtype: str, device: Any) -> Any:
    """Return torch's dtype of that name; for ``auto``, the one that suits the device."""
    torch = needed("torch")
    if dtype == "auto":
        dtype = {"cuda": "float16", "mps": "float16"}.get(device.type, "float32")
        if device.type == "cuda" and torch.cuda.is_bf16_supported():
            dtype = "bfloat16"
    return getattr(torch, dtype)


def freed(device: Any) -> None:
    """Hand the memory that torch keeps for later back to the device."""
    if device.type in {"cuda", "mps"}:
        getattr(needed("torch"), device.type).empty_cache()
