"""Designs: which variants a study has, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from esc_skills._host.catalogue import Catalogue
from esc_skills._studies.designs import MOST, Variant, held, overlaid, variants
from esc_skills._studies.studyfile import read_study
from esc_skills.errors import ConfigError, EscSkillsError

CATALOGUE = Catalogue.read()


def made(**raw: Any) -> tuple[Variant, ...]:
    """Variants of a study."""
    return variants(read_study(raw), CATALOGUE)


def names(**raw: Any) -> list[str]:
    """Their names."""
    return [variant.name for variant in made(**raw)]


def test_leave_one_out_switches_every_mechanism_off_once() -> None:
    """The baseline comes first; components, absences and the road follow in road order."""
    known = names()
    assert known[0] == "baseline"
    assert {"no risks", "no retrieval", "no verification", "no refinement"} < set(known)
    assert known.index("no risks") < known.index("no retrieval") < known.index("no refinement")
    assert not {"no safety veto", "no chance"} & set(known)


def test_leave_one_out_takes_what_is_named() -> None:
    """``leave`` names mechanisms, with their role where one likes; the veto too."""
    wanted = ["refinement", "distiller.risks", "safety veto"]
    assert names(study={"leave": wanted}) == [
        "baseline",
        "no risks",
        "no refinement",
        "no safety veto",
    ]


def test_leave_one_out_takes_roles() -> None:
    """``[vary]`` names roles with all or some of their mechanisms; never the veto unasked."""
    some = names(design="leave-one-out", vary={"distiller": ["risks"], "seeker": "*"})
    assert some == ["baseline", "no risks", "no chance", "no hints"]
    road = names(design="leave-one-out", vary={"evolve": "*"})
    assert road == ["baseline", "no refinement", "no trial offers"]


def test_swap_takes_every_installed_component_in_turn() -> None:
    """The chosen one is the baseline, and the note tells who was left out, and why."""
    found = made(design="swap", vary={"retriever": "*", "gate": "always"})
    assert [item.name for item in found] == [
        "baseline",
        "retriever=conditions",
        "retriever=dense",
        "retriever=hybrid",
        "retriever=none",
        "retriever=random",
        "gate=always",
    ]
    assert "the same as retriever=bm25" in found[0].note
    assert "retriever=reader left out" in found[0].note


def test_a_grid_is_the_full_product() -> None:
    """Every cell but that of the baseline, which the baseline's note names."""
    vary = {"retriever": ["bm25", "none"], "evolve.rounds": [0, 2]}
    found = made(design="grid", vary=vary)
    assert [item.name for item in found] == [
        "baseline",
        "retriever=bm25, evolve.rounds=0",
        "retriever=none, evolve.rounds=0",
        "retriever=none, evolve.rounds=2",
    ]
    assert found[0].note.endswith("the same as retriever=bm25, evolve.rounds=2")


def test_listed_overlays_have_names_of_their_own() -> None:
    """A name is taken as it is given, and holds no slash."""
    pairs = [{"name": "tiny/1", "retriever.k": 1, "talk.limit": 4}, {"evolve.rounds": 0}]
    assert names(study={"pairs": pairs}) == ["baseline", "tiny-1", "evolve.rounds=0"]


def test_a_list_of_nothing_is_the_baseline() -> None:
    """That is a study of one experiment, such as one that only measures noise."""
    assert names(design="list") == ["baseline"]


def test_pairs_are_held_against_each_other() -> None:
    """``list`` holds each against the baseline, ``pairs`` every two, each once."""
    pairs = [{"retriever": "none"}, {"retriever": "random"}]
    for design, count in (("list", 2), ("pairs", 3)):
        study = read_study({"design": design, "study": {"pairs": pairs}})
        found = held(study, variants(study, CATALOGUE))
        assert len(found) == count
        assert ("retriever=none", "baseline") in found
        assert (("retriever=random", "retriever=none") in found) is (design == "pairs")


def test_variants_of_one_meaning_are_one() -> None:
    """``k = 3`` stated or not, and a whole number for a decimal one, make no variant."""
    values = ["none", {"use": "none"}, {"use": "bm25", "k": 3}, {"use": "bm25", "floor": 1}]
    found = made(design="swap", vary={"retriever": values})
    assert [item.name for item in found] == ["baseline", "retriever=none"]
    assert "bm25(k=3)" in found[0].note
    assert "bm25(floor=1)" in found[0].note


def test_names_that_look_alike_are_numbered() -> None:
    """Two files of one name in two folders are two variants."""
    corpora = ["chat-jsonl:a/talks.jsonl", "chat-jsonl:b/talks.jsonl"]
    assert names(design="swap", vary={"corpus": corpora}) == [
        "baseline",
        "corpus=chat-jsonl:talks.jsonl",
        "corpus=chat-jsonl:talks.jsonl #2",
    ]


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        ({"design": "swap"}, 'retriever = "*"'),
        ({"design": "grid"}, "[vary]"),
        ({"design": "pairs"}, "pairs = "),
        ({"design": "swap", "vary": {"retriever": "bm25"}}, "is empty"),
        ({"design": "swap", "vary": {"retriever": "bm52"}}, "'bm25'"),
        ({"design": "swap", "vary": {"retriever.kk": [1]}}, "'k'"),
        ({"design": "swap", "vary": {"evolve.round": [1]}}, "'rounds'"),
        ({"design": "swap", "vary": {"evolve.rounds": "*"}}, "only components"),
        ({"study": {"leave": ["risk"]}}, "'risks'"),
        ({"study": {"pairs": [{"name": "x"}]}}, "is no overlay"),
        ({"study": {"executor": "loca"}}, "'local'"),
        ({"design": "swap", "vary": {"guards": [[]]}, "run": {"unsafe_no_guard": True}}, "guard"),
        ({"retriever": "bm52"}, "'bm25'"),
    ],
    ids=lambda item: None if isinstance(item, dict) else item,
)
def test_a_design_that_makes_no_sense_is_refused(raw: dict[str, Any], word: str) -> None:
    """Empty designs, unknown names and lost guards are refused with the nearest right word."""
    with pytest.raises(EscSkillsError) as refused:
        made(**raw)
    assert word in refused.value.line
    assert refused.value.exit_code == 2


def test_a_guard_may_be_added_and_never_lost() -> None:
    """Designs may put a guard beside the baseline's."""
    values = [["crisis", "model"]]
    assert names(design="swap", vary={"guards": values}) == ["baseline", "guards=crisis+model"]
    with pytest.raises(ConfigError, match="no design leaves a guard out"):
        made(design="swap", vary={"guards": ["model"]})


def test_a_grid_has_its_limits() -> None:
    """Above 1,000 variants the count is said, and how to cut it."""
    vary = {"retriever.k": list(range(1, 41)), "retriever.window": list(range(1, 41))}
    with pytest.raises(ConfigError, match=r"1600 variants .40 retriever.k x 40") as refused:
        made(design="grid", vary=vary)
    assert str(MOST) in refused.value.line
    assert "swap" in refused.value.hint


def test_an_overlay_leaves_the_experiment_alone() -> None:
    """What is laid over is new; what is below a key comes after the key itself."""
    raw = {"retriever": "none", "evolve": {"rounds": 1}, "profiles": ["grid"]}
    sets = {"retriever.k": 1, "evolve": {"trials": 0}, "retriever": "bm25", "profiles.per_cell": 2}
    assert overlaid(raw, sets) == {
        "retriever": {"use": "bm25", "k": 1},
        "evolve": {"rounds": 1, "trials": 0},
        "profiles": {"use": "grid", "per_cell": 2},
    }
    assert raw == {"retriever": "none", "evolve": {"rounds": 1}, "profiles": ["grid"]}
