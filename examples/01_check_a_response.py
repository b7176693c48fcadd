# %% [markdown]
# # Check a response
#
# You have a response, and you know what was asked of it. Which of the demands does it meet?
# Nothing here needs a model, a key or the network.

# %%
import crab
from crab.constraints import (
    BulletCount,
    ForbiddenWords,
    Keywords,
    NoPunctuation,
    ResponseLanguage,
    WordCount,
)

response = """Three things keep a houseplant alive:

- **Light.** Put it near a window, but not in the midday sun.
- **Water.** Feel the soil first; most plants die of too much water.
- **Patience.** New leaves take weeks.

If you go away, ask a neighbour."""

# %% [markdown]
# A constraint is a small value: a kind with its fields. Bounds are called `at_least` and `at_most`
# everywhere, and include their ends.

# %%
constraints = [
    WordCount(at_most=60),
    BulletCount(at_least=3, at_most=3),
    Keywords(include=("water", "light")),
    ForbiddenWords(words=("obviously", "simply")),
    NoPunctuation(mark="!"),
    NoPunctuation(mark=","),
    ResponseLanguage(language="en"),
]

report = crab.check(response, constraints)
print(report)

# %% [markdown]
# In a notebook, put `report` alone on the last line of a cell: it becomes a table, with the evidence
# marked in the response.
#
# A report is true where everything is met. Each of its results holds the constraint and a verdict:
# whether it is met, what was measured, and where the evidence stands.

# %%
print("all met:", bool(report))
for constraint, verdict in report:
    if not verdict.met:
        print("unmet:", constraint.describe())
        print("because:", verdict.reason)
        print("at:", [(start, response[start - 9 : end]) for start, end in verdict.spans])

# %% [markdown]
# ## Constraints come from JSON and go to JSON
#
# One object each, with its `kind`. What comes back is equal to what went out.

# %%
data = [{"kind": "word_count", "at_most": 60}, {"kind": "person", "avoid": "first"}]
read = [crab.Constraint.model_validate(item) for item in data]
print(crab.check(response, read))
print(read[0].model_dump_json(exclude_none=True))
print(read[0] == WordCount(at_most=60))

# %% [markdown]
# ## What only a reader can decide
#
# Some constraints are a matter of judgement. Code does not guess: the verdict is `None`, neither met
# nor unmet, and a report with one of these is not true.

# %%
judged = crab.Constraint.model_validate(
    {"kind": "audience", "text": "Write for somebody who has never kept a plant."}
)
report = crab.check(response, [WordCount(at_most=60), judged])
print(report)
print("all met:", report.met)
