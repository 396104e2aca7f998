"""Edits, proposals, pairs and verdicts."""

from __future__ import annotations

import pytest

from esc_skills.model import Edit, Pair, Proposal, Skill, Verdict

SKILL = Skill(name="a", overview="O.", guidance=("Go.",))


@pytest.mark.parametrize(
    ("kind", "targets", "made"),
    [
        ("add", 0, 1),
        ("revise", 1, 1),
        ("merge", 2, 1),
        ("merge", 5, 1),
        ("split", 1, 2),
        ("narrow", 1, 1),
        ("widen", 1, 1),
        ("add-risk", 1, 1),
        ("quarantine", 1, 0),
        ("retire", 1, 0),
    ],
)
def test_the_parts_of_an_edit_fit_its_kind(kind: str, targets: int, made: int) -> None:
    """Each kind says how many skills it takes and makes; one more or less is refused."""
    fields = {"kind": kind, "reason": "r"}
    names = tuple("abcdefg")
    Edit(targets=names[:targets], skills=(SKILL,) * made, **fields)  # type: ignore[arg-type]
    for hit, new in ((targets + 1, made), (targets, made - 1)):
        if (kind == "merge" and hit > targets) or new < 0:
            continue
        with pytest.raises(ValueError, match=f"edit {kind}"):
            Edit(targets=names[:hit], skills=(SKILL,) * new, **fields)  # type: ignore[arg-type]


def test_an_edit_has_a_reason_and_a_proposal_an_edit() -> None:
    """B18: nothing is changed without saying why, and nothing is not proposed."""
    with pytest.raises(ValueError, match="reason"):
        Edit(kind="retire", targets=("a",), reason=" ")
    with pytest.raises(ValueError, match="edits"):
        Proposal(bank="b", edits=())


def test_a_proposal_is_known_by_its_content() -> None:
    """Equal proposals have one id; another round has another."""
    edit = Edit(kind="retire", targets=("a",), reason="r")
    first, again = (Proposal(bank="b", edits=(edit,)) for _ in range(2))
    assert first.id == again.id
    assert first.id.startswith("pr-")
    assert Proposal(bank="b", edits=(edit,), round=1).id != first.id


def test_a_pair_is_candidate_minus_current() -> None:
    """A gain is positive."""
    assert Pair(profile="p", repeat=0, current=40, candidate=55).difference == 15


def test_a_verdict_is_one_of_four() -> None:
    """There is no fifth decision."""
    with pytest.raises(ValueError, match="must be one of"):
        Verdict(decision="maybe", gate="g")  # type: ignore[arg-type]
