"""Tests of `crab.backends.huggingface`, with a tiny model that is real but for its size."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import jsonschema_rs
import pytest

from crab.backends.base import Failure, Reply, Request, Sampling, Turn
from crab.backends.huggingface import HuggingFace
from crab.errors import BackendError, MissingExtra, UsageError

from .tiny_model import CONTEXT, build

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
pytest.importorskip("llguidance")
pytestmark = pytest.mark.hf
torch.set_num_threads(1)

WILD = Sampling(temperature=1.0, top_p=0.95, max_tokens=16)
SCHEMA = {
    "type": "object",
    "properties": {
        "title": {"type": "string", "maxLength": 9},
        "score": {"type": "integer", "minimum": 3, "maximum": 17},
        "verdict": {"enum": ["met", "unmet"]},
    },
    "required": ["title", "score", "verdict"],
    "additionalProperties": False,
}


@pytest.fixture(scope="session")
def folder(tmp_path_factory) -> Path:
    """The folder of the tiny model."""
    return build(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def backend(folder):
    """The tiny model, loaded once."""
    with HuggingFace(str(folder), device="cpu", batch_size=4) as made:
        yield made


@pytest.fixture
def changed(folder, tmp_path):
    """Makes a copy of the model folder with a file changed, or removed where the text is None."""

    def copy(name: str, text: str | None) -> str:
        made = tmp_path / "changed"
        shutil.copytree(folder, made)
        if text is None:
            (made / name).unlink()
        else:
            (made / name).write_text(text, "utf-8")
        return str(made)

    return copy


def request(name: str, text: str | None = None, sampling: Sampling = WILD, **rest) -> Request:
    """A request of one user turn."""
    said = f"Tell me about {name}." if text is None else text
    return Request(name, (Turn("user", said),), sampling, **rest)


def many(count: int, sampling: Sampling = WILD) -> list[Request]:
    """Requests of several lengths, each of which is a little different."""
    return [
        request(str(n), f"{n}: " + "flour and water " * (n % 5), sampling) for n in range(count)
    ]


def texts(backend: HuggingFace, requests: list[Request]) -> dict[str, str]:
    """The text of each reply by its id; none may have failed."""
    replies = list(backend.replies(requests))
    assert [reply.failure for reply in replies if reply.failure] == []
    return {reply.id: reply.text for reply in replies}


def failure(backend: HuggingFace, asked: Request) -> Failure:
    """Why the only request got no text."""
    [reply] = backend.replies([asked])
    assert reply.failure is not None
    assert (reply.id, reply.text) == (asked.id, "")
    return reply.failure


def test_says_what_it_is(backend, folder):
    """The name is the spec, and the identity says what computes the replies."""
    assert backend.name == f"hf:{folder}"
    assert (backend.live, backend.concurrency) == (False, 16)
    identity = backend.identity()
    assert identity["name"] == backend.name
    assert (identity["dtype"], identity["device"]) == ("float32", "cpu")
    assert identity["torch"].startswith("2.")
    assert identity == HuggingFace(str(folder), device="cpu", batch_size=1).identity()
    assert identity != HuggingFace(str(folder), device="cpu", dtype="bfloat16").identity()
    assert identity != HuggingFace(str(folder), device="cpu", revision="v2").identity()
    json.dumps(dict(identity))


def test_every_request_gets_its_reply(backend):
    """Each request is answered once, under its id, with the tokens that it took."""
    requests = many(11)
    replies = list(backend.replies(requests))
    assert Counter(reply.id for reply in replies) == Counter(asked.id for asked in requests)
    assert all(reply.failure is None for reply in replies)
    assert all(0 < reply.usage.completion <= 16 for reply in replies)
    lengths = [reply.usage.prompt for reply in replies]
    assert lengths == sorted(lengths, reverse=True)
    assert len(set(lengths)) > 3


def test_no_request_gives_no_reply(backend):
    """An empty batch is no error."""
    assert list(backend.replies([])) == []


def test_replies_come_batch_by_batch(backend, monkeypatch):
    """The replies of a batch are there before the next batch is begun."""
    calls = count_calls(monkeypatch, backend)
    replies = backend.replies(many(8))
    next(replies)
    first = len(calls)
    assert 0 < first <= 16
    list(replies)
    assert len(calls) > first


def count_calls(monkeypatch, backend: HuggingFace, most: int = 100) -> list[int]:
    """The sizes of the batches that the model is called with; more than ``most`` rows are too many.

    The model does its work all the same.
    """
    list(backend.replies([request("to load it")]))
    model = backend._loaded.model
    forward, sizes = model.forward, []

    def limited(*args, **options):
        sizes.append(len(options["input_ids"]))
        if sizes[-1] > most:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return forward(*args, **options)

    monkeypatch.setattr(model, "forward", limited)
    return sizes


def test_a_seed_repeats(backend):
    """The same requests get the same replies again."""
    assert texts(backend, many(6)) == texts(backend, many(6))


def test_a_reply_does_not_depend_on_its_batch(backend, folder):
    """Neither order nor batch size changes a reply, nor do neighbours of another kind."""
    alone = HuggingFace(str(folder), device="cpu", batch_size=1)
    expected = texts(alone, many(20))
    assert len(set(expected.values())) == 20
    assert texts(backend, many(20)) == expected
    assert texts(backend, many(20)[::-1]) == expected
    other = Sampling(temperature=0.0, max_tokens=30)
    mixed = [*many(20), *(request(f"x{n}", f"x{n}", other) for n in range(7))]
    found = texts(HuggingFace(str(folder), device="cpu", batch_size=5), mixed)
    assert {name: text for name, text in found.items() if name in expected} == expected


def test_another_seed_is_another_draw(backend):
    """Two requests that differ in their seed alone are drawn apart, and no seed is seed 0."""
    seeds = (None, 0, 1, 2)
    asked = [request(f"{seed}", "Go.", WILD._replace(seed=seed)) for seed in seeds]
    found = texts(backend, asked)
    assert found["None"] == found["0"]
    assert len(set(found.values())) == 3


def test_the_id_changes_nothing(backend):
    """A request is drawn by what it says, whatever it is called."""
    found = texts(backend, [request("a", "Go."), request("b", "Go.")])
    assert found["a"] == found["b"]


def test_global_seed_is_left_alone(backend):
    """Neither is torch's global generator read nor is it set."""
    before = torch.random.get_rng_state()
    texts(backend, many(3))
    assert torch.equal(torch.random.get_rng_state(), before)


def test_temperature_0_is_greedy(backend, folder):
    """At temperature 0 each token is the most probable one, whatever the seed."""
    import transformers

    cold = Sampling(temperature=0.0, max_tokens=12)
    asked = [request(f"seed {seed}", "Go.", cold._replace(seed=seed)) for seed in range(3)]
    found = {text for name, text in texts(backend, [*asked, *many(1)]).items() if name != "0"}
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    model = transformers.AutoModelForCausalLM.from_pretrained(folder)
    tokens = tokenizer("<|user|>Go.<|end|><|assistant|>", return_tensors="pt")["input_ids"]
    length = tokens.shape[1]
    with torch.no_grad():
        for _ in range(12):
            best = model(tokens).logits[:, -1].argmax(-1, keepdim=True)
            tokens = torch.cat([tokens, best], dim=1)
    assert found == {tokenizer.decode(tokens[0, length:], skip_special_tokens=True)}


def test_a_schema_is_kept(backend):
    """Every reply to a request with a JSON Schema is JSON that keeps it."""
    free = Sampling(temperature=1.0, top_p=1.0, max_tokens=120)
    asked = [request(str(n), sampling=free, json_schema=json.dumps(SCHEMA)) for n in range(20)]
    replies = list(backend.replies([*asked, *many(3)]))
    kept = [reply for reply in replies if reply.finish == "stop" and reply.text.startswith("{")]
    values = [json.loads(reply.text) for reply in kept]
    assert len(values) == 20
    validator = jsonschema_rs.validator_for(SCHEMA)
    assert all(validator.is_valid(value) for value in values)
    assert len({value["score"] for value in values}) > 5
    assert len({value["title"] for value in values}) == 20


def test_a_reply_with_a_schema_does_not_depend_on_its_batch(backend, folder):
    """What a schema rules out in one row is ruled out in that row alone."""
    schemas = [json.dumps({"enum": ["a", "b", "c", str(n)]}) for n in range(6)]
    asked = [request(str(n), json_schema=schema) for n, schema in enumerate(schemas)]
    alone = HuggingFace(str(folder), device="cpu", batch_size=1)
    assert texts(backend, [*asked, *many(3)]) == texts(alone, [*asked, *many(3)])


@pytest.mark.parametrize(
    "schema",
    ["{", '{"type": "strin"}', "3", '{"not": {}}', '{"type":"integer","minimum":5,"maximum":3}'],
)
def test_a_schema_may_be_refused(backend, schema):
    """What is no schema, cannot be met or is not implemented fails for good, and alone."""
    broken, fine = backend.replies([request("broken", json_schema=schema), request("fine")])
    assert (broken.id, broken.failure.kind, broken.failure.lasting) == (
        "broken",
        "bad_schema",
        True,
    )
    assert broken.failure.message
    assert fine.failure is None


def test_a_reply_may_be_cut_off(backend, changed):
    """The finish is length where no end token came in time, and stop where one came."""
    short = [request(str(n), sampling=WILD._replace(max_tokens=3)) for n in range(3)]
    replies = list(backend.replies(short))
    assert {(reply.finish, reply.usage.completion) for reply in replies} == {("length", 3)}
    often = changed("generation_config.json", json.dumps({"eos_token_id": list(range(1, 700))}))
    eager = HuggingFace(often, device="cpu")
    long = [request(str(n), sampling=WILD._replace(max_tokens=200)) for n in range(10)]
    stopped = list(eager.replies(long))
    assert {reply.finish for reply in stopped} == {"stop"}
    assert max(reply.usage.completion for reply in stopped) < 20


def test_each_reply_has_its_own_length(backend):
    """Requests that share a batch are cut off each at its own limit."""
    asked = [request(str(n), "Go.", WILD._replace(max_tokens=n, seed=4)) for n in (2, 5, 9)]
    found = {reply.id: reply.usage.completion for reply in backend.replies(asked)}
    assert found == {"2": 2, "5": 5, "9": 9}


def test_a_prompt_may_be_too_long(backend):
    """A prompt that fills the context fails for good; one that nearly does gets what is left."""
    found = failure(backend, request("long", "a" * 3 * CONTEXT))
    assert (found.kind, found.lasting) == ("context_too_long", True)
    assert str(CONTEXT) in found.message
    sampling = Sampling(temperature=0.0, max_tokens=500)
    asked = [request("0", "Z" * 5, sampling), request("1", "Z" * (CONTEXT - 8), sampling)]
    replies = {reply.id: reply for reply in backend.replies(asked)}
    assert replies["1"].finish == "length"
    assert all(sum(reply.usage) <= CONTEXT for reply in replies.values())
    assert sum(replies["1"].usage) == CONTEXT


def test_a_batch_is_halved_where_memory_is_short(backend, monkeypatch):
    """A batch that does not fit is tried again by halves, and the replies stay the same."""
    expected = texts(backend, many(9))
    sizes = count_calls(monkeypatch, backend, most=2)
    assert texts(backend, many(9)) == expected
    assert (max(sizes), Counter(sizes)[4]) == (4, 2)


def test_memory_may_not_do_even_for_one(backend, monkeypatch):
    """A request that does not fit by itself fails for now, and the others are answered."""
    model = backend._loaded.model
    forward = model.forward

    def limited(*args, **options):
        if options["attention_mask"].shape[1] > 60:
            raise MemoryError
        return forward(*args, **options)

    monkeypatch.setattr(model, "forward", limited)
    replies = list(backend.replies([*many(3), request("big", "Z" * 100)]))
    [failed] = [reply for reply in replies if reply.failure]
    assert (failed.id, failed.failure.kind, failed.failure.lasting) == (
        "big",
        "out_of_memory",
        False,
    )
    assert len(replies) == 4


def test_a_model_may_break(backend, monkeypatch):
    """Another error of the model ends the run and says what it was."""

    def broken(*args, **options):
        raise RuntimeError("device-side assert triggered")

    list(backend.replies([request("to load it")]))
    monkeypatch.setattr(backend._loaded.model, "forward", broken)
    with pytest.raises(BackendError, match=r"^hf:.* broke: device-side assert"):
        list(backend.replies([request("a")]))


def test_a_model_may_compute_no_numbers(backend, monkeypatch):
    """Scores that are not numbers are a failure, not a reply."""
    list(backend.replies([request("to load it")]))
    head = backend._loaded.model.lm_head
    monkeypatch.setattr(head, "forward", lambda states: states.new_full((1, 1, 1024), torch.nan))
    found = failure(backend, request("a"))
    assert (found.kind, found.lasting) == ("no_numbers", True)


def test_special_tokens_are_not_in_the_text(backend):
    """The text holds no token that is there for the model alone."""
    hot = Sampling(temperature=5.0, top_p=1.0, max_tokens=60)
    found = texts(backend, many(20, hot))
    assert not any("<|" in text for text in found.values())


def test_a_message_is_data(backend):
    """What a message says is not rendered, though it looks like a template."""
    [plain, braces] = backend.replies([request("a", "{{ 1 + 1 }} {% if"), request("b", "2 ")])
    assert plain.usage.prompt > braces.usage.prompt
    assert plain.failure is None


def test_text_that_is_no_unicode_fails_alone(backend):
    """A lone surrogate, which has no tokens, fails its own request."""
    broken, fine = backend.replies([request("broken", "\ud800"), request("fine")])
    assert broken.failure.kind == "bad_messages"
    assert fine.failure is None


def test_close_lets_the_model_go(folder):
    """After closing the model is loaded anew when it is asked again."""
    backend = HuggingFace(str(folder), device="cpu")
    backend.close()
    first = texts(backend, many(1))
    backend.close()
    assert backend._loaded is None
    assert texts(backend, many(1)) == first


@pytest.mark.parametrize(
    ("options", "said"), [({"dtype": "int3"}, "bfloat16"), ({"batch_size": 0}, "at least 1")]
)
def test_wrong_options_are_refused(options, said):
    """An unknown dtype and a batch of nothing are refused at once, with the choice."""
    with pytest.raises(UsageError, match=said):
        HuggingFace("anything", **options)


def test_half_precision_works(folder):
    """The model answers in bfloat16 as well."""
    assert len(texts(HuggingFace(str(folder), device="cpu", dtype="bfloat16"), many(3))) == 3


def isolated(code: str) -> str:
    """What a fresh interpreter prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_import_loads_nothing_heavy():
    """Importing the module, and naming a model, imports neither torch nor what comes with it."""
    found = isolated(
        "import sys; from crab.backends.huggingface import HuggingFace; HuggingFace('x').name\n"
        "print({'torch', 'transformers', 'llguidance', 'tokenizers'} & set(sys.modules))"
    )
    assert found == "set()"


@pytest.mark.parametrize("module", ["torch", "transformers", "llguidance"])
def test_a_missing_extra_is_named(folder, module):
    """Without one of the modules the error says what to install."""
    assert find_spec(module) is not None
    found = isolated(
        "import sys\n"
        "class Blocker:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name.partition('.')[0] == {module!r}:\n"
        "            raise ModuleNotFoundError(f'no {name}', name=name.partition('.')[0])\n"
        "sys.meta_path.insert(0, Blocker())\n"
        "from crab.backends.base import Request, Turn\n"
        "from crab.backends.huggingface import HuggingFace\n"
        "from crab.errors import MissingExtra\n"
        f"backend = HuggingFace({str(folder)!r}, device='cpu')\n"
        "try:\n"
        "    list(backend.replies([Request('a', (Turn('user', 'Go.'),), json_schema='{}')]))\n"
        "except MissingExtra as error:\n"
        "    print(error)\n"
    )
    assert found == str(MissingExtra(module, "hf"))


def test_replies_are_plain_values(backend):
    """A reply holds no tensor, so that it can be stored."""
    [reply] = backend.replies([request("a")])
    assert type(reply) is Reply
    assert (type(reply.text), type(reply.usage.prompt), type(reply.usage.completion)) == (
        str,
        int,
        int,
    )
