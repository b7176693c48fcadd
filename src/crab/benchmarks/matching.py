"""Which response answers which prompt, and which lines answer none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from crab.benchmarks.reading import Prompt, Rows, key_of, rows
from crab.errors import UsageError
from crab.sources.files import stem
from crab.sources.rows import Broken, Row, RowError, well_formed

__all__ = ["Answers", "Responses", "Skipped", "matched", "named"]

Responses = str | Path | Iterable[str | Path] | Mapping[str, Rows]
"""One file of responses, several, or the rows or file of each model by its name."""


class Skipped(NamedTuple):
    """A line of responses that is not scored."""

    line: int
    why: Literal["repeated", "unasked", "unreadable"]
    reason: str


@dataclass(frozen=True)
class Answers:
    """What one model answered."""

    model: str
    responses: tuple[str | None, ...]
    """The response to each prompt; None where there is none."""
    skipped: tuple[Skipped, ...] = ()


def named(responses: Responses) -> dict[str, Rows]:
    """Return the responses by the names of their models: the files' stems, or paths if those clash.

    Raises:
        UsageError: There are none, or a file is named twice.
    """
    if isinstance(responses, Mapping):
        files = dict(responses)
    else:
        several = [responses] if isinstance(responses, str | Path) else list(responses)
        if not all(isinstance(path, str | Path) for path in several):
            raise UsageError('rows of responses need the name of their model: {"model": rows}')
        paths = list(map(str, several))
        stems = list(map(stem, paths))
        names = stems if len(set(stems)) == len(paths) else paths
        files = dict(zip(names, paths, strict=True))
        if len(files) < len(paths):
            raise UsageError("a file of responses is named twice")
    if not files:
        raise UsageError("there are no responses to score")
    return {well_formed(name): rows for name, rows in files.items()}


def matched(prompts: tuple[Prompt, ...], model: str, given: Rows) -> Answers:
    """Return the response to each prompt, found by its key, or else by the text of the prompt.

    A row has ``response``, and ``key`` or ``prompt`` or both. White space around the text of a
    prompt does not count. Of several responses to a prompt the first counts.

    Raises:
        SourceError: The file cannot be read.
        UsageError: It answers none of the prompts.
    """
    index = _Index(prompts)
    found: dict[int, str] = {}
    skipped = []
    for row in rows(given):
        try:
            numbers, response = index.answered(row)
        except RowError as error:
            skipped.append(Skipped(row.line, "unreadable", str(error)))
            continue
        fresh = [number for number in numbers if number not in found]
        if not numbers:
            skipped.append(Skipped(row.line, "unasked", "it answers none of the prompts"))
        elif not fresh:
            key = prompts[numbers[0]].key
            skipped.append(Skipped(row.line, "repeated", f"prompt {key} has a response already"))
        found.update(dict.fromkeys(fresh, response))
    if not found:
        where = given if isinstance(given, str | Path) else model
        first = f"; line {skipped[0].line}: {skipped[0].reason}" if skipped else ""
        raise UsageError(f"{where} answers none of the {len(prompts)} prompts{first}")
    responses = tuple(found.get(number) for number in range(len(prompts)))
    return Answers(model, responses, tuple(skipped))


class _Index:
    """Prompts by their keys and by their texts."""

    def __init__(self, prompts: tuple[Prompt, ...]) -> None:
        self._keys = {str(prompt.key): number for number, prompt in enumerate(prompts)}
        self._texts: dict[str, list[int]] = defaultdict(list)
        for number, prompt in enumerate(prompts):
            self._texts[prompt.text.strip()].append(number)

    def answered(self, row: Row | Broken) -> tuple[list[int], str]:
        """Return the numbers of the prompts that a row answers, and its response.

        Raises:
            RowError: There is no response in it, or nothing that tells the prompt.
        """
        if isinstance(row, Broken):
            raise RowError(row.reason)
        if not isinstance(row.value, Mapping):
            raise RowError("it is no object with response, and key or prompt")
        response, text = row.value.get("response"), row.value.get("prompt")
        key = key_of(row.value.get("key"))
        if not isinstance(response, str):
            raise RowError("response: it is missing or no text")
        by_text = self._texts.get(well_formed(text).strip(), []) if isinstance(text, str) else []
        by_key = self._keys.get(str(key)) if key is not None else None
        if by_key is None:
            if key is None and not isinstance(text, str):
                raise RowError("it has neither key nor prompt")
            return by_text, response
        if by_text and by_key not in by_text:
            raise RowError(f"prompt: it is not that of key {key}, but of another")
        return [by_key], response
