"""Scoring what already exists: stored transcripts, or a bank on dialogues it never saw."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import attrs

from esc_skills._engine.configuring import make_experiment
from esc_skills._engine.contexts import Lender
from esc_skills._engine.crew import Crew, hire
from esc_skills._engine.experiment import Choice, Experiment
from esc_skills._engine.loop import complete
from esc_skills._engine.opening import open_gateway
from esc_skills._engine.preparation import read_corpora
from esc_skills._engine.scoring import score_responses
from esc_skills._engine.shelf import Shelf
from esc_skills._engine.signals import Signals
from esc_skills._engine.stamping import stamper
from esc_skills._engine.theatre import Theatre
from esc_skills._host.catalogue import Catalogue
from esc_skills._host.presets import preset
from esc_skills._stages.cast import Rules
from esc_skills._stages.judge import judge
from esc_skills._store.folder import RunFolder, read_bank
from esc_skills.errors import DataError, UsageError
from esc_skills.model import Dialogue, Evidence, InterventionUnit, Reading, Score, SkillsBank


@attrs.frozen(kw_only=True)
class Shown:
    """A bank to be scored, and what its run still knows."""

    bank: SkillsBank
    """The bank."""
    units: tuple[InterventionUnit, ...] = ()
    """Units of its run; empty for an exported bank."""
    experiment: dict[str, object] = attrs.field(factory=dict)
    """Experiment of its run; empty for an exported bank."""


def show_bank(path: Path) -> Shown:
    """Read a bank and, where it lies in a run folder, what the run knows of it."""
    bank, _ = read_bank(path)
    home = path.resolve().parent.parent
    if path.resolve().parent.name != "banks" or not (home / "run.json").is_file():
        return Shown(bank=bank)
    folder = RunFolder.open(home)
    units = folder.read_nouns("units.jsonl", InterventionUnit)
    return Shown(
        bank=bank,
        units=tuple(units),
        experiment=folder.experiment,
    )


def _experiment(shown: Shown | None, corpus: str, evaluators: Sequence[str]) -> Experiment:
    """The bank's own experiment, or the defaults, aimed at another corpus."""
    catalogue = Catalogue.read()
    raw = dict(shown.experiment) if shown else {}
    raw["corpus"] = [corpus]
    if evaluators:
        raw["evaluators"] = list(evaluators)
    made = make_experiment(raw, preset(catalogue, "default"), "score")
    none: tuple[Choice, ...] = ()
    return attrs.evolve(made, reports=none, watchers=none)


def _held_out(readings: Sequence[Reading], seen: frozenset[str]) -> tuple[list[Dialogue], int]:
    every = [dialogue for reading in readings for dialogue in reading.dialogues]
    if any(dialogue.split == "test" for dialogue in every):
        every = [dialogue for dialogue in every if dialogue.split == "test"]
    fresh = [dialogue for dialogue in every if dialogue.fingerprint not in seen]
    return fresh, len(every) - len(fresh)


def _theatre(crew: Crew, experiment: Experiment, lender: Lender, shown: Shown | None) -> Theatre:
    return Theatre(
        crew=crew,
        units=shown.units if shown else (),
        rules=Rules(limit=experiment.talk.limit, score_last=experiment.talk.score_last),
        concurrency=experiment.run.concurrency,
        lender=lender,
        shelf=Shelf(folder=RunFolder(Path())),
        signals=Signals(),
    )


async def _score(
    crew: Crew, experiment: Experiment, shown: Shown | None, arm: str
) -> tuple[tuple[Score, ...], tuple[str, ...]]:
    lender = Lender(
        seed=experiment.run.seed,
        gateway=open_gateway(experiment, crew, Signals()),
        note=lambda place, kind, facts: None,
    )
    readings = await read_corpora(crew, lender, scrub=experiment.run.scrub)
    scores: tuple[Score, ...] = ()
    notes: list[str] = []
    traces = tuple(trace for reading in readings for trace in reading.traces)
    if traces:
        evidence = Evidence(traces=traces, bank=shown.bank if shown else None)
        readers = tuple(item for item in crew.evaluators if "responses" not in item.reads)
        scores += await judge(evidence, readers, arm, lender.at("score"), stamper(crew.models))
    dialogues, leaked = _held_out(readings, frozenset(shown.bank.sources if shown else ()))
    if leaked:
        notes.append(f"{leaked} dialogues left out: the bank was made from them")
    if dialogues:
        arms = {"bank": shown.bank, "none": None} if shown else {"none": None}
        theatre = _theatre(crew, experiment, lender, shown)
        situation = experiment.run.see_situation
        scores += await score_responses(theatre, arms, dialogues, lender, see_situation=situation)
    return scores, tuple(notes)


def score_corpus(
    corpus: str, bank: Path | None, evaluators: Sequence[str]
) -> tuple[tuple[Score, ...], tuple[str, ...]]:
    """Score a corpus of transcripts, or a bank on a corpus of dialogues.

    Args:
        corpus: ``NAME:PATH``.
        bank: Folder of a bank, or None.
        evaluators: Names; empty takes those of the bank's experiment, or the defaults.

    Returns:
        Scores of the bank's arm and of the no-skills arm beside it, and notes for people.

    Raises:
        DataError: Nothing in the corpus can be scored so.
    """
    shown = show_bank(bank) if bank is not None else None
    experiment = _experiment(shown, corpus, evaluators)
    crew = hire(experiment, Catalogue.read(), "score")
    name, _, path = corpus.partition(":")
    arm = Path(path).stem or name
    scores, notes = complete(_score(crew, experiment, shown, arm))
    if not scores:
        raise DataError(
            f"nothing in {corpus!r} can be scored by {', '.join(e.name for e in crew.evaluators)}",
            hint="transcripts want evaluator sage or safety; dialogues want strategy or overlap",
        )
    return scores, notes


def is_corpus(target: str) -> bool:
    """Whether a target of ``score`` names a corpus rather than a run folder.

    Raises:
        UsageError: It is neither.
    """
    if Path(target).is_dir():
        return False
    name, sign, _ = target.partition(":")
    if sign or Catalogue.read().has("corpus", name):
        return True
    raise UsageError(
        f"{target!r} is neither a run folder nor CORPUS:PATH",
        hint="for example runs/quickstart, or esconv:ESConv.json",
    )
