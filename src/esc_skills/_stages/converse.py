"""The arrow *converse*: one seeker profile and one supporter make one trace."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import dropwhile, takewhile

import attrs

from esc_skills._stages.cast import Lend, Rules, Stage, Supporter, Uttered
from esc_skills._stages.guarding import (
    failure,
    guard_reply,
    protected_matches,
    reachable,
    reply_guarded,
    searched,
    watch,
)
from esc_skills.errors import BackendError, EscSkillsError, PluginError, ReplyError, RunEndedError
from esc_skills.model import (
    Alarm,
    Exchange,
    Match,
    Moment,
    Reaction,
    SeekerProfile,
    SeekerState,
    Trace,
    Turn,
)
from esc_skills.model.trace import Ending, Fault
from esc_skills.spec import Sitting

UNREAD = SeekerState(scenario="", label="")
"""How a seeker is whom nobody has read."""


@attrs.define(kw_only=True)
class _Talk:
    """What grows while a conversation runs."""

    name: str
    stage: Stage
    lend: Lend
    language: str
    history: list[Turn] = attrs.field(factory=list)
    exchanges: list[Exchange] = attrs.field(factory=list)
    actor: Fault = ""
    guard: str = ""

    def say(self, speaker: str, text: str, strategy: str = "") -> None:
        strategies = (strategy,) if strategy and speaker == "supporter" else ()
        self.history.append(Turn(speaker=speaker, text=text, strategies=strategies))  # type: ignore[arg-type]

    @property
    def last(self) -> bool:
        """Whether the reply being written is the last one allowed."""
        return len(self.exchanges) + 1 >= self.stage.rules.limit


@attrs.frozen(kw_only=True)
class Offered:
    """What lies ready for a reply."""

    moment: Moment
    """What the voice will know."""
    matches: tuple[Match, ...] = ()
    """Skills, best first; the protected ones first after an alarm."""
    alarms: tuple[Alarm, ...] = ()
    """Guards' findings in what the seeker said."""
    answer: str = ""
    """A guard's fixed text; where it is not empty, it is the reply and no voice is asked."""
    trial: str = ""
    """Mark of a turn with trial offers."""


def unanswered(history: Sequence[Turn]) -> tuple[Turn, ...]:
    """The seeker's last messages, in order: one, or more where nobody answered in between."""
    back = dropwhile(lambda turn: turn.speaker == "supporter", reversed(history))
    return tuple(takewhile(lambda turn: turn.speaker == "seeker", back))[::-1]


async def offer(
    supporter: Supporter, moment: Moment, lend: Lend, alert: Callable[[Alarm], None]
) -> Offered:
    """Let guards look at what the seeker said, read how they are, and find skills.

    Args:
        supporter: The agent.
        moment: Where the talk stands; its state is read here.
        lend: Contexts by actor.
        alert: Called at once with the first high alarm.
    """
    alarms: tuple[Alarm, ...] = ()
    answer = ""
    for turn in unanswered(moment.history):
        found, fixed = await watch(supporter, turn.text, "seeker", moment.language, lend)
        alarms, answer = alarms + found, answer or fixed
    if high := next((alarm for alarm in alarms if alarm.severity == "high"), None):
        alert(high)
    if not (answer and supporter.live):
        state = await supporter.reader.read_state(moment.history, lend("extractor"))
        moment = attrs.evolve(moment, state=state)
    if answer:
        held = protected_matches(supporter)
        return Offered(moment=moment, matches=held, alarms=alarms, answer=answer)
    matches = await searched(supporter, moment, lend)
    trial = ""
    if supporter.trials is not None and not alarms:
        matches, trial = supporter.trials.draw(matches, supporter.bank, lend("trial").rng)
    matches = reachable(supporter, alarms, matches)
    return Offered(moment=moment, matches=matches, alarms=alarms, trial=trial)


async def utter(supporter: Supporter, offered: Offered, lend: Lend) -> Uttered:
    """Reply under what was offered; guards look at the words before anyone reads them."""
    more: tuple[Alarm, ...] = ()
    if offered.answer:
        reply = guard_reply(offered.answer, offered.matches)
    else:
        reply, more = await reply_guarded(supporter, offered.moment, offered.matches, lend)
    return Uttered(
        state=offered.moment.state,
        matches=offered.matches,
        reply=reply,
        alarms=offered.alarms + more,
        trial=offered.trial,
    )


async def speak(talk: _Talk) -> Uttered:
    """The supporter's turn of a conversation."""
    moment = Moment(
        history=tuple(talk.history),
        state=UNREAD,
        index=len(talk.exchanges),
        limit=talk.stage.rules.limit,
        language=talk.language,
    )
    supporter, lend = talk.stage.supporter, talk.lend
    offered = await offer(supporter, moment, lend, partial(talk.stage.alert, talk.name))
    return await utter(supporter, offered, lend)


def ending(reaction: Reaction, rules: Rules) -> Ending | None:
    """How a reaction ends the talk; None when it goes on."""
    if reaction.emotion >= rules.success:
        return "success"
    if reaction.emotion < rules.failure:
        return "failure"
    return "farewell" if reaction.leaves else None


async def take_turn(
    talk: _Talk, sitting: Sitting, note: Callable[[Exchange], None]
) -> Ending | None:
    """One exchange: the supporter speaks, the seeker reacts; None when the talk goes on."""
    heard = talk.history[-1].text
    talk.actor = "responder"
    spoken = await speak(talk)
    talk.say("supporter", spoken.reply.text, spoken.reply.strategy)
    talk.stage.uttered(spoken)
    reaction = None
    talk.guard = failure(spoken.alarms)
    if not talk.guard and (not talk.last or talk.stage.rules.score_last):
        talk.actor = "seeker"
        reaction = await sitting.react(spoken.reply, tuple(talk.history), talk.lend("seeker"))
    over = talk.last
    exchange = Exchange(
        index=len(talk.exchanges),
        seeker=heard,
        state=spoken.state,
        matches=spoken.matches,
        reply=spoken.reply,
        alarms=spoken.alarms,
        reaction=reaction,
        trial=spoken.trial,
    )
    talk.exchanges.append(exchange)
    note(exchange)
    if reaction is None:
        return "fault" if talk.guard else "limit"
    end = ending(reaction, talk.stage.rules)
    if end is None and not over:
        talk.say("seeker", reaction.text)
    return end or ("limit" if over else None)


def blame(talk: _Talk, fault: EscSkillsError) -> Fault:
    """Whose fault an error was: the service's, a plug-in's, or the actor's on stage."""
    if isinstance(fault, BackendError):
        return "service"
    if isinstance(fault, PluginError):
        return "plugin"
    return talk.actor if isinstance(fault, ReplyError) else "plugin"


async def converse(profile: SeekerProfile, stage: Stage, lend: Lend, *, repeat: int = 0) -> Trace:
    """Let a seeker and a supporter talk until a rule ends it.

    Args:
        profile: Whom the seeker plays.
        stage: Both sides and the rules.
        lend: Contexts by actor, seeded by profile and repeat but not by arm.
        repeat: Number of the repeat.

    Returns:
        The trace. A fault of a plug-in, a service, a guard or an actor ends it as ``fault``:
        counted by whose it was and of what kind, never scored.

    Raises:
        RunEndedError: The run's budget ended, or a provider closed.
        UsageError: The experiment itself is wrong.
    """
    name = f"{stage.arm}/{profile.id}/{repeat}"
    talk = _Talk(name=name, stage=stage, lend=lend, language=profile.language)
    ended: Ending = "fault"
    fault: Fault = ""
    note = state = ""
    try:
        ended = await _play(talk, profile, name)
        if talk.guard:
            fault, state, note = "guard", "guard-failed", talk.guard
    except RunEndedError:
        raise
    except EscSkillsError as error:
        if error.exit_code == 2:
            raise
        fault, state, note = blame(talk, error), error.state, error.line
    bank = stage.supporter.bank
    return Trace(
        id=name,
        profile=profile,
        arm=stage.arm,
        bank=bank.behaviour if bank else "",
        repeat=repeat,
        exchanges=tuple(talk.exchanges),
        ending=ended,
        fault=fault,
        state=state,
        note=note,
        signature=stage.signature(profile.language),
        guards=tuple(guard.name + stage.stamp(guard) for guard in stage.supporter.guards),
    )


async def _play(talk: _Talk, profile: SeekerProfile, name: str) -> Ending:
    talk.actor = "seeker"
    sitting = await talk.stage.seeker.meet(profile, talk.lend("seeker"))
    talk.say("seeker", sitting.opening)
    while True:
        end = await take_turn(talk, sitting, lambda exchange: talk.stage.told(name, exchange))
        if end is not None:
            return end
