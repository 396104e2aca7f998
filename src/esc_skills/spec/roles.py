"""The promises, in road order. Roles are Protocols: conform, do not inherit.

A component is a frozen attrs class whose fields are its settings. It has two class attributes:
``name`` (how an experiment chooses it) and ``summary`` (one line for people). It keeps no state:
what lives longer than a call is a *session* that the component hands out (an index, a voice,
a sitting), made anew for every run.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeVar, runtime_checkable

import attrs

from esc_skills.model import (
    Alarm,
    Dialogue,
    Evidence,
    FailureReport,
    InterventionUnit,
    Match,
    Moment,
    Pair,
    Proposal,
    Prototype,
    Reaction,
    Reading,
    Reply,
    Score,
    SeekerProfile,
    SeekerState,
    Skill,
    SkillsBank,
    Speaker,
    Table,
    Taxonomy,
    Trace,
    Turn,
    Verdict,
)
from esc_skills.spec.records import RunRecord
from esc_skills.spec.services import Context

T = TypeVar("T")
R = TypeVar("R")


@runtime_checkable
class Component(Protocol):
    """What every component has."""

    name: ClassVar[str]
    """Name inside its role: lower case, hyphens."""
    summary: ClassVar[str]
    """One line for ``esc-skills plugins``."""


@runtime_checkable
class Corpus(Component, Protocol):
    """Reads a file of dialogues or of simulated conversations."""

    async def read(self, path: Path | None, ctx: Context) -> Reading:
        """Read ``path``.

        Args:
            path: File to read; None asks for the embedded data of corpora that have some.
            ctx: Services.

        Raises:
            DataError: With file, line and field.
        """


@runtime_checkable
class Extractor(Component, Protocol):
    """Cuts dialogues into Intervention Units, and reads a live conversation."""

    @property
    def taxonomy(self) -> Taxonomy:
        """The labels it writes."""

    async def extract(self, dialogue: Dialogue, ctx: Context) -> tuple[InterventionUnit, ...]:
        """Cut one dialogue; the units come in turn order."""

    async def read_state(self, history: tuple[Turn, ...], ctx: Context) -> SeekerState:
        """Read the seeker's state after the last turn of ``history`` (at least one turn)."""


@attrs.frozen(kw_only=True)
class Distillate:
    """What a distiller makes of units."""

    prototypes: tuple[Prototype, ...] = ()
    """Sorted by key."""
    skills: tuple[Skill, ...] = ()
    """Candidates for the bank, sorted by name."""
    tables: tuple[Table, ...] = ()
    """Fitted statistics for retrievers and responders."""
    notes: tuple[str, ...] = ()
    """What was folded, left out or doubted."""


@runtime_checkable
class Distiller(Component, Protocol):
    """Turns units into prototypes, skills and statistics."""

    async def distil(
        self, units: tuple[InterventionUnit, ...], taxonomy: Taxonomy, ctx: Context
    ) -> Distillate:
        """Distil all units of a run at once; no units gives an empty distillate."""


@runtime_checkable
class Index(Protocol):
    """A bank made searchable; immutable."""

    async def search(self, moment: Moment, ctx: Context) -> tuple[Match, ...]:
        """Offer skills for a moment, best first; an empty tuple abstains."""


@runtime_checkable
class Retriever(Component, Protocol):
    """Finds skills for a moment."""

    async def index(self, bank: SkillsBank, ctx: Context) -> Index:
        """Make a bank searchable; only its active skills count; an empty bank is allowed."""


@runtime_checkable
class Voice(Protocol):
    """A responder made ready for one bank; immutable."""

    async def reply(self, moment: Moment, matches: tuple[Match, ...], ctx: Context) -> Reply:
        """Answer the seeker; ``used`` names only offered skills."""


@runtime_checkable
class Responder(Component, Protocol):
    """Writes the supporter's turns."""

    async def prepare(
        self, bank: SkillsBank | None, units: tuple[InterventionUnit, ...], ctx: Context
    ) -> Voice:
        """Get ready.

        Args:
            bank: None for the no-skills arm.
            units: Units of the training dialogues, where the run has them; they are the
                responder's memory of how people speak, with or without a bank.
            ctx: Services.
        """


@runtime_checkable
class Profiles(Component, Protocol):
    """A named set of seekers."""

    async def profiles(self, ctx: Context) -> tuple[SeekerProfile, ...]:
        """All seekers, each with its purpose; ids are unique."""


@runtime_checkable
class Sitting(Protocol):
    """One seeker in one conversation; keeps what it felt and heard."""

    @property
    def opening(self) -> str:
        """First message."""

    async def react(self, reply: Reply, history: tuple[Turn, ...], ctx: Context) -> Reaction:
        """Feel and answer the last supporter reply.

        Args:
            reply: What the supporter said; the text alone may be looked at.
            history: All turns, the reply included.
            ctx: Services.
        """


@runtime_checkable
class Seeker(Component, Protocol):
    """Plays a profile."""

    @property
    def signature(self) -> str:
        """Simulator and its parameters, as one ``|``-separated text; part of every SAGE score."""

    async def meet(self, profile: SeekerProfile, ctx: Context) -> Sitting:
        """Sit down for one conversation."""


@runtime_checkable
class Evaluator(Component, Protocol):
    """Scores traces, responses or a bank."""

    reads: ClassVar[frozenset[str]]
    """Which parts of the Evidence it needs: ``traces``, ``responses``, ``bank``."""

    async def score(self, evidence: Evidence, ctx: Context) -> tuple[Score, ...]:
        """Score; faults are left out of ``n`` and counted in ``of``."""


@runtime_checkable
class Refiner(Component, Protocol):
    """Finds causes of failure and proposes edits."""

    async def diagnose(
        self, traces: tuple[Trace, ...], bank: SkillsBank, ctx: Context
    ) -> FailureReport:
        """Mine traces of refine profiles for failures."""

    async def propose(
        self,
        report: FailureReport,
        traces: tuple[Trace, ...],
        bank: SkillsBank,
        rejected: tuple[Proposal, ...],
        ctx: Context,
    ) -> tuple[Proposal, ...]:
        """Propose edits, best first; ``rejected`` holds what a gate already refused."""


@runtime_checkable
class Gate(Component, Protocol):
    """Decides whether a candidate bank is better."""

    async def decide(self, pairs: tuple[Pair, ...], left: int, ctx: Context) -> Verdict:
        """Look at all pairs so far.

        Args:
            pairs: Outcomes, in the order they were made; empty at the first call.
            left: Pairs that may still be asked for; at 0 ``continue`` is not allowed.
            ctx: Services.
        """


@runtime_checkable
class Guard(Component, Protocol):
    """Watches every message of both sides.

    A guard whose fixed texts grow old may have a class attribute ``checked``: the ISO day on which
    their sources were last looked at. ``plugins doctor`` warns when that is long ago.
    """

    def protected(self) -> tuple[Skill, ...]:
        """Skills of its manifest, with ``protected=True``; every bank holds them unchanged."""

    async def check(self, text: str, speaker: Speaker, language: str, ctx: Context) -> Alarm | None:
        """Look at one message; None when there is nothing to say."""

    def answer(self, alarm: Alarm, language: str) -> str:
        """Fixed, reviewed text that must stand in the reply when ``alarm`` is high."""


@attrs.frozen(kw_only=True)
class Request:
    """What goes to a model provider."""

    model: str
    """Provider's model name."""
    system: str
    """System text."""
    messages: tuple[tuple[str, str], ...]
    """(role, text), role ``user`` or ``assistant``."""
    schema: str = ""
    """JSON schema of the answer as text; empty for free text."""
    settings: tuple[tuple[str, str | int | float | bool], ...] = ()
    """Sampling and the like, sorted by name."""


@attrs.frozen(kw_only=True)
class Completion:
    """What came back from a model provider."""

    text: str
    """The answer."""
    stop: str = "end"
    """``end``, ``length`` or ``refusal``."""
    tokens_in: int = 0
    """Prompt tokens; 0 when unknown."""
    tokens_out: int = 0
    """Completion tokens; 0 when unknown."""
    tokens_cached: int = 0
    """Prompt tokens that the provider read from its cache; a part of ``tokens_in``."""
    tokens_written: int = 0
    """Prompt tokens that it wrote to its cache, at another price; a part of ``tokens_in``."""
    model: str = ""
    """Model that answered, by the provider's own word."""
    reason: str = ""
    """Why the answer ended, by the provider's own word."""


@attrs.frozen(kw_only=True)
class Capabilities:
    """What a backend can do."""

    schema: bool = False
    """True when the provider enforces a JSON schema."""
    sampling: bool = False
    """True when temperature and the like are accepted."""
    seed: bool = False
    """True when a seed is accepted."""
    caching: bool = False
    """True when the provider can keep the beginning of a prompt for the next call."""
    remote: bool = True
    """True when a call leaves this process and may cost money: a run asks it a probe first."""


@runtime_checkable
class Backend(Component, Protocol):
    """A model provider."""

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""

    async def complete(self, request: Request) -> Completion:
        """Answer one request; retries, deadlines and records are the gateway's work.

        Raises:
            BackendError: The provider failed.
        """


@runtime_checkable
class Executor(Component, Protocol):
    """Runs many independent jobs.

    It may also have ``width``, the jobs that are worth giving at once, and ``close()``.
    """

    async def map(
        self, work: Callable[[T], Awaitable[R]], items: Sequence[T], limit: int
    ) -> tuple[R, ...]:
        """Run ``work`` over ``items``, at most ``limit`` at once; answers in item order."""


@runtime_checkable
class Report(Component, Protocol):
    """Turns a run into pages or tables.

    To print studies, too, it has beside ``render`` a method that answers alike:
    ``async def tabulate(self, study: StudyRecord, folder: Path) -> tuple[Path, ...]``.

    To show two runs side by side on the same seekers, it has
    ``async def compare(self, left: RunRecord, right: RunRecord, folder: Path)``, which answers
    alike; ``folder`` is that of ``left``, and what another pair wrote there stays.
    """

    async def render(self, record: RunRecord, folder: Path) -> tuple[Path, ...]:
        """Write into ``folder`` and return what was written; the same record, the same bytes."""


ROLES: Mapping[str, type[Any]] = {
    "corpus": Corpus,
    "extractor": Extractor,
    "distiller": Distiller,
    "retriever": Retriever,
    "responder": Responder,
    "profiles": Profiles,
    "seeker": Seeker,
    "evaluator": Evaluator,
    "refiner": Refiner,
    "gate": Gate,
    "guard": Guard,
    "backend": Backend,
    "executor": Executor,
    "report": Report,
}
"""Role name → promise, in road order; the role name is also the first word of an entry point."""
