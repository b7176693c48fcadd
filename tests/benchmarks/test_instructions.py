"""The laws over every instruction of every benchmark."""

from __future__ import annotations

import json
import pickle
import re
import subprocess
import sys
from collections import defaultdict
from functools import cache
from random import Random
from time import process_time

import pytest

import crab
from crab.benchmarks import SOURCES, Instruction, instruction, instruction_classes
from crab.constraints.registry import kind_class
from crab.errors import UsageError
from crab.testing import NASTY, TEXTS, check_laws
from crab.text import Text

OWN = {
    f"{source}/{id_}": cls
    for source in SOURCES
    for id_, cls in instruction_classes(source).items()
    if cls.source == source
}
"""The class of each of the 112 instructions by its kind."""

every = pytest.mark.parametrize("cls", OWN.values(), ids=list(OWN))


def example(cls: type[Instruction]) -> Instruction:
    """The instruction of a class's example."""
    return cls(**cls.example.fields)


@cache
def nasty(text: str) -> Text:
    """A nasty text whose measurements all instructions share."""
    return Text(text)


@every
def test_laws(cls):
    """The instruction keeps every law of constraints, on the beginnings of nasty texts too."""
    check_laws(cls, nasty=[text[:2000] for text in NASTY])


@every
def test_every_text_is_soon_decided(cls):
    """A nasty text of any length gets a verdict within seconds."""
    rule = example(cls)
    for text in NASTY:
        began = process_time()
        assert rule.check(nasty(text)).met in (True, False)
        spent = process_time() - began
        assert spent < 4, f"{spent:.1f} s on {text[:20]!r}"


@every
def test_example(cls):
    """The example is decided as it says, also by what reads the instruction from JSON."""
    rule, (_, met, unmet) = example(cls), cls.example
    assert (rule.check(met).met, rule.check(unmet).met) == (True, False)
    again = crab.Constraint.model_validate_json(rule.model_dump_json())
    assert crab.check(met, [again]).met is True
    assert crab.check(unmet, [again]).met is False


@every
def test_verdicts_are_values(cls):
    """A verdict is the same each time, on a str and on a shared Text, and gives its reason."""
    rule = example(cls)
    shared = {text: Text(text) for text in TEXTS}
    for text in TEXTS:
        verdict = rule.check(text)
        assert verdict == rule.check(text) == rule.check(shared[text]) == rule.check(shared[text])
        assert isinstance(verdict.met, bool)
        assert verdict.reason.strip()


@every
def test_lone_surrogates_are_replaced(cls):
    """A lone surrogate is decided as U+FFFD is."""
    rule = example(cls)
    for text in (NASTY[3], f"{cls.example.met}\ud800", f"\udfff {cls.example.unmet}"):
        plain = re.sub("[\ud800-\udfff]", "\N{REPLACEMENT CHARACTER}", text)
        assert rule.check(text) == rule.check(plain)


@every
def test_round_trip(cls):
    """An instruction comes unchanged out of JSON, of a padded table, and of pickle."""
    rule = example(cls)
    written = json.loads(rule.model_dump_json())
    padding = dict.fromkeys(("at_least", "include", "num_words", "keywords", "N", "letter"))
    for data in (written, {**padding, **written}, {"kind": rule.kind, **rule.arguments}):
        again = crab.Constraint.model_validate(data)
        assert (again, hash(again), type(again)) == (rule, hash(rule), cls)
    copy = pickle.loads(pickle.dumps(rule))  # noqa: S301 - written in this line
    assert (copy, hash(copy), type(copy)) == (rule, hash(rule), cls)
    assert len({rule, again, copy}) == 1


@every
def test_arguments(cls):
    """The arguments are what JSON holds, and make the same instruction again."""
    rule = example(cls)
    assert json.loads(json.dumps(rule.arguments)) == rule.arguments
    assert cls(**rule.arguments) == rule
    assert rule.kind == f"{cls.source}/{rule.id}"
    assert set(rule.arguments) <= set(cls.model_fields) - {"kind", "version"}


@every
def test_describes_itself(cls):
    """The instruction is said in one whole sentence, which holds the arguments, in English."""
    rule = example(cls)
    said = rule.describe()
    assert said == rule.describe(Random(1)) == rule.describe(language="en")
    assert said[0].isupper()
    assert said[-1] in ".?!"
    assert said == " ".join(said.split())
    assert not re.search(r"\{\w+\}", said)
    for value in rule.arguments.values():
        for one in value if isinstance(value, list) else [value]:
            assert f"{one:g}" in said if isinstance(one, float) else str(one) in said
    with pytest.raises(UsageError, match=r"in the language 'de'"):
        rule.describe(language="de")


@every
def test_every_argument_is_said(cls):
    """The sentence holds each argument that decides."""
    named = set(re.findall(r"\{(\w+)\}", cls.says))
    assert named == {name for name, field in cls.model_fields.items() if field.is_required()}


@every
def test_is_documented(cls):
    """The definition begins with one whole sentence, and each argument says what it is."""
    first, *_ = (cls.__doc__ or "").splitlines()
    assert first[0].isalpha() or first[0] == "`"
    assert first.endswith(".")
    fields = cls.model_json_schema()["properties"]
    assert all(fields[name]["description"].endswith(".") for name in fields if name != "kind")


def test_are_not_listed():
    """No instruction is proposed or suggested: none is among crab's own kinds."""
    assert not OWN.keys() & crab.kinds().keys()
    assert all("/" not in kind for kind in crab.kinds())
    for kind, cls in OWN.items():
        assert kind_class(kind) is cls


def test_each_argument_has_one_type_in_all_instructions():
    """A column of arguments fits one Arrow type for each name."""
    types = defaultdict(set)
    for cls in OWN.values():
        for name, field in cls.model_json_schema()["properties"].items():
            shapes = field.get("anyOf", [field])
            types[name] |= {
                (shape["type"], shape.get("items", {}).get("type"))
                for shape in shapes
                if shape.get("type") != "null"
            }
    assert {name: found for name, found in types.items() if len(found) > 1} == {}
    assert len(types) > 30


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ({"kind": "ifbench/format:list", "sep": "-"}, "- rain\n- snow"),
        ({"kind": "ifeval/punctuation:no_comma"}, "It rained."),
        ({"kind": "iftrain/letters:letter_counting", "N": 3, "relation": "at least"}, "Rain"),
    ],
)
def test_is_found_by_name_in_a_fresh_process(data, text):
    """An instruction is read from its kind where nobody has imported the benchmarks."""
    code = f"""
import sys, crab
assert not any(name.startswith("crab.benchmarks") for name in sys.modules)
rule = crab.Constraint.model_validate({data!r})
assert type(rule).__module__.startswith("crab.benchmarks.")
print(crab.check({text!r}, [rule]).met)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("True\n", "")


def test_unpickled_in_a_fresh_process(tmp_path):
    """Pickled instructions are read where nobody has imported the benchmarks."""
    file = tmp_path / "rules.pickle"
    file.write_bytes(pickle.dumps([example(cls) for cls in OWN.values()]))
    code = f"""
import pickle
rules = pickle.load(open({str(file)!r}, "rb"))
print(len(set(rules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("112\n", 0), done.stderr


def test_reasons_are_short():
    """A reason names what it found without all of it."""
    verdict = instruction("ifbench", "words:prime_lengths").check("a" * 200_000)
    assert verdict.reason == "a" * 199 + "…"
