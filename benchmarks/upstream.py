"""Let the packages of others decide instructions: lm-eval for IFEval, lighteval for IFBench.

    echo CASES.jsonl | PEER_PYTHON benchmarks/upstream.py

Run it with the interpreter of an environment of its own, where these are installed:

    pip install --no-deps lm-eval lighteval
    pip install nltk langdetect emoji syllapy immutabledict absl-py packaging

Each line of the input names a file of cases, and is answered with a line: a list with what was
found for each. For {"source", "id", "kwargs", "text"}, that is [verdict, seconds to make the
checker, seconds to check]; for {"source", "instruction_id_list", "kwargs", "response"}, what the
package's harness says: [strict verdicts, loose verdicts, seconds for these, seconds for those].
Seconds are CPU time; a verdict is null where the package raises. Nothing is downloaded: NLTK_DATA
names the data.
"""

from __future__ import annotations

import json
import sys
import types
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from time import process_time
from typing import Any

import langdetect
import nltk

PACKAGES = {
    "lm_eval": ("lm_eval.tasks", "lm_eval.tasks.ifeval"),
    "lighteval": (
        "lighteval.tasks",
        "lighteval.tasks.tasks",
        "lighteval.tasks.tasks.ifeval",
        "lighteval.tasks.tasks.ifbench",
        "lighteval.utils",
    ),
}
REGISTRIES = {
    "ifeval": "lm_eval.tasks.ifeval.instructions_registry",
    "ifbench": "lighteval.tasks.tasks.ifbench.instructions_registry",
}
HARNESSES = {
    "ifeval": "lm_eval.tasks.ifeval.utils",
    "ifbench": "lighteval.tasks.tasks.ifbench.evaluation_lib",
}


def main() -> None:
    """Answer each file with a line."""
    langdetect.DetectorFactory.seed = 0
    nltk.download = lambda *_, **__: True
    registries = {source: load(name) for source, name in REGISTRIES.items()}
    classes = {source: registries["ifeval"] | found for source, found in registries.items()}
    for line in sys.stdin:
        cases = map(json.loads, Path(line.strip()).read_text("utf-8").split("\n"))
        answers = [
            scored(case)
            if "response" in case
            else answer(classes[case["source"]][case["id"]], case)
            for case in cases
        ]
        print(json.dumps(answers), flush=True)


def answer(cls: Any, case: dict[str, Any]) -> tuple[bool | None, float, float]:
    """Return the package's verdict, as its harness calls for it, and what it took."""
    began = made = process_time()
    try:
        checker = cls(case["id"])
        checker.build_description(**case["kwargs"])
        made = process_time()
        verdict = bool(case["text"].strip() and checker.check_following(case["text"]))
    except Exception:
        verdict = None
    return verdict, made - began, process_time() - made


def scored(case: dict[str, Any]) -> tuple[Any, Any, float, float]:
    """Return the verdicts of the package's harness on a response, and what they took."""
    harness = import_module(HARNESSES[case["source"]])
    example = harness.InputExample(
        key=0,
        instruction_id_list=case["instruction_id_list"],
        prompt="",
        kwargs=case["kwargs"],
    )
    given = case["response"] if case["source"] == "ifeval" else {"": case["response"]}
    found: list[Any] = []
    times = []
    for name in ("strict", "loose"):
        began = process_time()
        try:
            judge = getattr(harness, f"test_instruction_following_{name}")
            found.append(judge(example, given).follow_instruction_list)
        except Exception:
            found.append(None)
        times.append(process_time() - began)
    return (*found, *times)


def load(name: str) -> dict[str, Any]:
    """Return the registry of a package without importing what it does not need for it."""
    package = name.split(".")[0]
    folder = Path(next(iter(find_spec(package).submodule_search_locations)))  # type: ignore
    for inner in (package, *PACKAGES[package]):
        module = types.ModuleType(inner)
        module.__path__ = [str(folder.joinpath(*inner.split(".")[1:]))]
        sys.modules[inner] = module
    imports = types.ModuleType("lighteval.utils.imports")
    imports.is_package_available = lambda wanted: wanted != "spacy"
    imports.requires = lambda *_: lambda cls: cls
    sys.modules["lighteval.utils.imports"] = imports
    registry = import_module(name)
    if package == "lighteval":
        import_module(name.replace("_registry", "")).RESOURCES_DOWNLOADED = True
    return dict(registry.INSTRUCTION_DICT)


if __name__ == "__main__":
    main()
