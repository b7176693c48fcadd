"""Which rules a response meets: every kind proposes, and what is proposed is checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from zlib import crc32

from crab.constraints.base import Rule
from crab.constraints.registry import kind_class, kinds
from crab.errors import PluginError, UsageError
from crab.randomness import Stream
from crab.text import Text

__all__ = ["proposals", "propose", "rule_classes"]


def propose(
    text: str | Text,
    seed: int = 0,
    kinds: Iterable[str] | None = None,
    language: str | None = None,
) -> list[Rule]:
    """Return rules that ``text`` meets, under every fair way to count.

    What plug-ins propose is checked before it is returned; for crab's own kinds that is a law,
    which :mod:`crab.testing` checks.

    Args:
        text: The response.
        seed: Chooses among the bounds and words that would do; the same seed gives the same rules.
        kinds: The kinds to propose; all of them where None.
        language: An ISO 639-1 code: only rules that can be said in this language are returned.

    Raises:
        UnknownKind: One of ``kinds`` is not registered.
        UsageError: One of ``kinds`` is decided by a reader, not by code.
        PluginError: A kind failed while proposing or checking; the error names it.

    >>> [rule] = propose("One two three four five six. " * 4, kinds=["word_count"])
    >>> rule.check("One two three four five six. " * 4).met
    True
    """
    text = Text.of(text)
    found = []
    for cls, outcome in proposals(text, seed, rule_classes(kinds)):
        if isinstance(outcome, Exception):
            name = f"{cls.__module__}.{cls.__qualname__}"
            raise PluginError(
                f"{name} failed while proposing: {type(outcome).__name__}: {outcome}"
            ) from outcome
        if language is not None and not outcome.said_in(language):
            continue
        try:
            if cls.__module__.startswith("crab.") or outcome.check(text).met:
                found.append(outcome)
        except Exception as error:
            name = f"{cls.__module__}.{cls.__qualname__}"
            raise PluginError(
                f"{name} failed while checking: {type(error).__name__}: {error}"
            ) from error
    return found


def rule_classes(names: Iterable[str] | None = None) -> list[type[Rule]]:
    """Return the classes of the named kinds, or of all kinds that code decides."""
    if names is None:
        return [cls for cls in kinds().values() if Rule in cls.__mro__]  # type: ignore[misc]
    classes = []
    for name in [names] if isinstance(names, str) else names:
        cls = kind_class(name)
        if not issubclass(cls, Rule):
            raise UsageError(f"{name} is decided by a reader: code cannot propose it")
        classes.append(cls)
    return classes


def proposals(
    text: Text, seed: int, classes: Iterable[type[Rule]]
) -> Iterator[tuple[type[Rule], Rule | Exception]]:
    """Yield what each class proposes, or the exception that it raised.

    Each kind draws from its own stream, so that a new kind changes nothing for the others.
    """
    rng = Stream()
    for cls in classes:
        rng.seed(seed ^ _salt(cls))
        try:
            for rule in cls.propose(text, rng):
                if not isinstance(rule, cls):
                    raise TypeError(  # noqa: TRY301 - reported like what it raises itself
                        f"it proposes {rule!r:.100}, which is none of its rules"
                    )
                yield cls, rule
        except Exception as error:
            yield cls, error


@cache
def _salt(cls: type[Rule]) -> int:
    return crc32(cls.model_fields["kind"].default.encode()) << 32
