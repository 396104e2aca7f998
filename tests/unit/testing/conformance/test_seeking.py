"""Negative controls: a component with one fault is caught by the law that forbids it."""

from __future__ import annotations

from typing import Any, ClassVar

import attrs
import pytest

from esc_skills.errors import ConfigError
from esc_skills.model import Reaction
from esc_skills.testing import conformance
from esc_skills.testing.samples import profile

COUNTER: list[int] = []
"""State that a component must not keep."""


@attrs.frozen(kw_only=True)
class Crowd:
    """A profile set with a switch for every fault."""

    name: ClassVar[str] = "crowd"
    summary: ClassVar[str] = "two people"
    fault: str = ""

    async def profiles(self, ctx: Any) -> Any:
        if self.fault == "fileless":
            raise ConfigError("no path", hint="set path")
        COUNTER.append(1)
        second = "p1" if self.fault == "doubled" else "p2"
        scene = "Her ward is closing." if self.fault == "mixing" else "Another scene."
        found = (profile("p1"), profile(second, scene=scene, purpose="verify"))
        moody = self.fault == "moody" and len(COUNTER) % 2
        return found[::-1] if moody else () if self.fault == "empty" else found


@attrs.define(kw_only=True)
class Chair:
    who: Any
    fault: str
    emotion: int

    @property
    def opening(self) -> str:
        return "Hello!" if self.fault == "own-words" else self.who.opening

    async def react(self, reply: Any, history: Any, ctx: Any) -> Any:
        COUNTER.append(1)
        delta = ctx.rng.randrange(-3, 6)
        if self.fault == "shared":
            delta = len(COUNTER) % 5
        self.emotion = max(0, min(100, self.emotion + delta))
        told = self.emotion // 2 if self.fault == "miscounts" else self.emotion
        return Reaction(delta=delta, emotion=told, text="" if self.fault == "mute" else "Hm.")


@attrs.frozen(kw_only=True)
class Player:
    """A seeker with a switch for every fault."""

    name: ClassVar[str] = "player"
    summary: ClassVar[str] = "rolls dice"
    fault: str = ""
    signature: str = "player:v1"

    async def meet(self, profile: Any, ctx: Any) -> Any:
        return Chair(who=profile, fault=self.fault, emotion=profile.start_emotion)


def broken(role: str, component: Any) -> set[str]:
    COUNTER.clear()
    return {item.split(":")[0] for item in conformance.faults(role, component)}


@pytest.mark.parametrize(("role", "cls"), [("profiles", Crowd), ("seeker", Player)])
def test_without_a_fault_nothing_is_broken(role: str, cls: Any) -> None:
    """The control of the controls."""
    assert broken(role, cls()) == set()


def test_a_set_that_needs_a_file_may_say_so() -> None:
    """A set that is read from a file has none before it is named."""
    assert broken("profiles", Crowd(fault="fileless")) == set()


@pytest.mark.parametrize(
    ("role", "cls", "fault", "law"),
    [
        ("profiles", Crowd, "doubled", "profiles_have_ids_of_their_own"),
        ("profiles", Crowd, "empty", "profiles_have_ids_of_their_own"),
        ("profiles", Crowd, "mixing", "purposes_never_mix"),
        ("profiles", Crowd, "moody", "profiles_are_the_same_again"),
        ("seeker", Player, "own-words", "opens_with_the_profiles_line"),
        ("seeker", Player, "miscounts", "emotion_adds_up"),
        ("seeker", Player, "mute", "speaks_until_it_leaves"),
        ("seeker", Player, "shared", "reacts_the_same_again"),
        ("seeker", Player, "shared", "two_sittings_do_not_touch"),
    ],
)
def test_each_fault_is_caught(role: str, cls: Any, fault: str, law: str) -> None:
    """The law that forbids it says so."""
    assert law in broken(role, cls(fault=fault))


@pytest.mark.parametrize("sign", ["", "two\nlines"])
def test_a_seeker_signs_with_one_line(sign: str) -> None:
    """A signature that cannot stand in a score is caught."""
    assert "seeker_signs" in broken("seeker", Player(signature=sign))
