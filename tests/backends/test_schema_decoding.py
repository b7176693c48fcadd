"""Tests of `crab.backends.schema_decoding`: which tokens a schema still allows."""

from __future__ import annotations

import pytest

from crab.backends.base import Sampling
from crab.backends.generation import Row
from crab.backends.schema_decoding import SchemaDecoder, SchemaRefused
from crab.randomness import Stream

from .tiny_model import build

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
pytest.importorskip("llguidance")
pytestmark = pytest.mark.hf

END = 1


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory):
    """The tokenizer of the tiny model."""
    return transformers.AutoTokenizer.from_pretrained(build(tmp_path_factory.mktemp("tiny")))


@pytest.fixture(scope="module")
def decoder(tokenizer):
    """What makes states for it."""
    return SchemaDecoder(tokenizer, [END])


def allowed(state, width: int = 1024) -> set[int]:
    """The tokens that may come next."""
    scores = torch.zeros(width)
    state.restrict(scores)
    return set(scores.isfinite().nonzero().flatten().tolist())


def test_only_what_the_schema_allows_is_left(decoder, tokenizer):
    """After each token those are left that lead to a value of the schema."""
    state = decoder.start('{"enum": [7, 85]}')
    [seven], [eight], [five] = tokenizer(["7", "8", "5"])["input_ids"]
    begins = {tokenizer.decode([token]).strip() for token in allowed(state)}
    assert begins == {"7", "8"}
    other = state.copy()
    assert not state.advance(eight)
    assert allowed(state) == {five}
    assert state.advance(five)
    other.advance(seven)
    assert END in allowed(other)


def test_white_space_is_short(decoder, tokenizer):
    """No line break and no second blank stand between the parts."""
    state = decoder.start('{"type": "array", "items": {"type": "integer"}}')
    found = {tokenizer.decode([token]) for token in allowed(state)}
    assert "[" in found
    assert not any("\n" in text or "  " in text for text in found)


def test_a_model_may_have_more_scores_than_tokens(decoder):
    """Scores past the vocabulary, which some models have, are ruled out."""
    state = decoder.start('{"type": "string"}')
    assert max(allowed(state, 1100)) < 1024
    assert allowed(state, 1100) == allowed(state)


def test_a_token_that_is_not_allowed_is_refused(decoder, tokenizer):
    """A state that is led astray says so, and the row that holds it fails."""
    [letter] = tokenizer("x")["input_ids"]
    with pytest.raises(SchemaRefused):
        decoder.start('{"type": "integer"}').advance(letter)
    row = Row(Sampling(), 9, Stream(1), decoder.start('{"type": "integer"}'))
    row.take(letter, [END])
    assert row.failure is not None
    assert (row.failure.kind, row.finish) == ("bad_schema", "other")
    row.restrict(torch.zeros(1024))


def test_a_state_may_break_while_it_is_read(decoder, tokenizer):
    """A broken state is found when the next tokens are asked for, too."""
    state = decoder.start('{"type": "integer"}')
    [letter] = tokenizer("x")["input_ids"]
    with pytest.raises(SchemaRefused):
        state.advance(letter)
    row = Row(Sampling(), 9, Stream(1), state)
    row.restrict(torch.zeros(1024))
    assert row.failure is not None
    assert row.failure.lasting


def test_a_tokenizer_may_not_serve():
    """A tokenizer that llguidance cannot read is refused."""
    with pytest.raises(SchemaRefused, match="does not serve"):
        SchemaDecoder(object(), [END])
