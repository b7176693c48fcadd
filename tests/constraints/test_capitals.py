"""The case of letters, and words in capitals."""

from __future__ import annotations

from random import Random

import pytest

from crab.constraints import CapitalWordCount, LetterCase

FILLER = "the boats came back before the rain and nobody on the quay said a word about the storm"


@pytest.mark.parametrize(
    ("rule", "text", "met"),
    [
        (LetterCase(case="lower"), "it rained on 3 days.", True),
        (LetterCase(case="lower"), "it rained on Monday.", False),
        (LetterCase(case="lower"), "", False),
        (LetterCase(case="lower"), "123 雨", False),
        (LetterCase(case="upper"), "IT RAINED ON 3 DAYS.", True),
        (LetterCase(case="upper"), "IT RAINED a LOT", False),
        (LetterCase(case="upper"), "STRAßE", False),
        (LetterCase(case="title"), "Rain In The Alps, 3rd Day", True),
        (LetterCase(case="title"), "Rain in The Alps", False),
        (LetterCase(case="title"), "雨 123", False),
        (CapitalWordCount(at_least=1), "I say NO.", True),
        (CapitalWordCount(at_least=1), "I say A1 to NASA's.", False),
        (CapitalWordCount(at_least=2), "COVID-19 in the USA", True),
    ],
)
def test_cases(rule, text, met):
    """Each kind's definition on its edges."""
    assert rule.check(text).met is met


def test_spans_show_the_words():
    """The spans of an unmet case are the words that break it."""
    text = "it rained on Monday in Bern."
    spans = LetterCase(case="lower").check(text).spans
    assert [text[start:end] for start, end in spans] == ["Monday", "Bern"]


def test_circled_capitals_have_case():
    """Letters outside words count for the case, and are shown."""
    verdict = LetterCase(case="lower").check("all small but Ⓐ")
    assert verdict.met is False
    assert verdict.spans == ((14, 15),)


def test_letter_case_is_proposed():
    """A text all in one case gets that case."""
    text = f"{FILLER}. {FILLER}."

    def proposed(text):
        return list(LetterCase.propose(text, Random(0)))

    assert proposed(text) == [LetterCase(case="lower")]
    assert proposed(text.upper()) == [LetterCase(case="upper")]
    assert proposed(text.title()) == [LetterCase(case="title")]
    assert proposed(text.capitalize()) == []
    assert proposed("Ada Byron\nCarl Gauss\n" * 12) == []


def test_treebank_tokens_keep_the_bounds():
    """IFEval's count of capitals, over Treebank tokens, keeps the proposed bounds."""
    tokenize = pytest.importorskip("nltk.tokenize").NLTKWordTokenizer().tokenize
    texts = [
        f"NASA and ESA {FILLER}, said the BBC. CANNOT stop.",
        f"(USA) {FILLER} 'TIS the EU-27 and the U.N. again",
        f"I say: A NASA/ESA team, {FILLER}. It CAN'T be, said IBM's CEO.",
        f'**WARNING**: {FILLER} [HTTP](x) AND <HTML>; "FBI"',
    ]
    for text in texts:
        count = sum(map(str.isupper, tokenize(text)))
        for seed in range(20):
            for rule in CapitalWordCount.propose(text, Random(seed)):
                assert (rule.at_least or 0) <= count, (rule, text)
                assert rule.at_most is None or count <= rule.at_most, (rule, text)
