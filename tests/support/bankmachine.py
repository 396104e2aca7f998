"""A bank under all operations, honest and hostile, in any order."""

from __future__ import annotations

from collections import Counter
from typing import Any

import attrs
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from esc_skills._stages.commit import commit
from esc_skills._stages.patch import FOREIGN, HUMAN, Patch, Rules, Waiver
from esc_skills._stages.ratchet import cautions, words
from esc_skills._store.chain import linked, verify_chain
from esc_skills.errors import BankRuleError
from esc_skills.model import (
    Condition,
    Edit,
    Proposal,
    Risk,
    Skill,
    SkillsBank,
    Verdict,
    content_hash,
)
from esc_skills.model.lineage import lines

ACCEPT = Verdict(decision="accept", gate="g")
VOICES = {f"iu-{n}": f"d{n}" for n in range(4)} | {f"a/p{n}/0": f"p{n}" for n in range(4)}
NAMES = ("one", "two", "one", "two", "three", "three", "crisis-first")
GUARD = Skill(
    name="crisis-first",
    overview="Name the helpline.",
    guidance=("Ask about safety.",),
    risks=(Risk(trigger="The seeker is alone."),),
    evidence=("protected:test",),
    protected=True,
)
TEXTS = ("Ask.", "Wait.", "Thank.", "Write to ann@example.org.")
RISKS = (Risk(trigger="They are tired."), Risk(trigger="They asked for advice."))
BARS = (Condition(states=("angry",), words="they are angry"), Condition(states=("sad",)))
SOURCES = (*VOICES, "iu-unknown", "human:Eve", "protected:test", "import:x")

names = st.sampled_from(NAMES)
some = st.lists(st.sampled_from(SOURCES), max_size=4, unique=True).map(tuple)
honest = st.lists(st.sampled_from(tuple(VOICES)), min_size=2, max_size=4, unique=True).map(tuple)
actors = st.sampled_from(
    ("refiner:r", "refiner:r", "human:Mira", "human:Mira", "import:f", "bank:b", "human:")
)


HONEST: dict[str, dict[str, Any]] = {
    "revise": {"guidance": TEXTS[1:3], "life": "active"},
    "narrow": {"not_when": BARS},
    "widen": {"applies": ()},
    "add-risk": {"risks": RISKS},
}
"""Fields of an edit that a rule has no reason to refuse."""


def parts() -> st.SearchStrategy[dict[str, Any]]:
    """Fields of a skill, a few of each."""
    fields: dict[str, st.SearchStrategy[Any]] = {
        "guidance": st.lists(st.sampled_from(TEXTS), min_size=1, max_size=2).map(tuple),
        "risks": st.lists(st.sampled_from(RISKS), max_size=2, unique=True).map(tuple),
        "not_when": st.lists(st.sampled_from(BARS), max_size=2, unique=True).map(tuple),
        "applies": st.lists(st.sampled_from(BARS), max_size=1).map(tuple),
        "life": st.sampled_from(("active", "active", "candidate", "quarantined")),
        "protected": st.just(True),
        "evidence": some,
    }
    alone = [st.fixed_dictionaries({name: field}) for name, field in fields.items()]
    return st.one_of(*alone, st.fixed_dictionaries({}, optional=fields))


class BankMachine(RuleBasedStateMachine):
    """Every operation either holds all laws or is refused and changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.rules = Rules(protected=(GUARD,), voices=VOICES)
        self.rows: list[dict[str, Any]] = []
        self.versions: list[SkillsBank] = []
        self.granted = 0

    @property
    def bank(self) -> SkillsBank:
        return self.versions[-1]

    @initialize()
    def assemble(self) -> None:
        own = [
            Skill(
                name=name,
                overview="What it does.",
                guidance=TEXTS[:2],
                risks=RISKS[:1],
                not_when=BARS[:1],
                evidence=("iu-0", "iu-1"),
            )
            for name in ("one", "two")
        ]
        bank = SkillsBank(skills=tuple(sorted([*own, GUARD], key=lambda one: one.name)))
        patch = Patch(kind="assemble", actor="kernel", base="", version=bank)
        self._keep(SkillsBank(), patch)

    def _keep(self, before: SkillsBank, patch: Patch) -> None:
        head = self.rows[-1]["hash"] if self.rows else ""
        done = commit(before, patch, self.rules, head=head)
        self.rows.append(linked({"event": "commit", **done.entry}, head))
        if self.versions:
            self._never_lost(before, done.bank, patch)
        self.versions.append(done.bank)

    def _ask(self, patch: Patch) -> bool:
        try:
            self._keep(self.bank, patch)
        except BankRuleError:
            return False
        self.granted += 1
        return True

    def _never_lost(self, old: SkillsBank, new: SkillsBank, patch: Patch) -> None:
        """S7: a caution of a skill stands in whatever took its place, or it was waived."""
        waived = {(one.skill, one.line) for one in patch.waivers}
        for skill in old.skills:
            heirs = [new.skill(skill.name)]
            for edit in patch.edits:
                if skill.name in edit.targets and edit.skills:
                    heirs = [new.skill(made.name) for made in edit.skills]
            for heir in heirs:
                for caution in cautions(skill) if heir else ():
                    kept = caution in cautions(heir)
                    assert kept or (skill.name, words(caution)) in waived

    def _made(self, name: str, fields: dict[str, Any], base: str = "") -> Skill:
        held = self.bank.skill(base or name)
        made = held or Skill(name=name, overview="New.", guidance=TEXTS[:1], evidence=("iu-0",))
        return attrs.evolve(made, name=name, **fields)

    def _patch(self, actor: str, edit: Edit, waivers: tuple[Waiver, ...] = ()) -> Patch:
        if actor.startswith("refiner:"):
            proposal = Proposal(bank=self.bank.hash, edits=(edit,), refiner="r")
            return attrs.evolve(Patch.of(proposal, ACCEPT), waivers=waivers)
        return Patch(actor=actor, base=self.bank.hash, edits=(edit,), waivers=waivers)

    @rule(actor=actors, name=names, fields=parts() | st.just({}), cites=some | honest)
    def add(self, actor: str, name: str, fields: dict[str, Any], cites: tuple[str, ...]) -> None:
        skill = self._made(name, {"revision": 1, "protected": False, **fields})
        self._ask(self._patch(actor, Edit(kind="add", skills=(skill,), reason="r", evidence=cites)))

    @rule(
        actor=actors,
        kind=st.sampled_from(("revise", "narrow", "widen", "add-risk")),
        name=names,
        to=names,
        fields=parts(),
        cites=some | honest,
        shown=honest,
        by=st.sampled_from(("", "human:Mira", "human:", "refiner:r")),
        well=st.booleans(),
    )
    def revise(
        self,
        actor: str,
        kind: Any,
        name: str,
        to: str,
        fields: dict[str, Any],
        cites: tuple[str, ...],
        shown: tuple[str, ...],
        by: str,
        well: bool,
    ) -> None:
        if well:
            to, fields, cites = name, HONEST[kind], shown
        made = self._made(to if kind == "revise" else name, fields, name)
        edit = Edit(kind=kind, targets=(name,), skills=(made,), reason="r", evidence=cites)
        old = self.bank.skill(name)
        given = tuple(
            Waiver(skill=name, line=words(one), by=by, traces=shown, reason="r")
            for one in (cautions(old) if old and by else ())
        )
        patch = self._patch(actor, edit, given)
        lost = old and any(one not in cautions(made) for one in cautions(old))
        if self._ask(patch) and lost:
            assert by == "human:Mira"
            assert len({VOICES[one] for one in shown}) >= 3

    @rule(
        actor=actors,
        one=names,
        two=names,
        to=names,
        fields=parts() | st.just({}),
        cites=honest,
    )
    def merge(
        self,
        actor: str,
        one: str,
        two: str,
        to: str,
        fields: dict[str, Any],
        cites: tuple[str, ...],
    ) -> None:
        held = [self.bank.skill(name) for name in (one, two)]
        joined = dict.fromkeys(risk for skill in held if skill for risk in skill.risks)
        fields = {"risks": tuple(joined), **fields}
        made = self._made(to, fields, one)
        self._ask(
            self._patch(
                actor,
                Edit(kind="merge", targets=(one, two), skills=(made,), reason="r", evidence=cites),
            )
        )

    @rule(
        actor=actors,
        name=names,
        left=names,
        right=names,
        fields=parts() | st.just({}),
        cites=honest,
    )
    def split(
        self,
        actor: str,
        name: str,
        left: str,
        right: str,
        fields: dict[str, Any],
        cites: tuple[str, ...],
    ) -> None:
        made = (self._made(left, {}, name), self._made(right, fields, name))
        edit = Edit(kind="split", targets=(name,), skills=made, reason="r", evidence=cites)
        self._ask(self._patch(actor, edit))

    @rule(actor=actors, name=names, kind=st.sampled_from(("quarantine", "retire")))
    def rest(self, actor: str, name: str, kind: Any) -> None:
        self._ask(self._patch(actor, Edit(kind=kind, targets=(name,), reason="r")))

    @rule(actor=actors, name=names, stale=st.booleans())
    def accept(self, actor: str, name: str, stale: bool) -> None:
        held = (self.versions[0] if stale else self.bank).skill(name)
        wanted = (content_hash(held),) if held else ()
        granted = self._ask(Patch(kind="accept", actor=actor, base=self.bank.hash, accepts=wanted))
        if granted:
            assert actor == "human:Mira"
            assert content_hash(self.bank.skill(name)) in wanted

    @rule(actor=actors, back=st.integers(0, 40))
    def rollback(self, actor: str, back: int) -> None:
        old = self.versions[back % len(self.versions)]
        granted = self._ask(Patch(kind="rollback", actor=actor, base=self.bank.hash, version=old))
        if granted:
            assert actor == "human:Mira"
            assert self.bank.skills == old.skills

    @rule(actor=actors)
    def stale(self, actor: str) -> None:
        """B19: a patch for an older bank is refused."""
        edit = Edit(kind="retire", targets=("one",), reason="r")
        patch = attrs.evolve(self._patch("human:Mira", edit), actor=actor, base="0" * 64)
        assert not self._ask(patch)

    @invariant()
    def laws(self) -> None:
        if not self.versions:
            return
        check_laws(self.bank)

    @invariant()
    def chain(self) -> None:
        assert verify_chain(self.rows) is None
        heads = {"", *(row["hash"] for row in self.rows)}
        assert {bank.ledger for bank in self.versions} <= heads


def check_laws(bank: SkillsBank) -> None:
    """S5, S9, S10, S11, S13, S17 on a bank, told anew and not by the code that keeps them."""
    assert bank.skill(GUARD.name) == GUARD
    assert [skill.name for skill in bank.skills if skill.protected] == [GUARD.name]
    assert len({skill.name for skill in bank.skills}) == len(bank.skills)
    told: dict[tuple[str, str], set[str]] = {}
    for origin in bank.origins:
        for key in origin.lines:
            told.setdefault((origin.skill, key), set()).update(origin.sources)
    held = {(skill.name, line.key): line for skill in bank.skills for line in lines(skill)}
    assert told.keys() == held.keys()
    for (name, key), sources in told.items():
        assert sources
        skill = bank.skill(name)
        assert skill is not None
        assert "@" not in held[name, key].text
        assert all(
            one in VOICES or one.startswith((HUMAN, *FOREIGN, "protected:")) for one in sources
        )
        vouched = any(one == "human:Mira" for one in sources)
        assert "human:Eve" not in sources
        if skill.life == "active" and not skill.protected and not vouched:
            assert not any(one.startswith(FOREIGN) for one in sources)
            if held[name, key].part not in {"risks", "not-when"}:
                assert len({VOICES[one] for one in sources}) >= 2
    yes = {review.skill: review for review in bank.reviews}
    for name, review in yes.items():
        skill = bank.skill(name)
        assert skill is not None
        assert review.content == content_hash(skill)
        assert review.by == "human:Mira"
    open_ = [one for one in bank.active if not one.protected and one.name not in yes]
    assert ("unreviewed" in bank.notes) == bool(open_)


def walked(sequences: int, *, shrink: bool = True, steps: int = 8) -> dict[str, int]:
    """Walk sequences of operations; gives how often each kind was granted.

    Raises:
        AssertionError: A law broke.
    """
    granted: Counter[str] = Counter()

    class Counting(BankMachine):
        def _ask(self, patch: Patch) -> bool:
            done = super()._ask(patch)
            granted[patch.edits[0].kind if patch.kind == "edit" else patch.kind] += done
            return done

    rules = settings(
        max_examples=sequences,
        stateful_step_count=steps,
        deadline=None,
        derandomize=True,
        database=None,
        report_multiple_bugs=False,
        phases=tuple(Phase) if shrink else (Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Counting, settings=rules)
    return {kind: count for kind, count in granted.items() if count}
