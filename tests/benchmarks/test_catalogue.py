"""Tests of `crab.benchmarks.catalogue`: from a benchmark and an id to its instruction."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from types import MappingProxyType
from typing import Any, Literal, get_origin

import pytest

from crab.benchmarks import SOURCES, Instruction, instruction, instruction_class
from crab.benchmarks.catalogue import instruction_classes
from crab.errors import UnknownKind, UsageError

OWN = {
    (cls.source, id_): cls
    for source in SOURCES
    for id_, cls in instruction_classes(source).items()
    if cls.source == source
}
"""Each of the instructions, once."""


def arguments(cls: type[Instruction]) -> dict[str, Any]:
    """Arguments that make an instruction, as a data set holds them."""
    return cls(**cls.example.fields).arguments


ARGUMENTS = [(*head, name) for head, cls in OWN.items() for name in arguments(cls)]
WRONG: dict[Any, list[Any]] = {
    int: [object(), True, "17", [17], {}, 17.5, -1, float("nan"), float("inf")],
    float: [object(), False, "17", [17], {}, -1, float("nan"), float("inf")],
    str: [object(), True, 17, 1.5, {"a": "b"}, []],
    tuple: [object(), True, 17, "rain", {"a": "b"}, [17], [None], [["rain"]]],
    Literal: [object(), True, 17, "at most", "", ["at least"], {}],
}
"""What no argument of a type may be."""


def wrong(cls: type[Instruction], name: str) -> list[Any]:
    """Values that an argument may not have."""
    annotation = cls.model_fields[name].annotation
    return WRONG[get_origin(annotation) or annotation]


def test_ids():
    """IFEval has 25 instructions, IFBench 58 more and IFTrain 29 more; these take IFEval's too."""
    assert {source: len(instruction_classes(source)) for source in SOURCES} == {
        "ifeval": 25,
        "ifbench": 83,
        "iftrain": 54,
    }
    assert len(OWN) == 112
    for (source, id_), cls in OWN.items():
        assert cls.model_fields["kind"].default == f"{source}/{id_}"
        assert (instruction(source, id_, arguments(cls)).id, cls.source) == (id_, source)


@pytest.mark.parametrize("source", ["ifbench", "iftrain"])
def test_ids_of_ifeval_are_taken_by_all(source):
    """IFBench and IFTrain take IFEval's instructions, which stay those of IFEval."""
    for id_, cls in instruction_classes("ifeval").items():
        assert instruction_class(source, id_) is cls
    rule = instruction(source, "punctuation:no_comma")
    assert rule == instruction("ifeval", "punctuation:no_comma")
    assert rule.kind == "ifeval/punctuation:no_comma"


@pytest.mark.parametrize(
    ("source", "id_", "said"),
    [
        ("ifevl", "punctuation:no_comma", "no benchmark 'ifevl' .* ifeval, ifbench, iftrain"),
        ("", "punctuation:no_comma", "no benchmark ''"),
        (None, "punctuation:no_comma", "no benchmark None"),
        ("ifeval", "punctuation:no_coma", "ifeval .*'punctuation:no_coma'.*punctuation:no_comma"),
        ("ifbench", "format:lists", "ifbench .*'format:lists'; did you mean .*format:list"),
        ("ifeval", "format:list", "ifeval has no instruction 'format:list'"),
        ("iftrain", "format:list", "iftrain has no instruction 'format:list'"),
        ("ifbench", "copy:copy", "ifbench has no instruction 'copy:copy'"),
        ("ifeval", "zzz", "ifeval has no instruction 'zzz'$"),
        ("ifeval", "", "ifeval has no instruction ''$"),
        ("ifeval", None, "ifeval has no instruction None"),
        ("ifeval", "ifeval/punctuation:no_comma", "no instruction .*did you mean punctuation"),
    ],
)
def test_unknown(source, id_, said):
    """What is not known is named, with what may have been meant."""
    with pytest.raises(UnknownKind, match=said):
        instruction(source, id_)


@pytest.mark.parametrize(("source", "id_", "name"), ARGUMENTS)
def test_every_argument_is_needed_and_has_its_type(source, id_, name):
    """An argument that is missing, null or of another type is an error that names it."""
    cls = OWN[source, id_]
    given = arguments(cls)
    rest = {other: value for other, value in given.items() if other != name}
    named = f"{source} {id_}: the argument '{name}"
    with pytest.raises(UsageError) as missing:
        instruction(source, id_, rest)
    assert str(missing.value) == f"{named}' is missing"
    with pytest.raises(UsageError) as null:
        instruction(source, id_, {**given, name: None})
    assert str(null.value) == f"{named}' is null"
    for value in wrong(cls, name):
        with pytest.raises(UsageError) as refused:
            instruction(source, id_, {**rest, name: value})
        assert str(refused.value).startswith(named), value


@pytest.mark.parametrize(("source", "id_"), OWN)
def test_what_is_no_argument_is_refused(source, id_):
    """An argument that there is not is an error that names it and those there are."""
    cls = OWN[source, id_]
    given = arguments(cls)
    listed = ", ".join(name for name in cls.model_fields if name not in ("kind", "version"))
    for name in ("prompt", "num_word", ""):
        with pytest.raises(UsageError) as unknown:
            instruction(source, id_, {**given, name: 1})
        told = f"the argument '{name}' is unknown (it takes: {listed or 'none'})"
        assert str(unknown.value) == f"{source} {id_}: {told}"
    for name, value in {"kind": f"{source}/{id_}", "version": 1}.items():
        with pytest.raises(UsageError, match=f"^{source} {id_}: .*{name}.* none of its arguments"):
            instruction(source, id_, {**given, name: value})


def test_all_that_is_wrong_is_told():
    """Every wrong argument is told, not only the first."""
    with pytest.raises(UsageError) as refused:
        instruction(
            "ifeval",
            "keywords:frequency",
            {"frequency": "2", "relation": None, "keyword": "rain", "keywords": ["rain"]},
        )
    told = str(refused.value)
    assert all(f"the argument '{name}'" in told for name in ("frequency", "relation", "keywords"))
    assert "'keyword'" not in told


@pytest.mark.parametrize("value", ["17", True])
def test_the_wrong_value_is_shown(value):
    """The error on a number tells what was given in its place."""
    with pytest.raises(UsageError, match=f"a number is wanted, not '?{value}'?$"):
        instruction("ifbench", "count:numbers", {"N": value})


@pytest.mark.parametrize(("source", "id_"), OWN)
def test_nulls_of_others_are_no_arguments(source, id_):
    """Tables are padded with nulls for the arguments of all other instructions."""
    cls = OWN[source, id_]
    padding = dict.fromkeys(name for _, _, name in ARGUMENTS)
    rule = instruction(source, id_, {**padding, "prompt": None, **arguments(cls)})
    assert rule == instruction(source, id_, arguments(cls)) == cls(**cls.example.fields)


@pytest.mark.parametrize(
    ("source", "id_", "kwargs", "met", "unmet"),
    [
        ("ifeval", "keywords:existence", {"keywords": []}, "Rain.", None),
        ("ifeval", "keywords:forbidden_words", {"forbidden_words": []}, "Rain.", None),
        (
            "ifeval",
            "keywords:frequency",
            {"keyword": "rain", "frequency": 0, "relation": "less than"},
            None,
            "Snow.",
        ),
        (
            "ifeval",
            "keywords:frequency",
            {"keyword": "", "frequency": 6, "relation": "at least"},
            "Rain.",
            "Rain",
        ),
        ("ifeval", "keywords:existence", {"keywords": ["", "x"]}, "x", "y"),
        ("ifeval", "detectable_format:number_bullet_lists", {"num_bullets": 0}, "Rain.", "* Rain."),
        ("ifeval", "startend:end_checker", {"end_phrase": ""}, "Rain.", None),
        (
            "ifeval",
            "keywords:letter_frequency",
            {"letter": "", "let_frequency": 0, "let_relation": "at least"},
            "Rain.",
            None,
        ),
        ("ifbench", "count:numbers", {"N": 0}, "Rain.", "7 drops"),
        ("ifbench", "ratio:stop_words", {"percentage": 0}, "Rain fell", "The rain fell"),
        ("ifbench", "sentence:increment", {"small_n": 0}, "So. So.", "So. So it rained."),
        (
            "ifbench",
            "repeat:repeat_span",
            {"prompt_to_repeat": "Rain.", "n_start": 0, "n_end": 0},
            "R",
            "Ra",
        ),
        (
            "iftrain",
            "new:copy_span_idx",
            {"prompt_to_repeat": "Rain.", "n_start": 0, "n_end": 1},
            "R",
            "Ra",
        ),
        ("iftrain", "count:lowercase_counting", {"N": 0}, "RAIN", "rain"),
        ("iftrain", "keywords:word_once", {"keyword": ""}, None, "rain"),
    ],
)
def test_what_is_false_is_a_value(source, id_, kwargs, met, unmet):
    """``0``, an empty text and an empty list are arguments, and decide."""
    rule = instruction(source, id_, kwargs)
    assert rule.arguments == kwargs
    assert met is None or rule.check(met).met
    assert unmet is None or not rule.check(unmet).met


@pytest.mark.parametrize(
    ("source", "id_", "name"),
    [(*head, name) for *head, name in ARGUMENTS if OWN[*head].model_fields[name].annotation is int],
)
def test_numbers_may_be_written_as_floats(source, id_, name):
    """17.0 is 17, as tables of floats hold it."""
    given = {**arguments(OWN[source, id_]), name: 17}
    if "nth_paragraph" in given:
        given["num_paragraphs"] = 17
    rule = instruction(source, id_, {**given, name: 17.0})
    assert rule == instruction(source, id_, given)
    assert type(rule.arguments[name]) is int


@pytest.mark.parametrize(
    ("source", "id_", "kwargs"),
    [
        (
            "ifeval",
            "length_constraints:nth_paragraph_first_word",
            {"num_paragraphs": 2, "nth_paragraph": 3, "first_word": "so"},
        ),
        (
            "ifeval",
            "length_constraints:nth_paragraph_first_word",
            {"num_paragraphs": 2, "nth_paragraph": 0, "first_word": "so"},
        ),
        ("ifbench", "words:keywords_specific_position", {"keyword": "so", "n": 0, "m": 1}),
        ("iftrain", "keywords:keyword_specific_position", {"keyword": "so", "n": 1, "m": 0}),
        ("ifbench", "count:words_japanese", {"N": 0}),
        ("ifeval", "combination:repeat_prompt", {"prompt_to_repeat": ""}),
        ("iftrain", "copy:repeat_phrase", {"phrase": " ", "small_n": 1}),
        (
            "ifeval",
            "keywords:letter_frequency",
            {"letter": "ab", "let_frequency": 1, "let_relation": "at least"},
        ),
        ("ifbench", "count:numbers", {"N": 1e30}),
        ("ifbench", "ratio:stop_words", {"percentage": 10**400}),
        ("ifeval", "keywords:existence", {"keywords": ["rain", "(rain"]}),
        ("ifeval", "keywords:forbidden_words", {"forbidden_words": [r"(r)\1"]}),
        (
            "ifeval",
            "detectable_format:multiple_sections",
            {"section_spliter": "(?=a)", "num_sections": 1},
        ),
        ("ifeval", "detectable_content:postscript", {"postscript_marker": "P(S"}),
    ],
)
def test_impossible_arguments_are_refused(source, id_, kwargs):
    """What the benchmark cannot decide, or would replace at random, is an error."""
    with pytest.raises(UsageError, match=f"^{source} {id_}: ") as refused:
        instruction(source, id_, kwargs)
    assert any(name in str(refused.value) for name in kwargs)


def test_kwargs_stay_as_they_are():
    """What is given is never changed, and later changes of it change no instruction."""
    kwargs: dict[str, Any] = {"keywords": ["rain", "snow"], "frequency": None}
    before = deepcopy(kwargs)
    rule = instruction("ifeval", "keywords:existence", kwargs)
    assert kwargs == before
    kwargs["keywords"].append("hail")
    assert rule.arguments == {"keywords": ["rain", "snow"]}
    rule.arguments["keywords"].append("hail")
    assert rule.arguments == {"keywords": ["rain", "snow"]}
    view: Mapping[str, Any] = MappingProxyType(before)
    assert instruction("ifeval", "keywords:existence", view) == rule


@pytest.mark.parametrize("kwargs", [[], [("N", 1)], "{}", "N", 1, 0, False, b"", {"N"}])
def test_kwargs_are_an_object(kwargs):
    """Arguments that are no object are an error that says what they are."""
    name = type(kwargs).__name__
    with pytest.raises(
        UsageError, match=f"ifbench count:numbers: kwargs are an object, not {name}"
    ):
        instruction("ifbench", "count:numbers", kwargs)


def test_no_kwargs():
    """Nothing and an empty object are the same."""
    assert instruction("ifeval", "punctuation:no_comma", None) == instruction(
        "ifeval", "punctuation:no_comma", {}
    )
    with pytest.raises(UsageError, match="'N' is missing"):
        instruction("ifbench", "count:numbers")
