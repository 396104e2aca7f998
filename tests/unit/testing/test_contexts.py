"""The context for tests lends what the kernel lends."""

from __future__ import annotations

import asyncio
import socket

import pytest
from pytest_socket import SocketConnectBlockedError

from esc_skills.errors import ConfigError
from esc_skills.model import Match
from esc_skills.spec import Prompt
from esc_skills.testing import context

PROMPT = Prompt(system="Be brief.", task="Which?", id="p1")


def test_equal_seeds_draw_equal_lots() -> None:
    """Seed and place decide, so that a test says what chance it runs under."""
    assert context(1).rng.random() == context(1).rng.random() != context(2).rng.random()
    assert context(place="a").rng.random() != context(place="b").rng.random()


def test_answers_are_given_in_order() -> None:
    """Scripted answers of a role are used up one by one; the questions can be looked at."""
    desk = context(answers={"judge": ["first", Match(skill="x", score=1)], "seeker": ["hello"]})
    assert asyncio.run(desk.ask("judge", PROMPT, into=str)) == "first"
    assert asyncio.run(desk.ask("seeker", PROMPT, into=str)) == "hello"
    assert asyncio.run(desk.ask("judge", PROMPT, into=Match)).skill == "x"
    assert desk.asked == [("judge", PROMPT), ("seeker", PROMPT), ("judge", PROMPT)]


def test_no_answer_left_says_how_to_script_one() -> None:
    """C10: a component that asks more than the test scripted never reaches a real model."""
    desk = context(answers={"judge": ["only"]})
    asyncio.run(desk.ask("judge", PROMPT, into=str))
    with pytest.raises(ConfigError, match="answers="):
        asyncio.run(desk.ask("judge", PROMPT, into=str))


@pytest.mark.filterwarnings("ignore:A test tried to use")
@pytest.mark.parametrize("address", [("192.0.2.1", 443), ("198.51.100.7", 80)], ids=["tls", "web"])
def test_no_test_of_ours_reaches_another_machine(address: tuple[str, int]) -> None:
    """C10: the suite's own settings refuse a connection before it is tried; control: loopback."""
    with socket.socket() as way, pytest.raises(SocketConnectBlockedError):
        way.connect(address)
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as way:
        way.connect(server.getsockname())


def test_script_of_another_type_is_a_mistake_of_the_test() -> None:
    """The answer must be what the component asked for."""
    with pytest.raises(TypeError, match="judge"):
        asyncio.run(context(answers={"judge": ["text"]}).ask("judge", PROMPT, into=Match))


def test_script_of_the_test_stays_as_it_was() -> None:
    """Using up answers never empties the mapping that a test may give again."""
    script = {"judge": ["first"]}
    asyncio.run(context(answers=script).ask("judge", PROMPT, into=str))
    assert script == {"judge": ["first"]}


def test_notes_are_kept() -> None:
    """What a component noted can be asserted on."""
    desk = context()
    desk.note("repair", turn=3)
    assert desk.notes == [("repair", {"turn": 3})]
