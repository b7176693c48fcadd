"""Tests of `crab.rewards.labels`: the labels of data sets, as people have them."""

from __future__ import annotations

import copy
import json

import numpy as np
import pyarrow as pa
import pytest

from crab.benchmarks import instruction
from crab.constraints import Audience, Constraint, Keywords, WordCount
from crab.rewards.labels import Label, _read, read_label

WORDS, KEYS = WordCount(at_most=40), Keywords(include=("rain",))
JUDGED = Audience(text="Write for children.")
DATA = [{"kind": "word_count", "at_most": 40}, {"kind": "keywords", "include": ["rain"]}]
IDS = ["punctuation:no_comma", "length_constraints:number_words"]
KWARGS = [{}, {"num_words": 40, "relation": "at least"}]
RULES = tuple(instruction("ifeval", *both) for both in zip(IDS, KWARGS, strict=True))
PADDED = [
    {"num_words": None, "relation": None},
    {"num_words": 40.0, "relation": "at least", "keywords": None},
]
PADDED_IFBENCH = {"min_words": 3, "max_words": 9, "N": None, "sep": None, "options": None}
OPEN_INSTRUCT = repr([{"instruction_id": IDS, "kwargs": [None, KWARGS[1]]}])


@pytest.mark.parametrize(
    ("label", "constraints"),
    [
        (WORDS, (WORDS,)),
        ([WORDS, KEYS], (WORDS, KEYS)),
        ((WORDS, JUDGED), (WORDS, JUDGED)),
        (DATA, (WORDS, KEYS)),
        (DATA[0], (WORDS,)),
        ([WORDS, DATA[1]], (WORDS, KEYS)),
        (json.dumps(DATA), (WORDS, KEYS)),
        (json.dumps(DATA[1]), (KEYS,)),
        ([json.dumps(one) for one in DATA], (WORDS, KEYS)),
        (repr(DATA), (WORDS, KEYS)),
        ([{"kind": "word_count", "version": 1, "at_most": 40.0, "include": None}], (WORDS,)),
        (np.array(DATA, dtype=object), (WORDS, KEYS)),
        ([{"kind": "ifeval/punctuation:no_comma"}, DATA[0]], (RULES[0], WORDS)),
        ({"instruction_id_list": IDS, "kwargs": KWARGS}, RULES),
        (json.dumps({"instruction_id_list": IDS, "kwargs": KWARGS}), RULES),
        ({"instruction_id_list": IDS, "kwargs": json.dumps(KWARGS)}, RULES),
        ({"instruction_id_list": IDS, "kwargs": [json.dumps(one) for one in KWARGS]}, RULES),
        ({"instruction_id_list": IDS, "kwargs": PADDED}, RULES),
        ({"instruction_id_list": IDS[:1], "kwargs": None}, RULES[:1]),
        ({"instruction_id_list": IDS[:1]}, RULES[:1]),
        (OPEN_INSTRUCT, RULES),
        (json.dumps([{"instruction_id": IDS, "kwargs": [None, PADDED[1]]}]), RULES),
        ([{"instruction_id": IDS, "kwargs": PADDED}], RULES),
        (f" {OPEN_INSTRUCT}\n", RULES),
        (
            "[{'instruction_id': ['copy:copy', 'punctuation:no_comma'], "
            "'kwargs': [{'prompt_to_repeat': 'It\\'s \"rain\".\\n'}, None]}]",
            (
                instruction("iftrain", "copy:copy", {"prompt_to_repeat": 'It\'s "rain".\n'}),
                RULES[0],
            ),
        ),
        (
            {"instruction_id_list": ["count:word_count_range"], "kwargs": [PADDED_IFBENCH]},
            (instruction("ifbench", "count:word_count_range", {"min_words": 3, "max_words": 9}),),
        ),
        (None, ()),
        ("", ()),
        (" ", ()),
        ("null", ()),
        ([], ()),
        ([None], ()),
        ({"instruction_id_list": [], "kwargs": []}, ()),
    ],
)
def test_formats(label, constraints):
    """Each format is read, as data and as text, and is as it was afterwards."""
    before = copy.deepcopy(label)
    assert read_label(label) == Label(constraints)
    assert repr(label) == repr(before)


@pytest.mark.parametrize(
    ("label", "problem"),
    [
        ([*DATA, {"kind": "word_cuont"}], "word_cuont"),
        ([{"kind": "word_count", "at_most": "many"}], "at_most"),
        ([{"kind": "word_count", "version": 99, "at_most": 1}], "version 1"),
        ([{"kind": "ifeval/no:thing"}], "ifeval/no:thing"),
        ([{"kind": 7}], "'kind'"),
        ({"func_name": "validate_lowercase"}, "instruction_id_list"),
        ({"instruction_id_list": IDS, "kwargs": KWARGS[:1]}, "no list of 2"),
        ({"instruction_id_list": IDS, "kwargs": {}}, "no list of 2"),
        ({"instruction_id_list": ["no:thing"], "kwargs": [{}]}, "'no:thing'"),
        ({"instruction_id_list": [["a"]], "kwargs": [{}]}, "no benchmark has an instruction"),
        ({"instruction_id_list": [IDS[1]], "kwargs": [{}]}, "num_words"),
        ({"instruction_id_list": IDS[:1], "kwargs": ["x"]}, "literal"),
        ({"instruction_id_list": IDS[:1], "kwargs": [7]}, "kwargs"),
        ("word_count", "literal"),
        ("__import__('os').getcwd()", "literal"),
        ('"word_count"', "literal"),
        ("[" * 5000, "literal"),
        ("[" * 900 + "]" * 900, ""),
        ("x" * 100_001, "100,000"),
        (7, "instruction_id_list"),
        (True, "instruction_id_list"),
        ({1, 2}, "set"),
        ({1: 2}, "str"),
        (["\ud800"], "surrogates"),
        (b"[]", "bytes"),
        (object(), "object"),
        (1 << 80, "64-bit"),
    ],
)
def test_what_cannot_be_read_has_no_constraints(label, problem):
    """A label that cannot be read in full has no constraints, and its problem is one short line."""
    found = read_label(label)
    assert found.constraints == ()
    assert problem in found.problem
    assert "\n" not in found.problem
    assert len(found.problem) <= 300


def test_deep_and_endless_data_are_refused():
    """Data that hold themselves are refused."""
    endless: list[object] = []
    endless.append(endless)
    assert read_label(endless).problem


def test_a_column_of_arrow_is_read():
    """Constraints and arguments of many kinds, padded with nulls by Arrow, are what they were."""
    labels: list[list[Constraint]] = [[WORDS, KEYS], [KEYS], [JUDGED, WORDS]]
    written = [[one.model_dump(exclude_none=True) for one in label] for label in labels]
    table = pa.table({"constraints": written, "kwargs": [KWARGS, [KWARGS[1]], [{}]]})
    assert table.schema.field("constraints").type.value_type.num_fields > 3
    for label, row in zip(labels, table["constraints"].to_pylist(), strict=True):
        assert read_label(row) == Label(tuple(label))
    row = {"instruction_id_list": IDS, "kwargs": table["kwargs"].to_pylist()[0]}
    assert read_label(row) == Label(RULES)


def test_labels_are_read_once():
    """The rollouts of a group share one reading of their label; a bounded number is kept."""
    _read.cache_clear()
    for _ in range(16):
        read_label(OPEN_INSTRUCT)
        read_label(DATA)
    assert (_read.cache_info().hits, _read.cache_info().misses) == (30, 2)
    assert _read.cache_info().maxsize == 1024
