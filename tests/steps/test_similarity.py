"""Tests of `crab.steps.similarity`: how much two demands say the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crab.lexicon import lexicon
from crab.steps.similarity import content_words, rouge_l

WORDS = st.lists(st.sampled_from("abcdef"), max_size=12).map(tuple)


def naive(first: tuple[str, ...], second: tuple[str, ...]) -> float:
    """ROUGE-L F by the textbook table of the longest common subsequence."""
    table = [[0] * (len(second) + 1) for _ in range(len(first) + 1)]
    for i, one in enumerate(first):
        for j, other in enumerate(second):
            longest = max(table[i][j + 1], table[i + 1][j])
            table[i + 1][j + 1] = table[i][j] + 1 if one == other else longest
    common = table[-1][-1]
    if not common:
        return 0.0
    precision, recall = common / len(second), common / len(first)
    return 2 * precision * recall / (precision + recall)


@given(WORDS, WORDS)
def test_rouge_l_is_the_textbook_measure(first, second):
    """The F-measure is that of precision and recall of the longest common subsequence."""
    assert rouge_l(first, second) == pytest.approx(naive(first, second))


@given(WORDS, WORDS)
def test_rouge_l_is_symmetric_and_a_share(first, second):
    """The order of the two does not matter; 1 means equal and 0 nothing in common."""
    found = rouge_l(first, second)
    assert found == rouge_l(second, first)
    assert (found == 1) == (first == second != ())
    assert (found == 0) == (not set(first) & set(second))


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("a b c d e", "a b c d e", 1.0),
        ("a b c d e", "a b c x y", 0.6),
        ("a b c d e", "e d c b a", 0.2),
        ("a", "b", 0.0),
        ("", "", 0.0),
        ("", "a", 0.0),
    ],
)
def test_rouge_l_of_known_pairs(first, second, expected):
    """Shared words in the same order count; order matters, and nothing is like nothing."""
    assert rouge_l(tuple(first.split()), tuple(second.split())) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("sentence", "language", "expected"),
    [
        ("Mention the HARBOUR and a boat.", "en", ("mention", "harbour", "boat")),
        ("At most 20 words.", "en", ("20", "words")),
        ("", "en", ()),
        ("?!", "en", ()),
        ("the of and", "en", ()),
        ("the of and", "xx", ("the", "of", "and")),
        ("the of and", None, ("the", "of", "and")),
        ("Mention the \ud800 harbour.", "en", ("mention", "harbour")),
    ],
)
def test_content_words(sentence, language, expected):
    """Words of the sentence in lower case and order, without the language's function words."""
    assert content_words(sentence, language) == expected


def test_function_words_are_no_content():
    """No function word of English is a content word; what a rule counts is one."""
    assert content_words(" ".join(sorted(lexicon("en").function_words)), "en") == ()
    for counted in ("words", "word", "section", "line", "items"):
        assert content_words(counted, "en") == (counted,)


def test_chinese_sentences_have_content_words():
    """Each letter of a text without spaces is a word, function words aside."""
    found = content_words("请提到港口和两条船", "zh")
    assert {"港", "口", "船"} <= set(found)
