"""What a fair reader would not grant is not proposed: cases that readers have brought up."""

from __future__ import annotations

import pytest

import crab

PROSE = (
    "The rain had stopped by noon, and we walked to the harbour to see the boats come in. Nobody "
    "spoke for a while, for the gulls did that for us and we were glad of it."
)
FRENCH = (
    "Le train part de la gare a midi et traverse la campagne avant de longer la mer. Les enfants "
    "regardent les bateaux et demandent pourquoi la mer est si calme ce matin."
)
CASES = [
    ("response_language", f"{PROSE}\n\n{FRENCH}\n\n{PROSE}"),
    (
        "sentence_count",
        "Das brauchst du heute Abend.\n\n- Mehl\n- Zucker\n- Eier\n- frische Butter\n\n"
        "Wir wünschen dir guten Appetit und viel Freude.",
    ),
    ("no_punctuation", f"{PROSE}\n\n- bread and butter\n- tea and milk\n- jam"),
    ("number_count", "La ville compte 12 500 habitants, 3 400 maisons, 1 200 arbres et 45 000 "
     "visiteurs par an dans les rues de la vieille ville et au bord de la mer."),
    ("paragraph_count", f"<<The Harbour>>\n\n{PROSE}\n\n{PROSE}"),
    ("paragraph_count", f"**The Harbour**\n\n{PROSE}\n\n{PROSE}"),
    ("paragraph_count", f"Dear Ms. Gray,\n\n{PROSE}\n\n{PROSE}\n\nYours sincerely,\n\nAnn Gray"),
    ("paragraph_count", '{"harbour": {"boats": 12, "gulls": "many"}, "rain": false}'),
    ("highlight_count", f"{PROSE} The area is w*h and the volume w*h*d, or 2*3*4 in all."),
    ("placeholder_count", f"{PROSE} He says [sic] what he said [emphasis added] then."),
    ("heading_count", f"{PROSE}\n\n# list all files\n\nls -la\n\n{PROSE}"),
    (
        "bullet_count",
        '"Be yourself."\n\n- Oscar Wilde\n\n"I think."\n\n- Descartes\n\n"Know all."\n\n- Plato',
    ),
    ("no_lists", f"<ul><li>bread</li><li>tea</li></ul>\n\n{PROSE} {PROSE}"),
    (
        "dialogue_lines",
        "Strength: it is light.\nWeakness: it is dear.\nStrength: it lasts.\nWeakness: it's loud.\n"
        "Strength: it is new.\nWeakness: it is slow.",
    ),
    (
        "sentence_openers_vary",
        "Ann: Is the door shut? We were the last to leave the house today.\n"
        "Ben: I think so. I turned the key twice before we went down to the road.\n"
        "Ann: Let us go back. Nobody will mind if we are late for the boat.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "response"), CASES, ids=[kind for kind, _ in CASES])
def test_what_a_fair_reader_would_not_grant(kind: str, response: str) -> None:
    """Where fair readers disagree, nothing of the kind is proposed."""
    for seed in range(25):
        rules = crab.propose(response, seed=seed, kinds=[kind])
        if kind == "no_punctuation":
            rules = [rule for rule in rules if getattr(rule, "mark", "") == "—"]
        if kind in ("paragraph_count", "number_count", "sentence_count"):
            rules = [rule for rule in rules if getattr(rule, "at_least", 0)]
            rules = [rule for rule in rules if not loose(rule, response)]
        assert not rules, rules


def loose(rule: crab.Rule, response: str) -> bool:
    """Whether a bound holds without the parts that are in doubt."""
    least = {"paragraph_count": 2, "number_count": 4, "sentence_count": 2}[rule.kind]
    return (getattr(rule, "at_least", 0) or 0) <= (0 if response[:1] == "{" else least)


def test_easy_english_has_no_negative_grade() -> None:
    """Text below the first grade gets bounds that exist, or none."""
    text = "He came. He saw. He won. She came. She saw. She lost. They wept. We slept. " * 4
    for seed in range(20):
        for rule in crab.propose(text, seed=seed, kinds=["reading_grade"]):
            assert rule.check(text).met


def test_openings_end_where_words_do() -> None:
    """An opening before a combining mark is not proposed."""
    text = "You i\u0307stanbul x y z " + "word and other words here " * 8
    assert crab.propose(text, kinds=["starts_with"]) == []
