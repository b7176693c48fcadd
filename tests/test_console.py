"""Tests of `crab.console`: what the commands show."""

from __future__ import annotations

import re
from collections import Counter

import pytest

import crab
from crab import console
from crab.console import definition, sentences, show_kind, show_kinds, show_recheck, show_run
from crab.constraints import Keywords, WordCount
from crab.constraints.base import Rule
from crab.rechecking import Finding, Recheck

KINDS = {name: cls for name, cls in crab.kinds().items() if cls.__module__.startswith("crab.")}
COUNTS = {
    "samples": 1234,
    "train": 1000,
    "constraints": 4936,
    "kinds": {"keywords": 936, "word_count": 4000, "no_emoji": 936},
    "dropped": {"record": {"read: broken_json": 1200}, "constraint": {"prune: vacuous": 5}},
}


@pytest.fixture(autouse=True)
def wide(monkeypatch):
    """A terminal that breaks no line."""
    monkeypatch.setattr(console.console, "_width", 250)


def shown(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The lines that were printed, with single spaces and without frames."""
    told = capsys.readouterr()
    assert told.err == ""
    plain = re.sub(r"[│┃]", " ", told.out)
    return [" ".join(line.split()) for line in plain.splitlines()]


def test_run(capsys):
    """A run shows its kinds, the most frequent first, and what was made and dropped."""
    show_run(COUNTS, "out/a")
    lines = shown(capsys)
    assert "out/a: 1,234 samples" in lines
    rows = [line for line in lines if re.fullmatch(r"\w+ [\d,]+", line)]
    assert rows == ["word_count 4,000", "keywords 936", "no_emoji 936"]
    assert "1,234 samples with 4.0 constraints each, 1,000 training examples" in lines
    assert "dropped records: 1,200 read: broken_json" in lines
    assert "dropped constraints: 5 prune: vacuous" in lines


def test_empty_run(capsys):
    """A run that made nothing is shown too."""
    show_run({"samples": 0, "train": 0, "constraints": 0, "kinds": {}, "dropped": {}}, "out")
    assert "0 samples with 0.0 constraints each, 0 training examples" in shown(capsys)


NASTY = "[/red] [bold]x[/bold] [not a tag"


def test_words_from_data_are_no_markup(capsys):
    """Square brackets in reasons, ids and kinds are shown as they stand."""
    show_run(COUNTS | {"dropped": {"record": {NASTY: 1}}}, "out")
    result = Recheck(
        records=1,
        false=[Finding(3, NASTY, "keywords", NASTY)],
        unreadable=[Finding(4, None, None, NASTY)],
    )
    show_recheck(result, "samples.jsonl")
    lines = shown(capsys)
    assert f"dropped records: 1 {NASTY}" in lines
    assert f"false: line 3, id {NASTY}: keywords: {NASTY}" in lines
    assert f"cannot read line 4: {NASTY}" in lines


@pytest.mark.parametrize("path", ["a[b]c", "[/foo]x"])
def test_paths_are_no_markup(capsys, path):
    """Square brackets in a path are shown as they stand."""
    show_run(COUNTS, path)
    show_recheck(Recheck(), path)
    lines = shown(capsys)
    assert f"{path}: 1,234 samples" in lines
    assert f"{path}: 0 records" in lines


def test_recheck(capsys):
    """A check shows for each kind how many are met, false and not judged, and the totals."""
    result = Recheck(
        records=1200,
        met=Counter(word_count=1000, keywords=5),
        unmet=Counter(keywords=2),
        unjudged=Counter(audience=3),
        false=[
            Finding(7, "a", "keywords", "missing: snow"),
            Finding(8, None, "keywords", "missing: ice"),
        ],
    )
    show_recheck(result, "out/samples.jsonl")
    lines = shown(capsys)
    assert "out/samples.jsonl: 1,200 records" in lines
    for row in ("audience 3", "keywords 5 2", "word_count 1,000", "all 1,005 2 3"):
        assert row in lines
    assert "false: line 7, id a: keywords: missing: snow" in lines


@pytest.mark.parametrize("number", [20, 21])
def test_twenty_findings_are_shown(capsys, number):
    """Of many findings the first twenty are shown."""
    findings = [Finding(line, "a", "keywords", "no") for line in range(1, number + 1)]
    show_recheck(Recheck(records=number, false=findings, unreadable=findings), "x")
    lines = shown(capsys)
    assert sum(line.startswith("false: ") for line in lines) == 20
    assert sum(line.startswith("cannot read ") for line in lines) == 20


def test_kinds(capsys):
    """Every kind is listed once with its family and who decides it."""
    show_kinds(KINDS)
    rows = {line.split()[0]: line for line in shown(capsys) if line}
    for name, cls in KINDS.items():
        assert rows[name].startswith(
            f"{name} {cls.family} {'code' if issubclass(cls, Rule) else 'a reader'} "
        )


def test_hints_are_no_markup(capsys):
    """A hint with square brackets is shown as it stands."""
    hints = [cls.hint for cls in KINDS.values() if "[" in cls.hint and len(cls.hint) < 100]
    assert hints
    show_kinds(KINDS)
    lines = "\n".join(shown(capsys))
    assert all(hint in lines for hint in hints)


def bare(words: str) -> str:
    """The words of a docstring without its markup."""
    return " ".join(re.sub(r":\w+:`~?|`", "", words).split())


@pytest.mark.parametrize("kind", KINDS)
def test_kind(capsys, kind):
    """A kind shows its definition, its fields with their meaning, its sentences and an example."""
    cls = KINDS[kind]
    show_kind(cls)
    lines = shown(capsys)
    text = " ".join(" ".join(lines).split())
    assert f"{kind} ({cls.family})" in lines
    assert bare(definition(cls)) in text
    for name, field in cls.model_fields.items():
        if name not in ("kind", "version"):
            assert any(line.startswith(f"{name} ") for line in lines)
            assert bare(field.description)[:60] in text
    assert f'"kind":"{kind}"' in text
    for way in ("met", "unmet"):
        assert " ".join(f"{way} {getattr(cls.example, way)!r}".split()) in text
    if issubclass(cls, Rule):
        ways = sentences(cls(**cls.example.fields), "en")
        assert ways
        assert all(f"en {way}" in text for way in ways)


def test_definition_has_no_doctest():
    """The definition is the docstring without its examples."""
    found = definition(WordCount)
    assert found.startswith("The response has between ``at_least`` and ``at_most`` words.")
    assert ">>>" not in found
    assert "\n    " not in found
    assert all(">>>" not in definition(cls) for cls in KINDS.values())


def test_sentences():
    """Every way to say a rule is shown, each with the rule's own words."""
    rule = Keywords(include=("rain", "wind"))
    found = sentences(rule, "en")
    assert len(found) == len(set(found)) > 3
    assert found[0] == rule.describe()
    assert all("rain" in sentence and "wind" in sentence for sentence in found)
    assert sentences(rule, "xx") == []
