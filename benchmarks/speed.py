"""Measure, on one core, how fast rules are proposed and checked; print the figures as tables.

    python benchmarks/speed.py [FILE...]

FILE is anything that ``crab build`` reads; the examples where none is given. Times are CPU times.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import process_time

from langdetect import DetectorFactory, detect
from rich.console import Console
from rich.table import Table

import crab
from crab.proposing import proposals, rule_classes

console = Console()
EXAMPLES = Path(__file__).parent.parent / "examples" / "seeds.jsonl"


def main() -> None:
    """Measure imports, then each file."""
    show_imports()
    for path in sys.argv[1:] or [str(EXAMPLES)]:
        texts = [pair.response for pair in crab.read([path]) if isinstance(pair, crab.Pair)]
        long = [text for text in texts if len(text.split()) >= 100][:2000]
        show_proposing(path, long)
        show_checking(path, long[:300])


def show_imports() -> None:
    """Compare ``import crab`` with importing pydantic and making one model."""
    model = "import pydantic; type('M', (pydantic.BaseModel,), {'__annotations__': {'a': int}})"
    programs = {
        "pydantic and one model": model,
        "import crab": "import crab",
        "import crab; crab.WordCount kinds": "import crab.constraints",
    }
    times = {name: median(cpu_of(code) for _ in range(7)) for name, code in programs.items()}
    bare = median(cpu_of("pass") for _ in range(7))
    table = Table("import", "CPU ms", "ratio", title="imports, less a bare interpreter")
    base = times["pydantic and one model"] - bare
    for name, seconds in times.items():
        table.add_row(name, f"{1e3 * (seconds - bare):.0f}", f"{(seconds - bare) / base:.2f}")
    console.print(table)


def cpu_of(code: str) -> float:
    """Return the CPU seconds of a fresh interpreter that runs ``code``."""
    timed = f"{code}\nimport time; print(time.process_time())"
    done = subprocess.run([sys.executable, "-c", timed], capture_output=True, text=True, check=True)
    return float(done.stdout)


def show_proposing(path: str, texts: list[str]) -> None:
    """Propose for each text, beside the ``langdetect`` package on the same texts, in turns.

    How fast a machine is changes by the minute; how many answers take the time of one does not.
    """
    DetectorFactory.seed = 0
    for text in texts[:20]:
        crab.propose(text)
        detect(text)
    spent = detecting = 0.0
    found = 0
    for some in batched(texts, 50):
        began = process_time()
        found += sum(len(crab.propose(text)) for text in some)
        spent += process_time() - began
        began = process_time()
        for text in some:
            detect(text)
        detecting += process_time() - began
    number = max(len(texts), 1)
    table = Table("", "ms an answer", "answers a CPU s", "ratio", title=f"propose: {path}")
    for name, seconds in (("crab.propose", spent), ("langdetect alone", detecting)):
        row = (1e3 * seconds / number, number / seconds, seconds / detecting)
        table.add_row(name, *(f"{value:,.2f}" for value in row))
    console.print(table)
    words = sum(len(text.split()) for text in texts) / number
    console.print(f"{number:,} answers, {words:,.0f} words and {found / number:.1f} rules each")


def batched(texts: list[str], size: int) -> Iterator[list[str]]:
    """Yield the texts a few at a time."""
    for start in range(0, len(texts), size):
        yield texts[start : start + size]


def show_checking(path: str, texts: list[str]) -> None:
    """Check what is proposed on the same texts, all at once and kind by kind."""
    prepared = [crab.Text(text) for text in texts]
    rules = [
        [rule for _, rule in proposals(text, 0, rule_classes()) if isinstance(rule, crab.Rule)]
        for text in prepared
    ]
    began = process_time()
    for source, own in zip(texts, rules, strict=True):
        fresh = crab.Text(source)
        for rule in own:
            rule.check(fresh)
    spent = process_time() - began
    number = sum(map(len, rules))
    console.print(f"check: {number / spent:,.0f} checks a CPU s, the texts measured anew")
    times: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for text, own in zip(prepared, rules, strict=True):
        for rule in own:
            began = process_time()
            for _ in range(10):
                rule.check(text)
            times[rule.kind] += (process_time() - began) / 10
            counts[rule.kind] += 1
    table = Table("kind", "checks", "µs a check", title=f"check on a measured text: {path}")
    for kind, number in counts.most_common():
        table.add_row(kind, f"{number:,}", f"{1e6 * times[kind] / number:.1f}")
    console.print(table)


if __name__ == "__main__":
    main()
