"""Time the checks of IFEval and IFBench beside the packages of others; print µs by id as a table.

    NLTK_DATA=DATA python benchmarks/instructions.py PEER_PYTHON CASES.jsonl [CASES.jsonl ...]

CASES hold lines with source (or checker), id, kwargs and text. PEER_PYTHON is the
interpreter of the environment that benchmarks/upstream.py describes. Both decide the same cases in
turns, nine passes each, with nothing kept from one case to the next. Times are medians of the CPU
times of the checks; the last column has the ratio with the making of the instruction.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

from rich.console import Console
from rich.table import Table

from crab.benchmarks import instruction

SOURCES = ("ifeval", "ifbench")
PASSES = 9
DETECT = {
    "language:response_language",
    "change_case:english_capital",
    "change_case:english_lowercase",
}
Times = tuple[float, float]
"""The seconds to make an instruction, and to check with it."""
console = Console(width=110)


def main() -> None:
    """Time every case, then show the table."""
    peer_python, *files = sys.argv[1:]
    cases = [case for file in files for case in read(Path(file)) if case["source"] in SOURCES]
    first = list({(case["source"], case["id"]): case for case in cases}.values())
    worker = Path(__file__).with_name("upstream.py")
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(
            [peer_python, str(worker)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as peer,
    ):
        # One case of each id, to load tables and models before the clock counts.
        ours(first), theirs(peer, first, folder)
        passes = [(ours(cases), theirs(peer, cases, folder)) for _ in range(PASSES)]
        peer.communicate()
    own, other = (
        [tuple(map(median, zip(*times, strict=True))) for times in zip(*side, strict=True)]
        for side in zip(*passes, strict=True)
    )
    show(list(zip(cases, own, other, strict=True)))


def read(file: Path) -> list[dict[str, Any]]:
    """Return the cases of a file."""
    rows = [json.loads(line) for line in filter(None, file.read_text("utf-8").split("\n"))]
    return [{"source": row.get("source") or row["checker"], **row} for row in rows]


def ours(cases: list[dict[str, Any]]) -> list[Times]:
    """Return how long it takes here to make each rule, and to check with it, in one pass."""
    return list(map(one, cases))


def one(case: dict[str, Any]) -> Times:
    """Return how long it takes here to make a rule, and to check with it."""
    began = process_time()
    rule = instruction(case["source"], case["id"], case["kwargs"])
    made = process_time()
    bool(case["text"].strip() and rule.check(case["text"]).met)
    return made - began, process_time() - made


def theirs(peer: Any, cases: list[dict[str, Any]], folder: str) -> list[Times]:
    """Return how long the same takes in the package of others."""
    file = Path(folder) / "cases.jsonl"
    names = ("source", "id", "kwargs", "text")
    lines = [json.dumps({name: case[name] for name in names}) for case in cases]
    file.write_text("\n".join(lines), "utf-8")
    peer.stdin.write(f"{file}\n")
    peer.stdin.flush()
    return [(making, checking) for _, making, checking in json.loads(peer.stdout.readline())]


def show(times: list[tuple[dict[str, Any], Times, Times]]) -> None:
    """Print the mean of each id, and of all."""
    groups: dict[str, list[tuple[float, ...]]] = defaultdict(list)
    for case, own, other in times:
        source, name = case["source"], case["id"]
        groups[f"{source} {name}"].append((*own, *other))
        groups[f"{source}, all"].append((*own, *other))
        if source == "ifeval":
            kind = "that detect a language" if name in DETECT else "that detect none"
            groups[f"{source}, ids {kind}"].append((*own, *other))
    table = Table(
        "instruction", "n", "µs here", "µs there", "ratio", "checks/s here", "with making"
    )
    for column in table.columns[1:]:
        column.justify = "right"
    for name in sorted(groups, key=lambda name: ("," in name, name)):
        number = len(groups[name])
        made, own, built, other = (sum(column) for column in zip(*groups[name], strict=True))
        table.add_row(
            name,
            str(number),
            f"{1e6 * own / number:.1f}",
            f"{1e6 * other / number:.1f}",
            f"{other / own:.1f}",
            f"{number / own:,.0f}",
            f"{(other + built) / (own + made):.1f}",
        )
    console.print(table)


if __name__ == "__main__":
    main()
