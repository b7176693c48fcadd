"""Backends: models that answer requests, named by a spec such as ``openai:gpt-5-mini``."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import Any

from crab.backends.base import Backend
from crab.errors import PluginError, UsageError

__all__ = ["open_backend"]

GROUP = "crab.backends"


def open_backend(spec: str | Backend, **options: Any) -> Backend:
    """Return the backend that a spec names: ``openai:MODEL``, ``hf:PATH_OR_ID`` or a plug-in's.

    Args:
        spec: The name of a kind of backend, a colon, and the model; or a backend, which is
            returned.
        **options: What the backend takes beside the model, such as ``base_url``.

    Raises:
        UsageError: There is no such kind, or it does not take an option.
        PluginError: A plug-in's backend cannot be loaded.
    """
    if isinstance(spec, Backend):
        if options:
            raise UsageError(f"{', '.join(options)}: give these to the backend itself")
        return spec
    kind, _, model = spec.partition(":")
    if not model:
        raise UsageError(f"a backend is named as openai:MODEL or hf:PATH_OR_ID, not {spec!r}")
    try:
        return _maker(kind)(model, **options)  # type: ignore[no-any-return]
    except TypeError as error:
        raise UsageError(f"the backend {kind} cannot be made so: {error}") from None


def _maker(kind: str) -> Any:
    if kind == "openai":
        from crab.backends.openai import OpenAI  # noqa: PLC0415 - only what is used

        return OpenAI
    if kind == "hf":
        from crab.backends.huggingface import HuggingFace  # noqa: PLC0415

        return HuggingFace
    points = {point.name: point for point in entry_points(group=GROUP)}
    if kind not in points:
        known = ", ".join(["openai", "hf", *sorted(points)])
        raise UsageError(f"there is no backend {kind!r}; known: {known}")
    try:
        return points[kind].load()
    except Exception as error:
        raise PluginError(
            f"the plug-in {kind} ({points[kind].value}) cannot be loaded: "
            f"{type(error).__name__}: {error}"
        ) from error
