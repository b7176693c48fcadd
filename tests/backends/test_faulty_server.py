"""The server with faults does on the wire what each fault says."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest

from .faulty_server import (
    ContentFilter,
    ContextTooLong,
    Fault,
    FaultyServer,
    Fenced,
    Hang,
    Html,
    IgnoreSchema,
    Length,
    Refusal,
    RejectSchema,
    Reset,
    Slow,
    Status,
    Trailing,
    Trickle,
    Truncated,
    UnknownModel,
    WrongJson,
    default_answer,
)

ASKED: dict[str, Any] = {
    "model": "crab-test",
    "messages": [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": [{"type": "text", "text": "How are you?"}]},
    ],
}
SCHEMA = {"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "boolean"}}}
Started = Callable[..., FaultyServer]


class Got(NamedTuple):
    """What came back over the wire."""

    status: int
    headers: http.client.HTTPMessage
    raw: bytes

    @property
    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.raw)

    @property
    def said(self) -> tuple[str | None, str]:
        """The text of the completion, and why it ended."""
        (choice,) = self.json["choices"]
        return choice["message"]["content"], choice["finish_reason"]


def connected(server: FaultyServer, timeout: float = 5) -> http.client.HTTPConnection:
    """Return a connection to the server."""
    return http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=timeout)


def ask(server: FaultyServer, body: Any = ASKED, timeout: float = 5) -> Got:
    """Ask for a completion, over a connection of its own."""
    return send(server, "POST", "/v1/chat/completions", json.dumps(body), timeout)


def send(
    server: FaultyServer, method: str, path: str, body: str | None = None, timeout: float = 5
) -> Got:
    """Send any request."""
    connection = connected(server, timeout)
    try:
        connection.request(method, path, body, {"X-Who": "me"})
        response = connection.getresponse()
        return Got(response.status, response.headers, response.read())
    finally:
        connection.close()


def until(met: Callable[[], bool]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + 5
    while not met():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_a_completion_has_the_shape_and_the_usage_of_openai(faulty_server: Started) -> None:
    """A reply without a fault says the answer, and counts words as tokens."""
    got = ask(faulty_server(lambda body: f"hello {body['model']}"))
    assert got.status == 200
    assert got.headers["Content-Type"] == "application/json"
    assert got.json.pop("created") == pytest.approx(time.time(), abs=5)
    assert {name: value for name, value in got.json.items() if name != "created"} == {
        "id": "chatcmpl-0",
        "object": "chat.completion",
        "model": "crab-test",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": "hello crab-test", "refusal": None},
                "logprobs": None,
                "finish_reason": "stop",
            }
        ],
        "usage": {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7},
    }


def test_connections_are_kept_alive(faulty_server: Started) -> None:
    """A connection takes one request after another."""
    server = faulty_server()
    connection = connected(server)
    for _ in range(3):
        connection.request("POST", "/v1/chat/completions", json.dumps(ASKED))
        assert connection.getresponse().read()
        assert connection.sock is not None
    connection.close()
    assert len(server.seen) == 3


def test_models_stats_and_wrong_addresses(faulty_server: Started) -> None:
    """The server lists its models and its counts, and knows no other address."""
    server = faulty_server(models=["a", "b"])
    assert [row["id"] for row in send(server, "GET", "/v1/models").json["data"]] == ["a", "b"]
    for body in (ASKED, ASKED, ASKED | {"model": "b"}):
        ask(server, body)
    stats = send(server, "GET", "/stats").json
    assert stats == server.stats()
    assert 0 < stats.pop("first") < stats.pop("last") <= time.monotonic()
    assert stats == {"requests": 3, "unique": 2, "in_flight": 0, "in_flight_max": 1}
    assert send(server, "GET", "/v1/chat/completions").status == 404
    assert send(server, "POST", "/v2/chat/completions", "{}").status == 404


def test_what_arrived_is_seen_in_order(faulty_server: Started) -> None:
    """`seen` has the body, the headers and the time of every request, failed ones too."""
    server = faulty_server(faults=lambda number, body: Reset() if number == 1 else None)
    before = time.monotonic()
    ask(server)
    with pytest.raises(ConnectionResetError):
        ask(server, ASKED | {"seed": 1})
    seen = server.seen
    assert [one.body for one in seen] == [ASKED, ASKED | {"seed": 1}]
    assert seen[0].headers["x-who"] == "me"
    assert before < seen[0].at < seen[1].at < time.monotonic()


@pytest.mark.parametrize("raw", ["", "{", "[]", "{}", '{"messages": "hi"}', '{"messages": [1]}'])
def test_what_is_no_chat_request_is_an_error(faulty_server: Started, raw: str) -> None:
    """A body without messages answers 400, and is seen."""
    server = faulty_server()
    assert send(server, "POST", "/v1/chat/completions", raw).status == 400
    assert len(server.seen) == 1


def test_the_most_requests_in_flight_are_counted(faulty_server: Started) -> None:
    """`in_flight_max` is how many requests were open at once; `latency` is what each takes."""
    server = faulty_server(latency=0.2)
    began = time.monotonic()
    with ThreadPoolExecutor(5) as pool:
        assert [got.status for got in pool.map(lambda _: ask(server), range(5))] == [200] * 5
    assert 0.2 <= time.monotonic() - began < 0.9
    assert server.in_flight_max == 5
    assert server.stats()["in_flight"] == 0


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (400, "invalid_request_error", None),
        (401, "invalid_request_error", "invalid_api_key"),
        (403, "invalid_request_error", "forbidden"),
        (404, "invalid_request_error", "not_found"),
        (418, "invalid_request_error", None),
        (429, "requests", "rate_limit_exceeded"),
        (500, "server_error", None),
        (502, "server_error", None),
        (503, "server_error", None),
    ],
)
def test_an_error_has_the_shape_of_openai(
    faulty_server: Started, status: int, kind: str, code: str | None
) -> None:
    """`Status` answers the status, with a type, a code and a message."""
    got = ask(faulty_server(lambda body: Status(status)))
    about = got.json["error"]
    assert (got.status, about["type"], about["code"]) == (status, kind, code)
    assert about["message"]
    assert "Retry-After" not in got.headers


def test_an_error_may_be_written_otherwise(faulty_server: Started) -> None:
    """`Status` takes a Retry-After, a code and a body."""
    got = ask(faulty_server(lambda body: Status(429, "0.5", error="insufficient_quota")))
    assert got.headers["Retry-After"] == "0.5"
    assert got.json["error"]["code"] == "insufficient_quota"
    got = ask(faulty_server(lambda body: Status(503, body="upstream down")))
    assert (got.status, got.raw) == (503, b"upstream down")


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (ContextTooLong(), 400, "context_length_exceeded"),
        (UnknownModel(), 404, "model_not_found"),
        (ContentFilter(refused=True), 400, "content_filter"),
    ],
)
def test_an_error_that_lasts_has_its_code(
    faulty_server: Started, fault: Fault, status: int, code: str
) -> None:
    """What no repetition mends is told by its code."""
    got = ask(faulty_server(lambda body: fault))
    assert (got.status, got.json["error"]["code"]) == (status, code)


@pytest.mark.parametrize(
    ("fault", "said", "finish"),
    [
        (Refusal(), "I'm sorry, but I can't help with that.", "stop"),
        (Refusal("No."), "No.", "stop"),
        (Refusal(in_field=True), None, "stop"),
        (Fenced(), '```json\n{"a": 12}\n```', "stop"),
        (Fenced("[]"), "```json\n[]\n```", "stop"),
        (Trailing(prose="So."), '{"a": 12}\n\nSo.', "stop"),
        (Length(), '{"a"', "length"),
        (ContentFilter(), "", "content_filter"),
        (Slow(0), '{"a": 12}', "stop"),
    ],
)
def test_a_text_is_spoilt(
    faulty_server: Started, fault: Fault, said: str | None, finish: str
) -> None:
    """Faults of the text change what the server would have said."""
    got = ask(faulty_server(lambda body: '{"a": 12}', faults=[(1, fault)]))
    assert (got.status, got.said) == (200, (said, finish))


def test_a_refusal_may_have_a_field_of_its_own(faulty_server: Started) -> None:
    """`Refusal(in_field=True)` has no text, but OpenAI's ``refusal``."""
    got = ask(faulty_server(lambda body: Refusal("No.", in_field=True)))
    assert got.json["choices"][0]["message"]["refusal"] == "No."


def test_a_fault_as_the_answer_spoils_the_default_answer(faulty_server: Started) -> None:
    """A fault that `answer` returns has the default answer to spoil."""
    assert ask(faulty_server(lambda body: Fenced())).said[0] == (
        f"```json\n{default_answer(ASKED)}\n```"
    )


def test_a_schema_is_rejected_or_ignored(faulty_server: Started) -> None:
    """`RejectSchema` and `IgnoreSchema` concern only requests with a response format."""
    rejecting = faulty_server(lambda body: "true", faults=lambda number, body: RejectSchema())
    assert ask(rejecting).said[0] == "true"
    assert ask(rejecting, ASKED | {"response_format": {"type": "json_object"}}).said[0] == "true"
    got = ask(rejecting, ASKED | {"response_format": SCHEMA})
    assert got.status == 400
    assert "'response_format'" in got.json["error"]["message"]
    assert "not supported" in got.json["error"]["message"]
    ignoring = faulty_server(lambda body: "true", faults=[(1, IgnoreSchema("Well."))])
    assert ask(ignoring).said[0] == "true"
    assert ask(ignoring, ASKED | {"response_format": SCHEMA}).said[0] == "Well."


def test_a_page_and_other_json_come_with_200(faulty_server: Started) -> None:
    """`Html` and `WrongJson` answer 200 with what is no completion."""
    got = ask(faulty_server(lambda body: Html()))
    assert (got.status, got.headers.get_content_type()) == (200, "text/html")
    assert got.raw.startswith(b"<!DOCTYPE html>")
    got = ask(faulty_server(lambda body: WrongJson('{"choices": []}')))
    assert (got.status, got.headers.get_content_type()) == (200, "application/json")
    assert got.json == {"choices": []}


def test_a_reset_is_a_reset(faulty_server: Started) -> None:
    """`Reset` sends RST and no byte of an answer."""
    server = faulty_server(lambda body: Reset())
    with pytest.raises(ConnectionResetError):
        ask(server)
    until(lambda: server.stats()["in_flight"] == 0)


def test_a_truncated_reply_is_shorter_than_it_said(faulty_server: Started) -> None:
    """`Truncated` closes the connection after half of the body."""
    with pytest.raises(http.client.IncompleteRead) as caught:
        ask(faulty_server(lambda body: Truncated()))
    assert caught.value.partial.startswith(b'{"id":"chatcmpl-0"')
    assert caught.value.expected is not None
    assert 0 <= caught.value.expected - len(caught.value.partial) <= 1


def test_a_trickle_comes_a_byte_at_a_time(faulty_server: Started) -> None:
    """`Trickle` takes its time over a right reply, and no read gets much of it."""
    server = faulty_server(lambda body: "drip", faults=[(1, Trickle(0.5))])
    connection = connected(server)
    began = time.monotonic()
    connection.request("POST", "/v1/chat/completions", json.dumps(ASKED))
    response = connection.getresponse()
    pieces = list(iter(lambda: response.read1(1000), b""))
    connection.close()
    assert time.monotonic() - began >= 0.5
    assert len(pieces) > 20
    assert json.loads(b"".join(pieces))["choices"][0]["message"]["content"] == "drip"


def test_a_slow_reply_comes_late(faulty_server: Started) -> None:
    """`Slow` answers rightly after its seconds."""
    began = time.monotonic()
    assert ask(faulty_server(lambda body: Slow(0.2))).status == 200
    assert time.monotonic() - began >= 0.2


def test_a_hanging_request_ends_with_the_server(faulty_server: Started) -> None:
    """`Hang` never answers; the connection closes when the server stops."""
    server = faulty_server(lambda body: Hang())
    with pytest.raises(TimeoutError):
        ask(server, timeout=0.1)
    until(lambda: server.stats()["in_flight"] == 0)
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(ask, server)
        until(lambda: server.stats()["in_flight"] == 1)
        server.stop()
        with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
            asked.result(timeout=5)


def test_a_server_comes_back_at_its_address(faulty_server: Started) -> None:
    """A stopped server refuses connections, keeps its counts, and starts on the same port."""
    server = faulty_server()
    url = server.url
    idle = connected(server)
    idle.connect()
    for number in range(3):
        assert ask(server).json["id"] == f"chatcmpl-{number}"
        server.stop()
        with pytest.raises(ConnectionRefusedError):
            ask(server)
        server.start()
        assert server.url == url
    assert idle.sock.recv(1) == b""
    idle.close()
    with pytest.raises(RuntimeError, match="runs already"):
        server.start()
    assert len(server.seen) == 3


def test_nobody_gets_the_port_of_a_stopped_server(faulty_server: Started) -> None:
    """The port stays taken until the server closes."""
    server = faulty_server()
    server.stop()
    port = urlsplit(server.url).port
    assert port is not None
    with socket.socket() as other, pytest.raises(OSError, match="in use"):
        other.bind(("127.0.0.1", port))
    server.close()
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))


def test_no_thread_is_left() -> None:
    """A server that closes amid requests leaves neither thread nor socket."""
    before = threading.active_count()
    with FaultyServer(lambda body: Hang()) as server:
        waiting = [connected(server) for _ in range(20)]
        for connection in waiting:
            connection.request("POST", "/v1/chat/completions", json.dumps(ASKED))
    for connection in waiting:
        connection.close()
    assert threading.active_count() == before


def test_an_error_in_the_answer_comes_to_light() -> None:
    """What `answer` raises answers 500, and is raised when the server closes."""

    def answer(body: dict[str, Any]) -> str:
        assert body["model"] == "other", "wrong model"
        return ""

    server = FaultyServer(answer)
    server.start()
    got = ask(server)
    assert got.status == 500
    assert "wrong model" in got.json["error"]["message"]
    with pytest.raises(AssertionError, match="wrong model"):
        server.close()


def statuses(server: FaultyServer, bodies: int, times: int) -> list[list[int]]:
    """Ask for each body several times."""
    return [[ask(server, ASKED | {"seed": s}).status for _ in range(times)] for s in range(bodies)]


def test_shares_are_drawn_for_each_body_and_time(faulty_server: Started) -> None:
    """The same seed draws the same faults, whatever the order; a repeated request draws anew."""
    faults = [(0.3, Status(500)), (0.2, Status(429))]
    drawn = statuses(faulty_server(faults=faults, seed=1), 40, 3)
    assert statuses(faulty_server(faults=faults, seed=1), 40, 3) == drawn
    assert statuses(faulty_server(faults=faults, seed=2), 40, 3) != drawn
    flat = [status for each in drawn for status in each]
    assert 20 <= flat.count(500) <= 55
    assert 10 <= flat.count(429) <= 40
    assert any(each[0] != 200 and each[1] == 200 for each in drawn)


def test_a_function_decides_by_number_and_body(faulty_server: Started) -> None:
    """A function gets the arrival number, from 0, and the body; None is no fault."""
    server = faulty_server(
        faults=lambda number, body: Status(503) if number < 2 or "top_p" in body else None
    )
    assert statuses(server, 1, 4) == [[503, 503, 200, 200]]
    assert ask(server, ASKED | {"top_p": 1}).status == 503


def test_the_rate_is_limited(faulty_server: Started) -> None:
    """A burst passes, what is above the rate gets 429, and time lets more pass."""
    server = faulty_server(requests_per_second=10, burst=3)
    got = [ask(server) for _ in range(4)]
    assert [one.status for one in got] == [200, 200, 200, 429]
    assert got[3].headers["Retry-After"] == "1"
    assert got[3].json["error"]["code"] == "rate_limit_exceeded"
    time.sleep(0.11)
    assert ask(server).status == 200
    assert len(server.seen) == 5


def test_the_limiter_says_when_as_a_date_or_not_at_all(faulty_server: Started) -> None:
    """Retry-After is a date of HTTP, or is missing, where that is asked for."""
    server = faulty_server(requests_per_second=0.5, burst=1, retry_after="date")
    ask(server)
    when = parsedate_to_datetime(ask(server).headers["Retry-After"])
    assert timedelta(seconds=1) < when - datetime.now(UTC) < timedelta(seconds=4)
    server = faulty_server(requests_per_second=1, retry_after=None)
    ask(server)
    got = ask(server)
    assert got.status == 429
    assert "Retry-After" not in got.headers


def test_the_default_answer_follows_from_the_body() -> None:
    """The same body has the same answer, in whatever order its keys come."""
    said = default_answer(ASKED)
    assert len(said.split()) == 12
    assert default_answer(dict(reversed(ASKED.items()))) == said
    assert default_answer(ASKED | {"seed": 1}) != said


def test_the_default_answer_keeps_a_schema(faulty_server: Started) -> None:
    """A request with a JSON schema is answered with a value that keeps it."""
    jsonschema = pytest.importorskip("jsonschema_rs")
    schema = {
        "$defs": {"Kind": {"enum": ["a", "b"]}},
        "type": "object",
        "additionalProperties": False,
        "required": ["kind", "notes", "score", "sure", "none", "either"],
        "properties": {
            "kind": {"$ref": "#/$defs/Kind"},
            "notes": {"type": "array", "items": {"type": "string"}, "minItems": 2},
            "score": {"type": "integer", "minimum": 1, "maximum": 5},
            "sure": {"type": "boolean"},
            "none": {"type": "null"},
            "either": {"anyOf": [{"const": 1}, {"type": "string"}]},
        },
    }
    wanted = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}
    got = ask(faulty_server(), ASKED | {"response_format": wanted})
    assert jsonschema.is_valid(schema, json.loads(got.said[0] or ""))


def test_the_server_is_a_program_too() -> None:
    """The program prints its address first, and answers until it is ended."""
    program = Path(__file__).with_name("faulty_server.py")
    options = ["--latency", "0.01", "--fault-share", "1", "--faults", "503"]
    with subprocess.Popen(
        [sys.executable, str(program), *options],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONWARNINGS": "error"},
    ) as process:
        try:
            assert process.stdout is not None
            connection = http.client.HTTPConnection(urlsplit(process.stdout.readline()).netloc)
            connection.request("POST", "/v1/chat/completions", json.dumps(ASKED))
            assert connection.getresponse().status == 503
            connection.close()
        finally:
            process.terminate()
