"""A chat-completions server on loopback that does wrong what real servers do wrong.

A test starts it in the background and asks it as it would ask OpenAI::

    with FaultyServer(lambda body: "hello", faults=[(0.1, Status(503)), (0.1, Reset())]) as server:
        ask(server.url)
        assert len(server.seen) > 1

A benchmark runs it as a process of its own, whose first line is the address::

    python tests/backends/faulty_server.py --latency 0.2 --fault-share 0.02
"""

from __future__ import annotations

import argparse
import asyncio
import math
import random
import socket
import struct
import sys
import threading
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from email.utils import formatdate
from hashlib import blake2b
from itertools import cycle
from typing import Any, Literal, NamedTuple, NoReturn, Self

import orjson
from aiohttp import web

__all__ = [
    "TRANSIENT",
    "ContentFilter",
    "ContextTooLong",
    "Fault",
    "FaultyServer",
    "Fenced",
    "Hang",
    "Html",
    "IgnoreSchema",
    "Length",
    "RejectSchema",
    "Reset",
    "Seen",
    "Slow",
    "Status",
    "Trailing",
    "Trickle",
    "Truncated",
    "UnknownModel",
    "WrongJson",
    "default_answer",
]

Body = dict[str, Any]

WORDS = tuple(
    "amber barn cedar dawn ember fern grove harbor inlet juniper kettle lantern meadow north oak "
    "pebble quarry river saddle timber umber valley willow yarrow".split()
)
ERRORS: Mapping[int, tuple[str, str | None, str]] = {
    400: ("invalid_request_error", None, "The request is not valid."),
    401: ("invalid_request_error", "invalid_api_key", "Incorrect API key provided."),
    403: ("invalid_request_error", "forbidden", "This key may not use this model."),
    404: ("invalid_request_error", "not_found", "There is nothing here."),
    429: ("requests", "rate_limit_exceeded", "Rate limit reached for requests."),
    500: ("server_error", None, "The server had an error while processing your request."),
    503: ("server_error", None, "The engine is currently overloaded, please try again later."),
}
"""The type, code and message of OpenAI's error for each status."""


class Seen(NamedTuple):
    """A chat request that arrived."""

    body: Body
    """What it asked, as JSON; empty where it was no JSON object."""
    headers: Mapping[str, str]
    """Its headers, under names of any case."""
    at: float
    """When it had arrived, by `time.monotonic`."""


@dataclass(frozen=True, slots=True)
class Call:
    """A chat request about to be answered."""

    request: web.BaseRequest
    body: Body
    number: int
    text: str
    """What the server would say if nothing went wrong."""

    def completion(
        self, text: str | None, finish: str = "stop", refusal: str | None = None
    ) -> web.Response:
        """Return the chat completion that says ``text``."""
        prompt = sum(map(words, self.body["messages"]))
        completion = len((text or refusal or "").split())
        message = {"role": "assistant", "content": text, "refusal": refusal}
        return reply(
            {
                "id": f"chatcmpl-{self.number}",
                "object": "chat.completion",
                "created": int(time.time()),
                "model": self.body.get("model"),
                "choices": [
                    {"index": 0, "message": message, "logprobs": None, "finish_reason": finish}
                ],
                "usage": {
                    "prompt_tokens": prompt,
                    "completion_tokens": completion,
                    "total_tokens": prompt + completion,
                },
            }
        )

    @property
    def transport(self) -> asyncio.Transport:
        """The connection it came by."""
        transport = self.request.transport
        assert isinstance(transport, asyncio.Transport)
        return transport


class Fault(ABC):
    """A way in which a request goes wrong."""

    __slots__ = ()

    @abstractmethod
    async def send(self, call: Call) -> web.StreamResponse:
        """Answer ``call`` wrongly."""


@dataclass(frozen=True, slots=True)
class Status(Fault):
    """Answers an error, with a body as OpenAI writes it."""

    status: int
    retry_after: str | None = None
    """The header of that name, as it stands: seconds, a date, or nonsense."""
    body: str | None = None
    """The body instead of OpenAI's."""
    error: str | None = None
    """The code in OpenAI's body instead of the usual one, such as ``insufficient_quota``."""

    async def send(self, call: Call) -> web.Response:
        """Answer the error."""
        if self.body is None:
            response = error(self.status, code=self.error)
        else:
            response = web.Response(status=self.status, text=self.body)
        if self.retry_after is not None:
            response.headers["Retry-After"] = self.retry_after
        return response


@dataclass(frozen=True, slots=True)
class Reset(Fault):
    """Resets the connection (RST) before it answers."""

    async def send(self, call: Call) -> NoReturn:
        """Drop the connection with what is in it."""
        plug = call.transport.get_extra_info("socket")
        plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        call.transport.abort()
        await silence()


@dataclass(frozen=True, slots=True)
class Hang(Fault):
    """Never answers; the connection closes when the server stops."""

    async def send(self, call: Call) -> NoReturn:
        """Say nothing."""
        await silence()


@dataclass(frozen=True, slots=True)
class Slow(Fault):
    """Answers rightly, but this many seconds later."""

    seconds: float

    async def send(self, call: Call) -> web.Response:
        """Wait, and answer."""
        await asyncio.sleep(self.seconds)
        return call.completion(call.text)


@dataclass(frozen=True, slots=True)
class Trickle(Fault):
    """Answers rightly, a byte at a time, over this many seconds in all."""

    seconds: float

    async def send(self, call: Call) -> web.StreamResponse:
        """Send each byte after a pause."""
        payload = content(call.completion(call.text))
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        response.content_length = len(payload)
        await response.prepare(call.request)
        try:
            for byte in payload:
                await asyncio.sleep(self.seconds / len(payload))
                await response.write(bytes([byte]))
        except ConnectionResetError:
            await silence()
        return response


@dataclass(frozen=True, slots=True)
class Truncated(Fault):
    """Closes the connection after half of the bytes that Content-Length announced."""

    async def send(self, call: Call) -> NoReturn:
        """Send the head and half of the body."""
        payload = content(call.completion(call.text))
        head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n"
        call.transport.write(head.format(len(payload)).encode() + payload[: len(payload) // 2])
        call.transport.close()
        await silence()


@dataclass(frozen=True, slots=True)
class Html(Fault):
    """Answers 200 with a web page, as a proxy does."""

    page: str = "<!DOCTYPE html><html><body><h1>Please sign in</h1></body></html>"

    async def send(self, call: Call) -> web.Response:
        """Answer the page."""
        return web.Response(text=self.page, content_type="text/html")


@dataclass(frozen=True, slots=True)
class WrongJson(Fault):
    """Answers 200 with JSON that is no completion."""

    body: str = '{"detail": "ok"}'

    async def send(self, call: Call) -> web.Response:
        """Answer the JSON."""
        return web.Response(text=self.body, content_type="application/json")


@dataclass(frozen=True, slots=True)
class Refusal(Fault):
    """Declines to answer, in the text or in the field that OpenAI has for it."""

    text: str = "I'm sorry, but I can't help with that."
    in_field: bool = False

    async def send(self, call: Call) -> web.Response:
        """Decline."""
        if self.in_field:
            return call.completion(None, refusal=self.text)
        return call.completion(self.text)


@dataclass(frozen=True, slots=True)
class Fenced(Fault):
    """Puts the text in a fence of Markdown."""

    text: str | None = None
    """What is in the fence; None for the server's answer."""

    async def send(self, call: Call) -> web.Response:
        """Answer in a fence."""
        return call.completion(f"```json\n{given(self.text, call)}\n```")


@dataclass(frozen=True, slots=True)
class Trailing(Fault):
    """Goes on in prose after the text."""

    text: str | None = None
    """What comes first; None for the server's answer."""
    prose: str = "I hope this helps! Let me know if you need {anything} else."
    """What comes after it, braces and all."""

    async def send(self, call: Call) -> web.Response:
        """Answer, and go on."""
        return call.completion(f"{given(self.text, call)}\n\n{self.prose}")


@dataclass(frozen=True, slots=True)
class Length(Fault):
    """Says half of the text, cut off for its length."""

    text: str | None = None
    """What is cut in half; None for the server's answer."""

    async def send(self, call: Call) -> web.Response:
        """Answer half."""
        text = given(self.text, call)
        return call.completion(text[: len(text) // 2], "length")


@dataclass(frozen=True, slots=True)
class ContentFilter(Fault):
    """Says nothing because a content filter stopped it."""

    refused: bool = False
    """Whether the request itself is refused, with 400."""

    async def send(self, call: Call) -> web.Response:
        """Answer what a content filter lets through."""
        if self.refused:
            return error(400, "The prompt was stopped by the content filter.", "content_filter")
        return call.completion("", "content_filter")


@dataclass(frozen=True, slots=True)
class ContextTooLong(Fault):
    """Answers 400: the messages are longer than the model's context."""

    async def send(self, call: Call) -> web.Response:
        """Answer the error."""
        message = "This model's maximum context length is 8192 tokens."
        return error(400, message, "context_length_exceeded", "messages")


@dataclass(frozen=True, slots=True)
class UnknownModel(Fault):
    """Answers 404: there is no such model."""

    async def send(self, call: Call) -> web.Response:
        """Answer the error."""
        message = f"The model '{call.body.get('model')}' does not exist."
        return error(404, message, "model_not_found", "model")


@dataclass(frozen=True, slots=True)
class RejectSchema(Fault):
    """Answers 400 to a request with a JSON schema, and answers others rightly."""

    async def send(self, call: Call) -> web.Response:
        """Answer the error where there is a schema."""
        if (call.body.get("response_format") or {}).get("type") != "json_schema":
            return call.completion(call.text)
        message = "'response_format' of type 'json_schema' is not supported with this model."
        return error(400, message, None, "response_format")


@dataclass(frozen=True, slots=True)
class IgnoreSchema(Fault):
    """Answers prose to a request with a response format, and answers others rightly."""

    prose: str = "Sure! Here is what I think: it depends."

    async def send(self, call: Call) -> web.Response:
        """Answer prose where JSON was asked for."""
        return call.completion(self.prose if call.body.get("response_format") else call.text)


TRANSIENT: Mapping[str, Fault] = {
    "429": Status(429),
    "500": Status(500),
    "503": Status(503),
    "reset": Reset(),
    "truncated": Truncated(),
    "html": Html(),
}
"""Faults, by name, that pass when a request is repeated."""

Answer = Callable[[Body], "str | Fault"]
Decide = Callable[[int, Body], Fault | None]
Shares = Sequence[tuple[float, Fault]]


def default_answer(body: Body) -> str:
    """Return a text that the body alone decides: JSON where it has a schema, else twelve words."""
    picks = blake2b(orjson.dumps(body, option=orjson.OPT_SORT_KEYS), digest_size=12).digest()
    kind = body.get("response_format") or {}
    if kind.get("type") == "json_schema":
        schema = kind["json_schema"]["schema"]
        return orjson.dumps(instance(schema, schema, cycle(picks))).decode()
    return " ".join([WORDS[pick % len(WORDS)] for pick in picks])


def instance(schema: Body, root: Body, picks: Iterator[int]) -> Any:
    """Return a small value for a schema of plain keywords; ``picks`` decide where there is choice.

    >>> schema = {"type": "array", "items": {"enum": ["a", "b"]}, "minItems": 2}
    >>> instance(schema, schema, iter([0, 1, 2]))
    ['a', 'b']
    """
    while "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
    if "const" in schema:
        return schema["const"]
    for choice in ("enum", "anyOf", "oneOf"):
        if choice in schema:
            chosen = schema[choice][next(picks) % len(schema[choice])]
            return chosen if choice == "enum" else instance(chosen, root, picks)
    match schema.get("type"):
        case "object":
            parts = schema.get("properties", {})
            return {name: instance(part, root, picks) for name, part in parts.items()}
        case "array":
            count = max(1, schema.get("minItems", 1))
            return [instance(schema["items"], root, picks) for _ in range(count)]
        case "integer" | "number":
            least, most = schema.get("minimum", 0), schema.get("maximum", math.inf)
            return min(least + next(picks) % 10, most)
        case "boolean":
            return next(picks) % 2 == 0
        case "null":
            return None
    return " ".join([WORDS[next(picks) % len(WORDS)] for _ in range(3)])


class FaultyServer:
    """A server on loopback in a thread of its own, for use in a ``with`` statement.

    ``answer`` maps the body of a request to the text of its reply, or to a fault. ``faults`` come
    before it: a function of a request's arrival number, from 0, and its body; or shares, drawn for
    each body and each time that it comes, so that the same request may fare better the next time.
    Every reply but that of the rate limiter takes ``latency`` seconds. The rate limiter lets
    ``burst`` requests through at once, by default those of a second. ``keep`` is whether ``seen``
    is kept. An error in ``answer`` or ``faults`` answers 500, and is raised when the server closes.
    """

    def __init__(
        self,
        answer: Answer = default_answer,
        *,
        latency: float = 0.0,
        faults: Decide | Shares = (),
        seed: int = 0,
        requests_per_second: float | None = None,
        burst: int | None = None,
        retry_after: Literal["seconds", "date"] | None = "seconds",
        models: Sequence[str] = ("crab-test",),
        port: int = 0,
        keep: bool = True,
    ) -> None:
        self._answer = answer
        self._latency = latency
        self._decide = faults if callable(faults) else None
        self._shares = () if callable(faults) else tuple(faults)
        self._seed = seed
        self._bucket = Bucket(requests_per_second, burst) if requests_per_second else None
        self._retry_after = retry_after
        self._models = models
        self._keep = keep
        self._seen: list[Seen] = []
        self._times: Counter[bytes] = Counter()
        self._count = self._in_flight = self._in_flight_max = 0
        self._first = self._last = 0.0
        self._errors: list[Exception] = []
        self._place = bound(port)
        self._port: int = self._place.getsockname()[1]
        self._thread: threading.Thread | None = None
        self._end: Callable[[], object]

    @property
    def url(self) -> str:
        """The base URL for a client, which stays the same when the server starts again."""
        return f"http://127.0.0.1:{self._port}/v1"

    @property
    def seen(self) -> list[Seen]:
        """Every chat request that has arrived so far, in order."""
        return self._seen.copy()

    @property
    def in_flight_max(self) -> int:
        """The most chat requests that were open at once."""
        return self._in_flight_max

    def stats(self) -> dict[str, float]:
        """Return what ``GET /stats`` answers; times are those of `time.monotonic`."""
        return {
            "requests": self._count,
            "unique": len(self._times),
            "in_flight": self._in_flight,
            "in_flight_max": self._in_flight_max,
            "first": self._first,
            "last": self._last,
        }

    def start(self) -> None:
        """Listen, on the same port each time."""
        if self._thread is not None:
            raise RuntimeError(f"the server at {self.url} runs already")
        listener = bound(self._port, listening=True)
        ready = threading.Event()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._serve(listener, ready)), name="faulty-server"
        )
        self._thread.daemon = True
        self._thread.start()
        ready.wait()

    def stop(self) -> None:
        """Die as a killed process does: connections close, requests go unanswered."""
        if self._thread is not None:
            self._end()
            self._thread.join()
            self._thread = None

    def close(self) -> None:
        """Stop, give up the port, and raise what went wrong in ``answer`` or ``faults``."""
        self.stop()
        self._place.close()
        if self._errors:
            raise self._errors[0]

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.close()
        else:
            with suppress(Exception):
                self.close()

    async def _serve(self, listener: socket.socket, ready: threading.Event) -> None:
        loop = asyncio.get_running_loop()
        ended = asyncio.Event()
        self._end = lambda: loop.call_soon_threadsafe(ended.set)
        server = web.Server(self._handle, access_log=None, handler_cancellation=True)
        listening = await loop.create_server(server, sock=listener, backlog=1024)
        ready.set()
        await ended.wait()
        loop.remove_reader(listener)  # a server that is closed amid accepting leaks the connection
        here = asyncio.current_task()
        while server.connections or asyncio.all_tasks() != {here}:
            for connection in server.connections:
                if connection.transport is not None:
                    connection.transport.abort()
            await asyncio.sleep(0)
        listening.close()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        match request.method, request.raw_path:
            case "POST", "/v1/chat/completions":
                self._in_flight += 1
                self._in_flight_max = max(self._in_flight_max, self._in_flight)
                try:
                    return await self._chat(request)
                finally:
                    self._in_flight -= 1
            case "GET", "/v1/models":
                rows = [{"id": model, "object": "model"} for model in self._models]
                return reply({"object": "list", "data": rows})
            case "GET", "/stats":
                return reply(self.stats())
        return error(404, f"Unknown request URL: {request.method} {request.raw_path}.")

    async def _chat(self, request: web.BaseRequest) -> web.StreamResponse:
        raw = await request.read()
        now = time.monotonic()
        body = parsed(raw)
        number, self._count = self._count, self._count + 1
        self._first, self._last = self._first or now, now
        if self._keep:
            self._seen.append(Seen(body, request.headers, now))
        digest = blake2b(raw, digest_size=16).digest()
        self._times[digest] += 1
        if self._bucket is not None and (wait := self._bucket.wait(now)):
            return self._limited(wait)
        messages = body.get("messages")
        if not isinstance(messages, list) or not all(isinstance(one, dict) for one in messages):
            return error(400, "The body is no JSON object with 'messages'.")
        try:
            fault = self._fault(number, body, digest)
            answered = self._answer(body)
        except Exception as caught:
            self._errors.append(caught)
            return error(500, f"{type(caught).__name__}: {caught}")
        if self._latency:
            await asyncio.sleep(self._latency)
        if isinstance(answered, str):
            call = Call(request, body, number, answered)
        else:
            call = Call(request, body, number, default_answer(body))
            fault = fault or answered
        return call.completion(call.text) if fault is None else await fault.send(call)

    def _fault(self, number: int, body: Body, digest: bytes) -> Fault | None:
        if self._decide is not None:
            return self._decide(number, body)
        if self._shares:
            name = f"{self._seed} {digest.hex()} {self._times[digest]}"
            drawn = random.Random(name).random()
            for share, fault in self._shares:
                drawn -= share
                if drawn < 0:
                    return fault
        return None

    def _limited(self, wait: float) -> web.Response:
        response = error(429)
        if self._retry_after == "seconds":
            response.headers["Retry-After"] = str(math.ceil(wait))
        elif self._retry_after == "date":
            response.headers["Retry-After"] = formatdate(math.ceil(time.time() + wait), usegmt=True)
        return response


class Bucket:
    """A token bucket: it holds ``size`` tokens at most, and ``rate`` come in each second."""

    def __init__(self, rate: float, size: int | None = None) -> None:
        self._rate = rate
        self._size = self._tokens = max(1.0, rate if size is None else size)
        self._at = time.monotonic()

    def wait(self, now: float) -> float:
        """Take a token and return 0, or return the seconds until there is one."""
        self._tokens = min(self._size, self._tokens + (now - self._at) * self._rate)
        self._at = now
        if self._tokens < 1:
            return (1 - self._tokens) / self._rate
        self._tokens -= 1
        return 0.0


def bound(port: int, *, listening: bool = False) -> socket.socket:
    """Return a socket at the port, which nobody else is given as long as it is open."""
    place = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        place.bind(("127.0.0.1", port))
        if listening:
            place.listen(1024)
    except OSError:
        place.close()
        raise
    return place


def parsed(raw: bytes) -> Body:
    """Return the JSON object, or an empty one where there is none."""
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return {}
    return body if isinstance(body, dict) else {}


def words(message: Body) -> int:
    """Count the words of a message, whether it is one text or a list of parts."""
    said = message.get("content") or ""
    parts = [said] if isinstance(said, str) else [part.get("text", "") for part in said]
    return sum(len(part.split()) for part in parts)


def given(text: str | None, call: Call) -> str:
    """Return the text, or the server's answer where there is none."""
    return call.text if text is None else text


def reply(value: Any, status: int = 200) -> web.Response:
    """Return a response with JSON."""
    return web.Response(
        body=orjson.dumps(value), status=status, headers={"Content-Type": "application/json"}
    )


def error(
    status: int, message: str | None = None, code: str | None = None, param: str | None = None
) -> web.Response:
    """Return an error as OpenAI writes it."""
    kind, usual_code, usual_message = ERRORS.get(status, ERRORS[400 if status < 500 else 500])
    if message is None:
        message, code = usual_message, code or usual_code
    about = {"message": message, "type": kind, "param": param, "code": code}
    return reply({"error": about}, status)


def content(response: web.Response) -> bytes:
    """Return the bytes of a response with JSON."""
    assert isinstance(response.body, bytes)
    return response.body


async def silence() -> NoReturn:
    """Wait until the connection is gone."""
    await asyncio.get_running_loop().create_future()
    raise AssertionError


def main() -> None:
    """Serve until the process is ended."""
    parser = argparse.ArgumentParser(description="A chat-completions server with faults.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds that a reply takes")
    parser.add_argument("--fault-share", type=float, default=0.0, help="share of all requests")
    parser.add_argument("--faults", nargs="+", choices=TRANSIENT, default=list(TRANSIENT))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--requests-per-second", type=float, help="above it, 429")
    parser.add_argument("--burst", type=int, help="requests that pass at once")
    parser.add_argument("--retry-after", choices=["seconds", "date", "none"], default="seconds")
    options = parser.parse_args()
    share = options.fault_share / len(options.faults)
    with FaultyServer(
        port=options.port,
        latency=options.latency,
        faults=[(share, TRANSIENT[name]) for name in options.faults] if share else (),
        seed=options.seed,
        requests_per_second=options.requests_per_second,
        burst=options.burst,
        retry_after=None if options.retry_after == "none" else options.retry_after,
        keep=False,
    ) as server:
        sys.stdout.write(server.url + "\n")
        sys.stdout.flush()
        with suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
