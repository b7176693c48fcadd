# %% [markdown]
# # Make a data set
#
# From pairs of instruction and response to training examples whose constraints hold. The pairs come
# from `seeds.jsonl` beside this file; everything is written to a temporary folder.

# %%
import json
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import crab
from crab.steps.combine import combine

SEEDS = Path(globals().get("__file__", "")).parent / "seeds.jsonl"  # a notebook has no __file__

# %% [markdown]
# `crab.read` knows the usual formats and shapes by their content. A row that cannot be read becomes a
# `Dropped` with the reason, never a silent gap.

# %%
rows = list(crab.read(SEEDS))
pairs = [row for row in rows if isinstance(row, crab.Pair)]
languages = {pair.language for pair in pairs}
print(f"{len(rows)} rows, {len(pairs)} pairs in {len(languages)} languages")

# %% [markdown]
# `crab.build` proposes, verifies and prunes. It yields a sample for each pair: the pair as it was,
# with every constraint that is true of the response and worth stating. `on_dropped` hears of
# everything that is left out.

# %%
dropped: Counter[str] = Counter()


def count(one: crab.Dropped) -> None:
    """Count what is dropped, by step and reason."""
    dropped[f"{one.what}, {one.step}: {one.reason.split(':')[0]}"] += 1


samples = list(crab.build(pairs, seed=1, workers=1, on_dropped=count))
found = sum(len(sample.constraints) for sample in samples)
print(f"{len(samples)} samples with {found / len(samples):.1f} constraints each")
for reason, number in dropped.most_common():
    print(f"{number:5} dropped ({reason})")

# %% [markdown]
# ## Before and after
#
# `combine` draws some of the constraints, says them in the language of the instruction, and writes
# them around it. The response stays as it is.

# %%
config = crab.Config(seed=1)
chosen = [sample for sample in samples if sample.id in ("ex-005", "ex-023", "ex-071")]
for example in combine(chosen, config):
    if isinstance(example, crab.Messages):
        before = next(sample.instruction for sample in chosen if sample.id == example.id)
        prompt, answer = example.messages
        print(f"=== {example.id} ({example.language})")
        print(f"BEFORE\n{before}\n")
        print(f"AFTER\n{prompt.content}\n")
        print(f"RESPONSE, unchanged\n{answer.content}\n")

# %% [markdown]
# ## Anyone can check it again
#
# Written to disk, a sample holds its constraints as data: kind and fields, no prose to parse. Read it
# back anywhere and check the response afresh.

# %%
with TemporaryDirectory() as folder:
    file = Path(folder) / "samples.jsonl"
    with file.open("w", encoding="utf-8") as lines:
        lines.writelines(sample.model_dump_json() + "\n" for sample in samples)

    checked = false = 0
    for line in file.open(encoding="utf-8"):
        record = json.loads(line)
        constraints = [crab.Constraint.model_validate(item) for item in record["constraints"]]
        for _, verdict in crab.check(record["response"], constraints):
            checked += 1
            false += verdict.met is not True
    print(f"{checked} constraints checked again, {false} false")

# %% [markdown]
# On the command line all of this is two lines, and a killed run goes on where it was:
#
#     crab build examples/seeds.jsonl -o out --seed 1
#     crab check out/train.jsonl
