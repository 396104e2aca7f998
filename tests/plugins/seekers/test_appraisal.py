"""The seeker ``appraisal``: laws of its feelings, its words, its settings."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esc_skills.errors import ConfigError, DataError
from esc_skills.model import INTENTIONS, PERSONA_TYPES, Reaction, Reply, SeekerProfile, Turn
from esc_skills.spec import Seeker, Sitting
from esc_skills.testing.contexts import context
from esc_skills_plugins._shared.taxonomy import default_taxonomy
from esc_skills_plugins.seekers.appraisal import Appraisal, esc_skills_seekers

WISHED = {
    "dialectical-analysis": "On the one hand the shop is yours, on the other hand it costs sleep.",
    "practical-advice": "You could write one small step about the shop into your calendar.",
    "others-motives": "Maybe he was afraid of losing the shop, that could be behind his anger.",
    "guided-reflection": "What do you want for yourself with the shop, what matters to you most?",
    "sincere-praise": "I admire how you kept the shop, you worked so hard and it took courage.",
    "attentive-listening": "It sounds like the shop wears you out. I'm listening, tell me more.",
    "deep-empathy": "That hurts. I'm here with you, so heavy, the shop and all of it.",
    "not-my-fault": "The shop was not your fault, you did nothing wrong, it was unfair to you.",
}
CHANGES = {label.name for label in default_taxonomy().changes}
LECTURE = (
    "You should get up early. You should talk to him. You must stop thinking about the shop. "
    "You need to make a plan. Try to relax. Don't complain."
)


def seeker_profile(**changes: object) -> SeekerProfile:
    """A seeker in a shop."""
    base = SeekerProfile(
        id="p1",
        persona="Ida, 40, shopkeeper.",
        scene="The shop.",
        persona_type="passive",
        intention="deep-empathy",
        opening="My brother wants the shop back.",
        lines=("He came on Monday.", "The shop was our mother's.", "I sleep badly."),
    )
    return attrs.evolve(base, **changes)


def play(
    replies: Sequence[str], seeker: Appraisal | None = None, seed: int = 1, **changes: object
) -> list[Reaction]:
    """Reactions to the replies, one after the other."""

    async def run() -> list[Reaction]:
        ctx = context(seed)
        sitting = await (seeker or Appraisal()).meet(seeker_profile(**changes), ctx)
        history = [Turn(speaker="seeker", text=sitting.opening)]
        felt = []
        for text in replies:
            history.append(Turn(speaker="supporter", text=text))
            felt.append(await sitting.react(Reply(text=text, strategy=""), tuple(history), ctx))
            history.append(Turn(speaker="seeker", text=felt[-1].text))
        return felt

    return asyncio.run(run())


def test_keeps_the_promises_of_its_role() -> None:
    """The component is a Seeker, hands out Sittings, and opens with the profile's own line."""
    assert esc_skills_seekers() == [Appraisal]
    assert isinstance(Appraisal(), Seeker)
    sitting = asyncio.run(Appraisal().meet(seeker_profile(), context()))
    assert isinstance(sitting, Sitting)
    assert sitting.opening == seeker_profile().opening


@settings(max_examples=60, deadline=None)
@given(
    replies=st.lists(
        st.one_of(st.text(max_size=200), st.sampled_from([*WISHED.values(), LECTURE])), max_size=9
    ),
    kind=st.sampled_from(PERSONA_TYPES),
    intention=st.sampled_from(INTENTIONS),
    start=st.integers(0, 100),
    variant=st.sampled_from(["fitted", "reserved"]),
)
def test_emotion_stays_in_bounds_and_adds_up(
    replies: list[str], kind: str, intention: str, start: int, variant: str
) -> None:
    """R38: after any text the change lies within ±10, emotion within 0-100, and both agree."""
    seeker = Appraisal(variant=variant)  # type: ignore[arg-type]
    felt = play(replies, seeker, persona_type=kind, intention=intention, start_emotion=start)
    emotion = start
    for reaction in felt:
        assert -10 <= reaction.delta <= 10
        emotion += reaction.delta
        assert reaction.emotion == emotion
        assert reaction.text
        assert reaction.change in CHANGES


@settings(max_examples=60, deadline=None)
@given(
    before=st.lists(st.sampled_from(sorted(WISHED.values())), max_size=6),
    kind=st.sampled_from(PERSONA_TYPES),
    intention=st.sampled_from(INTENTIONS),
    seed=st.integers(0, 10**6),
    bad=st.sampled_from(["ignores", "repeats", "lectures"]),
)
def test_a_reply_that_ignores_repeats_or_lectures_never_gains(
    before: list[str], kind: str, intention: str, seed: int, bad: str
) -> None:
    """Whatever went before, and with any luck, such a reply cannot raise the emotion."""
    last = {
        "ignores": "Xylophone lessons begin in Portugal.",
        "repeats": before[0] if before else LECTURE,
        "lectures": LECTURE + " " + LECTURE.replace("shop", "house"),
    }[bad]
    felt = play([*before, last], seed=seed, persona_type=kind, intention=intention)
    assert felt[-1].delta <= 0


def test_a_near_duplicate_counts_as_a_repeat() -> None:
    """One changed word does not make a new reply."""
    first = WISHED["deep-empathy"]
    for seed in range(20):
        again = first.replace("heavy", "hard")
        assert play([first, again], seed=seed)[-1].delta <= 0


@pytest.mark.parametrize("intention", INTENTIONS)
def test_every_wish_can_be_served(intention: str) -> None:
    """The wished reply does seekers of that wish more good than any other wish's reply."""

    def total(text: str) -> int:
        listening = "It sounds like your brother hurt you. What happened on Monday?"
        return sum(
            play([listening, text], seed=seed, intention=intention)[-1].delta for seed in range(60)
        )

    own = total(WISHED[intention])
    others = [total(text) for name, text in WISHED.items() if name != intention]
    assert own > 0
    assert sum(own > other for other in others) >= len(others) - 1


def test_advice_before_listening_costs() -> None:
    """The same advice is worth more to one who was heard first, also to one who wants advice."""
    advice = WISHED["practical-advice"]
    heard = ["It sounds like the shop wears you out.", "I can understand that. What happened?"]
    early = sum(play([advice], seed=s, intention="practical-advice")[-1].delta for s in range(80))
    late = sum(
        play([*heard, advice], seed=s, intention="practical-advice")[-1].delta for s in range(80)
    )
    assert late > early


def test_the_same_act_wears_off() -> None:
    """Questions alone, one after the other, end badly even for one who likes to tell."""
    questions = [f"What did the {word} do with the shop then?" for word in "abcdefghi"]
    ends = [play(questions, seed=s, intention="attentive-listening")[-1].emotion for s in range(20)]
    assert sum(ends) / len(ends) < 40


def test_negative_seekers_are_hardest() -> None:
    """The same replies leave negative seekers lower than passive and avoidant ones."""
    replies = [WISHED[name] for name in ("attentive-listening", "deep-empathy", "sincere-praise")]

    def mean(kind: str) -> float:
        ends = [
            play(replies, seed=s, persona_type=kind, id=f"p{s}", intention="not-my-fault")[-1]
            for s in range(80)
        ]
        return sum(reaction.emotion for reaction in ends) / len(ends)

    assert mean("negative") < min(mean("passive"), mean("avoidant"))


def test_equal_seed_gives_equal_words() -> None:
    """Same profile, replies and seed: the same reactions; another seed may differ."""
    replies = list(WISHED.values())
    assert play(replies, seed=5) == play(replies, seed=5)
    runs = {tuple(reaction.delta for reaction in play(replies, seed=s)) for s in range(20)}
    assert len(runs) > 1


def test_draws_do_not_depend_on_the_reply() -> None:
    """Each reaction draws the same count of random numbers, so that arms stay paired."""

    async def after(texts: list[str]) -> float:
        ctx = context(3)
        sitting = await Appraisal().meet(seeker_profile(), ctx)
        history = (Turn(speaker="seeker", text=sitting.opening),)
        for text in texts:
            history += (Turn(speaker="supporter", text=text),)
            await sitting.react(Reply(text=text, strategy=""), history, ctx)
        return ctx.rng.random()

    assert asyncio.run(after([LECTURE, ""])) == asyncio.run(after(list(WISHED.values())[:2]))


def test_success_never_leaves_and_a_goodbye_is_said() -> None:
    """Leaving comes after a bad step only; the text then says goodbye."""
    seen = [
        reaction
        for seed in range(1500)
        for reaction in play(["Fine.", "So it is.", "Right, right."], seed=seed, start_emotion=60)
        if reaction.leaves
    ]
    assert seen
    assert all(reaction.delta < 0 and "bye" in reaction.text.lower() for reaction in seen)


def test_the_wish_is_hinted_at_but_never_told() -> None:
    """Hints follow the wish; concealment silences them; the words never name the intention."""
    replies = [f"I see, the shop number {number}." for number in range(6)]
    open_words = " ".join(
        r.text for s in range(10) for r in play(replies, seed=s, intention="deep-empathy")
    )
    hidden = " ".join(
        r.text
        for s in range(10)
        for r in play(replies, seed=s, intention="deep-empathy", knobs=(("concealment", 1.0),))
    )
    assert "hurts" in open_words
    assert "hurts" not in hidden
    assert "empathy" not in open_words.lower()


def test_lines_are_told_in_order() -> None:
    """Facts come out one by one, in the profile's order."""
    said = [r.text for r in play(["It sounds like the shop hurts.", "What happened on Monday?"])]
    lines = seeker_profile().lines
    assert lines[0] in said[0]
    assert lines[1] in said[1]


def test_the_thought_names_act_and_wish() -> None:
    """The inner thought says in one sentence what was felt and why."""
    thought = play([WISHED["sincere-praise"]], intention="sincere-praise")[0].thought
    assert "saw what I did" in thought
    assert "someone to see what I did and say it" in thought
    assert thought.count(".") == 1


def test_the_signature_tells_parameter_sets_apart(tmp_path) -> None:
    """Another variant, file or setting gives another signature; the same gives the same."""
    other = tmp_path / "set.toml"
    other.write_text("[dynamics]\ninertia = 0.1\n", "utf-8")
    signatures = {
        Appraisal().signature,
        Appraisal(variant="reserved").signature,
        Appraisal(parameters=str(other)).signature,
        Appraisal(noise=0.0).signature,
        Appraisal(hint_rate=0.1).signature,
    }
    assert len(signatures) == 5
    assert Appraisal().signature == Appraisal().signature
    assert "|clamp=10" in Appraisal().signature


@pytest.mark.parametrize(
    ("text", "told"),
    [("[dynamics]\ninertai = 0.1\n", "did you mean 'inertia'"), ("[dynamics", "not TOML"),
     ("[dynamics]\ninertia = 'much'\n", "no number"), ("dynamics = 3\n", "wrong form")],
)  # fmt: skip
def test_a_wrong_parameter_file_is_refused_with_its_place(tmp_path, text: str, told: str) -> None:
    """A misspelt or misshapen parameter is named, with the file and what to do."""
    path = tmp_path / "set.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError) as caught:
        _ = Appraisal(parameters=str(path)).signature
    assert told in caught.value.line
    assert "set.toml" in caught.value.where


def test_a_missing_parameter_file_is_refused() -> None:
    """A path to nothing is the user's fault and says so."""
    with pytest.raises(DataError, match="cannot read"):
        _ = Appraisal(parameters="no/such.toml").signature


def test_other_languages_are_refused() -> None:
    """Cues are English: a Chinese profile is refused before a misleading number is made."""
    with pytest.raises(ConfigError, match="English"):
        asyncio.run(Appraisal().meet(seeker_profile(language="zh"), context()))


def test_one_reaction_is_quick() -> None:
    """A reaction takes well under a millisecond, so that thousands of talks stay cheap."""
    play(list(WISHED.values()))
    started = time.perf_counter()
    for seed in range(30):
        play([f"{text} {seed}" for text in WISHED.values()], seed=seed)
    assert (time.perf_counter() - started) / (30 * len(WISHED)) < 0.003
