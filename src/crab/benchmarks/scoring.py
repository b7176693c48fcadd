"""Score the responses of models to the prompts of a benchmark, strictly and loosely."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from crab.benchmarks.matching import Answers, Responses, matched, named
from crab.benchmarks.reading import Prompt, Rows, read_prompts
from crab.benchmarks.scores import ModelScores, Outcome, Scores
from crab.benchmarks.variants import Variants
from crab.engines.local import ordered_map

__all__ = ["score", "scored"]

_TOGETHER = 16
"""Responses that a process is given at a time."""

Verdicts = list[tuple[bool, bool]]


def score(source: str, prompts: Rows, responses: Responses, workers: int = 1) -> Scores:
    """Return how models did on a benchmark.

    Args:
        source: ``ifeval``, ``ifbench`` or ``iftrain``.
        prompts: The file of prompts, JSON Lines with ``key``, ``prompt``, ``instruction_id_list``
            and ``kwargs``; or such rows.
        responses: The file of each model, JSON Lines with ``response``, and ``key`` or ``prompt``;
            or, for each model by its name, its file or such rows.
        workers: The number of processes. The verdicts do not depend on it.

    Raises:
        SourceError: A file cannot be read.
        UsageError: A row is no prompt of the benchmark; the error says which and why. Or the
            responses are to other prompts.
        MissingData: A check needs data of nltk that are not installed.

    >>> prompt = {"key": 1, "prompt": "Say yes.", "instruction_id_list": ["punctuation:no_comma"],
    ...           "kwargs": [{}]}
    >>> found = score("ifeval", [prompt], {"mine": [{"key": 1, "response": "Yes."}]})
    >>> found["mine"].overall()["prompt_strict"].share
    1.0
    """
    read = read_prompts(source, prompts)
    answers = [matched(read, model, rows) for model, rows in named(responses).items()]
    return scored(source, read, answers, workers)


def scored(
    source: str,
    prompts: tuple[Prompt, ...],
    answers: list[Answers],
    workers: int = 1,
    on_done: Callable[[int], None] | None = None,
) -> Scores:
    """Return how models did, as :func:`score` does; ``on_done`` is told how many were scored."""
    items = [
        (number, response)
        for one in answers
        for number, response in enumerate(one.responses)
        if response is not None
    ]
    batches = [items[at : at + _TOGETHER] for at in range(0, len(items), _TOGETHER)]
    make = partial(partial, _batch, prompts)
    verdicts: list[Verdicts] = []
    for batch in ordered_map(make, batches, workers):
        verdicts += batch
        if on_done is not None:
            on_done(len(batch))
    left = iter(verdicts)
    return Scores(source, tuple(_model(prompts, one, left) for one in answers))


def _batch(prompts: tuple[Prompt, ...], items: list[tuple[int, str]]) -> list[Verdicts]:
    """Return the verdicts on each instruction of each prompt, by its number, for a response."""
    return [
        list(map(Variants(response).verdicts, prompts[number].instructions))
        for number, response in items
    ]


def _model(
    prompts: tuple[Prompt, ...], answers: Answers, verdicts: Iterator[Verdicts]
) -> ModelScores:
    unanswered, outcomes = [], []
    for prompt, response in zip(prompts, answers.responses, strict=True):
        if response is None:
            unanswered.append(prompt.key)
            found = [(False, False)] * len(prompt.instructions)
        else:
            found = next(verdicts)
        outcomes += [
            Outcome(answers.model, prompt.key, index, rule.id, *both)
            for index, (rule, both) in enumerate(zip(prompt.instructions, found, strict=True))
        ]
    return ModelScores(answers.model, tuple(outcomes), tuple(unanswered), answers.skipped)
