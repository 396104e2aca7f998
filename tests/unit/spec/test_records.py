"""What a report is given of a run."""

from __future__ import annotations

import attrs

from esc_skills.spec import RunRecord


def test_a_run_that_has_only_begun_is_a_record() -> None:
    """O09: name and experiment are enough, so that a page can be made of whatever is there."""
    record = RunRecord(name="r", experiment={})
    assert (record.banks, record.traces, record.scores, record.cases) == ((), (), (), ())
    assert record.account == {}


def test_every_field_says_what_it_holds() -> None:
    """Authors of reports read the fields; none is without a type."""
    assert all(field.type is not None for field in attrs.fields(RunRecord))
