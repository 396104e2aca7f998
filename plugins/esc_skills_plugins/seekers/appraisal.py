"""Seeker ``appraisal``: transparent emotion dynamics, no model.

Each reply is read by a cue lexicon and weighed by what this seeker wants (``appraising``); trust
carries the mood on (``step``); step sizes, inertia, base rates and endings are fitted to SAGE's
released transcripts, see ``docs/explanation/seekers.md``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import attrs

from esc_skills.errors import ConfigError
from esc_skills.model import Reaction, Reply, SeekerProfile, Turn, short_hash
from esc_skills.model.invariants import between, one_of
from esc_skills.spec import Context, Seeker, Sitting, hookimpl
from esc_skills_plugins.seekers.appraising import Memory, appraise, wants_of
from esc_skills_plugins.seekers.dynamics import Mood, leaving_chance, step
from esc_skills_plugins.seekers.hearing import hear
from esc_skills_plugins.seekers.parameters import Figures, Parameters, load_parameters
from esc_skills_plugins.seekers.speech import Speech, change_of


def _temper(profile: SeekerProfile) -> float:
    """What is stable in a person and stated nowhere: mean 0, deviation 1, from the id alone."""
    digits = short_hash(profile.id)
    thirds = (int(digits[start : start + 4], 16) / 0xFFFF for start in (0, 4, 8))
    return 2 * (sum(thirds) - 1.5)


@attrs.define(kw_only=True)
class AppraisalSitting:
    """One seeker in one conversation."""

    profile: SeekerProfile
    """Whom it plays."""
    numbers: Parameters
    """What it feels by."""
    wants: Figures
    """Worth of each act."""
    mood: Mood
    """Emotion and trust."""
    speech: Speech
    """Its words."""
    memory: Memory = attrs.field(factory=Memory)
    """What it heard so far."""

    @property
    def opening(self) -> str:
        """First message: the profile's own."""
        return self.profile.opening

    async def react(self, reply: Reply, history: tuple[Turn, ...], ctx: Context) -> Reaction:
        """Feel and answer the last supporter reply; looks at its text alone.

        Three numbers are drawn each time, whatever happens, so that arms stay paired.
        """
        noise, chance, luck = ctx.rng.gauss(0.0, 1.0), ctx.rng.random(), ctx.rng.random()
        heard = hear(reply.text)
        judged = appraise(heard, history, self.wants, self.memory, self.numbers.hearing)
        self.memory.keep(heard)
        delta = step(self.mood, judged, noise, self.numbers.dynamics)
        change = change_of(judged, delta, self.mood.emotion)
        leaves = luck < leaving_chance(self.mood, delta, self.numbers)
        concealed = dict(self.profile.knobs).get("concealment", 0.0)
        hint = chance < self.numbers.speech["hint_rate"] * (1 - concealed)
        words = self.speech.answer(
            change, delta, self.mood.emotion, reason=judged.reason, hint=hint
        )
        return Reaction(
            delta=delta,
            emotion=self.mood.emotion,
            thought=self.speech.thought(judged, delta),
            text=self.speech.goodbye() if leaves else words,
            leaves=leaves,
            change=change,
        )


@attrs.frozen(kw_only=True)
class Appraisal:
    """Plays profiles by appraisal; the same profile, replies and seed give the same reactions."""

    name: ClassVar[str] = "appraisal"
    summary: ClassVar[str] = "model-free seeker: appraises each reply by its wish; fitted to SAGE"
    mechanisms: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "chance": {"noise": 0.0},
        "hints": {"hint_rate": 0.0},
    }
    """What can be left out, with the settings that switch it off."""

    variant: Literal["fitted", "reserved"] = attrs.field(
        default="fitted", validator=one_of("fitted", "reserved")
    )
    """``fitted``, or ``reserved``: other people, whom evolution should not meet."""
    parameters: str = ""
    """TOML file laid over the variant, in the form of ``reserved.toml``; empty for none."""
    noise: float | None = attrs.field(default=None, validator=between(0, 100))
    """Deviation of the chance part of a step, points; None takes the set's own."""
    hint_rate: float | None = attrs.field(default=None, validator=between(0, 1))
    """Chance, 0-1, that an answer hints at the wish; None takes the set's own."""

    @property
    def numbers(self) -> Parameters:
        """The numbers in use.

        Raises:
            ConfigError: The file of ``parameters`` cannot be used.
        """
        made = load_parameters(self.variant, self.parameters)
        if self.noise is not None:
            made = attrs.evolve(made, dynamics={**made.dynamics, "noise": self.noise})
        if self.hint_rate is not None:
            made = attrs.evolve(made, speech={**made.speech, "hint_rate": self.hint_rate})
        return made

    @property
    def signature(self) -> str:
        """Simulator, parameters, start, clamp."""
        numbers = self.numbers
        clamp = f"{numbers.dynamics['clamp']:g}"
        return f"appraisal:v1|params={numbers.hash}|start=profile|clamp={clamp}"

    async def meet(self, profile: SeekerProfile, ctx: Context) -> Sitting:
        """Sit down for one conversation.

        Raises:
            ConfigError: The profile speaks a language that no cue is written for.
        """
        if profile.language.split("-")[0].lower() != "en":
            raise ConfigError(
                f"seeker appraisal reads English; profile {profile.id} speaks {profile.language!r}",
                hint='choose profiles = "grid", or a seeker that asks a model',
            )
        numbers = self.numbers
        knobs = dict(profile.knobs)
        lean = (
            numbers.persona[profile.persona_type]
            + numbers.intention[profile.intention]
            + numbers.dynamics["temper"] * knobs.get("openness", _temper(profile))
        )
        offset = int(short_hash(profile.id + profile.opening), 16) % 997
        return AppraisalSitting(
            profile=profile,
            numbers=numbers,
            wants=wants_of(profile, numbers),
            mood=Mood(emotion=profile.start_emotion, lean=lean),
            speech=Speech(profile, offset),
        )


@hookimpl
def esc_skills_seekers() -> list[type[Seeker]]:
    """Bring the seeker ``appraisal``."""
    return [Appraisal]
