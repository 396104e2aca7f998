"""The one write path of a bank: every change, whoever wants it, is a patch that comes in here.

Refiner, assembly, import, merge of banks, rollback and the command line all call ``commit``. Its
rules act on content, so that no plug-in can talk its way around them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from esc_skills._stages.edits import start
from esc_skills._stages.origins import origins, stands
from esc_skills._stages.patch import FOREIGN, KERNEL, Patch, Rules, refusal
from esc_skills._stages.ratchet import cautions, check_ratchet, words
from esc_skills._stages.rules import check_bank
from esc_skills._stages.shapes import EDIT_LIMIT
from esc_skills.model import Review, Skill, SkillsBank, content_hash, plain

UNREVIEWED, IMPORTED = "unreviewed", "imported"
_STAMPS = {UNREVIEWED, IMPORTED}


@attrs.frozen(kw_only=True)
class Commit:
    """A bank, and what the ledger is told of it."""

    bank: SkillsBank
    """The next bank."""
    entry: Mapping[str, Any]
    """Who changed what, as plain data."""


def commit(bank: SkillsBank, patch: Patch, rules: Rules, *, head: str = "") -> Commit:
    """Change a bank.

    Args:
        bank: The bank in use; an empty one to assemble the first.
        patch: What is wished for, and by whom.
        rules: What it meets.
        head: Hash of the ledger's last row.

    Returns:
        The next bank with its ledger entry.

    Raises:
        BankRuleError: With the rule's id in ``where``; nothing has changed.
    """
    made = draft(bank, patch, rules)
    verdict = content_hash(patch.verdict) if patch.verdict else ""
    if not (patch.person or patch.foreign or patch.kind == "assemble"):
        _check_verdict(patch)
    made = attrs.evolve(made, verdict=verdict, ledger=head)
    return Commit(bank=made, entry=_entry(bank, made, patch))


def assembled(bank: SkillsBank) -> Mapping[str, Any]:
    """Ledger entry of a first bank, also of one that was read from its folder."""
    patch = Patch(kind="assemble", actor=KERNEL, base="", version=bank)
    return _entry(SkillsBank(), bank, patch)


def _entry(old: SkillsBank, made: SkillsBank, patch: Patch) -> Mapping[str, Any]:
    return {
        "kind": patch.kind,
        "actor": patch.actor,
        "patch": patch.id,
        "base": patch.base,
        "bank": made.hash,
        "reason": patch.reason,
        "accepts": list(patch.accepts),
        "version": patch.version.hash if patch.version and patch.base else "",
        "waivers": plain(patch.waivers),
        "left": _left(old, made),
    }


def draft(bank: SkillsBank, patch: Patch, rules: Rules) -> SkillsBank:
    """The bank a patch would make, by all rules but the verdict: what a gate lets seekers meet.

    Raises:
        BankRuleError: A rule is broken.
    """
    if patch.base != (bank.hash if patch.kind != "assemble" else ""):
        raise refusal(
            "bank.parent",
            f"the patch was made for bank {patch.base[:12] or 'none'}, this is {bank.hash[:12]}",
            "propose again against the current bank",
        )
    made = _KINDS[patch.kind](bank, patch, rules)
    protected = rules.protected
    if protected is None:
        protected = tuple(skill for skill in bank.skills if skill.protected)
    check_bank(made, protected=protected)
    if rules.said is not None:
        _check_words(bank, made, rules)
    if patch.kind == "assemble":
        return made
    done = content_hash(patch.proposal) if patch.proposal else content_hash(patch.id)
    return attrs.evolve(made, parent=bank.hash, proposal=done, verdict="", ledger="")


def _edited(bank: SkillsBank, patch: Patch, rules: Rules) -> SkillsBank:
    if not 0 < len(patch.edits) <= EDIT_LIMIT:
        raise refusal(
            "bank.edits", f"{len(patch.edits)} edits at once", f"1 to {EDIT_LIMIT} are allowed"
        )
    bench = start(bank, stands(bank), patch, rules)
    for edit in patch.edits:
        bench.apply(edit)
    made = bank.with_skills(
        tuple(bench.skills.values()),
        origins=origins(bench.told),
        licences=tuple(sorted({*bank.licences, *patch.licences})),
        sources=tuple(sorted({*bank.sources, *patch.sources})),
    )
    before = [skill for skill in bank.active if not skill.protected]
    if before and not any(not skill.protected for skill in made.active):
        raise refusal("bank.empty", "the proposal leaves no active skill", "keep at least one")
    return stamped(made)


def _accepted(bank: SkillsBank, patch: Patch, rules: Rules) -> SkillsBank:
    """A named person's yes to skills, by the exact hash of their content (S9)."""
    _by_person(patch, "S9")
    known = {content_hash(skill): skill.name for skill in bank.skills}
    lost = [wanted for wanted in patch.accepts if wanted not in known]
    if lost or not patch.accepts:
        raise refusal(
            "S9",
            f"no skill has the content {lost[0][:12] if lost else 'that was meant'}",
            "look at the skill as it is now, then accept that",
        )
    given = [
        Review(skill=known[one], content=one, by=patch.actor, pinned=patch.pins)
        for one in patch.accepts
    ]
    reviews = {review.skill: review for review in (*bank.reviews, *given)}
    return stamped(attrs.evolve(bank, reviews=tuple(reviews[name] for name in sorted(reviews))))


def _rolled(bank: SkillsBank, patch: Patch, rules: Rules) -> SkillsBank:
    """An older version's skills, byte for byte; protected skills stay those of now (S5, S24)."""
    _by_person(patch, "S24")
    if (old := patch.version) is None:
        raise refusal("S24", "no version to go back to", "name a bank of this run")
    guards = tuple(skill for skill in bank.skills if skill.protected)
    guarded = {skill.name for skill in guards}
    back = tuple(skill for skill in old.skills if not skill.protected)
    if shadow := [skill.name for skill in back if skill.name in guarded]:
        raise refusal("S5", f"version holds an unprotected {shadow[0]!r}", "choose a later version")
    for skill in bank.skills:
        held = old.skill(skill.name)
        if held is not None and not skill.protected:
            check_ratchet(skill, held, patch.waivers, rules)
    told = {**stands(old), **{name: stands(bank)[name] for name in guarded}}
    names = {skill.name for skill in (*back, *guards)}
    facts = {"tables": old.tables, "taxonomy": old.taxonomy, "reviews": old.reviews}
    record = origins({name: told[name] for name in names})
    return stamped(bank.with_skills((*back, *guards), origins=record, **facts))


def _assembled(bank: SkillsBank, patch: Patch, rules: Rules) -> SkillsBank:
    """The first bank: a distiller's skills on their units, protected ones on their guards."""
    if patch.version is None or bank.skills or patch.actor != KERNEL:
        raise refusal("bank.assemble", "only an empty bank is assembled", "make a new run")
    made = attrs.evolve(patch.version, origins=())
    return stamped(attrs.evolve(made, origins=origins(stands(made))))


_KINDS = {"edit": _edited, "accept": _accepted, "rollback": _rolled, "assemble": _assembled}


def stamped(bank: SkillsBank) -> SkillsBank:
    """A bank with the stamps that it deserves; a yes to words that changed is taken off (S9)."""
    content = {skill.name: content_hash(skill) for skill in bank.skills}
    reviews = tuple(one for one in bank.reviews if content.get(one.skill) == one.content)
    seen = {review.skill for review in reviews}
    stamps = {note for note in bank.notes if note not in _STAMPS}
    if any(not skill.protected and skill.name not in seen for skill in bank.active):
        stamps.add(UNREVIEWED)
    if any(one.startswith(FOREIGN) for origin in bank.origins for one in origin.sources):
        stamps.add(IMPORTED)
    return attrs.evolve(bank, notes=tuple(sorted(stamps)), reviews=reviews)


def _by_person(patch: Patch, rule: str) -> None:
    if not patch.person:
        raise refusal(rule, f"{patch.actor!r} is no named person", "give --by NAME")


def _check_verdict(patch: Patch) -> None:
    verdict = patch.verdict
    if verdict is None or verdict.decision != "accept" or verdict.vetoes:
        said = f"{verdict.decision} with {len(verdict.vetoes)} vetoes" if verdict else "no verdict"
        raise refusal(
            "bank.verdict", f"{said} promotes nothing", "only an acceptance without veto does"
        )


def _check_words(old: SkillsBank, made: SkillsBank, rules: Rules) -> None:
    for skill in made.skills:
        if old.skill(skill.name) != skill and rules.said and rules.said.copied(skill, old.skills):
            raise refusal(
                "S14",
                f"skill {skill.name!r} repeats eight words or more in a row of a source dialogue",
                "say it in other words; nobody's sentences go into a bank",
            )


def _left(old: SkillsBank, new: SkillsBank) -> list[str]:
    """Cautions of skills that are gone, so that the ledger keeps what the bank forgets."""
    held = {caution for skill in new.skills for caution in cautions(skill)}
    gone: list[Skill] = [skill for skill in old.skills if new.skill(skill.name) is None]
    return [
        f"{skill.name}: {words(caution)}"
        for skill in gone
        for caution in cautions(skill)
        if caution not in held
    ]
