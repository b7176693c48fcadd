"""Tests of `crab.config`: the settings of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from crab.config import PRESETS, Config
from crab.errors import UsageError


def test_defaults_select_everything() -> None:
    """Without settings, no record is dropped for its length, language, score or likeness."""
    config = Config.build()
    assert config == Config()
    chosen = ("limit", "min_words", "max_words", "max_instruction_words", "languages", "min_score")
    assert {getattr(config, name) for name in (*chosen, "near_duplicates", "kinds")} == {None}
    assert (config.seed, config.fewest, config.most) == (0, 6, 8)


def test_settings_go_before_the_preset_and_it_before_the_defaults() -> None:
    """A setting that is given outright is stronger than the preset's."""
    config = Config.build("paper", seed=7, min_words=10)
    assert (config.seed, config.min_words, config.max_instruction_words) == (7, 10, 70)
    assert Config.build("paper").min_words == 300


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_are_configurations(preset: str) -> None:
    """Every preset is made of known settings with fitting values."""
    config = Config.build(preset)
    assert {name: getattr(config, name) for name in PRESETS[preset]} == dict(PRESETS[preset])


def test_unknown_preset() -> None:
    """The error about an unknown preset names it and lists the known ones."""
    with pytest.raises(UsageError, match=r"'papers'; known: .*paper"):
        Config.build("papers")


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        *(("limit", -1), ("min_words", -1), ("max_words", "many"), ("min_words", 1.5)),
        *(("near_duplicates", -0.01), ("near_duplicates", 1.01), ("same", 2), ("vacuous", -1)),
        ("spread", 1.1),
        *(("fewest", 0), ("most", 0), ("absences", -1), ("languages", "en"), ("seed", "x")),
        ("limits", 3),
    ],
)
def test_wrong_settings(setting: str, value: Any) -> None:
    """A wrong or unknown setting is a usage error that names it and the known ones."""
    with pytest.raises(
        UsageError, match=rf"bad configuration: {setting}.*\(known settings: seed, limit"
    ):
        Config.build(**{setting: value})


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        *(("limit", 0), ("min_words", 0), ("near_duplicates", 0), ("near_duplicates", 1)),
        ("same", 0),
        *(("vacuous", 1), ("spread", 0), ("fewest", 1), ("most", 1), ("absences", 0)),
        ("seed", -3),
    ],
)
def test_settings_on_their_bounds(setting: str, value: Any) -> None:
    """The bounds of a setting are themselves allowed."""
    assert getattr(Config.build(**{setting: value}), setting) == value


def test_a_configuration_is_a_value() -> None:
    """A configuration is frozen, equal to its like and goes through JSON."""
    config = Config.build("paper", languages=["en", "de"], kinds=("word_count",))
    assert config.languages == ("en", "de")
    assert Config.model_validate_json(config.model_dump_json()) == config
    assert hash(config) == hash(config.model_copy())
    with pytest.raises(ValidationError, match="frozen"):
        config.seed = 1  # type: ignore[misc]


def test_every_setting_is_explained() -> None:
    """Each setting says in its schema what it does."""
    for name, schema in Config.model_json_schema()["properties"].items():
        assert schema["description"].endswith("."), name


def test_read(tmp_path: Path) -> None:
    """A TOML file holds settings, which the configuration then takes."""
    path = tmp_path / "run.toml"
    path.write_text('seed = 3\nlanguages = ["en"]\nmin_score = 4.5\n', "utf-8")
    settings = Config.read(path)
    assert settings == {"seed": 3, "languages": ["en"], "min_score": 4.5}
    assert Config.build(**settings).languages == ("en",)


@pytest.mark.parametrize("content", [b"seed = ", b"[seed", b"\xff\xfe", b"seed = 1\nseed = 2"])
def test_a_broken_file_is_named(tmp_path: Path, content: bytes) -> None:
    """A file that is no TOML is a usage error that names it."""
    path = tmp_path / "broken.toml"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"broken\.toml"):
        Config.read(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """So is a file that is not there, and a folder."""
    with pytest.raises(UsageError, match=r"absent\.toml"):
        Config.read(tmp_path / "absent.toml")
    with pytest.raises(UsageError, match="cannot read"):
        Config.read(tmp_path)
