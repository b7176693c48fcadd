"""Time strict and loose scoring, end to end, beside the harnesses of others; print a table.

    NLTK_DATA=DATA python benchmarks/scoring.py PEER_PYTHON SOURCE PROMPTS.jsonl RESPONSES.jsonl

SOURCE is ifeval or ifbench; PEER_PYTHON is the interpreter of the environment that
benchmarks/upstream.py describes. Both score the same responses in turns, twice; the table has the
smaller CPU times. What is loose here includes what is strict, as each response is decided once.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from time import process_time
from typing import Any

from rich.console import Console
from rich.table import Table

from crab.benchmarks.matching import matched
from crab.benchmarks.reading import Prompt, read_prompts
from crab.benchmarks.variants import Variants
from crab.text import Text

Pairs = list[tuple[Prompt, str]]
console = Console(width=110)


def main() -> None:
    """Score each file of responses on both sides."""
    peer_python, source, prompts_file, *files = sys.argv[1:]
    prompts = read_prompts(source, Path(prompts_file))
    worker = Path(__file__).with_name("upstream.py")
    columns = ("responses", "n", "strict ms", "there", "ratio", "+ loose ms", "there", "ratio")
    table = Table(*columns, "loose / strict", "differ")
    for column in table.columns[1:]:
        column.justify = "right"
    with subprocess.Popen(
        [peer_python, str(worker)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as peer:
        for file in files:
            answers = matched(prompts, "it", Path(file))
            pairs = [
                (prompt, response)
                for prompt, response in zip(prompts, answers.responses, strict=True)
                if response is not None
            ]
            table.add_row(Path(file).stem, *row(source, pairs, peer))
        peer.communicate()
    console.print(table)


def row(source: str, pairs: Pairs, peer: Any) -> list[str]:
    """Return what a file of responses took, and how many verdicts differ."""
    runs = [(strict(pairs), both(pairs), theirs(source, pairs, peer)) for _ in range(2)]
    first = min(run[0] for run in runs)
    second = min(run[1][0] for run in runs)
    third, fourth = (min(run[2][at] for run in runs) for at in (0, 1))
    differ = sum(
        mine != other for mine, other in zip(runs[0][1][1], runs[0][2][2], strict=True) if other
    )
    figures = [first, third, third / first, second, third + fourth]
    figures += [(third + fourth) / second, second / first]
    scales = (1e3, 1e3, 1, 1e3, 1e3, 1, 1)
    shown = [f"{figure * scale:,.1f}" for figure, scale in zip(figures, scales, strict=True)]
    return [str(len(pairs)), *shown, str(differ)]


def strict(pairs: Pairs) -> float:
    """Return the seconds of strict verdicts."""
    began = process_time()
    for prompt, response in pairs:
        text = Text(response)
        for rule in prompt.instructions:
            bool(response.strip()) and rule.check(text).met
    return process_time() - began


def both(pairs: Pairs) -> tuple[float, list[tuple[bool, bool]]]:
    """Return the seconds of strict and loose verdicts, and the verdicts."""
    found: list[tuple[bool, bool]] = []
    began = process_time()
    for prompt, response in pairs:
        variants = Variants(response)
        found += map(variants.verdicts, prompt.instructions)
    return process_time() - began, found


def theirs(
    source: str, pairs: Pairs, peer: Any
) -> tuple[float, float, list[tuple[bool, bool] | None]]:
    """Return the seconds of strict and of loose verdicts there, and the verdicts."""
    cases = [
        {
            "source": source,
            "instruction_id_list": [rule.id for rule in prompt.instructions],
            "kwargs": [rule.arguments for rule in prompt.instructions],
            "response": response,
        }
        for prompt, response in pairs
    ]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "cases.jsonl"
        file.write_text("\n".join(map(json.dumps, cases)), "utf-8")
        peer.stdin.write(f"{file}\n")
        peer.stdin.flush()
        answers = json.loads(peer.stdout.readline())
    found: list[tuple[bool, bool] | None] = []
    for case, (tight, free, *_) in zip(cases, answers, strict=True):
        number = len(case["kwargs"])
        known = tight is not None and free is not None
        found += list(zip(tight, free, strict=True)) if known else [None] * number
    return sum(one[2] for one in answers), sum(one[3] for one in answers), found


if __name__ == "__main__":
    main()
