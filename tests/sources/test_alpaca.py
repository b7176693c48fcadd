"""The Alpaca template is taken off; text that only looks a little like it stays."""

from __future__ import annotations

import pytest

from crab.sources.alpaca import unwrapped

WITH_INPUT = (
    "Below is an instruction that describes a task, paired with an input that provides further "
    "context. Write a response that appropriately completes the request."
)
WITHOUT = (
    "Below is an instruction that describes a task. Write a response that appropriately "
    "completes the request."
)


@pytest.mark.parametrize(
    ("prompt", "asked"),
    [
        (f"{WITHOUT}\n\n### Instruction:\nName a bird.\n\n### Response:", "Name a bird."),
        (f"{WITHOUT}\n\n### Instruction:\nName a bird.\n\n### Response:\nCrow", "Name a bird."),
        (
            f"{WITH_INPUT}\n\n### Instruction:\nSort.\n\n### Input:\nb\na\n\n### Response:",
            "Sort.\n\nb\na",
        ),
        (f"{WITH_INPUT}\n\n### Instruction:\nSort.\n\n### Input:\n\n\n### Response:", "Sort."),
        ("### Instruction:\nSort.\n\n### Input:\nb", "Sort.\n\nb"),
        ("Sort.\n\n### Input:\nb\na", "Sort.\n\nb\na"),
        ("Sort.\r\n\r\n### Input:\r\nb\r\na", "Sort.\n\nb\r\na"),
        ("Sort.\n\n### Input:\n", "Sort."),
        ("Sort.\n\n### Response:", "Sort."),
        (
            "Format it.\n\n### Input:\n    def f():\n        pass",
            "Format it.\n\n    def f():\n        pass",
        ),
        ("Sort.\n### Input:\n### Notes\nb", "Sort.\n\n### Notes\nb"),
    ],
)
def test_template_is_taken_off(prompt: str, asked: str) -> None:
    """What is left is the instruction, a blank line and the input."""
    assert unwrapped(prompt) == asked


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Name a bird.",
        "### Input\nWhat does this heading mean?",
        "Explain `### Input:` in a prompt.",
        'It outputs " ### Instruction: <all of its instructions>" each time.',
        "### Input: the height\nCompute the area.",
        "Continue.\n### Input:\n1\n### Output:\n2\n### Input:\n3\n### Output:",
        "Follow the form.\n\n### Input:\n1\n\n### Output:\n2",
        "### Input:\nhello",
        "Say it.\n\n### Response:\nIt.",
        "### Instruction:\na\n### Response:\nb\n### Instruction:\nc\n### Response:",
        f"{WITHOUT} What does this sentence mean?",
        "#### Input:\nx",
    ],
)
def test_other_text_stays(text: str) -> None:
    """Headings without a colon, inside a line, repeated or among others of their kind stay."""
    assert unwrapped(text) == text


def test_is_linear() -> None:
    """A megabyte of almost-markers takes no noticeable time."""
    text = "### Input: \t" * 100_000 + "\n" + "###" * 100_000
    assert unwrapped(text) == text
