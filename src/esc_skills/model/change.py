"""Edits to a bank, proposals that carry them, and verdicts upon them."""

from __future__ import annotations

from typing import Literal, get_args

import attrs

from esc_skills.model.identity import short_hash
from esc_skills.model.invariants import between, filled, one_of
from esc_skills.model.skill import Skill

EditKind = Literal[
    "add", "revise", "merge", "split", "narrow", "widen", "add-risk", "quarantine", "retire"
]
EDIT_KINDS: tuple[EditKind, ...] = get_args(EditKind)
"""``narrow`` and ``widen`` change conditions only, ``add-risk`` adds risks only."""
Decision = Literal["accept", "reject", "inconclusive", "continue"]


@attrs.frozen(kw_only=True)
class Edit:
    """One change to a bank."""

    kind: EditKind = attrs.field(validator=one_of(*EDIT_KINDS))
    """What is done."""
    targets: tuple[str, ...] = ()
    """Names of existing skills it acts on; empty for ``add``."""
    skills: tuple[Skill, ...] = ()
    """Resulting skills: none to quarantine or retire, two or more for split, else one."""
    reason: str = attrs.field(validator=filled)
    """Why, in one sentence."""
    evidence: tuple[str, ...] = ()
    """Trace or unit ids; assigned by code, never by a model."""

    def __attrs_post_init__(self) -> None:
        """Refuse an edit whose parts do not fit its kind."""
        made, hit = len(self.skills), len(self.targets)
        fits = {
            "add": (made == 1 and hit == 0),
            "revise": (made == 1 and hit == 1),
            "narrow": (made == 1 and hit == 1),
            "widen": (made == 1 and hit == 1),
            "add-risk": (made == 1 and hit == 1),
            "merge": (made == 1 and hit >= 2),
            "split": (made >= 2 and hit == 1),
            "quarantine": (made == 0 and hit == 1),
            "retire": (made == 0 and hit == 1),
        }
        if not fits[self.kind]:
            raise ValueError(f"edit {self.kind}: {hit} targets and {made} skills do not fit")


@attrs.frozen(kw_only=True)
class Proposal:
    """Edits that are verified together."""

    bank: str
    """Content hash of the bank it starts from."""
    edits: tuple[Edit, ...] = attrs.field(validator=filled)
    """In the order they are applied."""
    refiner: str = ""
    """Component name."""
    round: int = attrs.field(default=0, validator=between(0, 10**6))
    """Round of evolution, from 1."""

    @property
    def id(self) -> str:
        """Short content hash."""
        return "pr-" + short_hash(self)


@attrs.frozen(kw_only=True)
class Pair:
    """The same seeker and repeat under the current and under the candidate bank."""

    profile: str
    """Profile id."""
    repeat: int
    """Repeat number."""
    current: float
    """Final emotion with the current bank, 0-100."""
    candidate: float
    """Final emotion with the candidate bank, 0-100."""
    group: str = ""
    """``persona_type/intention``, for the no-regression rule."""
    alarms: int = 0
    """Unsafe events of the candidate beyond those of the current bank."""

    @property
    def difference(self) -> float:
        """Candidate minus current, in SAGE points."""
        return self.candidate - self.current


@attrs.frozen(kw_only=True)
class Verdict:
    """A gate's answer."""

    decision: Decision = attrs.field(
        validator=one_of("accept", "reject", "inconclusive", "continue")
    )
    """``continue`` asks for more pairs and is never written to a ledger."""
    gate: str
    """Component name."""
    proposal: str = ""
    """Proposal id; filled in by the kernel."""
    pairs: int = attrs.field(default=0, validator=between(0, 10**9))
    """Pairs looked at."""
    effect: float | None = None
    """Mean paired difference, SAGE points."""
    low: float | None = None
    """Lower end of its interval."""
    high: float | None = None
    """Upper end of its interval."""
    vetoes: tuple[str, ...] = ()
    """Why it was blocked whatever the gain."""
    reason: str = ""
    """One sentence."""
    excluded: int = attrs.field(default=0, validator=between(0, 10**9))
    """Pairs left out because one side ended in a fault; filled in by the kernel."""
    frozen: str = ""
    """Hash of what no edit may reach: guards, gate, profiles, judges; filled in by the kernel."""
