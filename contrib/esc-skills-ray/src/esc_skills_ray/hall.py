"""Ray itself, begun or joined; and its actors, made anew when they die."""

from __future__ import annotations

import asyncio
import os
import pickle
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs

from esc_skills.errors import PluginError
from esc_skills_ray.player import Ended, Item, Player

LOOPBACK = "127.0.0.1"


@attrs.define(eq=False)
class Worker:
    """A place for an actor; when one dies, the next job there begins another."""

    actor: Any = None
    """Ray's handle; None before the first job and after a death."""
    loaded: set[int] = attrs.field(factory=set)
    """Maps whose work the actor has."""
    deaths: int = 0
    """Actors that died here."""
    lock: asyncio.Lock = attrs.field(factory=asyncio.Lock)
    """Held while an actor begins."""

    async def swap(self, number: int, work: bytes, items: Sequence[Item]) -> list[Ended]:
        """Give jobs to the actor, and take what has ended.

        Raises:
            RayActorError: The actor died; what it had asked is in the journal.
        """
        from ray.exceptions import RayActorError

        actor = None
        try:
            async with self.lock:
                if self.actor is None:
                    self.actor = _begun()
                actor = self.actor
                if number not in self.loaded:
                    await actor.load.remote(number, work)
                    self.loaded.add(number)
            ended: bytes = await actor.swap.remote(number, pickle.dumps(items))
        except RayActorError:
            if self.actor is actor:
                self.deaths += 1
                self.actor = None
                self.loaded.clear()
            raise
        made: list[Ended] = pickle.loads(ended)  # noqa: S301 - sent by our own actor
        return made

    def forget(self, number: int) -> None:
        """Let the actor drop the work of a map that has ended."""
        if number in self.loaded:
            self.loaded.discard(number)
            self.actor.drop.remote(number)

    def kill(self) -> None:
        """End the actor, and whatever it does."""
        if self.actor is not None:
            import ray

            ray.kill(self.actor)
            self.actor = None
            self.loaded.clear()


@attrs.define(eq=False)
class Hall:
    """The workers of one executor."""

    ours: bool
    """Whether Ray was begun or joined here, and is left at the end."""
    workers: list[Worker] = attrs.field(factory=list)
    """Places for actors."""
    loop: asyncio.AbstractEventLoop | None = None
    """Event loop of the last map."""
    maps: int = 0
    """Maps begun."""

    @classmethod
    def opened(cls, address: str) -> Hall:
        """Take Ray as it runs in this process, join it, or begin it on loopback only.

        Raises:
            PluginError: Nothing answers at the address.
        """
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        if not address:
            # Read as Ray is imported; without it Ray takes 127.0.0.1 for the outer address.
            os.environ.setdefault("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")
        import ray

        if ray.is_initialized():
            return cls(ours=False)
        facts: dict[str, Any] = {"include_dashboard": False, "_node_ip_address": LOOPBACK}
        if address:
            facts = {"address": address}
        try:
            ray.init(**facts, configure_logging=False, log_to_driver=False)
        except (ConnectionError, ValueError) as fault:
            raise PluginError(
                f"cannot join Ray at {address!r}: {fault}",
                hint="start it with `ray start --head`, or leave the address out",
                plugin="executor.ray",
                hook="map",
            ) from fault
        return cls(ours=True)

    def places(self, many: int) -> tuple[int, Sequence[Worker]]:
        """A number for a new map, and so many workers."""
        loop = asyncio.get_running_loop()
        if self.loop is not loop:
            self.loop = loop
            for worker in self.workers:
                worker.lock = asyncio.Lock()
        while len(self.workers) < many:
            self.workers.append(Worker())
        self.maps += 1
        return self.maps, self.workers[:many]

    def close(self) -> None:
        """End the actors, and Ray if it was begun here."""
        import ray

        for worker in self.workers:
            worker.kill()
        if self.ours and ray.is_initialized():
            ray.shutdown()


def _begun() -> Any:
    """A new actor on this machine, where the journal lies; it reserves no core."""
    import ray
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    here = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=False)
    player: Any = ray.remote(Player)
    made = player.options(num_cpus=0, scheduling_strategy=here)
    return made.remote(str(Path.cwd()), tuple(sys.path))
