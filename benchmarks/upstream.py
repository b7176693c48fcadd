"""Let the packages of others decide instructions: lm-eval for IFEval, lighteval for IFBench.

    PEER_PYTHON benchmarks/upstream.py < cases.jsonl > verdicts.jsonl

Run it with the interpreter of an environment of its own, where these are installed:

    pip install --no-deps lm-eval lighteval
    pip install nltk langdetect emoji syllapy immutabledict absl-py packaging

A case is ``{"source", "id", "kwargs", "text"}``; the answer is ``{"verdict", "seconds"}`` (CPU time),
where the verdict is null if the package raises. Nothing is downloaded: NLTK_DATA names the data.
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


def main() -> None:
    """Answer each case with a line."""
    langdetect.DetectorFactory.seed = 0
    nltk.download = lambda *_, **__: True
    registries = {source: load(name) for source, name in REGISTRIES.items()}
    for line in sys.stdin:
        case = json.loads(line)
        classes = registries[case["source"]] | registries["ifeval"]
        began = process_time()
        verdict = decide(classes[case["id"]], case)
        seconds = process_time() - began
        print(json.dumps({"verdict": verdict, "seconds": seconds}), flush=True)


def decide(cls: Any, case: dict[str, Any]) -> bool | None:
    """Return the package's verdict as its harness calls for it."""
    try:
        checker = cls(case["id"])
        checker.build_description(**case["kwargs"])
        return bool(case["text"].strip() and checker.check_following(case["text"]))
    except Exception:
        return None


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
