"""Skills as the responder's model sees them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from esc_skills.model import Condition, Match
from esc_skills.testing.samples import bank, protected_skill, skill
from esc_skills_plugins.responders.skillsheet import offered, sheet, skill_data


def test_sheet_holds_guidance_limits_and_risks() -> None:
    """Every part that a person would need stands on the sheet."""
    text = sheet(skill(not_when=(Condition(words="the seeker says goodbye"),)))
    for part in ("listen-first", "Listen before anything else.", "1. Ask how it feels."):
        assert part in text
    for part in ("seeker is worried", "not when:", "the seeker says goodbye", "opens-up"):
        assert part in text
    for part in ("[medium] The seeker asks for advice -> instead: Answer, then ask",):
        assert part in text
    assert "Asking twice in a row." in text
    assert "How has that been for you?" in text


@given(st.integers(0, 4), st.permutations(["a1", "b2", "c3", "crisis-first", "gone"]))
def test_protected_skills_are_never_cut(most: int, order: list[str]) -> None:
    """The budget cuts the worst unprotected matches only; unknown names fall out."""
    known = bank(skill("a1"), skill("b2"), skill("c3"), protected_skill())
    matches = [Match(skill=name, score=1.0) for name in order]
    kept, cut = offered(known, matches, most)
    assert kept[0].name == "crisis-first"
    plain = [name for name in order if name in {"a1", "b2", "c3"}]
    assert [item.name for item in kept[1:]] == plain[:most]
    assert cut == len(plain[most:])
    shown = dict(skill_data(kept, cut))
    assert ("further skills left out" in shown.get("skills", "")) == (cut > 0)
    assert "(protected)" in shown["protected skills"]
    assert "(protected)" not in shown.get("skills", "")


def test_no_bank_and_resting_skills_offer_nothing() -> None:
    """Without a bank nothing is on offer, nor is a retired skill."""
    match = [Match(skill="a1", score=1.0)]
    assert offered(None, match, 5) == ((), 0)
    assert offered(bank(skill("a1", life="retired")), match, 5) == ((), 0)
