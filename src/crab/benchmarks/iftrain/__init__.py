"""IFTrain's 29 instructions (arXiv 2507.02833), as open-instruct's IFEvalG decides them."""

from __future__ import annotations

from crab.benchmarks.iftrain.copying import (
    Copy,
    CopyingMultiple,
    CopyingSimple,
    CopySpanIdx,
    RepeatPhrase,
)
from crab.benchmarks.iftrain.counts import (
    CountIncrementWord,
    CountingComposition,
    CountUnique,
    LetterCounting,
    LetterCounting2,
    LowercaseCounting,
    Paragraphs,
    Paragraphs2,
)
from crab.benchmarks.iftrain.family import IFTrain
from crab.benchmarks.iftrain.format import (
    BigramWrapping,
    PunctuationDot,
    PunctuationExclamation,
    SentenceHyphens,
    SquareBrackets,
)
from crab.benchmarks.iftrain.words import (
    ExcludeWordHarder,
    FirstWordAnswer,
    FirstWordSent,
    KeywordSpecificPosition,
    LastWordAnswer,
    LastWordSent,
    NoAdjacentConsecutive,
    Palindrome,
    StartEnd,
    WordCountDifferentNumbers,
    WordOnce,
)

__all__ = [
    "BigramWrapping",
    "Copy",
    "CopySpanIdx",
    "CopyingMultiple",
    "CopyingSimple",
    "CountIncrementWord",
    "CountUnique",
    "CountingComposition",
    "ExcludeWordHarder",
    "FirstWordAnswer",
    "FirstWordSent",
    "IFTrain",
    "KeywordSpecificPosition",
    "LastWordAnswer",
    "LastWordSent",
    "LetterCounting",
    "LetterCounting2",
    "LowercaseCounting",
    "NoAdjacentConsecutive",
    "Palindrome",
    "Paragraphs",
    "Paragraphs2",
    "PunctuationDot",
    "PunctuationExclamation",
    "RepeatPhrase",
    "SentenceHyphens",
    "SquareBrackets",
    "StartEnd",
    "WordCountDifferentNumbers",
    "WordOnce",
]
