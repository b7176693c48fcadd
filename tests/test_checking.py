"""Tests of `crab.checking`: verdicts on one response, as values, as a table and in a notebook."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any, ClassVar, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crab.checking import Report, Result, check, said, verdict
from crab.constraints import (
    Constraint,
    Judged,
    KeywordCount,
    Keywords,
    Rule,
    Verdict,
    WordCount,
    registry,
)
from crab.text import Text

MET, UNMET = WordCount(at_most=5), Keywords(include=("snow",))


class Weather(Constraint):
    """A family for these tests."""

    family: ClassVar[str] = "weather"
    hint: ClassVar[str] = "What the response says of the weather."


@pytest.fixture(autouse=True)
def _own_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kinds that a test defines are unknown again after it."""
    monkeypatch.setattr(registry, "_classes", dict(registry._classes))


def mood(text: str = "Be sad.") -> Judged:
    """Return a judged constraint."""

    class RainyMood(Weather, Judged):
        kind: Literal["rainy_mood"] = "rainy_mood"

    return RainyMood(text=text)


def shown(spans: tuple[tuple[int, int], ...], name: str = "Show") -> Rule:
    """Return a rule that is met and shows these spans."""

    class ShowSpans(Weather, Rule):
        kind: Literal["show_spans"] = "show_spans"
        phrasings: ClassVar[Any] = {"en": {"say": [f"{name} spans."]}}

        def check(self, text: str | Text) -> Verdict:
            return Verdict(True, "shown", spans)

    return ShowSpans()


def broken(error: BaseException) -> Rule:
    """Return a rule whose check raises."""

    class BrokenRule(Weather, Rule):
        kind: Literal["broken_rule"] = "broken_rule"

        def check(self, text: str | Text) -> Verdict:
            raise error

    return BrokenRule()


class Evidence(HTMLParser):
    """The text of a report, in pieces with the numbers of the results that they are evidence of."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.open: list[str] = []
        self.pieces: list[tuple[str, str]] = []
        self.title = ""
        self.inside = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag, and of what it is evidence."""
        self.tags.append(tag)
        self.open.append(tag)
        self.inside |= dict(attrs).get("class") == "crab-text"
        if tag == "mark":
            self.title = (dict(attrs)["title"] or "").removeprefix("evidence of ")

    def handle_endtag(self, tag: str) -> None:
        """Note that a tag ends, the one that began last."""
        assert self.open.pop() == tag
        self.inside &= tag != "div"
        if tag == "mark":
            self.title = ""

    def handle_data(self, data: str) -> None:
        """Note a piece of the text."""
        if self.inside and self.open[-1] != "sup":
            self.pieces.append((data, self.title))

    @property
    def text(self) -> str:
        """The text as it is shown."""
        return "".join(piece for piece, _ in self.pieces)


def evidence(text: str, *rules: Constraint) -> Evidence:
    """Return what the notebook shows of a text."""
    return Evidence(check(text, rules)._repr_html_())


@pytest.mark.parametrize(
    ("constraints", "met"),
    [
        ([], True),
        ([MET], True),
        ([UNMET], False),
        ([MET, UNMET], False),
        (["judged"], None),
        ([MET, "judged"], None),
        ([UNMET, "judged"], False),
        (["judged", UNMET, MET], False),
    ],
)
def test_met(constraints: list[Any], met: bool | None) -> None:
    """One unmet constraint makes a report false; one to be judged, none; else it is true."""
    report = check(
        "It rained all day.", [mood() if one == "judged" else one for one in constraints]
    )
    assert report.met is met
    assert bool(report) is (met is True)
    assert len(report) == len(constraints)


def test_results_are_in_the_order_of_the_constraints() -> None:
    """A report holds each constraint with its verdict, in the order given."""
    report = check("It rained all day.", iter([UNMET, MET, UNMET]))
    assert list(report) == [
        Result(UNMET, Verdict(False, "missing: snow")),
        Result(MET, Verdict(True, "4 words")),
        Result(UNMET, Verdict(False, "missing: snow")),
    ]


def test_one_constraint_and_a_measured_text() -> None:
    """A single constraint needs no list, and a text that has been measured is used as it is."""
    text = Text("It rained.")
    report = check(text, MET)
    assert report.text is text
    assert list(report) == [(MET, (True, "2 words", ()))]


@pytest.mark.parametrize(
    "wrong", [{"kind": "word_count", "at_most": 5}, "word_count", None, 7, WordCount]
)
def test_what_is_no_constraint(wrong: Any) -> None:
    """Data that have not been read are refused, and the error says how to read them."""
    with pytest.raises(
        TypeError, match=r"no constraint; read data with crab\.Constraint\.model_validate"
    ):
        check("It rained.", [MET, wrong])


@pytest.mark.parametrize("text", [None, 7, b"rain"])
def test_what_is_no_text(text: Any) -> None:
    """A response is a string."""
    with pytest.raises(TypeError, match="a text is a str"):
        check(text, [MET])


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ValueError("no umbrella"), "the check failed: ValueError: no umbrella"),
        (RecursionError("deep"), "the check failed: RecursionError: deep"),
        (KeyError("x"), "the check failed: KeyError: 'x'"),
        (AssertionError(), "the check failed: AssertionError: "),
    ],
)
def test_a_check_that_raises_is_not_met(error: Exception, reason: str) -> None:
    """Whatever a plug-in's check raises, the rule is not met, and the reason names it."""
    report = check("It rained.", [broken(error), MET])
    assert report.results[0].verdict == (False, reason, ())
    assert report.results[1].verdict.met is True
    assert report.met is False


def test_an_interrupt_goes_through() -> None:
    """Stopping the program is no verdict."""
    with pytest.raises(KeyboardInterrupt):
        check("It rained.", broken(KeyboardInterrupt()))


def test_only_a_reader_decides_a_judged_constraint() -> None:
    """A judged constraint gets no verdict from code."""
    assert verdict(mood(), Text("rain")) == (None, "only a reader can decide it", ())


def test_table() -> None:
    """Printed, a report is a table with a line for each constraint and one for the sum."""
    report = check("It rained all day.", [MET, UNMET, mood("Be sad, and {so} on!")])
    assert str(report).split("\n") == [
        "met         word_count  Your answer should have at most 5 words.  4 words",
        'UNMET       keywords    Your answer should include "snow".        missing: snow',
        f"not judged  rainy_mood  {'Be sad, and {so} on!':40}  only a reader can decide it",
        "1 of 3 met",
    ]


def test_table_of_nothing() -> None:
    """A report on no constraint is just the sum."""
    assert str(check("", [])) == "0 of 0 met"


def test_every_result_is_one_line() -> None:
    """Line ends in a constraint or in what was measured do not break the table."""
    report = check("a\nb", [Keywords(include=("c\nd",)), mood("Be\r\nsad."), MET])
    assert len(str(report).splitlines()) == 4


def test_said() -> None:
    """A constraint that cannot be said in English is said in a language that it knows."""
    assert said(MET) == "Your answer should have at most 5 words."
    assert said(mood("Sois triste.")) == "Sois triste."

    class WindyDay(Weather, Rule):
        kind: Literal["windy_day"] = "windy_day"

        def check(self, text: str | Text) -> Verdict:
            return Verdict(True, "")

    assert said(WindyDay()) == "windy_day"
    assert "windy_day" in str(check("rain", WindyDay()))


def test_html_shows_everything() -> None:
    """In a notebook, the table holds number, verdict, kind, sentence and measure of each result."""
    html = check("It rained all day.", [MET, UNMET, mood()])._repr_html_()
    for shown_part in ("word_count", "4 words", "missing: snow", "not judged", "Be sad.", "UNMET"):
        assert shown_part in html
    parsed = Evidence(html)
    assert parsed.open == []
    assert parsed.text == "It rained all day."
    assert parsed.tags.count("tr") == 4


@pytest.mark.parametrize(
    "nasty",
    [
        "<script>alert(1)</script>",
        "</div></table><img src=x onerror=alert(1)>",
        "<!-- -->&lt;b&gt; &amp; \"quoted\" 'so'",
        "{{ 7 * 7 }}{% raw %}{# #}",
    ],
)
def test_html_is_escaped(nasty: str) -> None:
    """Nothing in a response, a constraint or a reason becomes part of the page."""
    plain = Evidence(
        check("x", [Keywords(include=("x",)), mood("x"), broken(ValueError("x"))])._repr_html_()
    )
    report = check(nasty, [Keywords(include=(nasty,)), mood(nasty), broken(ValueError(nasty))])
    parsed = Evidence(report._repr_html_())
    assert parsed.tags == plain.tags
    assert parsed.text == nasty
    assert "<script" not in report._repr_html_()


@pytest.mark.parametrize(
    ("spans", "pieces"),
    [
        ((), [("abcdef", "")]),
        (((0, 2),), [("ab", "1"), ("cdef", "")]),
        (((4, 6),), [("abcd", ""), ("ef", "1")]),
        (((1, 3), (2, 5)), [("a", ""), ("b", "1"), ("c", "1"), ("de", "1"), ("f", "")]),
        (((1, 5), (2, 3)), [("a", ""), ("b", "1"), ("c", "1"), ("de", "1"), ("f", "")]),
        (((1, 3), (3, 5)), [("a", ""), ("bc", "1"), ("de", "1"), ("f", "")]),
        (((1, 3), (1, 3)), [("a", ""), ("bc", "1"), ("def", "")]),
        (((0, 6),), [("abcdef", "")]),
        (((2, 2),), [("ab", ""), ("cdef", "")]),
        (((0, 0), (6, 6)), [("abcdef", "")]),
    ],
)
def test_evidence_is_marked(
    spans: tuple[tuple[int, int], ...], pieces: list[tuple[str, str]]
) -> None:
    """Spans are marked where they overlap, too; empty ones and the whole text are not."""
    found = evidence("abcdef", shown(spans)).pieces

    def joined(several: list[tuple[str, str]]) -> list[tuple[str, str]]:
        return [(char, numbers) for piece, numbers in several for char in piece]

    assert joined(found) == joined(pieces)


def test_evidence_of_several_results() -> None:
    """A part that is evidence of several results names them all."""
    parsed = evidence(
        "rain and rain", KeywordCount(word="rain", at_least=1), Keywords(include=("rain and",))
    )
    assert parsed.pieces == [("rain", "1, 2"), (" and", "2"), (" ", ""), ("rain", "1")]


@settings(max_examples=100, deadline=None)
@given(
    st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20),
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=6),
)
def test_the_marked_text_is_the_text(string: str, edges: list[tuple[int, int]]) -> None:
    """However spans lie, the text is shown whole, and each character is marked rightly."""
    size = len(string)
    spans = tuple((min(one, two, size), min(max(one, two), size)) for one, two in edges)
    parsed = evidence(string, shown(spans))
    marked = [bool(numbers) for piece, numbers in parsed.pieces for _ in piece]
    assert parsed.text == string
    assert marked == [any(a <= at < b and b - a < size for a, b in spans) for at in range(size)]


@pytest.mark.parametrize("text", ["", "\0", "\ud800", "\u202e\u2066", "👩‍👩‍👧"])
def test_odd_texts_are_shown(text: str) -> None:
    """An empty or odd text has a report like any other."""
    report = check(text, [MET, UNMET])
    assert report._repr_html_().count("<tr") == 3
    assert "1 of 2 met" in str(report)
    report._repr_html_().encode("utf-8")


def test_a_report_is_a_value() -> None:
    """Reports are frozen."""
    report = check("rain", MET)
    assert isinstance(report, Report)
    with pytest.raises(AttributeError):
        report.text = Text("snow")  # type: ignore[misc]
