"""Trial offers: what may be drawn, when, and what is left alone."""

from __future__ import annotations

import asyncio
from random import Random

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esc_skills._stages.cast import Stage, Supporter
from esc_skills._stages.converse import converse
from esc_skills._stages.trying import HELD_BACK, MOST, Trials, wished
from esc_skills.errors import PluginError
from esc_skills.model import Match, SkillsBank
from esc_skills.testing import context
from esc_skills.testing.doubles import EchoVoice, FirstIndex, PlainReader, StepSeeker, WordGuard
from esc_skills.testing.samples import bank, profile, protected_skill, skill
from esc_skills_plugins.refiners.paper import PaperRefiner
from esc_skills_plugins.refiners.tally import TallyRefiner

TRIED = tuple(skill(f"trial-{word}", life="candidate") for word in ("a", "b", "c"))
TRIALS = Trials(skills=TRIED, chance=0.4)
OFFERED = (Match(skill="listen-first", score=1.0),)


@attrs.frozen(kw_only=True)
class Wisher:
    """A refiner that wishes for given trials."""

    name = "wisher"
    wishes: object

    def trials(self, bank: SkillsBank, ctx: object) -> object:
        if isinstance(self.wishes, Exception):
            raise self.wishes
        return self.wishes


def wish(wishes: object, chance: float = 0.4, here: SkillsBank | None = None) -> Trials | None:
    refiner = wishes if hasattr(wishes, "propose") else Wisher(wishes=wishes)
    return wished(refiner, here or bank(), chance, said=None, ctx=context())  # type: ignore[arg-type]


def test_shares_are_what_was_asked_for() -> None:
    """Of many turns 40 % try a skill, each as often as the others, and 10 % get no offer."""
    rng = Random(3)
    marks = [TRIALS.draw(OFFERED, bank(), rng)[1] for _ in range(6000)]
    assert marks.count(HELD_BACK) / 6000 == pytest.approx(0.1, abs=0.015)
    assert marks.count("") / 6000 == pytest.approx(0.5, abs=0.03)
    for one in TRIED:
        assert marks.count(one.name) / 6000 == pytest.approx(0.4 / 3, abs=0.02)


@given(seed=st.integers(0, 10**6), turns=st.integers(1, 20))
@settings(max_examples=50, deadline=None)
def test_offer_and_mark_agree(seed: int, turns: int) -> None:
    """The mark says what is on offer: the trial skill alone, nothing, or what was found."""
    rng = Random(seed)
    for _ in range(turns):
        found, mark = TRIALS.draw(OFFERED, bank(), rng)
        if mark == HELD_BACK:
            assert found == ()
        elif mark:
            assert [match.skill for match in found] == [mark]
        else:
            assert found == OFFERED


@given(seed=st.integers(0, 10**6))
@settings(max_examples=50, deadline=None)
def test_protected_offers_are_never_replaced(seed: int) -> None:
    """S6: where a protected skill is among the offers, they stand, whatever the lot."""
    here = bank(skill(), protected_skill())
    offers = (Match(skill="crisis-first", score=2.0), *OFFERED)
    assert Trials(skills=TRIED, chance=0.9).draw(offers, here, Random(seed)) == (offers, "")


def test_lots_do_not_depend_on_the_bank() -> None:
    """Turn n has lot n: a protected offer in between shifts no later lot."""
    here = bank(skill(), protected_skill())
    crisis = (Match(skill="crisis-first", score=2.0),)
    one, two = Random(8), Random(8)
    plain = [TRIALS.draw(OFFERED, here, one)[1] for _ in range(30)]
    mixed = [TRIALS.draw(crisis if n == 4 else OFFERED, here, two)[1] for n in range(30)]
    assert plain[:4] + plain[5:] == mixed[:4] + mixed[5:]


def meet(word: str, trials: Trials | None, *, seed: int = 0) -> object:
    """A talk with a seeker under a guard that knows one word."""
    here = bank(skill(), protected_skill())
    seated = Supporter(
        reader=PlainReader(),
        voice=EchoVoice(),
        index=FirstIndex(bank=here),
        guards=(WordGuard(word=word),),
        bank=here,
        trials=trials,
    )
    stage = Stage(supporter=seated, seeker=StepSeeker(steps=(0,)), arm="x")
    lent: dict[str, object] = {}

    def lend(actor: str) -> object:
        return lent.setdefault(actor, context(seed, place=actor))

    return asyncio.run(converse(profile(), stage, lend))  # type: ignore[arg-type]


def test_flagged_turns_take_no_part() -> None:
    """S6: at a turn with an alarm the fixed text stands under the protected skills, untried."""
    made = meet("work", Trials(skills=TRIED, chance=0.9))
    flagged = [one for one in made.exchanges if one.alarms]
    assert flagged
    for one in flagged:
        assert one.trial == ""
        assert one.reply.fixed
        assert [match.skill for match in one.matches] == ["crisis-first"]


def test_a_talk_tries_skills_and_one_without_trials_does_not() -> None:
    """The mark of every exchange names what was drawn; without trials there is no mark."""
    made = meet("zzz", Trials(skills=TRIED, chance=0.9))
    assert {one.trial for one in made.exchanges} & {one.name for one in TRIED}
    for one in made.exchanges:
        names = [match.skill for match in one.matches]
        assert names == {"": ["listen-first"], HELD_BACK: []}.get(one.trial, [one.trial])
    assert {one.trial for one in meet("zzz", None).exchanges} == {""}


def test_wishes_pass_the_rules_of_the_bank() -> None:
    """A skill that breaks a rule, has a taken name or a life of its own is not tried."""
    good = TRIED[0]
    wishes = (
        good,
        good,  # twice
        skill("listen-first", life="candidate"),  # taken
        skill("loud"),  # active
        skill("none", life="candidate"),  # the mark of turns without an offer
        attrs.evolve(TRIED[1], evidence=()),  # S10
        attrs.evolve(TRIED[2], protected=True),  # S5
    )
    found = wish(wishes)
    assert found is not None
    assert found.skills == (good,)


def test_no_wish_no_trial() -> None:
    """Refiners without the promise, or without a wish, leave every talk as it is."""
    assert wish(()) is None
    assert wish(PaperRefiner()) is None


def test_at_most_32_are_tried() -> None:
    """More are left out."""
    found = wish(tuple(skill(f"t-{n:02d}", life="candidate") for n in range(MOST + 5)))
    assert found is not None
    assert len(found.skills) == MOST


def test_the_shipped_refiner_has_all_its_wishes() -> None:
    """Every skill that ``tally`` wants tried keeps the rules of a bank."""
    here = bank()
    found = wish(TallyRefiner(), here=here)
    assert found is not None
    assert found.skills == TallyRefiner().trials(here, context())
    assert {one.life for one in found.skills} == {"candidate"}


def test_the_bank_beside_keeps_its_active_skills() -> None:
    """A responder knows the skills on trial; no retriever would find them."""
    beside = TRIALS.beside(bank())
    assert beside.active == bank().active
    assert set(TRIED) <= set(beside.skills)


@pytest.mark.parametrize(
    "wishes",
    [
        pytest.param(RuntimeError("lost"), id="raises"),
        pytest.param([TRIED[0]], id="list"),
        pytest.param(("trial-a",), id="names"),
    ],
)
def test_a_broken_wish_is_told_with_its_name(wishes: object) -> None:
    """A refiner that raises or answers wrongly is named."""
    with pytest.raises(PluginError, match="wisher") as told:
        wish(wishes)
    assert told.value.hint


def test_chance_has_bounds() -> None:
    """Some turns are always left alone: without them there is nothing to compare with."""
    with pytest.raises(ValueError, match="chance"):
        Trials(skills=TRIED, chance=0.95)
    with pytest.raises(ValueError, match="skills"):
        Trials(skills=(), chance=0.3)
