"""IFBench's ``format`` instructions about words, marks and answers."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from crab.benchmarks.base import verdict
from crab.benchmarks.ifbench.family import IFBench
from crab.benchmarks.measures import PUNCTUATION, bare
from crab.benchmarks.punkt import sentences
from crab.benchmarks.tokens import tokens
from crab.constraints.base import Example, Verdict
from crab.text import Text

__all__ = [
    "Emoji",
    "NoWhitespace",
    "Options",
    "OutputTemplate",
    "Parentheses",
    "QuoteUnquote",
    "Quotes",
    "TitleCase",
]

_EDGES = f"{PUNCTUATION} "
_LETTERED = re.compile(r"\W*[aA]\W*[bB]\W*[cC]\W*")
_BRACKETS = re.compile(r"[()\[\]{}]")
_QUOTES = re.compile("[\"']")
_CLOSES = {"(": ")", "[": "]", "{": "}"}
_DIGITS_AND_MARKS = "0123456789" + PUNCTUATION.replace('"', "")
_TEMPLATE = ("My Answer:", "My Conclusion:", "Future Outlook:")


class Parentheses(IFBench):
    """Brackets of any kind stand within each other, five deep or deeper, and one of them closes.

    A bracket that does not fit the last one open begins the count anew.
    """

    says = "Put brackets within each other (and [brackets {and braces}]), at least 5 deep."
    example = Example({}, "(1 [2 {3 (4 [5])}])", "(1 [2 {3 (4)}])")

    kind: Literal["ifbench/format:parentheses"] = "ifbench/format:parentheses"

    def decide(self, text: Text) -> Verdict:
        """Return whether brackets stand deep enough within each other."""
        open_now: list[str] = []
        deepest = 0
        for mark in _BRACKETS.findall(text.string):
            if mark in _CLOSES:
                open_now.append(_CLOSES[mark])
                deepest = max(deepest, len(open_now))
            elif open_now and open_now[-1] == mark:
                open_now.pop()
                if deepest >= 5:
                    return Verdict(True, f"{deepest} deep")
            else:
                open_now, deepest = [], 0
        return Verdict(False, "less than 5 deep, or not closed")


class Quotes(IFBench):
    """Quotation marks ``"`` and ``'`` stand within each other, three deep, and three close.

    Apostrophes count as quotation marks (no thread reports it).
    """

    says = "Put quotations within quotations, at least 3 deep, with \" and ' in turns."
    example = Example({}, '"She said \'he said "rain"\'"', '"Rain", she said.')

    kind: Literal["ifbench/format:quotes"] = "ifbench/format:quotes"

    def decide(self, text: Text) -> Verdict:
        """Return whether three quotations close within each other."""
        open_now: list[str] = []
        deepest = 0
        for mark in _QUOTES.findall(text.string):
            if open_now and open_now[-1] == mark:
                open_now.pop()
                if deepest - len(open_now) >= 3:
                    return Verdict(True, f"{deepest} deep")
            else:
                open_now.append(mark)
                deepest = max(deepest, len(open_now))
        return Verdict(False, "less than 3 deep, or not closed")


class Options(IFBench):
    """The text is one of the options and nothing else.

    The options are what ``/`` separates, or else "or", or else a comma. They are compared without
    marks around them and without their case; but those like "a), b), c)" exactly.
    """

    says = "Answer with one of these options and nothing else: {options}."
    example = Example({"options": "yes/no/maybe"}, "Maybe.", "Maybe so.")

    kind: Literal["ifbench/format:options"] = "ifbench/format:options"
    options: str
    """The options in one text."""

    def decide(self, text: Text) -> Verdict:
        """Return whether the text is one of the options."""
        separator = next((mark for mark in ("/", "or") if mark in self.options), ",")
        options = [option.strip() for option in self.options.split(separator)]
        if _LETTERED.match(self.options):
            met = text.string in options
        else:
            given = text.string.strip(_EDGES).lower()
            met = any(option.strip(_EDGES).lower() == given for option in options)
        return verdict(met, "one of the options", "none of the options")


class Emoji(IFBench):
    """Each sentence ends with an emoji, or the next one begins with it.

    One of the last two characters will do; marks of ASCII do not count, and a sentence of nothing
    else fails. Emoji are those of the package ``emoji``; sentences are Punkt's.
    """

    says = "End each sentence with an emoji."
    example = Example({}, "It rained. 🌧", "It rained.")

    kind: Literal["ifbench/format:emoji"] = "ifbench/format:emoji"

    def decide(self, text: Text) -> Verdict:
        """Return whether each sentence ends with an emoji."""
        listed = _emoji()
        cut = sentences(text)
        for sentence, after in zip(cut, [*cut[1:], ""], strict=False):
            inner = bare(sentence).strip()
            if not inner:
                return Verdict(False, "a sentence of nothing but marks")
            if inner[-1] not in listed and inner[-2:][0] not in listed:
                first = bare(after).strip()[:1]
                if first not in listed:
                    return Verdict(False, "a sentence without an emoji at its end")
        return Verdict(True, "each sentence ends with an emoji")


@cache
def _emoji() -> frozenset[str]:
    import emoji  # noqa: PLC0415 - a large table

    return frozenset(emoji.EMOJI_DATA)


class QuoteUnquote(IFBench):
    """No quotation follows another directly, and none ends the text.

    White space is left out: two ``"`` side by side fail, and so does a text that ends with ``"``
    before digits and marks. A text without quotations passes.
    """

    says = "Let an explanation outside quotation marks follow each quotation."
    example = Example({}, '"Rain" is water.', 'It is "rain".')

    kind: Literal["ifbench/format:quote_unquote"] = "ifbench/format:quote_unquote"

    def decide(self, text: Text) -> Verdict:
        """Return whether each quotation is followed by something else."""
        string = "".join(text.string.replace("'\"'", "").split())
        if '""' in string:
            return Verdict(False, "two quotation marks side by side")
        ended = string.strip(_DIGITS_AND_MARKS).endswith('"')
        return verdict(not ended, "no quotation at the end", "a quotation at the end")


class TitleCase(IFBench):
    """No word is in lower case, nor begins in lower case before capitals.

    Words are nltk's tokens: "of", "the" and the second half of "Don't" fail, and mixed case passes
    (no thread reports it). It needs nltk's ``punkt_tab``.
    """

    says = "Write the whole answer in title case."
    example = Example({}, "Rain In Town", "Rain in Town")

    kind: Literal["ifbench/format:title_case"] = "ifbench/format:title_case"

    def decide(self, text: Text) -> Verdict:
        """Return whether no word is in lower case."""
        for word in tokens(text):
            rest = word[1:]
            low = word[0].isalpha() and word[0].islower()
            if low and (not rest or rest.isupper() or rest.islower()):
                return Verdict(False, f"{word} is not in title case")
        return Verdict(True, "in title case")


class OutputTemplate(IFBench):
    """Three parts are found, in any order: "My Answer:", "My Conclusion:", "Future Outlook:"."""

    says = 'Write under "My Answer:", "My Conclusion:" and "Future Outlook:".'
    example = Example(
        {}, "My Answer: rain. My Conclusion: stay. Future Outlook: sun.", "My Answer: rain."
    )

    kind: Literal["ifbench/format:output_template"] = "ifbench/format:output_template"

    def decide(self, text: Text) -> Verdict:
        """Return whether all three are found."""
        missing = [part for part in _TEMPLATE if part not in text.string]
        return verdict(not missing, "all three found", f"missing: {' '.join(missing)}")

    def grows(self) -> bool | None:
        """Return that more lines can only help."""
        return True


class NoWhitespace(IFBench):
    """No white space is found."""

    absence = True
    says = "Use no white space."
    example = Example({}, "Rain.", "It rained.")

    kind: Literal["ifbench/format:no_whitespace"] = "ifbench/format:no_whitespace"

    def decide(self, text: Text) -> Verdict:
        """Return whether there is no white space."""
        string = text.string
        met = not string or string.split(None, 1) == [string]
        return verdict(met, "no white space", "white space found")
