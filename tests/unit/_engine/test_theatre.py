"""Where banks meet seekers: played once, and paired."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import attrs
import pytest

from esc_skills._engine.asking import Model
from esc_skills._engine.contexts import Lender
from esc_skills._engine.crew import Crew
from esc_skills._engine.gateway import Gateway
from esc_skills._engine.shelf import Shelf
from esc_skills._engine.signals import Signals
from esc_skills._engine.theatre import Theatre
from esc_skills._stages.cast import Rules
from esc_skills._stages.trying import Trials
from esc_skills._store.folder import RunFolder
from esc_skills.model import Dialogue, Reaction, Reply, SeekerProfile, Turn
from esc_skills.spec import Ask, Context, Prompt
from esc_skills.testing.doubles import (
    EchoResponder,
    FirstRetriever,
    OneByOne,
    PlainReader,
    StepSeeker,
    StepSitting,
)
from esc_skills.testing.samples import bank, profile, skill
from esc_skills_plugins.backends.scripted import ScriptedBackend

SEATS = [(profile("p1"), 0), (profile("p2"), 0), (profile("p1"), 1)]


class DicingSitting(StepSitting):
    """A seeker whose feelings are drawn by lot."""

    async def react(self, reply: Reply, history: tuple[Turn, ...], ctx: Context) -> Reaction:
        self.steps = (ctx.rng.randrange(-3, 4),)
        return await super().react(reply, history, ctx)


@attrs.frozen(kw_only=True)
class DicingSeeker(StepSeeker):
    """Sits down a seeker that dices."""

    async def meet(self, profile: SeekerProfile, ctx: Context) -> DicingSitting:
        return DicingSitting(profile=profile, steps=(0,), emotion=profile.start_emotion)


@attrs.frozen(kw_only=True)
class Restless(EchoResponder):
    """A responder that uses up chance of its own, more of it with a bank."""

    async def prepare(self, bank: Any, units: Any, ctx: Context) -> Any:
        for _ in range(7 if bank else 1):
            ctx.rng.random()
        return await super().prepare(bank, units, ctx)


def theatre(folder: Path, heard: list[str] | None = None, **facts: Any) -> Theatre:
    nobody: Any = None
    crew = Crew(
        corpora=(),
        extractor=PlainReader(),
        distiller=nobody,
        retriever=FirstRetriever(),
        responder=facts.pop("responder", EchoResponder()),
        seeker=facts.pop("seeker", StepSeeker()),
        profiles=nobody,
        evaluators=(),
        refiner=nobody,
        gate=nobody,
        guards=(),
        executor=OneByOne(),
        reports=(),
        models={},
        watchers=nobody,
        table=(),
    )
    told = [] if heard is None else heard
    lender = Lender(seed=facts.pop("seed", 13), gateway=Gateway(models={}), note=lambda *some: None)
    return Theatre(
        crew=crew,
        units=(),
        rules=Rules(limit=4, score_last=True),
        concurrency=2,
        lender=lender,
        shelf=Shelf(folder=RunFolder.create(folder)),
        signals=Signals(calls=[lambda hook, **_: told.append(hook)]),
    )


def test_traces_come_in_seat_order(tmp_path: Path) -> None:
    """One trace a seat, in order, under the arm of the bank."""
    made = asyncio.run(theatre(tmp_path).play(bank(), SEATS))
    assert [(item.profile.id, item.repeat) for item in made] == [("p1", 0), ("p2", 0), ("p1", 1)]
    assert {item.arm for item in made} == {f"bank-{bank().behaviour[:12]}"}
    assert {item.bank for item in made} == {bank().behaviour}


def test_same_seats_are_played_once(tmp_path: Path) -> None:
    """A seat that is asked for again, here or by the next run, is taken from the shelf."""
    heard: list[str] = []
    house = theatre(tmp_path, heard)
    first = asyncio.run(house.play(bank(), SEATS[:2]))
    more = asyncio.run(house.play(bank(), SEATS, "score/static"))
    assert more[:2] == first
    assert heard.count("esc_skills_trace_done") == 3
    again = asyncio.run(theatre(tmp_path, heard).play(bank(), SEATS))
    assert again == more
    assert heard.count("esc_skills_trace_done") == 3


def test_model_behind_the_seeker_stands_in_every_trace(tmp_path: Path) -> None:
    """What answers for a seeker is part of the measure; without a model nothing is added."""

    @attrs.frozen(kw_only=True)
    class Played(StepSeeker):
        asks: tuple[Ask, ...] = (
            Ask(role="seeker", per="reaction", prompt=Prompt(system="", task="?")),
        )

    house = theatre(tmp_path / "model", seeker=Played())
    backend = ScriptedBackend()
    models = {"default": Model(backend=backend, name="m-1", settings=(("temperature", 0.7),))}
    house.crew = attrs.evolve(house.crew, models=models)
    plain = asyncio.run(theatre(tmp_path / "plain").play(None, SEATS))[0].signature
    made = asyncio.run(house.play(None, SEATS))[0].signature
    assert made == f"{plain}|seeker=scripted:m-1[temperature=0.7]|language=en"
    house = theatre(tmp_path / "models", seeker=StepSeeker())
    house.crew = attrs.evolve(house.crew, models=models)
    assert asyncio.run(house.play(None, SEATS))[0].signature == plain


def test_banks_of_equal_behaviour_share_their_talks(tmp_path: Path) -> None:
    """Lineage changes nothing that a supporter can see, so nobody talks twice for it."""
    heard: list[str] = []
    house = theatre(tmp_path, heard)
    promoted = attrs.evolve(bank(), parent="ab" * 32)
    assert asyncio.run(house.play(bank(), SEATS)) == asyncio.run(house.play(promoted, SEATS))
    assert heard.count("esc_skills_trace_done") == 3


def curves(folder: Path, *, with_bank: bool, seed: int = 13) -> list[tuple[int, ...]]:
    house = theatre(folder, responder=Restless(), seeker=DicingSeeker(), seed=seed)
    return [item.curve for item in asyncio.run(house.play(bank() if with_bank else None, SEATS))]


def test_chance_of_a_seeker_does_not_depend_on_the_arm(tmp_path: Path) -> None:
    """Arms are paired: whatever bank and responder do, the same seeker draws the same lots."""
    arms = [curves(tmp_path / str(arm), with_bank=arm) for arm in (False, True)]
    assert arms[0] == arms[1]


def test_chance_differs_by_seeker_repeat_and_seed(tmp_path: Path) -> None:
    """Each seat draws lots of its own, and another run seed draws all of them anew."""
    one = curves(tmp_path / "one", with_bank=True)
    assert len(set(one)) == 3
    assert curves(tmp_path / "two", with_bank=True, seed=14) != one


def test_order_of_seats_changes_no_conversation(tmp_path: Path) -> None:
    """Who talks first matters to nobody: chance hangs on the seat, not on the order."""
    forth = theatre(tmp_path / "one", seeker=DicingSeeker())
    back = theatre(tmp_path / "two", seeker=DicingSeeker())
    made = asyncio.run(forth.play(None, SEATS))
    assert asyncio.run(back.play(None, SEATS[::-1])) == made[::-1]


def test_no_bank_means_no_index(tmp_path: Path) -> None:
    """The no-skills arm is offered nothing; the others are offered what the retriever finds."""
    house = theatre(tmp_path)
    assert asyncio.run(house.supporter(None)).index is None
    with_bank = asyncio.run(house.play(bank(skill("only")), SEATS[:1]))[0]
    assert with_bank.exchanges[0].matches[0].skill == "only"
    without = asyncio.run(house.play(None, SEATS[:1]))[0]
    assert (without.arm, without.exchanges[0].matches) == ("none", ())


def test_supporter_is_made_ready_once_a_bank(tmp_path: Path) -> None:
    """Indexing and preparing happen once for all conversations with a bank."""
    house = theatre(tmp_path)
    assert asyncio.run(house.supporter(bank())) is asyncio.run(house.supporter(bank()))
    assert asyncio.run(house.supporter(bank())) is not asyncio.run(house.supporter(None))


@pytest.mark.parametrize("count", [0, 2])
def test_stage_is_announced_only_when_someone_talks(tmp_path: Path, count: int) -> None:
    """Nothing to play, nothing to announce; else one stage and an item a conversation."""
    heard: list[str] = []
    asyncio.run(theatre(tmp_path, heard).play(None, SEATS[:count]))
    assert heard.count("esc_skills_stage_started") == (1 if count else 0)
    assert heard.count("esc_skills_item_done") == count


def test_held_out_dialogues_are_answered_in_order(tmp_path: Path) -> None:
    """One response a gold supporter turn, dialogue by dialogue; nothing is put on the shelf."""
    dialogues = [
        Dialogue(
            id=name,
            corpus="test",
            licence="Apache-2.0",
            turns=(
                Turn(speaker="seeker", text="I lost my job."),
                Turn(speaker="supporter", text="Oh.", strategies=("Others",)),
            ),
        )
        for name in ("d1", "d2")
    ]
    house = theatre(tmp_path)
    made = asyncio.run(house.answer(bank(), dialogues, see_situation=False))
    assert [(item.dialogue, item.turn) for item in made] == [("d1", 1), ("d2", 1)]
    assert [item.reply.used for item in made if item.reply] == [("listen-first",)] * 2
    assert house.shelf.folder.trace_files() == ()


TRIALS = Trials(skills=(skill("trial-a", life="candidate", actions=("validate",)),), chance=0.6)


def test_trials_shift_no_chance_of_the_seeker(tmp_path: Path) -> None:
    """Lots have chance of their own: the same seeker feels the same with trials and without."""
    plain = theatre(tmp_path / "a", seeker=DicingSeeker(), responder=Restless())
    tried = theatre(tmp_path / "b", seeker=DicingSeeker(), responder=Restless())
    one = asyncio.run(plain.play(bank(), SEATS))
    two = asyncio.run(tried.rehearse(bank(), SEATS, TRIALS))
    assert [item.curve for item in one] == [item.curve for item in two]
    assert any(talk.trial for item in two for talk in item.exchanges)


def test_talks_with_trials_lie_apart(tmp_path: Path) -> None:
    """Neither kind is ever taken for the other; other trials are other talks."""
    house = theatre(tmp_path)
    tried = asyncio.run(house.rehearse(bank(), SEATS, TRIALS))
    plain = asyncio.run(house.play(bank(), SEATS))
    rarer = asyncio.run(house.rehearse(bank(), SEATS, attrs.evolve(TRIALS, chance=0.1)))
    arms = [{item.arm for item in some} for some in (tried, plain, rarer)]
    assert len(set.union(*arms)) == 3
    assert {item.bank for item in (*tried, *plain)} == {bank().behaviour}
    assert not any(talk.trial for item in plain for talk in item.exchanges)
    again = asyncio.run(theatre(tmp_path).rehearse(bank(), SEATS, TRIALS))
    assert again == tried
    files = sorted(path.name for path in (tmp_path / "traces").glob("*.jsonl"))
    assert [name.split("-")[0] for name in files] == ["bank", "trial", "trial"]
