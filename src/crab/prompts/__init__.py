"""The prompts: templates with a version each, and the one function that renders them.

A template is a Jinja file with the blocks ``system`` and ``user``. Instruction and response enter
as values, between marks with a number that they do not hold, and are never read as templates.
"""

from __future__ import annotations

import re
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from crab.backends.base import Turn
from crab.errors import UsageError

if TYPE_CHECKING:
    from jinja2 import Template

__all__ = ["NAMES", "Prompt", "prompt"]

NAMES = ("propose", "judge", "breach")
"""The templates; a file of such a name with the ending ``.jinja`` takes a template's place."""

_VERSION = re.compile(r"\{#-? version: (\w+)")
_SURROGATE = re.compile("[\ud800-\udfff]")


class Prompt(NamedTuple):
    """One template, ready to be rendered."""

    id: str
    """Name, version and a digest of the text, so that no change of a template goes unseen."""
    template: Template

    def turns(self, texts: dict[str, str], **values: Any) -> tuple[Turn, ...]:
        """Return the messages of a chat.

        Args:
            texts: What stands between marks: texts of others, by name.
            **values: What else the template needs.

        Raises:
            UsageError: The template cannot be rendered, as where it uses a name that is not given.
        """
        sound = {name: _SURROGATE.sub("\ufffd", text) for name, text in texts.items()}
        context = self.template.new_context({**values, **sound, "fence": _fence(sound)})
        try:
            parts = {
                role: "".join(self.template.blocks[role](context)).strip()
                for role in ("system", "user")
            }
        except Exception as error:
            raise UsageError(f"the template {self.id} cannot be rendered: {error}") from None
        return Turn("system", parts["system"]), Turn("user", parts["user"])


@cache
def prompt(name: str, folder: Path | None = None) -> Prompt:
    """Return a template: the file of that name in ``folder``, if there is one, else crab's own.

    >>> prompt("judge").turns({"response": "It rains.", "demand": "Mention rain."})[1].role
    'user'

    Raises:
        UsageError: There is no such folder, or the file cannot be read, or is no template with the
            two blocks.
    """
    from jinja2 import StrictUndefined, TemplateError  # noqa: PLC0415
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415

    if folder is not None and not folder.is_dir():
        raise UsageError(f"there is no folder {folder} to take templates from")
    own = folder / f"{name}.jinja" if folder else None
    try:
        if own is not None and own.exists():
            text = own.read_text("utf-8")
        else:
            text = files(__name__).joinpath(f"{name}.jinja").read_text("utf-8")
        environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
        template = environment.from_string(text)
    except (OSError, UnicodeDecodeError, TemplateError) as error:
        raise UsageError(f"cannot use the template {own or name}: {error}") from None
    missing = {"system", "user"} - set(template.blocks)
    if missing:
        raise UsageError(f"the template {own or name} has no block {', '.join(sorted(missing))}")
    version = _VERSION.search(text)
    digest = blake2b(text.encode(), digest_size=4).hexdigest()
    return Prompt(f"{name}:{version[1] if version else 'own'}:{digest}", template)


def _fence(texts: dict[str, str]) -> str:
    """Return a number that none of the texts holds, the same for the same texts."""
    for salt in range(100):
        data = "\0".join([str(salt), *texts.values()]).encode()
        number = str(int.from_bytes(blake2b(data, digest_size=6).digest(), "big"))
        if not any(number in text for text in texts.values()):
            return number
    raise UsageError("no mark can be found for these texts")
