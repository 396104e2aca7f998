"""What a report is given of a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from esc_skills.model import Expectations, Score, SkillsBank, Trace


@attrs.frozen(kw_only=True)
class RunRecord:
    """What a report may show of a run."""

    name: str
    """Run name."""
    experiment: Mapping[str, Any]
    """Resolved experiment, as plain data."""
    plugins: tuple[Mapping[str, str], ...] = ()
    """Components in use: role, name, distribution, version, settings."""
    findings: tuple[tuple[str, str, int], ...] = ()
    """Preparation report: corpus, rule, count."""
    units: int = 0
    """Units extracted."""
    banks: tuple[SkillsBank, ...] = ()
    """In order of promotion."""
    traces: tuple[Trace, ...] = ()
    """All conversations, those that ended in a fault included."""
    scores: tuple[Score, ...] = ()
    """Final scores of all arms."""
    ledger: tuple[Mapping[str, Any], ...] = ()
    """Failure reports, proposals and verdicts, in order, as plain data."""
    expectations: Expectations | None = None
    """Promises of the last bank's skills against every conversation held with it."""
    cases: tuple[Trace, ...] = ()
    """What accepted edits rest on: some conversations of those each edit names, and both sides of
    every pair that verified it; their arm is ``bank-HASH``, or ``trial-HASH`` with trial offers."""
    state: str = ""
    """How far the run came: ``running``, ``done``, or why it was stopped, such as ``budget``."""
    account: Mapping[str, Any] = attrs.field(factory=dict)
    """Requests by what became of them, tokens and money by model role, as the journal has them;
    empty where no model was asked."""
