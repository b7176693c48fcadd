"""A chat model of transformers in memory: how it is found, loaded and given a prompt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from crab.backends.base import Turn
from crab.backends.devices import chosen_device, chosen_dtype, needed
from crab.errors import BackendError

__all__ = ["LocalModel", "fingerprint", "loaded"]

_ASKED = "a word of the system"
_FILES = ("*.json", "*.jinja", "*.model", "*.safetensors")
_SAMPLED = 1 << 16


@dataclass(frozen=True, slots=True)
class LocalModel:
    """A model with what is needed to talk to it."""

    model: Any
    tokenizer: Any
    device: Any
    context: int | None
    """How many tokens prompt and reply may have together; None where nothing is said."""
    ends: tuple[int, ...]
    """The tokens that end a reply."""
    pad: int
    takes_system: bool
    """Whether the chat template shows what a system turn says."""
    special: tuple[str, ...] = ()
    """The tokens that text alone must not make."""

    def prompt(self, messages: Sequence[Turn]) -> list[int]:
        """Return the tokens of a chat, up to where the assistant begins to answer.

        Raises:
            ValueError: The chat template or the tokenizer refuses the messages.
        """
        turns = [self._harmless(turn) for turn in messages]
        turns = turns if self.takes_system else _without_system(turns)
        text = _rendered(self.tokenizer, turns)
        text.encode()
        tokens: list[int] = self.tokenizer(text, add_special_tokens=False)["input_ids"]
        if not tokens:
            raise ValueError("the messages have no tokens")
        return tokens

    def _harmless(self, turn: Turn) -> Turn:
        """Return the turn with a blank inside each special token that its text spells out.

        So nothing that a message quotes can end it and begin another.
        """
        content = turn.content
        for token in self.special:
            content = content.replace(token, f"{token[:1]} {token[1:]}")
        return turn._replace(content=content)


def loaded(name: str, *, dtype: str, device: str | None, revision: str | None) -> LocalModel:
    """Load a model and its tokenizer from a folder or, by its id, from the hub.

    No code of the model's own is run, and its weights are read from safetensors only.

    Raises:
        MissingExtra: torch or transformers is not installed.
        BackendError: It cannot be loaded, or is no chat model.
    """
    place = chosen_device(device)
    transformers = needed("transformers")
    if _is_path(name) and not Path(name).is_dir():
        raise BackendError(f"cannot load {name!r}: there is no such folder")
    options: dict[str, Any] = {"trust_remote_code": False}
    if revision is not None:
        options["revision"] = revision
    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(name, **options)
        takes_system = _takes_system(tokenizer, name)
        model = transformers.AutoModelForCausalLM.from_pretrained(
            name, dtype=chosen_dtype(dtype, place), use_safetensors=True, **options
        ).to(place)
    except BackendError:
        raise
    except Exception as error:
        reason = str(error).strip().partition("\n")[0]
        raise BackendError(
            f"cannot load {name!r}: {reason}; give a folder with config.json, the tokenizer's "
            "files and *.safetensors, or the id of such a model on the hub"
        ) from error
    ends = _ends(model, tokenizer)
    model.generation_config = transformers.GenerationConfig()
    pad = tokenizer.pad_token_id
    if pad is None:
        pad = ends[0] if ends else 0
    context, special = _context(model, tokenizer), _special(tokenizer)
    return LocalModel(model, tokenizer, place, context, ends, pad, takes_system, special)


def fingerprint(name: str) -> str | None:
    """Return what tells the files of a model folder from others; None where there is no folder.

    Of each file its name, its size and both its ends are looked at, so that large ones cost little.
    """
    folder = Path(name)
    if not folder.is_dir():
        return None
    digest = blake2b(digest_size=8)
    for path in sorted(path for pattern in _FILES for path in folder.glob(pattern)):
        size = path.stat().st_size
        digest.update(f"{path.name}\0{size}\0".encode())
        with path.open("rb") as file:
            digest.update(file.read(_SAMPLED))
            file.seek(max(0, size - _SAMPLED))
            digest.update(file.read(_SAMPLED))
    return digest.hexdigest()


def _is_path(name: str) -> bool:
    return Path(name).is_absolute() or name.startswith((".", "~")) or name.count("/") > 1


def _ends(model: Any, tokenizer: Any) -> tuple[int, ...]:
    found = model.generation_config.eos_token_id
    tokens = found if isinstance(found, list) else [found]
    return tuple(sorted({*tokens, tokenizer.eos_token_id} - {None}))


def _special(tokenizer: Any) -> tuple[str, ...]:
    """Return the texts of the tokens that mean something to a chat template."""
    added = [token.content for token in tokenizer.added_tokens_decoder.values()]
    found = {*tokenizer.all_special_tokens, *added}
    return tuple(sorted((text for text in found if len(text) > 1 and text.strip()), key=len))[::-1]


def _context(model: Any, tokenizer: Any) -> int | None:
    config = model.config.get_text_config()
    length = getattr(config, "max_position_embeddings", None) or tokenizer.model_max_length
    return int(length) if length < 10**12 else None


def _takes_system(tokenizer: Any, name: str) -> bool:
    if not tokenizer.chat_template:
        raise BackendError(
            f"the tokenizer of {name!r} has no chat template, as base models have none; take the "
            "model's chat or instruct version, or put a chat_template.jinja into its folder"
        )
    user = Turn("user", "a word of the user")
    try:
        _rendered(tokenizer, [user])
    except ValueError as error:
        raise BackendError(f"the chat template of {name!r} is broken: {error}") from error
    try:
        return _ASKED in _rendered(tokenizer, [Turn("system", _ASKED), user])
    except ValueError:
        return False


def _rendered(tokenizer: Any, turns: Sequence[Turn]) -> str:
    try:
        text: str = tokenizer.apply_chat_template(
            [turn._asdict() for turn in turns], tokenize=False, add_generation_prompt=True
        )
    except Exception as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error
    return text


def _without_system(messages: Sequence[Turn]) -> list[Turn]:
    """Put what the system says before what the user says first."""
    said = [turn.content for turn in messages if turn.role == "system"]
    turns = [turn for turn in messages if turn.role != "system"]
    if not said:
        return turns
    for number, turn in enumerate(turns):
        if turn.role == "user":
            turns[number] = Turn("user", "\n\n".join([*said, turn.content]))
            return turns
    return [Turn("user", "\n\n".join(said)), *turns]
