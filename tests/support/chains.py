"""One run that is stopped and taken up again, and what it must have kept."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from collections.abc import Mapping

import attrs
from acting import fingerprint
from roads import Ledger, Road, Walk, wait_for


@attrs.define(kw_only=True)
class Chain:
    """One run that is killed and taken up again, until it comes to its end."""

    road: Road
    """The run."""
    whole: int
    """Requests of a run that nobody disturbed."""
    chance: random.Random
    """Chooses the moments."""
    sign: signal.Signals = signal.SIGKILL
    """How it is stopped."""
    kills: list[int] = attrs.field(factory=list)
    """Requests that had come at each kill."""
    ends: list[tuple[int, str]] = attrs.field(factory=list)
    """Exit code and last words at each kill."""
    slowest: float = 0.0
    """Longest time from a signal to the end of the process, in seconds."""
    lost: int = 0
    """Journalled answers that were gone, or other ones, at a later look."""
    repeated: int = 0
    """Requests for what was journalled before they went out."""
    _known: Mapping[str, str] = attrs.field(factory=dict)

    def walk(self, kills: int) -> Walk:
        """Kill a number of times, spread over the whole run; then let it end."""
        for number in range(kills):
            if not self._kill(number / kills, (number + 1) / kills):
                break
        done = self.road.go()
        self._look(self.road.ledger())
        return done

    def _kill(self, early: float, late: float) -> bool:
        """Kill between two parts of the run; False when it had ended by then."""
        aim = round(self.whole * self.chance.uniform(early, late))
        if self.sign is not signal.SIGKILL:  # an interpreter that only starts dies by itself
            aim = max(aim, self.road.server.count + 1)
        rest = self.chance.uniform(0.0, 0.4 if aim >= self.whole else 0.03)
        server, walk = self.road.server, self.road.start()
        try:
            wait_for(lambda: server.count >= aim or walk.poll() is not None, 60)
            time.sleep(rest)
            count, sent = server.count, time.monotonic()
            walk.send(self.sign)
            walk.wait()
            self.slowest = max(self.slowest, time.monotonic() - sent)
        finally:
            walk.send(signal.SIGKILL)
        if walk.returncode:
            self.kills.append(count)
            self.ends.append((walk.returncode, walk.stderr))
            self._look(self.road.ledger())
        return bool(walk.returncode)

    def _look(self, now: Ledger) -> None:
        self.lost += sum(now.calls.get(key) != text for key, text in self._known.items())
        after = {key: row for row, key, state in reversed(now.sends) if state == "done"}
        self.repeated += sum(row > after.get(key, row) for row, key, _ in now.sends)
        self._known = now.calls


def hold(made: Chain, road: Road, told: str, asked: Counter[str]) -> None:
    assert (made.lost, made.repeated) == (0, 0), f"{told}: {made.lost} lost, {made.repeated} again"
    states, got = road.ledger().states, Counter(map(fingerprint, road.server.requests))
    # A kill between intent and sending leaves a row and no request; all else is one for one.
    unsure = states["sent"] + states["cancelled"]
    assert states["done"] == asked.total(), told
    assert states.total() - unsure <= got.total() <= states.total(), told
    assert not asked - got, told
    assert (got - asked).total() <= unsure, told
