"""Conversations in other processes bring home what they would have left here."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs
import pytest

from esc_skills._engine import touring
from esc_skills._engine.asking import Model
from esc_skills._engine.budgets import Budget, Caps
from esc_skills._engine.contexts import Lender
from esc_skills._engine.crew import Crew
from esc_skills._engine.gateway import Gateway
from esc_skills._engine.limits import Limits
from esc_skills._engine.shelf import Shelf
from esc_skills._engine.signals import Signals
from esc_skills._engine.theatre import Theatre
from esc_skills._stages.cast import Rules
from esc_skills._store.folder import RunFolder
from esc_skills._store.journal import Intent, Journal
from esc_skills.errors import BudgetExceeded
from esc_skills.model import Match, Moment, Reply
from esc_skills.spec import Context, Prompt
from esc_skills.testing.doubles import (
    EchoResponder,
    EchoVoice,
    FirstRetriever,
    OneByOne,
    PlainReader,
    StepSeeker,
)
from esc_skills.testing.samples import bank, profile
from esc_skills_plugins.backends.scripted import ScriptedBackend

SEATS = [(profile("p1"), 0), (profile("p2"), 0), (profile("p1"), 1)]


@attrs.frozen(kw_only=True)
class AskingVoice(EchoVoice):
    """A voice that asks a model, notes it, and draws a lot."""

    async def reply(self, moment: Moment, matches: tuple[Match, ...], ctx: Context) -> Reply:
        text = f"turn {moment.index}, lot {ctx.rng.randrange(99)}"
        ctx.note("spoke", turn=moment.index)
        said = await ctx.ask("responder", Prompt(system="Be kind.", task=text), into=str)
        return Reply(text=said, strategy="Others")


@attrs.frozen(kw_only=True)
class AskingResponder(EchoResponder):
    """Prepares one that asks, and notes that, too."""

    async def prepare(self, bank: Any, units: Any, ctx: Context) -> AskingVoice:
        ctx.note("prepared")
        return AskingVoice()


class Elsewhere(OneByOne):
    """Does what another process would do, with a copy of the work."""

    width = 2

    async def map(self, work: Any, items: Sequence[Any], limit: int) -> Any:
        copy = pickle.loads(pickle.dumps(work))
        assert isinstance(copy, touring.Troupe)
        return await super().map(copy, pickle.loads(pickle.dumps(items)), limit)


@attrs.define
class House:
    """A theatre, and all that is told in it."""

    theatre: Theatre
    heard: list[tuple[str, dict[str, Any]]]
    notes: list[tuple[Any, ...]]

    @property
    def news(self) -> list[str]:
        return sorted(f"{hook} {sorted(facts)}" for hook, facts in self.heard)


def house(folder: Path, executor: Any, **facts: Any) -> House:
    nobody: Any = None
    model = Model(backend=ScriptedBackend(script=str(folder.parent / "script.jsonl")), name="m")
    (folder.parent / "script.jsonl").write_text('{"match": "turn", "text": "I see."}\n', "utf-8")
    heard: list[tuple[str, dict[str, Any]]] = []
    notes: list[tuple[Any, ...]] = []
    signals = Signals(calls=[lambda hook, **told: heard.append((hook, told))])
    gateway = Gateway(
        models={"default": model},
        journal=Journal(folder / "journal.sqlite"),
        told=signals.call_done,
        nonce="n",
        **facts,
    )
    crew = Crew(
        corpora=(),
        extractor=PlainReader(),
        distiller=nobody,
        retriever=FirstRetriever(),
        responder=AskingResponder(),
        seeker=StepSeeker(),
        profiles=nobody,
        evaluators=(),
        refiner=nobody,
        gate=nobody,
        guards=(),
        executor=executor,
        reports=(),
        models=gateway.models,
        watchers=nobody,
        table=(),
    )
    theatre = Theatre(
        crew=crew,
        units=(),
        rules=Rules(limit=3, score_last=True),
        concurrency=2,
        lender=Lender(seed=13, gateway=gateway, note=lambda *note: notes.append(note)),
        shelf=Shelf(folder=RunFolder.create(folder)),
        signals=signals,
    )
    return House(theatre=theatre, heard=heard, notes=notes)


def test_what_comes_home_is_what_was_played_here(tmp_path: Path) -> None:
    """Traces, news, notes, questions and journal are the same, wherever it was played."""
    here, away = house(tmp_path / "a", OneByOne()), house(tmp_path / "b", Elsewhere())
    one = asyncio.run(here.theatre.play(bank(), SEATS))
    two = asyncio.run(away.theatre.play(bank(), SEATS))
    assert one == two
    assert here.news == away.news
    assert sorted(map(str, here.notes)) == sorted(map(str, away.notes))
    assert [kind for _, kind, _ in away.notes].count("prepared") == 1
    near, far = here.theatre.lender.gateway, away.theatre.lender.gateway
    assert near.asked == far.asked
    assert near.journal is not None
    assert far.journal is not None
    assert near.journal.count() == far.journal.count() == len(near.asked)


def test_nothing_travels_where_nobody_sends_it(tmp_path: Path) -> None:
    """An executor of this process plays in the open theatre; luggage is not even packed."""
    near = house(tmp_path / "a", OneByOne()).theatre
    asyncio.run(near.play(None, SEATS))
    assert near._luggage is None


def test_answers_of_a_dead_process_are_found(tmp_path: Path) -> None:
    """What another process journalled after this one had opened the file is not asked again."""
    first, second = house(tmp_path / "a", Elsewhere()), house(tmp_path / "a", Elsewhere())
    opened = second.theatre.lender.gateway.journal
    assert opened is not None
    opened.get("open it")
    asyncio.run(first.theatre.play(bank(), SEATS[:2]))
    before = opened.count()
    second.theatre.shelf = Shelf(folder=RunFolder.create(tmp_path / "c"))
    asyncio.run(second.theatre.play(bank(), SEATS[:2]))
    assert opened.count() == before
    told = [facts["outcome"] for hook, facts in second.heard if hook.endswith("call_done")]
    assert set(told) == {"replayed"}


def test_a_theatre_is_opened_once_a_run_and_loop(tmp_path: Path) -> None:
    """Conversations of one run share it; another run's or another loop's is opened anew."""
    away = house(tmp_path / "a", Elsewhere()).theatre

    async def both() -> list[touring.Stand]:
        await away.play(None, SEATS[:1])
        one = touring._STANDS[0]
        await away.play(bank(), SEATS)
        return [one, *touring._STANDS]

    first, second = asyncio.run(both())
    assert first is second
    asyncio.run(away.play(None, SEATS))
    assert touring._STANDS[0] is not first


def test_the_end_of_a_budget_comes_home(tmp_path: Path) -> None:
    """A cap that another process meets ends the run here; what was finished is on the shelf."""
    away = house(tmp_path / "a", Elsewhere(), budget=Budget(caps=Caps(calls=4))).theatre
    with pytest.raises(BudgetExceeded):
        asyncio.run(away.play(None, SEATS))
    assert len(away.shelf.traces("")) == 1


def test_calls_of_others_count_against_a_cap(tmp_path: Path) -> None:
    """Each process looks at the journal they share before a conversation and after an exchange."""
    away = house(tmp_path / "a", Elsewhere(), budget=Budget(caps=Caps(calls=4))).theatre
    rival = Journal(tmp_path / "a" / "journal.sqlite")
    rival.write([Intent(key=str(n), role="r", place="p", model="m") for n in range(4)])
    with pytest.raises(BudgetExceeded):
        asyncio.run(away.play(None, SEATS))
    assert away.shelf.traces("") == {}
    assert away.lender.gateway.budget.calls == 4


def test_limits_are_shared_out(tmp_path: Path) -> None:
    """Two processes each keep to half of what a provider allows."""
    limits = Limits(most=9, calls_per_minute=60.0)
    away = house(tmp_path / "a", Elsewhere(), limits=limits).theatre
    luggage = pickle.loads(away._pack()[1])
    assert luggage.limits == (4, 30.0, None)
    there = luggage.gateway(lambda *told: None, lambda key: None)
    assert (there.limits.most, there.limits.calls_per_minute) == (4, 30.0)
    assert (there.nonce, there.budget.started) == ("n", away.lender.gateway.budget.started)
