"""A component against the default of its role, on what is embedded: no file, no model, no key."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import attrs

from esc_skills._engine.crew import asks
from esc_skills._engine.experiment import LIST_ROLES, Choice
from esc_skills._engine.running import resolve, run
from esc_skills._host.catalogue import Catalogue
from esc_skills._host.presets import preset
from esc_skills._studies.contrasting import contrasts
from esc_skills._studies.pooling import Figures, Result, pool
from esc_skills._studies.recording import usual
from esc_skills._studies.running import run_study
from esc_skills._studies.studyfile import read_study
from esc_skills._studies.tasks.agreeing import bench_evaluators, measures, rank_correlation
from esc_skills._studies.tasks.extracting import bench_extractors
from esc_skills._studies.tasks.gating import SIMULATION, Sizes, bench_gates
from esc_skills.errors import EscSkillsError, PluginError
from esc_skills.model import Contrast, StudyRecord
from esc_skills.stats import Interval

ALONE: Mapping[str, str] = {
    "corpus": "another corpus is other data: there is nothing to pair",
    "profiles": "other seekers are other people: there is nothing to pair",
    "seeker": "a score of another simulator is another measure; signatures keep them apart",
    "backend": "a backend is compared by what its model writes: esc-skills study with two [models]",
    "report": "a report measures nothing",
}
"""Roles without a comparison, and why."""
SEED = 13
"""First seed of a comparison."""
PAIRS = 60
"""Most verification pairs of a proposal where refiners are compared."""
GAINS = (0.0, 10.0)
"""True gains at which gates decide: what no gate should accept, and what each should find."""


@attrs.frozen(kw_only=True)
class Effort:
    """How much is played."""

    seeds: int = 2
    """Runs of each side."""
    rounds: int = 100
    """Simulated rounds of gates, in each world at each gain."""


@attrs.frozen(kw_only=True)
class Versus:
    """What came of a comparison."""

    default: str = ""
    """Name of the default; empty where there is none to compare with."""
    task: str = ""
    """What both did."""
    contrasts: tuple[Contrast, ...] = ()
    """Component minus default, the main measure first."""
    rank: tuple[tuple[str, str, Interval], ...] = ()
    """Evaluators: measure, measure of the default, and Kendall's tau-b of the two."""
    why: str = ""
    """Why nothing was compared; empty when something was."""
    lost: tuple[str, ...] = ()
    """What came to nothing on the way, a line each."""
    broke: bool = False
    """True when the component failed at work."""


@attrs.frozen(kw_only=True)
class _Side:
    role: str
    mine: Choice
    theirs: str
    evaluator: str
    effort: Effort
    home: Path

    @property
    def key(self) -> str:
        """Key of an experiment that names the role's components."""
        return next((key for key, role in LIST_ROLES.items() if role == self.role), self.role)

    @property
    def chosen(self) -> dict[str, Any]:
        return {"use": self.mine.use, **self.mine.settings}


def versus(
    role: str,
    component: Any,
    settings: Mapping[str, Any] | None = None,
    *,
    catalogue: Catalogue | None = None,
    effort: Effort | None = None,
) -> Versus:
    """Compare a component with the default of its role.

    Args:
        role: Role name.
        component: The component, made.
        settings: What it was made with, where that is not its default.
        catalogue: What is installed; read where none is given.
        effort: How much is played.
    """
    if role in ALONE:
        return Versus(why=ALONE[role])
    if told := sorted({ask.role for ask in asks(component)}):
        return Versus(
            why=f"it asks the model of {', '.join(told)}, and none is configured here: "
            "esc-skills study bench takes an experiment with [models]"
        )
    base = preset(catalogue or Catalogue.read(), "default")
    mine = Choice(use=component.name, settings=dict(settings or {}))
    side = {key: _first(base[key]) for key in base}
    key = next((key for key, name in LIST_ROLES.items() if name == role), role)
    if mine == Choice(use=side[key]):
        return Versus(default=side[key], why="it is the default")
    with tempfile.TemporaryDirectory() as folder:
        one = _Side(
            role=role,
            mine=mine,
            theirs=side[key],
            evaluator=side["evaluators"],
            effort=effort or Effort(),
            home=Path(folder),
        )
        try:
            return TASKS.get(role, _swapped)(one)
        except EscSkillsError as fault:
            broke = isinstance(fault, PluginError)
            return Versus(default=one.theirs, why=f"it ended early: {fault.message}", broke=broke)


def _first(choice: Any) -> str:
    """Name of the first component that a preset names for a key."""
    while not isinstance(choice, str):
        choice = choice["use"] if isinstance(choice, Mapping) else choice[0]
    return str(choice)


def _swapped(side: _Side) -> Versus:
    """Two variants of the default experiment, on the same seekers."""
    beside = {"use": side.theirs}
    chosen = [beside, side.chosen] if side.role == "guard" else side.chosen
    evolves = side.role == "refiner"
    raw = {
        "evaluators": [side.evaluator],
        "evolve": {"rounds": int(evolves), "max_pairs": PAIRS, "refine_repeats": 1},
        "run": {"repeats": 1},
        "design": "list",
        "study": {
            "name": side.mine.use,
            "seeds": list(range(SEED, SEED + side.effort.seeds)),
            "arms": ["evolved"],
            "baseline_arms": ["evolved"],
            "pairs": [{"name": side.mine.use, side.key: chosen}],
        },
    }
    made = run_study(read_study(raw), "bench", out=side.home / "study").record
    told = "a round of evolution" if evolves else "no evolution"
    also = f" beside {side.theirs}" if side.role == "guard" else ""
    return _found(
        side,
        f"embedded dialogues and seekers, {side.effort.seeds} seeds, {told}{also}",
        made,
        made.contrasts,
    )


def _found(side: _Side, task: str, made: StudyRecord, told: tuple[Contrast, ...]) -> Versus:
    """What a study says; where the component came to nothing, that is a fault of its own."""
    odd = side.role == "executor" and any(one.low or one.high or one.n < one.of for one in told)
    lost = (*made.lost, *(["an executor changes no result; this one does"] if odd else []))
    return Versus(
        default=side.theirs,
        task=task,
        contrasts=told,
        lost=lost,
        why="" if told else "nothing that both measured",
        broke=bool(lost),
    )


def _extractors(side: _Side) -> Versus:
    experiment, catalogue = resolve({"extractor": side.chosen, "reports": []})
    made = bench_extractors(experiment, catalogue, names=(side.theirs, side.mine.use))
    return _contrasted(side, "embedded dialogues with gold labels that are not shown", made)


def _gates(side: _Side) -> Versus:
    experiment, catalogue = resolve({"gate": side.chosen, "reports": []})
    sizes = Sizes(rounds=side.effort.rounds, gains=GAINS, seed=SEED)
    made = bench_gates(experiment, catalogue, names=(side.theirs, side.mine.use), sizes=sizes)
    wanted = [f"{SIMULATION}.accepted-plain-gain-{gain:g}" for gain in GAINS]
    return _contrasted(side, f"{sizes.rounds} simulated rounds at each true gain", made, wanted)


def _contrasted(
    side: _Side, task: str, made: StudyRecord, wanted: list[str] | None = None
) -> Versus:
    arms = [(side.mine.use, side.theirs)]
    names = wanted or list(usual(made.scores))
    scores = pool([Result(arm=one.arm, seed=SEED, score=one) for one in made.scores], Figures())
    told = contrasts(scores, arms, names, Figures()) if names else ()
    return _found(side, task, made, told)


def _evaluators(side: _Side) -> Versus:
    """How alike two evaluators rank the same conversations; neither is right for that."""
    raw = {
        "evaluators": [side.evaluator],
        "evolve": {"rounds": 0},
        "run": {"repeats": 1, "seed": SEED, "arms": ["none", "static"]},
        "reports": [],
    }
    played = run(raw, out=side.home / "run")
    experiment, catalogue = resolve({**raw, "evaluators": [side.evaluator, side.chosen]})
    names = (side.theirs, side.mine.use)
    made = bench_evaluators(played.path, experiment, catalogue, names=names)
    values = measures(made.scores, Figures())
    best = (*reversed(tuple(values)), *reversed(usual(made.scores)))  # the last one stays
    own = {name.partition(".")[0]: name for name in best}
    one, two = own.get(side.mine.use, ""), own.get(side.theirs, "")
    task = "embedded conversations, with and without skills"
    if one not in values or two not in values:
        told = f"{side.mine.use} has no items that are conversations"
        return Versus(default=side.theirs, task=task, why=told, lost=made.lost)
    tau = rank_correlation(values[one], values[two]).rounded()
    return Versus(default=side.theirs, task=task, rank=((one, two, tau),), lost=made.lost)


TASKS: Mapping[str, Callable[[_Side], Versus]] = {
    "extractor": _extractors,
    "gate": _gates,
    "evaluator": _evaluators,
}
"""Roles with a task of their own; all others are swapped into the default experiment."""
