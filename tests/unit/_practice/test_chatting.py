"""Talks that a person is part of, on the kernel's own arrow."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import attrs
import pytest

from esc_skills._engine.oath import Oath
from esc_skills._practice.chatting import Chat, cast, parting
from esc_skills._practice.engaging import Engagement, Wish, engage
from esc_skills._practice.notices import notice
from esc_skills._practice.transcripts import WITHHELD
from esc_skills._stages import guarding
from esc_skills._stages.cast import Uttered
from esc_skills._stages.guarding import FALLBACK
from esc_skills._store.folder import RunFolder
from esc_skills.errors import UsageError
from esc_skills.model import Alarm, Reaction, Reply, Trace
from esc_skills.testing.doubles import BrokenVoice, RaisingGuard, WordGuard

CRISIS = "I want to kill myself."


@attrs.define
class Desk:
    """Says prepared lines and keeps what it is shown."""

    left: list[str]
    shown: list[tuple[str, Any]] = attrs.field(factory=list)

    async def listen(self) -> str | None:
        return self.left.pop(0) if self.left else None

    def notice(self, text: str) -> None:
        self.shown.append(("notice", text))

    def seeker(self, text: str) -> None:
        self.shown.append(("seeker", text))

    def replied(self, uttered: Uttered) -> None:
        self.shown.append(("reply", uttered))

    def felt(self, reaction: Reaction) -> None:
        self.shown.append(("felt", reaction.emotion))

    def of(self, kind: str) -> list[Any]:
        return [what for name, what in self.shown if name == kind]

    def trouble(self, line: str) -> None:
        self.shown.append(("trouble", line))

    @property
    def replies(self) -> list[str]:
        return [uttered.reply.text for uttered in self.of("reply")]


@pytest.fixture(scope="module")
def engagement(small_run: Path, small_experiment: Path) -> Engagement:
    return engage(Wish(bank=small_run, experiment=small_experiment, unreviewed=True))


def held(engagement: Engagement, *lines: str, **facts: Any) -> tuple[Chat, Desk, Trace | None]:
    desk = Desk(list(lines))
    chat = Chat(engagement=engagement, desk=desk, **facts)
    return chat, desk, asyncio.run(chat.hold())


def guarded(engagement: Engagement, *guards: Any, **parts: Any) -> Engagement:
    theatre = engagement.theatre
    crew = attrs.evolve(theatre.crew, guards=guards, **parts)
    return attrs.evolve(engagement, theatre=attrs.evolve(theatre, crew=crew, supporters={}))


@attrs.frozen
class CountingGuard(WordGuard):
    """Counts what it sees."""

    seen: list[tuple[str, str]] = attrs.field(factory=list)

    async def check(self, text: str, speaker: Any, language: str, ctx: Any) -> Alarm | None:
        self.seen.append((speaker, text))
        return await WordGuard.check(self, text, speaker, language, ctx)


@attrs.frozen
class HangingGuard(WordGuard):
    """Never comes to an end."""

    async def check(self, *facts: Any) -> Alarm | None:
        await asyncio.sleep(60)
        return None


def test_watching_shows_the_very_talks_of_the_run(small_run: Path, engagement: Engagement) -> None:
    """S1: with the run's bank and seed two programs say what they said there, word by word, and
    feel the same: a watched talk is no other thing than a scored one.
    """
    assert engagement.bank
    name = f"traces/bank-{engagement.bank.behaviour[:12]}.jsonl"
    stored = RunFolder.open(small_run).read_nouns(name, Trace)
    whole = [one for one in stored if one.repeat == 0 and not one.fault]
    plain = next(one for one in whole if not one.profile.safety)
    for trace in (plain, next(one for one in whole if one.profile.safety)):
        chat, desk, made = held(engagement, seat="none", wanted=trace.profile.id)
        assert made is not None
        assert (made.exchanges, made.ending) == (trace.exchanges, trace.ending)
        assert tuple(chat.curve) == trace.curve
        assert desk.replies == [one.reply.text for one in trace.exchanges]
        assert tuple((line.speaker, line.text) for line in chat.lines) == trace.talk


def test_guards_see_every_message_of_every_seat(engagement: Engagement) -> None:
    """S1: both sides of each turn, whoever wrote it; taken together they are the talk."""
    for seat in ("seeker", "supporter", "none"):
        guard = CountingGuard()
        own = guarded(engagement, guard)
        chat, _, _ = held(own, "One.", "Two.", "Three.", seat=seat, limit=3)
        assert guard.seen == [(one.speaker, one.text) for one in chat.lines][: len(guard.seen)]
        assert len(guard.seen) == 6


def test_what_a_person_in_the_supporters_seat_writes_is_guarded(engagement: Engagement) -> None:
    """S1: dangerous words of a supporter never reach the seeker, and are not kept (S23)."""
    own = guarded(engagement, WordGuard())
    chat, desk, _ = held(own, "There is danger.", "I am here.", seat="supporter", limit=2)
    assert desk.replies == ["FIXED HELP TEXT", "I am here."]
    assert "danger" not in str(chat.record())


@pytest.mark.parametrize("seat", ["seeker", "none"])
@pytest.mark.parametrize("guard", [RaisingGuard(), HangingGuard()], ids=["raises", "hangs"])
def test_a_broken_guard_ends_the_talk_in_fixed_text(
    engagement: Engagement, guard: Any, seat: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S2: fixed text and a stop; no word of a responder, though the person goes on typing."""
    monkeypatch.setattr(guarding, "DEADLINE_SECONDS", 0.05)
    monkeypatch.setattr(Oath, "check", lambda self: None)  # it would find the deadline changed
    chat, desk, trace = held(guarded(engagement, guard), "I am sad.", "Go on!", seat=seat)
    assert trace is not None
    assert desk.replies == [FALLBACK]
    assert (trace.ending, trace.fault, parting(trace)) == ("fault", "guard", "")
    assert chat.turns == 1


def test_a_broken_responder_leaves_nobody_without_a_word(engagement: Engagement) -> None:
    """S2: where no reply can be had, fixed text is there to be said."""

    @attrs.frozen
    class Broken:
        async def prepare(self, *facts: Any) -> BrokenVoice:
            return BrokenVoice()

    own = guarded(engagement, *engagement.crew.guards, responder=Broken())
    _, desk, trace = held(own, "I am sad.")
    assert trace is not None
    assert (desk.replies, parting(trace)) == ([], FALLBACK)
    assert parting(None) == ""


@pytest.mark.parametrize("locale", ["GB", "US"])
def test_a_disclosure_gets_the_countrys_text_and_the_talk_goes_on(
    small_run: Path, locale: str
) -> None:
    """S3: byte for byte the guard's own; the next turn is answered; S22: heard of once."""
    heard: list[str] = []

    def watch(hook: str, **facts: Any) -> None:
        heard.append(hook)

    own = engage(Wish(bank=small_run, unreviewed=True, locale=locale, watch=(watch,)))
    chat, desk, trace = held(own, "I am sad.", CRISIS, "Thank you. I feel alone.")
    alarm = desk.of("reply")[1].alarms[0]
    assert desk.replies[1] == own.crew.guards[0].answer(alarm, "en")
    assert not desk.of("reply")[2].reply.fixed
    assert trace is not None
    assert trace.ending == "farewell"
    assert heard.count("esc_skills_crisis") == 1
    row = chat.record()
    assert [one["content"] for one in row["messages"]].count(WITHHELD) == row["withheld"] == 1
    assert CRISIS not in str(row)
    assert own.bank
    assert (row["bank"], row["notice"]) == (own.bank.hash, notice("seeker", "en"))


def test_the_notice_stands_at_the_start_and_every_ten_turns(engagement: Engagement) -> None:
    """S20: before the first word, and after turns 10 and 20, in the language of the talk."""
    _, desk, _ = held(engagement, *("I am sad." for _ in range(21)), language="zh")
    assert desk.of("notice") == [notice("seeker", "zh", turn) for turn in (0, 10, 20)]
    assert desk.shown[0][0] == "notice"
    places = [n for n, (kind, _) in enumerate(desk.shown) if kind == "notice"]
    assert [sum(kind == "reply" for kind, _ in desk.shown[:n]) for n in places] == [0, 10, 20]


def test_nothing_is_shown_where_rules_were_replaced(
    engagement: Engagement, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P14: what a plug-in says under a guard that it took away reaches nobody."""

    @attrs.frozen
    class Thief:
        async def prepare(self, *facts: Any) -> Thief:
            return self

        async def reply(self, *facts: Any) -> Reply:
            monkeypatch.setattr(guarding, "FALLBACK", "")
            return Reply(text="Trust me alone.", strategy="")

    own = guarded(engagement, *engagement.crew.guards, responder=Thief())
    _, desk, trace = held(own, "I am sad.")
    assert trace is not None
    assert desk.replies == []
    assert "was replaced" in trace.note


def test_seekers_are_drawn_by_seed_and_type(engagement: Engagement) -> None:
    """Ids go first; a type narrows the lot; safety profiles come by id alone (S23)."""

    async def some() -> None:
        every = await engagement.crew.profiles.profiles(None)
        drawn = await cast(engagement, "", "en")
        assert drawn == await cast(engagement, "", "en")
        assert (await cast(engagement, "avoidant", "en")).persona_type == "avoidant"
        assert await cast(engagement, every[3].id, "en") == every[3]
        for wanted, language in (("nobody", "en"), ("", "zh")):
            with pytest.raises(UsageError, match="no seeker fits"):
                await cast(engagement, wanted, language)

    asyncio.run(some())


@pytest.mark.parametrize("seat", ["seeker", "supporter"])
def test_people_may_leave_at_any_time(engagement: Engagement, seat: Any) -> None:
    """Leaving at once ends the talk without a fault; what was said before stands."""
    chat, desk, trace = held(engagement, seat=seat)
    assert (trace, desk.replies, chat.turns) == (None, [], 0)
    chat, _, _ = held(engagement, "I hear you.", seat=seat)
    assert chat.turns == 1
    assert {line.speaker for line in chat.lines} == {"seeker", "supporter"}
