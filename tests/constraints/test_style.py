"""The style family: capitals, vocabulary, reading grade, numbers, quotations, emojis."""

from __future__ import annotations

import re
import string
from random import Random
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crab.constraints import style
from crab.constraints.base import Judged, Rule
from crab.constraints.style import (
    CapitalWordCount,
    EmojiCount,
    LetterCase,
    NoEmoji,
    NumberCount,
    QuotationCount,
    ReadingGrade,
    Style,
    UniqueWordCount,
    WritingStyle,
    syllables,
    written,
)
from crab.testing import NASTY
from crab.text import Text

KINDS = [getattr(style, name) for name in style.__all__ if name[0].isupper() and name[1].islower()]
RULES = [kind for kind in KINDS if issubclass(kind, Rule) and hasattr(kind, "example")]
FILLER = "the boats came back before the rain and nobody on the quay said a word about the storm"

PIECES = st.sampled_from(
    [
        "The boats came back. ", "NASA and ESA agree. ", "I am A-1. ", "CANNOT ", "U.S. ",
        "NASA's ", "[FBI](x) ",
        "AT&T/IBM ", "iOS ", "**WOW** ", "x(IBM) ", "ÉTÉ ", "🅰 ", "3.14 ", "1,000 ", "10-20 ",
        "H2O ", "1. one\n", "v2 ", "x_1 ",
        "7) seven\n", "In 2020. ", "“so” ", '"no" ', "«oui» ", "「はい」", 'say "a" and "b" ',
        '5" ',
        "'tis ", "'one' ", "```\n\"c\"\n```\n",
        "🙂 ", "❤ ", "❤️ ", "👩‍👩‍👧 ", "🇫🇷 ", "1️⃣ ", "© ", ":) ", "Why? ", "Oh! ", "\n", "\n\n",
        "don't ", "well-known ", "e.g. ",
        "雨が降る。", "Дождь. ", "# Title\n\n", "| a | b |\n|--|--|\n| 1 | 2 |\n", "a" * 30,
        FILLER + ". ",
    ]
)  # fmt: skip
WRITTEN = st.lists(st.one_of(PIECES, st.text(max_size=6)), max_size=40).map("".join)


def proposed(kind, text, seeds=range(6)):
    """Return everything that the kind proposes for the text with some seeds."""
    return [rule for seed in seeds for rule in kind.propose(text, Random(seed))]


def holds(rule, count):
    """Return whether a count keeps the bounds of the rule."""
    return (rule.at_least is None or count >= rule.at_least) and (
        rule.at_most is None or count <= rule.at_most
    )


CASES = [
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
    (UniqueWordCount(at_most=2), "Rain, rain, RAIN and and", True),
    (UniqueWordCount(at_most=1), "Rain, rain and", False),
    (NumberCount(at_least=4, at_most=4), "1,000.5 and 10-20 and H2", True),
    (NumberCount(at_least=1), "one or two", False),
    (QuotationCount(at_least=3, at_most=3), 'Say "a", “b” and «c».', True),
    (QuotationCount(at_least=1), "Say 'a' and 5\".", False),
    (QuotationCount(at_least=1), 'Look:\n\n```\nprint("a")\n```', False),
    (QuotationCount(at_least=1), 'Not "over\ntwo" lines', False),
    (EmojiCount(at_least=3, at_most=3), "🙂 👩‍👩‍👧 ❤️", True),
    (EmojiCount(at_least=2, at_most=2), "🇫🇷 and 1️⃣", True),
    (EmojiCount(at_least=1), "© ™ ❤ ✔ → 1 # :)", False),
    (EmojiCount(at_least=1, at_most=1), "👍🏽", True),
    (NoEmoji(), "Rain :( © 2024 #1", True),
    (NoEmoji(), "Rain 🌧", False),
    (NoEmoji(), "🏴󠁧󠁢󠁥󠁮󠁧󠁿", False),
    (ReadingGrade(at_most=3), "The cat sat on the mat. It was warm there.", True),
    (ReadingGrade(at_least=10), "The cat sat on the mat. It was warm there.", False),
    (
        ReadingGrade(at_most=18),
        "Der Zug nach Bremen fährt heute leider von Gleis sieben ab.",
        False,
    ),
    (ReadingGrade(at_most=18), "", False),
]


@pytest.mark.parametrize(("rule", "text", "met"), CASES)
def test_cases(rule, text, met):
    """Each kind's definition on its edges."""
    assert rule.check(text).met is met


@pytest.mark.parametrize("kind", RULES)
def test_example(kind):
    """Every kind's example is right, and its reasons say something."""
    rule = kind(**kind.example.fields)
    assert rule.check(kind.example.met).met is True
    unmet = rule.check(kind.example.unmet)
    assert unmet.met is False
    assert unmet.reason


@pytest.mark.parametrize(
    ("kind", "text", "count"),
    [
        (CapitalWordCount, "USA, NASA and the EU", 3),
        (UniqueWordCount, "Rain and wind and sun", 4),
        (NumberCount, "1 2 3.5", 3),
        (QuotationCount, '"a" “b” 「c」', 3),
        (EmojiCount, "🙂🙂 🇩🇪", 3),
    ],
)
def test_bounds_are_included(kind, text, count):
    """A count on a bound meets the rule, and one past it does not."""
    assert kind(at_least=count, at_most=count).check(text).met
    assert not kind(at_least=count + 1).check(text).met
    assert not kind(at_most=count - 1).check(text).met


def test_spans_show_the_words():
    """The spans of an unmet case are the words that break it."""
    text = "it rained on Monday in Bern."
    spans = LetterCase(case="lower").check(text).spans
    assert [text[start:end] for start, end in spans] == ["Monday", "Bern"]


def test_spans_are_few():
    """However often a rule is broken, its evidence stays short."""
    assert len(NoEmoji().check("🙂 " * 5000).spans) <= 500
    assert len(NumberCount(at_most=1).check("1 " * 5000).spans) <= 500


def test_circled_capitals_have_case():
    """Letters outside words count for the case, and are shown."""
    verdict = LetterCase(case="lower").check("all small but Ⓐ")
    assert verdict.met is False
    assert verdict.spans == ((14, 15),)


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("the", 1), ("rain", 1), ("make", 1), ("makes", 1), ("boxes", 2), ("table", 2),
        ("called", 1), ("wanted", 2),
        ("handled", 2), ("people", 2), ("nation", 2), ("special", 2), ("media", 3), ("area", 3),
        ("idea", 3),
        ("create", 2), ("science", 2), ("patient", 2), ("experience", 4), ("usually", 4),
        ("question", 2),
        ("management", 3), ("something", 2), ("studying", 3), ("being", 2), ("didn't", 2),
        ("don't", 1), ("it's", 1),
        ("well-known", 2), ("2019", 1), ("café", 2), ("rhythm", 1), ("information", 4),
        ("university", 5),
    ],
)  # fmt: skip
def test_syllables(word, count):
    """Syllables of ordinary words are counted as a dictionary counts them."""
    assert syllables(word) == count


def test_reading_grade_is_the_formula():
    """The grade is Flesch and Kincaid's, on crab's words and sentences."""
    text = "We walked to the harbour. Nobody answered."
    grade = 0.39 * 7 / 2 + 11.8 * (1 + 1 + 1 + 1 + 2 + 3 + 2) / 7 - 15.59
    assert ReadingGrade(at_most=9).check(text).reason == f"Flesch-Kincaid grade {grade:.2f}"


def test_reading_grade_says_which_bounds():
    """Each form of bounds is said in its own way."""
    forms = [
        {"at_least": 5},
        {"at_most": 5},
        {"at_least": 5, "at_most": 9},
        {"at_least": 5, "at_most": 5},
    ]
    assert [ReadingGrade(**form).variant() for form in forms] == [
        "at_least", "at_most", "between", "exactly"
    ]  # fmt: skip


def test_every_emoji_may_be_an_emoji():
    """The quick search for emojis misses none of them, and none of their parts."""
    for code in range(0x110000):
        char = chr(code)
        if style._EMOJI_PART.match(char) or style._EMOJI.match(char):
            assert style._MAYBE_EMOJI.match(char), hex(code)


def test_absence_is_proposed_for_prose_alone():
    """What a few words or a listing of code leave out is no choice."""
    assert written(Text(FILLER + ". " + FILLER + "."))
    assert not written(Text(FILLER))
    assert not written(Text("Code:\n\n```\n" + "print(x)\n" * 30 + "```\n"))
    assert proposed(NoEmoji, f"{FILLER}. {FILLER}.")
    assert not proposed(NoEmoji, "No rain.")


@pytest.mark.parametrize("kind", [CapitalWordCount, NumberCount, QuotationCount, EmojiCount])
def test_what_is_not_there_is_not_counted(kind):
    """A text without the thing gets no bound on it."""
    assert not proposed(kind, f"{FILLER}. {FILLER}.")


@pytest.mark.parametrize("mark", ["©", "❤", "✔", "→", "★", ":)", "1️⃣", "🙂"])
def test_no_emoji_is_silent_in_doubt(mark):
    """Symbols and faces that some call emojis silence the proposal."""
    assert not proposed(NoEmoji, f"{FILLER} {mark} {FILLER}.")


def test_letter_case_is_proposed():
    """A text all in one case gets that case."""
    text = f"{FILLER}. {FILLER}."
    assert proposed(LetterCase, text, [0]) == [LetterCase(case="lower")]
    assert proposed(LetterCase, text.upper(), [0]) == [LetterCase(case="upper")]
    assert proposed(LetterCase, text.title(), [0]) == [LetterCase(case="title")]
    assert proposed(LetterCase, text.capitalize()) == []
    assert proposed(LetterCase, "Ada Byron\nCarl Gauss\n" * 12) == []


def test_reading_grade_is_proposed_around_plain_readings():
    """The bounds leave room for other counts of syllables and sentences."""
    sentence = (
        "The boats came back before the rain, and nobody on the quay talked about the storm. "
    )
    rules = proposed(ReadingGrade, sentence * 5)
    assert rules
    for share in (0.9, 1.0, 1.1):
        grade = 0.39 * 16 + 11.8 * share * 20 / 16 - 15.59
        assert all(holds(rule, grade) for rule in rules), (rules, grade)
    assert not proposed(ReadingGrade, "Der Zug nach Bremen fährt heute von Gleis sieben ab. " * 8)


@given(WRITTEN)
@settings(max_examples=150, deadline=None)
def test_proposed_is_met(text):
    """Everything that the family proposes is met, and survives JSON."""
    for kind in RULES:
        for rule in proposed(kind, text, range(2)):
            assert rule.check(text).met is True
            assert kind.model_validate_json(rule.model_dump_json()) == rule
            assert {rule: 1}[rule] == 1


@given(WRITTEN)
@settings(max_examples=150, deadline=None)
def test_bounds_hold_in_plain_readings(text):
    """Proposed counts hold however others count."""
    text = Text(text).string
    table = str.maketrans("", "", string.punctuation)
    readings = {
        NumberCount: [
            len(re.findall(r"\d+", text)),
            len(re.findall(r"\d+", text.translate(table))),
            len(re.findall(r"\b\d+(?:[.,]\d+)*\b", text)),
            sum(bool(re.search(r"\d", token)) for token in text.split()),
        ],
        CapitalWordCount: [
            sum(map(str.isupper, text.split())),
            sum(map(str.isupper, re.findall(r"\w+", text))),
        ],
        UniqueWordCount: [
            len({token.strip(string.punctuation + " ") for token in text.lower().split()}),
            len(set(re.findall(r"\w+", text.lower()))),
        ],
        QuotationCount: [
            (text.count('"') + 1) // 2 + sum(map(text.count, "“«「")),
            len(re.findall(r'"[^"\n]+"|“[^”\n]+”|«[^»\n]+»|「[^」\n]+」', text)),
        ],
    }
    for kind, counts in readings.items():
        for rule in proposed(kind, text):
            assert all(holds(rule, count) for count in counts), (rule, counts)


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
        for rule in proposed(CapitalWordCount, text, range(20)):
            assert holds(rule, sum(map(str.isupper, tokenize(text)))), (rule, text)


@pytest.mark.parametrize("kind", RULES)
def test_every_string_gets_a_verdict_in_time(kind):
    """Checking and proposing take about linear time on texts that nobody would write."""
    for text in (*NASTY, '"a' * 50_000, "A" * 200_000, "1 " * 50_000, "'a" * 50_000, "😀" * 50_000):
        prepared = Text(text)
        assert prepared.certain_language != ""  # the work that all kinds share is done before
        assert prepared.readings.sentences.high >= len(prepared.sentences)
        began = process_time()
        assert kind(**kind.example.fields).check(prepared).met in (True, False)
        list(kind.propose(prepared, Random(0)))
        assert process_time() - began < 3, (kind, text[:20])


def test_judged_kinds_carry_their_words():
    """The kinds that a reader decides describe themselves by their text."""
    judged = [kind for kind in KINDS if issubclass(kind, Judged) and kind is not Judged]
    assert len(judged) == 3
    for kind in judged:
        rule = kind(**kind.example.fields)
        assert rule.describe() == kind.example.fields["text"]
        assert issubclass(kind, Style)
    with pytest.raises(ValueError, match="text"):
        WritingStyle(text=" ")
