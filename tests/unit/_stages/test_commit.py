"""The one write path: who may change what, and what stays whatever is asked."""

from __future__ import annotations

import attrs
import pytest

from esc_skills._stages.commit import assembled, commit, draft
from esc_skills._stages.patch import Patch, Rules, Waiver
from esc_skills._stages.sayings import Sayings
from esc_skills.errors import BankRuleError
from esc_skills.model import Edit, Proposal, Risk, Skill, SkillsBank, Verdict, content_hash
from esc_skills.testing.samples import bank as sample
from esc_skills.testing.samples import protected_skill, skill

VOICES = {"iu-000000000001": "d1", "iu-000000000002": "d2"} | {
    f"a/p{number}/0": f"p{number}" for number in range(1, 5)
}
TWO = ("a/p1/0", "a/p2/0")
RULES = Rules(voices=VOICES)
YES = Verdict(decision="accept", gate="g")


def bank() -> SkillsBank:
    made = sample(skill(), skill("stay-close", actions=("validate",)), protected_skill())
    patch = Patch(kind="assemble", actor="kernel", base="", version=made)
    return commit(SkillsBank(), patch, attrs.evolve(RULES, protected=(protected_skill(),))).bank


def asked(base: SkillsBank, edit: Edit, actor: str = "refiner:tally", **facts: object) -> Patch:
    if actor.startswith("refiner:"):
        proposal = Proposal(bank=base.hash, edits=(edit,), refiner="tally")
        return attrs.evolve(Patch.of(proposal, YES), **facts)
    return Patch(actor=actor, base=base.hash, edits=(edit,), **facts)


def revise(base: SkillsBank, evidence: tuple[str, ...] = TWO, **changes: object) -> Edit:
    new = attrs.evolve(base.skill("listen-first"), **changes)
    return Edit(kind="revise", targets=(new.name,), skills=(new,), reason="r", evidence=evidence)


def refused(base: SkillsBank, patch: Patch, rules: Rules = RULES) -> str:
    with pytest.raises(BankRuleError) as fault:
        commit(base, patch, rules)
    return fault.value.where


def sources(made: SkillsBank, name: str, text: str) -> tuple[str, ...]:
    from esc_skills.model.lineage import lines

    held = made.skill(name)
    assert held is not None
    (key,) = {line.key for line in lines(held) if line.text == text}
    (found,) = [one for one in made.origins if one.skill == name and key in one.lines]
    return found.sources


def test_a_kept_line_keeps_its_sources_and_a_new_one_has_the_edits() -> None:
    """S10: code tells old lines from new ones, and names the proposal that brought them."""
    base = bank()
    edit = revise(base, guidance=("Ask how it feels.", "Say it back."))
    made = commit(base, asked(base, edit), RULES).bank
    assert sources(made, "listen-first", "Ask how it feels.") == tuple(VOICES)[:2]
    assert sources(made, "listen-first", "Say it back.") == TWO
    proposal = Proposal(bank=base.hash, edits=(edit,), refiner="tally")
    assert proposal.id in {origin.patch for origin in made.origins}
    assert sources(made, "crisis-first", "Ask how it feels.") == ("protected:test",)


def test_sources_survive_a_merge_and_a_split() -> None:
    """S10: a line that two skills shared rests on the sources of both."""
    base = bank()
    both = skill("both", guidance=("Ask how it feels.", "Stay."))
    edit = Edit(
        kind="merge",
        targets=("listen-first", "stay-close"),
        skills=(both,),
        reason="r",
        evidence=TWO,
    )
    made = commit(base, asked(base, edit), RULES).bank
    assert sources(made, "both", "Ask how it feels.") == tuple(VOICES)[:2]
    assert sources(made, "both", "Stay.") == TWO
    parts = tuple(attrs.evolve(made.skill("both"), name=name) for name in ("left", "right"))
    cut = Edit(kind="split", targets=("both",), skills=parts, reason="r", evidence=TWO)
    after = commit(made, asked(made, cut), RULES).bank
    assert sources(after, "left", "Stay.") == TWO
    assert sources(after, "right", "Ask how it feels.") == tuple(VOICES)[:2]


@pytest.mark.parametrize(
    ("evidence", "rule"),
    [
        (("a/p1/0",), "S11"),
        (("a/p9/0", "a/p1/0"), "S10"),
        (("human:Eve", "a/p1/0"), "S10"),
        (("protected:test", "a/p1/0"), "S10"),
        (TWO, ""),
    ],
    ids=["one-seeker", "unknown", "claims-a-person", "claims-a-guard", "two-seekers"],
)
def test_a_new_line_rests_on_two_known_voices(evidence: tuple[str, ...], rule: str) -> None:
    """S10, S11: evidence is of this run, of two seekers or dialogues, and nobody is forged."""
    base = bank()
    patch = asked(base, revise(base, evidence, overview="Better."))
    if rule:
        assert refused(base, patch) == rule
    else:
        assert commit(base, patch, RULES).bank.skill("listen-first").overview == "Better."


def test_a_risk_may_grow_on_one_voice() -> None:
    """S7, S11: caution needs less evidence than advice."""
    base = bank()
    more = (*base.skill("listen-first").risks, Risk(trigger="It is late."))
    edit = attrs.evolve(revise(base, ("a/p1/0",), risks=more), kind="add-risk")
    assert commit(base, asked(base, edit), RULES).bank.skill("listen-first").risks == more


def test_a_person_edits_but_is_bound_by_the_ratchet() -> None:
    """S7: a name alone takes no risk back; a complete waiver does, and stands in the entry."""
    base = bank()
    edit = revise(base, (), risks=())
    assert refused(base, asked(base, edit, "human:Mira")) == "S7"
    waiver = Waiver(
        skill="listen-first",
        line=base.skill("listen-first").risks[0].trigger,
        by="human:Mira",
        traces=("a/p1/0", "a/p2/0", "a/p3/0"),
        reason="It never happened.",
    )
    done = commit(base, asked(base, edit, "human:Mira", waivers=(waiver,)), RULES)
    assert done.bank.skill("listen-first").risks == ()
    assert done.entry["waivers"][0]["by"] == "human:Mira"


@pytest.mark.parametrize(
    ("text", "rule"),
    [("Write to ann@example.org.", "S13"), ("Call +49 30 1234567.", "S13"), ("Call 112.", "")],
)
def test_personal_data_stay_out(text: str, rule: str) -> None:
    """S13, B20: no mail address or phone number enters a bank; an emergency number may."""
    base = bank()
    patch = asked(base, revise(base, (), examples=(text,)), "human:Mira")
    if rule:
        assert refused(base, patch) == rule
    else:
        assert commit(base, patch, RULES)


def test_what_refinement_makes_is_unreviewed_until_a_person_says_yes() -> None:
    """S9, B15: a gate's acceptance is no review; a yes is for one content and by a name."""
    base = bank()
    assert "unreviewed" in base.notes
    wanted = tuple(content_hash(one) for one in base.active if not one.protected)
    yes = Patch(kind="accept", actor="human:Mira", base=base.hash, accepts=wanted)
    seen = commit(base, yes, RULES).bank
    assert "unreviewed" not in seen.notes
    made = commit(seen, asked(seen, revise(seen, overview="Better.")), RULES).bank
    assert "unreviewed" in made.notes
    assert [review.skill for review in made.reviews] == ["stay-close"]
    again = Patch(kind="accept", actor="human:Mira", base=made.hash, accepts=wanted)
    assert refused(made, again) == "S9"
    for nobody in ("refiner:tally", "human:", "human: "):
        assert refused(base, attrs.evolve(yes, actor=nobody)) == "S9"


def test_an_import_rests_until_a_person_wakes_it() -> None:
    """S17, S11: what came from outside is quarantined and flagged; no refiner wakes it."""
    base = bank()
    edit = Edit(kind="add", skills=(skill("theirs", evidence=("iu-far",)),), reason="r")
    made = commit(base, asked(base, edit, "import:x.json"), RULES).bank
    theirs = made.skill("theirs")
    assert (theirs.life, theirs.evidence) == ("quarantined", ("import:x.json",))
    assert "imported" in made.notes
    wake = Edit(
        kind="revise",
        targets=("theirs",),
        skills=(attrs.evolve(theirs, life="active"),),
        reason="r",
        evidence=TWO,
    )
    assert refused(made, asked(made, wake)) == "S17"
    woken = commit(made, asked(made, attrs.evolve(wake, evidence=()), "human:Mira"), RULES).bank
    assert "human:Mira" in sources(woken, "theirs", "Ask how it feels.")
    retire = Edit(kind="retire", targets=("stay-close",), reason="r")
    assert refused(base, asked(base, retire, "import:x.json")) == "S17"
    shadow = Edit(kind="add", skills=(skill("crisis-first"),), reason="r")
    assert refused(base, asked(base, shadow, "bank:abc")) == "S5"


def test_an_import_brings_its_licences_and_dialogues_along() -> None:
    """S15: the bank inherits both, each once; a patch without any has the id that it always had."""
    base = attrs.evolve(bank(), licences=("MIT",), sources=("f1",))
    edit = Edit(kind="add", skills=(skill("theirs"),), reason="r")
    plain = asked(base, edit, "import:x.json")
    wish = attrs.evolve(plain, licences=("CC-BY-NC-4.0", "MIT"), sources=("f0",))
    made = commit(base, wish, RULES).bank
    assert (made.licences, made.sources) == (("CC-BY-NC-4.0", "MIT"), ("f0", "f1"))
    assert commit(base, plain, RULES).bank.licences == ("MIT",)
    assert len({plain.id, wish.id}) == 2


def test_rollback_brings_skills_back_byte_for_byte() -> None:
    """S24: an old version's skills return, as a new version that names its parent."""
    old = bank()
    new = commit(old, asked(old, revise(old, overview="Better.")), RULES).bank
    back = Patch(kind="rollback", actor="human:Mira", base=new.hash, version=old, reason="r")
    done = commit(new, back, RULES, head="h")
    assert done.bank.skills == old.skills
    assert done.bank.origins == old.origins
    assert (done.bank.parent, done.bank.ledger) == (new.hash, "h")
    assert (done.entry["kind"], done.entry["version"]) == ("rollback", old.hash)
    assert refused(new, attrs.evolve(back, actor="refiner:tally")) == "S24"


def test_rollback_never_brings_an_old_protected_skill_back() -> None:
    """S5, S24: protected skills are those of now; a version that shadows one is refused."""
    old = bank()
    newer = protected_skill(overview="A newer release of the guard.")
    now = attrs.evolve(old, skills=(newer, *old.skills[1:]), origins=())
    done = commit(now, Patch(kind="rollback", actor="human:M", base=now.hash, version=old), RULES)
    assert done.bank.skill("crisis-first") == newer
    bare = sample(skill("crisis-first"), skill())
    wish = Patch(kind="rollback", actor="human:M", base=now.hash, version=bare)
    assert refused(now, wish) == "S5"


def test_rollback_is_no_way_around_the_ratchet() -> None:
    """S7: a risk learned since is lost by a waiver only, also in a rollback."""
    old = bank()
    risks = (*old.skill("listen-first").risks, Risk(trigger="It is late."))
    new = commit(old, asked(old, revise(old, risks=risks)), RULES).bank
    back = Patch(kind="rollback", actor="human:Mira", base=new.hash, version=old, reason="r")
    assert refused(new, back) == "S7"
    waiver = Waiver(
        skill="listen-first",
        line="It is late.",
        by="human:Mira",
        traces=("a/p1/0", "a/p2/0", "a/p3/0"),
        reason="It was not.",
    )
    assert commit(new, attrs.evolve(back, waivers=(waiver,)), RULES).bank.skills == old.skills


def test_skills_that_go_leave_their_risks_in_the_entry() -> None:
    """S7: what a rollback takes away with a whole skill stands in the ledger."""
    old = bank()
    edit = Edit(
        kind="add",
        skills=(skill("third", risks=(Risk(trigger="Only here."),)),),
        reason="r",
        evidence=TWO,
    )
    new = commit(old, asked(old, edit), RULES).bank
    back = Patch(kind="rollback", actor="human:Mira", base=new.hash, version=old)
    assert commit(new, back, RULES).entry["left"] == ["third: Only here."]


@pytest.mark.parametrize(
    "verdict",
    [None, Verdict(decision="reject", gate="g"), attrs.evolve(YES, vetoes=("S8",))],
    ids=["none", "reject", "vetoed"],
)
def test_a_machine_needs_a_clean_acceptance(verdict: Verdict | None) -> None:
    """S8: no refiner's patch becomes a bank without a gate's yes; a draft may be tried out."""
    base = bank()
    patch = asked(base, revise(base, overview="Better."), verdict=verdict)
    assert refused(base, patch) == "bank.verdict"
    assert draft(base, patch, RULES).skill("listen-first").overview == "Better."


def test_too_many_edits_are_refused() -> None:
    """B18: a patch of nothing, or of more than anyone can read, is refused."""
    base = bank()
    edit = Edit(kind="retire", targets=("stay-close",), reason="r")
    assert refused(base, asked(base, edit, edits=())) == "bank.edits"
    assert refused(base, asked(base, edit, edits=(edit,) * 65)) == "bank.edits"


def test_only_an_empty_bank_is_assembled() -> None:
    """S5: assembling is no back door into a bank that is there."""
    base = bank()
    wish = Patch(kind="assemble", actor="kernel", base="", version=sample())
    assert refused(base, wish) == "bank.assemble"
    assert refused(SkillsBank(), attrs.evolve(wish, actor="human:M")) == "bank.assemble"
    assert assembled(base)["bank"] == base.hash


def test_a_bank_without_a_record_is_taken_up() -> None:
    """A bank of an older version rests, line by line, on the evidence of its skills."""
    base = sample()
    made = commit(base, asked(base, revise(base, overview="Better.")), RULES).bank
    assert sources(made, "stay-close", "Ask how it feels.") == base.skills[0].evidence
    assert isinstance(made.skill("stay-close"), Skill)


def test_a_pinned_skill_is_changed_by_people_only() -> None:
    """A pin holds off refiners and imports, whatever they show; a person's own edit takes it off.

    Control: without the pin the same edit passes.
    """
    base = bank()
    content = content_hash(base.skill("listen-first"))
    yes = Patch(kind="accept", actor="human:Mira", base=base.hash, accepts=(content,), pins=True)
    held = commit(base, yes, RULES).bank
    assert held.pinned == {"listen-first"}
    assert held.behaviour == base.behaviour
    assert refused(held, asked(held, revise(held, actions=("explore-feelings",)))) == "bank.pin"
    retire = Edit(kind="retire", targets=("listen-first",), reason="r", evidence=TWO)
    assert refused(held, asked(held, retire)) == "bank.pin"
    own = asked(held, revise(held, actions=("explore-feelings",)), actor="human:Mira")
    assert commit(held, own, RULES).bank.pinned == frozenset()
    plain = commit(base, attrs.evolve(yes, pins=False), RULES).bank
    assert plain.pinned == frozenset()
    commit(plain, asked(plain, revise(plain, actions=("explore-feelings",))), RULES)


def test_the_ledger_is_told_all_of_it() -> None:
    """S12: an entry names who asked, for which bank, why, and what came of it."""
    base = bank()
    edit = revise(base, overview="Better.")
    patch = asked(base, edit, reason="It helped.")
    done = commit(base, patch, RULES)
    assert done.entry == {
        "kind": "edit",
        "actor": "refiner:tally",
        "patch": patch.proposal.id,
        "base": base.hash,
        "bank": done.bank.hash,
        "reason": "It helped.",
        "accepts": [],
        "version": "",
        "waivers": [],
        "left": [],
    }
    told = (done.bank.parent, done.bank.proposal, done.bank.verdict, done.bank.ledger)
    assert told == (base.hash, content_hash(patch.proposal), content_hash(YES), "")
    yes = Patch(
        kind="accept", actor="human:M", base=base.hash, accepts=(content_hash(base.skills[0]),)
    )
    seen = commit(base, yes, RULES)
    assert seen.entry["accepts"] == list(yes.accepts)
    assert (seen.bank.proposal, seen.bank.verdict) == (content_hash(yes.id), "")


def test_a_first_bank_has_no_past() -> None:
    """S12: assembling names no parent and no proposal; read anew, its entry is the same."""
    wish = Patch(kind="assemble", actor="kernel", base="", version=sample())
    done = commit(SkillsBank(), wish, RULES)
    assert (done.bank.parent, done.bank.proposal, done.bank.verdict) == ("", "", "")
    told = assembled(done.bank)
    assert (told["kind"], told["actor"], told["base"], told["version"]) == (
        *("assemble", "kernel", ""),
        "",
    )
    same = ("kind", "actor", "base", "bank", "left", "version")
    assert all(told[key] == done.entry[key] for key in same)


def test_a_draft_bears_no_verdict_of_its_parent() -> None:
    """S8: what seekers try out has neither the yes nor the ledger's row of the bank before."""
    base = bank()
    one = commit(base, asked(base, revise(base, overview="Better.")), RULES, head="h").bank
    assert one.verdict
    assert one.ledger == "h"
    tried = draft(one, asked(one, revise(one, overview="Best.")), RULES)
    assert (tried.verdict, tried.ledger, tried.parent) == ("", "", one.hash)


def test_no_sentence_of_a_dialogue_comes_in() -> None:
    """S14: what people said is refused in what is new, and only there; other words pass."""
    base = bank()
    said = "we fed the old grey cat every single morning before work"
    rules = attrs.evolve(RULES, said=Sayings(lambda: [said]))
    assert refused(base, asked(base, revise(base, overview=said)), rules) == "S14"
    assert commit(base, asked(base, revise(base, overview="We fed a cat.")), rules)
    held = commit(base, asked(base, revise(base, overview=said)), RULES).bank  # an older record
    far = attrs.evolve(
        revise(base), targets=("stay-close",), skills=(skill("stay-close", overview="Near."),)
    )
    assert commit(held, asked(held, far), rules).bank.skill("listen-first").overview == said


def test_as_many_edits_as_the_limit_says() -> None:
    """B18: the last allowed number is allowed."""
    base = bank()
    many = tuple(
        Edit(kind="add", skills=(skill(f"s-{number}"),), reason="r") for number in range(64)
    )
    made = commit(base, Patch(actor="human:M", base=base.hash, edits=many), RULES).bank
    assert len(made.skills) == len(base.skills) + 64


def test_a_bank_that_rests_may_go_on_resting() -> None:
    """A bank in which a guard's skills alone are active loses nothing with a sleeping one."""
    base = sample(skill("asleep", life="quarantined"), protected_skill())
    edit = Edit(kind="retire", targets=("asleep",), reason="r")
    made = commit(base, Patch(actor="human:M", base=base.hash, edits=(edit,)), RULES).bank
    assert [one.name for one in made.active] == ["crisis-first"]
