"""A user's own dialogues full of personal data on their way through a run, with all bytes kept."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import attrs
from acting import act, said
from persons import Planted, compact
from roads import Nursery, Road

from esc_skills.testing.faultserver import FaultServer

TURNS = 20
"""Messages of a dialogue, each with one piece."""


@attrs.frozen(kw_only=True)
class Seen:
    """Where pieces were seen, by the core of each."""

    wire: frozenset[str]
    """In what the server got."""
    disk: frozenset[str]
    """In the run folder: journal, corpus report, units, bank, talks, report, with its names."""
    taken: int
    """How many the preparation report says were taken out."""
    calls: int
    """Requests that came."""


def _record(number: int, items: Sequence[Planted]) -> dict[str, object]:
    turns = [
        {"role": ("seeker", "supporter")[at % 2], "content": f"{item.text} {said(f'{number}{at}')}"}
        for at, item in enumerate(items)
    ]
    end = {"role": "seeker", "content": said(f"end {number}")}
    first = items[0]
    named = first.text if first.kind == "mail" and first.style == "plain" else f"own-{number}"
    facts = {"id": named, "situation": first.text, "emotion": first.text, "problem": first.text}
    return {**facts, "messages": [*turns, end]}


def carried(
    folder: Path, nursery: Nursery, items: Sequence[Planted], *, scrub: bool = True
) -> Seen:
    """Run extraction, distilling and all that follows over dialogues with these items.

    Without ``scrub`` extraction is all: what has been seen by then needs no more looking for.

    Args:
        folder: An empty one.
        nursery: Begins the process.
        items: Each stands in one message; the first of a dialogue in its other fields, too.
        scrub: The setting ``run.scrub``.
    """
    with FaultServer((), act) as server:
        road = Road(folder=folder, server=server, nursery=nursery, kinds='"passive"', limit=1)
        road.write()
        text = (folder / "road.toml").read_text("utf-8").replace("proof", "situation = true, proof")
        flag = "true" if scrub else "false"
        text = (
            text.replace("window = 4, overlap = 2", "window = 20")
            .replace("rounds = 1", "rounds = 0")
            .replace("[run]\n", f"[run]\nscrub = {flag}\n")
        )
        (folder / "road.toml").write_text(text, "utf-8")
        rows = [_record(at, items[at : at + TURNS]) for at in range(0, len(items), TURNS)]
        lines = [json.dumps(row, ensure_ascii=False) for row in rows]
        (folder / "talks.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
        way = ["run", "road.toml", "--out"] if scrub else ["extract", "--experiment", "road.toml"]
        done = nursery.start(folder, [*way, "run"])
        assert done.wait(300) == 0, done.stderr
        sent = [json.dumps(one.body, ensure_ascii=False) for one in server.requests]
    return Seen(
        wire=_found(items, sent),
        disk=_found(items, written(road.out)),
        taken=_taken(road.out),
        calls=len(sent),
    )


def _found(items: Sequence[Planted], texts: Sequence[str]) -> frozenset[str]:
    # Backslashes of JSON inside JSON would part what belongs together.
    whole = "\n".join(compact(text.replace("\\n", " ").replace("\\u200b", "")) for text in texts)
    return frozenset(item.core for item in items if item.core in whole)


def written(folder: Path) -> list[str]:
    """Every text of a run folder, the journal's rows and the files' names included."""
    texts = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        texts.append(str(path.relative_to(folder)))
        if path.name == "journal.sqlite":
            with sqlite3.connect(path) as base:
                for (table,) in base.execute("SELECT name FROM sqlite_master WHERE type='table'"):
                    rows = base.execute(f"SELECT * FROM {table}").fetchall()
                    texts.extend(str(_text(cell)) for row in rows for cell in row)
        elif not path.name.startswith("journal"):
            texts.append(path.read_text("utf-8", errors="replace"))
    return texts


def _text(cell: object) -> object:
    return cell.decode("utf-8", "replace") if isinstance(cell, bytes) else cell


def _taken(folder: Path) -> int:
    report = json.loads((folder / "corpus.json").read_text("utf-8"))
    rows = [row for corpus in report["corpora"] for row in corpus["findings"]]
    return sum(row["count"] for row in rows if row["rule"] == "personal data taken out")
