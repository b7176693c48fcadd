"""The command ``crab eval``: score the responses of models to a benchmark."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from crab.errors import SourceError, UsageError
from crab.outputs import check_outputs, whole_files

if TYPE_CHECKING:
    from crab.benchmarks.scores import Part, Scores

__all__ = ["evaluate"]

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("eval")
@click.argument("source", metavar="SOURCE", type=click.Choice(["ifeval", "ifbench", "iftrain"]))
@click.option("--prompts", required=True, metavar="FILE", help="The benchmark's prompts.")
@click.option(
    "--responses",
    required=True,
    multiple=True,
    metavar="FILE",
    help="A model's responses; once for each model.",
)
@click.argument("more", nargs=-1, metavar="[FILE]...")
@click.option("-o", "--out", type=_FILE, help="Write each verdict as a line of JSON.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@click.option("--chart", type=_FILE, help="Draw bars, as .svg or .png (needs matplotlib).")
@click.option(
    "--by",
    type=click.Choice(["family", "id"]),
    default="family",
    show_default=True,
    help="What the table breaks accuracies down by.",
)
@click.option("--workers", type=click.IntRange(1), default=1, show_default=True, help="Processes.")
def evaluate(
    source: str,
    prompts: str,
    responses: tuple[str, ...],
    more: tuple[str, ...],
    out: Path | None,
    as_json: bool,
    chart: Path | None,
    by: Part,
    workers: int,
) -> None:
    """Score responses to the prompts of a benchmark, strictly and loosely, with 95 % intervals.

    SOURCE is ifeval, ifbench or iftrain.

    Prompts are JSON Lines with key, prompt, instruction_id_list and kwargs. Responses are JSON
    Lines with response, and key or prompt; a model is called after its file. Several files may
    follow --responses. Prompts without a response count as not followed.
    """
    from crab.benchmarks import chart as charts  # noqa: PLC0415 - keeps `crab --help` quick
    from crab.showing_scores import show_scores, tell_scores  # noqa: PLC0415

    if chart is not None:
        charts.needs(chart)
    files = [*responses, *more]
    outputs = [path for path in (out, chart) if path is not None]
    check_outputs(outputs, map(Path, [prompts, *files]))
    try:
        scores = _scores(source, prompts, files, workers)
    except SourceError as error:
        raise UsageError(str(error)) from None
    if out is not None:
        _write(scores, out)
    if chart is not None:
        charts.chart(scores, chart)
    if as_json:
        tell_scores(scores)
    else:
        show_scores(scores, by)


def _scores(source: str, prompts: str, responses: list[str], workers: int) -> Scores:
    from crab.benchmarks.matching import matched, named  # noqa: PLC0415
    from crab.benchmarks.reading import read_prompts  # noqa: PLC0415
    from crab.benchmarks.scoring import scored  # noqa: PLC0415
    from crab.progress import meter  # noqa: PLC0415

    read = read_prompts(source, prompts)
    answers = [matched(read, model, file) for model, file in named(responses).items()]
    number = sum(response is not None for one in answers for response in one.responses)
    with meter(None, limit=number) as shown:
        return scored(source, read, answers, workers, shown.done)


def _write(scores: Scores, path: Path) -> None:
    import orjson  # noqa: PLC0415

    with whole_files({"verdicts": path}) as files:
        for outcome in scores.outcomes:
            files["verdicts"].write(orjson.dumps(outcome) + b"\n")
