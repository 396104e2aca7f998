"""What leaves the machine: personal data, and texts that pose as instructions."""

from __future__ import annotations

from pathlib import Path

from persons import planted
from roads import Nursery
from wired import carried


def test_personal_data_never_reach_the_wire(nursery: Nursery, tmp_path: Path) -> None:
    """X06, S13: two hundred pieces in twenty styles in a user's own dialogues, models asked: none
    in the bytes that a provider gets, in the journal, or anywhere else in the run folder.

    Control: with ``run.scrub = false`` the same look finds every one, on the wire and on disk.
    """
    items = planted(200)
    kept = carried(tmp_path / "on", nursery, items)
    assert (kept.wire, kept.disk) == (frozenset(), frozenset())
    assert kept.taken >= len(items)
    assert kept.calls > 20
    open_ = carried(tmp_path / "off", nursery, items, scrub=False)
    every = {item.core for item in items}
    assert (open_.wire, open_.disk) == (every, every)
    assert open_.taken == 0
