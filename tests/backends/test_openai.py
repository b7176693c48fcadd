"""Servers with OpenAI's chat API, asked over loopback, with all that goes wrong there."""

from __future__ import annotations

import asyncio
import math
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from email.utils import formatdate
from itertools import pairwise
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp import web

from crab.backends.base import Reply, Request, Sampling, Turn, Usage
from crab.backends.cached import Cached
from crab.backends.openai import OpenAI
from crab.backends.reading import read_object
from crab.errors import BackendError, UsageError

from .faulty_server import (
    Call,
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
)

Started = Callable[..., FaultyServer]
Opened = Callable[..., OpenAI]
Body = dict[str, Any]

SCHEMA = '{"type":"object","properties":{"met":{"type":"boolean"}},"required":["met"]}'
KEY = "sk-crab-0123456789-recognisable"
EMPTY = orjson.dumps(
    {
        "choices": [{"message": {"content": ""}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 30, "completion_tokens": 20},
    }
).decode()


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No key, address or proxy of whoever runs the tests is used."""
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def opened() -> Iterator[Opened]:
    """Opens backends in front of a server, and closes them."""
    with ExitStack() as stack:

        def open_one(server: FaultyServer, **options: Any) -> OpenAI:
            return stack.enter_context(OpenAI("crab-test", base_url=server.url, **options))

        yield open_one


def request(name: str, schema: str | None = None) -> Request:
    """A request that says its name."""
    return Request(name, (Turn("system", "Be brief."), Turn("user", name)), json_schema=schema)


def named(*names: str, schema: str | None = None) -> list[Request]:
    """Requests that say their names."""
    return [request(name, schema) for name in names]


def numbered(count: int, schema: str | None = None) -> list[Request]:
    """Requests that say their numbers."""
    return named(*map(str, range(count)), schema=schema)


def asked(body: Body) -> str:
    """The name that a request says."""
    return str(body["messages"][-1]["content"])


def echo(body: Body) -> str:
    """Answer with the name."""
    return f"I am {asked(body)}."


def always(fault: Fault, name: str = "bad") -> Callable[[int, Body], Fault | None]:
    """Every request of this name goes wrong."""
    return lambda number, body: fault if asked(body) == name else None


def at_first(*faults: Fault, name: str = "bad") -> Callable[[int, Body], Fault | None]:
    """The first requests of this name go wrong, one after another."""
    left = list(faults)
    return lambda number, body: left.pop(0) if left and asked(body) == name else None


def by_id(replies: Iterable[Reply]) -> dict[str, Reply]:
    """Replies by their id; each comes once."""
    found = list(replies)
    assert len({reply.id for reply in found}) == len(found)
    return {reply.id: reply for reply in found}


def unharmed(found: dict[str, Reply], server: FaultyServer, bad: int) -> None:
    """The requests beside the bad one were answered, and asked once."""
    for name in ("a", "b", "c", "d"):
        assert found[name] == Reply(name, f"I am {name}.", usage=Usage(3, 3))
    times = Counter(asked(one.body) for one in server.seen)
    assert times == {"a": 1, "b": 1, "c": 1, "d": 1, "bad": bad}


MIXED = named("a", "b", "bad", "c", "d")


@pytest.mark.parametrize(
    "fault",
    [
        Status(429),
        Status(429, "0.05"),
        Status(429, "0"),
        Status(429, "whenever"),
        Status(500),
        Status(503, "0.1"),
        Status(502, body="<h1>Bad gateway</h1>"),
        Reset(),
        Hang(),
        Slow(20),
        Trickle(20),
        Truncated(),
        Html(),
        WrongJson(),
        WrongJson("[]"),
        WrongJson('{"choices": []}'),
        WrongJson('{"error": {"message": "upstream failed"}}'),
    ],
    ids=repr,
)
def test_a_fault_that_passes_is_got_over(
    faulty_server: Started, opened: Opened, fault: Fault
) -> None:
    """A request is asked again after a fault, and its reply says how often; no other is."""
    server = faulty_server(echo, faults=at_first(fault))
    backend = opened(server, timeout=0.5)
    found = by_id(backend.replies(MIXED))
    assert found["bad"] == Reply("bad", "I am bad.", usage=Usage(3, 3), attempts=2)
    unharmed(found, server, bad=2)


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        (Status(429), "rate_limited", "429: Rate limit reached"),
        (Status(429, "3600"), "rate_limited", "429: Rate limit reached"),
        (Status(500), "server_error", "500: The server had an error"),
        (Status(503), "server_error", "503: The engine is currently overloaded"),
        (Reset(), "broken_off", "ClientOSError"),
        (Truncated(), "broken_off", "ClientPayloadError"),
        (Hang(), "timeout", "no reply within 0.2 s"),
        (Trickle(20), "timeout", "no reply within 0.2 s"),
        (Html(), "bad_reply", "no completion: <!DOCTYPE html>"),
        (WrongJson(), "bad_reply", 'no completion: {"detail": "ok"}'),
        (WrongJson(EMPTY), "empty_reply", "a reply without text"),
    ],
    ids=repr,
)
def test_a_fault_that_stays_is_a_passing_failure(
    faulty_server: Started, opened: Opened, fault: Fault, kind: str, words: str
) -> None:
    """A request that keeps failing is given up when patience ends; no other suffers."""
    server = faulty_server(echo, faults=always(fault))
    found = by_id(opened(server, timeout=0.2, patience=0.4).replies(MIXED))
    bad = found["bad"]
    assert bad.failure is not None
    assert (bad.text, bad.failure.kind, bad.failure.lasting) == ("", kind, False)
    assert words in bad.failure.message
    unharmed(found, server, bad=bad.attempts)


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        (Refusal(in_field=True), "refused", "I'm sorry, but I can't help with that."),
        (ContentFilter(), "content_filter", "the server filtered the reply"),
        (ContentFilter(refused=True), "content_filter", "400: The prompt was stopped"),
        (ContextTooLong(), "context_too_long", "400: This model's maximum context length"),
        (Status(400), "bad_request", "400: The request is not valid."),
        (Status(413, body="Too big."), "bad_request", "413: Too big."),
    ],
    ids=repr,
)
def test_what_would_fail_again_is_asked_once(
    faulty_server: Started, opened: Opened, fault: Fault, kind: str, words: str
) -> None:
    """A request that the server will never answer is a lasting failure at the first attempt."""
    server = faulty_server(echo, faults=always(fault))
    found = by_id(opened(server).replies(MIXED))
    bad = found["bad"]
    assert bad.failure is not None
    assert (bad.text, bad.failure.kind, bad.failure.lasting) == ("", kind, True)
    assert words in bad.failure.message
    assert bad.attempts == 1
    unharmed(found, server, bad=1)


@pytest.mark.parametrize(
    ("fault", "text", "finish"),
    [
        (Refusal(), "I'm sorry, but I can't help with that.", "stop"),
        (Fenced('{"met": true}'), '```json\n{"met": true}\n```', "stop"),
        (Trailing('{"met": true}', "Or {not}?"), '{"met": true}\n\nOr {not}?', "stop"),
        (Length("abcdefgh"), "abcd", "length"),
    ],
    ids=repr,
)
def test_a_text_comes_as_it_is(
    faulty_server: Started, opened: Opened, fault: Fault, text: str, finish: str
) -> None:
    """What the model says is not judged here: a text is a text, with the way it ended."""
    server = faulty_server(echo, faults=always(fault))
    found = by_id(opened(server).replies(MIXED))
    bad = found["bad"]
    assert (bad.text, bad.finish, bad.failure, bad.attempts) == (text, finish, None, 1)
    unharmed(found, server, bad=1)


@pytest.mark.parametrize("fault", [Fenced('{"met": true}'), Trailing('{"met": true}')], ids=repr)
@pytest.mark.parametrize("ladder", [False, True])
def test_json_is_read_however_it_is_wrapped(
    faulty_server: Started, opened: Opened, fault: Fault, ladder: bool
) -> None:
    """JSON in a fence or before prose is read, whatever way of asking the server keeps to."""
    schema = SCHEMA if ladder else None
    server = faulty_server(echo, faults=lambda number, body: fault)
    for reply in opened(server).replies(numbered(5, schema)):
        assert read_object(reply.text) == {"met": True}
    assert len(server.seen) == 5


def test_the_tokens_of_every_attempt_count(faulty_server: Started, opened: Opened) -> None:
    """Usage is the sum over all attempts that told it, and so for a failure."""
    empty = WrongJson(EMPTY)
    server = faulty_server(echo, faults=at_first(empty, Reset(), empty))
    [reply] = opened(server).replies(named("bad"))
    assert reply == Reply("bad", "I am bad.", usage=Usage(63, 43), attempts=4)
    server = faulty_server(echo, faults=at_first(empty, empty, ContentFilter()))
    [reply] = opened(server).replies(named("bad"))
    assert (reply.usage, reply.attempts) == (Usage(63, 40), 3)


def test_a_fault_is_tried_eight_times(faulty_server: Started, opened: Opened) -> None:
    """A server that keeps failing on one request is asked eight times, however patient we are."""
    server = faulty_server(echo, faults=always(Status(500, "0.01")))
    found = by_id(opened(server).replies(MIXED))
    assert found["bad"].attempts == 8
    unharmed(found, server, bad=8)


def test_rate_limits_are_no_faults(faulty_server: Started, opened: Opened) -> None:
    """A request that was held back for long may still fail and be tried again."""
    limited = [Status(429, "0.01")] * 9
    server = faulty_server(
        echo, faults=at_first(*limited, Status(500, "0.01"), *limited, Status(500, "0.01"))
    )
    [reply] = opened(server).replies(named("bad"))
    assert (reply.text, reply.attempts) == ("I am bad.", 21)


def test_patience_begins_with_the_first_fault(faulty_server: Started, opened: Opened) -> None:
    """The time that a request waits for its turn is not held against it."""
    faults = at_first(Status(500, "0.01"), name="7")
    server = faulty_server(echo, faults=faults)
    backend = opened(server, requests_per_minute=1200, patience=0.2)
    found = by_id(backend.replies(numbered(8)))
    assert all(reply.failure is None for reply in found.values())
    assert found["7"].attempts == 2


@pytest.mark.parametrize("as_date", [False, True])
def test_retry_after_is_kept_to(faulty_server: Started, opened: Opened, as_date: bool) -> None:
    """After a rate limit nothing is sent before the seconds or the date that the server gave."""
    begin = time.time()
    end = math.ceil(begin) + 1 if as_date else begin + 0.4
    value = formatdate(end, usegmt=True) if as_date else "0.4"
    server = faulty_server(echo, faults=at_first(Status(429, value)))
    found = by_id(opened(server).replies(named("bad")))
    assert found["bad"].attempts == 2
    assert time.time() >= end - 0.02


def test_a_limit_of_the_server_is_got_through(faulty_server: Started, opened: Opened) -> None:
    """A server that lets few requests through answers all of them in the end."""
    server = faulty_server(echo, requests_per_second=40, burst=5, retry_after=None)
    found = by_id(opened(server, concurrency=8).replies(numbered(40)))
    assert all(reply.failure is None for reply in found.values())
    assert len(found) == 40


def test_retry_after_nothing_is_no_storm(faulty_server: Started, opened: Opened) -> None:
    """A server that says to come back in 0 seconds, and refuses, is left alone ever longer."""
    server = faulty_server(echo, faults=always(Status(429, "0")))
    [reply] = opened(server, patience=1).replies(named("bad"))
    assert reply.failure is not None
    assert reply.attempts < 8


def test_a_server_that_dies_and_comes_back(faulty_server: Started, opened: Opened) -> None:
    """Requests under way when the server dies are asked again when it is back; all are answered."""
    server = faulty_server(echo, latency=0.02)
    backend = opened(server, concurrency=4)
    replies = backend.replies(numbered(60))
    found = [next(replies) for _ in range(10)]
    server.stop()
    back = threading.Timer(0.6, server.start)
    back.start()
    found.extend(replies)
    back.join()
    assert {reply.id: reply.text for reply in found} == {str(n): f"I am {n}." for n in range(60)}
    assert max(reply.attempts for reply in found) > 1


def test_nobody_at_the_address_is_an_error(faulty_server: Started, opened: Opened) -> None:
    """Where nobody has been at the address for as long as patience, no request can be answered."""
    server = faulty_server(echo)
    server.stop()
    begin = time.monotonic()
    with pytest.raises(BackendError, match=f"{server.url}/chat/completions cannot be reached"):
        list(opened(server, patience=0.5).replies(numbered(50)))
    assert time.monotonic() - begin < 5


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Status(401), "says 401: Incorrect API key provided. (check OPENAI_API_KEY)"),
        (Status(403), "says 403: This key may not use this model. (the key may not use this mod"),
        (UnknownModel(), "cannot answer as 'crab-test': 404: The model 'crab-test' does not exist"),
        (Status(404, body="<h1>Not found</h1>"), "cannot answer as 'crab-test': 404: <h1>Not foun"),
        (Status(429, error="insufficient_quota"), "cannot answer as 'crab-test': 429: Rate limit"),
    ],
    ids=repr,
)
def test_what_no_request_gets_over_is_an_error_at_once(
    faulty_server: Started, opened: Opened, fault: Fault, words: str
) -> None:
    """A wrong key, model or address ends everything at once, with one sentence that names it."""
    server = faulty_server(latency=0.02, faults=lambda number, body: fault)
    with pytest.raises(BackendError) as caught:
        list(opened(server, concurrency=3).replies(numbered(100)))
    message = str(caught.value)
    assert message.startswith(f"{server.url}/chat/completions ")
    assert words in message
    assert "\n" not in message
    assert len(server.seen) <= 6


def test_openai_itself_needs_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a key nobody is asked at OpenAI's own address, and the error says what to do."""
    with OpenAI("gpt-5-mini") as backend, pytest.raises(BackendError, match="OPENAI_API_KEY is no"):
        backend.replies(numbered(1))
    monkeypatch.setenv("OPENAI_API_KEY", "")
    with OpenAI("gpt-5-mini") as backend, pytest.raises(BackendError, match="give a server's base"):
        backend.replies(numbered(1))


def test_the_address_comes_from_the_environment(
    faulty_server: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``OPENAI_BASE_URL`` is asked where no address is given; a local server needs no key."""
    server = faulty_server(echo)
    monkeypatch.setenv("OPENAI_BASE_URL", server.url + "/")
    with OpenAI("crab-test") as backend:
        assert by_id(backend.replies(named("a")))["a"].text == "I am a."
    assert "Authorization" not in server.seen[0].headers


def test_the_proxy_of_the_environment_is_used(
    faulty_server: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What ``http_proxy`` names is asked for the address, unless ``no_proxy`` excepts it."""
    server = faulty_server(echo)
    monkeypatch.setenv("http_proxy", server.url.removesuffix("/v1"))
    with OpenAI("m", base_url="http://crab.invalid/v1") as backend:  # noqa: SIM117
        with pytest.raises(BackendError, match=r"Unknown request URL: POST http://crab.invalid/"):
            list(backend.replies(named("a")))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with OpenAI("m", base_url=server.url) as backend:
        assert by_id(backend.replies(named("a")))["a"].text == "I am a."


ECHOED = f"You sent the key {KEY} here."


@pytest.mark.parametrize(
    "fault",
    [
        Status(401, body=f'{{"error": {{"message": "{ECHOED}", "code": "{KEY}"}}}}'),
        Status(404, body=ECHOED),
        Status(400, body=f'{{"error": {{"message": "{ECHOED}", "param": "{KEY}"}}}}'),
        Status(500, "0.001", body=ECHOED),
        Status(429, KEY, body=f'{{"detail": "{ECHOED}"}}'),
        ContentFilter(),
        Html(f"<p>{ECHOED}</p>"),
        WrongJson(f'{{"detail": "{ECHOED}"}}'),
        Refusal(ECHOED),
        Refusal(ECHOED, in_field=True),
        Fenced(ECHOED),
    ],
    ids=lambda fault: repr(fault).replace(KEY, "KEY")[:60],
)
def test_the_key_is_nowhere(
    faulty_server: Started,
    opened: Opened,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    fault: Fault,
) -> None:
    """A server that repeats the key brings it into no reply, error, log or file."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    server = faulty_server(echo, faults=lambda number, body: fault)
    inner = opened(server, patience=0.3)
    backend = Cached(inner, tmp_path / "replies.sqlite")
    shown = [repr(inner), repr(vars(inner)), repr(inner.identity())]
    try:
        shown.extend(map(repr, backend.replies(named("a", "b"))))
    except BackendError as error:
        shown.append(repr(error))
    inner.close()
    assert {one.headers["Authorization"] for one in server.seen} == {f"Bearer {KEY}"}
    shown.append(repr(vars(inner)))
    assert KEY not in "".join(shown) + caplog.text
    assert all(KEY.encode() not in file.read_bytes() for file in tmp_path.iterdir())


def formats(server: FaultyServer) -> list[str]:
    """The ways of structured output in which a server was asked."""
    return [(one.body.get("response_format") or {"type": "none"})["type"] for one in server.seen]


def test_a_schema_is_asked_for_and_kept(faulty_server: Started, opened: Opened) -> None:
    """A server that knows schemas gets each request's, and no call is spent on finding out."""
    server = faulty_server()
    found = by_id(opened(server).replies([*numbered(6, SCHEMA), *named("free")]))
    texts = [reply.text for name, reply in found.items() if name != "free"]
    assert all(isinstance(orjson.loads(text)["met"], bool) for text in texts)
    assert Counter(formats(server)) == {"json_schema": 6, "none": 1}
    sent = server.seen[0].body["response_format"]["json_schema"]
    assert (sent["strict"], sent["schema"]) == (True, orjson.loads(SCHEMA))


@pytest.mark.parametrize("concurrency", [1, 16])
def test_a_server_that_rejects_schemas(
    faulty_server: Started, opened: Opened, concurrency: int
) -> None:
    """After the first 400 the server is asked for an object; one call is spent on finding out."""
    server = faulty_server(lambda body: '{"met": true}', faults=lambda n, body: RejectSchema())
    backend = opened(server, concurrency=concurrency)
    found = by_id(backend.replies(numbered(10, SCHEMA)))
    assert all(reply.text == '{"met": true}' for reply in found.values())
    assert sorted(reply.attempts for reply in found.values()) == [1] * 9 + [2]
    assert formats(server) == ["json_schema"] + ["json_object"] * 10


def test_a_server_that_rejects_every_format(faulty_server: Started, opened: Opened) -> None:
    """A server that rejects objects too is asked without a format."""
    message = '{"error": {"message": "no", "param": "response_format"}}'
    reject = Status(400, body=message)
    server = faulty_server(echo, faults=lambda n, b: reject if b.get("response_format") else None)
    found = by_id(opened(server).replies(numbered(10, SCHEMA)))
    assert {name: reply.text for name, reply in found.items()} == {
        str(n): f"I am {n}." for n in range(10)
    }
    assert formats(server) == ["json_schema", "json_object"] + ["none"] * 10


def test_a_server_that_ignores_schemas(faulty_server: Started, opened: Opened) -> None:
    """Prose where JSON was asked for ends that way of asking, with no call more than requests."""
    server = faulty_server(faults=lambda number, body: IgnoreSchema())
    backend = opened(server, concurrency=8)
    found = by_id(backend.replies(numbered(12, SCHEMA)))
    assert formats(server) == ["json_schema", "json_object"] + ["none"] * 10
    assert sum(reply.text.startswith("Sure!") for reply in found.values()) == 2
    assert {reply.attempts for reply in found.values()} == {1}
    list(backend.replies(numbered(3, SCHEMA)))
    assert formats(server)[12:] == ["none"] * 3


def test_a_fault_says_nothing_about_the_format(faulty_server: Started, opened: Opened) -> None:
    """Faults, cut off replies and failures before the first whole reply leave the way as it is."""
    faults: list[Fault] = [Status(500, "0.01"), Reset(), Length('{"met": tr'), ContentFilter()]
    server = faulty_server(faults=lambda n, body: faults[n] if n < len(faults) else None)
    by_id(opened(server).replies(numbered(8, SCHEMA)))
    assert set(formats(server)) == {"json_schema"}


def test_a_later_schema_that_is_rejected_costs_one_step(
    faulty_server: Started, opened: Opened
) -> None:
    """Many rejections at a time of what was asked in one way lead to the next way, not past it."""
    other = SCHEMA.replace("met", "new")

    def faults(number: int, body: Body) -> Fault | None:
        new = "new" in repr(body.get("response_format"))
        return RejectSchema() if new else None

    server = faulty_server(lambda body: '{"met": true, "new": true}', faults=faults, latency=0.05)
    backend = opened(server, concurrency=8)
    list(backend.replies(numbered(3, SCHEMA)))
    found = by_id(backend.replies(numbered(8, other)))
    assert all(reply.failure is None for reply in found.values())
    assert set(formats(server)) == {"json_schema", "json_object"}


def picky(unwanted: str) -> Callable[[int, Body], Fault | None]:
    """The server rejects a parameter as OpenAI does."""
    error = {"message": f"Unsupported parameter: '{unwanted}'", "param": unwanted}
    fault = Status(400, body=orjson.dumps({"error": error}).decode())
    return lambda number, body: fault if unwanted in body else None


@pytest.mark.parametrize("unwanted", ["temperature", "top_p", "seed", "max_tokens"])
@pytest.mark.parametrize("concurrency", [1, 16])
def test_a_parameter_that_is_rejected_is_left_out(
    faulty_server: Started, opened: Opened, unwanted: str, concurrency: int
) -> None:
    """All requests are answered without it, those under way at the time too; then none has it."""
    server = faulty_server(echo, faults=picky(unwanted), latency=0.03)
    backend = opened(server, concurrency=concurrency)
    requests = [Request(str(n), (Turn("user", str(n)),), Sampling(seed=n)) for n in range(16)]
    found = by_id(backend.replies(requests))
    assert [found[str(n)].text for n in range(16)] == [f"I am {n}." for n in range(16)]
    assert all(reply.attempts <= 2 for reply in found.values())
    taken = {"temperature", "top_p", "seed", "max_tokens"} - {unwanted}
    taken |= {"max_completion_tokens"} if unwanted == "max_tokens" else set()
    count = len(server.seen)
    assert count <= 16 + concurrency
    list(backend.replies(requests))
    for one in server.seen[count:]:
        assert set(one.body) == {"model", "messages"} | taken
    assert len(server.seen) == count + 16


def test_a_parameter_of_the_caller_that_is_rejected(faulty_server: Started, opened: Opened) -> None:
    """A field that the caller gave is not left out silently: each request fails, and says why."""
    server = faulty_server(echo, faults=picky("reasoning_effort"))
    backend = opened(server, body={"reasoning_effort": "low"})
    [reply] = backend.replies(named("a"))
    assert reply.failure is not None
    assert "Unsupported parameter: 'reasoning_effort'" in reply.failure.message
    assert len(server.seen) == 1


def test_headers_and_fields_go_along(faulty_server: Started, opened: Opened) -> None:
    """Further headers and fields are in each request; fields are part of the identity."""
    server = faulty_server(echo)
    backend = opened(server, headers={"X-Team": "crab"}, body={"reasoning_effort": "low"})
    list(backend.replies(numbered(3)))
    assert {one.headers["X-Team"] for one in server.seen} == {"crab"}
    assert {one.body["reasoning_effort"] for one in server.seen} == {"low"}
    assert backend.identity() == {
        "name": "openai:crab-test",
        "base_url": server.url,
        "body": {"reasoning_effort": "low"},
    }


@pytest.mark.parametrize(
    "options", [{"requests_per_minute": 1200}, {"tokens_per_minute": 1200 * 1100}]
)
def test_requests_are_paced(
    faulty_server: Started, opened: Opened, options: dict[str, float]
) -> None:
    """Limits of the account are kept to from the first request on."""
    echo_long = WrongJson(EMPTY.replace('""', '"x"').replace("20}", "1100}"))
    server = faulty_server(echo, faults=lambda number, body: echo_long)
    list(opened(server, **options).replies(numbered(9)))
    times = [one.at for one in server.seen]
    assert times[-1] - times[0] >= 0.35
    assert all(later - before > 0.01 for before, later in pairwise(times))


@pytest.mark.parametrize("concurrency", [1, 5])
def test_no_more_are_in_flight_than_wanted(
    faulty_server: Started, opened: Opened, concurrency: int
) -> None:
    """As many requests are open at once as wanted, with faults too, and never more."""
    server = faulty_server(echo, latency=0.01, faults=[(0.2, Status(500, "0.01"))])
    found = by_id(opened(server, concurrency=concurrency).replies(numbered(60)))
    assert len(found) == 60
    assert server.in_flight_max == concurrency


def test_requests_are_not_read_far_ahead(faulty_server: Started, opened: Opened) -> None:
    """At most twice the concurrency is read beyond what was taken."""
    read = []

    def requests() -> Iterator[Request]:
        for one in numbered(1000):
            read.append(one)
            yield one

    replies = opened(faulty_server(echo), concurrency=4).replies(requests())
    for _ in range(10):
        next(replies)
    time.sleep(0.1)
    assert len(read) <= 10 + 2 * 4 + 1


@pytest.mark.slow
def test_what_is_in_flight_adapts(faulty_server: Started, opened: Opened) -> None:
    """Sustained rate limits bring the requests in flight down to few; successes bring them back."""
    refused, in_flight = 120, []

    def faults(number: int, body: Body) -> Fault | None:
        in_flight.append(int(server.stats()["in_flight"]))
        return Status(429, "0.01") if number < refused else None

    server = faulty_server(echo, latency=0.02, faults=faults)
    found = by_id(opened(server, concurrency=24).replies(numbered(700)))
    assert all(reply.failure is None for reply in found.values())
    assert max(in_flight[:24]) > 12
    assert max(in_flight[refused - 20 : refused + 1]) <= 3
    assert max(in_flight[-200:]) > 12


def test_it_works_in_a_running_loop(faulty_server: Started, opened: Opened) -> None:
    """A coroutine, as in a notebook, may ask and wait for replies."""
    backend = opened(faulty_server(echo))

    async def main() -> set[str]:
        return {reply.text for reply in backend.replies(numbered(3))}

    for _ in range(2):
        assert asyncio.run(main()) == {"I am 0.", "I am 1.", "I am 2."}


@dataclass(frozen=True, slots=True)
class Peer(Fault):
    """Answers rightly, and notes over which connection."""

    ports: set[int]

    async def send(self, call: Call) -> web.Response:
        """Note the port, and answer."""
        self.ports.add(call.transport.get_extra_info("peername")[1])
        return call.completion(call.text)


def test_connections_are_used_again(faulty_server: Started, opened: Opened) -> None:
    """Further requests go over the connections that are there."""
    peer = Peer(set())
    backend = opened(faulty_server(latency=0.01, faults=lambda n, body: peer), concurrency=3)
    list(backend.replies(numbered(20)))
    before = set(peer.ports)
    assert len(before) == 3
    list(backend.replies(numbered(20)))
    assert peer.ports == before


def crab_threads() -> list[str]:
    """Names of the threads that crab has running."""
    return [one.name for one in threading.enumerate() if one.name.startswith("crab")]


def test_ending_early_leaves_nothing(faulty_server: Started) -> None:
    """Who breaks off asks nothing more, and after closing there is no thread."""
    server = faulty_server(echo, latency=0.02)
    with OpenAI("crab-test", base_url=server.url, concurrency=3) as backend:
        for _ in backend.replies(numbered(1000)):
            break
        time.sleep(0.1)
        count = len(server.seen)
        time.sleep(0.1)
        assert len(server.seen) == count < 15
        assert len(list(backend.replies(numbered(5)))) == 5
    assert "crab-loop" not in crab_threads()
    end = time.monotonic() + 5
    while crab_threads():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_an_error_of_the_caller_leaves_nothing(faulty_server: Started) -> None:
    """An error amid the replies closes the backend while requests hang, and comes through."""
    hang = Hang()
    server = faulty_server(echo, faults=lambda n, body: hang if asked(body) != "0" else None)
    backend = OpenAI("crab-test", base_url=server.url, concurrency=3)
    with pytest.raises(ZeroDivisionError), backend:
        sum(len(reply.text) / 0 for reply in backend.replies(numbered(10)))
    assert "crab-loop" not in crab_threads()


def test_a_closed_backend_can_be_asked_again(faulty_server: Started) -> None:
    """Closing lets go of connections; asking again makes new ones, the lock of formats too."""
    server = faulty_server(faults=lambda n, body: Length('{"met": true, "a": 1}'), latency=0.01)
    backend = OpenAI("crab-test", base_url=server.url)
    for _ in range(3):
        assert len(by_id(backend.replies(numbered(5, SCHEMA)))) == 5
        backend.close()
    backend.close()


END = """
import sys
from crab.backends.base import Request, Turn
from crab.backends.openai import OpenAI

backend = OpenAI("crab-test", base_url=sys.argv[1], concurrency=4)
for reply in backend.replies(Request(str(n), (Turn("user", str(n)),)) for n in range(40)):
    print(reply.id)
    if sys.argv[2] == "broken off":
        break
if sys.argv[2] == "closed":
    backend.close()
elif sys.argv[2] == "forgotten":
    del backend
"""


@pytest.mark.parametrize("how", ["closed", "left open", "forgotten", "broken off"])
def test_a_process_ends_quietly(faulty_server: Started, how: str) -> None:
    """However a backend is left, the process ends at once and says nothing about it."""
    server = faulty_server(echo, latency=0.01)
    done = subprocess.run(
        [sys.executable, "-c", END, server.url, how],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("concurrency", [0, -1])
def test_a_wrong_concurrency_is_refused(concurrency: int) -> None:
    """At least one request has to be possible."""
    with pytest.raises(UsageError, match=f"concurrency must be 1 or more, not {concurrency}"):
        OpenAI("m", concurrency=concurrency)


@pytest.mark.parametrize("base_url", ["localhost:8000/v1", "ftp://x/v1", "https:/x/v1"])
def test_a_wrong_address_is_refused(base_url: str) -> None:
    """An address is one of http or https, and the error shows what was given."""
    with pytest.raises(UsageError, match=f"must begin with http:// or https://, not '{base_url}"):
        OpenAI("m", base_url=base_url)


def test_a_name_that_is_nowhere_is_an_error() -> None:
    """A host that does not exist is named in the error."""
    with suppress(OSError):
        socket.getaddrinfo("crab.invalid", 80)
        pytest.skip("every name is somewhere here")
    with (
        OpenAI("m", base_url="http://crab.invalid/v1", patience=0.2) as backend,
        pytest.raises(BackendError, match=r"http://crab.invalid/v1/.* cannot be reached"),
    ):
        list(backend.replies(numbered(3)))
