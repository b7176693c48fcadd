"""Every built-in constraint kind, the families, and what kinds are made of."""

from __future__ import annotations

from crab.constraints.base import Constraint, Example, Judged, Rule, Verdict
from crab.constraints.bounds import Bounded, Measure
from crab.constraints.capitals import CapitalWordCount, LetterCase
from crab.constraints.code_blocks import CodeBlockCount
from crab.constraints.content import (
    Audience,
    Circumstance,
    Content,
    Exclusion,
    OrderOfParts,
    OutputFormat,
    SemanticElement,
)
from crab.constraints.contractions import NoContractions
from crab.constraints.dialogue import DialogueLines
from crab.constraints.emojis import EmojiCount, NoEmoji
from crab.constraints.emphasis import EmphasisStyle, HighlightCount
from crab.constraints.format import Format
from crab.constraints.headings import HeadingCount, HeadingLevel, Title
from crab.constraints.json_output import JsonOutput
from crab.constraints.keywords import ForbiddenWords, KeywordCount, Keywords, Lexical
from crab.constraints.language import Language, ResponseLanguage, ScriptOnly
from crab.constraints.length import (
    CharacterCount,
    Length,
    LineCount,
    ParagraphCount,
    SentenceCount,
    WordCount,
    WordCountNear,
)
from crab.constraints.length_of_parts import (
    CharactersPerWord,
    SentencesPerParagraph,
    WordsPerParagraph,
    WordsPerSentence,
)
from crab.constraints.letters import LetterCount
from crab.constraints.links import LinkCount
from crab.constraints.list_items import BoldLeadIns, ItemStyle, ItemWordCount
from crab.constraints.lists import BulletCount, ListDepth, NumberedItemCount
from crab.constraints.numbers import NumberCount, Numerals
from crab.constraints.openings_and_endings import EndsWith, FirstSentenceContains, StartsWith
from crab.constraints.person import Person
from crab.constraints.placeholders import PlaceholderCount
from crab.constraints.plain_text import NoLists, NoMarkdown
from crab.constraints.punctuation import NoPunctuation, Punctuation, PunctuationCount
from crab.constraints.questions_and_exclamations import (
    EndsWithQuestion,
    ExclamationCount,
    NoExclamations,
    NoQuestions,
    QuestionCount,
)
from crab.constraints.quotations import QuotationCount
from crab.constraints.quotes import QuoteBlockCount, WrappedInQuotes
from crab.constraints.readability import ReadingGrade
from crab.constraints.sections import ParagraphSeparator, Postscript, SectionCount
from crab.constraints.sentence_openers import SentenceOpenersVary
from crab.constraints.style import GrammaticalStructure, LiteraryDevice, Style, WritingStyle
from crab.constraints.tables import TableColumns, TableCount, TableRows
from crab.constraints.vocabulary import UniqueWordCount

__all__ = [
    "Audience",
    "BoldLeadIns",
    "Bounded",
    "BulletCount",
    "CapitalWordCount",
    "CharacterCount",
    "CharactersPerWord",
    "Circumstance",
    "CodeBlockCount",
    "Constraint",
    "Content",
    "DialogueLines",
    "EmojiCount",
    "EmphasisStyle",
    "EndsWith",
    "EndsWithQuestion",
    "Example",
    "ExclamationCount",
    "Exclusion",
    "FirstSentenceContains",
    "ForbiddenWords",
    "Format",
    "GrammaticalStructure",
    "HeadingCount",
    "HeadingLevel",
    "HighlightCount",
    "ItemStyle",
    "ItemWordCount",
    "JsonOutput",
    "Judged",
    "KeywordCount",
    "Keywords",
    "Language",
    "Length",
    "LetterCase",
    "LetterCount",
    "Lexical",
    "LineCount",
    "LinkCount",
    "ListDepth",
    "LiteraryDevice",
    "Measure",
    "NoContractions",
    "NoEmoji",
    "NoExclamations",
    "NoLists",
    "NoMarkdown",
    "NoPunctuation",
    "NoQuestions",
    "NumberCount",
    "NumberedItemCount",
    "Numerals",
    "OrderOfParts",
    "OutputFormat",
    "ParagraphCount",
    "ParagraphSeparator",
    "Person",
    "PlaceholderCount",
    "Postscript",
    "Punctuation",
    "PunctuationCount",
    "QuestionCount",
    "QuotationCount",
    "QuoteBlockCount",
    "ReadingGrade",
    "ResponseLanguage",
    "Rule",
    "ScriptOnly",
    "SectionCount",
    "SemanticElement",
    "SentenceCount",
    "SentenceOpenersVary",
    "SentencesPerParagraph",
    "StartsWith",
    "Style",
    "TableColumns",
    "TableCount",
    "TableRows",
    "Title",
    "UniqueWordCount",
    "Verdict",
    "WordCount",
    "WordCountNear",
    "WordsPerParagraph",
    "WordsPerSentence",
    "WrappedInQuotes",
    "WritingStyle",
]
