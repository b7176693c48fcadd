"""Tests of `crab.claims`: what code can decide of a sentence, and what it leaves in doubt."""

from __future__ import annotations

import re
import time
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crab import claims
from crab.claims import Claims, read
from crab.constraints.base import Judged, Rule
from crab.constraints.registry import kinds


def bounded(kind: str, low: int | None = None, high: int | None = None) -> list[dict[str, Any]]:
    """One rule with bounds, as data."""
    bounds = {"at_least": low, "at_most": high}
    return [{"kind": kind} | {name: value for name, value in bounds.items() if value is not None}]


def said(found: Claims) -> list[dict[str, Any]]:
    """The rules of what was read, as data."""
    return [
        rule.model_dump(mode="json", exclude_none=True, exclude={"version"}) for rule in found.rules
    ]


WHOLE: list[tuple[str, list[dict[str, Any]]]] = [
    ("Write between 100 and 150 words.", bounded("word_count", 100, 150)),
    ("100-150 words", bounded("word_count", 100, 150)),
    ("Your answer must be between 50 and 80 words long.", bounded("word_count", 50, 80)),
    ("From 50 to 80 words.", bounded("word_count", 50, 80)),
    ("Use 1,000 words.", bounded("word_count", 1000, 1000)),
    ("Write at least 1,200 words.", bounded("word_count", 1200)),
    ("WRITE AT MOST 80 WORDS!", bounded("word_count", None, 80)),
    ("Under 50 words.", bounded("word_count", None, 49)),
    ("Keep the response under 50 words.", bounded("word_count", None, 49)),
    ("Limit your answer to 50 words.", bounded("word_count", None, 50)),
    ("A 100-word answer.", bounded("word_count", 100, 100)),
    ("Write 100 words or fewer.", bounded("word_count", None, 100)),
    ("Write 100 words at most.", bounded("word_count", None, 100)),
    ("Write a minimum of 100 words.", bounded("word_count", 100)),
    ("Write no less than 100 words.", bounded("word_count", 100)),
    ("Write no more than 80 words in total.", bounded("word_count", None, 80)),
    ("Do not exceed 50 words.", bounded("word_count", None, 50)),
    ("Your answer should not exceed 3 paragraphs.", bounded("paragraph_count", None, 3)),
    ("The answer must exceed 100 words.", bounded("word_count", 101)),
    ("It should not be longer than 100 words.", bounded("word_count", None, 100)),
    ("Not more than 40 words.", bounded("word_count", None, 40)),
    ("Don't write more than two sentences.", bounded("sentence_count", None, 2)),
    ("Don’t write more than two sentences.", bounded("sentence_count", None, 2)),
    ("Do not write fewer than 100 words.", bounded("word_count", 100)),
    ("Do not write less than two paragraphs.", bounded("paragraph_count", 2)),
    ("About 200 words.", [{"kind": "word_count_near", "target": 200, "tolerance": 0.1}]),
    ("Use two paragraphs.", bounded("paragraph_count", 2, 2)),
    ("Write two short paragraphs.", bounded("paragraph_count", 2, 2)),
    ("A single paragraph.", bounded("paragraph_count", 1, 1)),
    ("One to two paragraphs.", bounded("paragraph_count", 1, 2)),
    ("Use more than one paragraph.", bounded("paragraph_count", 2)),
    ("Write 2-3 sentences.", bounded("sentence_count", 2, 3)),
    ("Write 2–3 sentences.", bounded("sentence_count", 2, 3)),
    ("Two or three sentences.", bounded("sentence_count", 2, 3)),
    ("One sentence.", bounded("sentence_count", 1, 1)),
    ("Answer in one sentence.", bounded("sentence_count", 1, 1)),
    ("3 or more bullet points.", bounded("bullet_count", 3)),
    ("The response should contain exactly 3 bullet points.", bounded("bullet_count", 3, 3)),
    ("Include 3 numbered items.", bounded("numbered_item_count", 3, 3)),
    ("Include at least one table.", bounded("table_count", 1)),
    ("Use no fewer than 4 headings.", bounded("heading_count", 4)),
    ("Use at least 2 code blocks.", bounded("code_block_count", 2)),
    ("Ask one question.", bounded("question_count", 1, 1)),
    ("Use at most one exclamation mark.", bounded("exclamation_count", None, 1)),
    ("Include exactly 2 emojis.", bounded("emoji_count", 2, 2)),
    ("Write at least 200 characters.", bounded("character_count", 200)),
    ("No more than 3 sentences per paragraph.", bounded("sentences_per_paragraph", None, 3)),
    ("Each paragraph should have 3-5 sentences.", bounded("sentences_per_paragraph", 3, 5)),
    ("Each sentence at most 20 words.", bounded("words_per_sentence", None, 20)),
    ("Write at most 20 words in each sentence.", bounded("words_per_sentence", None, 20)),
    ("Each bullet should be at most 10 words.", bounded("item_word_count", None, 10)),
    ("Use a numbered list.", bounded("numbered_item_count", 2)),
    ("Use bullet points.", bounded("bullet_count", 2)),
    ("Use a table.", bounded("table_count", 1)),
    ("Answer in valid JSON.", [{"kind": "json_output"}]),
    ("Return only JSON.", [{"kind": "json_output"}]),
    ("One or more paragraphs.", bounded("paragraph_count", 1)),
    (
        "Write two paragraphs and end with a question.",
        [*bounded("paragraph_count", 2, 2), {"kind": "ends_with_question"}],
    ),
    ("Do not use bullet points.", [{"kind": "no_lists"}]),
    ("Do not use any emojis.", [{"kind": "no_emoji"}]),
    ("Avoid contractions.", [{"kind": "no_contractions"}]),
    ("Do not ask any questions.", [{"kind": "no_questions"}]),
    ("Use no exclamation marks.", [{"kind": "no_exclamations"}]),
    ("Do not use Markdown formatting.", [{"kind": "no_markdown"}]),
    ("Do not use semicolons.", [{"kind": "no_punctuation", "mark": ";"}]),
    ("End with a question.", [{"kind": "ends_with_question"}]),
    ("Write everything in lowercase.", [{"kind": "letter_case", "case": "lower"}]),
    ("Write in ALL CAPS.", [{"kind": "letter_case", "case": "upper"}]),
    ("Write in French.", [{"kind": "response_language", "language": "fr"}]),
    ('Begin with "In short".', [{"kind": "starts_with", "text": "In short"}]),
    ("Begin your answer with “In short”.", [{"kind": "starts_with", "text": "In short"}]),
    ('End with "Good luck!"', [{"kind": "ends_with", "text": "Good luck!"}]),
    ('Include the word "rain".', [{"kind": "keywords", "include": ["rain"]}]),
    ("Use the words 'rain' and 'sun'.", [{"kind": "keywords", "include": ["rain", "sun"]}]),
    ("Don't use the word 'can't'.", [{"kind": "forbidden_words", "words": ["can't"]}]),
    (
        'Never use the word "rain" or "sun".',
        [{"kind": "forbidden_words", "words": ["rain", "sun"]}],
    ),
    (
        "Use headings but no lists.",
        [{"kind": "no_lists"}, *bounded("heading_count", 2)],
    ),
    (
        "One paragraph, at most 100 words.",
        [*bounded("paragraph_count", 1, 1), *bounded("word_count", None, 100)],
    ),
    (
        'Begin with "In short" and end with "good luck!".',
        [{"kind": "starts_with", "text": "In short"}, {"kind": "ends_with", "text": "good luck!"}],
    ),
]


@pytest.mark.parametrize(("sentence", "rules"), WHOLE)
def test_a_sentence_is_rules(sentence: str, rules: list[dict[str, Any]]) -> None:
    """A sentence that says only what code can decide is read as those rules, and as no more."""
    found = read(sentence)
    assert said(found) == rules
    assert found.whole
    assert not found.doubtful


@pytest.mark.parametrize(
    ("sentence", "rules"),
    [
        ("Write a poem of 12 lines.", bounded("line_count", 12, 12)),
        ("Write a warm letter of at most 100 words.", bounded("word_count", None, 100)),
        ("Write a 50-word story.", bounded("word_count", 50, 50)),
        ("Present the steps as a numbered list.", bounded("numbered_item_count", 2)),
        ("Use a table to compare prices.", bounded("table_count", 1)),
        ("Include a code block in Python.", bounded("code_block_count", 1)),
        ("In French, explain why.", [{"kind": "response_language", "language": "fr"}]),
        ("Avoid asking questions about age.", [{"kind": "no_questions"}]),
    ],
)
def test_a_part_is_rules(sentence: str, rules: list[dict[str, Any]]) -> None:
    """Of a sentence that says more, the rules are the part that code decides."""
    found = read(sentence)
    assert said(found) == rules
    assert not found.whole
    assert not found.doubtful


@pytest.mark.parametrize(
    "sentence",
    [
        "The first paragraph must have two sentences.",
        "Give it a two-line title.",
        "Give three examples.",
        "Give at least one example.",
        "Do not use more than 5 commas.",
        "Use bullet points only in the second half.",
        "Avoid lists longer than 5 items.",
        "Begin each paragraph with 'Now'.",
        "Mention 3 sentences from the text.",
        "Translate two sentences.",
        "Use two sentences of the text.",
        "Add two paragraphs to the text.",
        "Answer two questions.",
        "Compare the two tables.",
        "Define five words.",
        "Explain the meaning of two words.",
        "Two words in your answer should be long.",
        "Write with 100 different words.",
        "Include two characters.",
        "Include at least three sentences in passive voice.",
        "Use passive voice in at least three sentences.",
        "Write at least 12 words of Latin origin.",
        "Write exactly two sentences that rhyme.",
        "Write 3 paragraphs of 4 sentences each.",
        "Write three paragraphs with at most 50 words each.",
        "Use two paragraphs, each with a heading.",
        "Use bullet points with at most 10 words each.",
        "Use no more than 3 sentences in the introduction.",
        "Limit each bullet point to one sentence.",
        "Keep sentences under 15 words.",
        "Avoid sentences of more than 20 words.",
        "Split it into paragraphs of at most three sentences.",
        "Include a 3-sentence summary.",
        "Open with a 20-word hook.",
        "Use a table with three columns.",
        "Use two tables or one list.",
        "Use at least 3 bullet points and at most 5.",
        "Use fewer than 100 words and more than 50.",
        "Answer in at most two or three sentences.",
        "Use 2 or 4 sentences.",
        "Between 150 and 100 words.",
        "Write about 5 sentences.",
        "Write over two paragraphs.",
        "Write not only one paragraph.",
        "Do not write 3 paragraphs.",
        "Write twenty-five words.",
        "Write two hundred words.",
        "Write 12,34 words.",
        "Write 1.5 pages.",
        "Write half a page.",
        "Write a few short paragraphs.",
        "Write as few words as possible.",
        "Use one question mark.",
        "Do not use headings.",
        "Use no tables.",
        "Do not use code blocks.",
        "Do not use numbered lists.",
        "Exclamation marks are not allowed.",
        "Keep the response free of emojis.",
        "Use commas sparingly.",
        "Avoid first-person pronouns.",
        "Write at grade level 6.",
        "Use French for the answer.",
        "Write single sentences.",
        "Write it in all lowercase, including the headings.",
        "Answer in English only.",
        "Write in English or French.",
        "Word count: 150.",
        "Structure the response in three paragraphs: one on cause, two on effect.",
        "Avoid emojis and exclamation marks.",
        "Do not use bullet points except in the last part.",
        "Write more than 100 and fewer than 200 words.",
        "Never answer in more than one sentence.",
        "Provide a numbered list of at least 5 items.",
        'Address the reader as "you".',
        "Avoid lists and headings.",
        "Use no markdown headings.",
        "Without Markdown tables.",
        "Avoid JSON.",
        "Do not use lower case.",
        "Use lower case for headings.",
        "Put the headings in all caps.",
        "Use a table if possible.",
        "Use bullet points or a table.",
        "No commas in the title.",
        "Write in French and in English.",
        "Do not translate into French.",
        'Do not start with "Sure".',
        'Avoid starting with "I".',
        'Begin with "Now" or "Then".',
        'Start the second paragraph with "Then".',
        'Use the word "rain" at least twice.',
        'Use the word "the" no more than 3 times.',
        'Use the word "one" in two sentences.',
        'Include the phrase "in short" in the last sentence.',
        'Include the words "rain" or "sun".',
        'Use the word "rain" and avoid "sun".',
        "Mention the sea only once.",
        "Schreibe genau drei Absätze.",
        "Écris en trois phrases.",
        "Escribe dos párrafos.",
        "Напиши два абзаца.",
        "请写三段。",
        "三つの段落で書いてください。",
    ],
)
def test_doubtful(sentence: str) -> None:
    """What counts in words that are not understood for sure is doubtful, and no rule is read."""
    assert read(sentence) == Claims((), False, True)


@pytest.mark.parametrize(
    "sentence",
    [
        "Explain the first step.",
        "Compare it to an animal.",
        "Speak to a ten-year-old child.",
        "Write it as a dialogue between two speakers.",
        "End with a look ahead.",
        "Mention one risk and how to avoid it.",
        "Explain JSON to a beginner.",
        "Explain how in Chinese cuisine rice is used.",
        "Use simple words.",
        "Use words a child of six would know.",
        "Write in a warm tone.",
        "Explain it in plain English.",
        "Avoid rhetorical questions.",
        "Set the scene on a ship's deck at night.",
        "用一段爱情故事开头。",
        "",
        " \n ",
        "§¶‡",
    ],
)
def test_nothing_to_decide(sentence: str) -> None:
    """A sentence that only looks like a count, or like nothing, is left to a reader."""
    assert read(sentence) == Claims((), False, False)


@pytest.mark.parametrize("cls", [cls for cls in kinds().values() if issubclass(cls, Judged)])
def test_what_kinds_show_a_model_is_left_to_a_reader(cls: type[Judged]) -> None:
    """The sentences that judged kinds give as examples are none that code decides."""
    quoted = re.findall(r'"([A-Z][^"]+\.)"', cls.hint)
    assert quoted
    for sentence in (*quoted, cls.example.fields["text"]):
        assert read(sentence) == Claims((), False, False), sentence


@pytest.mark.parametrize("cls", [cls for cls in kinds().values() if issubclass(cls, Rule)])
def test_no_phrasing_of_a_rule_is_misread(cls: type[Rule]) -> None:
    """Any way in which crab itself says a rule is read as that rule, as its part, or not at all."""
    rule = cls(**cls.example.fields)
    for seed in range(20):
        found = read(rule.describe(Random(seed)))
        assert found.rules in ((), (rule,)), rule.describe(Random(seed))


PIECES = st.sampled_from(
    """use write at least most no more than 3 two 1,000 words sentences per paragraph each - and to
    not don't " ' “ ” , . begin with "rain" in French table lists of the § ¶ ‡ İ ſ K ٣ 三 段
    100-word answer between or headings exactly hundred only""".split()
)


@settings(deadline=None)
@given(st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=14).map(" ".join)))
def test_every_string_is_read(sentence: str) -> None:
    """Every string is read; what is doubtful has no rules, and what is whole has some."""
    found = read(sentence)
    assert not (found.doubtful and found.rules)
    assert not found.whole or found.rules
    assert read(sentence) == found


@pytest.mark.parametrize(
    "piece", ["a", "two ", "not use ", '"', "'", "no more than 3 ", "word ", "1,000", "§", "一"]
)
@pytest.mark.parametrize("size", [100, 1000, 100_000])
def test_time_is_short(piece: str, size: int) -> None:
    """A long string takes no longer than a short one: it is not read, and doubtful."""
    sentence = (piece * size)[:size]
    began = time.process_time()
    found = read(sentence)
    assert time.process_time() - began < 0.5
    assert found.doubtful or size <= claims._LONGEST


@pytest.mark.parametrize(
    "sentence",
    [
        "Write a thousand words.",
        "Write no more than a thousand words.",
        "List seven countries.",
        "Mention three planets.",
        "List the top ten cities.",
        "Use either a table or bullet points.",
        "Use neither a table nor bullet points.",
        "Avoid ending with a question.",
        "Use no numerals.",
        "Do not repeat any word.",
        "Every word starts with s.",
        "Hardly use bullet points.",
        "Nobody should use a table.",
        "Nothing in all caps.",
    ],
)
def test_what_readers_found_is_doubtful(sentence: str) -> None:
    """What counts, or turns a rule around, in words that are not read is never left to a judge."""
    assert read(sentence) == Claims(doubtful=True)
