"""What a backend is: requests for a model go in, replies come out, each by itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple, Self

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["Backend", "Failure", "Reply", "Request", "Sampling", "Turn", "Usage"]

Finish = Literal["stop", "length", "other"]


class Turn(NamedTuple):
    """One message of a chat."""

    role: Literal["system", "user", "assistant"]
    content: str


class Sampling(NamedTuple):
    """How a reply is drawn. The defaults are those of the Crab paper (arXiv 2410.24175)."""

    temperature: float = 0.4
    top_p: float = 0.3
    max_tokens: int = 1024
    seed: int | None = None
    """For servers that know one; two requests that differ in it alone are two draws."""


_PAPERS = Sampling()


@dataclass(frozen=True, slots=True)
class Request:
    """A question for a model."""

    id: str
    """Comes back with the reply; unique among the requests of a run."""
    messages: tuple[Turn, ...]
    sampling: Sampling = _PAPERS
    json_schema: str | None = None
    """The JSON Schema that the reply has to keep, as JSON text; None for free text."""
    template: str = ""
    """The name and version of the prompt template that the messages come from."""


class Usage(NamedTuple):
    """Tokens that a request took, all attempts together."""

    prompt: int = 0
    completion: int = 0

    def __add__(self, other: tuple[Any, ...]) -> Usage:
        return Usage(self.prompt + other[0], self.completion + other[1])


_NONE = Usage()


class Failure(NamedTuple):
    """Why there is no usable reply."""

    kind: str
    """A short snake_case name to count by, such as ``content_filter``."""
    message: str
    """What the server said, or what went wrong."""
    lasting: bool = False
    """Whether asking again would give the same."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model answered, or why it did not."""

    id: str
    """The request's."""
    text: str = ""
    finish: Finish = "stop"
    """``length`` where the reply was cut off."""
    usage: Usage = _NONE
    failure: Failure | None = None
    """Why there is no text; None where there is."""
    cached: bool = False
    """Whether it was paid for earlier."""
    attempts: int = 1
    """How many times the server was asked."""


class Backend(ABC):
    """A model that answers requests.

    A subclass implements :meth:`replies`. One that answers a batch at a time needs nothing else: it
    is handed as many requests as are ready, at most ``concurrency``. One that keeps many requests
    in the air sets ``live``: its requests then come from an iterable that waits for the next one
    to be ready, and that it must read in a thread of its own while it yields replies.
    """

    live: ClassVar[bool] = False
    """Whether ``replies`` reads its requests in a thread of its own."""
    concurrency: int = 32
    """How many requests are worth having under way at a time."""

    @property
    @abstractmethod
    def name(self) -> str:
        """What the model is called, such as ``openai:gpt-5-mini``: the origin of what it finds."""

    @abstractmethod
    def replies(self, requests: Iterable[Request]) -> Iterator[Reply]:
        """Yield a reply to each request, in any order, as soon as it is there.

        What fails for one request is a reply with a ``failure``.

        Raises:
            BackendError: No request can be answered, as with a wrong key.
        """

    def identity(self) -> Mapping[str, Any]:
        """Return what shapes the replies beside the request: the model, where it is asked."""
        return {"name": self.name}

    def close(self) -> None:
        """Let go of connections and memory."""
        return

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
