"""What a run will ask and pay, by model role, worked out before anything is sent.

Components declare their questions (``esc_skills.spec.asks``), ``workload`` counts the units of
work, and this module multiplies and prices. Corpora are read and model-free profiles are made;
nothing is asked, and nothing is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from math import ceil, inf
from pathlib import Path
from typing import Any, TypeVar

import attrs

from esc_skills._engine import provenance
from esc_skills._engine.asking import Model, compose
from esc_skills._engine.budgets import ROOM, estimate, room
from esc_skills._engine.casting import JoinedProfiles, vetting
from esc_skills._engine.contexts import Lender
from esc_skills._engine.crew import Crew, asks, hire
from esc_skills._engine.experiment import Experiment
from esc_skills._engine.families import kinship
from esc_skills._engine.gateway import Gateway
from esc_skills._engine.loop import complete
from esc_skills._engine.preparation import prepare, read_corpora
from esc_skills._engine.pricing import Rate
from esc_skills._engine.quotes import Cap, Line, Plan
from esc_skills._engine.running import default_out, resolve
from esc_skills._engine.workload import LENGTH, PAIRS, Cast, Work, made_by, works
from esc_skills._store.files import is_folder
from esc_skills._store.folder import RunFolder
from esc_skills._store.journal import Journal, Spend
from esc_skills.errors import ConfigError
from esc_skills.spec import Ask, Profiles, Prompt, Request

T = TypeVar("T")
WORDINGS = 2
"""Most requests of one question that come to an answer: the first, and one repair."""
PROBE = Ask(
    role="default", per="run", prompt=Prompt(system="Be brief.", task=""), data=40, answer=8
)
"""The question that a run puts to every different model before its work begins."""


@attrs.define
class Silent(Gateway):
    """A gateway that answers nobody: a plan is made without a model."""

    async def ask(self, role: str, prompt: Prompt, *, into: type[T], place: str) -> T:
        """Refuse.

        Raises:
            ConfigError: Always; names the role.
        """
        raise ConfigError(
            f"the model of role {role!r} is asked at {place}, and no declaration says so",
            hint="its component must have `asks`; see esc_skills.spec.asks",
        )


def plan(
    source: str | Path | Mapping[str, Any] | None = None,
    *,
    out: str | Path | None = None,
    sets: Sequence[str] = (),
    disable: Sequence[str] = (),
) -> Plan:
    """Plan a run; nothing is sent and nothing is written.

    Args:
        source: Experiment file, a mapping of the same shape, or None for the defaults.
        out: Run folder; what its journal holds is told as done.
        sets: ``KEY=VALUE`` words laid over the experiment.
        disable: Plug-ins that are never imported.

    Raises:
        UsageError: The experiment, the data or the folder is wrong.
        PluginError: A chosen plug-in is broken.
    """
    experiment, catalogue = resolve(source, sets, disable)
    where = str(source) if isinstance(source, (str, Path)) else "experiment"
    crew = hire(experiment, catalogue, where)
    folder = RunFolder(Path(out) if out is not None else default_out(source, experiment))
    begun = is_folder(folder.path) and provenance.check_same(
        folder, provenance.described(experiment, crew)
    )
    spent = _spent(folder) if begun else ()
    work = complete(workload(experiment, crew))
    lines = tuple(_lines(crew, work, spent))
    return Plan(
        folder=folder.path,
        begun=begun,
        lines=lines,
        caps=tuple(_caps(experiment, lines, spent)),
        missing=tuple(line.role for line in lines if not line.backend),
        table=crew.prices.version,
        tries=experiment.run.limits.tries,
        warnings=tuple(_warnings(experiment, crew)),
        notes=tuple(_notes(crew)),
    )


async def workload(experiment: Experiment, crew: Crew) -> dict[str, tuple[Work, ...]]:
    """Read what can be read without a model, and count the units of work.

    Raises:
        DataError: A corpus cannot be read.
        ConfigError: A component asks a model without a declaration.
    """
    lender = Lender(seed=experiment.run.seed, gateway=Silent(models={}), note=_unnoted)
    readings = await read_corpora(crew, lender, scrub=experiment.run.scrub)
    run = experiment.run
    material = prepare(readings, holdout=run.holdout, seed=run.seed)
    cast = Cast.of(())
    for one in _sets(crew):
        if asks(one):
            cast += Cast.told(made_by(one))
        else:
            cast += Cast.of(await one.profiles(lender.at("profiles")("profiles")))
    vetted = sum(len(vetting(one)) for one in _sets(crew))
    return works(experiment, crew, material, attrs.evolve(cast, vetted=vetted))


def _sets(crew: Crew) -> tuple[Profiles, ...]:
    every = crew.profiles
    return every.sets if isinstance(every, JoinedProfiles) else (every,)


def _unnoted(place: str, kind: str, facts: Mapping[str, Any]) -> None:
    """A plan keeps no notes."""


def _spent(folder: RunFolder) -> tuple[Spend, ...]:
    journal = Journal(folder.journal)
    try:
        return journal.spend()
    finally:
        journal.close()


@attrs.define(kw_only=True)
class _Sum:
    """Figures of one role, while they grow."""

    calls: float = 0.0
    most: int = 0
    tokens_in: float = 0.0
    tokens_out: float = 0.0
    most_in: float = 0.0
    most_out: float = 0.0

    def add(self, ask: Ask, work: Work, model: Model | None) -> None:
        """Count the calls of a question over the units of a work."""
        likely = ask.calls * sum(_calls(ask, size) for size in work.likely)
        most = WORDINGS * ask.most * sum(_calls(ask, size) for size in work.most)
        own, fullest = _own(ask, model)
        self.calls += likely
        self.most += ceil(most)
        self.tokens_in += likely * (own + min(ask.turns, work.turns) * work.weight)
        self.tokens_out += likely * min(ask.answer, fullest)
        self.most_in += most * (own + min(ask.turns, work.longest) * work.weight)
        self.most_out += most * fullest


def _calls(ask: Ask, size: float) -> float:
    """Calls for the units of one cluster."""
    few = min(size, inf if ask.limit is None else ask.limit)
    return few if ask.group == 1 else ceil(few / ask.group)


def _own(ask: Ask, model: Model | None) -> tuple[int, int]:
    """Tokens of a question without its talk, and room for the answer."""
    if model is None:
        request = Request(model="", system=ask.prompt.system, messages=(("user", ask.prompt.task),))
    else:
        request = compose(ask.prompt, model, ask.into)
    allowed = room(request)
    return estimate(request) + ask.data, max(ask.answer, ROOM) if allowed == ROOM else allowed


def _lines(
    crew: Crew, work: Mapping[str, tuple[Work, ...]], spent: Sequence[Spend]
) -> Iterator[Line]:
    sums: dict[str, _Sum] = {}
    for component in crew.players:
        for ask in asks(component):
            model = _model(crew, ask.role)
            for part in work.get(ask.per, ()):
                sums.setdefault(ask.role, _Sum()).add(ask, part, model)
    for role, model in _tried(crew):
        sums.setdefault(role, _Sum()).add(PROBE, work["run"][0], model)
    held = Counter[str]()
    for row in spent:
        held[row.role] += row.sends if row.state == "done" else 0
    for role, total in sorted(sums.items()):
        yield _line(role, total, crew, held[role])


def _model(crew: Crew, role: str) -> Model | None:
    return crew.models.get(role) or crew.models.get("default")


def _tried(crew: Crew) -> Iterator[tuple[str, Model]]:
    """Every different remote model once, as the gateway probes them."""
    known: set[str] = set()
    for role, model in sorted(crew.models.items()):
        if model.backend.capabilities.remote and model.fingerprint not in known:
            known.add(model.fingerprint)
            yield role, model


def _line(role: str, total: _Sum, crew: Crew, held: int) -> Line:
    model = _model(crew, role)
    rate = crew.prices.rate(model.name, model.backend.name, model.base_url) if model else None
    return Line(
        role=role,
        model=model.name if model else "",
        backend=model.backend.name if model else "",
        calls=ceil(total.calls),
        most=total.most,
        tokens_in=ceil(total.tokens_in),
        tokens_out=ceil(total.tokens_out),
        most_tokens=ceil(total.most_in + total.most_out),
        usd=_price(rate, total.tokens_in, total.tokens_out),
        most_usd=_price(rate, total.most_in, total.most_out),
        held=held,
    )


def _price(rate: Rate | None, tokens_in: float, tokens_out: float) -> float | None:
    if rate is None:
        return None if tokens_in else 0.0
    return round(rate.of(tokens_in, tokens_out), 6)


def _caps(experiment: Experiment, lines: Sequence[Line], spent: Sequence[Spend]) -> Iterator[Cap]:
    def left(figures: Sequence[float | None]) -> float | None:
        parts = [
            figure * (1 - line.share) if figure is not None else None
            for figure, line in zip(figures, lines, strict=True)
        ]
        return None if None in parts else round(sum(part or 0.0 for part in parts), 6)

    known: dict[str, tuple[float, Sequence[float | None], Sequence[float | None]]] = {
        "calls": (
            sum(row.sends for row in spent),
            [line.calls for line in lines],
            [line.most for line in lines],
        ),
        "tokens": (
            sum(row.tokens_in + row.tokens_out for row in spent),
            [line.tokens_in + line.tokens_out for line in lines],
            [line.most_tokens for line in lines],
        ),
        "usd": (
            round(sum(row.usd for row in spent), 6),
            [line.usd for line in lines],
            [line.most_usd for line in lines],
        ),
    }
    for name, cap in attrs.asdict(experiment.run.budget).items():
        if cap is None:
            continue
        if name in known:
            used, likely, most = known[name]
            yield Cap(name=name, cap=cap, spent=used, likely=left(likely), most=left(most))
        else:  # how long a provider takes is nobody's to say
            yield Cap(name=name, cap=cap, spent=0.0, likely=None, most=None)


def _warnings(experiment: Experiment, crew: Crew) -> Iterator[str]:
    if told := kinship(crew.models, crew.asked):
        yield told
    if experiment.run.budget.usd is not None:
        for role, model in sorted(crew.models.items()):
            if crew.prices.rate(model.name, model.backend.name, model.base_url) is None:
                yield f"money is capped and the price of models.{role} unknown: the run would stop"


def _notes(crew: Crew) -> Iterator[str]:
    """What the figures rest on; what a component leaves open is assumed, and said."""
    yield f"a talk uses {LENGTH:.0%} of its allowed exchanges; at most all of them"
    yield "tokens are estimates; no discount for cached prompts is counted"
    if asks(crew.distiller) and "skill" not in made_by(crew.distiller):
        yield f"distiller {crew.distiller.name} states no number of skills: 25 taken"
    if "proposal" not in made_by(crew.refiner):
        yield f"refiner {crew.refiner.name} states no number of proposals: 2 taken, 3 at most"
    if "pair" not in made_by(crew.gate):
        yield f"gate {crew.gate.name} states no number of pairs: {PAIRS:.0%} of max_pairs taken"
    for one in _sets(crew):
        if asks(one) and not made_by(one):
            yield f"profiles {one.name} states no number of seekers: none counted"
