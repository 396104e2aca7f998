"""A run folder read back as the record that reports are made from."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from esc_skills._engine.records import read_record
from esc_skills._engine.shelf import Shelf
from esc_skills._store.folder import RunFolder
from esc_skills.errors import DataError
from esc_skills.spec import RunRecord
from esc_skills.testing.conformance.scenes import trace
from esc_skills.testing.samples import bank, profile, skill


@pytest.fixture
def record(small_run: Path) -> RunRecord:
    return read_record(RunFolder.open(small_run))


def test_three_arms_met_the_same_report_seekers(record: RunRecord) -> None:
    """Under each arm stand the same seats, and no seeker that refining or verifying saw."""
    seats = {
        arm: [(item.profile.id, item.repeat) for item in record.traces if item.arm == arm]
        for arm in ("none", "static", "evolved")
    }
    assert seats["none"] == seats["static"] == seats["evolved"] != []
    assert {item.profile.purpose for item in record.traces} == {"report"}


def test_arms_name_their_banks(record: RunRecord) -> None:
    """The static arm used the first bank, the evolved one the last, the third none at all."""
    banks = {(item.arm, item.bank) for item in record.traces}
    assert banks == {
        ("none", ""),
        ("static", record.banks[0].behaviour),
        ("evolved", record.banks[-1].behaviour),
    }


def test_static_is_the_first_bank_and_evolved_the_last(tmp_path: Path) -> None:
    """After promotions the arms stand for the two ends of the road, not for what lies between."""
    folder = RunFolder.create(tmp_path / "run")
    folder.write_json("run.json", {"experiment": {}, "plugins": []})
    banks = [bank(skill(f"skill-{number}")) for number in range(3)]
    for number, item in enumerate(banks):
        folder.write_bank(number, item)
        talk = attrs.evolve(trace(profile(), number), bank=item.behaviour)
        Shelf(folder=folder).keep(item.behaviour, [talk])
    found = read_record(folder)
    assert found.banks == tuple(banks)
    assert [(item.arm, item.emotion) for item in found.traces] == [("static", 40), ("evolved", 42)]


def test_lost_talks_are_in_the_record(tmp_path: Path) -> None:
    """S18: a report can say how many talks were lost, whose fault it was, and of what kind."""
    folder = RunFolder.create(tmp_path / "run")
    folder.write_json("run.json", {"experiment": {}, "plugins": []})
    who = profile("p2")
    lost = attrs.evolve(trace(who, 0), ending="fault", fault="seeker", state="simulator-fault")
    Shelf(folder=folder).keep("", [trace(profile("p1"), 3), lost])
    found = read_record(folder).traces
    assert [item.state for item in found] == ["", "simulator-fault"]
    assert {item.arm for item in found} == {"none"}


def test_record_holds_what_the_files_hold(record: RunRecord, small_run: Path) -> None:
    """Units, scores, ledger, findings and plug-ins are those of the folder."""
    folder = RunFolder.open(small_run)
    assert record.name == small_run.name
    assert record.units == len(folder.read_rows("units.jsonl")) > 0
    assert len(record.scores) == len(folder.read_rows("scores.jsonl")) > 0
    assert record.ledger == folder.read_rows("ledger.jsonl") != ()
    assert len(record.plugins) == len(folder.read_json("run.json")["plugins"])
    assert all(isinstance(value, str) for row in record.plugins for value in row.values())
    assert all(count > 0 for _, _, count in record.findings)


def test_run_that_has_just_begun_is_a_record_too(tmp_path: Path) -> None:
    """O09: what is not there yet is empty, never an error."""
    folder = RunFolder.create(tmp_path / "run")
    folder.write_json("run.json", {"experiment": {"corpus": ["sample"]}, "plugins": []})
    record = read_record(folder)
    assert (record.units, record.banks, record.traces, record.scores) == (0, (), (), ())
    assert record.experiment == {"corpus": ["sample"]}


def test_torn_score_is_told_with_file_and_line(tmp_path: Path) -> None:
    """R10: a damaged file is named; its rows are never silently fewer."""
    folder = RunFolder.create(tmp_path / "run")
    folder.write_json("run.json", {"experiment": {}, "plugins": []})
    folder.write_text("scores.jsonl", '{"evaluator": "sage", "na')
    with pytest.raises(DataError, match=r"scores\.jsonl"):
        read_record(folder)
