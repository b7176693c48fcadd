"""Print training examples of a data set in full: python examples/show_samples.py OUT [HOW_MANY]."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text as Styled

import crab

_LONG = 1200


def main() -> None:
    """Show a few examples of ``OUT/train.jsonl``, of different languages and forms."""
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: python examples/show_samples.py OUT [HOW_MANY]")
    file, wanted = Path(sys.argv[1]) / "train.jsonl", int(sys.argv[2]) if sys.argv[2:] else 3
    if not file.is_file():
        sys.exit(f"{file} does not exist; make it with: crab build SEEDS -o {sys.argv[1]}")
    with file.open(encoding="utf-8") as lines:
        examples = [crab.Messages.model_validate_json(line) for line in lines]
    console = Console()
    for example in chosen(examples, wanted):
        if console.is_terminal:
            console.print(panel(example))
        else:
            print(plain(example))


def chosen(examples: list[crab.Messages], wanted: int) -> Iterator[crab.Messages]:
    """Yield examples that differ in language and form: short ones before long ones, in order."""
    left = sorted(examples, key=lambda example: len(texts(example)[1]) > _LONG)
    languages: set[str | None] = set()
    forms: set[str] = set()
    for _ in range(min(wanted, len(left))):
        best = min(left, key=lambda one: (one.language in languages) + (form(one) in forms))
        left.remove(best)
        languages.add(best.language)
        forms.add(form(best))
        yield best


def texts(example: crab.Messages) -> tuple[str, str]:
    """Return the prompt and the response."""
    return example.messages[0].content, example.messages[-1].content


def form(example: crab.Messages) -> str:
    """Return the most striking form of the response."""
    kinds = {block.kind for block in crab.Text(texts(example)[1]).blocks}
    striking = ("table", "code", "numbered", "bullet", "heading")
    return next((kind for kind in striking if kind in kinds), "prose")


def plain(example: crab.Messages) -> str:
    """Return an example as plain text."""
    prompt, response = texts(example)
    report = crab.check(response, example.constraints)
    rule = "=" * 80
    return (
        f"{rule}\n{title(example)}\n{rule}\nPROMPT\n\n{prompt}\n\nRESPONSE\n\n{response}\n\n"
        f"CONSTRAINTS, with what their checks measured\n\n{report}\n"
    )


def panel(example: crab.Messages) -> Panel:
    """Return an example as a panel for a terminal."""
    prompt, response = texts(example)
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for name in ("", "kind", "measured"):
        table.add_column(name)
    for constraint, verdict in crab.check(response, example.constraints):
        mark = Styled("met", "green") if verdict.met else Styled("UNMET", "bold red")
        table.add_row(mark, constraint.kind, Styled(verdict.reason))
    parts: list[RenderableType] = [
        Styled("PROMPT", "bold cyan"),
        Styled(prompt),
        Styled("\nRESPONSE", "bold cyan"),
        Styled(response),
        Styled("\nCONSTRAINTS", "bold cyan"),
        table,
    ]
    return Panel(Group(*parts), title=Styled(title(example)), padding=(1, 2))


def title(example: crab.Messages) -> str:
    """Return what an example is called."""
    return f"{example.id} ({example.language}, {form(example)})"


if __name__ == "__main__":
    main()
