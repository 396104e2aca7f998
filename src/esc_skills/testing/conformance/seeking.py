"""Laws of profile sets and seekers."""

from __future__ import annotations

from typing import Any

from esc_skills.errors import UsageError
from esc_skills.model import (
    INTENTIONS,
    PERSONA_TYPES,
    PURPOSES,
    Reaction,
    Reply,
    SeekerProfile,
    Turn,
)
from esc_skills.testing.conformance.scenes import TEXTS
from esc_skills.testing.conformance.trials import Trial, law
from esc_skills.testing.samples import profile

TALK = 12
"""Replies in a trial conversation: two more than the usual limit."""


async def everybody(trial: Trial) -> tuple[SeekerProfile, ...]:
    """The seekers of a set; none of a set that is read from a file that nobody named."""
    try:
        found: tuple[SeekerProfile, ...] = await trial.component.profiles(trial.lend(1))
    except UsageError:
        return ()  # a set that is read from a file has none to show before it is named
    assert found, "there is no profile"
    return found


@law("profiles")
async def profiles_have_ids_of_their_own(trial: Trial) -> None:
    """Ids are unique."""
    ids = [item.id for item in await everybody(trial)]
    assert len(set(ids)) == len(ids), "two profiles share an id"


@law("profiles")
async def purposes_never_mix(trial: Trial) -> None:
    """No person in the same scene serves two purposes."""
    seen: dict[tuple[str, str], str] = {}
    for item in await everybody(trial):
        first = seen.setdefault((item.persona, item.scene), item.purpose)
        assert first == item.purpose, f"{item.id} serves {first} and {item.purpose}"
        assert item.purpose in PURPOSES, f"{item.id} has purpose {item.purpose!r}"


@law("profiles")
async def profiles_are_the_same_again(trial: Trial) -> None:
    """Asked twice with one seed, the set is the same, in the same order."""
    assert await everybody(trial) == await everybody(trial), "the second set differs"


def _everyone() -> list[SeekerProfile]:
    return [
        profile(f"{kind}-{wish}", persona_type=kind, intention=wish, lines=("I slept badly.",))
        for kind in PERSONA_TYPES
        for wish in INTENTIONS
    ]


def _replies() -> tuple[Reply, ...]:
    plain = "I hear how hard this is. What worries you most about work?"
    return (Reply(text=plain, strategy="Question"), *(Reply(text=t, strategy="") for t in TEXTS))


async def _talk(
    trial: Trial, who: SeekerProfile, replies: tuple[Reply, ...], seed: int = 1
) -> list[Reaction]:
    """Talk until the seeker leaves, or for ``TALK`` replies."""
    sitting = await trial.component.meet(who, trial.lend(seed))
    ctx: Any = trial.lend(seed + 1)
    history = [Turn(speaker="seeker", text=sitting.opening)]
    felt: list[Reaction] = []
    for place in range(TALK):
        reply = replies[place % len(replies)]
        history.append(Turn(speaker="supporter", text=reply.text))
        felt.append(await sitting.react(reply, tuple(history), ctx))
        history.append(Turn(speaker="seeker", text=felt[-1].text))
        if felt[-1].leaves:
            break
    return felt


@law("seeker")
async def seeker_signs(trial: Trial) -> None:
    """The signature says simulator and parameters; it has no line break."""
    sign = trial.component.signature
    assert sign.strip(), "the signature is empty"
    assert "\n" not in sign, "the signature has a line break"


@law("seeker")
async def opens_with_the_profiles_line(trial: Trial) -> None:
    """The first message is the profile's, the same for every agent."""
    for who in _everyone():
        sitting = await trial.component.meet(who, trial.lend(1))
        assert sitting.opening == who.opening, f"{who.id} opens with {sitting.opening[:40]!r}"


@law("seeker")
async def emotion_adds_up(trial: Trial) -> None:
    """Each emotion is the one before plus the change, kept within 0-100; changes within ±10."""
    for who in _everyone():
        before = who.start_emotion
        for felt in await _talk(trial, who, _replies()):
            due = max(0, min(100, before + felt.delta))
            assert felt.emotion == due, f"{before} {felt.delta:+d} is told as {felt.emotion}"
            before = felt.emotion


@law("seeker")
async def speaks_until_it_leaves(trial: Trial) -> None:
    """A seeker that neither leaves nor has reached an end has something to say."""
    for who in _everyone():
        for felt in await _talk(trial, who, _replies()):
            over = felt.leaves or felt.emotion >= 100 or felt.emotion < 10
            assert felt.text.strip() or over, f"{who.id} falls silent at emotion {felt.emotion}"


@law("seeker")
async def reacts_the_same_again(trial: Trial) -> None:
    """Equal profile, replies and seed give equal reactions, whatever other talks went on."""
    who, other = profile("one"), profile("two", persona_type="negative")
    first = await _talk(trial, who, _replies())
    await _talk(trial, other, _replies()[::-1], seed=7)
    assert first == await _talk(trial, who, _replies()), "the second talk differs"


@law("seeker")
async def two_sittings_do_not_touch(trial: Trial) -> None:
    """Two conversations at the same time are as if each were alone."""
    who = profile("one")
    alone = (await _talk(trial, who, _replies()[:1]))[0]
    one = await trial.component.meet(who, trial.lend(1))
    two = await trial.component.meet(profile("two", persona_type="negative"), trial.lend(5))
    reply = _replies()[0]
    for sitting, seed in ((two, 6), (one, 2)):
        heard = (
            Turn(speaker="seeker", text=sitting.opening),
            Turn(speaker="supporter", text=reply.text),
        )
        felt = await sitting.react(reply, heard, trial.lend(seed))
    assert felt == alone, "another sitting has changed this one"
