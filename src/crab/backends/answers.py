"""What an OpenAI-compatible server said: a completion, a refusal of one request, or of all."""

from __future__ import annotations

import json
from typing import Any, Literal, NamedTuple

import orjson

from crab.backends.base import Failure, Finish, Usage

__all__ = ["Answer", "refusal", "understood"]

_SHOWN = 300
_AGAIN = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 520, 522, 524, 529})
_FILTERED = ("content_filter", "content_policy", "content management policy", "safety")
_TOO_LONG = ("context_length", "context length", "maximum context", "too long", "too many tokens")
_FORMAT = ("response_format", "json_schema", "json_object", "guided", "structured output")

Verdict = Literal[
    "answered",
    "again",
    "away",
    "too_many",
    "format",
    "parameter",
    "otherwise",
    "failed",
    "hopeless",
]


class Answer(NamedTuple):
    """What to make of one response."""

    verdict: Verdict
    """``again`` after a fault, ``away`` where nobody is there, ``too_many`` after a rate limit;
    ``format`` and ``parameter`` where the server does not take what was asked for, ``otherwise``
    where it may take it as it is asked from now on; ``hopeless`` where it will take nothing."""
    text: str = ""
    finish: Finish = "stop"
    usage: Usage = Usage()
    failure: Failure | None = None
    parameter: str = ""


def understood(body: bytes) -> Answer:
    """Return what the body of a 200 holds; anything but a completion is a fault."""
    try:
        data = orjson.loads(body)
        choice = data["choices"][0]
        message = choice["message"]
        content, finish = message.get("content"), choice.get("finish_reason")
        usage = _usage(data.get("usage"))
    except (orjson.JSONDecodeError, KeyError, IndexError, TypeError, AttributeError):
        shown = _shown(body)
        return Answer("again", failure=Failure("bad_reply", f"no completion: {shown}"))
    if finish == "content_filter":
        failure = Failure("content_filter", "the server filtered the reply", lasting=True)
        return Answer("failed", usage=usage, failure=failure)
    if message.get("refusal"):
        failure = Failure("refused", str(message["refusal"])[:_SHOWN], lasting=True)
        return Answer("failed", usage=usage, failure=failure)
    if not isinstance(content, str) or (not content and finish != "length"):
        return Answer("again", usage=usage, failure=Failure("empty_reply", "a reply without text"))
    ending: Finish = finish if finish in ("stop", "length") else "other"
    return Answer("answered", content, ending, usage)


def refusal(status: int, body: bytes, model: str, url: str) -> Answer:
    """Return what a response with an error status means."""
    message, code, parameter = _error(body)
    said = f"{status}: {message}"
    lowered = f"{code} {message}".lower()
    if status in (401, 403):
        key = "check OPENAI_API_KEY" if status == 401 else "the key may not use this model"
        return Answer("hopeless", failure=Failure("no_access", f"{url} says {said} ({key})"))
    if status == 404 or code in ("model_not_found", "insufficient_quota"):
        failure = Failure("no_model", f"{url} cannot answer as {model!r}: {said}")
        return Answer("hopeless", failure=failure)
    if status == 429:
        return Answer("too_many", failure=Failure("rate_limited", said))
    if status in _AGAIN or status >= 500:
        return Answer("again", failure=Failure("server_error", said))
    for kind, words in (("content_filter", _FILTERED), ("context_too_long", _TOO_LONG)):
        if any(word in lowered for word in words):
            return Answer("failed", failure=Failure(kind, said, lasting=True))
    if any(word in f"{parameter} {lowered}" for word in _FORMAT):
        return Answer("format", failure=Failure("bad_request", said))
    return Answer("parameter", failure=Failure("bad_request", said, True), parameter=parameter)


def _error(body: bytes) -> tuple[str, str, str]:
    """Return message, code and parameter of an error body; its beginning where it is none."""
    try:
        data: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        return _shown(body), "", ""
    error = data.get("error", data) if isinstance(data, dict) else data
    if not isinstance(error, dict):
        return str(error)[:_SHOWN], "", ""
    message = error.get("message") or error.get("detail") or json.dumps(error)
    code = error.get("code") or error.get("type") or ""
    return str(message)[:_SHOWN], str(code), str(error.get("param") or "")


def _usage(data: Any) -> Usage:
    if not isinstance(data, dict):
        return Usage()
    counts = (data.get("prompt_tokens"), data.get("completion_tokens"))
    return Usage(*(count if isinstance(count, int) else 0 for count in counts))


def _shown(body: bytes) -> str:
    return " ".join(body[:_SHOWN].decode("utf-8", "replace").split())
