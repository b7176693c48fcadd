"""The voice of a response: person, contractions, number words, openers, questions, exclamations."""

from __future__ import annotations

import re
from itertools import pairwise
from random import Random
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crab.constraints import voice
from crab.constraints.voice import (
    EndsWithQuestion,
    ExclamationCount,
    NoContractions,
    NoExclamations,
    NoQuestions,
    Numerals,
    Person,
    QuestionCount,
    SentenceOpenersVary,
)
from crab.constraints.word_lists import CONTRACTIONS, NUMBER_WORDS, PRONOUNS, UNSPACED
from crab.testing import NASTY
from crab.text import Text

KINDS = [getattr(voice, name) for name in voice.__all__]
PLAIN = (
    "The boats came back before the rain and nobody on the quay said a word about the storm. "
    "Later that evening the harbour fell quiet, and the gulls slept on the warm roofs. "
    "Some nets still hung on the wall when the watchman made a round with his lamp. "
)

PIECES = st.sampled_from(
    [
        PLAIN, "I think so. ", "I'm here. ", "Us too! ", "The US is big. ", "i.e. this ",
        "do-it-yourself ", "You’re right. ", "Thine? ", "my_var ", "It’s late. ", "John's coat. ",
        "isn't ", "the '90s ", "goin' home ", "dont ", "rock 'n' roll ", "two days ", "in 3 days ",
        "one ", "First, rain. ", "twenty-one ", "1. item\n", "Why? ", "Why?! ",
        'He asked "Why?" so. ',
        "Oh! ", "a != b ", "The rain. ", "The wind. ", "It rained. ", "It's wet. ",
        "Dr. Who left. ",
        "- The cat\n", "# The End\n\n", "http://a.b?c=d ", "¿Qué? ", "\n", "\n\n", "雨が降る。",
        "私は行く。",
        "我走了。", "Wir gehen. ", "Это мой дом. ", "J’ai faim. ", "```\nyou!\n```\n", "Verse1:\n",
    ]
)  # fmt: skip
WRITTEN = st.lists(st.one_of(PIECES, st.text(max_size=6)), max_size=40).map("".join)


def proposed(kind, text, seeds=range(6)):
    """Return everything that the kind proposes for the text with some seeds."""
    return [rule for seed in seeds for rule in kind.propose(text, Random(seed))]


FIRST, SECOND = Person(avoid="first"), Person(avoid="second")
DIGITS, WORDS = Numerals(style="digits"), Numerals(style="words")
CASES = [
    (FIRST, PLAIN, True),
    (FIRST, PLAIN + "Nobody saw me.", False),
    (FIRST, PLAIN + "Nobody saw ME.", False),
    (FIRST, PLAIN + "“I’m late,” said the guard.", False),
    (FIRST, PLAIN + "It was our-own-fault.", False),
    (FIRST, PLAIN + "The US and my_file, i.e. nothing.", True),
    (FIRST, PLAIN + "Nobody told Us.", False),
    (FIRST, "Wir sind gestern mit dem Zug nach Bremen gefahren, weil es dort schön ist.", False),
    (FIRST, "Der Zug nach Bremen fährt heute leider erst am späten Abend von Gleis sieben.", True),
    (FIRST, "J’ai pris le train de nuit pour aller voir la mer avec toute la famille.", False),
    (FIRST, "Le train de nuit arrive demain matin à la gare de Lyon avec du retard.", True),
    (FIRST, "Вчера мы долго ждали автобус, а потом решили идти домой пешком.", False),
    (FIRST, "Вчера автобус долго не приходил, и люди решили идти домой пешком.", True),
    (FIRST, "今天早上下雨了，我们在车站等了很久，最后决定走路回家。", False),
    (FIRST, "今天早上下雨了，他们在车站等了很久，最后决定走路回家。", True),
    (FIRST, "雨が止んだので、私たちは港まで歩いて行きました。", False),
    (FIRST, "雨が止んだので、子どもたちは港まで歩いて行きました。", True),
    (FIRST, "الطقس جميل اليوم والشمس مشرقة فوق المدينة القديمة.", False),
    (FIRST, "", True),
    (SECOND, PLAIN, True),
    (SECOND, PLAIN + "A do-it-yourself kit.", False),
    (SECOND, PLAIN + "Y'all come back.", False),
    (SECOND, "Haben Sie den Zug nach Bremen heute am Bahnhof noch erreicht?", False),
    (NoContractions(), "It is John's dog's coat in o'clock time.", True),
    (NoContractions(), "They cannot, will not and ought not.", True),
    (NoContractions(), "It's", False),
    (NoContractions(), "they’d", False),
    (NoContractions(), "shouldnʼt", False),
    (NoContractions(), "'Tis late", False),
    (NoContractions(), "y'all", False),
    (NoContractions(), "'em' is a unit", True),
    (NoContractions(), "WE'RE", False),
    (NoContractions(), "", True),
    (DIGITS, "We waited there for 3 days, and then for 12 more in the rain.", True),
    (DIGITS, "We waited there for 3 days, and then for twelve more in the rain.", False),
    (DIGITS, "We waited there for days, and then for more of them in the rain.", False),
    (DIGITS, "We waited there for 3 days; one of us left on the first of them.", True),
    (WORDS, "We waited there for twenty-one days, and then left in the rain.", True),
    (WORDS, "We waited there for twenty-one days, and left at 6 in the rain.", False),
    (WORDS, "We waited there for many days, and then left in the rain.", False),
    (WORDS, "Wir haben dort zwei Tage lang im Regen auf den Zug gewartet.", False),
    (SentenceOpenersVary(), "It rained. We left. It stopped.", True),
    (SentenceOpenersVary(), "It rained. It poured. We left.", False),
    (SentenceOpenersVary(), "it rained. It poured. We left.", False),
    (SentenceOpenersVary(), "It rained. We left.", False),
    (SentenceOpenersVary(), "- It rained\n- It poured\n- We left", False),
    (NoQuestions(), "It rained.", True),
    (NoQuestions(), "雨？", False),
    (NoQuestions(), "هل؟", False),
    (NoQuestions(), "http://a.b?c", False),
    (NoExclamations(), "It rained.", True),
    (NoExclamations(), "Wow‼", False),
    (NoExclamations(), "¡Hola", False),
    (QuestionCount(at_least=2, at_most=2), "Why? How?! So.", True),
    (QuestionCount(at_least=1), "See http://a.b?c=d for more.", False),
    (QuestionCount(at_least=1, at_most=1), "He asked: “**Why?**”", True),
    (ExclamationCount(at_least=2, at_most=2), "Oh! No?! So.", True),
    (ExclamationCount(at_least=1), "It holds that a != b there.", False),
    (EndsWithQuestion(), 'So it rained. "Did it?" \n', True),
    (EndsWithQuestion(), "So it rained. **Did it?**", True),
    (EndsWithQuestion(), "Did it? Yes.", False),
    (EndsWithQuestion(), "雨？", True),
    (EndsWithQuestion(), "Really?!", False),
    (EndsWithQuestion(), " \n", False),
]


@pytest.mark.parametrize(("rule", "text", "met"), CASES)
def test_cases(rule, text, met):
    """Each kind's definition on its edges."""
    assert rule.check(text).met is met


@pytest.mark.parametrize("kind", KINDS)
def test_example(kind):
    """Every kind's example is right."""
    rule = kind(**kind.example.fields)
    assert rule.check(kind.example.met).met is True
    assert rule.check(kind.example.unmet).met is False


@pytest.mark.parametrize("kind", [QuestionCount, ExclamationCount])
def test_bounds_are_included(kind):
    """A count on a bound meets the rule, and one past it does not."""
    text = "Why? Oh! How? No! Then it rained."
    assert kind(at_least=2, at_most=2).check(text).met
    assert not kind(at_least=3).check(text).met
    assert not kind(at_most=1).check(text).met


def test_reasons_name_the_words():
    """An unmet rule says which words break it, and where they stand."""
    text = PLAIN + "I saw it with my own eyes; we’ll see."
    verdict = FIRST.check(text)
    assert verdict.reason == "3 first-person words: I, my, we"
    assert [text[start:end] for start, end in verdict.spans] == ["I", "my", "we"]


def test_languages_without_a_list():
    """The reason says that there is no word list."""
    reason = FIRST.check("الطقس جميل اليوم والشمس مشرقة فوق المدينة القديمة.").reason
    assert reason == "no word list for ar"


def test_lists_are_clean():
    """Lists hold lower-case words, doubts apart, and every word with capitals is also in doubt."""
    lists = [words for persons in PRONOUNS.values() for words in persons.values()]
    for words in [*lists, *NUMBER_WORDS.values(), CONTRACTIONS]:
        assert words.words
        assert not words.words & words.doubtful
        assert all(word == word.lower() for word in words.words | words.doubtful)
        assert {word.lower() for word in words.as_written} <= words.doubtful
    assert set(PRONOUNS) >= {"en", "zh", "es", "fr", "de", "ru", "pt", "ja", "it"}
    assert set(PRONOUNS) > UNSPACED
    assert all(set(persons) == {"first", "second"} for persons in PRONOUNS.values())


def test_absence_is_proposed_for_prose():
    """Plain prose that leaves them all out gets every rule of absence."""
    assert proposed(Person, PLAIN, [0]) == [FIRST, SECOND]
    for kind in (NoContractions, NoQuestions, NoExclamations):
        assert proposed(kind, PLAIN, [0]) == [kind()]
        assert not proposed(kind, "No rain today.")


@pytest.mark.parametrize(
    "doubt",
    [
        "I",
        "i.e.",
        "US",
        "let's",
        "im",
        "I’m",
        "we'll",
        "we-feeling",
        "Iʼll",
        "World War I",
        "my_file",
    ],
)
def test_first_person_is_silent_in_doubt(doubt):
    """Whatever anybody may take for a first-person word silences the proposal."""
    assert FIRST not in proposed(Person, f"{PLAIN} {doubt} {PLAIN}")


@pytest.mark.parametrize(
    "doubt", ["your", "YOU", "y'all", "ya", "u", "youll", "do-it-yourself", "you’d"]
)
def test_second_person_is_silent_in_doubt(doubt):
    """Whatever anybody may take for a second-person word silences the proposal."""
    assert SECOND not in proposed(Person, f"{PLAIN} {doubt} {PLAIN}")


@pytest.mark.parametrize(
    "text",
    [
        "El hombre quiso decirme que la puerta de la casa estaba cerrada desde el año pasado, y "
        "que nadie la había abierto en todo ese tiempo porque la llave se perdió.",
        "Il vecchio voleva dirmi che la porta della casa era chiusa da molto tempo, e che nessuno "
        "la apriva perché la chiave era andata perduta durante il viaggio.",
    ],
)
def test_hidden_pronouns_silence_the_proposal(text):
    """A pronoun that hangs on a verb may count, so nothing is said."""
    assert FIRST not in proposed(Person, text)


@pytest.mark.parametrize(
    "doubt",
    ["John's", "the '90s", "goin'", "dont", "gonna", "don&#39;t", "don`t", "it’s", "'tis", "isn´t"],
)
def test_contractions_are_silent_in_doubt(doubt):
    """An apostrophe that touches a letter, or a form without one, silences the proposal."""
    assert not proposed(NoContractions, f"{PLAIN} {doubt} {PLAIN}")


@pytest.mark.parametrize("doubt", ["one", "first", "half", "a dozen", "twenty-one", "ten"])
def test_digits_are_silent_in_doubt(doubt):
    """Any number word, even a doubtful one, silences the rule of digits."""
    assert proposed(Numerals, PLAIN + "There were 3 boats and 12 nets.", [0]) == [DIGITS]
    assert not proposed(Numerals, f"{PLAIN} There were 3 boats and 12 nets, {doubt} said.")


@pytest.mark.parametrize("doubt", ["7", "½", "x²", "Ⅳ"])
def test_words_are_silent_in_doubt(doubt):
    """Any figure silences the rule of words."""
    assert proposed(Numerals, PLAIN + "There were three boats.", [0]) == [WORDS]
    assert WORDS not in proposed(Numerals, f"{PLAIN} There were three boats, {doubt} nets.")


@pytest.mark.parametrize(
    "text",
    [
        "The rain fell. A boat left. The gulls slept. The rain stopped. Nobody came.",
        "The rain fell. See fig. The gulls slept. A boat left. Nobody came home that night at all.",
        "It rained there. It's wet now. A boat left it. Nobody came home. Everyone slept well.",
        "# The storm\n\nThe rain fell on us. A boat left. Nobody came. Everyone slept.",
        "1. The rain fell.\n2. The boat left.\n3. Nobody came.\n4. Everyone slept for many hours.",
        "The rain fell.\nThe boat left\nNobody came home. Everyone slept. A new day came to it.",
    ],
)
def test_openers_are_silent_in_doubt(text):
    """Where some way to cut sentences makes neighbours begin alike, nothing is said."""
    assert not proposed(SentenceOpenersVary, text)


def test_openers_are_proposed():
    """Prose whose sentences begin differently gets the rule, though words come back later."""
    text = "The rain fell on us. Boats left. The gulls slept well. Nobody came. "
    text += "The end of it all was near."
    assert proposed(SentenceOpenersVary, text, [0]) == [SentenceOpenersVary()]


def test_questions_are_proposed():
    """Questions that everybody sees are counted, and a last one is seen."""
    text = PLAIN + "Who saw the boats? And what became of the nets?"
    rules = proposed(QuestionCount, text, range(20))
    assert rules
    assert all(rule.at_least in (1, 2) for rule in rules)
    assert proposed(EndsWithQuestion, text, [0]) == [EndsWithQuestion()]
    assert not proposed(EndsWithQuestion, text + '"')
    assert not proposed(QuestionCount, PLAIN)
    assert not proposed(ExclamationCount, PLAIN)
    assert not proposed(ExclamationCount, PLAIN + "Here a != b holds.")


@given(WRITTEN)
@settings(max_examples=200, deadline=None)
def test_proposed_is_met(text):
    """Everything that is proposed is met, and survives JSON."""
    for kind in KINDS:
        for rule in proposed(kind, text, range(2)):
            assert rule.check(text).met is True
            assert kind.model_validate_json(rule.model_dump_json()) == rule
            assert {rule: 1}[rule] == 1


@given(WRITTEN)
@settings(max_examples=200, deadline=None)
def test_proposed_holds_in_plain_readings(text):
    """What is proposed holds by the plain patterns that others check with."""
    text = Text(text).string
    english = Text(text).language == "en"
    for rule in proposed(Person, text, [0]):
        own = r"\b(?:I|me|my|we|us|our)\b" if rule.avoid == "first" else r"\b(?:you|your|yours)\b"
        assert not (english and re.search(own, text, re.IGNORECASE))
    for _ in proposed(NoContractions, text, [0]):
        assert not re.search(r"\w['’]\w", text)
    for rule in proposed(Numerals, text, [0]):
        wrong = r"\d" if rule.style == "words" else r"(?i)\b(?:one|two|three|ten|twenty|first)\b"
        assert not re.search(wrong, text)
    for _ in proposed(SentenceOpenersVary, text, [0]):
        pieces = re.split(r"(?<=[.!?])\s+|\n", text)
        openers = [found.group().lower() for part in pieces if (found := re.search(r"\w+", part))]
        assert not any(one == other for one, other in pairwise(openers))
    for kind, mark in ((QuestionCount, "?"), (ExclamationCount, "!")):
        for rule in proposed(kind, text):
            most = max(text.count(mark), sum(map(text.count, "？！؟‼⁇⁈⁉")))
            assert rule.at_least is not None
            assert rule.at_least <= most


@pytest.mark.parametrize("kind", KINDS)
def test_every_string_gets_a_verdict_in_time(kind):
    """Checking and proposing take about linear time on texts that nobody would write."""
    long = (
        "a'" * 50_000,
        "I " * 50_000,
        "'" * 100_000,
        "? " * 50_000,
        "two-" * 50_000,
        "a" + " '" * 50_000,
    )
    for text in (*NASTY, *long):
        prepared = Text(text)
        assert prepared.certain_language != ""  # the work that all kinds share is done before
        assert prepared.readings.sentences.high >= len(prepared.sentences)
        began = process_time()
        assert kind(**kind.example.fields).check(prepared).met in (True, False)
        list(kind.propose(prepared, Random(0)))
        assert process_time() - began < 3, (kind, text[:20])
