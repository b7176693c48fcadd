"""Judge: what only a reader can decide is asked of a model, one demand at a time, and shown.

A demand holds only where the model says so in the form asked for, and quotes the response for it.
For what must not occur there is nothing to quote: two questions put the opposite way must agree.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from crab.backends.base import Reply, Request, Sampling
from crab.backends.reading import read_object
from crab.prompts import prompt
from crab.text import Span, Text

__all__ = ["Judgement", "Question", "decided", "questions", "quoted"]

_FEWEST_LETTERS = 8
_ONE_KIND = str.maketrans("“”‘’", "\"\"''")
_TEMPERATURE_OF_VOTES = 0.7


def _schema(**properties: Any) -> str:
    return orjson.dumps(
        {
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        }
    ).decode()


_SENTENCE = {"type": "string", "maxLength": 400}
_SENTENCE_OR_NULL = {"anyOf": [_SENTENCE, {"type": "null"}]}
_BOOLEAN = {"type": "boolean"}
_SCHEMAS = {
    "judge": _schema(
        evidence=_SENTENCE, met=_BOOLEAN, restricts=_BOOLEAN, better=_SENTENCE_OR_NULL
    ),
    "breach": _schema(evidence=_SENTENCE_OR_NULL, breached=_BOOLEAN),
}


class Question(NamedTuple):
    """What is asked about one demand on one response."""

    id: str
    """Unique among the questions of a run."""
    demand: str
    absence: bool
    """Whether the demand is met by what the response leaves out."""


class Judgement(NamedTuple):
    """What became of a question."""

    met: bool
    reason: str
    """What the judge went by, or why the demand does not count as met."""
    spans: tuple[Span, ...] = ()
    """Where the quoted evidence stands."""
    better: str | None = None
    """A wording that the judge would call true."""
    said: bool = False
    """Whether the judge calls the demand met, whatever its evidence is worth."""


def questions(
    question: Question, response: str, votes: int = 1, folder: Path | None = None
) -> Iterator[Request]:
    """Yield the requests that decide a question: one for each vote, two where it is an absence."""
    for name in ("judge", "breach") if question.absence else ("judge",):
        template = prompt(name, folder)
        turns = template.turns({"response": response, "demand": question.demand})
        for vote in range(votes):
            several = votes > 1
            yield Request(
                id=f"{question.id}/{name}{vote}",
                messages=turns,
                sampling=Sampling(
                    temperature=_TEMPERATURE_OF_VOTES if several else 0.0,
                    top_p=1.0,
                    max_tokens=512,
                    seed=vote if several else None,
                ),
                json_schema=_SCHEMAS[name],
                template=template.id,
            )


def decided(question: Question, replies: tuple[Reply, ...], response: Text) -> Judgement:
    """Return what the replies to a question's requests come to: over half of each kind must agree.

    A reply that is missing, cut off or not in the form asked for is a vote against.
    """
    votes = len(replies) // (2 if question.absence else 1)
    judged = [_judged(reply, response, question.absence) for reply in replies[:votes]]
    breaches = [_breach(reply) for reply in replies[votes:]]
    denied = not breaches or 2 * breaches.count(None) > votes
    said = denied and 2 * sum(one.said for one in judged) > votes
    for_it = [one for one in judged if one.met]
    if 2 * len(for_it) <= votes:
        against = next(one for one in judged if not one.met)
        better = next((one.better for one in judged if one.better), None)
        return against._replace(better=better, said=said)
    if not denied:
        return Judgement(False, next(reason for reason in breaches if reason))
    return for_it[0]


def _judged(reply: Reply, response: Text, absence: bool) -> Judgement:
    found = _verdict(reply)
    if isinstance(found, str):
        return Judgement(False, found)
    met, restricts = found.get("met"), found.get("restricts")
    evidence, better = found.get("evidence"), found.get("better")
    if not isinstance(met, bool) or not isinstance(restricts, bool):
        return Judgement(False, "unreadable_verdict: met or restricts is no boolean")
    if not met:
        wording = better.strip() if isinstance(better, str) and better.strip() else None
        return Judgement(False, "judged_unmet", better=wording)
    if not restricts:
        return Judgement(False, "restricts_nothing", said=True)
    if absence:
        return Judgement(True, "judged absent, asked both ways", said=True)
    span = quoted(evidence, response) if isinstance(evidence, str) else None
    if span is None:
        reason = "evidence_not_found: the quotation is not in the response"
        return Judgement(False, reason, said=True)
    return Judgement(True, "judged, with a quotation", (span,), said=True)


def _breach(reply: Reply) -> str | None:
    """Return why a reply does not deny a breach; None where it does."""
    found = _verdict(reply)
    if isinstance(found, str):
        return found
    breached = found.get("breached")
    if not isinstance(breached, bool):
        return "unreadable_verdict: breached is no boolean"
    return "judged_unmet: the opposite question found a breach" if breached else None


def _verdict(reply: Reply) -> dict[str, Any] | str:
    """Return the object that a reply holds, or why there is none."""
    if reply.failure is not None:
        return f"no_verdict: {reply.failure.kind}"
    if reply.finish != "stop":
        return "truncated_verdict"
    found = read_object(reply.text)
    return "unreadable_verdict" if found is None else found


def quoted(evidence: str, response: Text) -> Span | None:
    r"""Return where a quotation stands in a response, white space and kinds of quotes aside.

    None where it does not stand there, or is too short to show anything.

    >>> quoted("rained  all day", Text("It rained\nall day."))
    (3, 17)
    """
    string = response.string
    wanted = _solid(evidence).strip("\"'")
    letters = sum(map(str.isalpha, wanted))
    if not letters or letters < min(_FEWEST_LETTERS, sum(map(str.isalpha, string))):
        return None
    start = _solid(string).find(wanted)
    if start < 0:
        return None
    places = [at for at, char in enumerate(string) if not char.isspace()]
    return places[start], places[start + len(wanted) - 1] + 1


def _solid(string: str) -> str:
    """Return a text without white space, with one kind of quotation marks."""
    return "".join(string.split()).translate(_ONE_KIND)
