"""The Skills Bank: skills, what was counted to make them, and where the bank came from."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import attrs

from esc_skills.model.identity import content_hash
from esc_skills.model.invariants import filled
from esc_skills.model.lineage import Origin, Review
from esc_skills.model.skill import Skill
from esc_skills.model.taxonomy import Taxonomy


@attrs.frozen(kw_only=True)
class Table:
    """Figures fitted from units: counts or weights; under the licence of their sources."""

    name: str = attrs.field(validator=filled)
    """What it is, such as ``strategy-weights``."""
    rows: tuple[str, ...] = ()
    """Row names."""
    columns: tuple[str, ...] = ()
    """Column names."""
    values: tuple[tuple[float, ...], ...] = ()
    """One tuple a row, one number a column; no NaN."""
    note: str = ""
    """How it was made, in one sentence."""

    def __attrs_post_init__(self) -> None:
        """Refuse a table whose shape does not fit its names."""
        if len(self.values) != len(self.rows):
            raise ValueError(f"table {self.name}: {len(self.values)} rows, {len(self.rows)} names")
        if any(len(row) != len(self.columns) for row in self.values):
            raise ValueError(f"table {self.name}: a row has not {len(self.columns)} columns")


@attrs.frozen(kw_only=True, repr=False)
class SkillsBank:
    """Skills with their figures and their history; changed only by ``commit``."""

    skills: tuple[Skill, ...] = ()
    """Sorted by name; names are unique."""
    tables: tuple[Table, ...] = ()
    """Statistics fitted from the units, for retrievers and responders; licence as below."""
    taxonomy: Taxonomy | None = None
    """Labels that conditions and actions are written in."""
    parent: str = ""
    """Content hash of the bank this one was promoted from; empty for version 0."""
    proposal: str = ""
    """Content hash of the proposal that made it; empty for version 0."""
    verdict: str = ""
    """Content hash of the verdict that let it pass; empty for version 0."""
    licences: tuple[str, ...] = ()
    """Licence tags inherited from all evidence, sorted."""
    sources: tuple[str, ...] = ()
    """Fingerprints of the dialogues it was made from, sorted: it is never scored on them."""
    notes: tuple[str, ...] = ()
    """Stamps such as ``unreviewed`` or ``no-guard``, sorted."""
    origins: tuple[Origin, ...] = ()
    """What every line rests on; empty in a bank that no ``commit`` has made."""
    reviews: tuple[Review, ...] = ()
    """Who said yes to which skill, by name; a yes to older words is not kept."""
    ledger: str = ""
    """Hash of the ledger row before the one that tells of this bank; empty outside a run."""

    def __attrs_post_init__(self) -> None:
        """Refuse doubled or unsorted names."""
        names = [skill.name for skill in self.skills]
        if len(set(names)) != len(names):
            twice = sorted({name for name in names if names.count(name) > 1})
            raise ValueError(f"skill names must be unique; doubled: {', '.join(twice)}")
        if names != sorted(names):
            raise ValueError("skills must be sorted by name")

    @cached_property
    def hash(self) -> str:
        """Content hash, 64 hexadecimal digits."""
        return content_hash(self)

    @cached_property
    def behaviour(self) -> str:
        """Hash of what a supporter can see: skills, tables, taxonomy; lineage left out.

        Two banks of equal behaviour hold equal conversations, so traces are kept under it.
        """
        return content_hash([self.skills, self.tables, self.taxonomy])

    @property
    def active(self) -> tuple[Skill, ...]:
        """Skills that may be retrieved."""
        return tuple(skill for skill in self.skills if skill.life == "active")

    @property
    def pinned(self) -> frozenset[str]:
        """Names of skills that only a named person may change."""
        return frozenset(review.skill for review in self.reviews if review.pinned)

    def skill(self, name: str) -> Skill | None:
        """Find a skill by name; None when there is none."""
        return next((skill for skill in self.skills if skill.name == name), None)

    def table(self, name: str) -> Table | None:
        """Find a table by name; None when there is none."""
        return next((table for table in self.tables if table.name == name), None)

    def __repr__(self) -> str:
        """Name, size and lineage on one line."""
        parent = f" ← {self.parent[:8]}" if self.parent else ""
        return f"<SkillsBank {self.hash[:8]}{parent}: {len(self.active)} active skills>"

    def _repr_html_(self) -> str:
        """Show a notebook the skills as a table."""
        from html import escape

        def row(skill: Skill) -> str:
            cells = (skill.name, skill.overview, ", ".join(skill.actions), skill.life)
            return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"

        head = "<tr><th>skill</th><th>overview</th><th>actions</th><th>life</th></tr>"
        body = "".join(row(skill) for skill in self.skills)
        return f"<p>{escape(repr(self))}</p><table>{head}{body}</table>"

    def with_skills(self, skills: tuple[Skill, ...], **changes: Any) -> SkillsBank:
        """Copy with other skills, sorted; for ``commit`` and for tests."""
        ordered = tuple(sorted(skills, key=lambda skill: skill.name))
        return attrs.evolve(self, skills=ordered, **changes)
