"""How much of each unit of work an experiment holds; counted before anything is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil

import attrs

from esc_skills._engine.budgets import estimate
from esc_skills._engine.crew import Crew
from esc_skills._engine.experiment import ARMS, Experiment
from esc_skills._engine.preparation import Material
from esc_skills._stages.rules import SKILL_LIMIT
from esc_skills._stages.veto import LINE_LIMIT
from esc_skills.model import Dialogue, SeekerProfile
from esc_skills.spec import Makes, Request

LENGTH = 0.8
"""Part of the allowed exchanges that a talk is expected to use; 0.83 in a run of the sample."""
PAIRS = 0.65
"""Part of the allowed pairs that a gate is expected to look at, as in a run of the sample."""
SPOKEN = 70.0
"""Tokens of a turn of a simulated talk, with the marks around it, about."""
MARKS = 12.0
"""Tokens of the marks around a turn of a corpus, about."""
VETTED = 3
"""Conversations of every bank with each safety profile."""
LINES = 6
"""New lines of a proposal, about."""
PURPOSES = ("refine", "verify", "report")


@attrs.frozen(kw_only=True)
class Work:
    """Units of one kind, from one part of the road."""

    likely: tuple[float, ...]
    """Units when all goes well, a figure a cluster, such as a dialogue or a round."""
    most: tuple[int, ...]
    """Most units, a figure a cluster."""
    turns: float = 0.0
    """Turns of talk at hand for a unit, on average."""
    longest: float = 0.0
    """Most turns of talk at hand for a unit."""
    weight: float = SPOKEN
    """Tokens of a turn, about."""


@attrs.frozen(kw_only=True)
class Cast:
    """Seekers by purpose."""

    likely: Mapping[str, float]
    """When all goes well."""
    most: Mapping[str, int]
    """Never more."""
    scored: float = 1.0
    """Part of the report seekers that evaluators read: all but safety profiles."""
    vetted: int = 0
    """Seekers of the safety veto."""

    def __add__(self, other: Cast) -> Cast:
        """Both casts together."""
        read = sum(one.scored * one.likely["report"] for one in (self, other))
        report = self.likely["report"] + other.likely["report"]
        return Cast(
            likely={name: self.likely[name] + other.likely[name] for name in PURPOSES},
            most={name: self.most[name] + other.most[name] for name in PURPOSES},
            scored=read / report if report else 1.0,
            vetted=self.vetted + other.vetted,
        )

    @classmethod
    def of(cls, profiles: Sequence[SeekerProfile]) -> Cast:
        """Count seekers that are known."""
        count = {name: sum(one.purpose == name for one in profiles) for name in PURPOSES}
        kept = sum(one.purpose == "report" and not one.safety for one in profiles)
        scored = kept / count["report"] if count["report"] else 1.0
        return cls(likely={name: float(n) for name, n in count.items()}, most=count, scored=scored)

    @classmethod
    def told(cls, made: Mapping[str, Makes]) -> Cast:
        """Take a component at its word."""
        known = {name: made.get(f"{name}-profile") for name in PURPOSES}
        return cls(
            likely={name: item.likely if item else 0.0 for name, item in known.items()},
            most={name: item.most if item else 0 for name, item in known.items()},
        )


def made_by(component: object) -> dict[str, Makes]:
    """What a component says it makes, by name of the thing."""
    return {item.what: item for item in getattr(component, "makes", ())}


@attrs.frozen(kw_only=True)
class Span:
    """A number when all goes well, and at most."""

    likely: float = 0.0
    """When all goes well."""
    most: int = 0
    """At most."""

    def times(self, likely: float, most: int) -> Span:
        """So often."""
        return Span(likely=self.likely * likely, most=self.most * most)

    def __add__(self, other: Span) -> Span:
        return Span(likely=self.likely + other.likely, most=self.most + other.most)


@attrs.frozen(kw_only=True)
class Talks:
    """Conversations that are held, never one of them twice."""

    refine: Span
    """To learn from."""
    verify: Span
    """To verify proposals: a current bank's are held once, a candidate's each time."""
    vetted: Span
    """For the safety veto: of every bank that is verified."""
    report: Span
    """To score the arms."""
    scanned: Span
    """New lines of proposals that the guards read."""
    each: Span
    """Those of one arm."""
    bare: Span
    """Those of the arm without skills, if it is scored."""
    seats: float
    """Seekers and repeats that occur; equal beginnings of one seat are asked about once."""
    arms: int
    """Arms that differ."""
    banks: int
    """Those of them that have a bank."""

    @property
    def all(self) -> Span:
        """Every conversation."""
        return self.refine + self.verify + self.vetted + self.report


def talks(experiment: Experiment, crew: Crew, cast: Cast) -> Talks:
    """Count conversations of an experiment."""
    rule, asked = experiment.evolve, experiment.run.arms
    rounds = rule.rounds if "evolved" in asked else 0
    made = made_by(crew.refiner)
    wishes = made.get("proposal", Makes(what="proposal", likely=2, most=3))
    pairs = made_by(crew.gate).get(
        "pair", Makes(what="pair", likely=rule.max_pairs * PAIRS, most=rule.max_pairs)
    )
    whole = rule.batch * ceil(pairs.likely / rule.batch)  # a gate looks after whole batches
    pair = Span(likely=min(whole, rule.max_pairs), most=min(pairs.most, rule.max_pairs))
    met = VETTED * cast.vetted if rule.veto and crew.guards else 0
    tried = Span(likely=rounds * wishes.likely, most=rounds * wishes.most)
    refine = Span(likely=cast.likely["refine"], most=cast.most["refine"]).times(
        rule.refine_repeats, rule.refine_repeats
    )
    repeats = experiment.run.repeats
    report = Span(likely=cast.likely["report"], most=cast.most["report"]).times(repeats, repeats)
    same = not tried.most and {"static", "evolved"} <= set(asked)
    arms, bare = len(asked) - same, "none" in asked
    return Talks(
        refine=refine.times((rounds + 1) / 2 if rounds else 0, rounds),
        verify=pair.times(1 + tried.likely, 1 + tried.most) if tried.most else Span(),
        # A talk that goes alike with two banks is asked about once.
        vetted=Span(likely=met, most=met).times(1 + tried.likely / 2, 1 + tried.most)
        if tried.most
        else Span(),
        report=report.times(arms, arms),
        scanned=tried.times(LINES, LINE_LIMIT) if rule.veto else Span(),
        each=report,
        bare=report.times(bare, bare),
        seats=refine.likely * bool(rounds) + (pair.likely + met) * bool(tried.most) + report.likely,
        arms=arms,
        banks=arms - bare,
    )


def works(
    experiment: Experiment, crew: Crew, material: Material, cast: Cast
) -> dict[str, tuple[Work, ...]]:
    """All units of work of an experiment, by the names that components use."""
    held = talks(experiment, crew, cast)
    rounds = experiment.evolve.rounds if "evolved" in experiment.run.arms else 0
    found = _spoken(experiment, held)
    for name, work in _answered(crew, material.test, held).items():
        found[name] = (*found.get(name, ()), work)
    refined = cast.likely["refine"] * experiment.evolve.refine_repeats
    most = cast.most["refine"] * experiment.evolve.refine_repeats
    limit = experiment.talk.limit
    length = {"turns": 2 * _length(limit), "longest": 2 * limit}
    scored = held.report.times(cast.scored, 1)
    skill = made_by(crew.distiller).get("skill", Makes(what="skill", likely=25, most=SKILL_LIMIT))
    sizes = tuple(len(dialogue.turns) for dialogue in material.train)
    count = len(material.train)
    return found | {
        "run": (_flat(Span(likely=1, most=1)),),
        "dialogue": (_flat(Span(likely=count, most=count), **_shape(material.train)),),
        "turn": (Work(likely=sizes, most=sizes, **_shape(material.train)),),
        "skill": (_flat(Span(likely=skill.likely, most=skill.most)),),
        "round": (_flat(Span(likely=rounds, most=rounds)),),
        "trace": (Work(likely=(refined,) * rounds, most=(most,) * rounds, **length),),
        "scored-trace": (
            # Where two arms are one, an answer of use is asked for once; one of no use is not.
            _flat(Span(likely=scored.likely, most=held.each.most * len(ARMS)), **length),
        ),
    }


def _spoken(experiment: Experiment, held: Talks) -> dict[str, tuple[Work, ...]]:
    """Units of the simulated conversations."""
    limit = experiment.talk.limit
    read = limit if experiment.talk.score_last else limit - 1
    length = _length(limit)
    every = held.all
    turns = every.times(length, limit)
    # Two banks meet a seeker with the same first words, which are read and guarded once.
    again = max(0.0, every.likely - held.seats)
    skilled = Span(likely=every.likely - held.bare.likely, most=every.most - held.bare.most)
    shape = {"turns": length, "longest": 2 * limit - 1}
    return {
        "reading": (_flat(attrs.evolve(turns, likely=turns.likely - again), **shape),),
        "search": (_flat(skilled.times(length, limit), **shape),),
        "reply": (_flat(turns, **shape),),
        "reaction": (
            _flat(every.times(min(length, read), read), turns=length + 1, longest=2 * limit),
        ),
        "message": (
            _flat(Span(likely=2 * turns.likely - again, most=2 * turns.most), turns=1.0, longest=1),
            _flat(held.scanned, turns=1.0, longest=1),
        ),
    }


def _answered(crew: Crew, test: Sequence[Dialogue], held: Talks) -> dict[str, Work]:
    """Units of the held-out dialogues: what comes before a reply is the same in every arm."""
    if not any("responses" in evaluator.reads for evaluator in crew.evaluators):
        return {}
    turns = sum(turn.speaker == "supporter" for one in test for turn in one.turns)
    if not turns:
        return {}
    shape = _shape(test)
    whole = Span(likely=turns, most=turns)
    halved = {**shape, "turns": shape["turns"] / 2}
    single = {**shape, "turns": 1.0, "longest": 1}
    arms, most = held.arms, len(ARMS)
    return {
        "reading": _flat(whole.times(1, most), **halved),
        "search": _flat(whole.times(held.banks, most - 1), **halved),
        "reply": _flat(whole.times(arms, most), **halved),
        "message": _flat(whole.times(1 + arms, 2 * most), **single),
        "scored-response": _flat(whole.times(arms, most), **halved),
    }


def _length(limit: int) -> float:
    return max(1.0, LENGTH * limit)


def _flat(count: Span, *, turns: float = 0.0, longest: float = 0.0, weight: float = SPOKEN) -> Work:
    return Work(
        likely=(count.likely,), most=(count.most,), turns=turns, longest=longest, weight=weight
    )


def _shape(dialogues: Sequence[Dialogue]) -> dict[str, float]:
    """Turns of a dialogue, on average and at most, and tokens of a turn."""
    turns = [turn for dialogue in dialogues for turn in dialogue.turns]
    if not turns:
        return {"turns": 0.0, "longest": 0.0, "weight": SPOKEN}
    words = sum(estimate(Request(model="", system=turn.text, messages=())) for turn in turns)
    return {
        "turns": len(turns) / len(dialogues),
        "longest": float(max(len(dialogue.turns) for dialogue in dialogues)),
        "weight": MARKS + words / len(turns),
    }
