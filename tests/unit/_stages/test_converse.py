"""One conversation: its endings, its faults, and who may see what."""

from __future__ import annotations

import asyncio

import attrs
import pytest

from esc_skills._stages.cast import Rules, Stage, Supporter
from esc_skills._stages.converse import converse, unanswered
from esc_skills._stages.guarding import FALLBACK
from esc_skills._stages.respond import respond
from esc_skills.errors import (
    BackendError,
    BudgetExceeded,
    EscSkillsError,
    PluginError,
    ReplyError,
)
from esc_skills.model import Dialogue, Exchange, Match, Moment, Reply, Trace, Turn
from esc_skills.spec import Context
from esc_skills.testing import context
from esc_skills.testing.doubles import (
    BrokenVoice,
    EchoVoice,
    FirstIndex,
    PlainReader,
    RaisingGuard,
    StepSeeker,
    WordGuard,
)
from esc_skills.testing.samples import bank, profile, protected_skill, skill


def talk(supporter: Supporter, seeker: StepSeeker | None = None, **facts: object) -> Trace:
    stage = Stage(
        supporter=supporter,
        seeker=seeker or StepSeeker(),
        arm="test",
        **{key: facts.pop(key) for key in ("rules", "told", "alert", "uttered") if key in facts},
    )
    who = profile(**facts)
    return asyncio.run(converse(who, stage, lambda actor: context(place=actor)))


def supporter(**facts: object) -> Supporter:
    return Supporter(**{"reader": PlainReader(), "voice": EchoVoice(), **facts})


@pytest.mark.parametrize(
    ("steps", "ending", "turns"),
    [((10,), "success", 6), ((-10,), "failure", 4), ((1,), "limit", 10), ((0,), "limit", 10)],
)
def test_endings_follow_the_emotion(steps: tuple[int, ...], ending: str, turns: int) -> None:
    """Emotion 100 succeeds, below 10 fails, and ten supporter turns end the talk."""
    made = talk(supporter(), StepSeeker(steps=steps))
    assert (made.ending, len(made.exchanges)) == (ending, turns)


def test_last_reply_is_never_scored_in_the_released_protocol() -> None:
    """As in SAGE's released code the tenth reply gets no reaction, and the signature says so."""
    made = talk(supporter(), StepSeeker(steps=(1,)))
    assert made.exchanges[-1].reaction is None
    assert made.emotion == 40 + 9
    assert "last=unscored" in made.signature


def test_last_reply_is_scored_when_the_rules_say_so() -> None:
    """The fixed protocol scores every reply and stands under another signature."""
    made = talk(supporter(), StepSeeker(steps=(1,)), rules=Rules(score_last=True))
    assert made.emotion == 40 + 10
    assert "last=scored" in made.signature


def test_crisis_words_of_the_seeker_get_the_fixed_text() -> None:
    """S3: a flagged message is answered by the guard's text alone, and the talk goes on."""
    guard = WordGuard(skill=protected_skill())
    made = talk(
        supporter(guards=(guard,), bank=bank(skill(), protected_skill())),
        opening="there is danger here",
    )
    first = made.exchanges[0]
    assert first.reply.text == "FIXED HELP TEXT"
    assert [match.skill for match in first.matches] == ["crisis-first"]
    assert first.alarms[0].speaker == "seeker"
    assert made.exchanges[1].reply.text == EchoVoice().text


def test_unsafe_words_of_the_supporter_never_reach_the_seeker() -> None:
    """S1: the reply is looked at before anyone reads it, and replaced when it alarms."""
    made = talk(supporter(guards=(WordGuard(),), voice=EchoVoice(text="danger ahead")))
    assert all("danger" not in item.reply.text for item in made.exchanges)
    assert all(item.alarms[-1].speaker == "supporter" for item in made.exchanges)


def test_broken_guard_fails_closed() -> None:
    """S2: a guard that raises lets no unguarded text out, and its talk is counted, not scored."""
    made = talk(supporter(guards=(RaisingGuard(),)))
    assert [item.reply.text for item in made.exchanges] == [FALLBACK]
    assert {alarm.rule for item in made.exchanges for alarm in item.alarms} == {"guard.failed"}
    assert (made.ending, made.fault, made.state) == ("fault", "guard", "guard-failed")
    assert "plugin-error" in made.note
    assert made.curve == (made.profile.start_emotion,)


def test_guard_that_fails_late_ends_the_talk_there() -> None:
    """S2: what was said under a sound guard stands; the failure's text is never reacted to."""
    calls = iter(range(100))

    @attrs.frozen(kw_only=True)
    class Tiring(WordGuard):
        async def check(self, *_: object) -> None:
            if next(calls) == 3:
                raise BackendError("slow", hint="wait", kind="stalled")

    made = talk(supporter(guards=(Tiring(),)))
    assert [item.reply.text for item in made.exchanges] == [EchoVoice().text, FALLBACK]
    assert [item.reaction is None for item in made.exchanges] == [False, True]
    assert (made.fault, made.note) == ("guard", f"guard {Tiring.name} failed: stalled")


@pytest.mark.parametrize(
    ("error", "fault", "state"),
    [
        (ReplyError("no", hint="", state="refused"), "responder", "refused"),
        (ReplyError("no", hint="", state="empty"), "responder", "empty"),
        (ReplyError("no", hint="", state="truncated"), "responder", "truncated"),
        (ReplyError("no", hint=""), "responder", "unusable"),
        (BackendError("no", hint="", kind="stalled"), "service", "stalled"),
        (BackendError("no", hint="", kind="refused"), "service", "refused"),
        (BackendError("no", hint="", kind="auth"), "service", "failed"),
        (PluginError("no", hint=""), "plugin", "plugin-error"),
    ],
    ids=["refused", "empty", "truncated", "unusable", "stalled", "filtered", "auth", "plugin"],
)
def test_every_failed_talk_says_what_kind_it_was(
    error: EscSkillsError, fault: str, state: str
) -> None:
    """R20 R25 R26 R27: a failed question ends its talk as a state of its own, never as a number."""

    @attrs.frozen
    class Failing:
        async def reply(self, *_: object) -> Reply:
            raise error

    made = talk(supporter(voice=Failing()))
    assert (made.ending, made.fault, made.state) == ("fault", fault, state)
    assert made.exchanges == ()


def test_hanging_guard_fails_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """S2: a guard that never answers is cut off by a deadline and counts as an alarm."""
    monkeypatch.setattr("esc_skills._stages.guarding.DEADLINE_SECONDS", 0.01)

    @attrs.frozen(kw_only=True)
    class Hanging(WordGuard):
        async def check(self, *_: object) -> None:
            await asyncio.sleep(60)

    made = talk(supporter(guards=(Hanging(),)), rules=Rules(limit=2))
    assert made.exchanges[0].alarms[0].rule == "guard.failed"


def test_every_message_is_shown_to_every_guard() -> None:
    """S1: guard calls equal messages of both sides, in every conversation."""
    seen: list[str] = []

    @attrs.frozen(kw_only=True)
    class Counting(WordGuard):
        async def check(self, text: str, speaker: str, *_: object) -> None:
            seen.append(speaker)

    made = talk(supporter(guards=(Counting(), Counting())))
    assert seen.count("seeker") == seen.count("supporter") == 2 * len(made.exchanges)


def test_broken_voice_is_a_fault_and_no_score() -> None:
    """P04: a plug-in that raises ends its conversation as a counted fault that names it."""
    made = talk(supporter(voice=BrokenVoice()))
    assert (made.ending, made.fault) == ("fault", "plugin")
    assert "double" in made.note


def test_spent_budget_ends_the_run_not_the_talk() -> None:
    """A used-up budget is an ordinary end of the run; it is never written as a fault."""

    @attrs.frozen
    class Spender:
        async def reply(self, *_: object) -> Reply:
            raise BudgetExceeded("spent", hint="raise the cap")

    with pytest.raises(BudgetExceeded):
        talk(supporter(voice=Spender()))


def test_supporter_never_sees_the_profile_or_the_inner_thought() -> None:
    """What a voice is given holds neither hidden intention nor inner monologue."""
    moments: list[Moment] = []

    @attrs.frozen
    class Spy:
        async def reply(self, moment: Moment, *_: object) -> Reply:
            moments.append(moment)
            return Reply(text="ok", strategy="Others")

    talk(supporter(voice=Spy()))
    assert moments
    assert all("deep-empathy" not in repr(moment) for moment in moments)
    assert all("thought" not in repr(moment) for moment in moments)


def test_watchers_see_every_exchange_in_order() -> None:
    """``told`` gets each exchange once, as it happens."""
    told: list[Exchange] = []
    made = talk(supporter(), told=lambda trace, exchange: told.append(exchange))
    assert tuple(told) == made.exchanges


def test_skills_reach_the_voice_and_stand_in_the_trace() -> None:
    """Matches of the index are offered, and what was used is written down."""
    known = bank()
    made = talk(supporter(index=FirstIndex(bank=known), bank=known))
    assert {item.reply.used for item in made.exchanges} == {("listen-first",)}
    assert made.bank == known.behaviour


@attrs.frozen
class Rogue:
    """An index that offers whatever names it was given."""

    names: tuple[str, ...]

    async def search(self, moment: Moment, ctx: Context) -> tuple[Match, ...]:
        """Offer them all."""
        return tuple(Match(skill=name, score=1.0, why="rogue") for name in self.names)


@pytest.mark.parametrize(
    ("names", "kept"),
    [
        ((), ()),
        (("listen-first",) * 5, ("listen-first",)),
        (("resting", "retired", "nobody"), ()),
        (("resting", "stay-close", "listen-first", "stay-close"), ("stay-close", "listen-first")),
    ],
    ids=["nothing", "the same", "unsafe only", "mixed"],
)
def test_a_rogue_search_offers_active_skills_once(
    names: tuple[str, ...], kept: tuple[str, ...]
) -> None:
    """B21, S17: what rests, is gone or repeats is left out, in talks and replies, with a note."""
    asleep = (skill("resting", life="quarantined"), skill("retired", life="retired"))
    known = bank(skill("listen-first"), skill("stay-close"), *asleep)
    agent = supporter(index=Rogue(names), bank=known)
    made = talk(agent)
    assert {tuple(one.skill for one in item.matches) for item in made.exchanges} == {kept}
    turns = (Turn(speaker="seeker", text="Hi."), Turn(speaker="supporter", text="Hello."))
    gold = Dialogue(id="d", turns=turns, corpus="own", licence="L")
    lent = context()
    (response,) = asyncio.run(respond(gold, agent, lambda actor: lent))
    assert tuple(one.skill for one in response.matches) == kept
    dropped = len(names) - len(kept)
    assert lent.notes == ([("offer-left-out", {"count": dropped})] if dropped else [])


def test_somebody_is_called_in_the_turn_of_a_crisis() -> None:
    """S22: once, before the reply of that turn; control: in a talk without alarms never."""
    told: list[str] = []
    watch = {
        "alert": lambda trace, alarm: told.append(f"{trace} {alarm.rule}"),
        "told": lambda trace, exchange: told.append(f"exchange {exchange.index}"),
    }
    agent = supporter(guards=(WordGuard(), WordGuard()))
    talk(agent, opening="there is danger here", **watch)
    assert told[:2] == ["test/p1/0 word", "exchange 0"]
    assert sum("word" in line for line in told) == 1
    told.clear()
    talk(agent, **watch)
    assert not any("word" in line for line in told)


@pytest.mark.parametrize(
    ("sides", "last"),
    [("", ""), ("u", ""), ("s", "0"), ("su", "0"), ("sus", "2"), ("suss", "23"), ("susuu", "2")],
)
def test_what_nobody_answered_is_looked_at(sides: str, last: str) -> None:
    """S1: the seeker's last messages, one or more, whoever spoke after them."""
    names = {"s": "seeker", "u": "supporter"}
    history = [Turn(speaker=names[side], text=str(n)) for n, side in enumerate(sides)]
    assert "".join(turn.text for turn in unanswered(history)) == last


def test_where_a_person_waits_help_waits_for_no_reading() -> None:
    """S3: a live supporter answers a flagged turn though the reader fails; in a simulated talk the
    fault is told, for a score must not rest on half a reading.
    """

    class DeadReader(PlainReader):
        async def read_state(self, *facts: object) -> None:
            raise BackendError("gone", hint="wait", kind="down")

    for live in (True, False):
        made = talk(
            supporter(reader=DeadReader(), guards=(WordGuard(),), live=live),
            rules=Rules(limit=1),
            opening="danger",
        )
        assert [one.reply.text for one in made.exchanges] == ["FIXED HELP TEXT"] * live
        assert made.fault == ("" if live else "service")


def test_who_watches_hears_a_reply_before_the_seeker_does() -> None:
    """Each reply is told once, in order, and what is raised there ends the talk unheard."""
    heard: list[str] = []
    made = talk(supporter(), rules=Rules(limit=2), uttered=lambda one: heard.append(one.reply.text))
    assert heard == [one.reply.text for one in made.exchanges]

    def refuse(one: object) -> None:
        raise PluginError("replaced", hint="take it away", plugin="x")

    ended = talk(supporter(), uttered=refuse)
    assert (ended.fault, ended.exchanges) == ("plugin", ())
