"""Tests of `crab.constraints.base`: how kinds are defined, read and written."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from random import Random
from typing import Any, ClassVar, Literal

import jsonschema_rs
import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from crab.constraints import registry
from crab.constraints.base import Constraint, Example, Judged, Rule, Verdict
from crab.constraints.keywords import Keywords
from crab.constraints.length import Length, WordCount
from crab.constraints.registry import kinds
from crab.errors import UsageError
from crab.text import Text

KINDS = kinds()
EXAMPLES = [kind(**kind.example.fields) for kind in KINDS.values()]


class Weather(Constraint):
    """A family for these tests."""

    family: ClassVar[str] = "weather"
    hint: ClassVar[str] = "What the response says of the weather."


@pytest.fixture(autouse=True)
def _own_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kinds that a test defines are unknown again after it."""
    monkeypatch.setattr(registry, "_classes", dict(registry._classes))


def define_rainy() -> type[Rule]:
    """Define a rule with phrasings of its own."""

    class RainyDay(Weather, Rule):
        """The response mentions rain."""

        phrasings: ClassVar[Any] = {
            "en": {"say": ["Mention {word:quoted}.", "Say {word}."]},
            "de": {"say": ["Erwähne Regen."]},
        }
        kind: Literal["rainy_day"] = "rainy_day"
        version: int = 3
        word: str = "rain"

        def check(self, text: str | Text) -> Verdict:
            return Verdict(self.word in Text.of(text).folded, "looked")

    return RainyDay


def define_mood() -> type[Judged]:
    """Define a judged kind."""

    class RainyMood(Weather, Judged):
        """The response is melancholy."""

        kind: Literal["rainy_mood"] = "rainy_mood"

    return RainyMood


def test_subclassing_registers() -> None:
    """A concrete class is known by its kind as soon as it is defined; abstract ones are not."""
    assert "rainy_day" not in registry._classes
    rainy = define_rainy()
    assert registry.kind_class("rainy_day") is rainy
    mood = define_mood()
    assert registry.kind_class("rainy_mood") is mood
    assert not {"weather", "constraint", "rule", "judged", "bounded", "length"} & set(kinds())


def test_a_cell_can_be_run_again() -> None:
    """A class that is defined anew under the same name takes the place of the old one."""
    old, new = define_rainy(), define_rainy()
    assert old is not new
    assert registry.kind_class("rainy_day") is new


def test_the_kind_is_the_name_in_snake_case() -> None:
    """A class with another kind than its name's is refused when it is defined."""
    with pytest.raises(TypeError, match="the kind of SunnyDay must be 'sunny_day'"):

        class SunnyDay(Weather, Rule):
            kind: Literal["sunshine"] = "sunshine"

            def check(self, text: str | Text) -> Verdict:
                return Verdict(True, "")

    assert "sunshine" not in registry._classes


def test_a_taken_kind_is_refused() -> None:
    """Another class under the kind of a registered one is refused, and the error names both."""
    with pytest.raises(
        TypeError, match=r"'word_count' of .*<locals>.* is taken by crab\.constraints"
    ):

        class WordCount(Length, Judged):
            kind: Literal["word_count"] = "word_count"

    assert registry.kind_class("word_count") is KINDS["word_count"]


def test_a_rule_needs_a_check() -> None:
    """A rule without a check is refused when it is defined."""
    with pytest.raises(TypeError, match="SunnyDay lacks check"):

        class SunnyDay(Weather, Rule):
            kind: Literal["sunny_day"] = "sunny_day"

    assert "sunny_day" not in registry._classes


def test_a_kind_needs_a_family_and_a_hint() -> None:
    """A kind that belongs to no family, or does not describe itself, is refused."""
    with pytest.raises(TypeError, match="SunnyDay has no family"):

        class SunnyDay(Judged):
            hint: ClassVar[str] = "Sunshine."
            kind: Literal["sunny_day"] = "sunny_day"

    class Climate(Constraint):
        family: ClassVar[str] = "climate"

    with pytest.raises(TypeError, match="HotDay has no hint"):

        class HotDay(Climate, Judged):
            kind: Literal["hot_day"] = "hot_day"


@pytest.mark.parametrize("base", [Constraint, Rule, Judged, Length])
def test_abstract_classes_have_no_instances(base: type[Constraint]) -> None:
    """Families and the three bases cannot be made into values."""
    with pytest.raises(TypeError, match="abstract"):
        base(kind="word_count")


@pytest.mark.parametrize("example", EXAMPLES, ids=list(KINDS))
def test_values(example: Constraint) -> None:
    """A constraint of every kind is frozen, hashable, comparable and picklable."""
    twin = type(example)(**type(example).example.fields)
    assert twin == example
    assert hash(twin) == hash(example)
    assert len({twin, example}) == 1
    assert pickle.loads(pickle.dumps(example)) == example  # noqa: S301 - written in this line
    for name in type(example).model_fields:
        with pytest.raises(ValidationError, match="frozen"):
            setattr(example, name, None)


@pytest.mark.parametrize("example", EXAMPLES, ids=list(KINDS))
def test_round_trip(example: Constraint) -> None:
    """Every kind comes back from JSON as it was, wherever a type says Constraint."""
    narrow = Rule if isinstance(example, Rule) else Judged
    for wanted in (Constraint, narrow, type(example)):
        adapter: TypeAdapter[Any] = TypeAdapter(wanted)
        assert adapter.validate_json(adapter.dump_json(example)) == example
        assert adapter.validate_python(adapter.dump_python(example)) == example
        assert adapter.validate_python(example) is example
    several = TypeAdapter(tuple[Constraint, ...])
    read = several.validate_json(several.dump_json((example, example)))
    assert read == (example, example)
    assert {type(one) for one in read} == {type(example)}


def test_what_is_written() -> None:
    """Kind and version are written, and fields without a value are not."""
    written = TypeAdapter(Constraint).dump_json(WordCount(at_most=5))
    assert json.loads(written) == {"kind": "word_count", "version": 1, "at_most": 5}


def test_fields_of_models() -> None:
    """A model whose field is a base class reads and writes any kind that fits it."""

    class Holder(BaseModel):
        rules: list[Rule]
        judged: Judged | None = None

    rainy = define_rainy()
    mood = define_mood()(text="Be {melancholy}.")
    holder = Holder(rules=[WordCount(at_most=5), rainy(word="snow")], judged=mood)
    read = Holder.model_validate_json(holder.model_dump_json())
    assert read == holder
    assert [type(rule) for rule in read.rules] == [WordCount, rainy]
    with pytest.raises(ValidationError, match="rainy_mood is no Rule"):
        Holder.model_validate({"rules": [{"kind": "rainy_mood", "text": "Be sad."}]})
    with pytest.raises(ValidationError, match="word_count is no Judged"):
        Holder.model_validate({"rules": [], "judged": {"kind": "word_count", "at_most": 5}})


def test_a_family_reads_its_own_kinds() -> None:
    """A family as a type takes its kinds and refuses the others."""
    adapter = TypeAdapter(Length)
    assert adapter.validate_python({"kind": "word_count", "at_most": 5}) == WordCount(at_most=5)
    with pytest.raises(ValidationError, match="keywords is no Length"):
        adapter.validate_python({"kind": "keywords", "include": ["rain"]})


@pytest.mark.parametrize("data", [{}, {"kind": None}, {"kind": 7}, [], "word_count", None, 7])
def test_what_is_no_constraint(data: Any) -> None:
    """Data without a kind are no constraint."""
    with pytest.raises(ValidationError, match="a constraint is an object with a 'kind'"):
        TypeAdapter(Constraint).validate_python(data)


def test_unknown_kinds_are_refused() -> None:
    """The error about an unknown kind names it and lists the known ones; braces do no harm."""
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(Constraint).validate_python({"kind": "{word}_{0}"})
    message = str(caught.value)
    assert "'{word}_{0}'" in message
    assert all(kind in message for kind in KINDS)


@pytest.mark.parametrize("example", EXAMPLES, ids=list(KINDS))
def test_wrong_data_are_refused(example: Constraint) -> None:
    """A field too many, and another version of the definition, are errors."""
    data = TypeAdapter(Constraint).dump_python(example)
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        TypeAdapter(Constraint).validate_python(data | {"extra": 1})
    with pytest.raises(
        ValidationError, match=f"this is version {example.version} of the definition"
    ):
        TypeAdapter(Constraint).validate_python(data | {"version": example.version + 1})
    with pytest.raises(ValidationError, match="kind"):
        type(example).model_validate(data | {"kind": "no_kind"})


def test_nulls_are_no_fields() -> None:
    """Columns that Arrow filled with nulls are left out, those of other kinds too."""
    data = {"kind": "word_count", "version": None, "at_least": None, "at_most": 5, "include": None}
    assert TypeAdapter(Constraint).validate_python(data) == WordCount(at_most=5)
    assert WordCount(at_least=None, at_most=5) == WordCount(at_most=5)


def test_the_version_is_written_and_read() -> None:
    """A kind keeps the version of its own definition."""
    rainy = define_rainy()
    written = TypeAdapter(Constraint).dump_json(rainy())
    assert json.loads(written)["version"] == 3
    assert TypeAdapter(Constraint).validate_json(written) == rainy()
    with pytest.raises(ValidationError, match="this is version 3 of the definition, not 1"):
        rainy(version=1)


def test_json_schema_names_every_kind() -> None:
    """One JSON Schema says what every kind takes; what is written fits it."""
    schema = TypeAdapter(Constraint).json_schema()
    text = json.dumps(schema)
    assert all(f'"const": "{kind}"' in text for kind in KINDS)
    validator = jsonschema_rs.validator_for(schema)
    for example in EXAMPLES:
        data = json.loads(TypeAdapter(Constraint).dump_json(example))
        assert validator.is_valid(data), data
        assert not validator.is_valid(data | {"extra": 1}), data
    assert not validator.is_valid({"kind": "no_kind"})


def test_json_schema_of_a_base() -> None:
    """The schema of a base class holds the kinds that fit it, those defined later included."""
    define_rainy()
    define_mood()
    rules = json.dumps(TypeAdapter(Rule).json_schema())
    judged = json.dumps(TypeAdapter(tuple[Judged, ...]).json_schema())
    assert '"rainy_day"' in rules
    assert '"rainy_mood"' not in rules
    assert '"rainy_mood"' in judged
    assert '"rainy_day"' not in judged


def test_rules_say_little_of_themselves_by_default() -> None:
    """A rule proposes nothing, implies nothing and asks for no word unless it says so."""
    rule = define_rainy()()
    assert list(rule.propose("Rain, rain.", Random(0))) == []
    assert (rule.facts(), rule.required_words(), rule.barred_words()) == (
        {},
        frozenset(),
        frozenset(),
    )
    assert (rule.topics(), rule.variant(), rule.absence) == (frozenset({"rainy_day"}), "", False)
    assert rule.said_fields() == {"kind": "rainy_day", "version": 3, "word": "rain"}
    assert rule.conjuncts() == (rule,)


def test_a_kind_can_bring_its_phrasings() -> None:
    """A kind that no phrasebook knows says itself in its own words, where frames are known."""
    rule = define_rainy()(word="rain {0} \\1")
    assert rule.describe() == 'Mention "rain {0} \\1".'
    assert {rule.describe(Random(seed)) for seed in range(20)} == {
        'Mention "rain {0} \\1".',
        "Say rain {0} \\1.",
    }
    assert rule.said_in("en")
    assert not rule.said_in("xx")
    with pytest.raises(UsageError, match="rainy_day has no phrasing in the language 'xx'"):
        rule.describe(language="xx")


def test_phrasings_by_variant() -> None:
    """A kind's own phrasings may differ by variant; a variant without words is not said."""

    class WindyDay(Weather, Rule):
        phrasings: ClassVar[Any] = {"en": {"strong": {"say": ["Mention a storm."]}}}
        kind: Literal["windy_day"] = "windy_day"
        strong: bool

        def variant(self) -> str:
            return "strong" if self.strong else "weak"

        def check(self, text: str | Text) -> Verdict:
            return Verdict(True, "")

    assert WindyDay(strong=True).describe() == "Mention a storm."
    assert not WindyDay(strong=False).said_in("en")


@pytest.mark.parametrize("text", ["Be sad.", "Be {sad} and \\1 {{ so }}.", "\u00a0x"])
def test_judged_constraints_say_their_text(text: str) -> None:
    """A judged constraint is described by its own words, in any language and by any draw."""
    mood = define_mood()(text=text)
    assert mood.describe() == mood.describe(Random(1), "fr") == text


@pytest.mark.parametrize("text", ["", " \n", "\u00a0", None])
def test_judged_constraints_have_words(text: Any) -> None:
    """A judged constraint without words is refused."""
    with pytest.raises(ValidationError):
        define_mood()(text=text)


def test_verdict_and_example_are_tuples() -> None:
    """A verdict has no spans unless they are given."""
    assert Verdict(True, "rain") == (True, "rain", ())
    assert Example({"a": 1}, "met", "unmet").fields == {"a": 1}


def test_propose_is_an_iterator() -> None:
    """What a kind proposes comes one by one."""
    assert isinstance(Keywords.propose("rain", Random(0)), Iterator)
