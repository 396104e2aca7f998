"""Bringing a bundle into a run: through ``commit``, asleep, and never over what is there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import attrs

from esc_skills._engine.hands import Wish, change, last_bank
from esc_skills._practice.customs import Find, Parcel, examine, open_parcel, weight
from esc_skills._practice.founding import Founding
from esc_skills._stages.edits import asleep
from esc_skills._stages.patch import Patch
from esc_skills._stages.rules import TEXT_LIMIT, check_person, check_skill
from esc_skills._stages.shapes import EDIT_LIMIT
from esc_skills._store.folder import RunFolder
from esc_skills.errors import BankRuleError, DataError
from esc_skills.model import Edit, Skill, SkillsBank
from esc_skills.model.skill import NAME_LIMIT

HEAVIEST = 2 * TEXT_LIMIT
"""Most characters of one skill that comes in, labels included."""

State = Literal["quarantined", "skipped", "refused"]


@attrs.frozen(kw_only=True)
class Arrival:
    """What became of one skill of a bundle."""

    name: str
    """As it came."""
    state: State
    """``quarantined`` when it waits in the bank for a person."""
    skill: Skill | None = None
    """As it stands in the bank; None where it was not taken."""
    note: str = ""
    """Why, or what was left out."""
    finds: tuple[Find, ...] = ()
    """What a reviewer should look at twice."""


@attrs.frozen(kw_only=True)
class Imported:
    """A bundle that was brought in."""

    actor: str
    """Who stands behind it in ledger and evidence."""
    arrivals: tuple[Arrival, ...]
    """Skill by skill."""
    bank: SkillsBank
    """The last bank of the run now."""


def bring(bundle: Path, run: Path, *, by: str = "") -> Imported:
    """Bring the skills of a bundle into a run; a run that is not there is made.

    Args:
        bundle: Folder, archive, JSON file or ``SKILL.md``.
        run: Run folder.
        by: Who brings it; stands in the ledger, and is no review.

    Raises:
        DataError: The bundle is refused, or none of its skills can be taken.
        BankRuleError: A rule of the bank refuses it.
    """
    parcel = open_parcel(bundle)
    new = None if (run / "run.json").is_file() else Founding.begin()
    bank = new.bank if new else last_bank(RunFolder.open(run))[0]
    arrivals = tuple(_plan(bank, parcel))
    taken = [one.skill for one in arrivals if one.skill is not None]
    if all(one.state == "refused" for one in arrivals):
        first = arrivals[0]
        raise DataError(
            f"no skill of {len(arrivals)} can be taken; {first.name}: {first.note}",
            where=str(bundle),
            hint="nothing was changed; look at the bundle before you trust its maker",
        )
    if new:
        new.settle(run)
    # Words of the run's dialogues are looked for where it has dialogues (S14).
    heard = RunFolder.open(run).has("units.jsonl")
    for start in range(0, len(taken), EDIT_LIMIT):
        wish = _wish(parcel, taken[start : start + EDIT_LIMIT], by)
        bank = change(run, wish, words_too=heard).bank
    return Imported(actor=parcel.actor, arrivals=arrivals, bank=bank)


def _wish(parcel: Parcel, skills: Sequence[Skill], by: str) -> Wish:
    reason = f"brought in by {by}" if by.strip() else "brought in"
    edits = tuple(Edit(kind="add", skills=(skill,), reason=reason) for skill in skills)

    def wish(bank: SkillsBank) -> Patch:
        return Patch(
            actor=parcel.actor,
            base=bank.hash,
            edits=edits,
            reason=reason,
            licences=parcel.licences,
            sources=parcel.sources,
        )

    return wish


def _plan(bank: SkillsBank, parcel: Parcel) -> Iterator[Arrival]:
    held = {skill.name: skill for skill in bank.skills}
    guarded = {_alias(skill.name) for skill in bank.skills if skill.protected}
    known = {label.name for label in bank.taxonomy.actions} if bank.taxonomy else None
    for one in parcel.skills:
        bare, left = _bare(one, parcel.actor, known)
        twin = next(
            name for name in _names(one.name) if name not in held or _same(held[name], bare)
        )
        if twin in held:
            yield Arrival(name=one.name, state="skipped", note=f"stands in the bank as {twin}")
        elif why := _barred(one, bare, guarded):
            yield Arrival(name=one.name, state="refused", note=why)
        else:
            made = held[twin] = attrs.evolve(bare, name=twin)
            if twin != one.name:
                left = [f"another {one.name} stands in the bank, so it is {twin}", *left]
            yield Arrival(
                name=one.name,
                state="quarantined",
                skill=made,
                note="; ".join(left),
                finds=examine(made),
            )


def _bare(skill: Skill, actor: str, known: set[str] | None) -> tuple[Skill, list[str]]:
    """A skill without what only its own bank could know, and what was left out, in words."""
    strange = [] if known is None else [name for name in skill.actions if name not in known]
    made = attrs.evolve(
        asleep(skill),
        protected=False,
        effects=(),
        evidence=(actor,),
        revision=1,
        actions=tuple(name for name in skill.actions if name not in strange),
    )
    left = (
        [f"effects measured elsewhere are left out: {len(skill.effects)}"] if skill.effects else []
    )
    return made, [*left, *([f"actions unknown here: {len(strange)}"] if strange else [])]


def _barred(skill: Skill, bare: Skill, guarded: set[str]) -> str:
    """Why a skill cannot be taken at all; empty when it can."""
    if skill.protected or _alias(skill.name) in guarded:
        return "S5: it poses as a protected skill; protection comes from a guard's manifest only"
    if weight(bare) > HEAVIEST:
        return f"bank.size: more than {HEAVIEST} characters"
    try:
        check_skill(bare)
        check_person(bare)
    except BankRuleError as fault:
        return f"{fault.where}: {fault.message}"
    return ""


def _same(old: Skill, new: Skill) -> bool:
    """Whether two skills say the same, whatever was measured of them or decided about them."""
    return _words(old) == _words(new)


def _words(skill: Skill) -> Skill:
    bare = attrs.evolve(asleep(skill), name="x", protected=False, revision=1)
    return attrs.evolve(bare, effects=(), evidence=(), actions=())


def _alias(name: str) -> str:
    """A name without what is easily overlooked in it."""
    return re.sub(r"(-\d+)+$", "", name).replace("-", "")


def _names(name: str) -> Iterator[str]:
    """A name and its next free ones."""
    yield name
    for number in range(2, 10_000):
        mark = f"-{number}"
        yield name[: NAME_LIMIT - len(mark)].rstrip("-") + mark
