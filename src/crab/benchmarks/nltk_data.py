"""Data of nltk that checks need: found on nltk's search path, never downloaded."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, TypeVar

from crab.errors import MissingData

if TYPE_CHECKING:
    from collections.abc import Callable

    from nltk.tag.perceptron import PerceptronTagger
    from nltk.tokenize.punkt import PunktTokenizer

T = TypeVar("T")

__all__ = ["punkt", "stop_words", "tagger"]


@cache
def punkt() -> PunktTokenizer:
    """Return the English Punkt model.

    Raises:
        MissingData: It is not installed; the error names the command that installs it.
    """
    from nltk.tokenize.punkt import PunktTokenizer  # noqa: PLC0415 - kept off the import path

    return _found("punkt_tab", "the English Punkt model", lambda: PunktTokenizer("english"))


@cache
def stop_words() -> frozenset[str]:
    """Return the English stop words.

    Raises:
        MissingData: They are not installed; the error names the command that installs them.
    """
    from nltk.corpus import stopwords  # noqa: PLC0415

    return _found(
        "stopwords", "the English stop words", lambda: frozenset(stopwords.words("english"))
    )


@cache
def tagger() -> PerceptronTagger:
    """Return the English part-of-speech tagger.

    Raises:
        MissingData: It is not installed; the error names the command that installs it.
    """
    from nltk.tag.perceptron import PerceptronTagger  # noqa: PLC0415

    return _found(
        "averaged_perceptron_tagger_eng",
        "the English part-of-speech tagger",
        lambda: PerceptronTagger(lang="eng"),
    )


def _found(package: str, what: str, load: Callable[[], T]) -> T:
    try:
        return load()
    except LookupError:
        raise MissingData(
            f"nltk's search path lacks {what}; run: python -m nltk.downloader {package}, or set "
            "NLTK_DATA to the folder that holds it"
        ) from None
