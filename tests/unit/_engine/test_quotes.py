"""What a plan says of caps and sums."""

from __future__ import annotations

import json
from pathlib import Path

import attrs
import pytest

from esc_skills._engine.quotes import Cap, Line, Plan

LINE = Line(
    role="judge",
    model="m",
    backend="b",
    calls=10,
    most=40,
    tokens_in=100,
    tokens_out=20,
    most_tokens=500,
    usd=1.5,
    most_usd=6.0,
    held=4,
)
PLAN = Plan(
    folder=Path("runs/x"),
    begun=False,
    lines=(LINE,),
    caps=(),
    missing=(),
    table="t",
    tries=5,
    warnings=(),
    notes=(),
)


@pytest.mark.parametrize(
    ("spent", "likely", "most", "verdict"),
    [
        (0.0, 5.0, 10.0, "fits"),
        (0.0, 5.0, 10.5, "may end early"),
        (0.0, 5.0, None, "may end early"),
        (6.0, 5.0, 5.0, "ends early"),
        (0.0, None, None, "cannot be planned"),
    ],
)
def test_a_cap_is_judged_by_the_most(spent, likely, most, verdict) -> None:
    """R39: a cap fits only when even the most stays within it, with what was spent before."""
    assert Cap(name="usd", cap=10.0, spent=spent, likely=likely, most=most).verdict == verdict


def test_an_unknown_price_is_named_and_no_zero() -> None:
    """R40: the sum leaves it out, and says whose it is."""
    unknown = attrs.evolve(LINE, role="seeker", usd=None, most_usd=None)
    made = attrs.evolve(PLAN, lines=(LINE, unknown))
    assert made.unknown == ("seeker",)
    assert (made.usd, made.most_usd) == (1.5, 6.0)
    assert made.plain()["roles"][1]["usd"] is None


def test_the_share_that_is_answered_never_passes_one() -> None:
    """More answers than expected is all of them; a role without calls has none."""
    assert LINE.share == pytest.approx(0.4)
    assert attrs.evolve(LINE, held=99).share == 1.0
    assert attrs.evolve(LINE, calls=0).share == 0.0


def test_the_plain_form_is_json() -> None:
    """Scripts read the same figures as people."""
    assert json.loads(json.dumps(PLAN.plain()))["roles"][0]["share"] == pytest.approx(0.4)
