"""What an OpenAI-compatible server said."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crab.backends.answers import refusal, understood
from crab.backends.base import Usage


def completion(message: Any, finish: Any = "stop", usage: Any = None) -> bytes:
    """Return the body of a completion."""
    choice = {"message": message, "finish_reason": finish}
    return orjson.dumps({"choices": [choice], "usage": usage})


@pytest.mark.parametrize(
    ("finish", "ending"),
    [
        ("stop", "stop"),
        ("length", "length"),
        ("tool_calls", "other"),
        (None, "other"),
        ({}, "other"),
    ],
)
def test_a_completion_is_text_and_how_it_ended(finish: Any, ending: str) -> None:
    """The text comes as it stands, with its tokens and the way it ended."""
    body = completion({"content": " Hi\n"}, finish, {"prompt_tokens": 3, "completion_tokens": 2})
    answer = understood(body)
    assert (answer.verdict, answer.text, answer.finish) == ("answered", " Hi\n", ending)
    assert answer.usage == Usage(3, 2)
    assert answer.failure is None


@pytest.mark.parametrize("usage", [None, [], {}, {"prompt_tokens": None}, {"prompt_tokens": "3"}])
def test_usage_may_be_missing(usage: Any) -> None:
    """A server that counts no tokens, or counts them oddly, is taken to have used none."""
    assert understood(completion({"content": "Hi"}, usage=usage)).usage == Usage()


def test_a_cut_off_reply_may_be_empty() -> None:
    """A model that thought until the tokens were used up answered, with nothing."""
    answer = understood(completion({"content": ""}, "length"))
    assert (answer.verdict, answer.text, answer.finish) == ("answered", "", "length")


@pytest.mark.parametrize(
    ("message", "finish", "kind"),
    [
        ({"content": "Hal"}, "content_filter", "content_filter"),
        ({"content": None, "refusal": "No."}, "stop", "refused"),
        ({"content": "x", "refusal": {"why": "no"}}, "stop", "refused"),
    ],
)
def test_what_the_model_will_not_say_lasts(message: Any, finish: str, kind: str) -> None:
    """A filtered reply and a refusal are failures that would come again, with their tokens."""
    usage = {"prompt_tokens": 3, "completion_tokens": 2}
    answer = understood(completion(message, finish, usage))
    assert answer.failure is not None
    assert (answer.verdict, answer.failure.kind, answer.failure.lasting) == ("failed", kind, True)
    assert answer.usage == Usage(3, 2)


@pytest.mark.parametrize("message", [{}, {"content": None}, {"content": ""}, {"content": ["x"]}])
def test_a_reply_without_text_is_a_fault(message: Any) -> None:
    """No text is asked for again."""
    answer = understood(completion(message))
    assert answer.failure is not None
    assert (answer.verdict, answer.failure.kind) == ("again", "empty_reply")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(0, 9) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from("choices message content usage error code param detail".split()),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


@given(st.binary() | JSON.map(orjson.dumps))
def test_anything_but_a_completion_is_a_fault(body: bytes) -> None:
    """Pages, JSON of other shapes and bytes are asked for again, or are a completion; no error."""
    answer = understood(body)
    assert answer.verdict in ("again", "answered")
    assert (answer.failure is None) == (answer.verdict == "answered")


@given(st.sampled_from([400, 413, 422]), st.binary() | JSON.map(orjson.dumps))
def test_no_error_body_is_an_error(status: int, body: bytes) -> None:
    """Whatever a refusal holds, it is a failure of this request with a message that is short."""
    answer = refusal(status, body, "m", "http://x")
    assert answer.verdict in ("format", "parameter", "failed", "hopeless")
    assert answer.failure is not None
    assert len(answer.failure.message) < 400


def said(message: str, code: str | None = None, param: str | None = None) -> bytes:
    """Return an error as OpenAI writes it."""
    return orjson.dumps({"error": {"message": message, "type": "x", "code": code, "param": param}})


@pytest.mark.parametrize(
    ("status", "body", "verdict", "kind"),
    [
        (401, said("Bad key."), "hopeless", "no_access"),
        (403, b"<html>no</html>", "hopeless", "no_access"),
        (404, said("No such model."), "hopeless", "no_model"),
        (400, said("No such model.", "model_not_found"), "hopeless", "no_model"),
        (429, said("Pay first.", "insufficient_quota"), "hopeless", "no_model"),
        (429, said("Slow down.", "rate_limit_exceeded"), "too_many", "rate_limited"),
        (429, b"", "too_many", "rate_limited"),
        (408, b"", "again", "server_error"),
        (409, b"", "again", "server_error"),
        (500, b"", "again", "server_error"),
        (503, said("Overloaded."), "again", "server_error"),
        (507, b"", "again", "server_error"),
        (529, b"", "again", "server_error"),
        (400, said("Stopped.", "content_filter"), "failed", "content_filter"),
        (400, said("See the content management policy."), "failed", "content_filter"),
        (400, said("The maximum context length is 8192."), "failed", "context_too_long"),
        (400, said("No.", "context_length_exceeded"), "failed", "context_too_long"),
        (413, said("The prompt is too long."), "failed", "context_too_long"),
        (400, said("Not with this model.", None, "response_format"), "format", "bad_request"),
        (400, said("'json_schema' is not supported."), "format", "bad_request"),
        (422, b'{"detail": [{"msg": "guided decoding is off"}]}', "format", "bad_request"),
        (400, said("Unsupported.", "unsupported_value", "temperature"), "parameter", "bad_request"),
        (400, said("Odd."), "parameter", "bad_request"),
    ],
)
def test_each_refusal_has_a_meaning(status: int, body: bytes, verdict: str, kind: str) -> None:
    """Status, code and words of an error say whether to ask again, otherwise, or not at all."""
    answer = refusal(status, body, "gpt", "http://x/v1")
    assert answer.failure is not None
    assert (answer.verdict, answer.failure.kind) == (verdict, kind)
    assert str(status) in answer.failure.message
    assert answer.failure.lasting == (verdict in ("failed", "parameter"))


def test_the_parameter_is_named() -> None:
    """A parameter that the server does not take is named."""
    assert refusal(400, said("No.", None, "top_p"), "m", "u").parameter == "top_p"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"<h1>Bad\n gateway</h1>", "400: <h1>Bad gateway</h1>"),
        (b'{"message": "flat"}', "400: flat"),
        (b'{"detail": "fast"}', "400: fast"),
        (b'{"error": "plain"}', "400: plain"),
        (b'{"error": {"odd": 1}}', '400: {"odd": 1}'),
    ],
)
def test_errors_are_read_in_every_usual_shape(body: bytes, message: str) -> None:
    """The message is taken from where the server put it."""
    answer = refusal(400, body, "m", "u")
    assert answer.failure is not None
    assert answer.failure.message == message
