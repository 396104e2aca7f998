"""What a refiner's model writes: failures it saw, and edits it wishes for; nothing is trusted yet.

Ids, evidence, protection, life-cycle and old risks are no fields here: code assigns them.
"""

from __future__ import annotations

import attrs


@attrs.frozen(kw_only=True)
class WrittenFailure:
    """One failure, as the model describes it."""

    exchange: int
    """Index of the exchange, from 0."""
    kind: str
    """One of the three kinds."""
    skills: tuple[str, ...] = ()
    """Names of skills that had a part in it."""
    why: str = ""
    """One sentence."""
    lapse: bool = False
    """True when an offered skill was right and was not followed."""


@attrs.frozen(kw_only=True)
class WrittenFailures:
    """What the model found in one conversation."""

    trace: str
    """Echo of the conversation's label."""
    failures: tuple[WrittenFailure, ...] = ()
    """In order; none when nothing went wrong."""


@attrs.frozen(kw_only=True)
class WrittenRisk:
    """A risk to be added."""

    trigger: str
    """When it goes wrong."""
    severity: str = "medium"
    """``low``, ``medium`` or ``high``."""
    instead: str = ""
    """What to do instead."""


@attrs.frozen(kw_only=True)
class WrittenSkill:
    """A skill, as the model writes it."""

    name: str
    """Lower-case words joined by hyphens."""
    overview: str = ""
    """What it does and why it helps."""
    scenarios: tuple[str, ...] = ()
    """Scenario labels it is for; empty for all."""
    states: tuple[str, ...] = ()
    """State labels it is for."""
    not_states: tuple[str, ...] = ()
    """State labels in which it must not be used."""
    actions: tuple[str, ...] = ()
    """Action labels, best first."""
    guidance: tuple[str, ...] = ()
    """Steps in order."""
    changes: tuple[str, ...] = ()
    """Change labels that show it worked."""
    risks: tuple[WrittenRisk, ...] = ()
    """Risks to be added; those a skill already has stay by code."""
    pitfalls: tuple[str, ...] = ()
    """What people do wrong with it."""
    examples: tuple[str, ...] = ()
    """Sample wordings of its own."""


@attrs.frozen(kw_only=True)
class WrittenEdit:
    """An edit the model wishes for."""

    kind: str
    """add, revise, merge, split, quarantine or retire."""
    targets: tuple[str, ...] = ()
    """Names of existing skills."""
    skills: tuple[WrittenSkill, ...] = ()
    """Skills that result."""
    reason: str = ""
    """One sentence."""
    failures: tuple[str, ...] = ()
    """Numbers of the failures it answers, such as ``f3``, as they stood in the question."""


@attrs.frozen(kw_only=True)
class WrittenEdits:
    """All edits of one answer."""

    edits: tuple[WrittenEdit, ...] = ()
    """Best first; none when nothing should change."""
