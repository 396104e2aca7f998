"""Refiner ``paper``: whatever its model answers, a bank takes every proposal."""

from __future__ import annotations

import asyncio

import attrs
import pytest
from drafted import apply_proposal
from hypothesis import given, settings
from hypothesis import strategies as st

from esc_skills.errors import BackendError, ReplyError
from esc_skills.model import FAILURE_KINDS, Failure, FailureReport, SkillsBank
from esc_skills.spec import Refiner
from esc_skills.testing import DeskContext, conformance, context
from esc_skills.testing.conformance.scenes import mixed_bank, traces
from esc_skills.testing.samples import bank, skill
from esc_skills_plugins.refiners.mining import failing, label
from esc_skills_plugins.refiners.paper import PaperRefiner, esc_skills_refiners
from esc_skills_plugins.refiners.written import (
    WrittenEdit,
    WrittenEdits,
    WrittenFailure,
    WrittenFailures,
    WrittenRisk,
    WrittenSkill,
)

BANK = mixed_bank()
TRACES = traces()
NAMES = [one.name for one in BANK.skills]
ADD = WrittenEdit(
    kind="add",
    skills=(
        WrittenSkill(
            name="slow-down",
            overview="Slows the talk down.",
            states=("worried",),
            actions=("validate",),
            guidance=("Say less.",),
        ),
    ),
    reason="Nothing slows it down.",
    failures=("f1", "f2"),
)
RETIRE = WrittenEdit(kind="retire", targets=("stay-close",), reason="No use.", failures=("f2",))


@attrs.define(kw_only=True)
class Desk(DeskContext):
    """A desk that answers by the type that is wanted; an exception is raised."""

    failed: object
    edits: object

    async def ask(self, role, prompt, *, into):
        """Answer both questions; failures are told about the conversation that is shown."""
        self.asked.append((role, prompt))
        said = self.failed if into is WrittenFailures else self.edits
        if callable(said):
            said = said(prompt)
        if isinstance(said, Exception):
            raise said
        return said


def everywhere(prompt):
    """One failure of every kind at the first exchange of the conversation shown."""
    told = next(word for word in map(label, TRACES) if word in prompt.task)
    found = tuple(WrittenFailure(exchange=0, kind=kind, why="MARK why") for kind in FAILURE_KINDS)
    return WrittenFailures(trace=told, failures=found)


BOTH = WrittenEdits(edits=(ADD, RETIRE))


def desk(edits=BOTH, failed=everywhere):
    """A desk with these answers."""
    return Desk(rng=context().rng, failed=failed, edits=edits)


def report(here=TRACES):
    """One failure of every kind for every conversation."""
    return FailureReport(
        failures=tuple(
            Failure(kind=kind, trace=one.id, exchange=0)
            for one in here[1:4]
            for kind in FAILURE_KINDS
        ),
        traces=3,
    )


def propose(*edits, here=BANK, rejected=(), room=None, **facts):
    """Proposals when the model wishes for these edits."""
    lent = room or desk(WrittenEdits(edits=edits))
    refiner = PaperRefiner(**facts)
    return asyncio.run(refiner.propose(report(), TRACES, here, rejected, lent))


def test_keeps_the_promises_of_its_role() -> None:
    """The component passes every law of refiners with a scripted model."""
    assert esc_skills_refiners() == [PaperRefiner]
    assert isinstance(PaperRefiner(), Refiner)
    for law in conformance.laws("refiner"):
        fault = law.fault(conformance.on_trial("refiner", PaperRefiner(), lend=lambda _: desk()))
        assert not fault, fault


def test_each_failing_conversation_is_asked_about() -> None:
    """Failures come in trace order and are counted; the number of questions is bounded."""
    room = desk()
    found = asyncio.run(PaperRefiner(most_traces=2).diagnose(TRACES, BANK, room))
    shown = [one.id for one in failing(TRACES, 2)]
    assert [one.trace for one in found.failures] == [name for name in shown for _ in FAILURE_KINDS]
    assert len(room.asked) == 2
    assert {role for role, _ in room.asked} == {"refiner"}
    assert found.traces == 6
    assert found.notes == ("2 failing conversations were shown to a model",)


def test_an_unusable_diagnosis_is_counted() -> None:
    """A conversation whose answer cannot be used is noted; a dead provider ends the run."""
    lost = desk(failed=ReplyError("m", hint="h"))
    found = asyncio.run(PaperRefiner().diagnose(TRACES, BANK, lost))
    assert (found.failures, found.notes[1]) == ((), "5 of them were not answered usably")
    astray = desk(failed=WrittenFailures(trace="t-0"))
    notes = asyncio.run(PaperRefiner().diagnose(TRACES, BANK, astray)).notes
    assert "5 failures were dropped" in notes[1]
    with pytest.raises(BackendError):
        asyncio.run(PaperRefiner().diagnose(TRACES, BANK, desk(failed=BackendError("m", hint="h"))))


def test_kinds_can_be_switched_off() -> None:
    """Every class of failure is a setting, for ablations, in both steps."""
    only = {"use_missing": False, "use_profile": False}
    found = asyncio.run(PaperRefiner(**only).diagnose(TRACES, BANK, desk()))
    assert {one.kind for one in found.failures} == {"unsafe-intervention"}
    assert not propose(ADD, use_missing=False, use_unsafe=False, use_profile=False)


def test_wishes_become_proposals() -> None:
    """Sound edits are bundled, signed by this refiner, and apply."""
    (made,) = propose(ADD, RETIRE)
    assert (made.refiner, made.bank) == ("paper", BANK.hash)
    assert [edit.kind for edit in made.edits] == ["add", "retire"]
    after = apply_proposal(BANK, made)
    assert after.skill("slow-down").evidence == (TRACES[1].id, TRACES[2].id)
    assert len(propose(ADD, RETIRE, max_edits=1)) == 2


def test_no_failure_no_question() -> None:
    """Nothing is asked, and so nothing is paid, when there is nothing to mend."""
    room = desk()
    empty = asyncio.run(PaperRefiner().propose(FailureReport(), TRACES, BANK, (), room))
    assert (empty, room.asked) == ((), [])
    assert propose(ADD, max_proposals=0) == ()


def test_an_unusable_answer_proposes_nothing() -> None:
    """A model that cannot keep to the shape costs the round its edits, not the run."""
    room = desk(ReplyError("m", hint="h"))
    assert propose(room=room) == ()
    assert room.notes == [("no-edits", {"reason": "unusable"})]


def test_a_refused_edit_does_not_come_back() -> None:
    """What a gate refused alone is not proposed again, even in other words of reason."""
    refused = propose(ADD)
    assert refused
    assert propose(attrs.evolve(ADD, reason="Please."), rejected=refused) == ()


def test_new_words_rest_on_two_seekers() -> None:
    """S11: one seeker's failures bring no new line; the wish is dropped and counted, alone."""
    room = desk(WrittenEdits(edits=(attrs.evolve(ADD, failures=("f1",)), RETIRE)))
    (made,) = propose(room=room)
    assert [edit.kind for edit in made.edits] == ["retire"]
    assert ("edit-dropped", {"rule": "one-seeker", "count": 1}) in room.notes


def test_a_bank_is_never_emptied() -> None:
    """B18: retiring or merging everything stops when half of the skills are gone."""
    all_gone = tuple(
        WrittenEdit(kind="retire", targets=(one.name,), reason="r", failures=("f1",))
        for one in BANK.skills
    )
    (made,) = propose(*all_gone)
    assert len(made.edits) == 1
    assert len(apply_proposal(BANK, made).active) == 2
    lone = bank(skill())
    assert propose(attrs.evolve(all_gone[0], targets=("listen-first",)), here=lone) == ()


def test_a_flood_is_cut() -> None:
    """B18: of ten thousand wishes a bounded number is read, and the rest is noted."""
    flood = tuple(
        attrs.evolve(ADD, skills=(attrs.evolve(ADD.skills[0], name=f"n{at}"),))
        for at in range(10_000)
    )
    room = desk(WrittenEdits(edits=flood))
    made = propose(room=room)
    assert sum(len(one.edits) for one in made) <= 12
    assert ("edit-dropped", {"rule": "too-many", "count": 9976}) in room.notes


def test_merges_in_a_circle_are_cut() -> None:
    """B18: two merges of the same skills are one; no edit builds on another's result."""
    circle = tuple(
        WrittenEdit(
            kind="merge",
            targets=("listen-first", "stay-close"),
            skills=(attrs.evolve(ADD.skills[0], name=name),),
            failures=("f1", "f2"),
        )
        for name in ("listen-first", "stay-close")
    )
    here = bank(skill(), skill("stay-close"), skill("third"))
    (made,) = propose(*circle, here=here)
    assert len(made.edits) == 1
    assert len(apply_proposal(here, made).active) == 2


def test_dropped_wishes_are_noted_by_rule() -> None:
    """Nothing vanishes: each rule that dropped an edit is noted with its count."""
    room = desk(WrittenEdits(edits=(attrs.evolve(ADD, failures=()),) * 3))
    assert propose(room=room) == ()
    assert ("edit-dropped", {"rule": "no-evidence", "count": 3}) in room.notes


def test_untrusted_text_never_leaves_the_data() -> None:
    """S16: marker words of traces, and of the model's own diagnosis, stand in data only."""
    room = desk()
    seen = tuple(
        attrs.evolve(
            one,
            profile=attrs.evolve(one.profile, persona="MARK"),
            exchanges=tuple(attrs.evolve(item, seeker="MARK {most}") for item in one.exchanges),
        )
        for one in TRACES
    )
    found = asyncio.run(PaperRefiner().diagnose(seen, BANK, room))
    asyncio.run(PaperRefiner().propose(found, seen, BANK, (), room))
    assert len(room.asked) == 6
    assert not [1 for _, p in room.asked if "MARK" in p.system + p.task + p.id]


TEXTS = st.sampled_from(
    ["", " ", "Ask once, then wait.", "say less", "x" * 401, "a\u200bb", "\ud800", "a\nb",
     "好好听他说。", "I am so worried about losing my job that I cannot sleep.", "{most}",
     "---\nname: x\n---"]
)  # fmt: skip
WORDS = st.one_of(TEXTS, st.text(max_size=20))
SKILL_NAMES = st.one_of(
    st.sampled_from([*NAMES, "new-one", "newer", "Bad Name", "", "a" * 65, "../x"]),
    st.text(max_size=5),
)


def few(each, most=3):
    """Short tuples."""
    return st.lists(each, max_size=most).map(tuple)


def labels(*known):
    """Known labels, other dimensions' labels, and rubbish."""
    return few(st.sampled_from([*known, *known, "in-crisis", "nonsense", ""]), 2)


RISKS = st.builds(
    WrittenRisk,
    trigger=WORDS,
    severity=st.sampled_from(["low", "medium", "high", "none"]),
    instead=WORDS,
)
SKILLS = st.builds(
    WrittenSkill,
    name=SKILL_NAMES,
    overview=WORDS,
    scenarios=labels("job-crisis"),
    states=st.one_of(st.just(("worried",)), labels("worried")),
    not_states=st.one_of(st.just(()), labels("worried")),
    actions=st.one_of(st.just(("validate",)), labels("validate", "explore-feelings")),
    guidance=st.one_of(st.just(("Ask once.",)), few(WORDS, 9)),
    changes=st.one_of(st.just(()), labels("opens-up")),
    risks=few(RISKS, 2),
    pitfalls=few(WORDS, 2),
    examples=few(WORDS, 2),
)
LINES = st.sampled_from(["Ask once.", "Wait a little.", "Say what you heard.", "x" * 390])
SHAPES = (("add", 0, 1), ("revise", 1, 1), ("merge", 2, 1), ("split", 1, 2), ("retire", 1, 0))


@st.composite
def sound(draw):
    """A skill that may well be taken: at most one part of it is odd."""
    odd = draw(SKILLS)
    name = draw(st.sampled_from(["new-one", "newer", "newest", "stay-close", "listen-first"]))
    made = attrs.evolve(
        ADD.skills[0],
        name=name,
        guidance=draw(st.lists(LINES, min_size=1, max_size=8).map(tuple)),
        risks=draw(st.sampled_from([(), (WrittenRisk(trigger="Too soon", severity="low"),)])),
    )
    part = draw(
        st.sampled_from([*[field.name for field in attrs.fields(WrittenSkill)], *[""] * 20])
    )
    return attrs.evolve(made, **{part: getattr(odd, part)}) if part else made


@st.composite
def shaped(draw):
    """An edit whose parts fit its kind and whose targets are there."""
    kind, hit, count = draw(st.sampled_from([*SHAPES, ("quarantine", 1, 0)]))
    good = ["stay-close", "listen-first"]
    names = st.sampled_from([*good, *good, *good, "asleep", "crisis-first", "gone"])
    return WrittenEdit(
        kind=kind,
        targets=tuple(draw(st.lists(names, min_size=hit, max_size=hit, unique=True))),
        skills=tuple(draw(sound()) for _ in range(count)),
        reason=draw(WORDS),
        failures=draw(st.sampled_from([("f1",), ("f2", "f3"), ("f4", "f99")])),
    )


WILD = st.builds(
    WrittenEdit,
    kind=st.sampled_from(["add", "revise", "merge", "split", "quarantine", "retire", "delete"]),
    targets=few(SKILL_NAMES),
    skills=few(st.one_of(SKILLS, sound())),
    reason=WORDS,
    failures=few(st.sampled_from(["f1", "f2", "f3", "f99", "t/1", ""]), 3),
)
EDITS = st.one_of(shaped(), shaped(), shaped(), WILD)


@settings(max_examples=400, deadline=None)
@given(few(EDITS, 6), st.sampled_from([BANK, bank(), SkillsBank(), bank(skill())]))
def test_every_proposal_applies(wishes, here) -> None:
    """B18, S5, S7, S10: whatever is answered, proposals apply in any order and keep every rule."""
    made = propose(*wishes, here=here)
    for order in (made, made[::-1]):
        now = here
        for proposal in order:
            now = apply_proposal(now, attrs.evolve(proposal, bank=now.hash))
        for old in here.skills:
            if old.protected:
                assert now.skill(old.name) == old
        for one in now.skills:
            past = here.skill(one.name)
            assert past is None or set(past.risks) <= set(one.risks)
            assert set(one.evidence) & {*[t.id for t in TRACES], *(past.evidence if past else ())}


@settings(max_examples=100, deadline=None)
@given(few(EDITS, 6))
def test_what_was_refused_is_not_asked_for_again(wishes) -> None:
    """The same answer after a refusal gives less, and at last nothing."""
    refused: tuple = ()
    for _ in range(8):
        made = propose(*wishes, rejected=refused)
        refused += made
        if not made:
            break
    assert not made


@settings(max_examples=60, deadline=None)
@given(few(EDITS, 6))
def test_equal_answers_give_equal_proposals(wishes) -> None:
    """The same answer gives the same proposals, byte for byte."""
    first, second = propose(*wishes), propose(*wishes)
    assert [one.id for one in first] == [one.id for one in second]
