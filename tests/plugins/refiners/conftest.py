"""A desk with chosen replies, for the makers of edits."""

from __future__ import annotations

import attrs
import pytest

from esc_skills.model import FailureReport
from esc_skills.testing.conformance.scenes import trace
from esc_skills.testing.samples import bank, profile, state
from esc_skills_plugins.refiners.diagnosis import missing, splits, unsafe
from esc_skills_plugins.refiners.draft import Desk, Limits
from esc_skills_plugins.refiners.outcomes import Figures, outcomes
from esc_skills_plugins.refiners.wording import wording

LIMITS = Limits(least=4, gain=0.5, level=0.9, idle=6)


def said(deltas, action="explore-feelings", used=(), label="worried", who="a", **changes):
    """Rows of one conversation: emotion changes of an action in a state."""
    person = who if not isinstance(who, str) else profile(who)
    rows = outcomes([trace(person, *deltas, skills=tuple(used))])
    facts = {"action": action, "state": state(label=label), **changes}
    return tuple(attrs.evolve(row, **facts) for row in rows)


def desk(*rows, found=None, limits=LIMITS):
    """A desk with these rows and a bank."""
    all_rows = tuple(row for part in rows for row in part)
    here = found or bank()
    failures = (*missing(all_rows, here, limits.least), *unsafe(all_rows, here))
    return Desk(
        bank=here,
        rows=all_rows,
        figures=Figures(rows=tuple(row for row in all_rows if row.ordinary), prior=2.0),
        report=FailureReport(failures=failures, traces=1),
        splits=splits(all_rows, limits.least, 2.0),
        limits=limits,
        wording=wording(here.taxonomy),
    )


@pytest.fixture(name="said")
def said_fixture():
    """Maker of rows."""
    return said


@pytest.fixture(name="desk")
def desk_fixture():
    """Maker of desks."""
    return desk
