"""The docs are true: their code runs, their tables are what the classes say, their links hold."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

import crab
from crab.benchmarks import SOURCES, instruction_classes

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")]
)
FENCE = re.compile(r"^(```+)(\w*)\n(.*?)^\1$", re.MULTILINE | re.DOTALL)
IDS = [str(page.relative_to(ROOT)) for page in PAGES]
END = "<end of block>"


def blocks(page: Path) -> list[tuple[str, str]]:
    """Return the fenced blocks of a page: the name after the fence, and the content."""
    return [(match[2], match[3]) for match in FENCE.finditer(page.read_text("utf-8"))]


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    found: list[str] = []
    for heading in re.findall(
        r"^#{1,6} (.+)$", FENCE.sub("", page.read_text("utf-8")), re.MULTILINE
    ):
        plain = re.sub(r"[^\w\- ]", "", heading.replace("\\", "").strip().lower()).replace(" ", "-")
        found.append(plain if plain not in found else f"{plain}-{found.count(plain)}")
    return set(found)


def links(page: Path) -> list[str]:
    """Return the targets of a page's links that stay in the repository."""
    text = re.sub(r"`[^`\n]*`", "", FENCE.sub("", page.read_text("utf-8")))
    return [to for to in re.findall(r"\]\(([^)\s]+)\)", text) if not to.startswith("http")]


def scripted() -> list[Path]:
    """Return the pages that hold code to run as a script."""
    return [page for page in PAGES if any(name == "python" for name, _ in blocks(page))]


def write_reference():
    """Return the program that writes the generated pages."""
    spec = importlib.util.spec_from_file_location("w", ROOT / "docs" / "write_reference.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "page", [page for page in scripted() if "plugin" not in page.parts], ids=lambda page: page.name
)
def test_scripts_print_what_the_page_says(page, tmp_path):
    """The python blocks of a page run in order, and print the text block that follows each."""
    found = blocks(page)
    code = [content for name, content in found if name == "python"]
    done = subprocess.run(
        [sys.executable, "-c", f"\nprint({END!r})\n".join(code)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    printed = done.stdout.split(f"{END}\n")
    said = [
        following[1] if following[0] == "text" else ""
        for (name, _), following in zip(found, [*found[1:], ("", "")], strict=True)
        if name == "python"
    ]
    assert printed == said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_links_lead_somewhere(page):
    """Each link to a file or a heading finds it."""
    for target in links(page):
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        assert not anchor or anchor in anchors(file), target


def test_generated_pages_are_up_to_date():
    """The reference and the tables are what the classes say; `make docs` writes them anew."""
    for path, text in write_reference().written().items():
        assert path.read_text("utf-8") == text, f"{path.name} is out of date: run make docs"


def test_every_kind_is_in_the_reference():
    """Each of crab's own kinds has a section that shows its fields and examples as they are."""
    page = (ROOT / "docs" / "constraints.md").read_text("utf-8")
    for name, kind in crab.kinds().items():
        if not kind.__module__.startswith("crab."):
            continue
        section = page.split(f"\n### {name}\n")[1].split("\n### ")[0]
        for part in ("Decided by", "Hint to a model: ", "Met by", "Not met by"):
            assert part in section, (name, part)
        code, cells = rendered(section)
        example = kind(**kind.example.fields).model_dump_json(exclude_none=True)
        for text in (example, kind.example.met, kind.example.unmet):
            assert text in code, (name, text)
        fields = [field for field in kind.model_fields if field not in ("kind", "version")]
        assert [row[0] for row in cells] == fields
        assert all(len(row) == 4 for row in cells), name


def test_every_instruction_is_in_the_reference():
    """Each instruction of a benchmark has a block with its arguments, words and examples."""
    page = (ROOT / "docs" / "instructions.md").read_text("utf-8")
    assert page.count("\n### ") == 112
    for source in SOURCES:
        for name, cls in instruction_classes(source).items():
            heading = name.replace("_", "\\_")
            section = page.split(f"\n### {heading}\n")[1].split("\n### ")[0]
            code, _ = rendered(section)
            fields = [field for field in cls.model_fields if field not in ("kind", "version")]
            assert {*fields, cls.example.met, cls.example.unmet} <= set(code), name
            words = MarkdownIt().parseInline(section)[0].children or []
            said = " ".join(cls(**cls.example.fields).describe().split())
            text = "".join(part.content or " " * (part.type == "softbreak") for part in words)
            assert said in text, name


def rendered(section: str) -> tuple[list[str], list[list[str]]]:
    """Return the code and the rows of the table that a reader of the Markdown sees."""
    tokens = MarkdownIt("commonmark").enable("table").parse(section)
    spans = [child for token in tokens for child in token.children or []]
    code = [span.content for span in spans if span.type == "code_inline"]
    code += [token.content.removesuffix("\n") for token in tokens if token.type == "fence"]
    rows: list[list[str]] = []
    for opening, inside in pairwise(tokens):
        if opening.type == "tr_open":
            rows.append([])
        if opening.type == "td_open":
            rows[-1].append("".join(child.content for child in inside.children or []))
    return code, [row for row in rows if row]


def test_every_kind_of_the_paper_map_exists():
    """The map from the paper's categories names all 19, and no kind that there is not."""
    page = (ROOT / "docs" / "paper-map.md").read_text("utf-8")
    rows = re.findall(r"^\| \d+ \|.*$", page, re.MULTILINE)
    assert len(rows) == 19
    named = {name for row in rows for name in re.findall(r"\]\(constraints\.md#(\w+)\)", row)}
    assert named <= set(crab.kinds())
    assert len(named) >= 19


def test_shapes_are_read(tmp_path):
    """Each row that the page of data formats shows is read as a pair."""
    page = (ROOT / "docs" / "data-formats.md").read_text("utf-8")
    section = page.split("\n### Shapes\n")[1].split("\n### ")[0]
    rows = re.findall(r"`(\{.*?\})`(?=[, |])", section)
    assert len(rows) == 9
    for row in rows:
        (tmp_path / "rows.jsonl").write_text(json.dumps(json.loads(row)) + "\n", "utf-8")
        [pair] = crab.read(tmp_path / "rows.jsonl")
        assert isinstance(pair, crab.Pair), row


def test_file_map_names_every_file():
    """The README's map of the source names each module and folder, and nothing else."""
    readme = (ROOT / "README.md").read_text("utf-8")
    named = set(re.findall(r"^    (\w[\w./]*)  ", readme.split("src/crab/\n")[1], re.MULTILINE))
    source = ROOT / "src" / "crab"
    expected = {
        path.name + "/" * path.is_dir()
        for path in source.iterdir()
        if not path.name.startswith("__") and path.name != "py.typed"
    }
    assert not expected - named, "the map of README.md lacks these; add a line for each"
    assert not named - expected, "the map of README.md names these, and they are not there"
