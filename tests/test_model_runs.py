"""Whole runs of `crab build` with a model behind a real server that fails, is slow, and lies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import orjson
import pytest

from .backends import readers
from .backends.faulty_server import (
    Fault,
    FaultyServer,
    Fenced,
    Hang,
    Html,
    Length,
    Reset,
    Slow,
    Status,
    Trailing,
    Truncated,
    WrongJson,
)

SEEDS = Path(__file__).parents[1] / "examples" / "seeds.jsonl"
NAMES = ("samples", "train", "dropped")
CRAB = "import crab.folder; crab.folder._SECONDS_BETWEEN_CHECKPOINTS = 0.05\n"
CRAB += "import crab.pipeline; crab.pipeline._PART = 4\n"
CRAB += "from crab.cli import main; main()"
KEY = "sk-recognisable-0123456789"
MIXED: list[tuple[float, Fault]] = [
    (0.02, Status(429)),
    (0.01, Status(429, retry_after="0.1")),
    (0.02, Status(500)),
    (0.02, Status(503)),
    (0.01, Reset()),
    (0.01, Truncated()),
    (0.01, Html()),
    (0.01, WrongJson()),
    (0.02, Fenced()),
    (0.02, Trailing()),
    (0.01, Length()),
]


def arguments(server: FaultyServer, out: Path, *more: object) -> list[str]:
    """The command line of a run."""
    options = ["--backend", "openai:reader", "--base-url", server.url, "-o", out, *more]
    return [sys.executable, "-c", CRAB, "build", str(SEEDS), *map(str, options)]


def environment() -> dict[str, str]:
    """The environment of a run, with a key that can be recognised."""
    return os.environ | {"OPENAI_API_KEY": KEY, "PYTHONUTF8": "1", "COLUMNS": "200"}


def run(server: FaultyServer, out: Path, *more: object) -> subprocess.CompletedProcess[str]:
    """Run crab to its end."""
    return subprocess.run(
        arguments(server, out, *more),
        env=environment(),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def contents(out: Path) -> dict[str, bytes]:
    """What the three files of a run hold."""
    return {name: (out / f"{name}.jsonl").read_bytes() for name in NAMES}


def records(data: bytes) -> list[dict[str, Any]]:
    """The records of a file."""
    return [json.loads(line) for line in data.splitlines()]


def bodies(server: FaultyServer) -> Counter[bytes]:
    """How often each request arrived."""
    return Counter(orjson.dumps(seen.body["messages"]) for seen in server.seen)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What a run makes that nothing disturbs."""
    out = tmp_path_factory.mktemp("whole") / "out"
    with FaultyServer(readers.careful) as server:
        done = run(server, out)
        assert done.returncode == 0, done.stderr
        assert max(bodies(server).values()) == 1
    return contents(out)


def test_rules_and_judged_constraints_ship(whole: dict[str, bytes]) -> None:
    """Samples hold what the model proposed and what is true, with where it came from."""
    samples = records(whole["samples"])
    origins = Counter(check["origin"] for one in samples for check in one["checks"])
    assert set(origins) == {"rule", "openai:reader"}
    kinds = Counter(each["kind"] for one in samples for each in one["constraints"])
    assert kinds["writing_style"] > 20
    assert kinds["exclusion"] > 20
    for one in samples:
        for constraint, check in zip(one["constraints"], one["checks"], strict=True):
            assert check["met"] is True
            if constraint["kind"] == "writing_style":
                [[start, end]] = check["spans"]
                assert len(one["response"][start:end].split()) >= 1
    reasons = Counter(one["reason"].partition(":")[0] for one in records(whole["dropped"]))
    assert {"countable", "unknown_kind", "not_met", "judged_unmet"} <= set(reasons)


def test_what_ships_is_true(whole: dict[str, bytes], tmp_path: Path) -> None:
    """`crab check` finds nothing false in a run with a model."""
    for name in ("samples", "train"):
        file = tmp_path / f"{name}.jsonl"
        file.write_bytes(whole[name])
        done = subprocess.run(
            [sys.executable, "-c", CRAB, "check", str(file)], env=environment(), check=False,
            capture_output=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_faults_lose_nothing_and_repeat_nothing(tmp_path: Path) -> None:
    """With a tenth of faults no record is lost, and only after a fault is a request repeated."""
    with FaultyServer(readers.careful, faults=MIXED, seed=5) as server:
        done = run(server, tmp_path / "out")
        assert done.returncode == 0, done.stderr
        found = contents(tmp_path / "out")
        names = {json.loads(line)["id"] for line in SEEDS.read_bytes().splitlines()}
        samples = {one["id"] for one in records(found["samples"])}
        lost = {one["id"] for one in records(found["dropped"]) if one["what"] == "record"}
        assert samples | lost >= names
        repeated = sum(number - 1 for number in bodies(server).values())
        assert 0 < repeated < 0.2 * len(server.seen)
        holds_key(tmp_path, done)


def holds_key(path: Path, done: subprocess.CompletedProcess[str]) -> None:
    """No file and no line that a run writes holds the key."""
    assert KEY not in done.stdout + done.stderr
    for file in path.rglob("*"):
        if file.is_file():
            assert KEY.encode() not in file.read_bytes(), file


@pytest.mark.slow
def test_killed_runs_go_on(whole: dict[str, bytes], tmp_path: Path) -> None:
    """Killed at ten random moments and taken up again, a run makes the same bytes.

    The server is asked again at most for what was in flight.
    """
    rng = Random(3)
    flight, kills = 8, 0
    out = tmp_path / "out"
    with FaultyServer(readers.careful, latency=0.02) as server:
        calm = None
        while calm is None:
            process = subprocess.Popen(
                arguments(server, out, "--concurrency", flight),
                env=environment(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )
            before = len(server.seen)
            wanted = before + rng.randrange(5, 60)
            while kills < 10 and process.poll() is None and len(server.seen) < wanted:
                time.sleep(0.005)
            if kills < 10 and process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                kills += 1
                process.communicate()
            else:
                calm = process.communicate()[1]
        assert process.returncode == 0, calm
        repeated = sum(number - 1 for number in bodies(server).values())
        assert kills >= 5
        assert repeated <= kills * flight
    ours = contents(out)
    for name in NAMES:
        assert ours[name] == whole[name].replace(b"openai:reader", b"openai:reader"), name


def test_the_number_of_calls_is_bounded(whole: dict[str, bytes], tmp_path: Path) -> None:
    """A run ends with status 3 at its bound, and goes on from there with a higher one."""
    out = tmp_path / "out"
    with FaultyServer(readers.careful) as server:
        done = run(server, out, "--max-calls", 100)
        assert (done.returncode, len(server.seen)) == (3, 100), done.stderr
        assert "100 model calls" in done.stderr
        assert json.loads((out / "run.json").read_bytes())["state"] == "limited"
        assert run(server, out).returncode == 0
        assert max(bodies(server).values()) == 1
    assert contents(out) == whole


def test_a_judge_that_says_yes_is_not_trusted(tmp_path: Path) -> None:
    """A judge that accepts planted falsehoods ships no judged constraint; rules ship."""
    out = tmp_path / "out"
    with FaultyServer(readers.yes_man) as server:
        done = run(server, out)
    assert done.returncode == 0, done.stderr
    state = json.loads((out / "run.json").read_bytes())
    assert state["judge"]["trusted"] is False
    assert state["judge"]["false_accept"]["rate"] > 0.9
    kinds = {
        each["kind"] for one in records(contents(out)["samples"]) for each in one["constraints"]
    }
    assert not kinds & {"writing_style", "exclusion", "semantic_element"}
    assert "word_count" in kinds
    assert "not trusted" in done.stderr


def test_calls_are_few(tmp_path: Path) -> None:
    """A run asks once a record and once a question, beside calibrating; `run.json` tells all."""
    out = tmp_path / "out"
    with FaultyServer(readers.careful) as server:
        run(server, out)
        state = json.loads((out / "run.json").read_bytes())
        seen = len(server.seen)
    calls = state["calls"]
    assert sum(step["calls"] for step in calls.values()) == seen
    assert (
        calls["propose"]["calls"] == 115 or calls["propose"]["calls"] == state["counts"]["samples"]
    )
    assert all(step["prompt_tokens"] > 0 for step in calls.values())


def test_another_model_is_refused(tmp_path: Path) -> None:
    """A folder of a run with another model, or with none, is refused; what differs is listed."""
    out = tmp_path / "out"
    with FaultyServer(readers.careful) as server:
        assert run(server, out, "--limit", 3).returncode == 0
        other = [part.replace("openai:reader", "openai:other") for part in arguments(server, out)]
        done = subprocess.run(
            [*other, "--limit", "3"], env=environment(), capture_output=True, text=True, check=False
        )
        assert done.returncode == 2
        assert "openai:other" in done.stderr


@pytest.mark.parametrize(("status", "said"), [(401, "OPENAI_API_KEY"), (404, "reader")])
def test_a_wrong_key_or_model_ends_the_run(tmp_path: Path, status: int, said: str) -> None:
    """What no request can get past ends the run at once, with one sentence."""
    with FaultyServer(readers.careful, faults=[(1.0, Status(status))]) as server:
        began = time.monotonic()
        done = run(server, tmp_path / "out")
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert time.monotonic() - began < 60


def test_silence_ends_at_the_deadline(tmp_path: Path) -> None:
    """One request that is never answered costs its record, and nothing else."""
    code = "import crab.backends.openai as o\n"
    code += "o.OpenAI.__init__.__kwdefaults__.update(timeout=0.5, patience=1.5)\n" + CRAB
    hanging: Callable[[int, Any], Fault | None] = lambda number, body: (  # noqa: E731
        Hang() if "Describe" in body["messages"][1]["content"] and number % 40 == 39 else None
    )
    marked: list[bytes] = []

    def fault(number: int, body: Any) -> Fault | None:
        text = orjson.dumps(body["messages"])
        if text in marked or (hanging(number, body) and not marked):
            marked.append(text)
            return Hang()
        return None

    with FaultyServer(readers.careful, faults=fault) as server:
        line = [part if part != CRAB else code for part in arguments(server, tmp_path / "out")]
        done = subprocess.run(
            [*line, "--limit", "60"], env=environment(), capture_output=True, text=True,
            timeout=120, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = contents(tmp_path / "out")
    lost = [one for one in records(found["dropped"]) if one["what"] == "record"]
    assert [one["reason"].partition(":")[0] for one in lost if one["step"] == "propose"] in (
        ["timeout"],
        [],
    )
    assert len(records(found["samples"])) >= 58


def test_dry_run(tmp_path: Path) -> None:
    """A dry run tells a bound of calls, tokens and money, asks nothing and writes nothing."""
    with FaultyServer(readers.careful) as server:
        done = run(server, tmp_path / "out", "--dry-run", "--prices", "0.25", "2")
        assert done.returncode == 0, done.stderr
        assert "at the most" in done.stdout
        assert "at these prices" in done.stdout
        assert not server.seen
    assert not (tmp_path / "out").exists()


def test_calibrate_and_cache_commands(tmp_path: Path) -> None:
    """`crab calibrate` prints both rates, and `crab cache` what is kept."""

    def crab(*words: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", CRAB, *map(str, words)], env=environment(), check=False,
            capture_output=True, text=True,
        )  # fmt: skip

    for answer, status in ((readers.careful, 0), (readers.yes_man, 1)):
        with FaultyServer(answer) as server:
            named = ("--backend", "openai:reader", "--base-url", server.url)
            done = crab("calibrate", SEEDS, *named)
            assert done.returncode == status, done.stderr
            assert "false accept" in done.stdout
    out = tmp_path / "out"
    with FaultyServer(readers.careful, faults=[(0.0, Slow(0.0))]) as server:
        run(server, out, "--limit", 5)
    assert "propose" in crab("cache", out).stdout
    assert "replies deleted" in crab("cache", out, "--clear").stdout
    assert "propose" not in crab("cache", out).stdout
    assert crab("cache", tmp_path).returncode == 2


def test_a_full_disk_costs_no_reply(whole: dict[str, bytes], tmp_path: Path) -> None:
    """A run whose replies cannot be kept ends with one sentence, and is taken up again."""
    limited = "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
    limited += "resource.setrlimit(resource.RLIMIT_FSIZE, (120_000, -1))\n"
    out = tmp_path / "out"
    with FaultyServer(readers.careful) as server:
        line = [part if part != CRAB else limited + CRAB for part in arguments(server, out)]
        full = subprocess.run(
            line, env=environment(), capture_output=True, text=True, timeout=300, check=False
        )
        assert full.returncode == 1
        assert "crab: cannot keep replies in" in full.stderr
        assert "Traceback" not in full.stderr
        assert run(server, out).returncode == 0
    assert contents(out) == whole
