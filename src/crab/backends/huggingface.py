"""Models of Hugging Face transformers that run on this machine."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any, NamedTuple

from crab.backends.base import Backend, Failure, Reply, Request, Usage
from crab.backends.devices import DTYPES, chosen_device, chosen_dtype, freed
from crab.backends.generation import Row, generate
from crab.backends.local_model import LocalModel, fingerprint, loaded
from crab.backends.schema_decoding import SchemaDecoder, SchemaRefused, SchemaState
from crab.errors import BackendError, UsageError
from crab.randomness import Stream, derived

__all__ = ["HuggingFace"]

_FULL = ("outofmemoryerror", "out of memory", "can't allocate memory", "not enough memory")


class _Job(NamedTuple):
    """A request that a batch can take up, and again if the memory did not do."""

    request: Request
    prompt: list[int]
    most: int
    schema: SchemaState | None

    def row(self) -> Row:
        sampling, messages = self.request.sampling, self.request.messages
        said = [part for turn in messages for part in turn]
        numbers = Stream(derived(sampling.seed or 0, "huggingface", *said))
        return Row(sampling, self.most, numbers, self.schema and self.schema.copy())


class HuggingFace(Backend):
    """A chat model in this process: a folder, or an id on the hub, in safetensors.

    What a reply is drawn with depends on the request's seed and messages alone, never on its batch
    or on what was asked before, and torch's global seed stays as it is. Yet what the model computes
    is rounded differently in another batch, on another device or by another version of torch, by
    about 1e-6 of a score in float32, and by 1e-2 in bfloat16 or float16. So the same request gets
    the same reply unless a drawn number falls that close to an edge: in float32 that hardly ever
    happens, in 16 bits to many a long reply. A batch size of 1 leaves the batch out of it.

    Beside the request's sampling nothing changes the scores: what the model's own generation
    settings say, other than its end tokens, is set aside. Text in a message that spells out one of
    the tokenizer's special tokens gets a blank inside it, so that it stays text.

    Transformers' continuous batching is left out: it draws from the global generator and does not
    tell a rule on scores which request a row belongs to, so neither seeds nor schemas would hold.
    """

    def __init__(
        self,
        model: str,
        *,
        dtype: str = "auto",
        device: str | None = None,
        batch_size: int = 8,
        revision: str | None = None,
    ) -> None:
        """Name a model; it is loaded when it is first asked.

        Args:
            model: A folder, or an id on the hub.
            dtype: ``float32``, ``bfloat16``, ``float16`` or ``auto``: what suits the device.
            device: A device of torch, such as ``cuda:1``; the fastest one by default.
            batch_size: How many replies are made at a time; fewer where memory is short.
            revision: A commit, tag or branch on the hub. Without a commit, what the hub holds may
                change while the backend's identity stays.

        Raises:
            UsageError: The dtype is unknown, or the batch size is not positive.
        """
        if dtype not in DTYPES:
            raise UsageError(f"unknown dtype {dtype!r}; the choice is {', '.join(DTYPES)}")
        if batch_size < 1:
            raise UsageError(f"batch_size is {batch_size}; it has to be at least 1")
        self._model = model
        self._dtype = dtype
        self._device = device
        self._batch_size = batch_size
        self._revision = revision
        self._loaded: LocalModel | None = None
        self._decoder: SchemaDecoder | None = None
        self.concurrency = batch_size * 4

    @property
    def name(self) -> str:
        """``hf:`` and the folder or id."""
        return f"hf:{self._model}"

    def identity(self) -> Mapping[str, Any]:
        """Return the model and what computes it.

        Raises:
            MissingExtra: torch is not installed.
            BackendError: There is no such device here.
        """
        place = chosen_device(self._device)
        return {
            "name": self.name,
            "revision": self._revision,
            "files": fingerprint(self._model),
            "dtype": str(chosen_dtype(self._dtype, place)).removeprefix("torch."),
            "device": place.type,
            **{module: _version(module) for module in ("torch", "transformers", "llguidance")},
        }

    def replies(self, requests: Iterable[Request]) -> Iterator[Reply]:
        """Yield the replies batch by batch, those to the longest prompts first.

        A batch that does not fit into memory is halved, down to a single request.

        Raises:
            MissingExtra: torch, transformers or, for a schema, llguidance is not installed.
            BackendError: The model cannot be loaded, or breaks.
        """
        if self._loaded is None:
            self._loaded = loaded(
                self._model, dtype=self._dtype, device=self._device, revision=self._revision
            )
        local = self._loaded
        jobs: list[_Job] = []
        for request in requests:
            job = self._job(request, local)
            if isinstance(job, Failure):
                yield Reply(request.id, failure=job)
            else:
                jobs.append(job)
        waiting = deque(self._batches(jobs, local.context))
        while waiting:
            batch = waiting.popleft()
            rows = self._generated(batch, local)
            if rows is not None:
                yield from (_reply(job, row, local) for job, row in zip(batch, rows, strict=True))
            elif len(batch) == 1:
                message = f"{len(batch[0].prompt)} tokens of prompt, even by themselves"
                yield Reply(batch[0].request.id, failure=Failure("out_of_memory", message))
            else:
                half = (len(batch) + 1) // 2
                waiting.extendleft([batch[half:], batch[:half]])

    def close(self) -> None:
        """Let go of the model."""
        local, self._loaded, self._decoder = self._loaded, None, None
        if local is not None:
            freed(local.device)

    def _job(self, request: Request, local: LocalModel) -> _Job | Failure:
        try:
            prompt = local.prompt(request.messages)
        except ValueError as error:
            return Failure("bad_messages", str(error), lasting=True)
        most = request.sampling.max_tokens
        if local.context is not None:
            room = local.context - len(prompt)
            most = min(most, room)
            if room < 1:
                message = f"{len(prompt)} tokens of prompt, but the model takes {local.context}"
                return Failure("context_too_long", message, lasting=True)
        try:
            schema = None
            if request.json_schema is not None:
                self._decoder = self._decoder or SchemaDecoder(local.tokenizer, local.ends)
                schema = self._decoder.start(request.json_schema)
        except SchemaRefused as error:
            return Failure("bad_schema", str(error), lasting=True)
        return _Job(request, prompt, most, schema)

    def _batches(self, jobs: list[_Job], context: int | None) -> Iterator[list[_Job]]:
        """Yield jobs of like length, such that no row is carried on past the model's context."""
        batch: list[_Job] = []
        for job in sorted(jobs, key=lambda job: -len(job.prompt)):
            if batch:
                most = max(job.most for job in [*batch, job])
                over = context is not None and len(batch[0].prompt) + most > context
                if over or len(batch) == self._batch_size:
                    yield batch
                    batch = []
            batch.append(job)
        if batch:
            yield batch

    def _generated(self, batch: Sequence[_Job], local: LocalModel) -> list[Row] | None:
        """Return the rows that the model made of a batch; None where the memory does not do."""
        rows = [job.row() for job in batch]
        try:
            generate(local, [job.prompt for job in batch], rows)
        except (MemoryError, RuntimeError) as error:
            if not _is_full(error):
                raise BackendError(f"{self.name} broke: {error}") from error
        else:
            return rows
        freed(local.device)
        return None


def _reply(job: _Job, row: Row, local: LocalModel) -> Reply:
    text = local.tokenizer.decode(
        row.tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False
    )
    usage = Usage(len(job.prompt), len(row.tokens))
    if row.failure is not None:
        return Reply(job.request.id, finish="other", usage=usage, failure=row.failure)
    return Reply(job.request.id, text, row.finish or "other", usage)


def _is_full(error: BaseException) -> bool:
    text = repr(error).lower()
    return isinstance(error, MemoryError) or any(words in text for words in _FULL)


def _version(module: str) -> str | None:
    try:
        return version(module)
    except PackageNotFoundError:
        return None
