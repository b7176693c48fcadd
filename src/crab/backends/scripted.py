"""A backend that answers by a script, for tests: no model, no network."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import orjson

from crab.backends.base import Backend, Failure, Reply, Request, Usage

__all__ = ["ScriptedBackend"]

Script = Callable[[Request], "str | Mapping[str, Any] | Failure | Reply"]


class ScriptedBackend(Backend):
    """Answers each request by a function, and remembers what it was asked.

    Args:
        script: Given a request, it returns the text of the reply, a mapping that becomes JSON, a
            ``Failure``, or a whole ``Reply``.
        concurrency: How many requests it takes at a time.

    >>> backend = ScriptedBackend(lambda request: {"met": True})
    >>> [reply.text for reply in backend.replies([Request("1", ())])]
    ['{"met":true}']
    """

    def __init__(self, script: Script, concurrency: int = 8) -> None:
        self._script = script
        self.concurrency = concurrency
        self.asked: list[Request] = []
        """Every request so far."""

    @property
    def name(self) -> str:
        """``scripted``."""
        return "scripted"

    def replies(self, requests: Iterable[Request]) -> Iterator[Reply]:
        """Yield what the script says."""
        for request in requests:
            self.asked.append(request)
            said = self._script(request)
            if isinstance(said, Reply):
                yield said
            elif isinstance(said, Failure):
                yield Reply(request.id, failure=said)
            else:
                text = said if isinstance(said, str) else orjson.dumps(dict(said)).decode()
                words = sum(len(turn.content.split()) for turn in request.messages)
                yield Reply(request.id, text, usage=Usage(words, len(text.split())))
