"""Compare verdicts with the packages of others on mutated answers; print what differs, by id.

    NLTK_DATA=DATA python benchmarks/parity.py PEER_PYTHON TEXTS.jsonl [...]

TEXTS hold lines with response (or text). PEER_PYTHON is the interpreter of the environment that
benchmarks/upstream.py describes; --worker names another program that answers as that one does. Of
each id that it knows, n cases are decided by both: answers, and answers that were cut, joined,
shuffled, written in other letters, or given what instructions ask for, with arguments near what the
answer holds. What the package cannot decide, because it raises, is counted apart.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

from rich.console import Console
from rich.table import Table

from crab.benchmarks import instruction, instruction_classes

console = Console(width=110)
WORDS = """rain the love time a is war snow CAT naïve C++ a.b 2.5 well-known don't I
İstanbul""".split()
ODDMENTS = [
    *(
        "\n\n",
        "\n",
        "\t",
        "  ",
        "\u00a0",
        "\x1c",
        "* item\n",
        "- item\n",
        "Section 1\n",
        "```json\n",
    ),
    *("Dr. Who ", "e.g. ", "U.S. ", "I'M ", "DON'T ", "it's ", "My answer is yes.", "<i>It</i> "),
    *("level racecar ", "Emma Liam ", "and but so yet ", "elgae dlab ", "eagle bald ", "P.S. x"),
    *("My Answer: My Conclusion: ", "Future Outlook:", "SEPARATOR ", "P.P.S. y", "[x] [y]"),
    *"*** ****** [name] <<Title>> \" ' “ ” ’ 🌧 😀 ([{(<x>)}]) ((((([])))))".split(),
    *"雨 かな ?! ‽ ; : ! ? . , 12 ``` {} - -- … ... [ ] << >> İ ſ ﬁ 1,000".split(),
]
RELATIONS = ["less than", "at least"]


def main() -> None:
    """Make the cases, let both decide them, and show what differs."""
    parser = ArgumentParser()
    parser.add_argument("peer_python")
    parser.add_argument("texts", nargs="+", type=Path)
    parser.add_argument("--worker", type=Path, default=Path(__file__).with_name("upstream.py"))
    parser.add_argument("--sources", nargs="+", default=["ifeval", "ifbench"])
    parser.add_argument("-n", type=int, default=300)
    asked = parser.parse_args()
    cases = list(all_cases(list(read(asked.texts)), asked.sources, asked.n))
    own = [bool(instruction(*head(case)).check(case["text"]).met) for case in cases]
    show(cases, own, answers(asked.peer_python, asked.worker, cases))


def read(files: list[Path]) -> Iterator[str]:
    """Yield the texts of files."""
    for file in files:
        for line in filter(None, file.read_text("utf-8").split("\n")):
            row = json.loads(line)
            yield row.get("response") or row.get("text") or "x"


def head(case: dict[str, Any]) -> tuple[str, str, dict[str, Any]]:
    """Return what names the instruction of a case."""
    return case["source"], case["id"], case["kwargs"]


def all_cases(texts: list[str], sources: list[str], number: int) -> Iterator[dict[str, Any]]:
    """Yield n cases of each id whose arguments make an instruction."""
    for source in sources:
        own = [id_ for id_, cls in instruction_classes(source).items() if cls.source == source]
        for id_ in own:
            rng = Random(f"{source} {id_}")
            for _ in range(number):
                text = mutated(rng.choice(texts), rng)
                kwargs = arguments(source, id_, text, rng)
                text = near(id_, kwargs, text, rng)
                if text.strip():
                    yield {"source": source, "id": id_, "kwargs": kwargs, "text": text}


def mutated(text: str, rng: Random) -> str:
    """Return a text changed in up to three ways."""
    if rng.random() < 0.5:
        start = rng.randrange(len(text) + 1)
        text = text[start : start + rng.choice([20, 60, 200, 600])]
    for _ in range(rng.randrange(4)):
        text = rng.choice(WAYS)(text, rng)
    return text


def insert(text: str, rng: Random) -> str:
    """Return a text with an oddment somewhere, often at an end."""
    at = rng.choice([0, len(text), rng.randrange(len(text) + 1)])
    return text[:at] + rng.choice(ODDMENTS) + text[at:]


def shuffle(text: str, rng: Random) -> str:
    """Return the words of a text in another order."""
    words = text.split(" ")
    rng.shuffle(words)
    return " ".join(words)


def by_line(change: Callable[[str], str]) -> Callable[[str, Random], str]:
    """Return a way to change each line."""
    return lambda text, _: "\n".join(map(change, text.split("\n")))


WAYS: list[Callable[[str, Random], str]] = [
    insert,
    insert,
    insert,
    shuffle,
    lambda text, _: text.upper(),
    lambda text, _: text.lower(),
    lambda text, _: text.title(),
    lambda text, _: text.replace(" ", "\n"),
    lambda text, _: text.replace("\n", " "),
    lambda text, _: text.replace(".", "?"),
    lambda text, _: text.replace(".", "!").replace(",", "."),
    lambda text, _: text.replace(" ", ""),
    lambda text, _: f'"{text}"',
    lambda text, _: f" {text}\n",
    lambda text, _: text.split(". ")[0] + ".",
    lambda text, _: text[::-1],
    lambda text, _: "".join(char for char in text if char not in ".,!?;:'\""),
    by_line(lambda line: f"* {line}"),
    by_line(lambda line: f"- {line}"),
    by_line(lambda line: f"[{line}]"),
    lambda text, _: "\n".join(" " * at + line for at, line in enumerate(text.split("\n"))),
]


def arguments(source: str, id_: str, text: str, rng: Random) -> dict[str, Any]:
    """Return arguments that the text nearly meets."""
    fields = instruction_classes(source)[id_].model_fields
    names = [name for name in fields if name not in ("kind", "version", "instruction")]
    words = text.split() or ["x"]
    kwargs: dict[str, Any] = {}
    for name in names:
        word = rng.choice([*WORDS, *(rng.choice(words)[:30] for _ in range(12))])
        plain = "".join(filter(str.isalnum, word)) or "rain"
        kwargs[name] = {
            "relation": rng.choice(RELATIONS),
            "let_relation": rng.choice(RELATIONS),
            "capital_relation": rng.choice(RELATIONS),
            "keywords": [plain, rng.choice(WORDS[:8])][: rng.randrange(1, 3)],
            "forbidden_words": [plain, rng.choice(WORDS[:8])][: rng.randrange(1, 3)],
            "letter": rng.choice("aeiouxzqSé#!ß"),
            "language": rng.choice(["en", "en", "de", "fr", "hi", "zh-cn"]),
            "options": rng.choice(
                ["yes/no/maybe", "I know or I don't know", "a), b), c), d)", text]
            ),
            "sep": rng.choice(["...", "SEPARATOR", "!?!?", "-", "the"]),
            "postscript_marker": rng.choice(["P.S.", "P.P.S", "PS:", "Note"]),
            "section_spliter": rng.choice(["Section", "SECTION", "Day", "a"]),
            "prompt_to_repeat": rng.choice([text, text[: rng.randrange(1, 40)]]).strip() or "x",
            "reference_text": rng.choice([text, mutated(text, rng) or "x"]),
            "end_phrase": rng.choice([text[-12:], "the end."]),
            "phrase": " ".join(("".join(filter(str.isalnum, w)) or "x") for w in words[:4]),
        }.get(name, plain)
    numbers = {name for name in names if "int" in str(fields[name].annotation)}
    numbers |= {name for name in names if "float" in str(fields[name].annotation)}
    for name in numbers:
        kwargs[name] = rng.choice([0, 1, 2, 3, 5, 8, 20, 40])
    fit(source, id_, text, kwargs, sorted(numbers), rng)
    return kwargs


def fit(
    source: str, id_: str, text: str, kwargs: dict[str, Any], numbers: list[str], rng: Random
) -> None:
    """Put numbers near what the text measures, and into the range that the instruction takes."""
    for name in ("n", "m", "nth_paragraph", "N", "n_sent", "n_words", "small_n", "num_paragraphs"):
        if name in kwargs:
            kwargs[name] = max(1, kwargs[name])
    if "nth_paragraph" in kwargs:
        kwargs["num_paragraphs"] = max(kwargs["num_paragraphs"], kwargs["nth_paragraph"])
    if "n_end" in kwargs:
        kwargs["n_start"] = rng.randrange(1, 9)
        kwargs["n_end"] = kwargs["n_start"] + rng.randrange(1, 30)
    if len(numbers) == 1 and rng.random() < 0.8:
        reason = instruction(source, id_, kwargs).check(text).reason.split()
        measured = [word for word in reason if word.isdigit()]
        if measured:
            kwargs[numbers[0]] = max(1, int(measured[0]) + rng.choice([-1, 0, 0, 1, 2]))
    if "min_words" in kwargs:
        words = int(instruction(source, id_, kwargs).check(text).reason.split()[0])
        kwargs["min_words"] = max(0, words - rng.randrange(-1, 3))
        kwargs["max_words"] = max(0, words + rng.randrange(-1, 3))


def near(id_: str, kwargs: dict[str, Any], text: str, rng: Random) -> str:
    """Return the text, or often one that is close to what the instruction asks for."""
    cls = next(
        found
        for source in ("ifeval", "ifbench", "iftrain")
        for found in [instruction_classes(source).get(id_)]
        if found is not None
    )
    roll = rng.random()
    if roll < 0.25:
        text = cls.example.met
        return rng.choice([text, mutated(text, rng), slip(text, rng), slip(text, rng)])
    prompt = kwargs.get("prompt_to_repeat")
    if prompt and roll < 0.6:
        span = prompt[kwargs.get("n_start", 0) : kwargs.get("n_end", len(prompt))]
        again = [prompt, span, prompt[kwargs.get("n_start", 0) : kwargs.get("n_end", 0) + 1]]
        copies = "******".join([prompt] * int(kwargs.get("N", 2)))
        words = ["Other", *prompt.split()[1:]]
        return rng.choice([*again, f" {prompt.upper()} more", copies, " ".join(words)])
    word = kwargs.get("first_word") or kwargs.get("last_word") or kwargs.get("keyword")
    if isinstance(word, str) and roll < 0.5:
        return rng.choice([f"{word} {text} {word}.", f"{word}. " * 3, f"x {word} y {word} z"])
    return text


def slip(text: str, rng: Random) -> str:
    """Return a text with a character left out, doubled or changed."""
    at = rng.randrange(len(text))
    return text[:at] + rng.choice(["", text[at] * 2, "\n", " ", "x", "."]) + text[at + 1 :]


def answers(python: str, worker: Path, cases: list[dict[str, Any]]) -> list[bool | None]:
    """Return the verdicts of the package; None where it raises."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "cases.jsonl"
        file.write_text("\n".join(map(json.dumps, cases)), "utf-8")
        done = subprocess.run(
            [python, str(worker)], input=f"{file}\n", capture_output=True, text=True, check=True
        )
    return [verdict for verdict, *_ in json.loads(done.stdout)]


def show(cases: list[dict[str, Any]], own: list[bool], other: list[bool | None]) -> None:
    """Print how often both agree, by id, and what differs."""
    counts: dict[str, Counter[str]] = {}
    for case, mine, theirs in zip(cases, own, other, strict=True):
        counter = counts.setdefault(f"{case['source']} {case['id']}", Counter())
        counter["n"] += 1
        counter["met"] += mine
        counter["raises"] += theirs is None
        counter["differ"] += theirs is not None and theirs != mine
        if theirs is not None and theirs != mine and counter["differ"] <= 3:
            sys.stderr.write(json.dumps({**case, "here": mine, "there": theirs})[:700] + "\n")
    table = Table("instruction", "cases", "met", "raises there", "differ")
    for column in table.columns[1:]:
        column.justify = "right"
    for name, counter in counts.items():
        table.add_row(name, *(str(counter[column]) for column in ("n", "met", "raises", "differ")))
    total = sum(counts.values(), Counter())
    table.add_section()
    table.add_row("all", *(str(total[column]) for column in ("n", "met", "raises", "differ")))
    console.print(table)


if __name__ == "__main__":
    main()
