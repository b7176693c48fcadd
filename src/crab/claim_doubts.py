"""What makes a sentence doubtful: words that count, bound or turn around what was not read."""

from __future__ import annotations

import re

from crab.claim_patterns import LANGUAGES, NEVER, NUMBERS, pattern

__all__ = ["COUNTABLE", "RISKY"]

_WORDS = "|".join(NUMBERS)
_ANY = rf"(?:\d[\d.,]*|{_WORDS})"
_LANGUAGE = "|".join(LANGUAGES)

RISKY = pattern(
    rf"\b(?:{NEVER}|nor|neither|none|hardly|rarely|seldom|nobody|nothing|except|unless|only|or|either|instead|rather|each|every|per"
    r"|any|half|some|most|mainly|few|several|many|more|less|fewer|than|least|sparing\w*|once"
    r"|twice|times|both|if|when\w*|where\w*|optional\w*|possibl[ey]|may|might|just|almost|first"
    r"|second|third|fourth|fifth|next|last|final|opening|closing|introduct\w+|conclusion"
    r"|concluding|intro|stanzas?|verses?|sections?|titles?|summar\w+|headlines?|chapters?|examples?"
    r"|after|before|quot\w+|named|called|words?|phrases?|terms?|sentences?|paragraphs?|lines?"
    r"|bullets?|items?|lists?|(?:sub)?headings?|headers?|tables?|code|markdown|json|emojis?"
    r"|questions?|exclam\w+|commas?|colons?|dash(?:es)?|names?|parts?|beginning|start|end"
    rf"|{_WORDS}|{_LANGUAGE})\b|\d|[\"']"
)
"""What may turn around, bound or shift a rule that was read beside it."""

_FORMS = (
    r"(?:bullet(?:s|ed|[- ]points?| lists?)|lists|a list|numbered|(?:sub)?headings?|headers?"
    r"|tables?|code blocks?|markdown|json|emojis?|contractions?|exclamation|question marks?|commas?"
    r"|colons?|semicolons?|dash(?:es)?|parenthes\w+|brackets?|quotation marks?|quotes"
    r"|punctuation|(?:lower|upper)[- ]?case|capital(?:s| letters)|all caps|bold(?! \w)|italics)"
)
_THINGS = (
    r"(?:words?|sentences?|paragraphs?|lines?|characters?|letters?|syllables?|bullets?|points?|items?"
    r"|entries|columns?|rows?|steps?|(?:sub)?headings?|headers?|sections?|parts?|stanzas?|verses?"
    r"|tables?|lists?|blocks?|phrases?|clauses?|keywords?|commas?|semicolons?|colons?|dashes"
    r"|marks?|exclamations?|emojis?|hashtags?|links?|quotes?|quotations?|times|pages?|chapters?"
    r"|scenes?|questions?)"
)
_POINTS = (
    r"(?:examples|reasons|tips|ways|arguments|ideas|facts|benefits|causes|options|suggestions"
    r"|metaphors|similes|adjectives|verbs|nouns|names|numbers|citations|references|ingredients"
    r"|advantages|disadvantages|factors|strategies|methods|aspects|details|risks|effects)"
)
_BOUND = (
    r"(?:at least|at most|no more than|no fewer than|no less than|more than|fewer than|less than"
    r"|up to|exactly|precisely|(?:max|min)(?:imum)?(?: of)?|only|just)"
)
_OTHER_NUMBERS = (
    r"(?:\d+|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|einen|einem|ein|eine|deux|trois|quatre"
    r"|cinq|six|sept|huit|neuf|dix|une?|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|una?"
    r"|дв[ае]|двух|тр[иё]х?|четыр\w+|пят[ьи]|шест[ьи]|сем[ьи]|восьм?\w+|девят[ьи]|десят[ьи]|од\w+)"
)
COUNTABLE: tuple[re.Pattern[str], ...] = (
    pattern(rf"\b{_ANY}[ -](?:[\w'-]+ ){{0,3}}?{_THINGS}\b"),
    pattern(rf"\b{_ANY} (?:[\w'-]+ ){{0,3}}?{_POINTS}\b"),
    pattern(rf"\b{_BOUND} (?:an? )?{_ANY}\b"),
    pattern(rf"\b{_ANY}(?:\+| or (?:more|less|fewer))"),
    pattern(rf"\b(?:between {_ANY} (?:and|to) {_ANY}|(?:about|around|over|under|roughly) \d)"),
    pattern(
        r"\b(?:a couple of|an? few|few|fewer|several|some|many|multiple|number of|half an?|as many"
        rf"|pair of|dozens of|hundreds of) (?:[\w'-]+ ){{0,2}}?{_THINGS}\b"
    ),
    pattern(r"\b(?:twice|thrice|(?:only|exactly|just|at least|at most|more than) once)\b"),
    pattern(r"\b(?:word|character|line) (?:count|limit)\b"),
    pattern(
        r"\b(?:list|name|mention|give|offer|provide|cite|include|add) (?:\w+ ){0,2}?"
        rf"(?!one\b){_ANY}\b"
    ),
    pattern(r"\b(?:thousands?|millions?|numerals?|alphabetical\w*|rhym\w+)\b"),
    pattern(r"\b(?:every|each|any|no) (?:word|letter)\b|\bletter \w\b"),
    pattern(rf"\b(?:either|neither|hardly|rarely|seldom|nobody|nothing|no one)\b.*\b{_FORMS}"),
    pattern(r"\b(?:end\w*|start\w*|begin\w*|is) (?:with |in |as )?an? question\b"),
    pattern(r"\bonce (?:per|each|every|in)\b"),
    pattern(rf"(?:\b(?:{NEVER}|leave out|free of)|n't) (?:[\w',-]+ ){{0,6}}?{_FORMS}\b"),
    pattern(
        r"\b(?:emojis?|contractions?|exclamation (?:marks?|points?)|(?:question|quotation) marks?"
        r"|commas?|semicolons?|punctuation|(?:lower|upper)[- ]?case|capital letters|all caps|digits"
        r"|pronouns?|flesch\w*|(?:reading|grade) level|cyrillic"
        rf"|(?:language\b.*|use )(?:{_LANGUAGE}))\b"
    ),
    pattern(
        r"\b(?:begin|start|open|end|finish|conclud|clos|includ|use|using|contain|mention|sa[yi]"
        r"|repeat|avoid|word|phrase|term|expression|title|head)\w*\b[^\"']*'(?<!\w')|\""
    ),
    re.compile(
        rf"\b{_OTHER_NUMBERS}\s+(?:\w+\s+){{0,2}}(?:wörter\w*|worte\w*|s[aä]tz\w*|abs[aä]tz\w*"
        r"|zeile\w*|zeichen|stichpunkt\w*|punkte\w*|überschrift\w*|tabelle\w*|beispiele\w*|fragen?"
        r"|mots?|phrases?|paragraphes?|lignes?|caractères?|puces?|titres?|tableaux?|exemples"
        r"|palabras?|oraci[oó]n\w*|frases?|párrafos?|líneas?|caracteres|viñetas?|títulos?|tablas?"
        r"|ejemplos|слов\w*|предложени\w*|абзац\w*|строк\w*|символ\w*|пункт\w*|заголов\w*|таблиц\w*"
        r"|пример\w+)\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"[\d二两兩三四五六七八九十百千數数几幾]\s*[个個ヶつ]?の?\s*"
        r"(?:字|词|詞|句|段|行|点|點|条|條|项|項|单词|文|語|単語|列|表|例|問|问题|質問|部分)"
        r"|一\s*[个個ヶつ]?の?\s*(?:字|词|詞|句|段落|行|单词|単語|文で)"
    ),
)
"""What counts something, or names what code could decide, however it is meant."""
