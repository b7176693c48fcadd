# %% [markdown]
# # Score answers by a benchmark's own rules
#
# Two small models answered six prompts with IFEval's instructions. crab decides each instruction as
# IFEval's own code does, strictly and loosely. Nothing is trained and nothing is downloaded.

# %%
import json
from pathlib import Path

from crab.benchmarks import from_instruction, instruction, score

folder = Path(globals().get("__file__", "")).parent / "eval"  # a notebook has no __file__
scores = score(
    "ifeval", folder / "prompts.jsonl", [folder / "careful.jsonl", folder / "hasty.jsonl"]
)
print(scores)

# %% [markdown]
# In a notebook, the last line of a cell shows the same as a table. `crab eval ifeval --prompts ...
# --responses ...` prints it, too, and draws it with `--chart scores.svg`.
#
# Loosely, an instruction counts as followed where the answer follows it without its first line, without
# its last, or without its stars. So a polite opening does no harm:

# %%
for outcome in scores.outcomes:
    if outcome.strict != outcome.loose:
        print(outcome.model, outcome.key, outcome.id, "is followed loosely only")

# %% [markdown]
# An instruction is a rule like any other: it says what it measured, and goes through JSON.

# %%
rows = [json.loads(line) for line in (folder / "prompts.jsonl").read_text("utf-8").splitlines()]
answers = [json.loads(line) for line in (folder / "hasty.jsonl").read_text("utf-8").splitlines()]
for row, answer in zip(rows, answers, strict=True):
    for id_, kwargs in zip(row["instruction_id_list"], row["kwargs"], strict=True):
        rule = instruction("ifeval", id_, kwargs)
        met, reason, _ = rule.check(answer["response"])
        print(f"{'met  ' if met else 'UNMET'}  {rule.id:42} {reason}")

# %% [markdown]
# Some checks contradict the words of their instruction. `from_instruction` gives crab's own rules, which
# decide by the words:

# %%
keyword = instruction("ifeval", "keywords:existence", {"keywords": ["art"]})
print("by the check:", keyword.check("We start at noon.").met)
for own in from_instruction(keyword) or ():
    print("by the words:", own.describe(), own.check("We start at noon.").met)  # type: ignore[attr-defined]
