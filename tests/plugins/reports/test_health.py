"""How the run went."""

from __future__ import annotations

import attrs

from esc_skills.spec import RunRecord
from esc_skills.testing.conformance.scenes import fault_trace, trace
from esc_skills.testing.samples import profile
from esc_skills_plugins.reports.figures import arms_of
from esc_skills_plugins.reports.health import COST_HEAD, arm_health, costs, flat

ROW = {
    "role": "judge",
    "models": ["m-1"],
    "sent": 1200,
    "answered": 1190,
    "ended": {"rate-limit": 10, "unusable": 3},
    "tokens_in": 5,
    "tokens_out": 6,
    "tokens_cached": 0,
    "usd": 0.5,
    "unpriced": 2,
}


def test_lost_conversations_stand_by_arm_and_fault() -> None:
    """S18: held, lost, by whose fault; without a score there is no coverage, which is not 0."""
    talks = (trace(profile(), 1), fault_trace())
    record = RunRecord(name="r", experiment={}, traces=talks)
    record = attrs.evolve(record, traces=tuple(attrs.evolve(one, arm="none") for one in talks))
    (line,) = arm_health(record, arms_of(record))
    assert (line.held, line.lost, line.why) == (2, 1, "service: failed 1")
    assert (line.scored, line.coverage) == (None, "–")


def test_costs_stand_by_role() -> None:
    """A cell a title; answers that could not be used are told apart from other ends."""
    (cost,) = costs({"rows": [ROW]})
    assert len(cost.cells) + 1 == len(COST_HEAD)
    assert cost.cells[:6] == ("m-1", "1,200", "1,190", "3", "rate-limit 10", "5")
    assert costs({}) == ()


def test_plain_data_become_lines() -> None:
    """Every value with its place; lists of words stay on one line."""
    data = {"a": {"b": 1}, "c": ["x", "y"], "d": [{"use": "z"}], "e": None, "f": []}
    assert dict(flat(data)) == {"a.b": "1", "c": "x, y", "d[0].use": "z", "e": "none", "f": "none"}
