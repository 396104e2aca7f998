"""From drafts to proposals: one edit a skill, best first, nothing that was refused before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs

from esc_skills.model import Edit, Proposal, SkillsBank, short_hash
from esc_skills_plugins.refiners.draft import Draft


def signature(edit: Edit) -> str:
    """Content of an edit without its figures, evidence and revision: what it would change."""
    bare = [
        attrs.evolve(
            skill,
            evidence=(),
            effects=(),
            revision=1,
            # Figures move from round to round and would make an old idea look new.
            overview="-",
        )
        for skill in edit.skills
    ]
    return short_hash([edit.kind, list(edit.targets), bare])


def chosen(drafts: Iterable[Draft], bank: SkillsBank) -> list[Draft]:
    """Drafts by worth, each skill in one of them, at least half of the active skills left."""
    spare = sum(not skill.protected for skill in bank.active) // 2
    touched: set[str] = set()
    kept = []
    ranked = sorted(drafts, key=lambda one: (-one.worth, one.edit.kind, _first(one.edit)))
    for draft in ranked:
        names = {*draft.edit.targets, *(skill.name for skill in draft.edit.skills)}
        loss = len(draft.edit.targets) - len(draft.edit.skills)
        if names & touched or loss > spare:
            continue
        touched |= names
        spare -= loss  # a new skill makes room for one that goes
        kept.append(draft)
    return kept


def _first(edit: Edit) -> str:
    return (edit.targets or tuple(skill.name for skill in edit.skills))[0]


def packed(
    drafts: Sequence[Draft],
    rejected: Sequence[Proposal],
    bank: SkillsBank,
    most_edits: int,
    most_proposals: int,
) -> tuple[Proposal, ...]:
    """Bundle drafts that were never refused; then try those refused in a bundle once alone."""
    tried = {signature(edit) for old in rejected for edit in old.edits}
    alone = {signature(old.edits[0]) for old in rejected if len(old.edits) == 1}
    fresh = [one.edit for one in drafts if signature(one.edit) not in tried]
    again = [
        one.edit
        for one in drafts
        if signature(one.edit) in tried and signature(one.edit) not in alone
    ]
    bundles = [fresh[at : at + most_edits] for at in range(0, len(fresh), most_edits)]
    bundles += [[edit] for edit in again]
    return tuple(
        Proposal(bank=bank.hash, edits=tuple(edits), refiner="tally")
        for edits in bundles[:most_proposals]
    )
