"""Tests of `crab.languages`: two detectors and what they agree on."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crab.languages import agreed, base_code, by_ngrams, detect

SENTENCES = {
    "ar": "ذهب الأطفال أمس إلى الحديقة مع جدتهم ولعبوا هناك حتى المساء.",
    "de": "Gestern spielten die Kinder mit ihrer Großmutter im Garten, bis es dunkel wurde.",
    "en": "Yesterday the children played in the garden with their grandmother until dark.",
    "es": "Ayer los niños jugaron en el jardín con su abuela hasta que llegó la noche.",
    "fr": "Hier, les enfants ont joué dans le jardin avec leur grand-mère jusqu'au soir.",
    "hi": "कल बच्चे अपनी दादी के साथ शाम तक बगीचे में खेल रहे थे।",
    "it": "Ieri i bambini hanno giocato in giardino con la nonna fino a sera.",
    "ja": "昨日、子どもたちは庭でおばあさんと夕方まで遊びました。",
    "ko": "어제 아이들은 할머니와 함께 정원에서 저녁까지 놀았습니다.",
    "pl": "Wczoraj dzieci bawiły się w ogrodzie ze swoją babcią aż do wieczora.",
    "pt": "Ontem as crianças brincaram no jardim com a avó até à noite.",
    "ru": "Вчера дети до самого вечера играли в саду вместе со своей бабушкой.",
    "th": "เมื่อวานเด็ก ๆ เล่นในสวนกับคุณยายจนถึงเย็น",
    "tr": "Dün çocuklar akşama kadar büyükanneleriyle birlikte bahçede oynadılar.",
    "zh": "昨天孩子们和奶奶一起在花园里玩到晚上。",
}


@pytest.mark.parametrize(
    ("code", "base"),
    [
        *(("en", "en"), ("zh-CN", "zh"), ("zh_TW", "zh"), ("UK", "uk"), (" pt-BR", "pt")),
        ("sr-Latn-RS", "sr"),
        *(("", None), ("deu", None), ("e", None), ("e1", None), ("-en", None), ("éa", None)),
        ("wuu", None),
    ],
)
def test_base_code(code: str, base: str | None) -> None:
    """Only two ASCII letters before the first hyphen or underscore are a code."""
    assert base_code(code) == base


@pytest.mark.parametrize(("code", "sentence"), SENTENCES.items(), ids=list(SENTENCES))
def test_plain_sentences_are_agreed_on(code: str, sentence: str) -> None:
    """Both detectors name the language of a plain sentence."""
    assert (detect(sentence), by_ngrams(sentence), agreed(sentence)) == (code, code, code)


@pytest.mark.parametrize("string", ["", " \n", "12345 !!!", "😀 👩‍👧", "***", "\0\0", "²½"])
def test_no_letter_no_language(string: str) -> None:
    """Where there is no letter, there is no language."""
    assert (detect(string), agreed(string)) == (None, None)


@pytest.mark.parametrize(
    ("string", "code"), [("東京都庁", "zh"), ("東京都庁へ行きます", "ja"), ("トマト", "ja")]
)
def test_japanese_has_kana(string: str, code: str) -> None:
    """Han characters alone are Chinese; with kana they are Japanese."""
    assert detect(string) == code


@pytest.mark.parametrize("string", ["语言很难。语言很难。", "早上好，世界", "学习"])
def test_short_chinese_is_chinese(string: str) -> None:
    """A few Han characters are Chinese, though fastText knows them as one of its dialects."""
    assert detect(string) == "zh"


def test_only_the_ends_of_a_long_text_are_read() -> None:
    """What stands in the middle of a long text does not count for the first detector."""
    english, german = f"{SENTENCES['en']} ", f"{SENTENCES['de']} "
    assert detect(english * 4 + german * 60 + english * 4) == "en"
    assert detect(german * 8) == "de"


def test_null_and_line_ends_are_spaces() -> None:
    """Control characters do not end what is read."""
    assert detect("\0\n\r\n" + SENTENCES["fr"].replace(" ", "\0")) == "fr"


def test_disagreement_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the detectors differ, nothing is agreed on."""
    monkeypatch.setattr("crab.ngram_language.detect", lambda string: "nl")
    assert (detect(SENTENCES["de"]), by_ngrams(SENTENCES["de"])) == ("de", "nl")
    assert agreed(SENTENCES["de"]) is None


def test_variants_of_chinese_are_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second detector's codes for written variants are cut to the language."""
    monkeypatch.setattr("crab.ngram_language.detect", lambda string: "zh-tw")
    assert by_ngrams("花園") == "zh"
    monkeypatch.setattr("crab.ngram_language.detect", lambda string: None)
    assert by_ngrams("花園") is None


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80))
def test_any_text_has_one_code_or_none(string: str) -> None:
    """Any text gets a two-letter code or None, and the same one each time."""
    found = detect(string)
    assert found is None or re.fullmatch("[a-z]{2}", found)
    assert detect(string) == found
    assert agreed(string) in (found, None)


def test_a_million_characters_take_no_time() -> None:
    """The first detector does not read all of a long text."""
    detect("warm")
    began = time.process_time()
    detect("a" * 1_000_000)
    detect("雨。" * 500_000)
    assert time.process_time() - began < 1.0
