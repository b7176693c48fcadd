"""Tests of `crab.constraints.registry`: kinds by name, and plug-ins."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from crab.constraints import registry
from crab.constraints.length import WordCount
from crab.constraints.registry import kind_class, kinds, register
from crab.errors import PluginError, UnknownKind

PLUGIN = '''
from typing import Literal
from crab.constraints.base import Judged
from crab.constraints.length import Length

class {name}(Length, Judged):
    """A plug-in's kind."""
    kind: Literal["{kind}"] = "{kind}"
'''


@pytest.fixture(autouse=True)
def _own_kinds(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Kinds and plug-ins that a test adds are unknown again after it."""
    monkeypatch.setattr(registry, "_classes", dict(registry._classes))
    yield
    registry._load_plugins.cache_clear()


@pytest.fixture
def install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[[dict[str, str]], list[str]]:
    """Installs plug-ins, by name and source; returns the list of the groups asked for."""
    monkeypatch.syspath_prepend(tmp_path)

    def installed(sources: dict[str, str]) -> list[str]:
        asked: list[str] = []

        def entry_points(group: str) -> list[EntryPoint]:
            asked.append(group)
            return [EntryPoint(name, f"plugin_{name}", group) for name in sources]

        for name, source in sources.items():
            (tmp_path / f"plugin_{name}.py").write_text(source, "utf-8")
            monkeypatch.delitem(sys.modules, f"plugin_{name}", raising=False)
        monkeypatch.setattr(registry, "entry_points", entry_points)
        registry._load_plugins.cache_clear()
        return asked

    return installed


def test_kinds_are_in_alphabetical_order() -> None:
    """All kinds are listed by name, each with its class."""
    found = kinds()
    assert list(found) == sorted(found)
    assert found["word_count"] is WordCount
    assert all(cls.model_fields["kind"].default == kind for kind, cls in found.items())


def test_the_list_is_a_copy() -> None:
    """Changing the list of kinds changes no kind."""
    kinds().clear()
    assert kind_class("word_count") is WordCount


def test_unknown_kind() -> None:
    """The error about an unknown kind lists the known ones; it is a ValueError too."""
    with pytest.raises(UnknownKind, match=r"'no_kind' is .*known: .*word_count") as caught:
        kind_class("no_kind")
    assert isinstance(caught.value, ValueError)


def test_known_kinds_load_no_plugins(install: Callable[[dict[str, str]], list[str]]) -> None:
    """Foreign code does not run as long as only built-in kinds are asked for."""
    asked = install({"rain": "raise RuntimeError('must not be run')"})
    assert kind_class("word_count") is WordCount
    assert asked == []


def test_a_missed_kind_loads_plugins(install: Callable[[dict[str, str]], list[str]]) -> None:
    """Plug-ins are loaded when a kind is missed, once, from their entry points."""
    asked = install({"rain": PLUGIN.format(name="RainKind", kind="rain_kind")})
    assert kind_class("rain_kind").__module__ == "plugin_rain"
    assert kind_class("rain_kind") is kind_class("rain_kind")
    with pytest.raises(UnknownKind, match="rain_kind"):
        kind_class("no_kind")
    assert asked == ["crab.constraints"]


def test_the_list_of_kinds_loads_plugins(install: Callable[[dict[str, str]], list[str]]) -> None:
    """Plug-ins are loaded when all kinds are listed."""
    install({"rain": PLUGIN.format(name="RainKind", kind="rain_kind")})
    assert "rain_kind" in kinds()


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("raise RuntimeError('no umbrella')", "RuntimeError: no umbrella"),
        ("import no_such_module_at_all", "ModuleNotFoundError: .*no_such_module_at_all"),
        ("def broken(:", "SyntaxError"),
        (PLUGIN.format(name="RainKind", kind="wrong"), "TypeError: the kind of RainKind"),
        (
            PLUGIN.format(name="WordCount", kind="word_count"),
            "TypeError: kind 'word_count' .* is taken",
        ),
    ],
)
@pytest.mark.parametrize("ask", [kinds, lambda: kind_class("rain_kind")], ids=["list", "miss"])
def test_a_broken_plugin_is_named(
    install: Callable[[dict[str, str]], list[str]], source: str, what: str, ask: Callable[[], Any]
) -> None:
    """A plug-in that cannot be loaded is an error that names it, its module and what went wrong."""
    install({"rain": source})
    with pytest.raises(PluginError, match=rf"plug-in rain \(plugin_rain, .*{what}"):
        ask()


def test_a_broken_plugin_stays_an_error(install: Callable[[dict[str, str]], list[str]]) -> None:
    """A second call does not pass over what the first one could not load."""
    install({"rain": "raise RuntimeError"})
    for _ in range(2):
        with pytest.raises(PluginError):
            kinds()
    assert kind_class("word_count") is WordCount


def test_a_plugins_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the package of a broken plug-in is known, its name and version are in the error."""

    class Dist:
        name, version = "rain-kinds", "2.1"

    class Point:
        name, value, dist = "rain", "rain_kinds:Rain", Dist()

        def load(self) -> None:
            raise AttributeError("Rain")

    monkeypatch.setattr(registry, "entry_points", lambda group: [Point()])
    registry._load_plugins.cache_clear()
    with pytest.raises(PluginError, match=r"rain_kinds:Rain, from rain-kinds 2\.1.*AttributeError"):
        kinds()


def test_registering_by_hand() -> None:
    """The same class may be registered again; another one may not take its kind."""
    register(WordCount, "word_count")
    with pytest.raises(TypeError, match="taken"):
        register(kind_class("keywords"), "word_count")
