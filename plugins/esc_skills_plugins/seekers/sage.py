"""Seeker ``sage``: a model plays a profile after SAGE (arXiv 2505.02847), first feels, then speaks.

The opening line is the profile's own. Each reply costs two calls of the model of role ``seeker``:
an analysis in five fields, and the words, which see the analysis and the emotion's band. Of the
supporter's turn only the words are seen, never its thinking. Words are audited (``audit``); what
is unusable is asked for again, at most twice, and then ends the talk as a counted fault.
"""

from __future__ import annotations

from typing import ClassVar

import attrs

from esc_skills.errors import ReplyError
from esc_skills.model import Reaction, Reply, SeekerProfile, Turn, short_hash
from esc_skills.model.invariants import between
from esc_skills.spec import Ask, Context, Prompt, Seeker, Sitting, hookimpl
from esc_skills_plugins._shared.asking import Question, ask_sound
from esc_skills_plugins._shared.promptfiles import prompt, prompt_file, spoken
from esc_skills_plugins._shared.transcript import shortened, transcript, without_thinking
from esc_skills_plugins.seekers import backstage
from esc_skills_plugins.seekers.audit import (
    Agreeableness,
    Ground,
    audit,
    audit_hash,
    says_goodbye,
    secrets_of,
    signs,
)

ROLE = "seeker"
SKETCH = 350
"""Tokens of who a seeker is and what it wants, about."""
FLAG_FROM = 3
"""Replies in a row that help without touching the seeker, from which it is flagged."""


@attrs.frozen(kw_only=True)
class Analysis:
    """How a seeker takes a reply, in SAGE's five fields."""

    meant: str
    """What the supporter tried to say."""
    fit: str
    """How it fits visible and hidden goals."""
    thought: str
    """Inner monologue."""
    feeling: str
    """How it feels."""
    change: int | float | str = attrs.field(metadata={"asked": int})
    """Emotion change, a signed whole number; text is read where it is one."""


@attrs.frozen(kw_only=True)
class Utterance:
    """What a seeker says."""

    says: str
    """The message."""
    leaves: bool = False
    """True when it ends the talk."""

    @property
    def words(self) -> str:
        """The message alone, stripped."""
        return self.says.strip()

    @property
    def ends(self) -> bool:
        """Whether it says goodbye, by its own flag or by rule."""
        return self.leaves or says_goodbye(self.words)


@attrs.define(kw_only=True)
class SageSitting:
    """One seeker in one conversation."""

    profile: SeekerProfile
    """Whom it plays."""
    manner: Sage
    """Settings."""
    emotion: int
    """Emotion now, 0-100."""
    said: list[str]
    """Its messages so far, the opening first."""
    replies: int = 0
    """Supporter replies heard."""
    pleased: Agreeableness = attrs.field(factory=Agreeableness)
    """Watches for emotion that rises for nothing."""

    @property
    def opening(self) -> str:
        """First message: the profile's own, unanalysed."""
        return self.profile.opening

    async def react(self, reply: Reply, history: tuple[Turn, ...], ctx: Context) -> Reaction:
        """Feel and answer the last supporter reply; looks at its words alone.

        Raises:
            ReplyError: The model did not keep to its part, also when asked again.
        """
        self.replies += 1
        analysis, delta = await self._analyse(reply, history, ctx)
        self.emotion = backstage.felt(self.emotion, delta)
        row = self.pleased.count(without_thinking(reply.text), self.said, delta)
        if row >= FLAG_FROM:
            ctx.note("seeker-flag", rule="over-agreeable", replies=row)
        spoken_now = await self._speak(analysis, history, ctx)
        self.said.append(spoken_now.words)
        return Reaction(
            delta=delta,
            emotion=self.emotion,
            thought=analysis.thought.strip(),
            text=spoken_now.words,
            leaves=spoken_now.ends,
        )

    async def _analyse(
        self, reply: Reply, history: tuple[Turn, ...], ctx: Context
    ) -> tuple[Analysis, int]:
        now = f"{self.emotion} of 100. {backstage.mood(self.emotion, self.profile.language)}"
        last = shortened(without_thinking(reply.text)) or "(nothing)"
        data = (*self._part(history), ("last message", last), ("mood", now))
        clamp = self.manner.clamp

        def unread(made: Analysis) -> list[str]:
            return [] if backstage.read_change(made.change, clamp) else ["change"]

        question = self._question("analyse", data)
        analysis, _ = await ask_sound(ctx, question, Analysis, unread)
        read = backstage.read_change(analysis.change, clamp)
        if read is None:
            raise self._fault(("change",), ctx)
        if read[1]:
            ctx.note("emotion-change", rule=read[1], told=read[0])
        return analysis, read[0]

    async def _speak(
        self, analysis: Analysis, history: tuple[Turn, ...], ctx: Context
    ) -> Utterance:
        fields = ("meant", "fit", "thought", "feeling")
        taken = "\n".join(f"{name}: {shortened(getattr(analysis, name))}" for name in fields)
        now = backstage.mood(self.emotion, self.profile.language)
        data = (*self._part(history), ("effect of the last message", taken), ("mood", now))
        ground = self._ground()

        def broken(made: Utterance) -> tuple[str, ...]:
            return audit(made.words, made.ends, ground)

        made, rules = await ask_sound(ctx, self._question("reply", data), Utterance, broken)
        if rules:
            raise self._fault(rules, ctx)
        return made

    def _part(self, history: tuple[Turn, ...]) -> tuple[tuple[str, str], ...]:
        """What is the same for both calls; what never changes in a talk comes first."""
        return (
            ("who you are", backstage.sketch(self.profile)),
            ("secret wish", backstage.wish(self.profile)),
            ("talk", transcript(history, self.manner.most_turns)),
        )

    def _question(self, step: str, data: tuple[tuple[str, str], ...]) -> Question:
        language = self.profile.language
        asked = self.manner.prompt(step, language=language, data=data)
        advice = signs()["advice"][spoken(language)]
        whole = attrs.evolve(asked, keep=("secret wish", "last message", "mood"))
        return Question(role=ROLE, prompt=whole, advice=advice, again=self.manner.resamples)

    def _ground(self) -> Ground:
        return Ground(
            secrets=secrets_of(backstage.wish(self.profile), self.profile.scene),
            earlier=tuple(self.said),
            emotion=self.emotion,
            replies=self.replies,
            patience=self.manner.patience,
        )

    def _fault(self, rules: tuple[str, ...], ctx: Context) -> ReplyError:
        ctx.note("simulator-fault", rule=",".join(rules), reply=self.replies)
        return ReplyError(
            f"the seeker fell out of its part ({', '.join(rules)}) "
            f"{self.manner.resamples + 1} times at reply {self.replies}",
            where=ctx.place,
            hint="the talk is counted as a simulator fault; a stronger seeker model has fewer",
            state="simulator-fault",
        )


@attrs.frozen(kw_only=True)
class Sage:
    """Plays profiles with the model of role ``seeker``, two calls a reply."""

    name: ClassVar[str] = "sage"
    summary: ClassVar[str] = "SAGE's seeker: a model feels in five fields, then speaks; audited"

    clamp: int = attrs.field(default=10, validator=between(1, 10))
    """Largest emotion change a reply can make, points."""
    resamples: int = attrs.field(default=2, validator=between(0, 2))
    """How often an unusable answer is asked for again before it counts as a fault."""
    patience: int = attrs.field(default=2, validator=between(0, 10))
    """Replies within which a goodbye in no bad mood counts as too early."""
    most_turns: int = attrs.field(default=40, validator=between(2, 1000))
    """Turns of the talk that the model is shown; a cut is marked."""

    @property
    def signature(self) -> str:
        """Simulator, prompts, start, clamp and audit."""
        words = short_hash([prompt_file("seekers", "sage"), backstage.texts()])
        return (
            f"sage:v1|prompts={words}|start=profile|clamp={self.clamp}|audit={audit_hash()}"
            f"|resamples={self.resamples}|patience={self.patience}|turns={self.most_turns}"
        )

    @property
    def asks(self) -> tuple[Ask, ...]:
        """Two questions a reaction, each asked again when the answer is out of part."""
        return (
            Ask(
                role=ROLE,
                per="reaction",
                prompt=self.prompt("analyse"),
                into=Analysis,
                most=1 + self.resamples,
                turns=self.most_turns,
                data=SKETCH + 100,
                answer=220,
            ),
            Ask(
                role=ROLE,
                per="reaction",
                prompt=self.prompt("reply"),
                into=Utterance,
                calls=min(1.1, 1 + self.resamples),
                most=1 + self.resamples,
                turns=self.most_turns,
                data=SKETCH + 250,
                answer=80,
            ),
        )

    def prompt(
        self, step: str, *, language: str = "en", data: tuple[tuple[str, str], ...] = ()
    ) -> Prompt:
        """The question of a step, ``analyse`` or ``reply``."""
        slots = {"clamp": str(self.clamp)}
        return prompt("seekers", "sage", step, language=language, slots=slots, data=data)

    async def meet(self, profile: SeekerProfile, ctx: Context) -> Sitting:
        """Sit down for one conversation."""
        return SageSitting(
            profile=profile,
            manner=self,
            emotion=profile.start_emotion,
            said=[profile.opening],
        )


@hookimpl
def esc_skills_seekers() -> list[type[Seeker]]:
    """Bring the seeker ``sage``."""
    return [Sage]
