"""Splits, leaks and the preparation report."""

from __future__ import annotations

import attrs
import pytest

from esc_skills._engine.preparation import kept_aside, prepare, without_persons
from esc_skills.errors import DataError
from esc_skills.model import Dialogue, Finding, Reading, Turn


def dialogue(number: int, split: str = "", text: str = "") -> Dialogue:
    return Dialogue(
        id=f"d{number}",
        corpus="c",
        licence="Apache-2.0",
        split=split,
        turns=(Turn(speaker="seeker", text=text or f"hello {number}"),),
    )


def reading(*dialogues: Dialogue) -> Reading:
    return Reading(
        corpus="c",
        licence="Apache-2.0",
        dialogues=dialogues,
        findings=(Finding(rule="r", count=2),),
        rules=(("merge", "no"),),
    )


def test_official_split_is_kept() -> None:
    """Where a corpus states a test split, it is the test split; validation stays unused."""
    found = prepare(
        [reading(dialogue(1, "train"), dialogue(2, "valid"), dialogue(3, "test"))],
        holdout=0.5,
        seed=1,
    )
    assert [item.id for item in found.train] == ["d1"]
    assert [item.id for item in found.test] == ["d3"]
    assert found.report["valid_unused"] == 1


def test_holdout_is_a_fixed_share_by_content() -> None:
    """Without a stated split a seeded share is kept aside, independent of file order."""
    many = [dialogue(number) for number in range(300)]
    found = prepare([reading(*many)], holdout=0.2, seed=1)
    again = prepare([reading(*reversed(many))], holdout=0.2, seed=1)
    assert {item.id for item in found.test} == {item.id for item in again.test}
    assert 30 < len(found.test) < 90
    assert len(found.test) + len(found.train) == 300


def test_no_holdout_keeps_nothing_aside() -> None:
    """By default every dialogue without split is learnt from."""
    assert not any(kept_aside(dialogue(number), 0.0, 1) for number in range(50))


def test_leaked_dialogues_leave_the_test_part_and_are_counted() -> None:
    """A dialogue whose words stand in the training part is no test of anything."""
    found = prepare(
        [
            reading(dialogue(1, "train", "same words"), dialogue(2, "test", "same words")),
            reading(dialogue(3, "test", "other words")),
        ],
        holdout=0.0,
        seed=1,
    )
    assert [item.id for item in found.test] == ["d3"]
    assert found.report["leaks_removed_from_test"] == 1


def test_report_states_rules_findings_and_licences() -> None:
    """Everything that shaped the data stands in the report."""
    report = prepare([reading(dialogue(1))], holdout=0.0, seed=1).report
    assert report["corpora"][0]["rules"] == {"merge": "no"}
    assert report["corpora"][0]["findings"][0]["count"] == 2
    assert report["licences"] == ["Apache-2.0"]


def test_nothing_to_read_is_an_error() -> None:
    """An empty corpus is a DataError, not an empty bank."""
    with pytest.raises(DataError, match="no dialogue"):
        prepare([reading()], holdout=0.0, seed=1)


def test_personal_data_are_taken_out_as_a_corpus_is_read() -> None:
    """S13: dialogues lose them before anybody sees one; the report counts them, by dialogue."""
    first = dialogue(1, text="Write to ann.lee@example.org, or call +49 30 1234567.")
    read = reading(first, dialogue(2))
    clean = without_persons(read)
    assert clean.dialogues[0].turns[0].text == (
        "Write to [mail address] , or call [phone number] ."
    )
    assert clean.dialogues[1] is read.dialogues[1]
    assert clean.findings[-1] == Finding(rule="personal data taken out", count=2, where=("d1",))


def test_an_id_or_label_that_tells_of_somebody_goes_too() -> None:
    """S13: ids stand in units, banks and reports; such a dialogue gets another, still unique."""
    some = [
        attrs.evolve(dialogue(at), id=f"ann{at}@example.org", emotion="Call +49 30 1234567.")
        for at in (1, 2)
    ]
    clean = without_persons(reading(*some))
    assert len({one.id for one in clean.dialogues}) == 2
    assert "ann" not in repr(clean)
    assert {one.emotion for one in clean.dialogues} == {"Call [phone number] ."}
    assert clean.findings[-1].count == 4


def test_a_reading_without_persons_stays_itself() -> None:
    """S13, negative control: nothing found, nothing touched, nothing reported."""
    read = reading(dialogue(1), dialogue(2))
    assert without_persons(read) is read
