"""Milestones, seats, and what each stage takes up."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import attrs
import pytest

from esc_skills._cli.group import COMMANDS
from esc_skills._engine.contexts import Lender
from esc_skills._engine.crew import hire
from esc_skills._engine.gateway import Gateway
from esc_skills._engine.road import MILESTONES, Road
from esc_skills._engine.running import resolve, run
from esc_skills._engine.signals import Signals
from esc_skills._store.folder import RunFolder, read_bank
from esc_skills.errors import DataError
from esc_skills.model import SeekerProfile, Trace, content_hash
from esc_skills.spec import Distillate
from esc_skills.testing.samples import profile, skill

SMALL: dict[str, Any] = {
    "profiles": {"use": "grid", "intentions": ["deep-empathy"]},
    "evaluators": ["sage"],
    "evolve": {"rounds": 0},
}


def road(folder: Path, *sets: str) -> Road:
    experiment, catalogue = resolve(SMALL, sets)
    lender = Lender(seed=experiment.run.seed, gateway=Gateway(models={}), note=lambda *facts: None)
    return Road(
        experiment=experiment,
        crew=hire(experiment, catalogue),
        folder=RunFolder(folder),
        lender=lender,
        signals=Signals(),
    )


def test_every_milestone_is_a_command() -> None:
    """Where a walk may stop, a command of that name stops it."""
    assert set(MILESTONES) <= set(COMMANDS)


def test_walk_stops_where_it_is_told(tmp_path: Path) -> None:
    """Each milestone leaves its own files, and none of those that come later."""
    folder = RunFolder(tmp_path / "run")
    run(SMALL, out=folder.path, until="extract")
    assert folder.has("units.jsonl")
    assert folder.has("corpus.json")
    assert folder.banks() == ()
    run(SMALL, out=folder.path, until="distil")
    assert folder.has("prototypes.jsonl")
    assert len(folder.banks()) == 1
    assert folder.trace_files() == ()
    run(SMALL, out=folder.path, until="converse")
    (talks,) = folder.trace_files()
    purposes = {item.profile.purpose for item in folder.read_nouns(talks, Trace)}
    assert purposes == {"refine"}
    made = run(SMALL, out=folder.path, until="evolve")
    (row,) = folder.read_rows("ledger.jsonl")
    assert (row["event"], row["kind"]) == ("commit", "assemble")
    assert len(folder.banks()) == 1
    assert made.scores == ()


def test_changed_corpus_under_an_old_run_is_refused(tmp_path: Path) -> None:
    """R13: units of one file are never mixed with those of another."""
    data = tmp_path / "mine.jsonl"
    turns = [
        {"role": "seeker", "content": "I lost my keys."},
        {"role": "supporter", "content": "Where?", "strategy": "Question"},
    ]
    data.write_text(json.dumps({"id": "a", "messages": turns}) + "\n", "utf-8")
    raw = {**SMALL, "corpus": [f"chat-jsonl:{data}"]}
    run(raw, out=tmp_path / "run", until="extract")
    data.write_text(json.dumps({"id": "b", "messages": turns}) + "\n", "utf-8")
    with pytest.raises(DataError, match="not what this run was made from"):
        run(raw, out=tmp_path / "run", until="extract")


def test_seats_go_repeat_by_repeat(tmp_path: Path) -> None:
    """Every seeker of the purpose sits once before anyone sits twice, in one mixed order."""
    seats = asyncio.run(road(tmp_path).seats("report", 3))
    size = len(seats) // 3
    assert [repeat for _, repeat in seats] == [0] * size + [1] * size + [2] * size
    first = [who.id for who, _ in seats[:size]]
    assert len(set(first)) == size
    assert first == [who.id for who, _ in seats[size : 2 * size]]
    assert {who.purpose for who, _ in seats} == {"report"}


def test_order_of_seats_follows_the_seed(tmp_path: Path) -> None:
    """The same seed mixes alike; another seed mixes the same seekers otherwise."""
    one, again, other = (
        [who.id for who, _ in asyncio.run(road(tmp_path, f"run.seed={seed}").seats("verify", 1))]
        for seed in (13, 13, 14)
    )
    assert one == again != other
    assert sorted(one) == sorted(other)


def test_purposes_never_mix(tmp_path: Path) -> None:
    """No seeker sits for two purposes."""
    found = [
        {who.id for who, _ in asyncio.run(road(tmp_path).seats(purpose, 1))}
        for purpose in ("refine", "verify", "report")
    ]
    assert not found[0] & found[1]
    assert not found[1] & found[2]
    assert not found[0] & found[2]


@attrs.frozen
class ReportOnly:
    """A set that can only be reported on."""

    name = "report-only"

    async def profiles(self, ctx: object) -> tuple[SeekerProfile, ...]:
        return (profile(),)


def test_set_without_a_purpose_is_told_before_anyone_talks(tmp_path: Path) -> None:
    """A set without refine profiles cannot refine; the line says what such a set lacks."""
    walk = road(tmp_path)
    walk.crew = attrs.evolve(walk.crew, profiles=ReportOnly())
    with pytest.raises(DataError, match="holds no profile for 'refine'"):
        asyncio.run(walk.seats("refine", 1))


def test_bank_without_guards_is_stamped(tmp_path: Path) -> None:
    """S4: a bank made with nobody watching says so."""
    raw = {**SMALL, "guards": [], "run": {"unsafe_no_guard": True}}
    made = run(raw, out=tmp_path / "run", until="distil")
    assert made.bank.notes == ("no-guard", "unreviewed")


@attrs.frozen
class Copying:
    """A distiller that puts a text into a skill."""

    text: str

    async def distil(self, units: Any, taxonomy: Any, ctx: Any) -> Distillate:
        found = tuple(unit.id for unit in units)
        own = skill("own", evidence=found)
        return Distillate(skills=(own, attrs.evolve(own, name="copied", examples=(self.text,))))


def test_words_of_the_corpora_stay_out_of_every_bank(tmp_path: Path) -> None:
    """S14: bank 0 takes no sentence of a dialogue, held out or not; evolution looks there too."""
    material = asyncio.run(road(tmp_path, "run.holdout=0.3").material())
    for part in (material.train, material.test):
        text = max((turn.text for talk in part for turn in talk.turns), key=len)
        assert len(text.split()) > 8
        walk = road(tmp_path / str(len(part)), "run.holdout=0.3")
        walk.crew = attrs.evolve(walk.crew, distiller=Copying(text))
        asyncio.run(walk.walk("distil"))
        assert [item.name for item in walk.banks[0].skills if not item.protected] == ["own"]
        assert "S14: 1 skills left out" in walk.banks[0].notes
        assert walk.said.hold([text])


def test_first_bank_is_guarded_and_unreviewed(tmp_path: Path) -> None:
    """S5, S9: bank 0 holds the guard's protected skill, its sources, and waits for review."""
    made = run(SMALL, out=tmp_path / "run", until="distil").bank
    assert [skill.name for skill in made.skills if skill.protected] == ["crisis-first"]
    assert made.notes == ("unreviewed",)
    assert len(made.sources) > 20
    assert (made.parent, made.proposal, made.verdict) == ("", "", "")


VETTED: dict[str, Any] = SMALL | {
    "evolve": {"rounds": 1, "max_pairs": 10, "refine_repeats": 3},
    "gate": "always",
    "run": {"repeats": 1},
}


def verdicts(folder: RunFolder) -> list[dict[str, Any]]:
    rows = (json.loads(line) for line in (folder.path / "ledger.jsonl").read_text().splitlines())
    return [row["verdict"] for row in rows if row["event"] == "verdict"]


def met(folder: RunFolder) -> list[Trace]:
    every = (folder.read_nouns(f"traces/{name.name}", Trace) for name in folder.trace_files())
    return [trace for some in every for trace in some]


def test_safety_profiles_are_met_whatever_the_gate_and_are_in_no_score(tmp_path: Path) -> None:
    """S8: also under ``always``; no refiner sees them, no pair and no score holds them."""
    folder = RunFolder(tmp_path / "run")
    done = run(VETTED, out=folder.path)
    safe = [trace for trace in met(folder) if trace.profile.safety]
    assert {trace.profile.purpose for trace in safe} == {"verify"}
    assert {trace.repeat for trace in safe} == {0, 1, 2}
    assert not any("trial" in trace.arm for trace in safe)
    reported = sum(trace.profile.purpose == "report" for trace in met(folder)) // 3
    assert {score.of for score in done.scores if score.name == "emotion"} == {reported}


def test_every_verdict_names_what_is_frozen(tmp_path: Path) -> None:
    """S8: run.json holds the hashes, and each row of the ledger one hash of them all."""
    folder = RunFolder(tmp_path / "run")
    run(VETTED, out=folder.path)
    held = folder.read_json("frozen.json")
    assert set(folder.read_json("run.json")["frozen"]) <= set(held)
    names = {verdict["frozen"] for verdict in verdicts(folder)}
    assert names == {content_hash(held)}


def test_a_run_without_the_veto_says_so_on_every_bank(tmp_path: Path) -> None:
    """S8: an ablation, stamped; with it, no such stamp."""
    whole, bare = RunFolder(tmp_path / "whole"), RunFolder(tmp_path / "bare")
    run(VETTED, out=whole.path)
    run(VETTED, out=bare.path, sets=["evolve.veto=false"])
    assert not any(trace.profile.safety for trace in met(bare))
    assert all("no-veto" in read_bank(path)[0].notes for path in bare.banks())
    assert not any("no-veto" in read_bank(path)[0].notes for path in whole.banks())
