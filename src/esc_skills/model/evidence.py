"""What an evaluator is given, and what a corpus gives."""

from __future__ import annotations

import attrs

from esc_skills.model.bank import SkillsBank
from esc_skills.model.dialogue import Dialogue
from esc_skills.model.trace import Response, Trace
from esc_skills.model.unit import InterventionUnit


@attrs.frozen(kw_only=True)
class Evidence:
    """All that can be scored; an evaluator takes what it reads and leaves the rest."""

    traces: tuple[Trace, ...] = ()
    """Conversations."""
    responses: tuple[Response, ...] = ()
    """Replies beside gold turns."""
    bank: SkillsBank | None = None
    """The bank in use."""
    units: tuple[InterventionUnit, ...] = ()
    """Units the bank was made from, where at hand."""


@attrs.frozen(kw_only=True)
class Finding:
    """One line of a preparation report."""

    rule: str
    """What was done or seen, such as ``strategy spelling Questions → Question``."""
    count: int
    """How often."""
    where: tuple[str, ...] = ()
    """First few places, such as ``dialogues[3].dialog[7]``."""


@attrs.frozen(kw_only=True)
class Reading:
    """What a corpus component read from one path."""

    corpus: str
    """Component name."""
    licence: str
    """Licence tag of the data."""
    dialogues: tuple[Dialogue, ...] = ()
    """Support dialogues, in file order."""
    traces: tuple[Trace, ...] = ()
    """Simulated conversations, in file order."""
    findings: tuple[Finding, ...] = ()
    """Every normalisation, merge and skip, counted."""
    rules: tuple[tuple[str, str], ...] = ()
    """Settings that shaped it (merge, label, split), printed with every number."""
    sha256: str = ""
    """Hash of the file's bytes; empty for embedded data."""
