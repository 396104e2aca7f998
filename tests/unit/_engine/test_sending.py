"""The way to a provider: retries, deadlines, limits, journal, keys."""

from __future__ import annotations

import asyncio
import traceback
from pathlib import Path

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esc_skills._engine.answers import answer
from esc_skills._engine.asking import Model, compose, key_of, split
from esc_skills._engine.budgets import Budget, Caps
from esc_skills._engine.commits import Commits
from esc_skills._engine.limits import Limits
from esc_skills._engine.redaction import Redactor
from esc_skills._engine.sending import Call, Patience, Sender
from esc_skills._store.journal import Journal
from esc_skills.errors import (
    BackendError,
    BudgetExceeded,
    EscSkillsError,
    PluginError,
    ProviderClosedError,
    RunEndedError,
)
from esc_skills.spec import Capabilities, Completion, Prompt, Request

PROMPT = Prompt(system="Be brief.", task="Say hello.")


def trouble(kind: str, after: float | str | None = None, *, again: bool = True) -> BackendError:
    return BackendError(
        f"trouble of kind {kind}", hint="wait", retryable=again, kind=kind, retry_after=after
    )


@attrs.define
class Desk:
    """A provider that does what its list says, then answers; it counts, and keeps the time."""

    acts: list[object] = attrs.field(factory=list)
    base_url: str = ""
    name: str = "desk"
    asked: int = 0
    now: float = 0.0
    slept: list[float] = attrs.field(factory=list)
    capabilities: Capabilities = attrs.field(factory=Capabilities)

    async def complete(self, request: Request) -> Completion:
        self.asked += 1
        act = self.acts.pop(0) if self.acts else "hello"
        await asyncio.sleep(0)
        if isinstance(act, BaseException):
            raise act
        if callable(act):
            await act()
        return act if isinstance(act, Completion) else Completion(text=str(act), tokens_out=3)

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


def sender(desk: Desk, journal: Journal | None = None, **facts: object) -> Sender:
    return Sender(
        limits=Limits(clock=desk.clock, sleep=desk.sleep),
        budget=facts.pop("budget", None) or Budget(),
        commits=Commits(journal) if journal else None,
        clock=desk.clock,
        sleep=desk.sleep,
        wall=lambda: 0.0,
        **facts,
    )


def call(desk: Desk, place: str = "here") -> Call:
    model = Model(backend=desk, name="m-1")
    request = compose(PROMPT, model, str)
    parts = split(request)
    return Call("judge", place, model, request, key_of(parts, model, place), parts)


def send(way: Sender, desk: Desk, place: str = "here"):
    return asyncio.run(way.send(call(desk, place), lambda got: answer(got, str, place)))


@pytest.mark.parametrize("kind", ["rate-limit", "overloaded", "server", "network", "protocol"])
def test_passing_trouble_is_repeated_until_it_has_passed(kind: str) -> None:
    """R19, R22, R24: three failures, then the answer; the waits grow."""
    desk = Desk([trouble(kind)] * 3)
    assert send(sender(desk), desk).value == "hello"
    assert desk.asked == 4
    assert desk.slept == sorted(desk.slept)


def test_the_providers_wait_is_kept() -> None:
    """R14: a Retry-After of five seconds is waited for, and no longer."""
    desk = Desk([trouble("rate-limit", 5)])
    send(sender(desk), desk)
    assert desk.now == 5.0


def test_a_wait_of_an_hour_is_not_sat_out_and_closes_the_provider() -> None:
    """R15: the error stands with the time of day; the next call does not even ask."""
    desk = Desk([trouble("rate-limit", 3600)])
    way = sender(desk)
    for _ in range(2):
        with pytest.raises(BackendError, match=r"until \d\d:\d\d") as caught:
            send(way, desk)
        assert caught.value.exit_code == 3
    assert (desk.asked, desk.now) == (1, 0.0)
    desk.now = 3601.0
    assert send(way, desk).value == "hello"


@pytest.mark.parametrize(
    "after", [-5, float("nan"), float("inf"), 1e300, "Wed, 21 Oct 2026 07:28:00 GMT", "9" * 10_000]
)
def test_a_senseless_wait_is_no_wait(after: float | str) -> None:
    """R16: negative, NaN, a date, a huge figure: as if nothing had been asked."""
    desk = Desk([trouble("rate-limit", after)])
    send(sender(desk), desk)
    assert desk.now < 1.0


@pytest.mark.parametrize("kind", ["quota", "auth", "missing"])
def test_a_closed_door_ends_the_run_and_names_role_and_model(kind: str) -> None:
    """R18, R30, R31: no second request; exit 3 with role and model, and no item is blamed."""
    desk = Desk([trouble(kind, again=False)])
    with pytest.raises(ProviderClosedError, match=r"models\.judge \(m-1\)") as caught:
        send(sender(desk), desk)
    assert (desk.asked, caught.value.exit_code) == (1, 3)
    assert isinstance(caught.value, RunEndedError)


def test_lasting_trouble_of_one_question_stands_at_once() -> None:
    """R29: what a provider refuses about this question is asked once, and ends no other."""
    desk = Desk([trouble("parameter", again=False)])
    with pytest.raises(BackendError, match=r"models\.judge \(m-1\)") as caught:
        send(sender(desk), desk)
    assert (desk.asked, caught.value.kind) == (1, "parameter")


def test_a_provider_that_always_refuses_is_not_stormed() -> None:
    """R17: sixteen workers, every call refused: tries are bounded, the limit falls to one."""
    desk = Desk([trouble("rate-limit")] * 1000)
    way = sender(desk, patience=Patience(tries=3))
    way.limits.most = 16

    async def work() -> list[object]:
        jobs = [
            way.send(call(desk, f"p{number}"), lambda got: answer(got, str, ""))
            for number in range(16)
        ]
        return await asyncio.gather(*jobs, return_exceptions=True)

    assert all(isinstance(found, BackendError) for found in asyncio.run(work()))
    assert desk.asked == 48
    assert way.limits.of("desk", "").limit < 4


@pytest.mark.parametrize("act", ["hang", "drip"])
def test_the_deadline_holds_for_the_whole_call(act: str) -> None:
    """R20, R21: no byte ever, or one now and then: the deadline ends it as ``stalled``."""

    async def drip() -> None:
        for _ in range(10**6):
            await asyncio.sleep(30 if act == "hang" else 0.01)

    desk = Desk([drip] * 9)
    way = sender(desk, patience=Patience(tries=2, each=0.05))
    with pytest.raises(BackendError, match=r"2 tries") as caught:
        send(way, desk)
    assert (caught.value.kind, desk.asked) == ("stalled", 2)


def test_all_tries_share_one_deadline() -> None:
    """R20: repeats and waits together never pass the question's deadline."""
    desk = Desk([trouble("server", 40)] * 99)
    with pytest.raises(BackendError):
        send(sender(desk, patience=Patience(tries=99, deadline=100)), desk)
    assert (desk.asked, desk.now) == (3, 80.0)


def test_an_error_never_shows_a_key() -> None:
    """X01, M9, R30: neither the error, its journal row, nor its traceback holds the key."""
    key = "planted-key-0123456789"
    fault = trouble("auth", again=False)
    fault.message = f"Incorrect key {key}"
    fault.__cause__ = ValueError(key)
    desk = Desk([fault])
    way = sender(desk, redactor=Redactor.of({"DESK_API_KEY": key}))
    with pytest.raises(ProviderClosedError) as caught:
        send(way, desk)
    assert key not in "".join(traceback.format_exception(caught.value))
    assert caught.value.__context__ is None


def test_a_key_in_an_answer_is_taken_out_before_it_is_kept(tmp_path: Path) -> None:
    """X01: a server that echoes the key writes it into no journal."""
    key = "planted-key-0123456789"
    desk = Desk([f"your key is {key}"])
    journal = Journal(tmp_path / "journal.sqlite")
    way = sender(desk, journal, redactor=Redactor.of({"DESK_API_KEY": key}))
    assert send(way, desk).value == "your key is [redacted]"
    journal.close()
    assert key.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_a_refused_reservation_sends_nothing_and_leaves_no_row(tmp_path: Path) -> None:
    """R39: the budget ends before the wire and before the journal."""
    desk, journal = Desk(), Journal(tmp_path / "journal.sqlite")
    way = sender(desk, journal, budget=Budget(caps=Caps(calls=1)))
    send(way, desk)
    with pytest.raises(BudgetExceeded):
        send(way, desk, "there")
    assert (desk.asked, journal.spend()[0].sends) == (1, 1)
    assert way.limits.of("desk", "").flying == 0


def test_unusable_and_failed_answers_are_rows_but_never_answers(tmp_path: Path) -> None:
    """R25, R42: they are counted with their state; nothing of them can be found again."""
    desk = Desk([Completion(text="", tokens_in=4), PluginError("broke", hint="mend")])
    journal = Journal(tmp_path / "journal.sqlite")
    way = sender(desk, journal)
    found = send(way, desk)
    assert found.fault is not None
    assert found.fault.state == "empty"
    with pytest.raises(PluginError):
        send(way, desk)
    states = [(row.state, row.tokens_in, row.unpriced) for row in journal.spend()]
    assert states == [("empty", 4, 1), ("failed", 0, 1)]
    assert journal.count() == 0


ACTS = st.sampled_from(["ok", "empty", "rate-limit", "server", "auth", "plugin", "bug", "cancel"])


@settings(max_examples=40, deadline=None)
@given(acts=st.lists(ACTS, max_size=12), workers=st.integers(1, 5), cap=st.integers(1, 30))
def test_what_was_sent_is_what_stands_in_the_journal(
    acts: list[str], workers: int, cap: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """R01, R39: whatever fails in whatever order, sent requests = journalled intents ≤ the cap,
    every place is given back, and only successes can be found again.
    """
    made = {
        "ok": "hello",
        "empty": Completion(text=""),
        "plugin": PluginError("broke", hint="mend"),
        "bug": RuntimeError("bug"),
        "cancel": asyncio.CancelledError(),
        "auth": trouble("auth", again=False),
    }
    desk = Desk([made.get(act) or trouble(act) for act in acts])
    journal = Journal(tmp_path_factory.mktemp("law") / "journal.sqlite")
    way = sender(desk, journal, budget=Budget(caps=Caps(calls=cap)), patience=Patience(tries=2))

    async def work() -> list[object]:
        jobs = [
            way.send(call(desk, f"p{number}"), lambda got: answer(got, str, ""))
            for number in range(workers)
        ]
        tasks = [asyncio.create_task(job) for job in jobs]
        if "cancel" in acts:
            await asyncio.sleep(0)
            tasks[0].cancel()
        found = await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)
        return found

    found = asyncio.run(work())
    rows = journal.spend()
    assert sum(row.sends for row in rows) == desk.asked == way.budget.calls <= cap
    assert not any(row.state == "sent" for row in rows)
    assert way.limits.of("desk", "").flying == 0
    good = [one for one in found if getattr(one, "value", None) == "hello"]
    assert journal.count() == len(good) == sum(row.sends for row in rows if row.state == "done")
    assert all(
        isinstance(one, (EscSkillsError, RuntimeError, asyncio.CancelledError))
        for one in found
        if isinstance(one, BaseException)
    )
    journal.close()
