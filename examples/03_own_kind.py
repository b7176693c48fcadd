# %% [markdown]
# # A kind of your own
#
# A kind is one class: its fields, how it is said, how it is checked, and, if you like, how it is
# proposed. Here: the response mentions between so many and so many distinct years.

# %%
import re
from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import crab
from crab.constraints import Style
from crab.testing import TEXTS, check_laws

YEAR = re.compile(r"\b(?:1[0-9]|20)[0-9]{2}\b")


class YearCount(Style, crab.Bounded):
    """The response mentions between ``at_least`` and ``at_most`` distinct years.

    A year is a number from 1000 to 2099 that stands alone.
    """

    hint: ClassVar[str] = "How many distinct years the response mentions, such as 1969."
    unit: ClassVar[str] = "distinct years"
    small: ClassVar[int] = 2
    phrasings: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "en": {
            "noun": ["year", "years"],
            "say": ["Your answer should name {count}.", "Mention {count} in your answer."],
        }
    }
    example: ClassVar[crab.Example] = crab.Example(
        {"at_least": 2}, "Built in 1890, torn down in 1969.", "Built in 1890, painted in 1890."
    )

    kind: Literal["year_count"] = "year_count"

    def measure(self, text: crab.Text) -> crab.Measure:
        """Count the distinct years; others may count every mention."""
        first: dict[str, tuple[int, int]] = {}
        mentions = 0
        for match in YEAR.finditer(text.string):
            first.setdefault(match.group(), match.span())
            mentions += 1
        return crab.Measure.items(list(first.values()), mentions)


# %% [markdown]
# Defining the class registers the kind. `crab.Bounded` does the rest: `check` compares the measure
# with the bounds, and `propose` sets round bounds outside every reading.

# %%
response = """The telephone reached the village in 1911, electric light in 1923. The railway came
in 1931 and was closed again in 1968; the station has been a bakery since 1971."""

print(crab.check(response, YearCount(at_least=3)))
rules = crab.propose(response, kinds=["year_count"])
print(crab.check(response, rules))
print(rules[0].model_dump_json(exclude_none=True))

# %% [markdown]
# ## Does it keep the laws?
#
# What is proposed is met; the same seed gives the same rules; JSON and pickle bring back the same
# value; every string gets a verdict, the nastiest too, and quickly. `check_laws` tries all of it, and
# says what is broken. Give it some texts for which your kind has rules.

# %%
check_laws(YearCount, texts=[*TEXTS, response])
print("year_count keeps the laws")

# %% [markdown]
# ## It is a kind like any other
#
# `crab.kinds()` lists it, data with `"kind": "year_count"` can be read, and `crab.build` proposes it.
# To use it from the command line, or in several processes, move it into an installed package: see
# `examples/plugin`.

# %%
print("year_count" in crab.kinds())
pair = {"instruction": "Tell me about the village.", "response": response}
[sample] = crab.build([pair], kinds=("year_count",), vacuous=1)
for constraint, check in zip(sample.constraints, sample.checks, strict=True):
    print(constraint.describe(), "->", check.reason)
