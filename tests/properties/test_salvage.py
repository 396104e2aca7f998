"""A run whose journal was damaged goes on with every answer that is intact."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path

from acting import act, fingerprint
from roads import Nursery, Road

from esc_skills._store.journal import PAGE
from esc_skills.testing.faultserver import FaultServer


def test_a_mended_run_asks_only_for_what_was_lost(nursery: Nursery, tmp_path: Path) -> None:
    """R11: exit 3 and a hint; with ``--mend`` the same results, and only lost questions sent."""
    with FaultServer((), act) as server:
        road = Road(
            folder=tmp_path,
            server=server,
            nursery=nursery,
            rounds=0,
            kinds='"passive"',
            limit=1,
            dialogues=2,
        )
        assert road.write().go().returncode == 0
        expected, sent = road.prints(), Counter(map(fingerprint, server.requests))
        for path in road.out.iterdir():  # all must be made again of what was answered
            if path.name not in {"run.json", "journal.sqlite"}:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        journal = road.out / "journal.sqlite"
        data = bytearray(journal.read_bytes())
        leaves = [
            at
            for at in range(0, len(data), PAGE)
            if data[at] == 13 and b"done" in data[at : at + PAGE]
        ]
        data[leaves[1] : leaves[1] + PAGE] = bytes(PAGE)
        journal.write_bytes(data)

        before = server.count
        damaged = road.go()
        assert (damaged.returncode, server.count) == (3, before)
        assert "journal damaged: " in damaged.stderr
        assert "give the run or study command again with --mend" in damaged.stderr
        assert journal.read_bytes() == data

        mended = road.go("--mend")
        assert mended.returncode == 0, mended.stderr
        told = re.search(
            r"mended: (\d+) answers kept, (\d+) lost, the damaged file is (.*)", mended.stderr
        )
        assert told, mended.stderr
        kept, lost = int(told[1]), int(told[2])
        assert (road.folder / told[3]).read_bytes() == data
        again = Counter(map(fingerprint, server.requests)) - sent
        assert again.keys() <= sent.keys()
        assert again.total() == lost == server.count - before
        assert (kept + lost, lost > 0) == (sent.total(), True)
        assert road.prints() == expected
