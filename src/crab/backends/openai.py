"""Servers with OpenAI's chat API: OpenAI, vLLM, SGLang, llama.cpp, Ollama, transformers serve."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Iterable, Iterator, Mapping
from math import inf
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass
from weakref import finalize

from crab.backends.answers import Answer, refusal, understood
from crab.backends.base import Backend, Failure, Reply, Request, Usage
from crab.backends.bridge import Bridge
from crab.backends.dialect import Dialect
from crab.backends.pacing import Gate, backoff, retry_after
from crab.errors import BackendError, UsageError

if TYPE_CHECKING:
    import aiohttp

__all__ = ["OpenAI"]

_HOME = "https://api.openai.com/v1"
_MOST_FAULTS = 8


class OpenAI(Backend):
    """A model behind OpenAI's chat completions API.

    Requests run at the same time on one event loop in a thread of its own, so it works where a loop
    runs already, as in a notebook. Rate limits are waited out, faults are tried again, and what the
    server cannot do (structured output, a parameter) is found out from what comes back.

    Args:
        model: The model's name at the server.
        base_url: Where the server is; ``OPENAI_BASE_URL``, else OpenAI, where None.
        concurrency: The most requests at a time.
        timeout: Seconds that one attempt may take.
        patience: Seconds after which a request that keeps failing is given up.
        requests_per_minute: A limit that the account has.
        tokens_per_minute: A limit that the account has.
        headers: Further headers of each request.
        body: Further fields of each request, such as ``{"reasoning_effort": "low"}``.

    The key is read from ``OPENAI_API_KEY`` and kept nowhere else.
    """

    live: ClassVar[bool] = True

    def __init__(
        self,
        model: str,
        *,
        base_url: str | None = None,
        concurrency: int = 64,
        timeout: float = 120.0,
        patience: float = 600.0,
        requests_per_minute: float | None = None,
        tokens_per_minute: float | None = None,
        headers: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> None:
        if concurrency < 1:
            raise UsageError(f"concurrency must be 1 or more, not {concurrency}")
        self.model = model
        self.base_url = (base_url or os.environ.get("OPENAI_BASE_URL") or _HOME).rstrip("/")
        if not self.base_url.startswith(("http://", "https://")):
            raise UsageError(f"base_url must begin with http:// or https://, not {self.base_url!r}")
        self.concurrency = concurrency
        self._url = f"{self.base_url}/chat/completions"
        self._timeout, self._patience = timeout, patience
        self._headers, self._body = dict(headers or {}), dict(body or {})
        self._gate = Gate(concurrency, requests_per_minute, tokens_per_minute)
        self._dialect = Dialect(model, self._body)
        self._alone = asyncio.Lock()
        self._random = random.Random()
        self._bridge = Bridge()
        self._session: aiohttp.ClientSession | None = None

    @property
    def name(self) -> str:
        """``openai:`` and the model's name."""
        return f"openai:{self.model}"

    def identity(self) -> Mapping[str, Any]:
        """Return the model, the server and the further fields of the body."""
        return {"name": self.name, "base_url": self.base_url, "body": self._body}

    def replies(self, requests: Iterable[Request]) -> Iterator[Reply]:
        """Yield a reply to each request as soon as it is there.

        Raises:
            BackendError: The key, the model or the address is wrong, or nobody has been there for
                as long as ``patience``.
        """
        if self.base_url == _HOME and not os.environ.get("OPENAI_API_KEY"):
            raise BackendError("OPENAI_API_KEY is not set; set it, or give a server's base_url")
        return self._bridge.replies(requests, self._answer, 2 * self.concurrency)

    def close(self) -> None:
        """Close the connections and end the thread; the end of the process does so too."""
        self._bridge.close(self._hang_up)

    async def _hang_up(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None
            self._forgotten.detach()
        self._alone = asyncio.Lock()

    async def _answer(self, request: Request) -> Reply:
        """Ask until there is a reply, or until it is no use or too late."""
        usage, attempts, failed, faults, deadline = Usage(), 0, 0, 0, inf
        while True:
            attempts += 1
            answer, wait = await self._asked(request)
            usage += answer.usage
            failure = answer.failure
            if answer.verdict == "answered":
                return Reply(request.id, answer.text, answer.finish, usage, attempts=attempts)
            if answer.verdict == "hopeless":
                raise BackendError(failure.message if failure else "no answer")
            if answer.verdict == "otherwise":
                continue
            failed += 1
            faults += answer.verdict == "again"
            deadline = min(deadline, monotonic() + self._patience)
            pause = wait or backoff(failed, self._random.random())
            late = monotonic() + pause > deadline
            if answer.verdict == "away" and late:
                raise BackendError(failure.message if failure else "nobody answers")
            if (
                late
                or answer.verdict not in ("again", "away", "too_many")
                or faults >= _MOST_FAULTS
            ):
                return Reply(request.id, usage=usage, failure=failure, attempts=attempts)
            await asyncio.sleep(pause)

    async def _asked(self, request: Request) -> tuple[Answer, float | None]:
        """Ask once; also return how long the server wants to be left alone, if it says so.

        Until the way of structured output is known, such requests go one by one.
        """
        if request.json_schema and not self._dialect.settled:
            async with self._alone:
                if not self._dialect.settled:
                    answer, wait = await self._sent(request)
                    self._dialect.learn(request, answer)
                    return answer, wait
        return await self._sent(request)

    async def _sent(self, request: Request) -> tuple[Answer, float | None]:
        expected = len(self._dialect.payload(request)) // 4 + request.sampling.max_tokens
        await self._gate.enter(expected)
        answer, wait = Answer("again"), None
        way, body = self._dialect.way, self._dialect.payload(request)
        try:
            answer, wait = await self._posted(body)
        finally:
            refused = answer.verdict == "too_many"
            untold = expected if answer.verdict == "answered" else 0
            self._gate.leave(refused=refused, tokens=(sum(answer.usage) or untold) - expected)
        if self._dialect.gives_way(answer, way):
            answer = answer._replace(verdict="otherwise")
        if wait is not None:
            self._gate.hold(min(wait, self._patience))
        return answer, wait

    async def _posted(self, body: bytes) -> tuple[Answer, float | None]:
        import aiohttp  # noqa: PLC0415 - kept off the import path

        try:
            async with self._connected().post(self._url, data=body) as response:
                data = _without_key(await response.read())
                if response.status == 200:
                    return understood(data), None
                wait = retry_after(response.headers.get("Retry-After"))
                return refusal(response.status, data, self.model, self._url), wait
        except TimeoutError:
            failure = Failure("timeout", f"no reply within {self._timeout:g} s")
        except aiohttp.ClientConnectorError as error:
            failure = Failure("unreachable", f"{self._url} cannot be reached: {error}")
            return Answer("away", failure=failure), None
        except (aiohttp.ClientError, OSError) as error:
            failure = Failure("broken_off", f"{type(error).__name__}: {error}"[:300])
        return Answer("again", failure=failure), None

    def _connected(self) -> aiohttp.ClientSession:
        if self._session is None:
            import aiohttp  # noqa: PLC0415

            headers = {"Content-Type": "application/json", **self._headers}
            if key := os.environ.get("OPENAI_API_KEY"):
                headers["Authorization"] = f"Bearer {key}"
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=60),
                timeout=aiohttp.ClientTimeout(total=self._timeout),
                headers=headers,
                proxy=_proxy(self._url),
            )
            self._forgotten = finalize(self, self._bridge.close, self._session.close)
        return self._session


def _proxy(url: str) -> str | None:
    """Return the proxy that the environment names for an address."""
    parts = urlsplit(url)
    if not parts.hostname or proxy_bypass(parts.hostname):
        return None
    return getproxies().get(parts.scheme)


def _without_key(body: bytes) -> bytes:
    """Return what a server said without the key, which some repeat."""
    key = os.environ.get("OPENAI_API_KEY", "").encode()
    return body.replace(key, b"[key]") if len(key) > 3 else body
