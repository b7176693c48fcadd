"""Scores as a chart of bars: the four accuracies, and the strict ones by family."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from crab.benchmarks.accuracy import Accuracy
from crab.errors import MissingExtra, UsageError
from crab.outputs import whole_files

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle

    from crab.benchmarks.scores import Scores

__all__ = ["FORMATS", "chart", "needs"]

FORMATS = (".svg", ".png")
"""What a chart can be written as, by the ending of its file."""

_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#999999")
"""Colours that colour-blind people tell apart (Okabe and Ito, 2008; grey for their black)."""
_HATCHES = ("", "//", "..", "xx")
_OVERALL = {
    "prompt_strict": "prompts, strict",
    "instruction_strict": "instructions, strict",
    "prompt_loose": "prompts, loose",
    "instruction_loose": "instructions, loose",
}
_INK, _FAINT = "#222222", "#DDDDDD"
_WIDTH, _FRAME, _LINE, _BAR, _GAP, _PAD = 7.5, 1.4, 0.25, 0.16, 0.12, 0.08
"""Inches: of the chart, around the bars, of a line, of a bar, between groups, at the edges."""
_COLUMNS = 3
"""Models in a line of the legend."""
_LONGEST = 40
"""Letters of a model's name that are shown."""
_STYLE = {"svg.hashsalt": "crab", "font.size": 9, "text.color": _INK, "text.parse_math": False}


def needs(path: Path) -> None:
    """Refuse a chart that cannot be written, before there is anything to draw.

    Raises:
        UsageError: The file's name does not end like an SVG's or a PNG's.
        MissingExtra: matplotlib is not installed.
    """
    if path.suffix.lower() not in FORMATS:
        raise UsageError(f"a chart is a file that ends in {' or '.join(FORMATS)}, not {path.name}")
    try:
        import matplotlib  # noqa: F401, PLC0415
    except ImportError:
        raise MissingExtra("matplotlib", "plot") from None


def chart(scores: Scores, path: str | Path) -> None:
    """Draw bars with 95 % intervals, and write them as SVG or PNG: the same scores, the same bytes.

    Raises:
        UsageError: The file's name does not end like an SVG's or a PNG's, or it cannot be written.
        MissingExtra: matplotlib is not installed.
    """
    path = Path(path)
    needs(path)
    kind = path.suffix.lower().removeprefix(".")
    with _drawing():
        figure = _figure(scores)
        metadata = {"Date": None} if kind == "svg" else {"Software": None}
        with whole_files({"chart": path}) as files:
            figure.savefig(files["chart"], format=kind, dpi=200, metadata=metadata)


@contextmanager
def _drawing() -> Iterator[None]:
    """Draw in matplotlib's own style, whatever the user's, without a word on missing letters."""
    from matplotlib import style  # noqa: PLC0415 - an extra

    with style.context(["default", _STYLE]), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from")
        yield


def _figure(scores: Scores) -> Figure:
    from matplotlib.figure import Figure  # noqa: PLC0415 - an extra
    from matplotlib.layout_engine import ConstrainedLayoutEngine  # noqa: PLC0415

    overall = [{said: model.overall()[name] for name, said in _OVERALL.items()} for model in scores]
    families = [
        {name.replace("_", " "): both["strict"] for name, both in model.by("family").items()}
        for model in scores
    ]
    group = _BAR * len(scores) + _GAP
    heights = [group * len(parts[0]) for parts in (overall, families)]
    lines = 1 + (len(scores) - 1) // _COLUMNS
    size = (_WIDTH, sum(heights) + _FRAME + _LINE * lines)
    figure = Figure(size, layout=ConstrainedLayoutEngine(w_pad=_PAD, h_pad=_PAD))
    above, below = figure.subplots(2, sharex=True, height_ratios=heights)
    bars = _bars(above, overall, f"{scores.source}: what was followed, with 95 % intervals")
    _bars(below, families, "Instructions by family, strict")
    below.set_xlabel("% followed")
    names = [_short(model.model) for model in scores]
    figure.legend(
        bars, names, loc="outside upper left", ncols=min(len(names), _COLUMNS), frameon=False
    )
    return figure


def _bars(axes: Axes, models: Sequence[Mapping[str, Accuracy]], heading: str) -> list[Rectangle]:
    """Draw a group of bars for each name, a bar for each model; return one bar of each model."""
    names = list(models[0])
    thick = _BAR / (_BAR * len(models) + _GAP)
    drawn = []
    for number, model in enumerate(models):
        places = [at + (number - (len(models) - 1) / 2) * thick for at in range(len(names))]
        found = list(model.values())
        shares = [100 * one.share for one in found]
        errors = [
            [100 * (one.share - one.low) for one in found],
            [100 * (one.high - one.share) for one in found],
        ]
        bars = axes.barh(
            places,
            shares,
            thick * 0.86,
            color=_COLOURS[number % len(_COLOURS)],
            hatch=_HATCHES[number // len(_COLOURS) % len(_HATCHES)],
            edgecolor="white",
            linewidth=0,
            xerr=errors,
            error_kw={"ecolor": _INK, "elinewidth": 0.8, "capsize": 1.5, "capthick": 0.8},
        )
        drawn.append(bars.patches[0])
        for place, share, one in zip(places, shares, found, strict=True):
            axes.annotate(
                f"{share:.0f}",
                (100 * one.high, place),
                (4, 0),
                textcoords="offset points",
                va="center_baseline",
                fontsize=7.5,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
            )
    _framed(axes, names, heading)
    return drawn


def _framed(axes: Axes, names: list[str], heading: str) -> None:
    axes.set_title(heading, loc="left", fontsize=10, fontweight="bold")
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlim(0, 106)
    axes.set_xticks(range(0, 101, 20))
    axes.tick_params(length=0, labelbottom=True)
    axes.grid(axis="x", color=_FAINT, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "bottom"]].set_visible(False)


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
