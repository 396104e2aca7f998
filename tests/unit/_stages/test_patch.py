"""Who asks for what, and whose voice stands behind an id."""

from __future__ import annotations

import attrs
import pytest

from esc_skills._stages.patch import Patch, Rules, seeker
from esc_skills.model import Edit, Proposal, Verdict
from esc_skills.testing.samples import bank

EDIT = Edit(kind="retire", targets=("stay-close",), reason="r")


@pytest.mark.parametrize(
    ("actor", "person", "foreign"),
    [
        ("human:Mira", True, False),
        ("human:", False, False),
        ("human:  ", False, False),
        ("refiner:human:Mira", False, False),
        ("import:x.json", False, True),
        ("bank:abc", False, True),
        ("kernel", False, False),
    ],
)
def test_actors_are_told_apart(actor: str, person: bool, foreign: bool) -> None:
    """S9, S17: only ``human:`` with a name is a person; imports and merges come from outside."""
    patch = Patch(actor=actor, base="", edits=(EDIT,))
    assert (patch.person, patch.foreign) == (person, foreign)


def test_a_proposals_patch_has_its_id_and_its_base() -> None:
    """The ledger's proposal and the bank's record speak of the same id, whatever the verdict."""
    proposal = Proposal(bank=bank().hash, edits=(EDIT,), refiner="tally")
    patch = Patch.of(proposal)
    assert (patch.actor, patch.base, patch.id) == ("refiner:tally", bank().hash, proposal.id)
    assert Patch.of(proposal, Verdict(decision="accept", gate="g")).id == proposal.id
    assert Patch.of(attrs.evolve(proposal, refiner="")).actor == "refiner:unnamed"


def test_a_patch_is_named_by_its_content() -> None:
    """Two wishes have one id only when they are the same wish."""
    patch = Patch(actor="human:M", base="b", edits=(EDIT,))
    assert patch.id == Patch(actor="human:M", base="b", edits=(EDIT,)).id
    others = (
        attrs.evolve(patch, actor="human:N"),
        attrs.evolve(patch, reason="r"),
        attrs.evolve(patch, version=bank()),
    )
    assert len({patch.id, *(other.id for other in others)}) == 4


def test_voices_are_looked_up_or_read_off_the_trace() -> None:
    """S11: two conversations with one seeker are one voice; an unknown id is its own."""
    rules = Rules(voices={"iu-1": "d1"})
    assert rules.voice("iu-1") == "d1"
    assert rules.voice("a/p1/0") == rules.voice("b/p1/3") == "p1"
    assert seeker("a/deep/er/0") == "deep/er"
    assert rules.voice("iu-2") == "iu-2"


@pytest.mark.parametrize(
    ("changes", "known"),
    [
        ({}, "pa-fb560002a8d9"),
        ({"pins": True}, "pa-d3da9fc2ecc4"),
        ({"licences": ("MIT",)}, "pa-a30d03aea87b"),
        ({"sources": ("f1",)}, "pa-f5fcdb7450f8"),
    ],
    ids=["plain", "pins", "licence", "source"],
)
def test_the_id_of_a_patch_never_changes(changes: dict[str, object], known: str) -> None:
    """S12: ids stand in ledgers that are never written again; a newer version makes the same."""
    assert Patch(actor="human:M", base="b", edits=(EDIT,), **changes).id == known


def test_two_voices_for_a_line_and_three_for_a_risk() -> None:
    """S7, S11: what a bank is held to when nobody says otherwise."""
    assert (Rules().least_voices, Rules().waiver_voices) == (2, 3)
    assert Patch(actor="human:M", base="").reason == ""
    assert seeker("p1/0") == "p1/0"
