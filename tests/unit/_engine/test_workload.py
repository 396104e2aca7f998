"""Units of work: counted as the road would walk them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
import pytest

from esc_skills._engine.crew import hire
from esc_skills._engine.loop import complete
from esc_skills._engine.planning import workload
from esc_skills._engine.records import read_record
from esc_skills._engine.running import resolve
from esc_skills._engine.workload import ARMS, Cast, Span, talks
from esc_skills._store.folder import RunFolder
from esc_skills.model import Trace
from esc_skills.spec import Makes

SEEKERS = Cast(
    likely={"refine": 4.0, "verify": 2.0, "report": 3.0},
    most={"refine": 4, "verify": 2, "report": 3},
)


def works(raw: Mapping[str, Any]):
    """All units of an experiment laid over the defaults."""
    experiment, catalogue = resolve(raw)
    return complete(workload(experiment, hire(experiment, catalogue)))


def held(raw: Mapping[str, Any]):
    """Conversations of an experiment with a few seekers."""
    experiment, catalogue = resolve(raw)
    return talks(experiment, hire(experiment, catalogue), SEEKERS)


def test_without_rounds_two_arms_meet_the_report_seekers() -> None:
    """No refine, no verify; the evolved bank is bank 0, whose talks are held once."""
    made = held({"evolve": {"rounds": 0}, "run": {"repeats": 5}})
    assert (made.refine.most, made.verify.most) == (0, 0)
    assert made.report == Span(likely=30, most=30)
    assert made.arms == 2


def test_a_refiner_that_proposes_nothing_leaves_nothing_to_verify() -> None:
    """The ablation without refinement costs no verification."""
    made = held({"refiner": {"use": "tally", "max_proposals": 0}})
    assert made.verify.most == 0
    assert made.arms == 2


def test_a_current_bank_meets_each_verify_seat_once() -> None:
    """Talks on the shelf are not held again; each candidate has its own."""
    made = held({"evolve": {"rounds": 2, "max_pairs": 50}})
    assert made.verify.most == 50 * (1 + 2 * 3)
    assert made.refine.most == 4 * 2 * 2
    assert made.report.most == 3 * 2 * len(ARMS)


def test_a_gate_that_looks_at_nothing_plays_nothing() -> None:
    """``always`` declares no pair, so no talk is planned for it."""
    assert held({"gate": "always"}).verify == Span()
    assert held({"gate": {"use": "greater", "pairs": 12}}).verify.likely == 20 * (1 + 2 * 2)


def test_the_last_reply_is_read_only_where_the_rules_say_so() -> None:
    """A seeker reads one reply less than is written, unless ``score_last`` is set."""
    read = works({"evolve": {"rounds": 0}, "talk": {"limit": 10}})
    whole = works({"evolve": {"rounds": 0}, "talk": {"limit": 10, "score_last": True}})
    assert read["reaction"][0].most[0] * 10 == whole["reaction"][0].most[0] * 9
    assert read["reply"] == whole["reply"]


def test_turns_are_counted_by_dialogue_and_held_out_ones_apart() -> None:
    """Windows never reach over two dialogues; held-out turns appear where they are scored."""
    whole = works({"evolve": {"rounds": 0}})
    assert whole["turn"][0].likely == whole["turn"][0].most
    assert len(whole["turn"][0].most) == whole["dialogue"][0].most[0]
    kept = works({"evolve": {"rounds": 0}, "run": {"holdout": 0.5}})
    assert kept["dialogue"][0].most[0] < whole["dialogue"][0].most[0]
    assert len(kept["reply"]) == 1 + len(whole["reply"])
    assert kept["scored-response"][0].most[0] == kept["reply"][1].most[0]
    blind = works({"evolve": {"rounds": 0}, "run": {"holdout": 0.5}, "evaluators": ["sage"]})
    assert "scored-response" not in blind


def test_safety_profiles_are_no_scored_conversations() -> None:
    """A cast counts them for talks and not for scores."""
    plain = works({"profiles": {"use": "grid", "safety": False}})
    safe = works({"profiles": {"use": "grid", "safety": True}})
    assert safe["reply"][0].most > plain["reply"][0].most
    assert safe["scored-trace"][0].likely == pytest.approx(plain["scored-trace"][0].likely)


def test_a_component_is_taken_at_its_word() -> None:
    """Seekers that a model writes are counted by what their component says."""
    made = {"refine-profile": Makes(what="refine-profile", likely=3.5, most=4)}
    cast = Cast.told(made)
    assert (cast.likely["refine"], cast.most["refine"], cast.most["report"]) == (3.5, 4, 0)


def test_several_sets_are_counted_together() -> None:
    """A set that a model writes and one from a file add up, purpose by purpose."""
    free = {"use": "grid", "purposes": ["report"], "intentions": ["deep-empathy"]}
    asked = {"use": "generated", "purposes": ["refine", "verify"], "persona_types": ["passive"]}
    experiment, catalogue = resolve({"profiles": [asked, free], "run": {"repeats": 1}})
    crew = hire(experiment, catalogue)
    counted = complete(workload(experiment, crew))
    assert counted["trace"][0].most == (16, 16)
    assert counted["scored-trace"][0].most == (3 * len(ARMS),)


def test_talks_held_stay_within_talks_counted(small_run: Path) -> None:
    """A real model-free run holds at most as many talks and exchanges as were counted."""
    folder = RunFolder.open(small_run)
    experiment, catalogue = resolve(read_record(folder).experiment)
    counted = complete(workload(experiment, hire(experiment, catalogue)))
    held = [trace for file in folder.trace_files() for trace in folder.read_nouns(file, Trace)]
    exchanges = sum(len(trace.exchanges) for trace in held)
    assert 0 < exchanges <= counted["reply"][0].most[0]
    assert 1 / 3 < counted["reply"][0].likely[0] / exchanges < 3


def test_the_veto_meets_its_seekers_for_every_bank_that_is_verified() -> None:
    """S8: three seekers three times, for the bank in use and every candidate; no veto, none."""

    def counted(raw: Mapping[str, Any]):
        experiment, catalogue = resolve(raw)
        return talks(experiment, hire(experiment, catalogue), attrs.evolve(SEEKERS, vetted=3))

    found = counted({"gate": "always"})
    assert found.vetted.most == 3 * 3 * (1 + 2 * 3)
    assert found.scanned.most > 0
    assert counted({"evolve": {"rounds": 0}}).vetted == Span()
    bare = counted({"evolve": {"veto": False}})
    assert (bare.vetted, bare.scanned) == (Span(), Span())
