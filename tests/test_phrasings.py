"""Tests of `crab.phrasings`: how each kind is said, in every language that has a file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from random import Random
from typing import Any, Literal, get_args, get_origin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from crab.constraints import (
    Bounded,
    EndsWith,
    FirstSentenceContains,
    ForbiddenWords,
    KeywordCount,
    Keywords,
    NoPunctuation,
    ResponseLanguage,
    Rule,
    SentenceCount,
    StartsWith,
    WordCount,
    WordCountNear,
)
from crab.constraints.registry import kinds
from crab.phrasings import Phrasebook, languages, phrasebook

LANGUAGES = languages()
RULES = {kind: cls for kind, cls in kinds().items() if issubclass(cls, Rule)}
BOUNDS: list[tuple[int | None, int | None]] = [
    *((1, None), (4, None), (None, 1), (None, 4), (None, 0), (0, 0), (1, 1), (4, 4), (0, 1)),
    *((1, 4), (0, 12)),
]
NASTY = "{count} {text:quoted} {{x}} \\1 \\g<0> %s $x {% y %}"


def data(language: str) -> dict[str, Any]:
    """Return what the language's file holds."""
    return tomllib.loads(files("crab.phrasings").joinpath(f"{language}.toml").read_text("utf-8"))


def entries(language: str) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield the kind, the variant and the section of everything that a language says."""
    for kind, section in data(language)["kinds"].items():
        if "say" in section:
            yield kind, "", section
        for variant, inner in section.items():
            if isinstance(inner, Mapping):
                yield kind, variant, inner


def instances(cls: type[Rule]) -> Iterator[Rule]:
    """Yield instances of a kind with its example's fields, each choice made, and all bounds."""
    fields = dict(cls.example.fields)
    choices: list[dict[str, Any]] = [{}]
    for name, info in cls.model_fields.items():
        values = _choices(info.annotation)
        if name not in ("kind", "version") and values:
            choices += [{name: value} for value in values]
    bounds: list[dict[str, Any]] = [{}]
    if issubclass(cls, Bounded):
        bounds += [{"at_least": low, "at_most": high} for low, high in BOUNDS]
    seen: set[Rule] = set()
    for choice in choices:
        for bound in bounds:
            try:
                rule = cls(**{**fields, **choice, **bound})
            except ValidationError:
                continue
            if rule not in seen:
                seen.add(rule)
                yield rule


def _choices(annotation: Any) -> list[Any]:
    """Return the values that a field's type lists, None included."""
    if get_origin(annotation) is Literal:
        return list(get_args(annotation))
    found = [choice for part in get_args(annotation) for choice in _choices(part)]
    return [*found, None] if type(None) in get_args(annotation) else found


EVERY = [
    pytest.param(language, kind, id=f"{language}-{kind}")
    for language in LANGUAGES
    for kind in dict.fromkeys(kind for kind, _, _ in entries(language))
]


def test_languages() -> None:
    """There is a phrasebook for each file, and none for anything else."""
    assert {"en", "zh"} <= set(LANGUAGES)
    assert list(LANGUAGES) == sorted(LANGUAGES)
    for language in LANGUAGES:
        book = phrasebook(language)
        assert book is phrasebook(language)
        assert book is not None
        assert book.language == language
    assert [phrasebook(name) for name in ("xx", "", "EN", "../phrasings/en", "en.toml")] == [
        None
    ] * 5


@pytest.mark.parametrize("kind", RULES)
def test_every_rule_can_be_said_in_english(kind: str) -> None:
    """No built-in rule is without words, whatever its fields."""
    assert [rule for rule in instances(RULES[kind]) if not rule.said_in("en")] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_known_kinds_are_spoken_of(language: str) -> None:
    """Sections and mentions name registered kinds, so that no misspelt one is lost."""
    assert {kind for kind, _, _ in entries(language)} <= set(RULES)
    mentioned = {kind for mention in data(language)["mentions"] for kind in mention["kinds"]}
    assert mentioned <= set(kinds())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_section_is_used(language: str) -> None:
    """Each kind and variant that a file has words for is that of some rule."""
    spoken = {(kind, variant) for kind, variant, _ in entries(language)}
    used = {(kind, rule.variant()) for kind, cls in RULES.items() for rule in instances(cls)}
    assert spoken - used == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_enough_templates(language: str) -> None:
    """Each kind, in each variant, can be said in eight ways or more, all of them different."""
    for kind, variant, entry in entries(language):
        assert len(set(entry["say"])) == len(entry["say"]) >= 8, (kind, variant)


@pytest.mark.parametrize(("language", "kind"), EVERY)
def test_sentences(language: str, kind: str) -> None:
    """Every template makes a whole sentence of every form of bounds and every choice."""
    for rule in instances(RULES[kind]):
        entry = rule.entry(language)
        if entry is None:
            continue
        for at, template in enumerate(entry["say"]):
            for seed in range(3):
                sentence = _said(rule, language, template, seed)
                _check_sentence(sentence, language, rule)
            assert at > 0 or rule.describe(language=language) == _said(
                rule, language, template, None
            )


def _said(rule: Rule, language: str, template: str, seed: int | None) -> str:
    """Return one template with the rule's fields put in."""
    book = phrasebook(language)
    assert book is not None
    entry = {**(rule.entry(language) or {}), "say": [template]}
    return book.say(entry, rule.said_fields(), None if seed is None else Random(seed))


def _check_sentence(sentence: str, language: str, rule: Rule) -> None:
    what = (sentence, rule)
    quoted = "".join(str(value) for value in rule.said_fields().values())
    assert sentence == sentence.strip(), what
    assert sentence[-1] in ".?!。？！", what
    assert language == "zh" or not sentence[0].islower(), what
    assert "  " not in sentence, what
    assert not re.search(r"[{}]", sentence) or re.search(r"[{}]", quoted), what
    assert "None" not in sentence, what
    apart = " [.,]" if language == "fr" else " [.,;:?!]"
    assert not re.search(rf"{apart}(?: |\Z)", sentence), what
    if language == "en":
        assert not re.search(
            r"\b1 (?:words|sentences|paragraphs|characters|lines|times)\b", sentence
        ), what
        assert not re.search(r"\b4 (?:word|sentence|paragraph|character|line|time)\b", sentence), (
            what
        )


@pytest.mark.parametrize(("language", "kind"), EVERY)
def test_the_seed_chooses_the_words(language: str, kind: str) -> None:
    """The same seed says the same, and many seeds bring out every template."""
    rule = next(instances(RULES[kind]))
    if not rule.said_in(language):
        return
    said = [rule.describe(Random(seed), language) for seed in range(200)]
    assert said == [rule.describe(Random(seed), language) for seed in range(200)]
    assert len(set(said)) >= 8
    assert rule.describe(language=language) == rule.describe(language=language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "rule",
    [
        Keywords(include=(NASTY,)),
        KeywordCount(word=NASTY, at_least=2, at_most=3),
        ForbiddenWords(words=(NASTY, "rain")),
        StartsWith(text=NASTY),
        EndsWith(text=NASTY),
        FirstSentenceContains(text=NASTY),
    ],
    ids=lambda value: getattr(value, "kind", value),
)
def test_values_are_never_templates(language: str, rule: Rule) -> None:
    """Braces, backslashes and percent signs of a value come out as they went in."""
    for seed in range(60):
        assert rule.describe(Random(seed), language).count(NASTY) == 1


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (WordCount(at_least=1), "Your answer should have at least 1 word."),
        (WordCount(at_most=4), "Your answer should have at most 4 words."),
        (WordCount(at_least=4, at_most=9), "Your answer should have between 4 and 9 words."),
        (WordCount(at_least=4, at_most=4), "Your answer should have exactly 4 words."),
        (WordCount(at_least=1, at_most=1), "Your answer should have exactly 1 word."),
        (WordCount(at_most=0), "Your answer should have no words."),
        (WordCount(at_least=0, at_most=0), "Your answer should have no words."),
        (
            WordCountNear(target=1, tolerance=0.125),
            "Write about 1 word, give or take 12.5 percent.",
        ),
        (Keywords(include=("rain",)), 'Your answer should include "rain".'),
        (Keywords(include=("a", "b")), 'Your answer should include "a" and "b".'),
        (Keywords(include=("a", "b", "c")), 'Your answer should include "a", "b" and "c".'),
        (ForbiddenWords(words=("a", "b", "c")), 'Your answer should not contain "a", "b" or "c".'),
        (KeywordCount(word="rain", at_least=2), 'Your answer should use "rain" at least 2 times.'),
        (NoPunctuation(mark=","), "Your answer should contain no commas."),
        (NoPunctuation(mark="#"), "Your answer should contain no #."),
        (ResponseLanguage(language="de"), "Your answer should be in German."),
    ],
)
def test_plainest_english(rule: Rule, sentence: str) -> None:
    """Without a draw, a rule is said in the plainest way."""
    assert rule.describe() == sentence


@pytest.mark.parametrize(
    ("rule", "parts"),
    [
        (WordCount(at_least=300), ["300"]),
        (SentenceCount(at_least=3, at_most=5), ["3", "5"]),
        (Keywords(include=("雨", "风")), ["“雨”和“风”"]),
        (ForbiddenWords(words=("雨", "风", "雪")), ["“雨”、“风”或“雪”"]),
    ],
)
def test_plainest_chinese(rule: Rule, parts: list[str]) -> None:
    """Chinese sentences hold the same numbers and words, in Chinese marks and without spaces."""
    sentence = rule.describe(language="zh")
    assert all(part in sentence for part in parts)
    assert " " not in sentence
    assert not re.search(r"[A-Za-z]", sentence)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 10_000), st.integers(0, 2**32))
def test_bounds_are_said_by_their_numbers(one: int, two: int, seed: int) -> None:
    """Whatever the bounds, a sentence holds their numbers and no others."""
    low, high = min(one, two), max(one, two)
    for language in LANGUAGES:
        sentence = SentenceCount(at_least=low, at_most=high).describe(Random(seed), language)
        numbers = {int(number) for number in re.findall(r"\d+", sentence)}
        assert numbers == {low, high} or (high == 0 and numbers <= {0}), sentence


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "instruction",
    [
        "Describe the rain.",
        "  Why {text} {{ so }}?\n\nInput:\n- a\n\\1 {% x %}",
        "为什么下雨？",
    ],
)
@pytest.mark.parametrize("sentences", [["One."], ["One {n}.", "Two \\1.", "Three?"]], ids=len)
def test_frames(language: str, instruction: str, sentences: list[str]) -> None:
    """A prompt holds the instruction and each sentence, as they are and in order."""
    book = phrasebook(language)
    assert book is not None
    prompts = [book.frame(instruction, sentences, Random(seed)) for seed in range(200)]
    assert prompts == [book.frame(instruction, sentences, Random(seed)) for seed in range(200)]
    for prompt in prompts:
        at = -1
        for sentence in sentences:
            assert prompt.count(sentence) == 1
            assert prompt.index(sentence) > at
            at = prompt.index(sentence)
        assert instruction.rstrip() in prompt
    before = [
        prompt
        for prompt in prompts
        if prompt.index(sentences[0]) < prompt.index(instruction.rstrip())
    ]
    assert 15 < len(before) < 70
    listed = [prompt for prompt in prompts if f"- {sentences[0]}" in prompt]
    numbered = [prompt for prompt in prompts if f"1. {sentences[0]}" in prompt]
    assert bool(listed) == bool(numbered) == (len(sentences) > 1)
    assert all("2. Two" in prompt and "3. Three" in prompt for prompt in numbered)
    plain = [f"{instruction.rstrip()}\n\n{book.section('style')['space'].join(sentences)}"]  # type: ignore[index]
    assert any(prompt in plain for prompt in prompts)


@pytest.mark.parametrize(
    ("language", "instruction", "kind"),
    [
        ("en", "Write a 200-word story about rain.", "word_count"),
        ("en", "Explain rain in three short sentences.", "sentence_count"),
        ("en", "Give me a bulleted list of rivers.", "bullet_count"),
        ("en", "Compare them in a table.", "table_count"),
        ("en", "Write a Python function that adds.", "code_block_count"),
        ("en", "Answer as JSON.", "json_output"),
        ("en", "Translate it into French.", "response_language"),
        ("en", "DO NOT USE ANY COMMAS", "no_punctuation"),
        ("en", "Start with the word rain.", "starts_with"),
        ("zh", "请写一篇200字的作文。", "word_count"),
        ("zh", "用表格比较它们。", "table_count"),
        ("zh", "列出三条建议", "bullet_count"),
    ],
)
def test_mentions(language: str, instruction: str, kind: str) -> None:
    """What an instruction itself asks for is noticed."""
    book = phrasebook(language)
    assert book is not None
    assert kind in book.mentioned(instruction)


@pytest.mark.parametrize(
    ("language", "instruction"), [("en", "Why does it rain?"), ("zh", "为什么会下雨？")]
)
def test_plain_questions_mention_nothing(language: str, instruction: str) -> None:
    """A plain question asks for no form."""
    book = phrasebook(language)
    assert book is not None
    assert book.mentioned(instruction) == frozenset()


def test_a_phrasebook_of_ones_own() -> None:
    """A phrasebook says what its data say: nouns, names, lists and numbers."""
    book = Phrasebook(
        "xx",
        {
            "style": {"quotes": ["<", ">"], "comma": "; ", "and": " & ", "or": " | ", "space": " "},
            "bounds": {"exactly": ["just {n} {noun}"], "none": ["not a {noun}"]},
            "names": {"de": "Xerman"},
            "kinds": {
                "rain": {"say": ["Rain!"]},
                "snow": {"deep": {"say": ["Snow!"]}, "x": {"noun": []}},
            },
        },
    )
    say = {
        "say": ["{a:quoted} {b:quoted_or} {c:names} {d:names} {e:noun} {f} {count}"],
        "noun": ["drop", "drops"],
    }
    fields = {
        "a": ["1", "2", "3"],
        "b": ("4", "5"),
        "c": "de",
        "d": "fr",
        "e": 1,
        "f": "{a}",
        "at_least": 2,
        "at_most": 2,
    }
    assert (
        book.say(say, fields, None) == "<1>; <2> & <3> <4> | <5> Xerman fr 1 drop {a} just 2 drops"
    )
    assert book.entry("rain", "") == {"say": ["Rain!"]}
    assert book.entry("snow", "deep") == {"say": ["Snow!"]}
    assert [
        book.entry("snow", ""),
        book.entry("snow", "x"),
        book.entry("hail", ""),
        book.entry("rain", "y"),
    ] == [None] * 4
    assert book.mentioned("rain") == frozenset()
