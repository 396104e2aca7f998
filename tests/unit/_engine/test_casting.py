"""Several profile sets as one."""

from __future__ import annotations

import asyncio

import attrs
import pytest

from esc_skills._engine.casting import check_apart, joined, vetting
from esc_skills.errors import ConfigError
from esc_skills.model import SeekerProfile
from esc_skills.spec import Context
from esc_skills.testing import context
from esc_skills.testing.samples import profile


@attrs.frozen
class Some:
    name: str
    ids: tuple[str, ...]
    summary: str = "some seekers"
    asks: tuple[str, ...] = ()

    async def profiles(self, ctx: Context) -> tuple[SeekerProfile, ...]:
        return tuple(profile(name) for name in self.ids)


def everyone(*sets: Some) -> list[str]:
    found = asyncio.run(joined(sets).profiles(context()))  # type: ignore[arg-type]
    return [one.id for one in found]


def test_sets_follow_each_other() -> None:
    """Seekers come set by set, and what the sets ask is asked by the whole."""
    sets = (Some("own", ("a", "b"), asks=("x",)), Some("sage", ("c",), asks=("y",)))
    assert everyone(*sets) == ["a", "b", "c"]
    whole = joined(sets)  # type: ignore[arg-type]
    assert (whole.name, whole.asks) == ("own + sage", ("x", "y"))  # type: ignore[attr-defined]


def test_one_set_stays_itself() -> None:
    """Nothing is put around a single set."""
    one = Some("own", ("a",))
    assert joined((one,)) is one  # type: ignore[arg-type]


def test_a_seeker_that_comes_twice_is_refused() -> None:
    """Two seekers of one id could not be told apart in traces."""
    with pytest.raises(ConfigError, match="'sage' brings a seeker 'a'"):
        everyone(Some("own", ("a",)), Some("sage", ("a",)))


@attrs.frozen
class Vetting(Some):
    def safety_profiles(self) -> tuple[SeekerProfile, ...]:
        return (
            profile("s", purpose="verify", safety=True),
            profile("no", purpose="refine", safety=True),
            profile("plain", purpose="verify"),
        )


def test_safety_profiles_come_from_the_sets_that_promise_some() -> None:
    """S8: of verification, and marked; a set without them brings none."""
    one, none = Vetting("own", ("a",)), Some("sage", ("c",))
    assert [item.id for item in vetting(one)] == ["s"]  # type: ignore[arg-type]
    assert [item.id for item in vetting(joined((none, one)))] == ["s"]  # type: ignore[arg-type]
    assert vetting(none) == ()  # type: ignore[arg-type]


def test_nobody_is_met_for_two_purposes() -> None:
    """One seeker under two ids is found by what it is, not by what it is called."""
    one = profile("a", purpose="refine")
    again = attrs.evolve(one, id="b", purpose="report")
    with pytest.raises(ConfigError, match=r"'a' .refine. and 'b' .report. are one and the same"):
        check_apart([one, again])
    other = profile("c", purpose="verify", scene="Another one.")
    check_apart([one, attrs.evolve(again, purpose="refine"), other])
