"""What has happened in a run so far, counted for those who watch: cheap, for it hears all."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import attrs

from esc_skills._engine.clock import seconds

if TYPE_CHECKING:
    from esc_skills._engine.budgets import Budget
    from esc_skills._engine.experiment import Experiment

PREFIX = "esc_skills_"
HEARD: tuple[str, ...] = ("stage_started", "item_done", "trace_done", "exchange_done", "call_done")
HEARD += ("verdict", "walk_opened")


@attrs.define
class Stage:
    """A stage under way; one that comes in batches grows."""

    name: str = ""
    """Such as ``evolve`` or ``score/static``."""
    began: float = 0.0
    """When, by the clock."""
    done: int = 0
    """Items so far."""
    total: int = 0
    """Items that are known of."""

    def left(self, now: float) -> float | None:
        """Seconds until its end, if it goes on as before; None when nobody can say."""
        if not 0 < self.done < self.total:
            return None
        return (now - self.began) / self.done * (self.total - self.done)


@attrs.define
class Tally:
    """Counts events; hears them as a watcher does."""

    clock: Callable[[], float] = seconds
    """Seconds that never run backwards."""
    began: float = attrs.field(init=False)
    """When it began, by the clock."""
    stages: dict[str, Stage] = attrs.field(factory=dict)
    """The stage under way, by shard; a run that is no part of a study has an empty name."""
    shard: str = ""
    """Shard that began a stage last."""
    talks: int = 0
    """Conversations."""
    faults: int = 0
    """Of these, lost ones."""
    exchanges: int = 0
    """Replies with what they led to."""
    calls: int = 0
    """Questions to models that have ended."""
    tokens: int = 0
    """Prompt and completion tokens of them."""
    usd: float = 0.0
    """Their price, as far as it is known."""
    unpriced: int = 0
    """Questions that were sent and whose price is unknown."""
    felt: list[float] = attrs.field(factory=list)
    """Final emotions, in order."""
    arms: dict[str, tuple[int, float]] = attrs.field(factory=dict)
    """Number and sum of final emotions by arm, in this part of the road."""
    verdict: str = ""
    """The last decision of a gate, in words."""
    experiment: Experiment | None = None
    """What is run; None as long as nobody said."""
    budget: Budget | None = None
    """Caps, and what earlier walks have spent, too."""
    rounds: list[Any] = attrs.field(factory=list)
    """Finished rounds of evolution."""
    _heard: dict[str, Callable[..., None]] = attrs.field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """Begin."""
        self.began = self.clock()
        self._heard = {f"{PREFIX}{name}": getattr(self, f"_{name}") for name in HEARD}

    def __call__(self, hook: str, **facts: Any) -> None:
        """Count an event; unknown ones are no news."""
        heard = self._heard.get(hook)
        if heard is not None:
            heard(**facts)

    @property
    def stage(self) -> Stage:
        """The stage that began last."""
        return self.stages.get(self.shard) or Stage()

    @property
    def elapsed(self) -> float:
        """Seconds since it began."""
        return self.clock() - self.began

    def _walk_opened(self, experiment: Any, budget: Any, rounds: Any, shard: str = "") -> None:
        self.experiment, self.budget, self.rounds = experiment, budget, rounds
        self.shard = shard

    def _stage_started(self, stage: str, items: int, shard: str = "") -> None:
        self.shard = shard
        now = self.stages.get(shard)
        if now is None or now.name != stage:
            if now is not None and now.name.partition("/")[0] != stage.partition("/")[0]:
                self.arms = {}
            now = self.stages[shard] = Stage(stage, self.clock())
        now.total += items

    def _item_done(self, stage: str, shard: str = "") -> None:
        if (now := self.stages.get(shard)) is not None and now.name == stage:
            now.done += 1

    def _trace_done(self, trace: Any, shard: str = "") -> None:
        self.talks += 1
        if trace.ending == "fault":
            self.faults += 1
            return
        emotion = trace.emotion
        self.felt.append(emotion)
        now = self.stages.get(shard)
        arm = now.name[6:] if now is not None and now.name[:6] == "score/" else trace.arm
        number, total = self.arms.get(arm, (0, 0.0))
        self.arms[arm] = (number + 1, total + emotion)

    def _exchange_done(self, **_: Any) -> None:
        self.exchanges += 1

    def _call_done(self, usage: Any, **_: Any) -> None:
        self.calls += 1
        spent = usage.tokens_in + usage.tokens_out
        self.tokens += spent
        if usage.usd is not None:
            self.usd += usage.usd
        elif spent:
            self.unpriced += 1

    def _verdict(self, verdict: Any, **_: Any) -> None:
        self.verdict = f"{verdict.decision} after {verdict.pairs} pairs; {verdict.reason}"
