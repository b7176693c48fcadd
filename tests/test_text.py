"""Tests of `crab.text`: what a word, a sentence, a paragraph and a line are."""

from __future__ import annotations

import time
import unicodedata

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from crab.text import Text, fold, joins

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)
"""Any string there is, lone surrogates included."""

PIECES = [
    *("The rain stopped. ", "Dr. Smith left! ", "Why? ", "e.g. this ", "What?! ", "so… "),
    "well-known ",
    *("# Title\n", "- item\n", "1. first\n", "• dot ", "> ", "```\ncode. x\n```\n", "***\n"),
    "<b>\n",
    *("| a | b |\n|---|---|\n| 1 | 2 |\n", "    indented\n", "\n", "\n\n", "\r\n", "\r", " "),
    "\t",
    *("雨が降った。", "今天。", "비가 왔다. ", "دافئ؟ ", "बारिश। ", "ฝนตก ", "Дождь. "),
    *("Où ça ? ", "¿Qué? "),
    *("\u00a0", "\u3000", "\u200b", "\u202e", "\0", "\ud83d", "😀", "e\u0301", "A\u00a0. ", "İ"),
    *("Σ", "๑๒"),
    *("“", "”", "'", "(", ")", "]", ".", "…", "_", "*", "**", "`", "don’t "),
]
WRITTEN = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)

UNSPACED = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ー]"

# name: text, its words, its sentences
GOLDEN = {
    "English": (
        "Don't panic, e.g. over well-known snake_case names. Dr. Lee paid $3.50 on Jan. 5th! Was "
        "it fair?",
        "Don't panic e g over well-known snake_case names Dr Lee paid 3 50 on Jan 5th Was it fair",
        [
            "Don't panic, e.g. over well-known snake_case names.",
            "Dr. Lee paid $3.50 on Jan. 5th!",
            "Was it fair?",
        ],
    ),
    "Chinese": (
        "今天下雨了。我们没有出门，在家看书！你呢？",
        "今 天 下 雨 了 我 们 没 有 出 门 在 家 看 书 你 呢",
        ["今天下雨了。", "我们没有出门，在家看书！", "你呢？"],
    ),
    "Chinese with English": (
        "我用Python3写代码。它很well-known。",
        "我 用 Python3 写 代 码 它 很 well-known",
        ["我用Python3写代码。", "它很well-known。"],
    ),
    "Japanese": (
        "昨日は雨でした。コーヒーを飲みました。",
        "昨 日 は 雨 で し た コ ー ヒ ー を 飲 み ま し た",
        ["昨日は雨でした。", "コーヒーを飲みました。"],
    ),
    "Korean": (
        "오늘은 비가 왔다. 우리는 집에 있었다.",
        "오늘은 비가 왔다 우리는 집에 있었다",
        ["오늘은 비가 왔다.", "우리는 집에 있었다."],
    ),
    "Arabic": (
        "توقف المطر عند الظهر. اشترينا خبزًا ساخنًا، ثم عدنا.",
        "توقف المطر عند الظهر اشترينا خبزًا ساخنًا ثم عدنا",
        ["توقف المطر عند الظهر.", "اشترينا خبزًا ساخنًا، ثم عدنا."],
    ),
    "Hindi": (
        "बारिश रुक गई। हम बंदरगाह तक पैदल गए।",
        "बारिश रुक गई हम बंदरगाह तक पैदल गए",
        ["बारिश रुक गई।", "हम बंदरगाह तक पैदल गए।"],
    ),
    "Thai": (
        "ฝนหยุดตก เรากลับบ้าน",
        "ฝ น ห ยุ ด ต ก เ ร า ก ลั บ บ้ า น",
        ["ฝนหยุดตก เรากลับบ้าน"],
    ),
    "Russian": (
        "Утром шёл дождь. Он жил в г. Москве и читал где-то книги А. С. Пушкина.",
        "Утром шёл дождь Он жил в г Москве и читал где-то книги А С Пушкина",
        ["Утром шёл дождь.", "Он жил в г. Москве и читал где-то книги А. С. Пушкина."],
    ),
    "German": (
        "Das ist z. B. gut. Der 3. Oktober ist ein Feiertag.",
        "Das ist z B gut Der 3 Oktober ist ein Feiertag",
        ["Das ist z. B. gut.", "Der 3. Oktober ist ein Feiertag."],
    ),
    "French": (
        "Aujourd’hui, l'eau est froide. Qu'est-ce que c'est ?",
        "Aujourd’hui l'eau est froide Qu'est-ce que c'est",
        ["Aujourd’hui, l'eau est froide.", "Qu'est-ce que c'est ?"],
    ),
    "Spanish": (
        "¿Dónde está? ¡Aquí! El Sr. López llegó.",
        "Dónde está Aquí El Sr López llegó",
        ["¿Dónde está?", "¡Aquí!", "El Sr. López llegó."],
    ),
}

NASTY = {
    "letters": "a" * 200_000,
    "stars": "*" * 100_000,
    "quotations": "> " * 5_000,
    "brackets": "[" * 100_000,
    "stops": "." * 100_000,
    "stops and spaces": ". " * 50_000,
    "lines": "\n" * 100_000,
    "Chinese without spaces": "雨。" * 50_000,
    "quotation marks": "“" * 50_000,
    "null": "\0" * 1_000,
    "surrogates": "\ud800 a\udfff" * 1_000,
    "right to left": "\u202e\u0627\u0644 \u202c" * 1_000,
    "joined emoji": "👩‍👩‍👧‍👦 " * 1_000,
    "marks": "a" + "\u0300" * 100_000,
    "apostrophes": "a'" * 50_000,
    "empty": "",
    "spaces": " \n\t\u00a0\u3000\n",
}


@pytest.mark.parametrize(
    ("string", "words"), [case[:2] for case in GOLDEN.values()], ids=list(GOLDEN)
)
def test_words(string: str, words: str) -> None:
    """Words are runs joined by apostrophes and hyphens, or single letters in unspaced scripts."""
    text = Text(string)
    assert [text[span] for span in text.words] == words.split()


@pytest.mark.parametrize(
    ("string", "sentences"), [case[::2] for case in GOLDEN.values()], ids=list(GOLDEN)
)
def test_sentences(string: str, sentences: list[str]) -> None:
    """Abbreviations, numbers and ordinals end no sentence in the text's own language."""
    text = Text(string)
    assert [text[span] for span in text.sentences] == sentences


@pytest.mark.parametrize(
    ("string", "words"),
    [
        ("", []),
        ("...!?", []),
        ("rock 'n' roll", ["rock", "n", "roll"]),
        ("the dogs' bowls", ["the", "dogs", "bowls"]),
        ("a--b", ["a", "b"]),
        ("a-'b", ["a", "b"]),
        ("mother-in-law's", ["mother-in-law's"]),
        ("non‑breaking and true‐hyphen", ["non‑breaking", "and", "true‐hyphen"]),
        ("x_1 __init__ 3,000.5", ["x_1", "__init__", "3", "000", "5"]),
        ("cafe\u0301 naïve", ["cafe\u0301", "naïve"]),
        ("x² ½ Ⅷ", ["x²", "½", "Ⅷ"]),
        ("http://a.io/b?c=d", ["http", "a", "io", "b", "c", "d"]),
        ("雨-雨", ["雨", "雨"]),
        ("雨's", ["雨", "s"]),
        ("二〇二四年", ["二", "〇", "二", "四", "年"]),
        ("ปี ๒๕๖๗", ["ปี", "๒๕๖๗"]),
        ("a\u200bb", ["a", "b"]),
        ("😀👩‍👧", []),
    ],
)
def test_words_of_odd_strings(string: str, words: list[str]) -> None:
    """Single joiners join, double ones part; marks and digits of every script belong to words."""
    text = Text(string)
    assert [text[span] for span in text.words] == words


def test_blocks_decide_what_holds_sentences() -> None:
    """Headings, tables and code hold words, but no sentence; lists hold sentences, no paragraph."""
    text = Text(
        "# A title. It is one.\n\nOne. Two.\n\n- item\n- other item. More.\n\n"
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n```\ncode. more.\n```\n\n> Quoted here."
    )
    sentences = ["One.", "Two.", "item", "other item.", "More.", "Quoted here."]
    assert [text[span] for span in text.sentences] == sentences
    assert [text[span] for span in text.paragraphs] == ["One. Two.", "Quoted here."]
    assert len(text.words) == 5 + 2 + 4 + 4 + 2 + 2
    assert len(text.lines) == 16


def test_sentence_may_run_over_lines() -> None:
    """A line end inside a paragraph ends no sentence; a blank line does."""
    text = Text("The rain\nhad stopped\n\nby noon")
    assert [text[span] for span in text.sentences] == ["The rain\nhad stopped", "by noon"]


@pytest.mark.parametrize(
    ("string", "paragraphs"),
    [
        ("", []),
        (" \n\t\n", []),
        ("One.", ["One."]),
        ("One.\nStill one.", ["One.\nStill one."]),
        ("One.\n\nTwo.", ["One.", "Two."]),
        ("One.\r\n\r\nTwo.", ["One.", "Two."]),
        ("One.\r\rTwo.", ["One.", "Two."]),
        ("One.\n \t\nTwo.", ["One.", "Two."]),
        ("One.\n\n\u00a0\n\nTwo.", ["One.", "Two."]),
        ("One.\n\n\u3000\n\nTwo.", ["One.", "Two."]),
        ("# One\n\n- Two\n\n  Three\n\nFour", ["Four"]),
        ("• One\n• Two\n\nThree", ["Three"]),
        ("One\n***\nTwo", ["One", "Two"]),
    ],
)
def test_paragraphs(string: str, paragraphs: list[str]) -> None:
    """A paragraph is running text between blank lines, outside headings and lists, never blank."""
    text = Text(string)
    assert [text[span] for span in text.paragraphs] == paragraphs


@pytest.mark.parametrize(
    ("string", "lines"),
    [
        ("", []),
        ("a", ["a"]),
        ("a\n", ["a"]),
        ("a\nb\r\nc\rd", ["a", "b", "c", "d"]),
        ("\n\r\n\r", ["", "", ""]),
        ("a\n\nb\n", ["a", "", "b"]),
        ("a\n\rb", ["a", "", "b"]),
        ("a\u2028b\x0bc\x85d", ["a\u2028b\x0bc\x85d"]),
    ],
)
def test_lines(string: str, lines: list[str]) -> None:
    """Only LF, CR LF and CR end a line, and a final line end begins no new one."""
    text = Text(string)
    assert [text[span] for span in text.lines] == lines


@settings(max_examples=250, deadline=None)
@given(st.one_of(WRITTEN, ANY_TEXT))
def test_spans_are_parts_of_the_text(string: str) -> None:
    """Words, sentences, paragraphs and lines lie in order, apart and inside, and none is blank."""
    text = Text(string)
    for name in ("words", "sentences", "prose", "paragraphs", "lines"):
        last = 0
        for start, end in getattr(text, name):
            assert last <= start <= end <= len(string), name
            assert name == "lines" or string[start:end].strip(), name
            last = end


@settings(max_examples=250, deadline=None)
@given(st.one_of(WRITTEN, ANY_TEXT))
def test_sentences_fill_the_prose(string: str) -> None:
    """What stands in prose stands in a sentence, and none begins or ends with white space."""
    text = Text(string)
    inside = "".join(text[span] for span in text.sentences)
    assert "".join(inside.split()) == "".join("".join(text[span] for span in text.prose).split())
    assert all(text[span] == text[span].strip() for span in text.sentences)


@settings(max_examples=250, deadline=None)
@given(st.one_of(ANY_TEXT, st.text("aé_1²'’-‐ \u0301Жあ雨กั๑〇ー가ा", max_size=20)))
def test_words_are_those_of_the_definition(string: str) -> None:
    """A letter-by-letter reading of the definition finds the same words."""

    def kind(char: str) -> str:
        category = unicodedata.category(char)[0]
        if category == "L" and regex.match(UNSPACED, char):
            return "letter"
        return "run" if category in "LMN" or char == "_" else "joiner" * (char in "'’-‐‑")

    # Characters that the standard library does not know yet, and marks of unspaced scripts that
    # stand on no letter of them, are no matter of dispute.
    string = "".join(char for char in string if unicodedata.category(char) not in ("Cn", "Cs"))
    loose = rf"(?V1)(?<![\p{{L}}&&{UNSPACED}]\p{{M}}*)[\p{{M}}&&{UNSPACED}]+"
    string = regex.sub(loose, "", string)
    kinds = [kind(char) for char in string] + ["", ""]
    words, at = [], 0
    while at < len(string):
        end = at + 1
        if kinds[at] == "letter":
            while end < len(string) and unicodedata.category(string[end])[0] == "M":
                end += 1
            words.append((at, end))
        elif kinds[at] == "run":
            while kinds[end] == "run" or (kinds[end] == "joiner" and kinds[end + 1] == "run"):
                end += 1
            words.append((at, end))
        at = end
    assert Text(string).words == words


@settings(max_examples=250, deadline=None)
@given(st.one_of(ANY_TEXT, st.text("aΑΣςİIßǅẞ'. ", max_size=12)))
def test_fold_keeps_every_offset(string: str) -> None:
    """Folding keeps the length and folds each character whatever stands beside it."""
    assert len(fold(string)) == len(string)
    assert fold(string) == "".join(map(fold, string))
    assert fold(fold(string)) == fold(string)


@pytest.mark.parametrize(
    ("string", "folded"),
    [("RAIN", "rain"), ("ÉTÉ", "été"), ("ДОЖДЬ", "дождь"), ("Straße", "straße"), ("雨", "雨")],
)
def test_fold(string: str, folded: str) -> None:
    """Capitals of every script become small letters."""
    assert fold(string) == folded


@pytest.mark.parametrize(
    ("char", "joined"),
    [
        *(("a", True), ("Z", True), ("é", True), ("9", True), ("_", True), ("ж", True)),
        ("가", True),
        *(("-", False), ("'", False), (" ", False), (".", False), ("😀", False)),
        *(("雨", False), ("の", False), ("カ", False), ("ก", False), ("ລ", False), ("ក", False)),
        *(("\u0301", True), ("\u0d3f", True), ("\u093f", True), ("\u0e34", False), ("๒", True)),
    ],
)
def test_joins(char: str, joined: bool) -> None:
    """Letters, marks, digits and underscores join, but for scripts without spaces."""
    assert joins(char) is joined


@settings(max_examples=100, deadline=None)
@given(ANY_TEXT)
def test_surrogates_are_replaced_one_for_one(string: str) -> None:
    """Lone surrogates become U+FFFD, everything else stays, so offsets hold in the original."""
    replaced = "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in string)
    assert Text(string).string == replaced


@pytest.mark.parametrize("value", [None, 7, b"bytes", ["list"]])
def test_text_is_made_of_a_string(value: object) -> None:
    """Anything but a string is refused by the name of its type."""
    with pytest.raises(TypeError, match=f"not {type(value).__name__}"):
        Text(value)  # type: ignore[arg-type]


def test_of_keeps_a_text() -> None:
    """A text is taken as it is, so that what it has measured is shared."""
    text = Text("rain")
    assert Text.of(text) is text
    assert Text.of("rain").string == "rain"


def test_repr_is_short() -> None:
    """A long text shows its beginning only."""
    assert repr(Text("a" * 60)) == f"Text('{'a' * 60}')"
    assert repr(Text("a" * 61)) == f"Text('{'a' * 57}...')"


def test_everything_is_measured_once() -> None:
    """Measurements and remembered measures are computed at the first use only."""
    calls = []

    def measure(text: Text) -> int:
        calls.append(text)
        return len(text)

    text = Text("One. Two.")
    assert text.words is text.words
    assert text.sentences is text.sentences
    assert text.blocks is text.blocks
    assert text.readings.sentence_cuts is text.readings.sentence_cuts
    assert [text.remembered(measure), text.remembered(measure)] == [9, 9]
    assert calls == [text]


def test_parts_are_counted() -> None:
    """A word or sentence is counted in the part where it begins."""
    text = Text("One two. Three.\n\nFour five six.")
    assert text.words_in(text.sentences) == [2, 1, 3]
    assert text.words_in(text.paragraphs) == [3, 3]
    assert text.sentences_in(text.paragraphs) == [2, 1]
    assert text.words_in([(0, 0), (1, 5), (0, len(text))]) == [0, 1, 6]
    assert text.words_in([]) == []


def test_word_set_is_in_lower_case() -> None:
    """The set of words knows no case and no repetition."""
    assert Text("Rain, RAIN, rain! Été").word_set == {"rain", "été"}


@pytest.mark.parametrize(
    ("string", "unspaced"),
    [
        ("", False),
        ("rain", False),
        ("雨", True),
        ("雨 a", False),
        ("雨雨 a", True),
        ("ฝนตก", True),
        ("비가 왔다", False),
        ("雨rain雨rain", False),
    ],
)
def test_unspaced(string: str, unspaced: bool) -> None:
    """A text is unspaced where more than half of its words are letters of such a script."""
    assert Text(string).unspaced is unspaced


@pytest.mark.parametrize(
    ("string", "language"),
    [
        ("Der Zug nach Bremen fährt heute von Gleis sieben ab.", "de"),
        ("Le train pour Lyon part ce matin de la voie sept.", "fr"),
        ("今天早上下雨了，我们在车站等了很久。", "zh"),
        ("昨日は雨だったので、家で本を読みました。", "ja"),
        ("12345 !?", None),
        ("", None),
    ],
)
def test_language(string: str, language: str | None) -> None:
    """The language is that of the letters; a text without letters has none."""
    text = Text(string)
    assert (text.language, text.certain_language) == (language, language)


def test_language_is_that_of_the_prose() -> None:
    """Code in plenty does not hide the language of the sentence between."""
    code = (
        "```python\nfor item in range(10):\n    print(item, sorted(values), value.strip())\n```\n"
    )
    prose = "Der Zug nach Bremen fährt heute leider nicht."
    assert Text(f"{code * 5}\n{prose}\n\n{code * 5}").language == "de"
    assert Text(f"{code * 5}\n{prose[:20]}\n\n{code * 5}").language == "en"


def test_certain_language_needs_both(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the detectors differ, no language is certain."""
    monkeypatch.setattr("crab.languages.by_ngrams", lambda string: "nl")
    text = Text("Der Zug nach Bremen fährt heute von Gleis sieben ab.")
    assert text.language == "de"
    assert text.certain_language is None


@pytest.mark.parametrize("string", NASTY.values(), ids=list(NASTY))
def test_nasty_texts_are_measured_in_no_time(string: str) -> None:
    """Every measurement of a hostile text ends within about a second."""
    Text("Warm up: das Modell wird geladen.").certain_language  # noqa: B018
    text = Text(string)
    began = time.process_time()
    for name in (
        "words",
        "lines",
        "blocks",
        "sentences",
        "paragraphs",
        "language",
        "word_set",
        "unspaced",
    ):
        getattr(text, name)
    assert time.process_time() - began < 1.5
