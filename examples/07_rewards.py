# %% [markdown]
# # Verdicts as rewards
#
# A trainer that learns from rewards (GRPO, PPO) samples several responses to a prompt and asks what
# each has earned. For constraints that code can decide, crab answers. Nothing is trained here.

# %%
from crab.rewards import Reward, TRLReward

constraints = [
    {"kind": "sentence_count", "at_most": 2},
    {"kind": "keywords", "include": ["rain", "umbrella"]},
    {"kind": "no_punctuation", "mark": "!"},
]
rollouts = [
    "<think>Two sentences, no shouting.</think>Expect rain. Take an umbrella.",
    "<think>Hm.</think>Expect rain! Take an umbrella!",
    "It will be dry.",
    "<think>Rain, rain, rain. An umbrella? I should",
    "",
]

# %% [markdown]
# A `Reward` says how verdicts become a number. Each is a value; called, it never raises.

# %%
rewards = {
    "share": Reward(thinking="think"),
    "all": Reward(how="all", thinking="think"),
    "weighted": Reward(weights={"keywords": 2}, thinking="think"),
    "reasoning counts": Reward(),
}
print("  ".join(f"{name:>16}" for name in rewards))
for response in rollouts:
    row = [reward(response, constraints) for reward in rewards.values()]
    print("  ".join(f"{one:16.2f}" for one in row), repr(response[:40]))

# %% [markdown]
# The fourth rollout ends before its answer begins, and the fifth is empty: both earn nothing, though
# neither has an exclamation mark.
#
# ## As a trainer calls it
#
# TRL gives a reward function the prompts, the completions and the columns of the data set. Where
# nothing can be decided, the row is skipped, and not punished.

# %%
weather = TRLReward(rewards["share"], name="weather")
earned = weather(
    prompts=["How is the weather?", "How is the weather?", "Tell me a joke."],
    completions=[[{"role": "assistant", "content": text}] for text in rollouts[:3]],
    constraints=[constraints, constraints, []],
)
print(weather.__name__, earned)

# %% [markdown]
# ## Labels of other data sets
#
# IFEval's and open-instruct's labels are read too, with the verdicts of their own checkers.

# %%
labels = [
    {"instruction_id_list": ["punctuation:no_comma"], "kwargs": [{"num_words": None}]},
    "[{'instruction_id': ['keywords:existence'], 'kwargs': [{'keywords': ['rain']}]}]",
]
for label in labels:
    print([rewards["share"](response, label) for response in rollouts], label)

# %% [markdown]
# For TRL, verl, open-instruct and OpenRLHF, see `docs/rewards.md`.
