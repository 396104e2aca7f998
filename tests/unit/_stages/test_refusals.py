"""Every refusal of the write path, word for word: the rule, what is wrong, and what to do."""

from __future__ import annotations

from collections.abc import Callable

import attrs
import pytest

from esc_skills._stages.commit import commit
from esc_skills._stages.origins import check_origins, check_quota, cited, origins, stands
from esc_skills._stages.patch import Patch, Rules
from esc_skills._stages.ratchet import check_ratchet
from esc_skills._stages.rules import SKILL_LIMIT, TEXT_LIMIT, check_bank, check_person
from esc_skills._stages.sayings import Sayings
from esc_skills.errors import BankRuleError
from esc_skills.model import (
    Condition,
    Edit,
    Origin,
    Proposal,
    Review,
    SkillsBank,
    Verdict,
    content_hash,
)
from esc_skills.testing.samples import bank, protected_skill, skill

BASE = bank(skill(), skill("stay-close", actions=("validate",)), protected_skill())
PINNED = attrs.evolve(
    BASE,
    reviews=(
        Review(
            skill="stay-close",
            content=content_hash(BASE.skill("stay-close")),
            by="human:M",
            pinned=True,
        ),
    ),
)
RULES = Rules()
RETIRE = Edit(kind="retire", targets=("stay-close",), reason="r")
YES = Verdict(decision="accept", gate="g")
SAID = Rules(said=Sayings(lambda: ["we fed the old grey cat every single morning before work"]))
COPIED = skill("third", guidance=("They fed the old grey cat every single morning before work.",))


def person(*edits: Edit, **facts: object) -> Patch:
    return Patch(**{"actor": "human:M", "base": BASE.hash, "edits": edits, **facts})


def tally(*edits: Edit, base: SkillsBank = BASE, verdict: Verdict | None = YES) -> Patch:
    return Patch.of(Proposal(bank=base.hash, edits=edits, refiner="tally"), verdict)


def add(name: str = "third", **facts: object) -> Edit:
    return Edit(kind="add", skills=(skill(name, **facts),), reason="r")


def back(version: SkillsBank | None) -> Patch:
    return person(kind="rollback", version=version)


def wishes(patch: Patch, base: SkillsBank = BASE, rules: Rules = RULES) -> Callable[[], object]:
    return lambda: commit(base, patch, rules)


def evolved(name: str, **facts: object) -> Edit:
    new = attrs.evolve(BASE.skill(name), **facts)
    return Edit(kind="revise", targets=(name,), skills=(new,), reason="r")


SLEEPING = bank(skill(), skill("stay-close", life="quarantined"))
WAKE = Edit(kind="revise", targets=("stay-close",), skills=(skill("stay-close"),), reason="r")
DANGLING = bank(skill(), origins=(Origin(skill="gone", lines=("k",), sources=("s",)),))
RECORDED = bank(skill(), origins=origins(stands(bank(skill()))))
CITE = Patch(actor="refiner:t", base="")
WORDLESS = repr(Condition(states=("sad",)))
DASH = "guidance:0"

REFUSED: dict[str, tuple[Callable[[], object], str, str, str]] = {
    "parent": (
        wishes(person(RETIRE, base="f" * 64)), "bank.parent",
        f"the patch was made for bank {'f' * 12}, this is {BASE.hash[:12]}",
        "propose again against the current bank",
    ),
    "no-parent": (
        wishes(person(RETIRE, base="")), "bank.parent",
        f"the patch was made for bank none, this is {BASE.hash[:12]}",
        "propose again against the current bank",
    ),
    "edits": (wishes(person()), "bank.edits", "0 edits at once", "1 to 64 are allowed"),
    "empty": (
        wishes(person(RETIRE, attrs.evolve(RETIRE, targets=("listen-first",)))), "bank.empty",
        "the proposal leaves no active skill", "keep at least one",
    ),
    "accepts-unknown": (
        wishes(person(kind="accept", accepts=("f" * 64,))), "S9",
        f"no skill has the content {'f' * 12}",
        "look at the skill as it is now, then accept that",
    ),
    "accepts-nothing": (
        wishes(person(kind="accept")), "S9", "no skill has the content that was meant",
        "look at the skill as it is now, then accept that",
    ),
    "accepts-nobody": (
        wishes(person(kind="accept", actor="refiner:t")), "S9",
        "'refiner:t' is no named person", "give --by NAME",
    ),
    "rolled-to-nothing": (
        wishes(back(None)), "S24", "no version to go back to", "name a bank of this run",
    ),
    "rolled-over-a-guard": (
        wishes(back(bank(skill("crisis-first")))), "S5",
        "version holds an unprotected 'crisis-first'", "choose a later version",
    ),
    "assembled-twice": (
        wishes(Patch(kind="assemble", actor="kernel", base="", version=BASE)), "bank.assemble",
        "only an empty bank is assembled", "make a new run",
    ),
    "assembled-of-nothing": (
        wishes(Patch(kind="assemble", actor="kernel", base=""), SkillsBank()), "bank.assemble",
        "only an empty bank is assembled", "make a new run",
    ),
    "verdict-none": (
        wishes(tally(RETIRE, verdict=None)), "bank.verdict", "no verdict promotes nothing",
        "only an acceptance without veto does",
    ),
    "verdict-vetoed": (
        wishes(tally(RETIRE, verdict=attrs.evolve(YES, vetoes=("S8",)))), "bank.verdict",
        "accept with 1 vetoes promotes nothing", "only an acceptance without veto does",
    ),
    "copied": (
        wishes(person(attrs.evolve(add(), skills=(COPIED,))), rules=SAID), "S14",
        "skill 'third' repeats eight words or more in a row of a source dialogue",
        "say it in other words; nobody's sentences go into a bank",
    ),
    "import-changes": (
        wishes(person(RETIRE, actor="import:x")), "S17",
        "an import changes a skill of the bank", "an import only adds",
    ),
    "shape": (
        wishes(person(attrs.evolve(evolved("stay-close", overview="x"), kind="add-risk"))),
        "bank.shape", "edit add-risk of 'stay-close' changes more or other than it says",
        "give the skill one risk more, or call it a revision",
    ),
    "target": (
        wishes(person(attrs.evolve(RETIRE, targets=("nobody",)))), "bank.target",
        "edit retire names 'nobody', which the bank does not hold",
        "propose against the current bank",
    ),
    "target-guarded": (
        wishes(person(attrs.evolve(RETIRE, targets=("crisis-first",)))), "S5",
        "edit retire touches protected 'crisis-first'", "leave it alone",
    ),
    "target-pinned": (
        wishes(tally(RETIRE, base=PINNED), PINNED), "bank.pin",
        "edit retire touches pinned 'stay-close'", "ask who pinned it",
    ),
    "target-twice": (
        wishes(person(Edit(kind="merge", targets=("stay-close",) * 2, skills=(skill("x"),),
                           reason="r"))),
        "bank.target", "edit merge names a skill twice", "name it once",
    ),
    "wakes": (
        wishes(tally(WAKE, base=SLEEPING), SLEEPING), "S17", "an edit would wake 'stay-close'",
        "only a named person may",
    ),
    "name": (
        wishes(person(add("stay-close"))), "bank.name",
        "edit add would make a second 'stay-close'",
        "choose another name, or revise the one that is there",
    ),
    "name-guarded": (
        wishes(person(add("crisis-first"))), "S5", "edit add would make a second 'crisis-first'",
        "choose another name, or revise the one that is there",
    ),
    "ratchet": (
        lambda: check_ratchet(skill(), skill(risks=()), (), RULES), "S7",
        "skill 'listen-first' would lose or reword the risk 'The seeker asks for advice'",
        "add beside it; taking one back needs a named person and 3 independent conversations",
    ),
    "ratchet-wordless": (
        lambda: check_ratchet(skill(not_when=(Condition(states=("sad",)),)), skill(), (), RULES),
        "S7",
        f"skill 'listen-first' would lose or reword the risk {WORDLESS!r}",
        "add beside it; taking one back needs a named person and 3 independent conversations",
    ),
    "size": (
        lambda: check_bank(bank(skill(pitfalls=("x" * TEXT_LIMIT,))), protected=()), "bank.size",
        "skill 'listen-first' is longer than 20000 characters",
        "split it into skills of one idea each",
    ),
    "guidance": (
        lambda: check_bank(bank(skill(guidance=(" ",))), protected=()), "bank.guidance",
        "skill 'listen-first' has no guidance",
        "write at least one step that a person could follow",
    ),
    "evidence": (
        lambda: check_bank(bank(skill(evidence=())), protected=()), "S10",
        "skill 'listen-first' rests on no evidence",
        "name at least one unit, trace, human:NAME or protected:SOURCE",
    ),
    "personal": (
        lambda: check_person(skill(applies=(Condition(words="mail ann@example.org"),))), "S13",
        "a line of skill 'listen-first' holds a mail address", "say it without personal data",
    ),
    "manifest": (
        lambda: check_bank(bank(), protected=(protected_skill(),)), "S5",
        "protected skill 'crisis-first' is missing or changed",
        "only a new release of its guard may change it",
    ),
    "claims": (
        lambda: check_bank(bank(protected_skill()), protected=()), "S5",
        "skill 'crisis-first' claims to be protected",
        "protection comes from a guard's manifest only",
    ),
    "flood": (
        lambda: check_bank(bank(*(skill(f"s-{n}") for n in range(SKILL_LIMIT + 1))), protected=()),
        "bank.size", "501 skills, at most 500 are allowed", "merge or retire skills",
    ),
    "record-bare": (
        lambda: origins({"a": {DASH: ((), "")}}), "S10", "skill 'a' rests on no evidence",
        "name what it rests on",
    ),
    "record-forged": (
        lambda: cited(attrs.evolve(RETIRE, evidence=("human:E",)), CITE, RULES, known=(), own=()),
        "S10", "an edit cites 'human:E'", "the kernel writes who said what",
    ),
    "record-unknown": (
        lambda: cited(attrs.evolve(RETIRE, evidence=("iu-9",)), CITE, Rules(voices={}),
                      known=(), own=()),
        "S10", "an edit rests on 'iu-9', unknown to this run", "cite units and traces",
    ),
    "quota-none": (
        lambda: check_quota(skill(), (), (), RULES), "S10",
        "skill 'listen-first' has a line without a source", "cite evidence",
    ),
    "quota-one": (
        lambda: check_quota(skill(), (), ("a",), Rules(voices={})), "S11",
        "skill 'listen-first' has a new line that rests on 1 dialogue or seeker",
        "bring evidence of 2 of them at least",
    ),
    "record-dangles": (
        lambda: check_origins(attrs.evolve(DANGLING, skills=())), "S10",
        "sources of 'gone', which is not there", "restore the bank",
    ),
    "record-lacks-in-a-bank": (
        lambda: check_bank(DANGLING, protected=()), "S10",
        "a line of 'listen-first' has no source", "restore the bank",
    ),
    "record-has-more": (
        lambda: check_origins(attrs.evolve(RECORDED, skills=(skill(pitfalls=()),))), "S10",
        "'listen-first' has a source without a line", "restore the bank",
    ),
    "record-lacks": (
        lambda: check_origins(DANGLING), "S10", "a line of 'listen-first' has no source",
        "restore the bank",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_says_what_and_what_to_do(name: str) -> None:
    """S5, S7-S11, S13, S14, S17, S24, B18: rule, fault and next step; nothing has changed."""
    act, rule, what, hint = REFUSED[name]
    with pytest.raises(BankRuleError) as refused:
        act()
    fault = refused.value
    assert (fault.where, fault.message, fault.hint) == (rule, what, hint)
