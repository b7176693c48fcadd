"""Tests of `crab.ngram_language` against the package it reproduces."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import langdetect
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langdetect import detector_factory
from langdetect.utils.ngram import NGram

from crab import ngram_language
from crab.ngram_language import detect

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
SEEDS = ROOT.parent / "shared" / "data" / "seeds"

SENTENCES = {
    "af": "Die kinders het gister saam met hulle ouma in die tuin gespeel.",
    "ar": "ذهب الأطفال أمس إلى الحديقة مع جدتهم ولعبوا حتى المساء.",
    "bg": "Вчера децата играха в градината заедно с баба си.",
    "bn": "গতকাল শিশুরা তাদের দাদির সঙ্গে বাগানে খেলেছিল।",
    "ca": "Ahir els nens van jugar al jardí amb la seva àvia fins al vespre.",
    "cs": "Včera si děti hrály na zahradě se svou babičkou až do večera.",
    "cy": "Chwaraeodd y plant yn yr ardd gyda'u mam-gu ddoe tan y nos.",
    "da": "I går legede børnene i haven sammen med deres bedstemor.",
    "de": "Gestern spielten die Kinder mit ihrer Großmutter im Garten.",
    "el": "Χθες τα παιδιά έπαιξαν στον κήπο με τη γιαγιά τους.",
    "en": "Yesterday the children played in the garden with their grandmother.",
    "es": "Ayer los niños jugaron en el jardín con su abuela hasta la noche.",
    "et": "Eile mängisid lapsed koos vanaemaga aias õhtuni välja.",
    "fa": "دیروز بچه‌ها با مادربزرگشان در باغ بازی کردند.",
    "fi": "Eilen lapset leikkivät puutarhassa isoäitinsä kanssa iltaan asti.",
    "fr": "Hier, les enfants ont joué dans le jardin avec leur grand-mère.",
    "gu": "ગઈકાલે બાળકો તેમની દાદી સાથે બગીચામાં રમ્યા હતા.",
    "he": "אתמול שיחקו הילדים בגינה עם סבתא שלהם עד הערב.",
    "hi": "कल बच्चे अपनी दादी के साथ बगीचे में खेल रहे थे।",
    "hu": "Tegnap a gyerekek a kertben játszottak a nagymamájukkal.",
    "id": "Kemarin anak-anak bermain di kebun bersama nenek mereka.",
    "it": "Ieri i bambini hanno giocato in giardino con la nonna.",
    "ja": "昨日、子どもたちは庭でおばあさんと夕方まで遊びました。",
    "ko": "어제 아이들은 할머니와 함께 정원에서 저녁까지 놀았습니다.",
    "lt": "Vakar vaikai su močiute žaidė sode iki pat vakaro.",
    "lv": "Vakar bērni kopā ar vecmāmiņu spēlējās dārzā līdz vakaram.",
    "mk": "Вчера децата си играа во градината со својата баба и дедо.",
    "ml": "ഇന്നലെ കുട്ടികൾ മുത്തശ്ശിയോടൊപ്പം പൂന്തോട്ടത്തിൽ കളിച്ചു.",
    "nl": "Gisteren speelden de kinderen met hun grootmoeder in de tuin.",
    "pl": "Wczoraj dzieci bawiły się w ogrodzie ze swoją babcią.",
    "pt": "Ontem as crianças brincaram no jardim com a avó até à noite.",
    "ro": "Ieri copiii s-au jucat în grădină împreună cu bunica lor și țipau.",
    "ru": "Вчера дети играли в саду вместе со своей бабушкой.",
    "sq": "Dje fëmijët luajtën në kopsht me gjyshen e tyre deri në mbrëmje.",
    "sv": "I går lekte barnen i trädgården tillsammans med sin mormor.",
    "sw": "Jana watoto walicheza bustanini pamoja na bibi yao hadi jioni.",
    "ta": "நேற்று குழந்தைகள் பாட்டியுடன் தோட்டத்தில் விளையாடினார்கள்.",
    "th": "เมื่อวานเด็ก ๆ เล่นในสวนกับคุณยายจนถึงเย็น",
    "tl": "Kahapon ay naglaro ang mga bata sa hardin kasama ang kanilang lola.",
    "tr": "Dün çocuklar büyükanneleriyle birlikte bahçede oynadılar.",
    "uk": "Учора діти гралися в саду разом зі своєю бабусею.",
    "ur": "کل بچے اپنی دادی کے ساتھ باغ میں شام تک کھیلتے رہے۔",
    "vi": "Hôm qua bọn trẻ chơi trong vườn với bà cho đến tối.",
    "zh-cn": "昨天孩子们和奶奶一起在花园里玩到晚上。",
    "zh-tw": "昨天孩子們和奶奶一起在花園裡玩到晚上。",
}

NASTY = {
    "empty": "",
    "one letter": "a",
    "one space": " ",
    "digits": "0123 456,789",
    "lone surrogates": "\ud800 caf\udfff\ud83d",
    "null": "\0a\0b\0le chat\0",
    "emoji": "😀😀 bonjour 👩‍👩‍👧 tout le monde 🎉",
    "capitals": "THE WHOLE SENTENCE IS SHOUTED, FROM THE FIRST WORD TO THE LAST",
    "capital runs": "McDonald ABc aBC ABcDE ÉÉa ЖЖж ǅǅ ⅧⅧ",
    "capitals beyond the first plane": "𝐀A𝐀b 𝐁𝐁c dA𝐂",
    "mixed scripts": "Привет world 你好 κόσμε",
    "latin dropped": "Это просто text на русском языке со словом [word]_",
    "separate marks": "bo\u0323n tre\u0309 cho\u031bi trong vu\u031bo\u031b\u0300n A\u0300\u0301",
    "stars": "*" * 100_000,
    "one long word": "a" * 12_000,
    "long address": "See https://example.org/" + "a/b?c=d&" * 600 + " pour la suite",
    "addresses in a row": "http://http://https://a.b/c http:// https://é bitte sehr",
    "long mail": "x" * 90 + "@" + "y" * 600 + " ist die Adresse",
    "odd mails": "a@b a@bc a@.b a@b. @b.c a@@b.c a@b@cd.e écrire à x.y-z_9@a.b-c.",
    "mails in a row": "a@b.c" * 9 + " a@bb@cc@dd " + "z@" * 9 + "moins",
    "address then mail": "http://u@host.org mailto:http@s.org merci",
    "long, cut inside": "le chat " * 1249 + "der Hund und die Katze " * 200,
    "marks, cut inside": "e\u0301a" * 8000,
    "mails, then text": ("m" * 64 + "@" + "h" * 510 + " ") * 60 + "tout le monde " * 2000,
    "spaces": "il \u00a0\u2003 était\n\n\tune fois   dans l'ouest",
    "mails after marks": "e\u0301 " * 4500 + "le@chat.fr noir " * 800 + "et blanc " * 400,
    "very long address": "https://" + "ab/cd" * 700 + " heureusement",
    "word before a mail": "nous" + "a" * 64 + "@ici.fr" + "b@la.fr" * 3,
    "two languages": "da no " * 40,
}

# No language wins the trials of these before their draws run out.
UNDECIDED = ["de a", "e", "漢 og", "se de"]

HOSTILE = {
    "one word": "a" * 1_000_000,
    "stars": "*" * 1_000_000,
    "mail at the end": "a" * 1_000_000 + "@bc",
    "almost mails": "a@" * 500_000,
    "short mails": "a@bb " * 200_000,
    "long almost mails": ("a" * 64 + "@") * 15_000,
    "long mails": ("a" * 64 + "@" + "b" * 510 + " ") * 2000,
    "almost addresses": "http://" * 150_000,
    "short addresses": "http://x" * 120_000,
    "marks": "e\u0301" * 500_000,
    "emoji": "😀" * 1_000_000,
}

FEATURELESS = {
    "empty": "",
    "digits": "0123",
    "stars": "*" * 100_000,
    "emoji": "😀",
    "null": "\0",
    "address and mail": "https://a.b a@bc.d",
}

FRAGMENTS = [
    *SENTENCES.values(),
    *(char for char in "AÂơßſŒΩЖǅⅧあカㄅ漢的가힣ایșțạỹกä[_0. \n\0"),
    *("http://", "https://x.y/?a=1", "a@b.co", "-1@", "@", "  ", "ABC", "\u0300", "\u0323"),
    *("\ud800", "😀", "𝐀", "\u2003", "\u00a0"),
]


@pytest.fixture(scope="module", autouse=True)
def _languages_in_order() -> None:
    """The original reads its languages in alphabetical order, whatever the folder's order is."""
    listed = os.listdir
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "listdir", lambda folder: sorted(listed(folder)))
        patch.setattr(detector_factory, "_factory", None)
        detector_factory.init_factory()
        ordered = detector_factory._factory
    detector_factory._factory = ordered


def original(text: str) -> str | None:
    """Return langdetect's own verdict, None where it raises."""
    try:
        return langdetect.detect(text)
    except langdetect.LangDetectException:
        return None


def mixture(text: str, *, exact: bool) -> dict[str, float]:
    """Return the shares of the languages that the original would report."""
    model = ngram_language._model()
    grams = ngram_language._known_grams(ngram_language._clean(text), model)
    mean = ngram_language._mixture(grams, model, exact=exact)
    found = zip(model.languages, mean, strict=True)
    return {code: share for code, share in found if share > 0.1}


def original_grams(text: str) -> tuple[list[str], dict[str, list[float]]]:
    """Return the original's n-grams of a text, and its table of shares."""
    detector_factory.init_factory()
    factory = detector_factory._factory
    detector = factory.create()
    detector.append(text)
    detector.cleaning_text()
    return detector._extract_ngrams(), factory.word_lang_prob_map


@pytest.fixture(autouse=True, scope="module")
def seeded() -> Iterator[None]:
    """Give the original its seed, and take it back afterwards."""
    before = langdetect.DetectorFactory.seed
    langdetect.DetectorFactory.seed = 0
    yield
    langdetect.DetectorFactory.seed = before


@pytest.mark.parametrize(("code", "text"), SENTENCES.items(), ids=list(SENTENCES))
def test_sentence_gets_its_language(code: str, text: str) -> None:
    """A plain sentence gets its own language, which is also the original's verdict."""
    assert detect(text) == code == original(text)


@pytest.mark.parametrize("text", SENTENCES.values(), ids=list(SENTENCES))
def test_short_and_long_texts_agree(text: str) -> None:
    """Cut after a few characters, shouted, repeated or mixed, a sentence is judged alike."""
    others = " ".join(SENTENCES.values())
    for variant in (text[:4], text[5:11], text.upper(), text * 30, text * 4 + others[:400]):
        assert detect(variant) == original(variant), ascii(variant)


@pytest.mark.parametrize("text", NASTY.values(), ids=list(NASTY))
def test_nasty_text_agrees(text: str) -> None:
    """No odd, hostile or truncated text is judged otherwise than by the original."""
    assert detect(text) == original(text)


@pytest.mark.parametrize("text", [*SENTENCES.values(), *NASTY.values()], ids=[*SENTENCES, *NASTY])
def test_grams_are_the_originals(text: str) -> None:
    """The same n-grams are found in the same order, with the same shares."""
    model = ngram_language._model()
    rows = ngram_language._known_grams(ngram_language._clean(text), model).tolist()
    grams, shares = original_grams(text)
    row_of = dict(zip(grams, rows, strict=True))
    assert [row_of[gram] for gram in grams] == rows
    for gram, row in row_of.items():
        assert (model.shares[row] / ngram_language._SCALE).tolist() == shares[gram]


@pytest.mark.parametrize("text", UNDECIDED)
def test_undecided_text_agrees(text: str) -> None:
    """Trials that run until their draws are used up are judged as the original judges them."""
    assert detect(text) == original(text)
    expected = {found.lang: found.prob for found in langdetect.detect_langs(text)}
    assert mixture(text, exact=True) == expected


def test_language_rounded_to_nothing_leaves_the_fast_path() -> None:
    """A language that the original rounds to 0 never returns, so the fast path gives way."""
    model = ngram_language._model()._replace(
        languages=["steady", "fading", "twin"],
        shares=np.array([[0.0, 0.0, 0.0], [0.5, 0.0, 0.5], [0.0, 0.5, 0.0]])
        * ngram_language._SCALE,
    )
    rows = np.array([1] * 200 + [2] * 900, dtype=np.int32)
    assert ngram_language._exact_trial(rows, 5e-5, model)[1].tolist() == [0.5, 0.0, 0.5]
    assert ngram_language._quick_trial(rows, 5e-5, model) is None


@pytest.mark.parametrize("text", FEATURELESS.values(), ids=list(FEATURELESS))
def test_text_without_features_has_no_language(text: str) -> None:
    """Where the original finds no features and raises, the answer is None."""
    with pytest.raises(langdetect.LangDetectException):
        langdetect.detect(text)
    assert detect(text) is None


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=60))
def test_any_text_agrees(text: str) -> None:
    """Any string at all, lone surrogates included, is judged as the original judges it."""
    assert detect(text) == original(text)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join))
def test_any_mixture_of_fragments_agrees(text: str) -> None:
    """Words, capitals, marks, addresses and odd characters in any order are judged alike."""
    assert detect(text) == original(text)


@pytest.mark.parametrize("name", ["en", "multi", "rich"])
def test_sampled_responses_agree(name: str) -> None:
    """Every 40th response of the seed data is judged as the original judges it."""
    path = SEEDS / f"{name}.jsonl"
    if not path.exists():
        pytest.skip(f"the seed data {path.name} is not here")
    with path.open(encoding="utf-8") as lines:
        texts = [json.loads(line)["response"] for i, line in enumerate(lines) if i % 40 == 0]
    assert texts
    assert [detect(text) for text in texts] == [original(text) for text in texts]


@pytest.mark.parametrize("text", [*SENTENCES.values(), "da no " * 40, "ab", "Hej mor, jeg er her."])
def test_exact_shares_are_the_originals_floats(text: str) -> None:
    """The slow path, taken for close decisions, gives the original's floats to the last bit."""
    expected = {found.lang: found.prob for found in langdetect.detect_langs(text)}
    assert mixture(text, exact=True) == expected


def test_close_decisions_take_the_exact_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were every decision too close to call, the verdicts would still be the original's."""
    expected = {text: original(text) for text in SENTENCES.values()}
    monkeypatch.setattr(ngram_language, "_MARGIN", 1.0)
    monkeypatch.setattr(ngram_language, "_quick_trial", lambda rows, weight, model: None)
    assert {text: detect(text) for text in SENTENCES.values()} == expected


def test_quick_shares_are_within_the_margin(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the fast path leaves out changes a trial's shares by far less than the margin."""
    model = ngram_language._model()
    quick = ngram_language._quick_trial
    checked = []

    def both(rows: object, weight: float, _: object) -> object:
        outcome = quick(rows, weight, model)
        if outcome is not None:
            draws, shares = ngram_language._exact_trial(rows, weight, model)
            assert outcome[0] == draws
            assert abs(outcome[1] - shares).max() < ngram_language._MARGIN / 1000
            checked.append(draws)
        return outcome

    monkeypatch.setattr(ngram_language, "_quick_trial", both)
    for text in (*SENTENCES.values(), *UNDECIDED, " ".join(SENTENCES.values())):
        detect(text)
    assert min(checked) < 50
    assert max(checked) == ngram_language._MAX_DRAWS


def test_characters_are_counted_as_in_the_original() -> None:
    """Every code point that a profile could know has the original's normal form."""
    path = Path(langdetect.__file__).parent / "utils" / "messages.properties"
    forms = ngram_language._normal_forms(path.read_text("ascii"))
    assert "".join(map(chr, forms)) == "".join(NGram.normalize(chr(i)) for i in range(len(forms)))


def test_stored_words_are_enough_and_random_own() -> None:
    """The stored words are those of `random`, and feed seven trials of any number of n-grams."""
    words = ngram_language._model().words
    source = random.Random(0)
    assert [source.getrandbits(32) for _ in range(len(words))] == words.tolist()
    # Of the numbers with as many bits, the smallest accepts the fewest words.
    for bits in range(1, (3 * ngram_language._MAX_CHARS).bit_length() + 1):
        accepted = (words >> (32 - bits) < 2 ** (bits - 1)).sum()
        assert accepted > ngram_language._TRIALS * ngram_language._MAX_DRAWS + 16


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
def test_hostile_text_takes_little_time(text: str) -> None:
    """A million characters made to slow down the cleaning take less than a second."""
    detect("warm")
    start = time.process_time()
    detect(text)
    assert time.process_time() - start < 1.0


def test_global_states_are_left_alone() -> None:
    """Neither langdetect's seed nor the shared random generator is touched."""
    state = random.getstate()
    langdetect.DetectorFactory.seed = 7
    try:
        assert detect(SENTENCES["de"]) == "de"
        assert langdetect.DetectorFactory.seed == 7
    finally:
        langdetect.DetectorFactory.seed = 0
    assert random.getstate() == state


def test_importing_the_module_loads_nothing_heavy() -> None:
    """NumPy and langdetect wait for the first call."""
    code = (
        "import sys; from importlib.util import module_from_spec, spec_from_file_location as spec;"
        f"found = spec('alone', {ngram_language.__file__!r}); alone = module_from_spec(found);"
        "sys.modules['alone'] = alone; found.loader.exec_module(alone);"
        "print(*{'numpy', 'langdetect'} & set(sys.modules)); alone.detect('hello there');"
        "print(*sorted({'numpy', 'langdetect'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.splitlines() == ["", "langdetect numpy"]


def test_verdicts_are_shared_by_ngrams(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts that differ in marks alone are decided once, where they share what was seen."""
    seen: dict[bytes, str] = {}
    sentence = "We took the *early* train to the coast, and **nobody** spoke."
    assert detect(sentence, seen) == detect(sentence.replace("*", "")) == "en"
    monkeypatch.setattr(ngram_language, "_likeliest", None)
    assert detect(sentence.replace("*", ""), seen) == "en"
    assert len(seen) == 1
