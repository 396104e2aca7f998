"""The responder as a whole: from a moment and matches to a reply."""

from __future__ import annotations

import asyncio
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from esc_skills.model import (
    STRATEGIES,
    Action,
    Change,
    InterventionUnit,
    Match,
    Moment,
    Reply,
    SeekerState,
    Skill,
    SkillsBank,
    Source,
    Turn,
)
from esc_skills.spec import Responder, Voice
from esc_skills.testing.contexts import context
from esc_skills_plugins._shared.strategymodel import fit
from esc_skills_plugins._shared.taxonomy import default_taxonomy
from esc_skills_plugins.responders.exemplar import Exemplar, esc_skills_responders

STATE = SeekerState(scenario="work-stress", label="worried", emotion="anxiety", intensity=60)
LINES = (
    "Hi. My boss shouted at me today.",
    "He said that my work is bad.",
    "I feel so ashamed.",
    "I do not know what to do.",
    "maybe",
    "That could help, I think.",
    "He will never change.",
    "I am so tired of it.",
    "ok",
    "Thank you, I have to go now. Bye!",
)


def units() -> tuple[InterventionUnit, ...]:
    """Twenty made-up talks: a question, then praise."""
    said = (("Question", "explore-situation"), ("Affirmation and Reassurance", "praise"))
    return tuple(
        InterventionUnit(
            source=Source(dialogue=f"d{number:02}", first=place, last=place + 1),
            before=STATE,
            action=Action(label=label, strategy=strategy, text="It is good that you wrote."),
            change=Change(label="calms", polarity="positive"),
            after=STATE,
            context="I am worried about work.",
        )
        for number in range(20)
        for place, (strategy, label) in ((1, said[0]), (3, said[1]))
    )


SIDE = Skill(
    name="take-side",
    overview="Side with the seeker.",
    guidance=("Say it.",),
    actions=("take-side",),
    examples=("That was not fair to you.",),
)
BANK = SkillsBank(skills=(SIDE,), tables=fit(units()), taxonomy=default_taxonomy())


def voice(bank: SkillsBank | None, responder: Exemplar | None = None) -> Voice:
    """A voice for a bank."""
    return asyncio.run((responder or Exemplar()).prepare(bank, units(), context()))


def ask(
    one: Voice, history: tuple[Turn, ...], *names: str, seed: int = 0, language: str = "en"
) -> Reply:
    """One reply."""
    moment = Moment(history=history, state=STATE, language=language)
    matches = tuple(Match(skill=name, score=1.0) for name in names)
    return asyncio.run(one.reply(moment, matches, context(seed)))


def talk(one: Voice, *names: str) -> list[Reply]:
    """A whole conversation."""
    history: tuple[Turn, ...] = ()
    replies = []
    for line in LINES:
        history += (Turn(speaker="seeker", text=line),)
        reply = ask(one, history, *names)
        replies.append(reply)
        turn = Turn(speaker="supporter", text=reply.text, strategies=(reply.strategy,))
        history += (turn,)
    return replies


SEEKER = (Turn(speaker="seeker", text=LINES[0]),)


def test_is_a_responder() -> None:
    """It keeps the promise of its role and is found by its hook."""
    assert esc_skills_responders() == [Exemplar]
    assert isinstance(Exemplar(), Responder)
    assert isinstance(voice(BANK), Voice)


def test_a_skill_shifts_the_reply() -> None:
    """An offered skill changes what is said, is named as used, and lends its words."""
    one = voice(BANK, Exemplar(skill_weight=5.0, recall=0.0, mirroring=0.0))
    without, reply = ask(one, SEEKER), ask(one, SEEKER, "take-side")
    assert without.used == ()
    assert reply.used == ("take-side",)
    assert (reply.action, reply.strategy) == ("take-side", "Affirmation and Reassurance")
    assert reply.text == SIDE.examples[0]


def test_only_offered_skills_are_used() -> None:
    """A skill of the bank that was not offered is never named."""
    assert all(reply.used == () for reply in talk(voice(BANK)))


def test_no_sentence_twice_in_a_conversation() -> None:
    """With and without a bank, every message of a talk is new, and none is empty."""
    for bank in (BANK, None):
        texts = [reply.text for reply in talk(voice(bank), "take-side")]
        assert len(set(texts)) == len(texts)
        assert all(texts)


def test_the_seeker_is_taken_up() -> None:
    """Most replies hold a word of the seeker's own matter."""
    texts = [reply.text.lower() for reply in talk(voice(BANK))]
    own = ("boss", "ashamed", "“", "work", "anxious")
    assert sum(any(word in text for word in own) for text in texts[:9]) >= 5


def test_the_arm_without_skills_uses_no_figure() -> None:
    """Without a bank the plan decides, whatever the units are; a goodbye is answered."""
    bare = asyncio.run(Exemplar().prepare(None, (), context()))
    planned = [reply.action for reply in talk(voice(None))]
    assert planned == [reply.action for reply in talk(bare)]
    assert (planned[0], planned[-1]) == ("explore-situation", "keep-company")


def test_same_seed_same_words() -> None:
    """Chance comes from the context alone."""
    one, other = voice(BANK), voice(BANK)
    assert ask(one, SEEKER, seed=3) == ask(other, SEEKER, seed=3)
    assert len({ask(one, SEEKER, seed=seed).text for seed in range(20)}) > 1


def test_another_language_is_answered_in_english_and_says_so() -> None:
    """Nothing is taken from words it cannot read; the reason tells."""
    reply = ask(voice(BANK), (Turn(speaker="seeker", text="我很难过。"),), language="zh-CN")
    assert reply.text.isascii()
    assert "zh-CN" in reply.why


def test_a_bank_without_model_or_taxonomy_still_speaks() -> None:
    """A bank of skills alone, such as one made by hand, falls back on the plan."""
    bank = SkillsBank(skills=(SIDE,))
    assert ask(voice(bank), SEEKER, "take-side").strategy in STRATEGIES


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["seeker", "supporter"]), st.text(max_size=80)), max_size=8)
)
def test_any_history_gets_a_reply(turns: list[tuple[str, str]]) -> None:
    """Empty histories, empty texts and odd signs: always words and one of the strategies."""
    history = tuple(Turn(speaker=who, text=text) for who, text in turns)  # type: ignore[arg-type]
    for one in VOICES:
        reply = ask(one, history, "take-side")
        assert reply.text.strip()
        assert "{" not in reply.text
        assert reply.strategy in STRATEGIES


VOICES = (voice(BANK), voice(None))


def test_a_reply_is_quick() -> None:
    """Ten replies take a few milliseconds; half a second is allowed on a busy machine."""
    one = voice(BANK)
    talk(one)
    start = time.perf_counter()
    talk(one)
    assert time.perf_counter() - start < 0.5
