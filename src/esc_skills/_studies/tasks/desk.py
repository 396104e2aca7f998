"""Who takes part in a task, at what cost, and why somebody does not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs

from esc_skills._engine.contexts import Lender
from esc_skills._engine.crew import Crew, Hiring, asks, hire
from esc_skills._engine.experiment import LIST_ROLES, Choice, Experiment
from esc_skills._engine.gateway import Gateway
from esc_skills._engine.opening import open_gateway
from esc_skills._engine.signals import Signals
from esc_skills._host.catalogue import Catalogue
from esc_skills._host.loading import Host
from esc_skills._store.files import safe_name
from esc_skills._store.journal import Journal
from esc_skills.errors import EscSkillsError
from esc_skills.model import Cost, StudyCell


@attrs.define(kw_only=True)
class Desk:
    """Loads the components of a role one after another, and keeps account."""

    role: str
    """Role that is benched."""
    experiment: Experiment
    """Its corpora, models, limits and seed; its own settings for a component count."""
    catalogue: Catalogue
    """What is installed."""
    folder: Path | None = None
    """Where journals lie, one a component; None keeps nothing."""
    lost: list[str] = attrs.field(factory=list)
    """Who did not take part and why; what was lost on the way."""
    costs: list[Cost] = attrs.field(factory=list)
    """What each component asked and took."""
    table: list[dict[str, Any]] = attrs.field(factory=list)
    """Described components."""
    crew: Crew = attrs.field(init=False)
    """Corpora and models of the experiment."""

    def __attrs_post_init__(self) -> None:
        """Load corpora and models; nobody writes reports or watches."""
        none = tuple[Choice, ...]()
        bare = attrs.evolve(self.experiment, reports=none, watchers=none, evaluators=none)
        self.crew = hire(bare, self.catalogue, "bench")

    def _settings(self, name: str) -> Choice:
        key = next((key for key, role in LIST_ROLES.items() if role == self.role), self.role)
        chosen = getattr(self.experiment, key)
        own = chosen if isinstance(chosen, tuple) else (chosen,)
        return next((choice for choice in own if choice.use == name), Choice(use=name))

    def present(self, names: Sequence[str] = ()) -> Iterator[Any]:
        """Components that can take part, by name; the others are told in ``lost``.

        Args:
            names: Only these; empty takes all that are installed.

        Raises:
            UnknownPluginError: A name that nobody installed.
        """
        hiring = Hiring(host=Host(self.catalogue), where="bench")
        for name in names:
            self.catalogue.choose(self.role, name)
        for name in sorted({entry.name for entry in self.catalogue.of(self.role)}):
            if names and name not in names:
                continue
            try:
                made = hiring.one(self.role, self._settings(name))
            except EscSkillsError as fault:
                self.lost.append(f"{name}: not run: {fault.message}")
                continue
            silent = {ask.role for ask in asks(made)} - set(self.crew.models)
            if silent and "default" not in self.crew.models:
                needed = ", ".join(sorted(silent))
                self.lost.append(f"{name}: not run: needs [models] {needed}, or default")
                continue
            self.table.append(dict(hiring.table[-1]))
            yield made

    @contextmanager
    def at_work(self, component: Any) -> Iterator[Lender]:
        """Lend to a component, and account for what it does meanwhile."""
        journal = None
        if self.folder is not None and asks(component):
            name = safe_name(f"{self.role}.{component.name}")
            journal = Journal(path=self.folder / "bench" / f"{name}.sqlite")
        gateway = open_gateway(self.experiment, self.crew, Signals(), journal)
        begun = gateway.budget.clock()
        try:
            yield Lender(
                seed=self.experiment.run.seed, gateway=gateway, note=lambda place, kind, facts: None
            )
        finally:
            seconds = gateway.budget.clock() - begun
            self.costs.append(_cost(component.name, gateway, journal, seconds))
            if journal is not None:
                journal.close()

    @property
    def facts(self) -> dict[str, Any]:
        """Components that took part, and the seed."""
        return {"seed": self.experiment.run.seed, "plugins": self.table}


def _cost(arm: str, gateway: Gateway, journal: Journal | None, seconds: float) -> Cost:
    """Questions of this process; tokens and money of all requests that the journal knows."""
    spent = journal.spend() if journal is not None else ()
    unknown = journal is None and gateway.outcomes.total() > 0
    unpriced = unknown or any(item.unpriced for item in spent)
    return Cost(
        arm=arm,
        questions=gateway.outcomes.total(),
        tokens_in=sum(item.tokens_in for item in spent),
        tokens_out=sum(item.tokens_out for item in spent),
        usd=None if unpriced else round(sum(item.usd for item in spent), 6),
        seconds=round(seconds, 3),
    )


def cells(cost: Cost) -> tuple[StudyCell, StudyCell]:
    """Questions and tokens; seconds differ from run to run and stand in the record alone."""
    tokens = cost.tokens_in + cost.tokens_out
    return StudyCell(value=cost.questions, digits=0), StudyCell(value=tokens, digits=0)
