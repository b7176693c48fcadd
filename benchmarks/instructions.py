"""Time the checks of IFEval and IFBench beside the packages of others; print µs by id as a table.

    NLTK_DATA=DATA python benchmarks/instructions.py PEER_PYTHON CASES.jsonl [CASES.jsonl ...]

CASES hold lines with ``source`` (or ``checker``), ``id``, ``kwargs`` and ``text``. PEER_PYTHON is the
interpreter of the environment that ``benchmarks/upstream.py`` describes. Both decide the same cases, id
by id in turns, each text once, with nothing kept from one case to the next; times are CPU times.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from time import process_time
from typing import Any

from rich.console import Console
from rich.table import Table

from crab.benchmarks import instruction

SOURCES = ("ifeval", "ifbench")
DETECT = {
    "language:response_language",
    "change_case:english_capital",
    "change_case:english_lowercase",
}
console = Console(width=110)


def main() -> None:
    """Time every case, then show the table."""
    peer_python, *files = sys.argv[1:]
    cases = [case for file in files for case in read(Path(file)) if case["source"] in SOURCES]
    worker = Path(__file__).with_name("upstream.py")
    with subprocess.Popen(
        [peer_python, str(worker)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as peer:
        groups = by_id(cases)
        for case, *_ in groups:
            ours(case), theirs(peer, case)
        times = []
        for group in groups:
            own = [ours(case) for case in group]
            other = [theirs(peer, case) for case in group]
            times += zip(group, own, other, strict=True)
        assert peer.stdin is not None
        peer.stdin.close()
    show(times)


def read(file: Path) -> list[dict[str, Any]]:
    """Return the cases of a file."""
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    return [{"source": row.get("source") or row["checker"], **row} for row in rows]


def by_id(cases: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Return the cases of each id; one of each is decided before the clock runs, to load tables."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for case in cases:
        groups[case["source"], case["id"]].append(case)
    return list(groups.values())


def ours(case: dict[str, Any]) -> float:
    """Return how long a check takes here, the making of the rule included."""
    began = process_time()
    rule = instruction(case["source"], case["id"], case["kwargs"])
    bool(case["text"].strip() and rule.check(case["text"]).met)
    return process_time() - began


def theirs(peer: Any, case: dict[str, Any]) -> float:
    """Return how long the same check takes in the package of others."""
    asked = {name: case[name] for name in ("source", "id", "kwargs", "text")}
    peer.stdin.write(json.dumps(asked) + "\n")
    peer.stdin.flush()
    return float(json.loads(peer.stdout.readline())["seconds"])


def show(times: list[tuple[dict[str, Any], float, float]]) -> None:
    """Print the mean of each id, and of all."""
    groups: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for case, own, other in times:
        source, name = case["source"], case["id"]
        groups[f"{source} {name}"].append((own, other))
        groups[f"{source}, all"].append((own, other))
        if source == "ifeval":
            kind = "that detect a language" if name in DETECT else "that detect none"
            groups[f"{source}, ids {kind}"].append((own, other))
    table = Table("instruction", "n", "here, µs", "there, µs", "there / here", "checks/s here")
    for column in table.columns[1:]:
        column.justify = "right"
    for name in sorted(groups, key=lambda name: ("," in name, name)):
        own, other = (sum(column) for column in zip(*groups[name], strict=True))
        number = len(groups[name])
        table.add_row(
            name,
            str(number),
            f"{1e6 * own / number:.1f}",
            f"{1e6 * other / number:.1f}",
            f"{other / own:.1f}",
            f"{number / own:,.0f}",
        )
    console.print(table)


if __name__ == "__main__":
    main()
