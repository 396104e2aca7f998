"""The journal alone: failures come back as they were, a miss says what differs."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import ClassVar

import attrs
import pytest

from esc_skills._engine.gateway import Gateway, Model
from esc_skills._engine.offline import again, facts
from esc_skills._engine.sending import Patience
from esc_skills._store.journal import Journal
from esc_skills.errors import (
    BackendError,
    EscSkillsError,
    PluginContractError,
    ReplyError,
    RunEndedError,
)
from esc_skills.spec import Capabilities, Completion, Prompt, Request


class Mixed:
    """Answers by what is asked; a question of ``!`` fails."""

    name: ClassVar[str] = "mixed"
    summary: ClassVar[str] = "says what it is told"
    capabilities: ClassVar[Capabilities] = Capabilities(sampling=True, remote=True)

    def __init__(self) -> None:
        """Nothing was asked."""
        self.asked = 0

    async def complete(self, request: Request) -> Completion:
        """Echo, refuse or fail."""
        self.asked += 1
        text = request.messages[0][1]
        if text == "!":
            raise BackendError("it is down", hint="wait", kind="overloaded", retryable=False)
        stop = "refusal" if text == "?" else "end"
        return Completion(text=text, stop=stop, tokens_in=1, tokens_out=1)


def gateway(path: Path, backend: Mixed, *, offline: bool) -> Gateway:
    """A gateway with one model."""
    model = Model(backend=backend, name="tiny", settings=(("temperature", 0.5),))
    quick = Patience(tries=1, first=0.0)
    return Gateway(
        models={"default": model}, journal=Journal(path), patience=quick, offline=offline
    )


def ask(way: Gateway, task: str, place: str = "here") -> str:
    """Ask one question."""
    prompt = Prompt(system="Say it again.", task=task)
    return asyncio.run(way.ask("judge", prompt, into=str, place=place))


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A journal with one answer and two failures."""
    way = gateway(tmp_path / "journal.sqlite", Mixed(), offline=False)
    assert ask(way, "hello") == "hello"
    for task in ("?", "!"):
        with pytest.raises(EscSkillsError):
            ask(way, task)
    way.close()
    return tmp_path / "journal.sqlite"


def test_an_answer_comes_from_the_journal(kept: Path) -> None:
    """Nobody is asked, neither for an answer nor for a probe, and nothing is written."""
    backend = Mixed()
    way = gateway(kept, backend, offline=True)
    assert asyncio.run(way.probe()) == ()
    assert ask(way, "hello") == "hello"
    assert way.outcomes == {"replayed": 1}
    assert backend.asked == 0


@pytest.mark.parametrize(
    ("task", "kind", "state"),
    [("?", ReplyError, "refused"), ("!", BackendError, "failed")],
    ids=["refused", "down"],
)
def test_what_failed_for_good_fails_the_same_way(
    task: str, kind: type[EscSkillsError], state: str, kept: Path, tmp_path: Path
) -> None:
    """Class, state and every word, so that notes and counts of lost talks agree."""
    with pytest.raises(kind) as then:
        ask(gateway(tmp_path / "other.sqlite", Mixed(), offline=False), task)
    backend = Mixed()
    way = gateway(kept, backend, offline=True)
    with pytest.raises(kind) as now:
        ask(way, task)
    assert now.value.line == then.value.line
    assert now.value.state == then.value.state == state
    assert way.outcomes == {state: 1}
    assert backend.asked == 0


def test_a_miss_names_the_nearest_request(kept: Path) -> None:
    """It ends the run, with the part that differs and where."""
    with pytest.raises(RunEndedError, match=r"character 3: now 'help', stored 'hello'"):
        ask(gateway(kept, Mixed(), offline=True), "help")


def test_the_same_words_elsewhere_are_told(kept: Path) -> None:
    """Equal requests at other places are other questions."""
    with pytest.raises(RunEndedError, match="the same words were asked at another place"):
        ask(gateway(kept, Mixed(), offline=True), "hello", place="there")


def test_an_empty_journal_is_told(tmp_path: Path) -> None:
    """There is nothing near."""
    with pytest.raises(RunEndedError, match="holds no call at all"):
        ask(gateway(tmp_path / "none.sqlite", Mixed(), offline=True), "hello")


def test_an_answer_that_is_of_no_use_now_is_not_forgotten(kept: Path) -> None:
    """A replay never changes its journal."""

    @attrs.frozen
    class Shape:
        word: str

    way = gateway(kept, Mixed(), offline=True)
    prompt = Prompt(system="Say it again.", task="hello")
    with pytest.raises(RunEndedError):
        asyncio.run(way.ask("judge", prompt, into=Shape, place="here"))
    assert ask(way, "hello") == "hello"


class OwnError(ReplyError):
    """A plug-in's own kind of error."""


ERRORS: dict[str, EscSkillsError] = {
    "reply": ReplyError("no", hint="h", where="w", state="truncated"),
    "backend": BackendError("no", hint="h", kind="stalled", retryable=True, retry_after=2.5),
    "contract": PluginContractError("no", hint="h", plugin="p", distribution="d", version="1"),
}


@pytest.mark.parametrize("fault", ERRORS.values(), ids=ERRORS)
def test_an_error_is_made_again_from_its_facts(fault: EscSkillsError) -> None:
    """Every attribute comes back."""
    made = again(facts(fault))
    assert type(made) is type(fault)
    assert vars(made) == vars(fault)
    assert made.args == fault.args


def test_a_stranger_s_error_comes_back_as_its_kind() -> None:
    """The class may not be there when the pack is replayed."""
    made = again(facts(OwnError("no", hint="h", state="empty")))
    assert type(made) is ReplyError
    assert made.state == "empty"
