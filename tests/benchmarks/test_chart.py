"""Tests of `crab.benchmarks.chart`: bars as SVG and PNG."""

from __future__ import annotations

import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

pytest.importorskip("matplotlib", reason="needs the extra plot")

from crab.benchmarks.chart import chart, needs
from crab.benchmarks.scores import ModelScores, Outcome, Scores
from crab.errors import MissingExtra, UsageError


def scores(*names: str) -> Scores:
    """Scores of some models."""
    return Scores(
        "ifeval",
        tuple(
            ModelScores(
                name,
                tuple(
                    Outcome(name, key, 0, f"f_{key % 3}:x", key > 3, key > 2) for key in range(9)
                ),
            )
            for name in names
        ),
    )


def test_svg(tmp_path):
    """An SVG is well-formed, and the same scores give the same bytes."""
    files = [tmp_path / "a.svg", tmp_path / "b.SVG"]
    for file in files:
        chart(scores("a", "b"), file)
    assert files[0].read_bytes() == files[1].read_bytes()
    root = ElementTree.parse(files[0]).getroot()  # noqa: S314 - it is our own
    assert root.tag.endswith("}svg")
    assert b"<dc:date>" not in files[0].read_bytes()


def test_png(tmp_path):
    """A PNG is one, and the same scores give the same bytes."""
    files = [tmp_path / "a.png", tmp_path / "b.png"]
    for file in files:
        chart(scores("a"), str(file))
    assert files[0].read_bytes() == files[1].read_bytes()
    assert files[0].read_bytes().startswith(b"\x89PNG")


def test_every_model_has_its_bars(tmp_path):
    """Each model has a bar for the four accuracies and for each family, each in one colour."""
    from matplotlib.figure import Figure

    from crab.benchmarks import chart as module

    with module._drawing():
        figure = module._figure(scores("a", "b"))
    assert isinstance(figure, Figure)
    above, below = figure.axes
    assert [len(bars.patches) for bars in above.containers[1::2]] == [4, 4]
    assert [len(bars.patches) for bars in below.containers[1::2]] == [3, 3]
    labels = [label.get_text() for label in below.get_yticklabels()]
    assert labels == ["f 0", "f 1", "f 2"]
    [legend] = figure.legends
    assert [one.get_text() for one in legend.get_texts()] == ["a", "b"]
    colours = {
        axes: [bars.patches[0].get_facecolor() for bars in axes.containers[1::2]]
        for axes in figure.axes
    }
    assert len(set(colours[above])) == 2
    assert colours[above] == colours[below]


def test_any_names(tmp_path):
    """Any names and any number of models can be drawn, whatever the user's own style."""
    import matplotlib

    names = ["$x_1$ <b>", "模型", "n" * 200, *map(str, range(9))]
    with matplotlib.rc_context({"text.usetex": True, "axes.facecolor": "red"}):
        chart(scores(*names), tmp_path / "a.svg")
    chart(scores(*names), tmp_path / "b.svg")
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


@pytest.mark.parametrize("name", ["a.pdf", "a", "svg"])
def test_other_formats(tmp_path, name):
    """A file that is neither SVG nor PNG by its name is refused, and not written."""
    with pytest.raises(UsageError, match=r"\.svg or \.png"):
        chart(scores("a"), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_written(tmp_path):
    """A file that cannot be written is told."""
    with pytest.raises(UsageError, match=r"a\.svg cannot be written"):
        chart(scores("a"), tmp_path / "none" / "a.svg")


def test_without_matplotlib(monkeypatch):
    """Without matplotlib, the error names the extra that brings it."""
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtra, match=r"crab-constraints\[plot\]"):
        needs(Path("a.svg"))
