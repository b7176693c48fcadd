"""What every constraint is: a frozen value that describes itself; a rule also checks itself."""

from __future__ import annotations

import inspect
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from random import Random
from typing import Annotated, Any, ClassVar, NamedTuple, Self, cast

from pydantic import (
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    StringConstraints,
    field_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from crab.constraints import registry
from crab.errors import UnknownKind, UsageError
from crab.phrasings import Entry, phrasebook
from crab.text import Span, Text

__all__ = ["Constraint", "Example", "Judged", "Rule", "Verdict"]


class Verdict(NamedTuple):
    """Whether a response meets a constraint, what was measured, and where the evidence stands."""

    met: bool | None
    """None for a judged constraint that nobody has judged."""
    reason: str
    """What was measured, such as ``142 words``."""
    spans: tuple[Span, ...] = ()
    """Code-point offsets of the evidence, the end of each excluded."""


class Example(NamedTuple):
    """One constraint of a kind with a response that meets it and one that does not."""

    fields: Mapping[str, Any]
    met: str
    unmet: str


def _concrete(cls: type[Constraint]) -> bool:
    field = cls.__dict__.get("__pydantic_fields__", {}).get("kind")
    return field is not None and isinstance(field.default, str)


_KINDS: set[type] = set()


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _write(constraint: Constraint) -> dict[str, Any]:
    return constraint.model_dump(mode="json", exclude_none=True)


class Constraint(BaseModel, ABC):
    """A demand on a response: a frozen, hashable value that goes through JSON unchanged.

    A concrete class declares ``kind``; subclassing registers it. Wherever a type says
    ``Constraint``, ``Rule`` or ``Judged``, data are read by their ``kind``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    family: ClassVar[str]
    """The family's name, set by the family's class."""
    hint: ClassVar[str]
    """How the class describes itself to a model that is asked to find constraints."""
    phrasings: ClassVar[Mapping[str, Entry]] = {}
    """What is said of the kind by language, for kinds that no phrasebook knows."""
    weight: ClassVar[float] = 1.0
    """How often a prompt states the kind, next to others: people ask for some things rarely."""
    example: ClassVar[Example]
    """An instance with a response that meets it and one that does not."""

    kind: str
    version: int = 1
    """The version of the kind's definition."""

    def topics(self) -> frozenset[str]:
        """Return what the constraint is about; a prompt states one constraint about each topic."""
        return frozenset({self.kind})

    def __new__(cls, *_: Any, **__: Any) -> Self:
        """Refuse an instance of a class that is no kind."""
        if cls not in _KINDS:
            raise TypeError(f"{cls.__name__} is abstract: make a constraint of one of its kinds")
        return super().__new__(cls)

    @abstractmethod
    def describe(self, rng: Random | None = None, language: str = "en") -> str:
        """Return the constraint as one sentence: the plainest way to say it, or one drawn."""

    @classmethod
    def kind_name(cls) -> str:
        """Return what the kind of the class must be called: the class's name in snake case."""
        return _snake(cls.__name__)

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        if not _concrete(cls):
            return
        kind = cls.model_fields["kind"].default
        if kind != cls.kind_name():
            raise TypeError(f"the kind of {cls.__name__} must be {cls.kind_name()!r}")
        if inspect.isabstract(cls):
            missing = ", ".join(sorted(cls.__abstractmethods__))
            raise TypeError(f"{cls.__name__} lacks {missing}")
        for needed in ("family", "hint"):
            if not hasattr(cls, needed):
                raise TypeError(f"{cls.__name__} has no {needed}: subclass a family and set it")
        registry.register(cls, kind)
        _KINDS.add(cls)

    @field_validator("version")
    @classmethod
    def _same_definition(cls, version: int) -> int:
        current = cls.model_fields["version"].default
        if version != current:
            raise ValueError(f"this is version {current} of the definition, not {version}")
        return version

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        if _concrete(cls):
            return handler(source)
        return core_schema.no_info_plain_validator_function(
            cls._read, serialization=core_schema.plain_serializer_function_ser_schema(_write)
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        if _concrete(cls):
            return handler(schema)
        members = [kind for kind in registry.kinds().values() if issubclass(kind, cls)]
        choices = [handler(member.__pydantic_core_schema__) for member in members]
        return {"oneOf": choices, "discriminator": {"propertyName": "kind"}}

    @classmethod
    def _read(cls, data: Any) -> Self:
        """Read data by their kind; columns that Arrow filled with nulls are no fields."""
        if isinstance(data, cls):
            return data
        kind = data.get("kind") if isinstance(data, dict) else None
        if not isinstance(kind, str):
            raise PydanticCustomError("constraint", "a constraint is an object with a 'kind'")
        try:
            found = registry.kind_class(kind)
        except UnknownKind as error:
            raise PydanticCustomError("unknown_kind", "{error}", {"error": str(error)}) from None
        if not issubclass(found, cls):
            raise PydanticCustomError(
                "constraint", "{kind} is no {wanted}", {"kind": kind, "wanted": cls.__name__}
            )
        given = {name: value for name, value in data.items() if value is not None}
        return found.model_validate(given)


class Rule(Constraint, ABC):
    """A constraint that code decides. It reads nothing but the text and draws nothing itself."""

    absence: ClassVar[bool] = False
    """Whether the rule is met by what a response leaves out."""

    @abstractmethod
    def check(self, text: str | Text) -> Verdict:
        """Return whether the text meets the rule. Every string gets a verdict."""

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:
        """Yield rules of this kind that the text meets. None by default."""
        yield from ()

    def fitted(self, text: str | Text) -> Self | None:
        """Return the rule, or one much like it, that every fair reading of the text meets.

        This is how a rule that somebody else suggests is taken up. By default: the rule itself
        where it is met and the kind proposes the same; None where it does not.
        """
        text = Text.of(text)
        if not self.check(text).met:
            return None
        own = type(self).propose.__func__ is not Rule.propose.__func__  # type: ignore[attr-defined]
        seen = (rule for seed in range(8) for rule in self.propose(text, Random(seed)))
        return self if not own or self in seen else None

    def variant(self) -> str:
        """Return which variant of the phrasings fits these fields; empty for the only one."""
        return ""

    def said_fields(self) -> dict[str, Any]:
        """Return what the phrasings' placeholders stand for: the fields."""
        return dict(self)

    def facts(self) -> Mapping[str, tuple[float, float]]:
        """Return what the rule says as intervals of named quantities; nothing where it cannot.

        A rule is implied by others whose intervals lie inside its own.
        """
        return {}

    def conjuncts(self) -> tuple[Rule, ...]:
        """Return simpler rules that together say the same; the rule itself where there are none."""
        return (self,)

    def required_words(self) -> frozenset[str]:
        """Return lower-case words, letters only, without all of which no text meets the rule."""
        return frozenset()

    def barred_words(self) -> frozenset[str]:
        """Return lower-case words, letters only, without any of which every text meets the rule."""
        return frozenset()

    def said_in(self, language: str) -> bool:
        """Return whether the rule has phrasings in a language."""
        return self.entry(language) is not None

    def describe(self, rng: Random | None = None, language: str = "en") -> str:
        """Return the rule as one sentence, rendered from its fields.

        Raises:
            UsageError: The kind has no phrasing in this language.
        """
        entry, book = self.entry(language), phrasebook(language)
        if entry is None or book is None:
            raise UsageError(f"{self.kind} has no phrasing in the language {language!r}")
        return book.say(entry, self.said_fields(), rng)

    def entry(self, language: str) -> Entry | None:
        """Return what a language says of the rule, or None."""
        book = phrasebook(language)
        if book is None:
            return None
        own: Any = self.phrasings.get(language)
        if own is not None:
            return cast("Entry | None", own.get(self.variant()) if self.variant() else own)
        return book.entry(self.kind, self.variant())


class Judged(Constraint, ABC):
    """A constraint that only a reader can decide; it carries its own words."""

    absence: ClassVar[bool] = False
    """Whether it is met by what a response leaves out, so that nothing can be quoted for it."""

    text: Annotated[str, StringConstraints(min_length=1, pattern=r"\S")]
    """The demand, as one sentence."""

    def describe(self, rng: Random | None = None, language: str = "en") -> str:
        """Return the constraint's own words."""
        return self.text
