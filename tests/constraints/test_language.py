"""Tests of `crab.constraints.language`: the language and the script of a whole text."""

from __future__ import annotations

import time
import unicodedata
from random import Random
from typing import Any

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from crab.constraints import ResponseLanguage, ScriptOnly
from crab.constraints.language import SCRIPTS
from crab.phrasings import languages, phrasebook
from crab.text import Text

SENTENCES = {
    "Latn": ("de", "Gestern spielten die Kinder mit ihrer Großmutter im Garten."),
    "Cyrl": ("ru", "Вчера дети до вечера играли в саду со своей бабушкой."),
    "Arab": ("ar", "ذهب الأطفال أمس إلى الحديقة مع جدتهم ولعبوا هناك حتى المساء."),
    "Hani": (
        "zh",
        "昨天孩子们和奶奶一起在花园里玩到晚上，然后他们走路回家，吃了热汤，很快就睡着了，梦见了大海。",
    ),
    "Jpan": (
        "ja",
        "昨日、子どもたちは庭でおばあさんと夕方まで遊びました。そしてコーヒーを飲んで、時々笑いました。",
    ),
    "Kore": (
        "ko",
        "어제 아이들은 할머니와 정원에서 저녁까지 즐겁게 놀았습니다. 그리고 집에 돌아갔습니다.",
    ),
    "Deva": ("hi", "कल बच्चे अपनी दादी के साथ शाम तक बगीचे में खेल रहे थे और बहुत खुश थे, फिर वे घर लौट आए।"),
    "Thai": ("th", "เมื่อวานเด็ก ๆ เล่นในสวนกับคุณยายจนถึงเย็น"),
    "Grek": ("el", "Χθες τα παιδιά έπαιξαν στον κήπο με τη γιαγιά τους."),
    "Hebr": ("he", "אתמול שיחקו הילדים בגינה עם סבתא שלהם עד הערב."),
}
LETTERS = {
    "Latn": "aé",
    "Cyrl": "жЁ",
    "Arab": "بي",
    "Hani": "雨々",
    "Jpan": "雨のカー々",
    "Grek": "αΣ",
    "Thai": "กฝ",
}


@pytest.mark.parametrize(("language", "text"), SENTENCES.values(), ids=list(SENTENCES))
def test_response_language(language: str, text: str) -> None:
    """A text is in its own language and in no other."""
    assert ResponseLanguage(language=language).check(text) == (True, language, ())
    assert ResponseLanguage(language="nl").check(text) == (False, language, ())


@pytest.mark.parametrize("text", ["", "12345 !", "😀"])
def test_no_language(text: str) -> None:
    """A text without letters is in no language."""
    assert ResponseLanguage(language="en").check(text) == (False, "no language found", ())


def test_code_does_not_count() -> None:
    """The language is that of the prose, whatever the code around it says."""
    code = "for item in sorted(values):\n    print(item.strip(), end='')\n" * 20
    text = f"{SENTENCES['Latn'][1]}\n\n```python\n{code}```\n"
    assert ResponseLanguage(language="de").check(text).met is True


@pytest.mark.parametrize("language", ["", "EN", "eng", "e", "e1", "en\n", " en", "zh-CN", None, 3])
def test_what_is_no_language(language: Any) -> None:
    """A language is two small letters."""
    with pytest.raises(ValidationError):
        ResponseLanguage(language=language)


@pytest.mark.parametrize(("language", "text"), SENTENCES.values(), ids=list(SENTENCES))
def test_the_language_is_proposed(language: str, text: str) -> None:
    """Of a text of some length the language is proposed."""
    assert list(ResponseLanguage.propose(text, Random(0))) == [ResponseLanguage(language=language)]


def test_no_language_is_proposed_in_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a short text, and where the detectors differ, no language is proposed."""
    text = SENTENCES["Latn"][1]
    assert list(ResponseLanguage.propose(text[:39], Random(0))) == []
    assert list(ResponseLanguage.propose(text[:40], Random(0))) != []
    monkeypatch.setattr("crab.languages.by_ngrams", lambda string: "nl")
    assert list(ResponseLanguage.propose(text, Random(0))) == []


@pytest.mark.parametrize("name", ["Latn", "Hani", "Deva"])
def test_no_language_is_proposed_where_letters_are_few(name: str) -> None:
    """None is proposed where over half of what is no space are digits and marks."""
    language, text = SENTENCES[name]
    words = sum(unicodedata.category(char)[0] in "LM" for char in text)
    others = sum(not char.isspace() for char in text) - words
    half = f"{text} {'7' * (words - others)}"
    assert list(ResponseLanguage.propose(half, Random(0))) == [ResponseLanguage(language=language)]
    assert list(ResponseLanguage.propose(f"{half}7", Random(0))) == []


def test_no_language_is_proposed_where_a_long_paragraph_is_in_another() -> None:
    """One paragraph of 150 characters in another language is enough to say nothing."""
    german = " ".join([SENTENCES["Latn"][1]] * 12)
    english = "The children played in the garden with their grandmother until it was dark. " * 2
    text = f"{german}\n\n{english[:149]}\n\n{german}"
    assert list(ResponseLanguage.propose(text, Random(0))) == [ResponseLanguage(language="de")]
    text = f"{german}\n\n{english[:150]}\n\n{german}"
    assert list(ResponseLanguage.propose(text, Random(0))) == []


def test_no_language_is_proposed_for_a_mixture() -> None:
    """None is proposed where half of the words are no prose, or a tenth of the letters foreign."""
    german = SENTENCES["Latn"][1]
    letters = sum(map(str.isalpha, german))
    assert list(ResponseLanguage.propose(f"{german} {'ж' * (letters // 9)}", Random(0))) != []
    assert list(ResponseLanguage.propose(f"{german} {'ж' * (letters // 9 + 1)}", Random(0))) == []
    words = len(german.split())
    assert list(ResponseLanguage.propose(f"{german}\n\n# {'Haus ' * (words - 1)}", Random(0))) != []
    assert list(ResponseLanguage.propose(f"{german}\n\n# {'Haus ' * words}", Random(0))) == []


@pytest.mark.parametrize("script", LETTERS)
def test_scripts(script: str) -> None:
    """Letters of the script are allowed, with marks, digits and signs; those of others are not."""
    rule = ScriptOnly(script=script)
    own = LETTERS[script]
    assert rule.check(f"{own}\u0301 12 ,。😀 \n") == (True, "no other script", ())
    for other, (letter, *_) in LETTERS.items():
        if letter not in own and not (script == "Hani" and other == "Jpan"):
            found = rule.check(f"{own} {letter}{letter}")
            assert (found.met, len(found.spans)) == (False, 2), other
            assert found.spans[0][0] == len(own) + 1


@pytest.mark.parametrize(
    ("script", "text", "met"),
    [
        ("Hani", "雨の日", False),
        ("Jpan", "雨の日", True),
        ("Hira", "あめ", True),
        ("Hira", "アメ", False),
        ("Kana", "コーヒー", True),
        ("Kana", "コーひー", False),
        ("Jpan", "コーヒー、時々", True),
        ("Kore", "비 雨", True),
        ("Hang", "비 雨", False),
        ("Latn", "Straße, œuvre, ﬁne, ª", True),
        ("Latn", "Cтраße", False),
        ("Latn", "５ｋｍ", True),
    ],
)
def test_mixed_writing(script: str, text: str, met: bool) -> None:
    """Japanese and Korean have several scripts; look-alikes from another script are found."""
    assert ScriptOnly(script=script).check(text).met is met


@pytest.mark.parametrize("text", ["", "123 ,.!", "😀 👩‍👧", "\ud800"])
def test_a_script_needs_a_letter(text: str) -> None:
    """A text without a letter is in no script."""
    assert ScriptOnly(script="Latn").check(text) == (False, "no letter", ())


def test_others_are_shown() -> None:
    """The evidence is each letter of another script."""
    assert ScriptOnly(script="Latn").check("a ж bя") == (
        False,
        "2 letters of other scripts",
        ((2, 3), (5, 6)),
    )


@pytest.mark.parametrize("script", ["", "latn", "Latin", "Zzzz", "Zyyy", "Latn\n", None])
def test_what_is_no_script(script: Any) -> None:
    """A script is one of the known ISO 15924 codes; the error lists them."""
    with pytest.raises(ValidationError) as caught:
        ScriptOnly(script=script)
    assert script is None or "Latn, Mlym" in str(caught.value)


def test_every_script_is_known_to_unicode() -> None:
    """Each code stands for scripts that the patterns know, and has a name in every phrasebook."""
    for names in SCRIPTS.values():
        assert all(regex.compile(rf"\p{{{name}}}") for name in names.split())
    for language in languages():
        book = phrasebook(language)
        assert book is not None
        if book.entry("script_only", "") is None:
            continue
        assert set(SCRIPTS) - set(book.section("names") or ()) == set(), language


@pytest.mark.parametrize(
    ("script", "text"), [(code, text) for code, (_, text) in SENTENCES.items()]
)
def test_the_script_is_proposed(script: str, text: str) -> None:
    """Of a text of some length in one script, that script is proposed; of a mixture, none."""
    long = f"{text} {text}"
    assert list(ScriptOnly.propose(long, Random(0))) == [ScriptOnly(script=script)]
    other = "ж" if script != "Cyrl" else "a"
    assert list(ScriptOnly.propose(f"{long} {other}", Random(0))) == []
    assert list(ScriptOnly.propose("12 " * 40 + text[:20], Random(0))) == []


@settings(max_examples=150, deadline=None)
@given(
    st.text(st.characters(exclude_categories=()), max_size=60), st.sampled_from(sorted(SENTENCES))
)
def test_proposals_are_met(string: str, script: str) -> None:
    """What is proposed is met, and judged alike for a measured text."""
    text = f"{SENTENCES[script][1]} {string}"
    for kind in (ResponseLanguage, ScriptOnly):
        for rule in kind.propose(text, Random(0)):
            assert rule.check(text).met is True
            assert rule.check(Text(text)) == rule.check(text)


def test_long_texts_take_no_time() -> None:
    """A long text in a foreign script is checked within about a second."""
    ScriptOnly(script="Latn").check("warm")
    began = time.process_time()
    assert ScriptOnly(script="Latn").check("ж" * 200_000).met is False
    assert ResponseLanguage(language="zh").check("ж " * 100_000).met is False
    assert time.process_time() - began < 1.5
