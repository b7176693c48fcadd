"""The laws over every registered kind."""

from __future__ import annotations

from collections import defaultdict

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import crab
from crab.constraints.base import Judged, Rule
from crab.proposing import propose
from crab.testing import TEXTS, check_laws

KINDS = crab.kinds()

PIECES = st.sampled_from(
    [
        "# Title\n\n",
        "- item one\n",
        "* item two\n",
        "• dot\n",
        "1. first\n",
        "2) second\n",
        "\n",
        "\n\n",
        "**bold** ",
        "*italic* ",
        "`code` ",
        "```py\nx = 1\n```\n",
        "| a | b |\n|---|---|\n| 1 | 2 |\n",
        "[name] ",
        "[link](http://example.com) ",
        "<<Title>>\n",
        "***\n",
        "---\n",
        '"quoted" ',
        "Step 1: ",
        "P.S. ",
        "Don't stop. ",
        "Dr. Smith left! ",
        "Why? ",
        "It's 3.14, isn't it; yes: no. ",
        "我们今天去公园。",
        "雨が降った。",
        "Привет, мир. ",
        "مرحبا، كيف الحال؟ ",
        "नमस्ते दुनिया। ",
        "สวัสดี ",
        "well-known ",
        "e.g. this ",
        "U.S.A. ",
        "😀 ",
        "\ud83d",
        "\x00",
        "WORD ",
        "the cat sat on the mat. ",
        "machine learning needs data. ",
        "machine learning is fun, ",
        "I think you and we agree. ",
    ]
)
WRITTEN = st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=60).map("".join)


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_laws(kind):
    """The kind keeps every law on ordinary and on nasty texts."""
    check_laws(kind)


@given(WRITTEN, st.integers(0, 2**32))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_proposed_is_met(text, seed):
    """Everything that any kind proposes is met by a fresh check."""
    rules = propose(text, seed=seed)
    assert crab.check(text, rules).met is True


@given(WRITTEN)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_text_gets_a_verdict(text):
    """Every kind's example decides every text, with spans inside it."""
    for kind in KINDS.values():
        example = kind(**kind.example.fields)
        if isinstance(example, Rule):
            verdict = example.check(text)
            assert verdict.met in (True, False)
            assert all(0 <= start <= end <= len(text) for start, end in verdict.spans)


def test_every_kind_of_the_design_exists():
    """The kinds that the design names are registered."""
    expected = """
    word_count sentence_count paragraph_count character_count line_count words_per_sentence
    sentences_per_paragraph words_per_paragraph characters_per_word word_count_near bullet_count
    numbered_item_count heading_count highlight_count table_count code_block_count json_output
    title section_count placeholder_count paragraph_separator item_style emphasis_style
    wrapped_in_quotes postscript keywords keyword_count forbidden_words starts_with ends_with
    letter_count first_sentence_contains no_punctuation punctuation_count response_language
    script_only letter_case capital_word_count reading_grade no_contractions person no_questions
    no_exclamations no_emoji numerals sentence_openers_vary writing_style literary_device
    grammatical_structure semantic_element audience exclusion order_of_parts output_format
    circumstance
    """.split()
    assert set(expected) <= set(KINDS)


def test_each_field_has_one_type_in_all_kinds():
    """A column of constraints fits one Arrow type for each field name."""
    types = defaultdict(set)
    for kind in KINDS.values():
        for name, field in kind.model_json_schema()["properties"].items():
            shapes = field.get("anyOf", [field])
            types[name].add(
                tuple(sorted({shape["type"] for shape in shapes if shape.get("type") != "null"}))
            )
    assert {name: found for name, found in types.items() if len(found) > 1} == {}


def test_every_kind_explains_itself():
    """Each kind has a definition, a hint of its own, and a meaning for every field."""
    for name, kind in KINDS.items():
        assert (kind.__doc__ or "").strip(), name
        assert "hint" in kind.__dict__, name
        for field, info in kind.model_fields.items():
            assert field == "kind" or info.description, (name, field)


def test_some_text_has_rules_of_most_kinds():
    """The texts that the laws are tried on bring out rules of many kinds."""
    proposed = {rule.kind for text in TEXTS for seed in range(4) for rule in propose(text, seed)}
    rules = {name for name, kind in KINDS.items() if not issubclass(kind, Judged)}
    assert len(proposed) >= len(rules) // 2
