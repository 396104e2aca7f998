"""A skill: guidance, when it applies, what to expect, what to beware of."""

from __future__ import annotations

import re
from typing import Any, Literal

import attrs

from esc_skills.model.invariants import between, filled, one_of
from esc_skills.model.state import Condition, SeekerState

LifeCycle = Literal["candidate", "active", "quarantined", "retired"]
Severity = Literal["low", "medium", "high"]
Basis = Literal["observed", "randomised"]

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
NAME_LIMIT = 64
"""Longest skill name, in characters (Agent Skills standard)."""


def _named(owner: Any, field: attrs.Attribute[Any], value: str) -> None:
    if len(value) > NAME_LIMIT or not NAME.fullmatch(value):
        raise ValueError(
            f"{field.name} = {value!r}: lower-case words joined by hyphens, at most {NAME_LIMIT}"
        )


@attrs.frozen(kw_only=True)
class ExpectedOutcome:
    """What a trace should show after the skill was used."""

    changes: tuple[str, ...] = ()
    """Change labels, any of which counts as a hit."""
    least_gain: int = attrs.field(default=0, validator=between(-10, 10))
    """Least emotion change, in SAGE points (-10 to 10), that counts as a hit; 0 asks for a rise,
    below 0 a bounded loss is allowed."""


@attrs.frozen(kw_only=True)
class Risk:
    """What can go wrong, and what to do instead."""

    trigger: str = attrs.field(validator=filled)
    """When it goes wrong, in words."""
    severity: Severity = attrs.field(default="medium", validator=one_of("low", "medium", "high"))
    """How bad it is for the seeker."""
    instead: str = ""
    """What to do instead."""
    when: Condition | None = None
    """The trigger as a test on the state, so that traces can be checked; None when words only."""


@attrs.frozen(kw_only=True)
class Effect:
    """Measured effect of a skill for one kind of seeker."""

    group: str
    """``all``, or a persona type or hidden intention, such as ``intention=praise``."""
    value: float
    """Emotion change in SAGE points: the mean after its use, or, where ``basis`` is
    ``randomised``, what offering it brought beyond turns that chance left alone."""
    n: int = attrs.field(validator=between(0, 10**9))
    """Exchanges measured."""
    low: float
    """Lower end of the 95 % interval."""
    high: float
    """Upper end of the 95 % interval."""
    basis: Basis = attrs.field(default="observed", validator=one_of("observed", "randomised"))
    """``randomised`` when lots decided at which turns it was offered."""


@attrs.frozen(kw_only=True)
class Skill:
    """One reusable way of supporting, distilled from evidence."""

    name: str = attrs.field(validator=_named)
    """Lower-case words joined by hyphens; identity inside a bank."""
    overview: str = attrs.field(validator=filled)
    """One or two sentences: what it does and why it helps."""
    applies: tuple[Condition, ...] = ()
    """Any of these must hold; empty means always."""
    not_when: tuple[Condition, ...] = ()
    """None of these may hold."""
    actions: tuple[str, ...] = ()
    """Recommended action labels, best first."""
    guidance: tuple[str, ...] = attrs.field(validator=filled)
    """Steps in order, each one sentence that a person could follow."""
    expected: ExpectedOutcome = attrs.field(factory=ExpectedOutcome)
    """Checked in traces."""
    risks: tuple[Risk, ...] = ()
    """Checked in traces."""
    pitfalls: tuple[str, ...] = ()
    """What people do wrong while trying it, one sentence each."""
    examples: tuple[str, ...] = ()
    """Sample wordings written for the bank; never a source's own words."""
    evidence: tuple[str, ...] = ()
    """Unit ids, trace ids, ``human:NAME`` or ``protected:SOURCE``."""
    life: LifeCycle = attrs.field(
        default="active", validator=one_of("candidate", "active", "quarantined", "retired")
    )
    """Only active skills are retrieved."""
    protected: bool = False
    """True only for skills of a guard's manifest; no arrow may change them."""
    revision: int = attrs.field(default=1, validator=between(1, 10**6))
    """Counts edits, from 1."""
    effects: tuple[Effect, ...] = ()
    """Measured in traces, by kind of seeker."""

    @property
    def proof(self) -> Effect | None:
        """What a trial by lot found over all kinds of seeker; None when there was none."""
        tried = (item for item in self.effects if item.basis == "randomised")
        return next((item for item in tried if item.group == "all"), None)

    def fits(self, state: SeekerState) -> bool:
        """Say whether the conditions allow this skill for ``state``."""
        wanted = not self.applies or any(test.holds(state) for test in self.applies)
        return wanted and not any(test.holds(state) for test in self.not_when)
