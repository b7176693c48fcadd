"""IFEval's instructions on language, case, punctuation, and how a text begins and ends."""

from __future__ import annotations

from typing import Literal

from crab.benchmarks.base import Count, Relation, compared, verdict
from crab.benchmarks.ifeval.family import IFEval
from crab.benchmarks.measures import language
from crab.benchmarks.token_counts import capital_words
from crab.constraints.base import Example, Verdict
from crab.text import Text

__all__ = [
    "CapitalWordFrequency",
    "EndChecker",
    "EnglishCapital",
    "EnglishLowercase",
    "NoComma",
    "Quotation",
    "ResponseLanguage",
]


class ResponseLanguage(IFEval):
    """langdetect finds the language, or no language at all.

    Where langdetect fails, as on "12345", every language passes. It never says ``zh``, but
    ``zh-cn`` and ``zh-tw``. Elsewhere its verdicts change from run to run; here its seed is 0
    (EleutherAI/lm-evaluation-harness#4213, Mimino666/langdetect#3).
    """

    says = 'Write the whole answer in the language "{language}".'
    example = Example(
        {"language": "de"}, "Es hat den ganzen Tag geregnet.", "It rained the whole day long."
    )

    kind: Literal["ifeval/language:response_language"] = "ifeval/language:response_language"
    language: str
    """The code that langdetect gives."""

    def decide(self, text: Text) -> Verdict:
        """Return whether the language is found, or none."""
        found = language(text)
        return Verdict(found in (None, self.language), _said(found))


class EnglishCapital(IFEval):
    """The text is in capitals, and langdetect finds English or no language.

    langdetect knows few words in capitals, and often takes them for German: "MENU" fails
    (google-research/google-research#3427, Mimino666/langdetect#120).
    """

    says = "Write the whole answer in English and in capital letters."
    example = Example({}, "IT RAINED THE WHOLE DAY LONG IN THE OLD TOWN.", "It rained.")

    kind: Literal["ifeval/change_case:english_capital"] = "ifeval/change_case:english_capital"

    def decide(self, text: Text) -> Verdict:
        """Return whether the text is in capitals and in English."""
        if not text.string.isupper():
            return Verdict(False, "not all in capitals")
        found = language(text)
        return Verdict(found in (None, "en"), _said(found))


class EnglishLowercase(IFEval):
    """The text is in lower case, and langdetect finds English or no language.

    langdetect errs on short texts: "hello" fails (EleutherAI/lm-evaluation-harness#4213).
    """

    says = "Write the whole answer in English and in lower case, without capital letters."
    example = Example({}, "it rained the whole day long in the old town.", "It rained.")

    kind: Literal["ifeval/change_case:english_lowercase"] = "ifeval/change_case:english_lowercase"

    def decide(self, text: Text) -> Verdict:
        """Return whether the text is in lower case and in English."""
        if not text.string.islower():
            return Verdict(False, "not all in lower case")
        found = language(text)
        return Verdict(found in (None, "en"), _said(found))


def _said(found: str | None) -> str:
    return f"langdetect finds {found}" if found else "langdetect finds no language"


class CapitalWordFrequency(IFEval):
    """The words in capitals are fewer than a number, or at least so many.

    Words are what nltk's tokenizer finds: "I", "A", "3D" and the ``'M`` of ``I'M`` count.
    """

    says = "Use words in capital letters {capital_relation} {capital_frequency} times."
    example = Example(
        {"capital_frequency": 2, "capital_relation": "at least"}, "RAIN AND snow", "Rain and snow"
    )

    kind: Literal["ifeval/change_case:capital_word_frequency"] = (
        "ifeval/change_case:capital_word_frequency"
    )
    capital_frequency: Count
    """The number they are compared with."""
    capital_relation: Relation
    """``less than`` or ``at least``."""

    def decide(self, text: Text) -> Verdict:
        """Return whether there are enough words in capitals, or few enough."""
        count = text.remembered(capital_words)
        return compared(count, self.capital_relation, self.capital_frequency, "words in capitals")


class NoComma(IFEval):
    """No comma is found: the one of ASCII, in numbers and code too.

    The commas of other scripts pass.
    """

    absence = True
    says = "Use no commas."
    example = Example({}, "It rained.", "Rain, snow.")

    kind: Literal["ifeval/punctuation:no_comma"] = "ifeval/punctuation:no_comma"

    def decide(self, text: Text) -> Verdict:
        """Return whether there is no comma."""
        return verdict("," not in text.string, "no comma", "a comma found")

    def grows(self) -> bool | None:
        """Return that more lines can only harm."""
        return False


class EndChecker(IFEval):
    """The text ends with a phrase, whatever its case; white space and ``"`` may follow it.

    Other marks may not: ``The End.**`` does not end with "The End.".
    """

    says = "End with exactly these words, and nothing after them: {end_phrase}"
    example = Example({"end_phrase": "That is all."}, "It rained. That is all.", "It rained.")

    kind: Literal["ifeval/startend:end_checker"] = "ifeval/startend:end_checker"
    end_phrase: str
    """The phrase."""

    def decide(self, text: Text) -> Verdict:
        """Return whether the text ends with the phrase."""
        string = text.string.strip().strip('"').lower()
        met = string.endswith(self.end_phrase.strip().lower())
        return verdict(met, "it ends with the phrase", "it ends otherwise")


class Quotation(IFEval):
    """The text begins and ends with ``"``.

    Curly quotation marks fail, and ``"rain" and "snow"`` passes.
    """

    says = "Put the whole answer in double quotation marks."
    example = Example({}, '"It rained."', "“It rained.”")

    kind: Literal["ifeval/startend:quotation"] = "ifeval/startend:quotation"

    def decide(self, text: Text) -> Verdict:
        """Return whether the text is in quotation marks."""
        string = text.string.strip()
        met = len(string) > 1 and string[0] == string[-1] == '"'
        return verdict(met, "in quotation marks", "not in quotation marks")
