"""Language: which language and which script a response is written in."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import cache
from random import Random
from typing import Annotated, ClassVar, Literal, Self

import regex
from pydantic import AfterValidator, StringConstraints

from crab import languages
from crab.constraints.base import Constraint, Example, Rule, Verdict
from crab.lexicon import lexicon
from crab.text import Span, Text

__all__ = ["SCRIPTS", "Language", "ResponseLanguage", "ScriptOnly"]

SCRIPTS: dict[str, str] = {
    "Arab": "Arabic",
    "Armn": "Armenian",
    "Beng": "Bengali",
    "Cyrl": "Cyrillic",
    "Deva": "Devanagari",
    "Ethi": "Ethiopic",
    "Geor": "Georgian",
    "Grek": "Greek",
    "Gujr": "Gujarati",
    "Guru": "Gurmukhi",
    "Hang": "Hangul",
    "Hani": "Han",
    "Hebr": "Hebrew",
    "Hira": "Hiragana",
    "Jpan": "Han Hiragana Katakana",
    "Kana": "Katakana",
    "Khmr": "Khmer",
    "Knda": "Kannada",
    "Kore": "Hangul Han",
    "Laoo": "Lao",
    "Latn": "Latin",
    "Mlym": "Malayalam",
    "Mymr": "Myanmar",
    "Sinh": "Sinhala",
    "Taml": "Tamil",
    "Telu": "Telugu",
    "Thai": "Thai",
}
"""ISO 15924 codes with the Unicode scripts that they stand for."""

_SCRIPT_OF = {
    **dict.fromkeys(("ar", "fa", "ur", "ps", "ug"), "Arab"),
    **dict.fromkeys(("be", "bg", "kk", "ky", "mk", "mn", "ru", "sr", "tg", "tt", "uk"), "Cyrl"),
    **dict.fromkeys(("hi", "mr", "ne"), "Deva"),
    "zh": "Hani",
    "ja": "Jpan",
    "ko": "Kore",
    "th": "Thai",
    "el": "Grek",
    "he": "Hebr",
    "hy": "Armn",
    "ka": "Geor",
    "am": "Ethi",
    "bn": "Beng",
    "gu": "Gujr",
    "pa": "Guru",
    "kn": "Knda",
    "km": "Khmr",
    "lo": "Laoo",
    "ml": "Mlym",
    "my": "Mymr",
    "si": "Sinh",
    "ta": "Taml",
    "te": "Telu",
}
"""The script of each language that is not written in Latin letters."""

_LONG_PARAGRAPH = 150
_MARK = regex.compile(r"\p{M}")
_ASCII_OTHERS = bytes(code for code in range(128) if not chr(code).isalpha())

_SINGLE = ("Latn", "Cyrl", "Hani", "Jpan", "Arab", "Kore", "Deva", "Thai", "Grek", "Hebr")


def _known_script(script: str) -> str:
    if script not in SCRIPTS:
        raise ValueError(f"no script {script!r}; known: {', '.join(SCRIPTS)}")
    return script


@cache
def _others(script: str) -> regex.Pattern[str]:
    inside = "".join(rf"\p{{{name}}}" for name in SCRIPTS[script].split())
    extra = "ー々" if script in ("Jpan", "Kana", "Hira") else ""
    return regex.compile(rf"(?V1)[\p{{L}}--[{inside}{extra}]]")


class Language(Constraint):
    """Which language and script the response is written in."""

    family: ClassVar[str] = "language"
    hint: ClassVar[str] = "The language or the script that the whole response is written in."


class ResponseLanguage(Language, Rule):
    """The response is written in ``language``.

    The language is what fastText's ``lid.176`` model says of the prose (or of everything, where
    there is little prose). It is proposed only where langdetect's n-gram profiles agree.

    >>> ResponseLanguage(language="fr").check("Il pleut depuis ce matin et nous restons ici.")
    Verdict(met=True, reason='fr', spans=())
    """

    hint: ClassVar[str] = "The language of the response, as an ISO 639-1 code."
    example: ClassVar[Example] = Example(
        {"language": "fr"},
        "Il pleut depuis ce matin et nous restons à la maison.",
        "It has rained since this morning and we are staying home.",
    )

    kind: Literal["response_language"] = "response_language"
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
    """ISO 639-1 code."""

    def check(self, text: str | Text) -> Verdict:
        """Return whether the text is in the language."""
        found = Text.of(text).language
        return Verdict(found == self.language, found or "no language found")

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:
        """Yield the language of a text that is mostly letters, where two detectors agree on it."""
        text = Text.of(text)
        if len(text) < 40 or text.certain_language is None:
            return
        mostly_prose = 2 * sum(text.words_in(text.prose)) > len(text.words)
        if mostly_prose and _written_in(text) and _throughout(text):
            yield cls(language=text.certain_language)


def _written_in(text: Text) -> bool:
    """Whether half of the characters are of words, nine letters of ten in the language's script."""
    string = text.string
    if string.isascii():
        letters, marks = len(string.encode().translate(None, _ASCII_OTHERS)), 0
    else:
        letters, marks = sum(map(str.isalpha, string)), len(_MARK.findall(string))
    if 2 * (letters + marks) < text.readings.characters.low:
        return False
    script = _SCRIPT_OF.get(text.certain_language or "", "Latn")
    if script == "Latn" and string.isascii():
        return True
    return 10 * len(_others(script).findall(string)) <= letters


def _throughout(text: Text) -> bool:
    """Whether the text as a whole and each long paragraph is in its language, too.

    An English text in ASCII needs no such look where its paragraphs are full of function words.
    """
    language, string = text.certain_language, text.string
    parts = [part for part in text.prose if part[1] - part[0] >= _LONG_PARAGRAPH]
    if language == "en" and string.isascii():
        parts = [part for part in parts if not _plainly_english(text, part)]
        return not parts or all(languages.detect_whole(text[part]) == "en" for part in parts)
    return languages.detect_whole(string) == language and all(
        languages.detect_whole(text[part]) == language for part in parts
    )


def _plainly_english(text: Text, part: Span) -> bool:
    """Whether a fifth of the words of a part are function words of English."""
    starts = text.word_starts
    words = text.folded_words[bisect_left(starts, part[0]) : bisect_left(starts, part[1])]
    function_words = lexicon("en").function_words
    return 5 * sum(word in function_words for word in words) >= len(words)


class ScriptOnly(Language, Rule):
    """Every letter of the response belongs to ``script``, and there is at least one.

    Digits, punctuation, symbols and combining marks are no letters.

    >>> ScriptOnly(script="Latn").check("Это rain").reason
    '3 letters of other scripts'
    """

    hint: ClassVar[str] = "The only script that letters may come from, as an ISO 15924 code."
    example: ClassVar[Example] = Example(
        {"script": "Cyrl"}, "Сегодня идёт дождь.", "Сегодня идёт rain."
    )

    kind: Literal["script_only"] = "script_only"
    script: Annotated[str, AfterValidator(_known_script)]
    """ISO 15924 code of the script."""

    def check(self, text: str | Text) -> Verdict:
        """Return whether all letters are of the script; the spans are the others."""
        string = Text.of(text).string
        others = tuple(match.span() for match in _others(self.script).finditer(string))
        if others:
            return Verdict(False, f"{len(others)} letters of other scripts", others)
        some = any(char.isalpha() for char in string)
        return Verdict(some, "no other script" if some else "no letter")

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:
        """Yield the script of a text of some length that uses no other."""
        text = Text.of(text)
        string = text.string
        if len(text.words) < 10 or sum(map(str.isalpha, string[:100])) < 10:
            return
        for script in _SINGLE:
            if (script == "Latn" and string.isascii()) or not _others(script).search(string):
                yield cls(script=script)
                return
