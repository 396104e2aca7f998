"""Who makes a pair of two runs, and what may be said of the difference."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from esc_skills.model import Trace
from esc_skills.spec import RunRecord
from esc_skills.testing.conformance.scenes import trace
from esc_skills.testing.samples import profile
from esc_skills_plugins.reports.pairing import groups, paired


def talk(id: str, *steps: int, arm: str = "evolved", **changes: Any) -> Trace:  # noqa: A002
    """A conversation of a seeker of that id."""
    return attrs.evolve(trace(profile(id), *steps), arm=arm, **changes)


def run(*traces: Trace) -> RunRecord:
    """A run of those conversations."""
    return RunRecord(name="run", experiment={}, traces=traces)


def several(*gains: int, **changes: Any) -> RunRecord:
    """A run that changes each seeker's emotion by so much."""
    return run(*(talk(f"p{place}", gain, **changes) for place, gain in enumerate(gains)))


def test_same_seeker_and_repeat_make_a_pair() -> None:
    """Profile id and repeat decide, whatever the order; who stands alone is told by side."""
    left = run(talk("b", 1), talk("a", 2), talk("a", 3, repeat=1))
    right = run(talk("a", 5), talk("c", 1), talk("b", 4))
    found = paired(left, right)
    assert [(pair.seat, pair.difference) for pair in found.pairs] == [(("a", 0), 3), (("b", 0), 3)]
    assert found.alone == ((("a", 1),), (("c", 0),))


def test_same_name_with_another_profile_is_no_pair() -> None:
    """Two people who share an id are told, never compared."""
    other = attrs.evolve(talk("a", 3), profile=profile("a", persona="Jon, 50, baker"))
    found = paired(run(talk("a", 1)), run(other))
    assert (found.pairs, found.strangers, found.score) == ((), (("a", 0),), None)


@pytest.mark.parametrize(
    ("left", "right", "arm"),
    [
        (["none", "static", "evolved"], ["none", "static", "evolved"], "evolved"),
        (["evolved", "none"], ["none", "evolved"], "evolved"),
        (["none", "static", "evolved"], ["none", "static"], "static"),
        (["none"], ["static"], ""),
    ],
    ids=["both", "any-order", "last-shared", "none-shared"],
)
def test_arm_is_evolved_or_the_last_shared(left: list[str], right: list[str], arm: str) -> None:
    """The same arm of both, never two that differ."""
    one, two = (run(*(talk("a", 1, arm=name) for name in names)) for names in (left, right))
    found = paired(one, two)
    assert found.arm == arm
    assert len(found.pairs) == bool(arm)


@pytest.mark.parametrize(
    ("gains", "word"),
    [
        ((5, 6, 5, 6), "better"),
        ((-5, -6, -5, -6), "worse"),
        ((-5, 5, -4, 4), "not distinguishable"),
        ((5,), "not measured"),
    ],
    ids=["better", "worse", "alike", "one-seeker"],
)
def test_verdict_speaks_of_the_second_run(gains: tuple[int, ...], word: str) -> None:
    """The words of ``Score.claim``, from the paired interval; one seeker gives no interval."""
    found = paired(several(*(0 for _ in gains)), several(*gains))
    assert found.verdict == word
    assert found.why == ""


def test_unlike_signatures_get_no_verdict() -> None:
    """The difference is shown, the verdict refused, and the parts that differ are named."""
    left = several(0, 0, 0, signature="sage:v1|sim=one|init=40")
    found = paired(left, several(5, 6, 5, signature="sage:v1|sim=two|init=40"))
    assert found.verdict == ""
    assert "signatures of 3 pairs differ: sim=one against sim=two" in found.why
    assert found.score is not None


def test_fault_is_in_no_figure() -> None:
    """A pair that a fault ended is listed; where one run loses far more, no verdict is given."""
    fault = {"ending": "fault", "fault": "service", "state": "failed"}
    kept = several(0, 0, 0, 0, 0, 0, 0, 0, 0)
    lost = [talk(f"p{place}", 5, **(fault if place < 6 else {})) for place in range(9)]
    found = paired(kept, run(*lost))
    assert (len(found.pairs), len(found.broken), found.lost) == (3, 6, (0, 6))
    assert "lost unlike shares of their conversations to faults: 0 of 9 against 6 of 9" in found.why
    assert found.verdict == ""


def test_groups_stand_in_the_taxonomys_order() -> None:
    """Each persona type that occurs has both means and a difference of its own pairs."""
    kinds = ("avoidant", "negative", "avoidant")
    left, right = (
        run(
            *(
                attrs.evolve(trace(profile(f"p{n}", persona_type=kind), gain), arm="evolved")
                for n, kind in enumerate(kinds)
            )
        )
        for gain in (0, 4)
    )
    found = groups(paired(left, right).pairs, "persona_type")
    shown = [(one.name, one.left, one.right, one.score.value, one.score.n) for one in found]
    assert shown == [("negative", 40, 44, 4, 1), ("avoidant", 40, 44, 4, 2)]
