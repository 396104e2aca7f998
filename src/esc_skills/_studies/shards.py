"""One shard of a study: a variant under one seed, an ordinary run in a folder of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from pathlib import Path
from typing import Any

import attrs

from esc_skills._engine import provenance
from esc_skills._engine.opening import Shared
from esc_skills._engine.running import resolve, walked
from esc_skills._engine.signals import Call
from esc_skills._store.files import safe_name
from esc_skills._store.folder import RunFolder
from esc_skills.errors import BackendError, DataError, PluginError, ReplyError

_watch: ContextVar[Sequence[Call]] = ContextVar("_watch", default=())


@contextmanager
def watching(watch: Sequence[Call]) -> Iterator[None]:
    """Tell of every event of the shards that are played in this process, each with ``shard``."""
    token = _watch.set(watch)
    try:
        yield
    finally:
        _watch.reset(token)


@attrs.frozen(kw_only=True)
class Shard:
    """What another process needs to know to play it; plain data all through."""

    variant: str
    """Name of the variant."""
    seed: int
    """Seed of its run."""
    path: Path
    """Its run folder."""
    experiment: Mapping[str, Any]
    """Its experiment, as a file would say it."""
    shared: Shared
    """What it has in common with the others."""
    disable: tuple[str, ...] = ()
    """Plug-ins that are never imported."""

    @property
    def done(self) -> bool:
        """Whether an earlier walk came to its end, and lost nothing that might be tried again."""
        folder = RunFolder(self.path)
        if not folder.has(provenance.FILE):
            return False
        stored = folder.read_json(provenance.FILE)
        return stored.get("state") == "done" and not stored.get("faults")


@attrs.frozen(kw_only=True)
class Played:
    """What came of a shard."""

    variant: str
    """Name of the variant."""
    seed: int
    """Seed of its run."""
    path: Path
    """Its run folder."""
    faults: tuple[str, ...] = ()
    """Conversations that came to nothing, a line each."""
    ended: str = ""
    """Why there is no result; empty when there is one."""


def placed(home: Path, variant: str, seed: int) -> Path:
    """Folder of a shard."""
    return home / "shards" / safe_name(variant) / str(seed)


async def play(shard: Shard) -> Played:
    """Play a shard, or take up what is there.

    A fault that is this shard's own is told, and the others go on.

    Raises:
        RunEndedError: The budget of the study ended, or a provider closed.
        UsageError: The experiment or the folder is wrong.
        StoreError: The disk refused.
    """
    told = Played(variant=shard.variant, seed=shard.seed, path=shard.path)
    if shard.done and _same(shard):
        return told
    name = f"{shard.variant}, seed {shard.seed}"
    watch = [partial(call, shard=name) for call in _watch.get()]
    try:
        made = await walked(
            shard.experiment,
            out=shard.path,
            disable=shard.disable,
            shared=shard.shared,
            watch=watch,
        )
    except (DataError, PluginError, ReplyError, BackendError) as fault:
        return attrs.evolve(told, ended=fault.line)
    return attrs.evolve(told, faults=made.faults)


def _same(shard: Shard) -> bool:
    """Whether the folder holds this very run; another one is refused."""
    from esc_skills._engine.crew import hire

    experiment, catalogue = resolve(shard.experiment, (), shard.disable)
    description = provenance.described(experiment, hire(experiment, catalogue))
    return provenance.check_same(RunFolder(shard.path), description)
