"""Message trees give the prompt and its best first answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from crab.records import Dropped, Pair

Outcome = Callable[..., "list[Pair | Dropped]"]


NO_ANSWER = "missing_field: response (the prompt has no answer that is not deleted)"


def answer(text: str, rank: int | None = None, **more: Any) -> dict[str, Any]:
    """An answer, as a tree holds it."""
    return {"message_id": text, "text": text, "role": "assistant", "rank": rank, **more}


def tree(*replies: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A tree, as a line of the ``.trees.jsonl`` exports."""
    prompt = {"message_id": "p1", "text": "Hi?", "role": "prompter", "lang": "pt-BR", **more}
    return {
        "message_tree_id": "t1",
        "tree_state": "ready_for_export",
        "prompt": {**prompt, "replies": [{**reply, "replies": []} for reply in replies]},
    }


def messages(row: dict[str, Any]) -> list[dict[str, Any]]:
    """The messages of a tree, as the flat exports write them, with a turn below each answer."""
    name, prompt = row["message_tree_id"], dict(row["prompt"])
    replies = prompt.pop("replies")
    flat = [{**prompt, "parent_id": None, "message_tree_id": name}]
    for reply in replies:
        flat.append({**reply, "parent_id": prompt["message_id"], "message_tree_id": name})
        below = {"message_id": "x", "text": "And?", "role": "prompter", "rank": None}
        flat.append({**below, "parent_id": reply["message_id"], "message_tree_id": name})
    return flat


@pytest.mark.parametrize("flat", [False, True])
@pytest.mark.parametrize(
    ("replies", "best"),
    [
        ([answer("a", 1), answer("b", 0), answer("c", 2)], "b"),
        ([answer("a"), answer("b", 5)], "b"),
        ([answer("a"), answer("b")], "a"),
        ([answer("a", 1), answer("b", 1)], "a"),
        ([answer("a", 0, deleted=True), answer("b", 1)], "b"),
        ([answer("a", 0, role="prompter"), answer("b", 1)], "b"),
        ([answer("a", 0, deleted=False)], "a"),
    ],
)
def test_best_answer(
    outcome: Outcome, flat: bool, replies: list[dict[str, Any]], best: str
) -> None:
    """The lowest rank wins, unranked answers come last, deleted ones are skipped."""
    row = tree(*replies)
    (pair,) = outcome(messages(row) if flat else [row])
    assert pair == Pair(
        id="p1", source="file", instruction="Hi?", response=best, language="pt",
        file=pair.file, line=1,
    )  # fmt: skip


@pytest.mark.parametrize("flat", [False, True])
@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (tree(), NO_ANSWER),
        (tree(answer("a", deleted=True)), NO_ANSWER),
        (tree(answer("a"), deleted=True), "missing_field: instruction (the prompt is deleted)"),
        (tree(answer(" ")), "empty_response"),
    ],
)
def test_no_pair(outcome: Outcome, flat: bool, row: dict[str, Any], reason: str) -> None:
    """A tree without a prompt and an answer is dropped, with its id."""
    (dropped,) = outcome(messages(row) if flat else [row])
    assert isinstance(dropped, Dropped)
    assert (dropped.reason, dropped.line) == (reason, 1)
    assert dropped.id in ("t1", "p1")


def test_flat_trees_follow_one_another(outcome: Outcome) -> None:
    """Each tree becomes one pair at the line of its prompt; other rows stand between them."""
    rows: list[Any] = []
    for name in ("a", "b"):
        row = tree(answer(f"{name}!", 0))
        row["message_tree_id"] = row["prompt"]["message_id"] = name
        rows += messages(row)
    rows.insert(3, {"instruction": "Between", "output": "them"})
    rows.append(3)
    found = outcome(rows)
    assert [row.model_dump().get("response") for row in found] == ["a!", "them", "b!", None]


def test_flat_rows_without_tree_ids(outcome: Outcome) -> None:
    """Messages without a tree id belong to the last message that has no parent."""
    rows = messages(tree(answer("a", 0)))
    for row in rows:
        del row["message_tree_id"]
    other = [dict(row) for row in rows]
    assert all(isinstance(row, Pair) for row in outcome(rows + other))
    assert len(outcome(rows + other)) == 2


def test_flat_rows_out_of_order(outcome: Outcome) -> None:
    """Messages that do not begin with their prompt are dropped and say so."""
    prompt, best, below = messages(tree(answer("a", 0)))
    orphans, alone = outcome([best, below, prompt])
    assert isinstance(orphans, Dropped)
    assert orphans.reason.startswith("missing_field: instruction (the tree's messages")
    assert isinstance(alone, Dropped)
    assert alone.reason.startswith("missing_field: response")


def test_flat_rows_as_csv(outcome: Outcome) -> None:
    """In a table, ranks and truth values are text, and read all the same."""
    head = "message_id,parent_id,text,role,rank,deleted,lang,message_tree_id\n"
    content = head + (
        "p,,Hi?,prompter,,False,en,p\n"
        "a,p,ten,assistant,10.0,False,en,p\n"
        "b,p,two,assistant,2.0,False,en,p\n"
        "c,p,one,assistant,1.0,True,en,p\n"
    )
    (pair,) = outcome(content)
    assert isinstance(pair, Pair)
    assert pair.response == "two"


def test_mapping_reads_messages_as_rows(outcome: Outcome) -> None:
    """A mapping of the pair is the user's word: messages are then rows like any other."""
    rows = messages(tree(answer("a", 0)))
    found = outcome(rows, mapping={"instruction": "role", "response": "text"})
    assert len(found) == 3
