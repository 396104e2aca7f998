"""Probes of retrieval: a bank of skills, lines of seekers, and the skill that each asks for."""

from __future__ import annotations

import asyncio
import tomllib
from pathlib import Path
from typing import Any

import attrs

from esc_skills.model import Condition, Moment, SeekerState, Skill, SkillsBank, Turn
from esc_skills.testing import context

FOLDER = Path(__file__).resolve().parents[1] / "fixtures" / "retrieval"
UNREAD = SeekerState(scenario="", label="")
"""No reading of the state helps: words alone decide."""


@attrs.frozen(kw_only=True)
class Probe:
    """Skills, and what seekers say who need them."""

    bank: SkillsBank
    lines: dict[str, list[tuple[str, str]]]
    """Kind of lines → (name of the skill, what is said)."""
    none: tuple[str, ...] = ()
    """What is said by those whom no skill fits."""


def probe(name: str) -> Probe:
    """Read a probe of the fixtures; its skills have conditions in words only."""
    found = tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))
    skills = [
        Skill(
            name=one["name"],
            overview=one["overview"],
            applies=(Condition(words=one["when"]),),
            guidance=tuple(one["guidance"]),
        )
        for one in found["skill"]
    ]
    lines = {
        kind: [(one["name"], line) for one in found["skill"] for line in one.get(kind, ())]
        for kind in ("lines", "plain", "chinese")
    }
    bank = SkillsBank(licences=("Apache-2.0",)).with_skills(tuple(skills))
    return Probe(bank=bank, lines=lines, none=tuple(found.get("none", ())))


def moment(said: str) -> Moment:
    """A moment in which a seeker has said one thing."""
    return Moment(history=(Turn(speaker="seeker", text=said),), state=UNREAD)


def ranks(retriever: Any, bank: SkillsBank, lines: list[tuple[str, str]]) -> list[float]:
    """Reciprocal rank of the right skill for every line; 0 where it is not offered."""

    async def go() -> list[float]:
        index = await retriever.index(bank, context())
        found = []
        for name, said in lines:
            offered = [match.skill for match in await index.search(moment(said), context())]
            found.append(1 / (1 + offered.index(name)) if name in offered else 0.0)
        return found

    return asyncio.run(go())


def mrr(retriever: Any, bank: SkillsBank, lines: list[tuple[str, str]]) -> float:
    """Mean of the reciprocal ranks."""
    found = ranks(retriever, bank, lines)
    return round(sum(found) / len(found), 3)


def whole(cls: Any, **settings: Any) -> Any:
    """A retriever that ranks every skill and never abstains."""
    floors = {one: -100 for one in ("floor", "lexical_floor") if hasattr(cls(), one)}
    return cls(k=1000, **floors, **settings)
