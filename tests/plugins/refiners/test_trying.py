"""Skills on trial, and figures from lots."""

from __future__ import annotations

import attrs
import pytest

from esc_skills.model import Alarm
from esc_skills.testing.samples import bank, protected_skill, skill
from esc_skills_plugins._shared.taxonomy import default_taxonomy
from esc_skills_plugins.refiners.outcomes import HELD_BACK
from esc_skills_plugins.refiners.trying import candidates, lots
from esc_skills_plugins.refiners.wording import wording

BANK = bank(taxonomy=default_taxonomy())
WORDS = wording(BANK.taxonomy)


def test_one_candidate_for_each_action_worth_a_trial():
    """Each has one action, words of the shipped file and the life of a candidate."""
    made = candidates(BANK, WORDS)
    every = {one.name for one in BANK.taxonomy.actions if one.strategy != "Others"}
    assert set(made) == every
    for action, one in made.items():
        assert one.actions == (action,)
        assert one.life == "candidate"
        assert not one.applies
        assert one.evidence
    assert len({one.name for one in made.values()}) == len(made)


def test_taken_names_are_stepped_around():
    """A bank that knows the name gets another one; the same bank gets the same names."""
    held = BANK.with_skills((*BANK.skills, skill("trial-validate", life="retired")))
    assert candidates(held, WORDS)["validate"].name == "trial-validate-2"
    assert candidates(held, WORDS) == candidates(held, WORDS)


def turns(said, offers, alone, who="a"):
    """Turns of one seeker: at some ``validate`` was drawn, the others were left alone."""
    return (
        *said(offers, action="validate", who=who, trial="trial-validate"),
        *said(alone, action="suggest-step", who=who),
    )


def test_effect_is_what_the_offer_brought_beyond_other_turns(said):
    """Mean of turns with the offer less mean of turns left alone, by state."""
    rows = [row for n in range(12) for row in turns(said, (4, 6), (1, -1), who=f"p{n}")]
    found = lots(rows, BANK, WORDS, prior=8.0)
    effect = found.effect("validate")
    assert effect.value == pytest.approx(5.0)
    assert effect.n == 24
    assert effect.low is not None
    assert effect.low > 0
    assert 0 < found.value("validate", ("worried",)) < 5
    assert found.value("validate", ("grieving",)) == pytest.approx(found.value("validate"))


def test_lots_undo_a_bad_moment(said):
    """An action that a bank takes where talks go wrong looks bad in all turns, not in the lots."""
    rows = []
    for n in range(12):
        # In grief everything loses; the bank validates there only, and never when worried.
        rows += said((-6, -6), action="validate", label="grieving", who=f"p{n}")
        rows += said((0, 0), action="suggest-step", label="worried", who=f"p{n}")
        for label, points in (("grieving", -3), ("worried", 3)):
            rows += said(
                (points,), action="validate", label=label, who=f"p{n}", trial="trial-validate"
            )
    used = [row.points for row in rows if row.action == "validate"]
    assert sum(used) / len(used) < -2
    assert lots(rows, BANK, WORDS, prior=2.0).effect("validate").value > 2


def test_offer_counts_whether_it_was_followed_or_not(said):
    """Intention to treat: what was drawn decides, not what the responder made of it."""
    rows = said((5, 5), action="inform", trial="trial-validate")
    assert len(lots(rows, BANK, WORDS, prior=8.0).offers["validate"]) == 2


def test_turns_outside_the_lots_are_no_comparison(said):
    """Alarms, crises and protected offers take no part, on neither side."""
    held = bank(protected_skill(), taxonomy=BANK.taxonomy)
    alarm = Alarm(rule="x", speaker="seeker", severity="low")
    rows = (
        *said((1,), action="validate"),
        *said((1,), action="validate", alarms=(alarm,)),
        *said((1,), action="validate", label="in-crisis"),
        *said((1,), action="validate", offered=("crisis-first",)),
        *said((1,), action="validate", trial=HELD_BACK),
    )
    found = lots(rows, held, WORDS, prior=8.0)
    assert (len(found.alone), len(found.withheld), found.offers) == (1, 1, {})


def test_intervals_are_wider_the_more_was_tried(said):
    """The best of many is picked, so all intervals hold at once."""
    rows = [row for n in range(12) for row in turns(said, (4, n % 7), (1, -1), who=f"p{n}")]
    more = [
        row
        for n in range(12)
        for name in ("praise", "inform", "encourage")
        for row in said((n % 3,), action=name, who=f"p{n}", trial=f"trial-{name}")
    ]
    alone = lots(rows, BANK, WORDS, prior=8.0).effect("validate")
    among = lots([*rows, *more], BANK, WORDS, prior=8.0).effect("validate")
    assert among.high - among.low > alone.high - alone.low


def test_seekers_who_happen_to_agree_prove_little(said):
    """The wider of the clustered and the plain interval stands."""
    rows = [row for n in range(12) for row in turns(said, (9, -9), (1, -1), who=f"p{n}")]
    effect = lots(rows, BANK, WORDS, prior=8.0).effect("validate")
    assert effect.value == pytest.approx(0.0)
    assert effect.high - effect.low > 7


def test_no_lots_no_figures(said):
    """Talks without trial offers have none, and the figures say so."""
    found = lots(said((1, 2)), BANK, WORDS, prior=8.0)
    assert found.offers == {}
    assert found.effect("validate").value is None
    assert attrs.asdict(found)["offers"] == {}
