"""Conversations on a shelf: held once, kept whole."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import attrs

from esc_skills._engine.shelf import Shelf, arm_name
from esc_skills._store.folder import RunFolder
from esc_skills.model import Trace
from esc_skills.testing.conformance.scenes import trace
from esc_skills.testing.samples import profile

BANK = "ab" * 32


def folder(tmp_path: Path) -> RunFolder:
    return RunFolder.create(tmp_path / "run")


def held(who: str, repeat: int = 0, ending: str = "limit") -> Trace:
    made = trace(profile(who), 5, ending=ending)  # type: ignore[arg-type]
    return attrs.evolve(made, id=f"talk/{who}/{repeat}", repeat=repeat)


def test_shelf_keeps_results_and_forgets_faults(tmp_path: Path) -> None:
    """Finished talks are read back by the next run; faults are tried again."""
    run = folder(tmp_path)
    Shelf(folder=run).keep("", [held("p1"), held("p2", ending="fault")])
    assert set(Shelf(folder=run).traces("")) == {("p1", 0)}


def test_what_was_lost_is_counted_until_it_is_made_good(tmp_path: Path) -> None:
    """S18, R46: faults lie apart, each with its state; a sound talk takes its fault away."""
    run = folder(tmp_path)
    lost = attrs.evolve(held("p2", ending="fault"), fault="guard", state="guard-failed")
    Shelf(folder=run).keep("", [held("p1"), lost])
    assert Shelf(folder=run).faults("") == (lost,)
    assert Shelf(folder=run).faults(BANK) == ()
    Shelf(folder=run).keep("", [held("p2")], [("p1", 0), ("p2", 0)])
    assert Shelf(folder=run).faults("") == ()
    assert not list((run.path / "faults").iterdir())


def test_faults_are_not_tried_twice_in_one_run(tmp_path: Path) -> None:
    """Within a run a fault stays on the shelf, so that every stage counts the same one."""
    shelf = Shelf(folder=folder(tmp_path))
    shelf.keep("", [held("p2", ending="fault")])
    assert shelf.traces("")["p2", 0].ending == "fault"


def test_torn_row_is_mended(tmp_path: Path) -> None:
    """M2, R10: a row that a crash has torn is dropped; the next one is not glued to it."""
    run = folder(tmp_path)
    Shelf(folder=run).keep(BANK, [held("p1"), held("p2")])
    path = run.path / "traces" / f"{arm_name(BANK)}.jsonl"
    path.write_bytes(path.read_bytes()[:-40])
    shelf = Shelf(folder=run)
    assert set(shelf.traces(BANK)) == {("p1", 0)}
    shelf.keep(BANK, [held("p3")])
    assert set(Shelf(folder=run).traces(BANK)) == {("p1", 0), ("p3", 0)}


def test_banks_have_files_of_their_own(tmp_path: Path) -> None:
    """What one bank's supporters said never stands for another's."""
    shelf = Shelf(folder=folder(tmp_path))
    shelf.keep(BANK, [held("p1")])
    shelf.keep("", [held("p2")])
    assert set(shelf.traces(BANK)) == {("p1", 0)}
    assert set(shelf.traces("")) == {("p2", 0)}
    assert [path.stem for path in shelf.folder.trace_files()] == ["bank-abababababab", "none"]


def test_only_missing_seats_are_played(tmp_path: Path) -> None:
    """Who is on the shelf is not asked again; answers come in seat order, not in play order."""
    shelf = Shelf(folder=folder(tmp_path))
    shelf.keep("", [held("p2")])
    asked: list[tuple[str, int]] = []

    async def hold(missing: Sequence[tuple[str, int]]) -> Sequence[Trace]:
        asked.extend(missing)
        return [held(*seat) for seat in reversed(missing)]

    seats = [("p3", 0), ("p2", 0), ("p1", 1)]
    for _ in range(2):
        found = asyncio.run(shelf.fetch("", seats, hold))
        assert [(item.profile.id, item.repeat) for item in found] == seats
    assert asked == [("p3", 0), ("p1", 1)]


def test_reading_a_shelf_makes_no_file(tmp_path: Path) -> None:
    """Looking for conversations that were never held leaves the folder as it is."""
    shelf = Shelf(folder=folder(tmp_path))
    assert shelf.traces(BANK) == {}
    assert not any(shelf.folder.path.iterdir())


def test_arm_is_named_after_the_bank() -> None:
    """The no-skills arm has a name of its own; others carry the first digits of their hash."""
    assert arm_name("") == "none"
    assert arm_name(BANK) == "bank-abababababab"


def test_an_interrupted_fetch_ends_in_the_order_of_an_uninterrupted_one(tmp_path: Path) -> None:
    """R01: what an interruption left, in whatever order, is put between what is played now."""
    seats = [("p1", 0), ("p2", 0), ("p3", 0)]

    async def hold(missing: Sequence[tuple[str, int]]) -> list[Trace]:
        return [held(who, repeat) for who, repeat in missing]

    def file(name: str, before: list[str]) -> bytes:
        run = RunFolder.create(tmp_path / name)
        Shelf(folder=run).keep(BANK, [held("p0")])
        Shelf(folder=run).keep(BANK, [held(who) for who in before])
        asyncio.run(Shelf(folder=run).fetch(BANK, seats, hold))
        return (run.path / "traces" / f"{arm_name(BANK)}.jsonl").read_bytes()

    assert file("whole", []) == file("one", ["p3"]) == file("two", ["p2", "p1"])


def test_a_seat_left_empty_is_left_out(tmp_path: Path) -> None:
    """R39: when the budget ends, the seats that were played are kept and given."""

    async def hold(missing: Sequence[tuple[str, int]]) -> list[Trace]:
        return [held("p2")]

    shelf = Shelf(folder=folder(tmp_path))
    found = asyncio.run(shelf.fetch(BANK, [("p1", 0), ("p2", 0)], hold))
    assert [trace.profile.id for trace in found] == ["p2"]


def test_what_verdicts_rest_on_stays_spoilt(tmp_path: Path) -> None:
    """R30: a talk that a model spoilt is not tried again under a verdict; one that was lost to a
    provider is, and so is every one where no verdict was made.
    """
    run = folder(tmp_path)
    lost = [
        attrs.evolve(held(who, ending="fault"), fault=fault)
        for who, fault in (("p1", "seeker"), ("p2", "service"))
    ]
    Shelf(folder=run).keep(BANK, lost)  # type: ignore[arg-type]

    def tried(*, final: bool) -> list[str]:
        asked: list[str] = []

        async def hold(missing: Sequence[tuple[str, int]]) -> list[Trace]:
            asked.extend(who for who, _ in missing)
            return lost  # type: ignore[return-value]

        seats = [("p1", 0), ("p2", 0)]
        asyncio.run(Shelf(folder=run).fetch(BANK, seats, hold, final=final))
        return asked

    assert tried(final=True) == ["p2"]
    assert tried(final=False) == ["p1", "p2"]
