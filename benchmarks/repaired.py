"""Count the verdicts of benchmarks that change when crab decides by the instructions' words.

    NLTK_DATA=DATA/nltk_data python benchmarks/repaired.py DATA [KIND]

DATA is a folder with prompts and responses: ``ifeval/input_data.jsonl`` with
``ifeval/responses_*.jsonl``, ``ifbench/test.jsonl`` with ``ifbench/sample_output.jsonl``, and
``checkers/pairs.jsonl``. The benchmark's own strict verdicts stand against those of the constraints
that ``from_instruction`` gives. A change is a repair where the benchmark's check contradicts its
words, and else a matter of what counts as a word, a sentence and the like. With a KIND, such as
``ifeval/startend:quotation``, the responses whose verdict changes are printed.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from crab.benchmarks import Instruction, instruction
from crab.benchmarks.mapping import from_instruction
from crab.benchmarks.reading import read_prompts
from crab.constraints import Rule
from crab.text import Text

REPAIRED = {
    "ifeval/keywords:existence",
    "ifeval/keywords:frequency",
    "ifeval/detectable_format:json_format",
    "ifeval/startend:quotation",
    "iftrain/keywords:word_once",
    "iftrain/keywords:word_count_different_numbers",
}
"""Instructions with changes that are repairs, all of them."""

LIST_NUMBER = re.compile(r"^[ \t]*\d+[.)][ \t]+", re.MULTILINE)


class Change(NamedTuple):
    """What the benchmark and crab say of a response."""

    data: str
    rule: Instruction
    response: str
    theirs: bool
    ours: bool
    reason: str
    """What the benchmark measured."""


def exactly_as_many(rule: Any, text: Text) -> bool:
    """Return the benchmark's verdict where more sections than asked for will not do."""
    more = rule.model_copy(update={"num_sections": rule.num_sections + 1})
    return bool(rule.check(text).met and not more.check(text).met)


def without_list_numbers(rule: Any, text: Text) -> bool:
    """Return the benchmark's verdict where the number of a list item is no sentence."""
    return bool(rule.check(LIST_NUMBER.sub("", text.string)).met)


def in_capitals(rule: Any, text: Text) -> bool:
    """Return crab's verdict where a marker in small letters is one too."""
    return ours(rule, Text(text.string.replace("p.s.", "P.S."))) is True


MENDED: Mapping[str, Callable[[Any, Text], bool]] = {
    "ifeval/detectable_format:multiple_sections": exactly_as_many,
    "ifeval/length_constraints:number_sentences": without_list_numbers,
    "ifeval/detectable_content:postscript": in_capitals,
}
"""Checks with what contradicts the words mended, and nothing else: where they agree with crab, a
change is a repair."""


def ours(rule: Instruction, text: Text) -> bool | None:
    """Return crab's verdict by the words of an instruction; None where it has no kind for it."""
    constraints = from_instruction(rule)
    if constraints is None:
        return None
    return all(one.check(text).met for one in constraints if isinstance(one, Rule))


def cases(data: Path) -> Iterator[tuple[str, Instruction, str]]:
    """Yield each instruction with each response to it."""
    for file in sorted((data / "ifeval").glob("responses_*.jsonl")):
        yield from answered("IFEval", data / "ifeval" / "input_data.jsonl", file)
    folder = data / "ifbench"
    yield from answered("IFBench", folder / "test.jsonl", folder / "sample_output.jsonl")
    for row in rows(data / "checkers" / "pairs.jsonl"):
        yield "pairs", instruction(row["checker"], row["id"], row["kwargs"]), row["text"]


def answered(data: str, prompts: Path, responses: Path) -> Iterator[tuple[str, Instruction, str]]:
    """Yield each instruction of a benchmark with a model's response to its prompt."""
    found = {prompt.text.strip(): prompt for prompt in read_prompts(data.lower(), prompts)}
    for row in rows(responses):
        prompt = found.get(row["prompt"].strip())
        for rule in prompt.instructions if prompt else ():
            yield data, rule, row["response"]


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a file."""
    for line in path.read_text("utf-8").splitlines():
        yield json.loads(line)


def decided(data: str, rule: Instruction, response: str) -> Change | None:
    """Return both verdicts; None where crab has no kind for the instruction."""
    text = Text(response)
    own = ours(rule, text)
    if own is None:
        return None
    theirs, filled = rule.check(text), bool(response.strip())
    return Change(data, rule, response, bool(filled and theirs.met), filled and own, theirs.reason)


def cause(change: Change) -> str:
    """Return what a change is due to."""
    mended = MENDED.get(change.rule.kind)
    if mended is not None:
        repaired = mended(change.rule, Text(change.response)) == change.ours
        return "repair" if repaired else "definition"
    return "repair" if change.rule.kind in REPAIRED else "definition"


def table(data: str, changes: list[Change], without: int) -> Iterator[str]:
    """Yield the counts of one data set as Markdown."""
    of = Counter(change.rule.kind for change in changes)
    changed = [change for change in changes if change.theirs != change.ours]
    counts = Counter((one.rule.kind, cause(one), one.ours) for one in changed)
    yield f"{data}: {len(changed)} of {len(changes)} verdicts change; {without} have no kind."
    if not changed:
        return
    yield "\n| instruction | verdicts | repaired | counted otherwise |\n|---|--:|--:|--:|"
    for kind in sorted({one.rule.kind for one in changed}):
        cells = [
            ", ".join(
                f"{counts[kind, why, met]} {'now met' if met else 'no longer met'}"
                for met in (True, False)
                if counts[kind, why, met]
            )
            for why in ("repair", "definition")
        ]
        yield f"| `{kind}` | {of[kind]} | {' | '.join(cells)} |"
    sums = Counter(map(cause, changed))
    yield f"| all of these | {sum(of[kind] for kind in {one.rule.kind for one in changed})} | " + (
        f"{sums['repair']} | {sums['definition']} |"
    )


def main(data: str, kind: str = "") -> None:
    """Print the tables, or the responses to one instruction whose verdict changes."""
    found = [(case[0], decided(*case)) for case in cases(Path(data))]
    changes = [change for _, change in found if change is not None]
    if kind:
        for one in changes:
            if one.rule.kind == kind and one.theirs != one.ours:
                print(cause(one), one.rule.arguments, one.theirs, one.ours, one.reason)
                print(f"    {one.response[:300]!r}")
        return
    for name in ("IFEval", "IFBench", "pairs"):
        without = sum(change is None and where == name for where, change in found)
        print("\n".join(table(name, [one for one in changes if one.data == name], without)), "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
