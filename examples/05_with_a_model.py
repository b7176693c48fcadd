# %% [markdown]
# # With a model
#
# Code finds what can be counted. A model finds what only a reader sees: tone, audience, what is left
# out. It proposes; code decides what code can; and a judge, which has to quote the response, decides
# the rest. Here a stand-in with prepared answers plays the model, so nothing needs a key or the network.

# %%
import logging
import re
import sys
from typing import Any

import crab
from crab.backends.base import Backend, Request
from crab.testing import ScriptedBackend

BREAD = """Feed the starter the evening before, so that it is lively in the morning. Mix flour, water and salt, and leave the dough alone for half an hour. Then fold it four times, once every half hour.

Shape it, put it into a basket, and let it rest overnight in the fridge. The cold makes it easier to score and gives it more taste. Bake it in a hot pot with the lid on; take the lid off for the last quarter of an hour."""

CLOUDS = """Warm air rises and cools. Cool air cannot hold as much water as warm air, so some of the water settles on tiny grains of dust. Millions of such drops together are a cloud."""

pairs = [
    {"id": "bread", "instruction": "How do I bake a sourdough loaf?", "response": BREAD},
    {"id": "clouds", "instruction": "How do clouds form?", "response": CLOUDS},
]

# %% [markdown]
# ## The stand-in
#
# It proposes eight things about the bread. Some are false, some can be counted, and one is of a kind
# that does not exist. As a judge it knows the truth about a few demands, and says no to all others.

# %%
PROPOSALS = [
    {"kind": "sentence_count", "at_least": 20},  # too many: code fits the number
    {"kind": "semantic_element", "text": "Use at most 100 words."},  # code can count
    {"kind": "semantic_element", "text": "Give six reasons."},  # no kind counts reasons
    {"kind": "order_of_parts", "text": "Give the steps in the order in which they are done."},
    {"kind": "writing_style", "text": "Write like a stern teacher."},  # the judge knows better
    {"kind": "exclusion", "text": "Do not mention any brand."},
    {"kind": "audience", "text": "Write for people who have a bread machine."},  # a false quotation
    {"kind": "tone", "text": "Be friendly."},  # no such kind
]
OPENING = "Feed the starter the evening before"
TRUE = {
    "Give the steps in the order in which they are done.": OPENING,
    "Write in a calm, practical tone.": OPENING,
    "Do not mention any brand.": OPENING,
    "Write for people who have a bread machine.": "put the dough into your bread machine",
}
BETTER = {"Write like a stern teacher.": "Write in a calm, practical tone."}


def stand_in(request: Request) -> dict[str, Any]:
    """Answer as a model would: the template says what is asked."""
    user = request.messages[-1].content
    parts = dict(re.findall(r"\[(\w+) \d+\]\n(.*?)\n\[end of", user, re.DOTALL))
    if request.template.startswith("propose"):
        if parts["response"] != BREAD:
            return {"instruction": parts["instruction"], "constraints": []}
        refined = "How do I bake a sourdough loaf at home, without a machine?"
        return {"instruction": refined, "constraints": PROPOSALS}
    if request.template.startswith("breach"):
        return {"evidence": None, "breached": parts["prohibition"] not in TRUE}
    demand = parts["demand"]
    return {
        "evidence": TRUE.get(demand, OPENING),
        "met": demand in TRUE,
        "restricts": True,
        "better": BETTER.get(demand),
    }


def yes_man(request: Request) -> dict[str, Any]:
    """Propose the same, and call everything true, with a real quotation."""
    if request.template.startswith("propose"):
        return stand_in(request)
    quotation = request.messages[-1].content.split("\n")[1]
    return {
        "evidence": quotation,
        "met": True,
        "restricts": True,
        "better": None,
        "breached": False,
    }


# %% [markdown]
# ## What is kept, what is dropped, and why
#
# To use a real model, change the one line that makes the backend, say to
#
#     backend = "openai:gpt-5-mini"  # with the key in OPENAI_API_KEY
#
# or `OpenAI("Qwen/Qwen3-8B", base_url="http://localhost:8000/v1")` from `crab.backends.openai` for a
# server of your own.


# %%
def show(backend: Backend | str) -> None:
    """Build with a model, and print what became of the record about bread."""
    dropped: list[crab.Dropped] = []
    samples = crab.build(
        pairs,
        seed=1,
        backend=backend,
        kinds=("keywords", "no_punctuation"),  # what code proposes; by default, all that it knows
        on_dropped=dropped.append,
    )
    [sample] = [sample for sample in samples if sample.id == "bread"]
    print(f"instruction: {sample.instruction}\n   it was:    {sample.original}")
    for constraint, check in zip(sample.constraints, sample.checks, strict=True):
        if check.origin != "rule":
            print(f"kept: {constraint.kind}: {constraint.describe()} ({check.reason})")
    for one in dropped:
        if one.id == "bread":
            print(f"dropped: {one.data['kind']}: {one.data.get('text', '')} ({one.reason})")
    rules = sum(check.origin == "rule" for check in sample.checks)
    print(f"and {rules} rules that code found by itself")


backend = ScriptedBackend(stand_in)
show(backend)
print(f"{len(backend.asked)} requests")

# %% [markdown]
# ## A judge that says yes to everything
#
# Before a model may judge, it is shown demands whose truth code knows. One that accepts too many
# falsehoods is not trusted: whatever only a reader can decide is dropped, and what code decides stays.

# %%
logging.basicConfig(stream=sys.stdout, format="crab: %(message)s")
show(ScriptedBackend(yes_man))

# %% [markdown]
# On the command line a run with a model keeps every reply, so that a stopped run goes on without paying
# twice:
#
#     crab build examples/seeds.jsonl -o out --backend openai:gpt-5-mini --dry-run
#     crab build examples/seeds.jsonl -o out --backend openai:gpt-5-mini
