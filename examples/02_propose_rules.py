# %% [markdown]
# # Find the rules that a response meets
#
# Constraint back-translation begins with a good response and looks for demands that it already
# meets. `crab.propose` returns them, and each of them is true of the response.

# %%
from random import Random

import crab

response = """# Sourdough in three days

Making sourdough takes patience, but very little work.

1. Feed the starter in the evening, then leave it on the counter overnight.
2. Mix flour, water and salt with the starter in the morning. Fold the dough four times.
3. Let the dough rest in the fridge until the next day, then bake it in a covered pot.

**Tip:** the dough is ready when it springs back slowly. A cold kitchen slows everything down, so
give the starter more time in winter."""

rules = crab.propose(response, seed=1)
print(crab.check(response, rules))

# %% [markdown]
# `seed` chooses among the bounds and words that would do. The same seed gives the same rules.

# %%
for seed in (1, 2, 3):
    for rule in crab.propose(response, seed=seed, kinds=["word_count", "keywords"]):
        print(seed, rule.describe())

# %% [markdown]
# ## Why a bound is never tight to the count
#
# People count differently. Is `well-known` one word or two? Is a list item a sentence? crab measures
# an interval that contains every fair count, and proposes only bounds outside of it. So the rules
# hold with somebody else's checker too.

# %%
text = crab.Text("She's a well-known baker. Her sour-dough bread - e.g. the rye - isn't cheap.")
print("words:", len(text.words), "and other fair counts lie in", tuple(text.readings.words))
print("sentences:", len(text.sentences), "and others in", tuple(text.readings.sentences))

# %% [markdown]
# ## The same rule, said in many ways
#
# A rule is rendered from its fields. `describe()` gives its plainest wording; with a source of
# randomness it gives one of many.

# %%
rule = crab.propose(response, seed=1, kinds=["numbered_item_count"])[0]
print(rule.model_dump_json(exclude_none=True))
for seed in range(4):
    print("-", rule.describe(Random(seed)))

# %% [markdown]
# ## Rules in the language of the prompt
#
# With `language`, only rules that can be said in it are returned.

# %%
chinese = "今天早上下雨了。我们在车站等了很久，最后决定走路回家。路上，我们看到一只小狗。" * 2
for rule in crab.propose(chinese, seed=1, language="zh")[:6]:
    print(rule.kind, "|", rule.describe(language="zh"))
