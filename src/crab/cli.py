"""The command ``crab``: build a data set, check one, list the kinds."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from crab.errors import CrabError, MissingExtra, SourceError, UsageError

__all__ = ["main"]

_MET, _FAILED, _USAGE, _INTERRUPTED = 0, 1, 2, 130


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="crab-constraints")
def cli() -> None:
    """Find the constraints that responses already meet, and check any response against them."""


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
def build(
    seeds: tuple[str, ...],
    out: Path,
    seed: int | None,
    workers: int,
    limit: int | None,
    preset: str | None,
    config: Path | None,
    mapping: str | None,
) -> None:
    """Build a data set in OUT from SEEDS (JSON Lines, JSON, CSV, Parquet; - is standard input).

    OUT then holds samples.jsonl (records with every constraint that holds), train.jsonl (chat
    messages with the constraints drawn), dropped.jsonl (what was dropped, and why) and run.json.
    The same command goes on where a stopped run was.
    """
    from crab.config import Config  # noqa: PLC0415 - keeps `crab --help` quick
    from crab.console import show_run  # noqa: PLC0415
    from crab.running import run  # noqa: PLC0415

    given: dict[str, Any] = Config.read(config) if config else {}
    given |= {
        name: value for name, value in (("seed", seed), ("limit", limit)) if value is not None
    }
    settings = Config.build(given.pop("preset", None) if preset is None else preset, **given)
    counts = run(list(seeds), out, settings, workers, _mapping(mapping))
    show_run(counts, str(out))


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
    """List the constraint kinds, or show one: definition, fields, phrasings, examples."""
    from crab import constraints  # noqa: F401, PLC0415 - registers the built-in kinds
    from crab.console import show_kind, show_kinds  # noqa: PLC0415
    from crab.constraints import registry  # noqa: PLC0415

    if kind is None:
        show_kinds(registry.kinds())
    else:
        show_kind(registry.kind_class(kind))


def _mapping(text: str | None) -> dict[str, str] | None:
    if text is None:
        return None
    pairs = [part.partition("=") for part in text.split(",")]
    if not all(name and equals and field for name, equals, field in pairs):
        raise UsageError(f"--map takes NAME=FIELD,NAME=FIELD, not {text!r}")
    return {name.strip(): field.strip() for name, _, field in pairs}


def main() -> NoReturn:
    """Run the command; the exit status is 0, 1 (failed), 2 (usage) or 130 (interrupted)."""
    try:
        status = cli.main(standalone_mode=False)
        sys.exit(status if isinstance(status, int) else _MET)
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo("crab: interrupted; what was done so far stands", err=True)
        sys.exit(_INTERRUPTED)
    except click.ClickException as error:
        error.show()
        sys.exit(_USAGE)
    except (UsageError, MissingExtra) as error:
        click.echo(f"crab: {error}", err=True)
        sys.exit(_USAGE)
    except CrabError as error:
        click.echo(f"crab: {error}", err=True)
        sys.exit(_FAILED)
