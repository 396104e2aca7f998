"""The power goes: every prefix of what was written since the last flush, opened again."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from esc_skills._store.files import append_rows
from esc_skills._store.journal import Journal

PREFIXES = 1_000
CALLS = 60


def wal(journal: Path) -> Path:
    return journal.with_name(journal.name + "-wal")


@pytest.mark.timeout(600)
@pytest.mark.parametrize("torn", ["cut", "zeros", "noise"])
def test_no_answer_that_was_acknowledged_is_lost(tmp_path: Path, torn: str) -> None:
    """R05: with full durability an answer is flushed before it counts.

    What follows the last flush may be there in part, as zeros or as noise; every answer before it
    is found, and the file is whole.
    """
    path = tmp_path / "live" / "journal.sqlite"
    path.parent.mkdir()
    journal = Journal(path, durability="full")
    sizes = []
    for number in range(CALLS):
        journal.put(f"key-{number}", f'{{"n": {number}}}', '"' + "x" * 900 + f'{number}"')
        sizes.append(wal(path).stat().st_size)
    assert sizes == sorted(sizes), "nothing was folded into the file meanwhile"
    image, log = path.read_bytes(), wal(path).read_bytes()
    with pytest.raises(AssertionError):  # the check can fail: one byte less than was flushed
        check(tmp_path / "after", image, log[: sizes[9] - 1], 9)
    dice = random.Random(torn)
    for _ in range(PREFIXES // 3 + 1):
        known = dice.randrange(CALLS)
        after = sizes[known + 1] if known + 1 < CALLS else len(log)
        cut = dice.randrange(sizes[known], after + 1)
        lost = {"cut": b"", "zeros": bytes(after - cut), "noise": dice.randbytes(after - cut)}[torn]
        check(tmp_path / "after", image, log[:cut] + lost, known)


def check(folder: Path, image: bytes, log: bytes, known: int) -> None:
    """Open what the disk holds after the power is back."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    path = folder / "journal.sqlite"
    path.write_bytes(image)
    wal(path).write_bytes(log)
    again = Journal(path)
    again.check()
    for number in range(known + 1):
        answer = again.get(f"key-{number}")
        assert answer is not None
        assert answer.endswith(f'x{number}"')
    again.put("after", "{}", '"goes on"')
    assert again.get("after") == '"goes on"'
    again.close()


def test_a_torn_row_takes_no_whole_one_with_it(tmp_path: Path) -> None:
    """R05: of a file of rows, cut anywhere, all rows before the cut stay; more can be added."""
    rows = [f'{{"row": {number}, "text": "{"y" * (number % 37)}"}}\n' for number in range(200)]
    whole = "".join(rows).encode()
    ends = [sum(len(row) for row in rows[:count]) for count in range(len(rows) + 1)]
    dice = random.Random(5)
    for number in range(PREFIXES):
        path = tmp_path / f"{number}.jsonl"
        cut = dice.randrange(len(whole) + 1)
        path.write_bytes(whole[:cut])
        append_rows(path, '{"row": "new"}\n')
        kept = path.read_text("utf-8").splitlines(keepends=True)
        survived = sum(end <= cut for end in ends) - 1
        assert kept == [*rows[:survived], '{"row": "new"}\n']
