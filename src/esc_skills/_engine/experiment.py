"""An experiment: which components, which settings, which order of magnitude."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from esc_skills.model.identity import content_hash
from esc_skills.model.invariants import between, subset

SINGLE_ROLES: tuple[str, ...] = (
    "extractor",
    "distiller",
    "retriever",
    "responder",
    "seeker",
    "refiner",
    "gate",
    "executor",
)
"""Keys that name one component."""

LIST_ROLES: Mapping[str, str] = {
    "corpus": "corpus",
    "profiles": "profiles",
    "evaluators": "evaluator",
    "guards": "guard",
    "reports": "report",
    "watchers": "watcher",
}
"""Keys that name several components, and their role."""


ARMS: tuple[str, ...] = ("none", "static", "evolved")
"""Arms of a run, in the order in which they are shown."""


@attrs.frozen(kw_only=True)
class Choice:
    """A component by name, with its settings."""

    use: str
    """Component name."""
    settings: Mapping[str, Any] = attrs.field(factory=dict)
    """Settings as written; checked when the component is made."""
    path: str = ""
    """File to read; corpora only."""


@attrs.frozen(kw_only=True)
class Evolve:
    """How a bank evolves."""

    rounds: int = attrs.field(default=2, validator=between(0, 1000))
    """Rounds of refinement; 0 leaves bank 0 as it is."""
    max_pairs: int = attrs.field(default=200, validator=between(1, 1_000_000))
    """Most verification pairs of one proposal."""
    batch: int = attrs.field(default=10, validator=between(1, 1_000_000))
    """Pairs played between two looks of the gate."""
    refine_repeats: int = attrs.field(default=2, validator=between(1, 1000))
    """Conversations with each refine profile in a round."""
    veto: bool = True
    """Whether new unsafe events block a bank whatever the gate says; False, for an ablation, is
    stamped on every bank."""
    trials: float = attrs.field(default=0.5, validator=between(0, 0.9))
    """Chance that a turn of these conversations offers a skill on trial, where the refiner has
    some to try; 0 makes no trial, for an ablation."""


@attrs.frozen(kw_only=True)
class Talk:
    """Rules of every simulated conversation."""

    limit: int = attrs.field(default=10, validator=between(1, 1000))
    """Most supporter turns."""
    score_last: bool = False
    """False keeps SAGE's released protocol, in which the last reply is never read."""


@attrs.frozen(kw_only=True)
class Budget:
    """Caps; None is no cap."""

    usd: float | None = attrs.field(default=None, validator=between(0, 1e9))
    """Money in US dollars."""
    calls: int | None = attrs.field(default=None, validator=between(0, 10**12))
    """Requests sent to models, repeated ones too."""
    tokens: int | None = attrs.field(default=None, validator=between(0, 10**15))
    """Prompt and completion tokens together."""
    seconds: float | None = attrs.field(default=None, validator=between(0, 1e9))
    """Time of this process; what a stopped run had used does not count."""


@attrs.frozen(kw_only=True)
class Limits:
    """How fast and how patiently each provider is asked; no result depends on it."""

    at_once: int = attrs.field(default=256, validator=between(1, 4096))
    """Most requests under way at once; a provider that says "slow down" gets fewer."""
    calls_per_minute: float | None = attrs.field(default=None, validator=between(0.01, 1e9))
    """Requests a minute; None is no cap."""
    tokens_per_minute: float | None = attrs.field(default=None, validator=between(1, 1e12))
    """Tokens a minute, by estimate; None is no cap."""
    tries: int = attrs.field(default=8, validator=between(1, 100))
    """Most requests for one question."""
    each: float = attrs.field(default=120.0, validator=between(0.01, 86_400))
    """Seconds that one request may take, to its last byte."""
    deadline: float = attrs.field(default=300.0, validator=between(0.01, 86_400))
    """Seconds that one question may take, with all its tries and waits."""
    component: float = attrs.field(default=300.0, validator=between(0.01, 86_400))
    """Seconds that one call of a component may take, the time that it waits for models left
    out."""


@attrs.frozen(kw_only=True)
class Running:
    """How the run itself goes."""

    seed: int = attrs.field(default=13, validator=between(0, 2**63))
    """Seed of all chance."""
    repeats: int = attrs.field(default=2, validator=between(1, 10_000))
    """Conversations of every arm with each report profile."""
    arms: tuple[str, ...] = attrs.field(default=ARMS, validator=subset(*ARMS))
    """Arms that are scored: no skills, bank 0, the last bank."""
    concurrency: int = attrs.field(default=64, validator=between(1, 4096))
    """Conversations at once."""
    holdout: float = attrs.field(default=0.0, validator=between(0, 0.9))
    """Share of dialogues kept out of the bank for response-level scores, where the corpus states
    no test split."""
    see_situation: bool = False
    """Whether response-level scoring may show the seeker's written situation."""
    scrub: bool = True
    """Takes mail addresses, phone and card numbers and the like out of every dialogue as it is
    read, so that none is sent, kept or learnt from; names have no shape and stay."""
    unsafe_no_guard: bool = False
    """Allows an empty ``guards``; stamped on every bank."""
    budget: Budget = attrs.field(factory=Budget)
    """Caps."""
    limits: Limits = attrs.field(factory=Limits)
    """How fast models are asked."""


@attrs.frozen(kw_only=True)
class PluginRules:
    """Which plug-ins may be looked at."""

    disable: tuple[str, ...] = ()
    """Entry names (``retriever.bm25``) or distributions, never imported."""


@attrs.frozen(kw_only=True)
class Experiment:
    """A whole experiment; every key of the file is optional."""

    corpus: tuple[Choice, ...] = ()
    """Data to learn from."""
    extractor: Choice
    """Cuts dialogues and reads seekers."""
    distiller: Choice
    """Makes skills."""
    retriever: Choice
    """Finds skills."""
    responder: Choice
    """Writes replies."""
    seeker: Choice
    """Plays profiles."""
    profiles: tuple[Choice, ...] = ()
    """Whom it plays; several sets make one."""
    evaluators: tuple[Choice, ...] = ()
    """What is measured."""
    refiner: Choice
    """Proposes edits."""
    gate: Choice
    """Verifies them."""
    guards: tuple[Choice, ...] = ()
    """Watch every message."""
    executor: Choice
    """Runs conversations."""
    reports: tuple[Choice, ...] = ()
    """Pages written at the end."""
    watchers: tuple[Choice, ...] = ()
    """Told what happens."""
    models: Mapping[str, Choice] = attrs.field(factory=dict)
    """Backend by model role; ``default`` stands in for the rest."""
    evolve: Evolve = attrs.field(factory=Evolve)
    """How the bank evolves."""
    talk: Talk = attrs.field(factory=Talk)
    """Rules of every conversation."""
    run: Running = attrs.field(factory=Running)
    """How the run goes."""
    plugins: PluginRules = attrs.field(factory=PluginRules)
    """Which plug-ins may be looked at."""

    @property
    def hash(self) -> str:
        """Content hash of all that a result depends on: equal ones may share a run folder."""
        effortless = attrs.evolve(self.run, concurrency=1, budget=Budget(), limits=Limits())
        nobody = Choice(use="-")
        return content_hash(attrs.evolve(self, run=effortless, watchers=(), executor=nobody))
