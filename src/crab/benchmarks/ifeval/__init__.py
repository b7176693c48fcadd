"""IFEval's 25 instructions (arXiv 2311.07911), as google-research decides them."""

from __future__ import annotations

from crab.benchmarks.ifeval.combination import RepeatPrompt, TwoResponses
from crab.benchmarks.ifeval.content import NumberPlaceholders, Postscript
from crab.benchmarks.ifeval.family import IFEval
from crab.benchmarks.ifeval.format import (
    ConstrainedResponse,
    JsonFormat,
    MultipleSections,
    NumberBulletLists,
    NumberHighlightedSections,
    Title,
)
from crab.benchmarks.ifeval.keywords import (
    Existence,
    ForbiddenWords,
    Frequency,
    LetterFrequency,
)
from crab.benchmarks.ifeval.length import (
    NthParagraphFirstWord,
    NumberParagraphs,
    NumberSentences,
    NumberWords,
)
from crab.benchmarks.ifeval.writing import (
    CapitalWordFrequency,
    EndChecker,
    EnglishCapital,
    EnglishLowercase,
    NoComma,
    Quotation,
    ResponseLanguage,
)

__all__ = [
    "CapitalWordFrequency",
    "ConstrainedResponse",
    "EndChecker",
    "EnglishCapital",
    "EnglishLowercase",
    "Existence",
    "ForbiddenWords",
    "Frequency",
    "IFEval",
    "JsonFormat",
    "LetterFrequency",
    "MultipleSections",
    "NoComma",
    "NthParagraphFirstWord",
    "NumberBulletLists",
    "NumberHighlightedSections",
    "NumberParagraphs",
    "NumberPlaceholders",
    "NumberSentences",
    "NumberWords",
    "Postscript",
    "Quotation",
    "RepeatPrompt",
    "ResponseLanguage",
    "Title",
    "TwoResponses",
]
