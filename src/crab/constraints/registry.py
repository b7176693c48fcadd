"""From a kind's name to its class; plug-ins are loaded when a kind is missed or all are listed.

A kind whose name holds a slash, such as ``ifeval/punctuation:no_comma``, is an instruction of a
benchmark: the module of the benchmark is loaded when one of its kinds is asked for by name, and
none of them is listed among the kinds that are proposed and suggested.
"""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING

from crab.errors import PluginError, UnknownKind

if TYPE_CHECKING:
    from crab.constraints.base import Constraint

__all__ = ["kind_class", "kinds", "register"]

GROUP = "crab.constraints"
BENCHMARKS = "crab.benchmarks"
_classes: dict[str, type[Constraint]] = {}


def register(cls: type[Constraint], kind: str) -> None:
    """Make ``cls`` known under ``kind``.

    Running a notebook cell again replaces the class; another class under a taken name is refused.

    Raises:
        TypeError: Another class holds the kind already.
    """
    known = _classes.get(kind)
    if known is not None and _name(known) != _name(cls):
        raise TypeError(f"kind {kind!r} of {_name(cls)} is taken by {_name(known)}")
    _classes[kind] = cls


def kind_class(kind: str) -> type[Constraint]:
    """Return the class of a kind.

    Raises:
        UnknownKind: No such kind is registered, by crab or by a plug-in.
        PluginError: A plug-in failed to load.
    """
    if kind not in _classes:
        _load_benchmark(kind.partition("/")[0]) if "/" in kind else _load_plugins()
    try:
        return _classes[kind]
    except KeyError:
        raise UnknownKind(f"no constraint of kind {kind!r} is registered; {_known(kind)}") from None


def kinds() -> dict[str, type[Constraint]]:
    """Return every kind in alphabetical order, those of plug-ins included, without benchmarks'.

    Raises:
        PluginError: A plug-in failed to load.
    """
    _load_plugins()
    return {kind: cls for kind, cls in sorted(_classes.items()) if "/" not in kind}


@cache
def _load_plugins() -> None:
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        _load(point)


@cache
def _load_benchmark(name: str) -> None:
    for point in entry_points(group=BENCHMARKS, name=name):
        _load(point)


def _known(kind: str) -> str:
    """Return the kinds that may be meant, and else all that are known."""
    near = get_close_matches(kind, _classes, 3)
    own = sorted(known for known in _classes if "/" not in known)
    others = sorted(
        known for known in _classes if known.partition("/")[2] == kind.partition("/")[2]
    )
    meant = list(dict.fromkeys([*(others if "/" in kind else ()), *near]))
    return f"did you mean {' or '.join(meant)}?" if meant else f"known: {', '.join(own)}"


def _load(point: EntryPoint) -> None:
    try:
        point.load()
    except Exception as error:
        raise PluginError(
            f"the plug-in {point.name} ({_origin(point)}) cannot be loaded: "
            f"{type(error).__name__}: {error}; mend it or uninstall it"
        ) from error


def _origin(point: EntryPoint) -> str:
    where = f"{point.dist.name} {point.dist.version}" if point.dist else "unknown package"
    return f"{point.value}, from {where}"


def _name(cls: type[Constraint]) -> str:
    return f"{cls.__module__}.{cls.__qualname__}"
