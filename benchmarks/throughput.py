"""Measure, against a server on loopback, how busy crab keeps a model; print the figures as tables.

    python benchmarks/throughput.py [SEEDS]

The server runs in a process of its own. A bare aiohttp loop asks it first, in the same run; what
crab reaches stands beside it. SEEDS (by default the examples) are built with a model that takes
200 ms for each reply.
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from typing import Any

import aiohttp
from rich.console import Console
from rich.table import Table

from crab.backends.base import Request, Turn
from crab.backends.cached import Cached
from crab.backends.openai import OpenAI

HERE = Path(__file__).parent
SERVER = HERE.parent / "tests" / "backends" / "faulty_server.py"
EXAMPLES = HERE.parent / "examples" / "seeds.jsonl"
TONES = ("plain", "warm", "brisk", "sober")
IN_FLIGHT = 64
NUMBER = 6000
RECORDS = 3000
console = Console()


def main() -> None:
    """Measure the backend by itself, then a whole run."""
    table = Table(
        "server", "client", "requests/s", "ratio", "CPU ms each", "ratio", title="64 in flight"
    )
    for name, latency, share in (("at once", 0.0, 0.0), ("20 ms, 2 % bare 429s", 0.02, 0.02)):
        with server(latency, share) as url:
            bare = asked_bare(url)
            for client, (rate, cpu) in (
                ("bare aiohttp loop", bare),
                ("OpenAI", asked(url, durable=False)),
                ("OpenAI, replies kept on disk", asked(url, durable=True)),
            ):
                ratios = f"{rate / bare[0]:.2f}", f"{cpu / bare[1]:.2f}"
                table.add_row(
                    name, client, f"{rate:,.0f}", ratios[0], f"{1e3 * cpu:.3f}", ratios[1]
                )
    console.print(table)
    whole_run(sys.argv[1] if len(sys.argv) > 1 else str(EXAMPLES))


@contextmanager
def server(latency: float, refused: float = 0.0) -> Iterator[str]:
    """Run the server in a process; yield its address."""
    process = subprocess.Popen(
        [sys.executable, __file__, "--serve", str(latency), str(refused)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None  # noqa: S101 - it was asked for
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()


def asked_bare(url: str) -> tuple[float, float]:
    """Return requests a second and CPU seconds a request of a loop that asks and reads."""

    async def ask() -> None:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            numbers = iter(range(NUMBER))

            async def work() -> None:
                for number in numbers:
                    body = {"model": "m", "messages": [{"role": "user", "content": text(number)}]}
                    async with session.post(f"{url}/chat/completions", json=body) as response:
                        json.loads(await response.read())

            await asyncio.gather(*(work() for _ in range(IN_FLIGHT)))

    return timed(lambda: asyncio.run(ask()))


def asked(url: str, *, durable: bool) -> tuple[float, float]:
    """Return requests a second and CPU seconds a request of crab's backend."""
    requests = [Request(str(n), (Turn("user", text(n)),)) for n in range(NUMBER)]
    with tempfile.TemporaryDirectory() as folder, OpenAI("m", base_url=url) as inner:
        backend = Cached(inner, Path(folder) / "replies.sqlite") if durable else inner

        def ask() -> None:
            answered = sum(reply.failure is None for reply in backend.replies(requests))
            assert answered == NUMBER  # noqa: S101 - else the figure means nothing

        return timed(ask)


def serve(latency: float, refused: float) -> None:
    """Serve until killed; a share of the requests is refused with a bare 429."""
    spec = importlib.util.spec_from_file_location("faulty_server", SERVER)
    assert spec is not None  # noqa: S101 - the file is there
    assert spec.loader is not None  # noqa: S101
    faulty = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = faulty
    spec.loader.exec_module(faulty)
    faults = [(refused, faulty.Status(429))] if refused else ()
    with faulty.FaultyServer(answer, latency=latency, faults=faults, keep=False) as running:
        print(running.url, flush=True)
        time.sleep(3600)


def answer(body: dict[str, Any]) -> str:
    """Propose four things for a record; believe in style alone, as a judge with a quotation."""
    user = body["messages"][-1]["content"]
    response = user.partition("\n")[2][:60]
    if "Describe the instruction" in user:
        style = [{"kind": "writing_style", "text": f"Write in a {tone} tone."} for tone in TONES]
        return json.dumps({"instruction": "", "constraints": style})
    if "[demand" in user:
        met = "tone" in user
        verdict = {"evidence": response, "met": met, "restricts": True, "better": None}
        return json.dumps(verdict)
    return "hello"


def text(number: int) -> str:
    """Return a prompt of some length."""
    return f"{number}: " + "Describe the harbour in the rain. " * 12


def timed(ask: object) -> tuple[float, float]:
    """Return requests a second and CPU seconds a request."""
    began, spent = time.monotonic(), time.process_time()
    ask()  # type: ignore[operator]
    return NUMBER / (time.monotonic() - began), (time.process_time() - spent) / NUMBER


def whole_run(seeds: str) -> None:
    """Build a data set with a model that takes 200 ms; compare with the bare loop's rate."""
    with server(0.2) as url:
        bare, _ = asked_bare(url)
    with server(0.2) as url, tempfile.TemporaryDirectory() as folder:
        code = "from crab.cli import main; main()"
        command = ["build", seeds, "-o", f"{folder}/out", "--backend", "openai:m"]
        command += ["--limit", str(RECORDS)]
        began, before = time.monotonic(), getrusage(RUSAGE_CHILDREN).ru_utime
        subprocess.run(
            [sys.executable, "-c", code, *command, "--base-url", url],
            env=os.environ | {"OPENAI_API_KEY": "none"},
            stdout=subprocess.DEVNULL,
            check=True,
        )
        seconds = time.monotonic() - began
        cpu = getrusage(RUSAGE_CHILDREN).ru_utime - before
        with urllib.request.urlopen(f"{url.removesuffix('/v1')}/stats") as response:  # noqa: S310
            stats = json.load(response)
        peak = getrusage(RUSAGE_CHILDREN).ru_maxrss // 1024
    asking = stats["last"] - stats["first"]
    table = Table("client", "requests", "requests/s", "ratio", title=f"crab build: {seeds}, 200 ms")
    table.add_row("bare aiohttp loop", f"{NUMBER:,}", f"{bare:,.0f}", "1.00")
    rate = stats["requests"] / asking
    table.add_row("crab build", f"{stats['requests']:,}", f"{rate:,.0f}", f"{rate / bare:.2f}")
    console.print(table)
    console.print(f"{seconds:,.0f} s in all, {cpu:,.0f} s of CPU, {peak:,} MiB at the most")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        serve(float(sys.argv[2]), float(sys.argv[3]))
    else:
        main()
