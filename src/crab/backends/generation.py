"""The replies of a batch, each row drawn by its own numbers, temperature and top_p."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crab.backends.base import Failure, Sampling
from crab.backends.devices import needed
from crab.backends.schema_decoding import SchemaRefused, SchemaState
from crab.randomness import Stream

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from torch import Tensor

    from crab.backends.base import Finish
    from crab.backends.local_model import LocalModel

__all__ = ["Row", "drawn", "generate"]

_BITS = 23
"""Bits of a drawn number: so many that float32 holds each of them, and none is rounded to 1."""
_SHORTLIST = 1024
"""How many tokens are put in order at first: the whole vocabulary takes ten times as long."""


class Row:
    """A reply in the making."""

    def __init__(
        self, sampling: Sampling, most: int, numbers: Stream, schema: SchemaState | None = None
    ) -> None:
        self.sampling = sampling
        self.most = most
        """How many tokens it may get."""
        self.numbers = numbers
        """What it is drawn with, a number for each token."""
        self.schema = schema
        self.tokens: list[int] = []
        self.finish: Finish | None = None
        """None while it goes on."""
        self.failure: Failure | None = None

    def restrict(self, scores: Tensor) -> None:
        """Rule out, in place, what the schema does not allow next."""
        if self.schema is not None and self.finish is None:
            try:
                self.schema.restrict(scores)
            except SchemaRefused as error:
                self._fail("bad_schema", str(error))

    def take(self, token: int | None, ends: Collection[int]) -> None:
        """Add the token that was drawn, and see whether it was the last."""
        if token is None:
            self._fail("no_numbers", "the model computed NaN; try dtype='float32'")
            return
        self.tokens.append(token)
        if token in ends:
            self.finish = "stop"
            return
        try:
            if self.schema is not None and self.schema.advance(token):
                self.finish = "stop"
        except SchemaRefused as error:
            self._fail("bad_schema", str(error))
        if self.finish is None and len(self.tokens) >= self.most:
            self.finish = "length"

    def _fail(self, kind: str, message: str) -> None:
        self.finish = "other"
        self.failure = Failure(kind, message, lasting=True)


def generate(local: LocalModel, prompts: Sequence[list[int]], rows: Sequence[Row]) -> None:
    """Let the model go on from each prompt until its row is finished.

    Transformers is left to run the model; it is handed, as scores, which token each row has drawn.
    A row that is finished is carried on with padding until all are.
    """
    torch = needed("torch")
    transformers = needed("transformers")
    width = max(map(len, prompts))
    padded = [[local.pad] * (width - len(prompt)) + prompt for prompt in prompts]
    seen = [[0] * (width - len(prompt)) + [1] * len(prompt) for prompt in prompts]

    def draw(_tokens: Tensor, scores: Tensor) -> Tensor:
        for row, row_scores in zip(rows, scores, strict=True):
            row.restrict(row_scores)
        for row, token in zip(rows, drawn(scores, rows), strict=True):
            if row.finish is None:
                row.take(token, local.ends)
        going = [row.tokens[-1] if row.finish is None else local.pad for row in rows]
        places = torch.tensor(going, device=scores.device).unsqueeze(1)
        picked: Tensor = torch.zeros_like(scores).scatter_(1, places, 1.0)
        return picked

    def finished(_tokens: Tensor, _scores: object) -> Tensor:
        flags: Tensor = torch.tensor([row.finish is not None for row in rows], device=local.device)
        return flags

    local.model.generate(
        input_ids=torch.tensor(padded, device=local.device),
        attention_mask=torch.tensor(seen, device=local.device),
        generation_config=transformers.GenerationConfig(
            max_new_tokens=max(row.most for row in rows), do_sample=False, pad_token_id=local.pad
        ),
        logits_processor=transformers.LogitsProcessorList([draw]),
        stopping_criteria=transformers.StoppingCriteriaList([finished]),
    )


def drawn(scores: Tensor, rows: Sequence[Row]) -> list[int | None]:
    """Return a token for each row of the scores; None where the scores are no numbers.

    A row's token depends on its own scores and its own next number alone. The number is looked up
    in the running sum of the probabilities, in the order of the vocabulary, of the most probable
    tokens that together reach ``top_p``. Temperature 0 takes the most probable token.
    """
    torch = needed("torch")

    def column(values: list[float]) -> Tensor:
        made: Tensor = torch.tensor(values, dtype=torch.float32, device=scores.device)
        return made.unsqueeze(1)

    best = scores.argmax(-1)
    highest = scores.amax(-1, keepdim=True)
    temperature = column([row.sampling.temperature for row in rows])
    chosen = best
    if any(row.sampling.temperature > 0 for row in rows):
        number = column([row.numbers.getrandbits(_BITS) / 2**_BITS for row in rows])
        scaled = (scores - highest) / torch.where(temperature > 0, temperature, 1.0)
        top_p = column([row.sampling.top_p for row in rows])
        kept = _nucleus(scaled.softmax(-1), top_p)
        sums = kept.cumsum(-1)
        hit = (sums > number * sums[:, -1:]) & (kept > 0)
        drawing = (temperature.squeeze(1) > 0) & hit.any(-1)
        chosen = torch.where(drawing, hit.to(torch.uint8).argmax(-1), best)
    counted = torch.where(highest.squeeze(1).isfinite(), chosen, -1)
    return [None if token < 0 else token for token in counted.tolist()]


def _nucleus(chances: Tensor, top_p: Tensor) -> Tensor:
    """Set all to 0 but the most probable tokens that together reach ``top_p``, and their equals."""
    size = chances.shape[1]
    if bool((top_p >= 1).all()):
        return chances
    ordered = chances.topk(min(_SHORTLIST, size)).values
    if bool((ordered.sum(-1, keepdim=True) < top_p).any()):
        ordered = chances.topk(size).values
    inside = ordered.cumsum(-1) - ordered < top_p
    inside[:, 0] = True
    edge = ordered.masked_fill(~inside, float("inf")).amin(-1, keepdim=True)
    return chances.masked_fill(chances < edge, 0.0)
