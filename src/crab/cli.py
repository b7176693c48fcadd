"""The command ``crab``: build a data set, check one, list the kinds, score a benchmark, export."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from crab.errors import CallLimit, CrabError, MissingData, MissingExtra, SourceError, UsageError
from crab.evaluating import evaluate
from crab.exporting import export

if TYPE_CHECKING:
    from crab.backends.base import Backend

__all__ = ["main"]

_MET, _FAILED, _USAGE, _LIMITED, _INTERRUPTED = 0, 1, 2, 3, 130
_MODEL_OPTIONS = (
    click.option("--backend", metavar="SPEC", help="A model: openai:MODEL or hf:PATH_OR_ID."),
    click.option("--base-url", help="Where an OpenAI-compatible server is."),
    click.option("--concurrency", type=click.IntRange(1), help="The most requests at a time."),
    click.option(
        "--judge-limit",
        type=click.FloatRange(0, 1),
        help="The share of planted falsehoods that a judge may accept.  [default: 0.1]",
    ),
)


def _with_model(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that name a model."""
    for option in reversed(_MODEL_OPTIONS):
        command = option(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="crab-constraints")
def cli() -> None:
    """Find the constraints that responses already meet, and check any response against them."""


cli.add_command(evaluate)
cli.add_command(export)


@cli.command()
@click.argument("seeds", nargs=-1, required=True)
@click.option("-o", "--out", required=True, type=click.Path(path_type=Path), help="Output folder.")
@click.option("--seed", type=int, help="Chooses bounds, words and wording.  [default: 0]")
@click.option("--workers", type=click.IntRange(1), default=1, show_default=True, help="Processes.")
@click.option("--limit", type=click.IntRange(0), help="Stop after this many selected records.")
@click.option("--preset", help="Named settings to begin with: paper.")
@click.option(
    "--config", type=click.Path(path_type=Path, dir_okay=False), help="TOML file with settings."
)
@click.option(
    "--map",
    "mapping",
    metavar="NAME=FIELD,...",
    help="Where rows of other shapes keep what: instruction=q,response=a.text.",
)
@_with_model
@click.option("--max-calls", type=click.IntRange(0), help="Stop after this many model calls.")
@click.option("--dry-run", is_flag=True, help="Say what the model calls may cost, and end.")
@click.option(
    "--prices",
    type=(float, float),
    metavar="IN OUT",
    help="What a million tokens cost, for --dry-run.",
)
def build(
    seeds: tuple[str, ...],
    out: Path,
    seed: int | None,
    workers: int,
    limit: int | None,
    preset: str | None,
    config: Path | None,
    mapping: str | None,
    backend: str | None,
    base_url: str | None,
    concurrency: int | None,
    judge_limit: float | None,
    max_calls: int | None,
    dry_run: bool,
    prices: tuple[float, float] | None,
) -> None:
    """Build a data set in OUT from SEEDS (JSON Lines, JSON, CSV, Parquet; - is standard input).

    OUT then holds samples.jsonl (records with every constraint that holds), train.jsonl (chat
    messages with the constraints drawn), dropped.jsonl (what was dropped, and why) and run.json.
    The same command goes on where a stopped run was. With a model, OUT also keeps its replies; none
    is paid for twice.
    """
    from crab.config import Config  # noqa: PLC0415 - keeps `crab --help` quick
    from crab.console import show_run  # noqa: PLC0415
    from crab.running import run  # noqa: PLC0415

    given: dict[str, Any] = Config.read(config) if config else {}
    flags = {"seed": seed, "limit": limit, "judge_limit": judge_limit}
    given |= {name: value for name, value in flags.items() if value is not None}
    settings = Config.build(given.pop("preset", None) if preset is None else preset, **given)
    if dry_run:
        from crab.console import show_bound  # noqa: PLC0415
        from crab.running import bounded  # noqa: PLC0415

        show_bound(bounded(list(seeds), settings, _mapping(mapping)), prices)
        return
    model = _model(backend, base_url, concurrency)
    try:
        counts = run(list(seeds), out, settings, workers, _mapping(mapping), model, max_calls)
    finally:
        if model is not None:
            model.close()
    show_run(counts, str(out))


@cli.command()
@click.argument("seeds", nargs=-1, required=True)
@_with_model
@click.option("--seed", type=int, default=0, show_default=True, help="Chooses the demands.")
@click.option("--votes", type=click.IntRange(1), help="Verdicts on each demand.  [default: 1]")
@click.option(
    "--config", type=click.Path(path_type=Path, dir_okay=False), help="TOML file with settings."
)
def calibrate(
    seeds: tuple[str, ...],
    backend: str | None,
    base_url: str | None,
    concurrency: int | None,
    judge_limit: float | None,
    seed: int,
    votes: int | None,
    config: Path | None,
) -> None:
    """Measure how a model judges demands on the responses of SEEDS whose truth is known.

    Exit status 1 where it accepts more planted falsehoods than the limit.
    """
    from crab.config import Config  # noqa: PLC0415
    from crab.console import show_calibration  # noqa: PLC0415
    from crab.running import calibration  # noqa: PLC0415

    given: dict[str, Any] = Config.read(config) if config else {}
    flags = {"seed": seed, "votes": votes, "judge_limit": judge_limit}
    given |= {name: value for name, value in flags.items() if value is not None}
    settings = Config.build(given.pop("preset", None), **given)
    model = _model(backend, base_url, concurrency)
    if model is None:
        raise UsageError("say which model: --backend openai:MODEL or hf:PATH_OR_ID")
    with model:
        found = calibration(list(seeds), model, settings)
    show_calibration(found, settings.judge_limit)
    if not found.trusted(settings.judge_limit):
        sys.exit(_FAILED)


@cli.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--clear", is_flag=True, help="Delete the replies.")
@click.option("--older-than", type=click.FloatRange(0), metavar="DAYS", help="Delete only these.")
def cache(out: Path, clear: bool, older_than: float | None) -> None:
    """Show how many replies of a model OUT keeps, and how large they are; or delete them."""
    from contextlib import closing  # noqa: PLC0415

    from crab.backends.store import Store  # noqa: PLC0415
    from crab.console import show_cache  # noqa: PLC0415
    from crab.running import REPLIES  # noqa: PLC0415

    path = out / REPLIES if out.is_dir() else out
    if not path.exists():
        raise UsageError(f"{out} keeps no replies of a model")
    with closing(Store(path)) as store:
        if clear or older_than is not None:
            click.echo(f"{store.clear(older_than or 0.0):,} replies deleted")
        show_cache(store.sizes(), path.stat().st_size)


@cli.command()
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """Check every constraint of FILE (a samples.jsonl or train.jsonl) again.

    Exit status 1 where one is false of its response, 2 where the file or a line cannot be read.
    """
    from crab.console import show_recheck  # noqa: PLC0415
    from crab.rechecking import recheck  # noqa: PLC0415

    if file.is_dir():
        raise UsageError(f"{file} is a folder; check {file / 'samples.jsonl'} or its train.jsonl")
    try:
        result = recheck(file)
    except SourceError as error:
        raise UsageError(str(error)) from None
    show_recheck(result, str(file))
    if result.false:
        sys.exit(_FAILED)
    if not result.records and not result.unreadable:
        raise UsageError(f"{file} holds no record")
    if result.unreadable:
        sys.exit(_USAGE)


@cli.command()
@click.argument("kind", required=False)
def kinds(kind: str | None) -> None:
    """List the constraint kinds, or show one: definition, fields, phrasings, examples.

    KIND may also be ifeval, ifbench or iftrain, to list the instructions that a benchmark takes, or
    one of these, such as ifeval/punctuation:no_comma.
    """
    from crab import constraints  # noqa: F401, PLC0415 - registers the built-in kinds
    from crab.console import show_instructions, show_kind, show_kinds  # noqa: PLC0415
    from crab.constraints import registry  # noqa: PLC0415

    if kind is None:
        show_kinds(registry.kinds())
    elif kind in ("ifeval", "ifbench", "iftrain"):
        from crab.benchmarks import instruction_classes  # noqa: PLC0415

        show_instructions(instruction_classes(kind))
    else:
        show_kind(registry.kind_class(kind))


def _model(spec: str | None, base_url: str | None, concurrency: int | None) -> Backend | None:
    if spec is None:
        return None
    from crab.backends import open_backend  # noqa: PLC0415

    options = {"base_url": base_url, "concurrency": concurrency}
    return open_backend(spec, **{k: v for k, v in options.items() if v is not None})


def _mapping(text: str | None) -> dict[str, str] | None:
    if text is None:
        return None
    pairs = [part.partition("=") for part in text.split(",")]
    if not all(name and equals and field for name, equals, field in pairs):
        raise UsageError(f"--map takes NAME=FIELD,NAME=FIELD, not {text!r}")
    return {name.strip(): field.strip() for name, _, field in pairs}


def main() -> NoReturn:
    """Run the command; the exit status is 0, 1 failed, 2 usage, 3 limit, 130 interrupted."""
    try:
        status = cli.main(standalone_mode=False)
        sys.exit(status if isinstance(status, int) else _MET)
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo("crab: interrupted; what was written so far stands", err=True)
        sys.exit(_INTERRUPTED)
    except click.ClickException as error:
        error.show()
        sys.exit(_USAGE)
    except (UsageError, MissingExtra, MissingData) as error:
        click.echo(f"crab: {error}", err=True)
        sys.exit(_USAGE)
    except CallLimit as error:
        click.echo(f"crab: {error}; what was done so far stands", err=True)
        sys.exit(_LIMITED)
    except CrabError as error:
        click.echo(f"crab: {error}", err=True)
        sys.exit(_FAILED)
