r"""Tests of `crab.benchmarks.patterns`: Python's patterns, matched alike in linear time."""

from __future__ import annotations

import re
from time import process_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crab.benchmarks import instruction
from crab.benchmarks.patterns import LinearPattern, linear
from crab.errors import UsageError
from crab.text import Text

LETTERS = "abkKsSiIxé1_ -.\nßſİıÉ中\N{KELVIN SIGN}"
LITERALS = [re.escape(char) for char in LETTERS]
CLASSES = [
    *(
        ".",
        r"\w",
        r"\W",
        r"\d",
        r"\D",
        r"\s",
        r"\S",
        "[a-c]",
        "[^a]",
        "[^a-kK]",
        r"[\w-]",
        r"[^\s\d]",
    ),
    *("[ſé]", "[^İ]", "[A-Z]", "[à-ÿ]"),
]
ANCHORS = [r"\b", r"\B", "^", r"\A", r"\Z"]
REPEATS = ["*", "+", "?", "{2}", "{1,3}", "{,2}", "+?", "++", "{0}"]
FLAGS = [re.IGNORECASE, 0, re.IGNORECASE | re.MULTILINE, re.IGNORECASE | re.ASCII]

single = st.sampled_from(LITERALS + CLASSES)


def repeated(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """A pattern or a group, as it is or repeated."""
    group = st.builds("{}{})".format, st.sampled_from(["(", "(?:", "(?i:", "(?s:"]), inner)
    choice = st.lists(inner, min_size=2, max_size=3).map(lambda some: f"(?:{'|'.join(some)})")
    atom = st.one_of(single, group, choice)
    return st.one_of(
        atom,
        st.builds(str.__add__, atom, st.sampled_from(REPEATS)),
        st.lists(atom, min_size=2, max_size=3).map("".join),
    )


tree = st.recursive(st.one_of(single, st.sampled_from(ANCHORS)), repeated, max_leaves=7)
pattern = st.builds(
    "{}{}{}".format, st.sampled_from(["", "", "^"]), tree, st.sampled_from(["", "$"])
)
text = st.text(st.sampled_from(LETTERS), min_size=1, max_size=7)
"""Not empty: versions of Python differ in what ``\\B`` finds in nothing."""
literal = st.text(st.sampled_from("abkKsSiIé1_ -ſİıÉ中"), min_size=1, max_size=3)
fuzz = settings(
    max_examples=500,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def both(source: str, flags: int) -> tuple[LinearPattern, re.Pattern[str]] | None:
    """The pattern and Python's own; None where it is refused."""
    try:
        return LinearPattern(source, flags), re.compile(source, flags)
    except ValueError:
        return None


@fuzz
@given(pattern, st.sampled_from(FLAGS), st.lists(text, min_size=1, max_size=4))
def test_matches_are_those_of_python(source, flags, strings):
    """Any pattern that is not refused matches where Python's does, and as often."""
    made = both(source, flags)
    if made is None:
        return
    ours, theirs = made
    for string in strings:
        assert ours.search(string) is (theirs.search(string) is not None)
        if ours.countable:
            assert ours.count(string) == len(theirs.findall(string))
            assert len(ours.spans(string)) == ours.count(string)


@fuzz
@given(st.one_of(literal, tree), st.lists(text, min_size=1, max_size=4))
def test_bounded_patterns(source, strings):
    r"""Between ``\b`` and ``\b``, words and expressions are found where Python finds them."""
    try:
        ours = LinearPattern(source, bounded=True)
    except ValueError:
        return
    theirs = re.compile(rf"\b{source}\b", re.IGNORECASE)
    for string in strings:
        found = theirs.search(string) is not None
        assert ours.search(string) is found
        assert ours.found(Text(string)) is found
        if ours.countable:
            assert ours.count(string) == len(theirs.findall(string))


@fuzz
@given(literal, st.text(st.sampled_from("abkKsSiIé1_ -ſİıÉ中"), max_size=9))
def test_words_without_special_characters(word, string):
    """A plain word is found and counted as Python's pattern does, whatever letters are near."""
    theirs = re.compile(word, re.IGNORECASE)
    ours = linear(word)
    assert ours.literal
    assert ours.found(Text(string)) is (theirs.search(string) is not None)
    assert ours.times(Text(string)) == len(theirs.findall(string))
    assert ours.spans(string) == [match.span() for match in theirs.finditer(string)]


@pytest.mark.parametrize(
    ("source", "string", "times"),
    [
        ("k", "kK\N{KELVIN SIGN}", 3),
        ("ſ", "sSſ", 3),
        ("i", "iIİı", 4),
        ("İ", "iIİı", 4),
        ("é", "éÉe\u0301", 2),
        ("ß", "ßẞss", 2),
        ("k.", "\N{KELVIN SIGN}x", 1),
        ("[k]s", "\N{KELVIN SIGN}ſ", 1),
        ("C++", "C, c and CCC++", 3),
        ("a.b", "axb a.b a\nb", 2),
        ("", "rain", 5),
        ("war", "toward WAR", 2),
        ("x?", "axb", 4),
        (r"\$5", "$5 or $50", 2),
        ("(?i:A)b", "AB ab", 2),
        ("rain|snow", "Rain, snow, rainsnow", 4),
        ("rain$", "rain\nrain\n", 1),
        ("[^a]$", "1\n", 2),
    ],
)
def test_counts(source, string, times):
    """Letters of either case are one, those too whose other case is far away."""
    assert len(re.findall(source, string, re.IGNORECASE)) == times
    assert linear(source).count(string) == linear(source).times(Text(string)) == times
    assert linear(source).search(string) is linear(source).found(Text(string)) is True


@pytest.mark.parametrize(
    ("source", "string"),
    [
        ("(a+)+$", "a" * 50_000 + "b"),
        ("(a|a)*b", "a" * 50_000),
        ("(a*)*c", "a" * 50_000),
        (r"(\w+\s?)*!", "rain " * 10_000),
        ("a.*b.*c.*d", "abc" * 20_000),
        ("x*x*x*x*y", "x" * 50_000),
        ("(.+)+[^ab]$", "ab" * 25_000),
    ],
)
def test_time_is_linear(source, string):
    """Patterns that take Python's engine ages take part of a second."""
    began = process_time()
    assert LinearPattern(source).search(string) is False
    assert LinearPattern(source).count(string) == 0
    assert process_time() - began < 2


@pytest.mark.parametrize("word", ["a", "a b", "rain", "aa", "a-a"])
def test_bounded_words_take_linear_time(word):
    """A forbidden word of which a long text holds many parts takes part of a second."""
    began = process_time()
    for string in ("a" * 200_000, "a-" * 100_000, "xrain" * 40_000):
        linear(word, bounded=True).found(Text(string))
    assert process_time() - began < 2


@pytest.mark.parametrize(
    ("word", "string", "found"),
    [
        ("rain", "It rains.", False),
        ("rain", "RAIN!", True),
        ("rain", "_rain_", False),
        ("rain", "rain", True),
        ("rain", "érain", False),
        ("rain", "rains and rain", True),
        ("C++ (x)", "C++ (x)", False),
        ("-", "a-b", True),
        ("-", "a - b", False),
        ("", "rain", True),
        ("", "...", False),
        ("ſ", "s", True),
        ("s", "ſ", True),
        ("the end.", "the end.", False),
        ("the end.", "the ends", True),
    ],
)
def test_forbidden_words(word, string, found):
    r"""A forbidden word is found between ``\b`` and ``\b``, as IFEval finds it."""
    assert (re.search(rf"\b{word}\b", string, re.IGNORECASE) is not None) is found
    assert linear(word, bounded=True).found(Text(string)) is found
    rule = instruction("ifeval", "keywords:forbidden_words", {"forbidden_words": [word]})
    assert rule.check(string).met is not found


REFUSED = {
    r"(a)\1": "groupref",
    "(?P<x>a)(?P=x)": "groupref",
    "(?=a)": "assert",
    "a(?!b)": "assert_not",
    "(?<=a)b": "assert",
    "(?<!a)b": "assert_not",
    "(?>a+)b": "atomic",
    "(a)?(?(1)b|c)": "groupref_exists",
    "(rain": "unterminated subpattern",
    "rain)": "unbalanced parenthesis",
    "[a": "unterminated character set",
    "a{5000}": "more than 1000 times",
    "a{1,5000}": "more than 1000 times",
    "*": "nothing to repeat",
    "a**": "multiple repeat",
    "\\": "bad escape",
    "a++a": "gives nothing back",
    "((((((((((a{99}){99}){99}){99}){99}){99}){99}){99}){99}){99})": "RE2",
}


@pytest.mark.parametrize(("source", "why"), REFUSED.items())
def test_refused(source, why):
    """What cannot be matched in linear time is refused, with the pattern and the reason."""
    with pytest.raises(ValueError, match="cannot be matched: ") as refused:
        LinearPattern(source)
    assert why in str(refused.value)
    assert f"{source!r:.40}" in str(refused.value)
    with pytest.raises(UsageError, match=r"ifeval keywords:existence: the argument 'keywords\.1'"):
        instruction("ifeval", "keywords:existence", {"keywords": ["rain", source]})


@pytest.mark.parametrize(
    "source", ["(" * 3000 + ")" * 3000, "a|" * 50_000 + "(", "[" + "a" * 200_000]
)
def test_enormous_patterns(source):
    """A pattern of any size is taken or refused, and the message stays short."""
    with pytest.raises(ValueError, match="cannot be matched") as refused:
        LinearPattern(source)
    assert len(str(refused.value)) < 300


def test_patterns_are_made_once():
    """The same pattern is made ready once, and another by its flags and its bounds."""
    assert linear("r.in") is linear("r.in")
    assert linear("r.in", 0) is not linear("r.in")
    assert linear("r.in", bounded=True) is not linear("r.in")
    assert linear("rain", 0).search("RAIN") is False


@pytest.mark.parametrize("source", [".*?", "(?:ab|c)*", "a??b*", "a|", "(?:|.)*c?"])
def test_what_may_match_nothing_is_found_and_not_counted(source):
    """Where matches have no definite number, a keyword can be looked for, and not be counted."""
    assert not LinearPattern(source).countable
    assert instruction("ifeval", "keywords:existence", {"keywords": [source]}).check("x").met
    counted = {"keyword": source, "frequency": 1, "relation": "at least"}
    with pytest.raises(UsageError, match=r"'keyword': .* may match nothing"):
        instruction("ifeval", "keywords:frequency", counted)


@pytest.mark.parametrize("word", ["C++", "US$", "$5", "c$", "C++ x", "a$b"])
@pytest.mark.parametrize("string", ["I use C++ daily", "CC", "it cost $5", "the US\n", "abc", "c"])
def test_words_with_marks_of_expressions(word, string):
    """Words that people mean as they stand are read as Python's ``re`` reads them."""
    forbidden = instruction("ifeval", "keywords:forbidden_words", {"forbidden_words": [word]})
    assert forbidden.check(string).met is not bool(re.search(rf"\b{word}\b", string, re.IGNORECASE))
    needed = instruction("ifeval", "keywords:existence", {"keywords": [word]})
    assert needed.check(string).met is bool(re.search(word, string, re.IGNORECASE))


@pytest.mark.parametrize("word", ["a" * 80_000, "雨" * 20_000])
def test_long_words_are_quick(word):
    """A keyword of any length is looked for as it stands."""
    began = process_time()
    assert LinearPattern(word).found(Text(word + "x"))
    assert process_time() - began < 1


@pytest.mark.parametrize(
    ("source", "why"),
    [
        (r"\b-C*+\b", "gives nothing back"),
        (r"(?a:\b)a", "flag m or a"),
        ("".join(map(chr, range(0x4E00, 0x5500))) + "?", "different characters"),
    ],
)
def test_more_that_is_refused(source, why):
    """What would be matched otherwise, or too slowly, is refused too."""
    with pytest.raises(ValueError, match=why):
        LinearPattern(source)
