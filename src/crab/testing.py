"""The laws that every constraint kind keeps, as a check for plug-in authors and for crab itself.

>>> from crab.constraints import WordCount
>>> check_laws(WordCount)
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable
from random import Random
from time import process_time

from pydantic import TypeAdapter

from crab.backends.scripted import ScriptedBackend
from crab.constraints.base import Constraint, Judged, Rule, Verdict
from crab.constraints.registry import kind_class
from crab.phrasings import languages
from crab.text import Text

__all__ = ["NASTY", "TEXTS", "ScriptedBackend", "check_laws"]

TEXTS: tuple[str, ...] = (
    "The rain had stopped by noon. We walked to the harbour, bought two warm rolls and watched "
    "the boats come in. Nobody spoke for a while; the gulls did that for us.\n\nLater my sister "
    "asked: why do boats have names, but bicycles do not? I had no answer to that!",
    "# Watering plants\n\n- Check the soil first.\n- Water early in the morning.\n- Empty the "
    "saucer after an hour.\n\n## How often\n\n1. Herbs: every day\n2. Cacti: twice a month\n\n"
    "**Note:** most plants die of *too much* water.",
    "| city | trains |\n|------|--------|\n| Bern | 12 |\n| Lyon | 7 |\n\n"
    "```python\nprint(12 + 7)\n```\n",
    '{"name": "Ada", "born": 1815}',
    "Dear Ms. [Name],\n\nthank you for your letter. We'll reply soon.\n\nYours,\nThe team\n\nP.S. "
    "The office is closed on Friday.",
    "今天早上下雨了。我们在车站等了很久，最后决定走路回家。路上，我们看到一只小狗，它一直跟着我们。\n\n"
    "到家以后，妈妈给我们做了热汤。热汤很好喝，我们喝了两碗。",
    "雨が止んだので、私たちは港まで歩きました。パンを二つ買って、船を眺めました。静かな午後でした。",
    "Утром шёл дождь. Мы долго ждали автобус, а потом решили идти пешком. Дорога была скользкой, "
    "но весёлой!",
    "توقف المطر عند الظهر. مشينا إلى الميناء، واشترينا خبزًا ساخنًا، ثم عدنا إلى البيت.",
    "बारिश दोपहर तक रुक गई। हम बंदरगाह तक पैदल गए और नावों को देखा।",
    "ฝนหยุดตกตอนเที่ยง เราเดินไปที่ท่าเรือและซื้อขนมปังสองชิ้น",
    "비가 그쳤다. 우리는 항구까지 걸어가서 따뜻한 빵을 샀다. 조용한 오후였다.",
    "yes, no, yes. NO! Yes? 😀 🇫🇷 👩‍👩‍👧 3,000.50 km/h — “quoted” «cité» 「引用」 don't can't I'M",
)
"""Ordinary responses of many forms and languages."""

NASTY: tuple[str, ...] = (
    "",
    " \n\t\r\n",
    "\x00\x00a\x00",
    "\ud800 lone \udfff",
    "a" * 200_000,
    "*" * 100_000,
    "[" * 50_000 + "]" * 50_000,
    "> " * 5_000 + "deep",
    "- " * 5_000 + "deep",
    "<<" * 50_000,
    '"' * 100_000,
    ". " * 50_000,
    "1. " * 30_000,
    "\n" * 100_000,
    "#" * 100_000,
    "`" * 100_000,
    "|" * 50_000 + "\n" + "|-" * 25_000,
    "{" * 50_000,
    "\u202eright to left\u202c\u200f",
    "👩‍👩‍👧‍👦" * 5_000,
    "e\u0301" * 50_000,
    "雨" * 100_000,
)
"""Responses that nobody would write, and that somebody will send."""

_SECONDS = 4.0
_ADAPTER: TypeAdapter[Constraint] = TypeAdapter(Constraint)


def check_laws(
    kind: type[Constraint], texts: Iterable[str] = TEXTS, nasty: Iterable[str] = NASTY
) -> None:
    """Check that a kind keeps the laws of constraints.

    What is proposed is met, comes out the same for the same seed, and goes unchanged through JSON
    and pickle; the kind's example is right; every text gets a verdict with spans inside it, in
    seconds; every sentence is whole.

    Args:
        kind: The class of the kind.
        texts: Ordinary responses to try it on; give some that your kind has rules for.
        nasty: Responses that must not break it.

    Raises:
        AssertionError: A law is broken; the message says which, and on what.
    """
    name = kind.__name__
    _law(kind_class(kind.model_fields["kind"].default) is kind, f"{name} is not registered")
    _law(bool(kind.hint.strip()), f"{name} has no hint")
    _law("example" in kind.__dict__, f"{name} has no example of its own")
    example = kind(**kind.example.fields)
    _check_value(example)
    if isinstance(example, Judged):
        return
    assert isinstance(example, Rule)  # noqa: S101 - the type of every other kind
    met, unmet = kind.example.met, kind.example.unmet
    _law(_verdict(example, met).met is True, f"{example!r} is not met by its example {met!r}")
    _law(_verdict(example, unmet).met is False, f"{example!r} is met by {unmet!r}")
    _check_sentences(example)
    for text in (*texts, met, unmet):
        for rule in _proposed(type(example), text):
            _check_value(rule)
            _check_sentences(rule)
            _check_words(rule, text)
    for text in nasty:
        began = process_time()
        _verdict(example, text)
        _proposed(type(example), text)
        spent = process_time() - began
        _law(spent < _SECONDS, f"{name} took {spent:.1f} s on {text[:20]!r}... ({len(text)} long)")


def _proposed(kind: type[Rule], text: str) -> list[Rule]:
    """Return what the kind proposes for three seeds, after checking that it holds."""
    found: list[Rule] = []
    for seed in range(3):
        rules = list(kind.propose(text, Random(seed)))
        again = list(kind.propose(Text(text), Random(seed)))
        _law(
            rules == again,
            f"{kind.__name__} proposes differently for the same seed, on {text[:60]!r}",
        )
        for rule in rules:
            verdict = _verdict(rule, text)
            _law(
                verdict.met is True,
                f"{rule!r} is proposed and not met ({verdict.reason}), on {text[:60]!r}",
            )
        found += rules
    return found


def _verdict(rule: Rule, text: str) -> Verdict:
    verdict = rule.check(text)
    _law(isinstance(verdict.met, bool), f"{rule!r} gives no verdict on {text[:60]!r}")
    _law(bool(verdict.reason), f"{rule!r} gives no reason on {text[:60]!r}")
    _law(rule.check(Text(text)) == verdict, f"{rule!r} decides otherwise on a Text than on a str")
    for start, end in verdict.spans:
        _law(
            0 <= start <= end <= len(text),
            f"{rule!r} gives the span {(start, end)} in a text of {len(text)} characters",
        )
    return verdict


def _check_value(constraint: Constraint) -> None:
    again = _ADAPTER.validate_json(_ADAPTER.dump_json(constraint))
    _law(again == constraint, f"{constraint!r} reads back from JSON as {again!r}")
    _law(hash(again) == hash(constraint), f"{constraint!r} has another hash when read back")
    copy = pickle.loads(pickle.dumps(constraint))  # noqa: S301 - written one call before
    _law(copy == constraint, f"{constraint!r} comes back from pickle as {copy!r}")


def _check_sentences(rule: Rule) -> None:
    known = {*languages(), *rule.phrasings}
    spoken = sorted(language for language in known if rule.said_in(language))
    _law(bool(spoken), f"{rule!r} has no phrasing in any language")
    for language in spoken:
        for seed in range(8):
            sentence = rule.describe(Random(seed), language)
            _law(
                sentence == sentence.strip() and sentence[-1:] in ".?!。？！।؟",
                f"{rule!r} is no whole sentence in {language}: {sentence!r}",
            )


def _check_words(rule: Rule, text: str) -> None:
    folded = Text(text).folded
    for word in rule.required_words():
        _law(word in folded, f"{rule!r} is met without the required word {word!r}")


def _law(holds: bool, broken: str) -> None:
    if not holds:
        raise AssertionError(broken)
