"""First-person and second-person words."""

from __future__ import annotations

from random import Random

import pytest

from crab.constraints import Person

FIRST, SECOND = Person(avoid="first"), Person(avoid="second")
PLAIN = (
    "The boats came back before the rain and nobody on the quay said a word about the storm. "
    "Later that evening the harbour fell quiet, and the gulls slept on the warm roofs. "
)


@pytest.mark.parametrize(
    ("rule", "text", "met"),
    [
        (FIRST, PLAIN, True),
        (FIRST, PLAIN + "Nobody saw me.", False),
        (FIRST, PLAIN + "Nobody saw ME.", False),
        (FIRST, PLAIN + "“I’m late,” said the guard.", False),
        (FIRST, PLAIN + "It was our-own-fault.", False),
        (FIRST, PLAIN + "The US and my_file, i.e. nothing.", True),
        (FIRST, PLAIN + "Nobody told Us.", False),
        (FIRST, "Wir sind gestern mit dem Zug nach Bremen gefahren, es ist dort schön.", False),
        (FIRST, "Der Zug nach Bremen fährt heute leider erst am späten Abend von Gleis 7.", True),
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
    ],
)
def test_cases(rule, text, met):
    """The definition on its edges."""
    assert rule.check(text).met is met


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


def test_both_persons_are_proposed():
    """Plain prose that leaves both out gets both."""
    assert list(Person.propose(PLAIN, Random(0))) == [FIRST, SECOND]
    assert not list(Person.propose("No rain today.", Random(0)))


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
    assert FIRST not in Person.propose(f"{PLAIN} {doubt} {PLAIN}", Random(0))


@pytest.mark.parametrize(
    "doubt", ["your", "YOU", "y'all", "ya", "u", "youll", "do-it-yourself", "you’d"]
)
def test_second_person_is_silent_in_doubt(doubt):
    """Whatever anybody may take for a second-person word silences the proposal."""
    assert SECOND not in Person.propose(f"{PLAIN} {doubt} {PLAIN}", Random(0))


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
    assert FIRST not in Person.propose(text, Random(0))
