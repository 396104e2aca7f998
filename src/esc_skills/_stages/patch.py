"""What may be asked of a bank: a patch, by whom, and the rules it meets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import attrs

from esc_skills._stages.sayings import Sayings
from esc_skills.errors import BankRuleError
from esc_skills.model import Edit, Proposal, Skill, SkillsBank, Verdict, short_hash
from esc_skills.model.invariants import filled, one_of

PatchKind = Literal["edit", "accept", "rollback", "assemble"]
HUMAN, IMPORT, BANK, PROTECTED = "human:", "import:", "bank:", "protected:"
KERNEL = "kernel"
"""Who assembles the first bank, and asks whether a skill may be tried."""
FOREIGN = (IMPORT, BANK)
"""What came from outside: it rests until a named person has looked at it."""
CLAIMED = (HUMAN, PROTECTED, IMPORT, BANK)
"""Sources that only the kernel writes; nobody may cite them."""


def refusal(rule: str, what: str, hint: str) -> BankRuleError:
    """An error whose ``where`` is the rule's id."""
    return BankRuleError(what, hint=hint, where=rule)


@attrs.frozen(kw_only=True)
class Waiver:
    """Leave to lose one risk or contraindication (S7)."""

    skill: str = attrs.field(validator=filled)
    """Skill that loses it."""
    line: str = attrs.field(validator=filled)
    """Words of the risk's trigger, or of the condition."""
    by: str = attrs.field(validator=filled)
    """``human:NAME``."""
    traces: tuple[str, ...] = attrs.field(validator=filled)
    """Conversations that show that it is none; three seekers or dialogues at least."""
    reason: str = attrs.field(validator=filled)
    """Why, in one sentence."""


@attrs.frozen(kw_only=True)
class Patch:
    """A wish to change a bank; ``commit`` grants or refuses it."""

    actor: str = attrs.field(validator=filled)
    """``refiner:NAME``, ``human:NAME``, ``import:FILE``, ``bank:HASH`` (a merge) or ``kernel``."""
    base: str
    """Content hash of the bank it was made for; empty to assemble the first."""
    kind: PatchKind = attrs.field(
        default="edit", validator=one_of("edit", "accept", "rollback", "assemble")
    )
    """What is wished for."""
    edits: tuple[Edit, ...] = ()
    """For ``edit``: in the order they are applied."""
    accepts: tuple[str, ...] = ()
    """For ``accept``: content hashes of skills."""
    pins: bool = False
    """For ``accept``: nobody but a named person may change these skills from now on."""
    version: SkillsBank | None = None
    """For ``rollback`` and ``assemble``: the bank to come to."""
    waivers: tuple[Waiver, ...] = ()
    """Leave to lose risks."""
    proposal: Proposal | None = None
    """What a refiner proposed."""
    verdict: Verdict | None = None
    """What the gate said; a refiner's patch needs it."""
    reason: str = ""
    """Why, in one sentence."""
    licences: tuple[str, ...] = ()
    """Of what is brought in from elsewhere; the bank inherits them (S15)."""
    sources: tuple[str, ...] = ()
    """Fingerprints of the dialogues behind it; the bank is never scored on them."""

    @classmethod
    def of(cls, proposal: Proposal, verdict: Verdict | None = None) -> Patch:
        """The patch of a refiner's proposal."""
        return cls(
            actor=f"refiner:{proposal.refiner or 'unnamed'}",
            base=proposal.bank,
            edits=proposal.edits,
            proposal=proposal,
            verdict=verdict,
        )

    @property
    def id(self) -> str:
        """Id of the proposal, else a short content hash; the verdict is no part of it."""
        if self.proposal is not None:
            return self.proposal.id
        version = self.version.hash if self.version else ""
        parts = [self.actor, self.base, self.kind, self.edits, self.accepts, version]
        parts += ["pinned"] if self.pins else []
        parts += [self.licences, self.sources] if self.licences or self.sources else []
        return "pa-" + short_hash([*parts, self.waivers, self.reason])

    @property
    def person(self) -> bool:
        """Whether a named person asks."""
        return self.actor.startswith(HUMAN) and bool(self.actor.removeprefix(HUMAN).strip())

    @property
    def foreign(self) -> bool:
        """Whether it brings in what was made elsewhere."""
        return self.actor.startswith(FOREIGN)


def seeker(source: str) -> str:
    """Who speaks in a trace, ``arm/profile/repeat``; any other id is a voice of its own."""
    parts = source.split("/")
    return "/".join(parts[1:-1]) if len(parts) > 2 else source


@attrs.frozen(kw_only=True)
class Rules:
    """What a bank is held to; set by the kernel, out of every plug-in's reach."""

    protected: tuple[Skill, ...] | None = None
    """Skills of the guards' manifests; None: those that stand in the bank."""
    said: Sayings | None = None
    """What people said in the run's corpora (S14); None where it is not at hand."""
    voices: Mapping[str, str] | None = None
    """Id of a unit or trace → dialogue or seeker behind it (S10, S11); None: no check."""
    least_voices: int = 2
    """Dialogues or seekers behind a new line (S11)."""
    waiver_voices: int = 3
    """Dialogues or seekers behind the loss of a risk (S7)."""

    def voice(self, source: str) -> str:
        """The dialogue or seeker behind an id."""
        return (self.voices or {}).get(source) or seeker(source)
