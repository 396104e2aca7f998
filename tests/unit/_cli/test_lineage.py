"""Where a line comes from: through revisions, merges and splits."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from esc_skills._cli.lineage import History, open_history
from esc_skills._stages.patch import Rules
from esc_skills._stages.promote import promote
from esc_skills.errors import DataError
from esc_skills.model import Edit, Line, Proposal, Skill, SkillsBank, Verdict, plain
from esc_skills.model.lineage import lines

ACCEPT = Verdict(decision="accept", gate="always")


def skill(name: str, *guidance: str, **parts: object) -> Skill:
    facts = {"overview": f"What {name} does.", "evidence": (f"iu-{name}",), **parts}
    return Skill(name=name, guidance=guidance, **facts)


def grown(*steps: tuple[Edit, ...]) -> History:
    """A history whose banks were made by these edits, one proposal a step."""
    banks = [SkillsBank().with_skills((skill("one", "Ask."), skill("two", "Wait.")))]
    rows = []
    for edits in steps:
        proposal = Proposal(bank=banks[-1].hash, edits=edits, refiner="hand", round=len(banks))
        verdict = attrs.evolve(ACCEPT, proposal=proposal.id)
        banks.append(promote(banks[-1], proposal, verdict, Rules()).bank)
        rows.append(
            {
                "event": "verdict",
                "round": len(banks) - 1,
                "proposal_id": proposal.id,
                "proposal": plain(proposal),
                "verdict": plain(verdict),
            }
        )
    return History(banks=tuple(banks), ledger=tuple(rows))


MERGE = Edit(
    kind="merge",
    targets=("one", "two"),
    skills=(skill("both", "Ask.", "Wait.", "Thank."),),
    reason="They do the same.",
    evidence=("a/m1/0", "a/m2/0"),
)
REVISE = Edit(
    kind="revise",
    targets=("both",),
    skills=(skill("both", "Ask.", "Wait.", "Thank.", "Stop."),),
    reason="It never ends.",
    evidence=("a/r1/0", "a/r2/0"),
)
SPLIT = Edit(
    kind="split",
    targets=("one",),
    skills=(skill("left", "Ask."), skill("right", "Ask more.")),
    reason="It does two things.",
    evidence=("a/s1/0", "a/s2/0"),
)


@pytest.mark.parametrize(
    ("text", "version", "was", "evidence"),
    [
        ("Ask.", 0, "one", ("iu-one",)),
        ("Wait.", 0, "two", ("iu-two",)),
        ("Thank.", 1, "both", ("a/m1/0", "a/m2/0")),
        ("Stop.", 2, "both", ("a/r1/0", "a/r2/0")),
    ],
)
def test_a_line_is_followed_through_a_merge_and_a_revision(
    text: str, version: int, was: str, evidence: tuple[str, ...]
) -> None:
    """S10: what was inherited keeps its own source; what is new has the edit's."""
    history = grown((MERGE,), (REVISE,))
    found = history.origin(Line("both", "guidance", text))
    assert (found.version, found.skill, found.evidence) == (version, was, evidence)
    assert (found.edit is None) == (version == 0)
    assert not list(history.breaks())


def test_a_line_is_followed_through_a_split() -> None:
    """S10: the part that kept a line has it from the skill that was split."""
    history = grown((SPLIT,))
    assert history.origin(Line("left", "guidance", "Ask.")).skill == "one"
    assert history.origin(Line("right", "guidance", "Ask more.")).edit == SPLIT


def test_equal_words_in_another_part_are_another_line() -> None:
    """A sentence that moves from guidance to pitfalls did not stand there before."""
    moved = attrs.evolve(
        MERGE, skills=(skill("both", "Thank.", pitfalls=("Ask.",)),), reason="Ask less."
    )
    found = grown((moved,)).origin(Line("both", "pitfalls", "Ask."))
    assert found.version == 1


def test_breaks_name_a_foreign_bank() -> None:
    """S12: a bank that was not made from the one before it, and has no proposal, is named."""
    history = grown((MERGE,))
    other = SkillsBank().with_skills((skill("other", "Go."),))
    told = list(attrs.evolve(history, banks=(*history.banks, other)).breaks())
    assert any("bank 2 was made from" in line for line in told)
    assert any("no accepted proposal" in line for line in told)


def test_lines_are_all_words_a_supporter_may_read(small_run: Path) -> None:
    """Every filled text field of a skill is among its lines, empty ones are not."""
    for one in open_history(small_run).banks[-1].skills:
        told = {line.text for line in lines(one)}
        assert {one.overview, *one.guidance, *one.pitfalls, *one.examples} <= told
        assert {risk.trigger for risk in one.risks} <= told
        assert "" not in told


def test_a_run_without_a_bank_says_so(small_run: Path, tmp_path: Path) -> None:
    """No bank yet: which command makes one."""
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "run.json").write_bytes((small_run / "run.json").read_bytes())
    with pytest.raises(DataError, match="no bank yet"):
        open_history(tmp_path / "run")
