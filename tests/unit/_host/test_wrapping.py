from __future__ import annotations

import asyncio
import math
import pickle
from typing import Any, ClassVar

import attrs
import pytest

from esc_skills._host.catalogue import Catalogue, Entry
from esc_skills._host.loading import Host
from esc_skills._host.wrapping import unwrapped, wrap
from esc_skills.errors import BudgetExceeded, PluginContractError, PluginError
from esc_skills.model import Match, Reaction, Reply, SkillsBank
from esc_skills.spec import Guard, Retriever, Seeker
from esc_skills.testing import context, doubles
from esc_skills.testing.conformance.scenes import moment
from esc_skills.testing.samples import bank, profile

ENTRY = Entry(role="retriever", name="trial", module=__name__, distribution="dist", version="1.2")


@attrs.frozen(kw_only=True)
class Trial:
    """Answers a search with whatever the test wants."""

    name: ClassVar[str] = "trial"
    summary: ClassVar[str] = "does as told"
    answer: Any = ()
    k: int = 3

    async def index(self, bank: Any, ctx: Any) -> Any:
        return Shelf(answer=self.answer)


@attrs.frozen(kw_only=True)
class Shelf:
    answer: Any

    async def search(self, moment: Any, ctx: Any) -> Any:
        return self.answer() if callable(self.answer) else self.answer


def search(answer: Any) -> Any:
    """Search through the pane."""

    async def searched() -> Any:
        index = await wrap("retriever", ENTRY, Trial(answer=answer)).index(bank(), context())
        return await index.search(moment("Hi"), context(place="converse/static/p1/0"))

    return asyncio.run(searched())


def test_a_good_answer_passes_unchanged() -> None:
    """The pane changes nothing."""
    found = (Match(skill="a", score=1.0),)
    assert search(found) is found


def _raise(fault: BaseException) -> Any:
    def raising() -> None:
        raise fault

    return raising


@pytest.mark.parametrize("fault", [ZeroDivisionError("no"), SystemExit(0), RecursionError()])
def test_what_it_raises_is_told_with_owner_call_and_place(fault: BaseException) -> None:
    """P04: plug-in, distribution, version, method, item and line are named; exit 5."""
    with pytest.raises(PluginError) as caught:
        search(_raise(fault))
    error = caught.value
    assert (error.plugin, error.distribution, error.version) == ("retriever.trial", "dist", "1.2")
    assert error.hook == "search"
    assert "converse/static/p1/0" in error.message
    assert "test_wrapping.py:" in error.message
    assert type(fault).__name__ in error.message
    assert error.exit_code == 5
    assert error.__cause__ is fault


def test_own_errors_and_interrupts_pass() -> None:
    """A budget that ends, or Ctrl-C, is no fault of the plug-in that was running."""
    with pytest.raises(BudgetExceeded):
        search(_raise(BudgetExceeded("spent", hint="raise it")))
    with pytest.raises(KeyboardInterrupt):
        search(_raise(KeyboardInterrupt()))


async def _late() -> tuple[Match, ...]:
    return ()


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (None, "is None, must be tuple[Match, ...]"),
        ([Match(skill="a", score=1.0)], "is list"),
        ((Reply(text="", strategy=""),), "[0]: is Reply, must be Match"),
        ((Match(skill="a", score=math.nan),), "[0].score: nan"),
        ((Match(skill="a", score=1.0, why="x" * 2_000_000),), "[0].why: 2000000 characters"),
        (_late, "is coroutine"),
    ],
)
def test_what_it_answers_wrongly_is_told_with_its_field(answer: Any, told: str) -> None:
    """P06: None, wrong type, wrong noun, NaN, giant text, a coroutine instead of a value."""
    with pytest.raises(PluginContractError) as caught:
        search(answer)
    assert told in caught.value.message
    assert caught.value.plugin == "retriever.trial"


@pytest.mark.parametrize(("role", "method"), [("retriever", "index"), ("responder", "prepare")])
def test_a_session_that_is_none_is_refused_where_it_is_made(role: str, method: str) -> None:
    """P06: a component that hands out nothing is told at once, not at the first search."""

    async def nothing(self: Any, *facts: Any) -> None: ...

    cls = attrs.frozen(type("Empty", (), {"name": "e", "summary": "s", method: nothing}))
    with pytest.raises(PluginContractError, match="None is no"):
        asyncio.run(getattr(wrap(role, ENTRY, cls()), method)(1, 2))


def test_settings_name_and_plain_methods_can_be_reached() -> None:
    """Everything of a component is at hand through the pane."""
    pane = wrap("retriever", ENTRY, Trial(k=7))
    assert (pane.name, pane.summary, pane.k) == ("trial", "does as told", 7)
    guard = wrap("guard", ENTRY, doubles.WordGuard())
    assert guard.protected() == doubles.WordGuard().protected()
    with pytest.raises(AttributeError):
        _ = pane.nothing_of_that_name


def test_a_pane_passes_for_its_role() -> None:
    """``isinstance`` with a role holds, as for the component itself."""
    assert isinstance(wrap("retriever", ENTRY, Trial()), Retriever)
    assert isinstance(wrap("guard", ENTRY, doubles.WordGuard()), Guard)
    assert isinstance(wrap("seeker", ENTRY, doubles.StepSeeker()), Seeker)


def test_equal_components_behind_panes_are_equal() -> None:
    """A pane compares, hashes and shows itself as the component."""
    one, two = wrap("retriever", ENTRY, Trial()), wrap("retriever", ENTRY, Trial())
    assert one == two == Trial()
    assert len({one, two}) == 1
    assert repr(one) == repr(Trial())
    assert unwrapped(one) == Trial()
    assert unwrapped(7) == 7


def test_properties_are_looked_at_too() -> None:
    """P06: wrong data is told when it is read, a raising property by its owner."""

    @attrs.frozen(kw_only=True)
    class Odd(Trial):
        async def score(self, evidence: Any, ctx: Any) -> Any:
            return ()

        @property
        def reads(self) -> Any:
            return self.answer() if callable(self.answer) else self.answer

    with pytest.raises(PluginContractError, match="reads"):
        _ = wrap("evaluator", ENTRY, Odd(answer=["traces"])).reads
    with pytest.raises(PluginError, match="ValueError"):
        _ = wrap("evaluator", ENTRY, Odd(answer=_raise(ValueError()))).reads


def test_a_sitting_is_behind_a_pane_of_its_own() -> None:
    """P04: what a session raises later is told with the component's name."""

    class Sitting:
        opening = None

        async def react(self, reply: Any, history: Any, ctx: Any) -> Any:
            return Reaction(delta=1.5, emotion=40)

    class Play:
        name, summary, signature = "play", "s", "play"

        async def meet(self, profile: Any, ctx: Any) -> Any:
            return Sitting()

    sitting = asyncio.run(wrap("seeker", ENTRY, Play()).meet(profile(), context()))
    with pytest.raises(PluginContractError, match="opening"):
        _ = sitting.opening
    with pytest.raises(PluginContractError, match=r"\.delta: is float, must be int"):
        asyncio.run(sitting.react(Reply(text="", strategy=""), (), context()))


def test_pickle_sends_name_and_settings_and_loads_through_the_host() -> None:
    """A component reaches another process by name and settings, behind a pane again."""
    pane = Host(Catalogue.read()).component("gate", "paired", {"alpha": 0.01})
    copy = pickle.loads(pickle.dumps(pane))
    assert copy == pane
    assert copy.alpha == 0.01
    assert type(copy).__name__ == "GatePane"


@attrs.frozen
class Pool:
    """An executor that does as told."""

    name: ClassVar[str] = "pool"
    summary: ClassVar[str] = "does as told"
    drop: bool = False
    fail: bool = False

    async def map(self, work: Any, items: Any, limit: int) -> Any:
        if self.fail:
            raise OSError("no more threads")
        async with asyncio.TaskGroup() as group:
            jobs = [group.create_task(work(item)) for item in items]
        return tuple(job.result() for job in jobs)[int(self.drop) :]


def test_an_executor_is_not_blamed_for_a_job() -> None:
    """P04: the job's own exception comes out, also out of a group; the executor's own is told."""

    async def job(item: int) -> int:
        return 1 // item

    pool = wrap("executor", ENTRY, Pool())
    with pytest.raises(ZeroDivisionError):
        asyncio.run(pool.map(job, (1, 0), 2))
    with pytest.raises(PluginError, match="no more threads"):
        asyncio.run(wrap("executor", ENTRY, Pool(fail=True)).map(job, (1,), 1))


def test_an_executor_that_loses_an_item_is_told() -> None:
    """P06: as many answers as items, or it is an error."""

    async def job(item: int) -> int:
        return item

    with pytest.raises(PluginContractError, match="1 answers to 2 items"):
        asyncio.run(wrap("executor", ENTRY, Pool(drop=True)).map(job, (1, 2), 2))


def test_fixture_that_raises_names_the_item(install) -> None:
    """P04: an installed plug-in that raises while it searches."""
    found = install("raises-in-call").component("retriever", "raises")
    index = asyncio.run(found.index(SkillsBank(), context()))
    with pytest.raises(PluginError, match=r"esc-skills-raises 0\.8.*at converse/x.*ZeroDivision"):
        asyncio.run(index.search(moment("Hi"), context(place="converse/x")))


def test_fixture_that_returns_none_is_told(install) -> None:
    """P06: an installed plug-in that forgets to return."""
    found = install("returns-none").component("retriever", "nothing")
    index = asyncio.run(found.index(SkillsBank(), context()))
    with pytest.raises(PluginContractError, match=r"esc-skills-nothing 0\.9.*search.*is None"):
        asyncio.run(index.search(moment("Hi"), context()))
