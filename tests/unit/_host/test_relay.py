from __future__ import annotations

import asyncio

import pytest

from esc_skills._host.relay import Relay


async def _work(item: int) -> int:
    if item < 0:
        raise ValueError(item)
    return item + 1


def test_a_relay_does_the_work() -> None:
    """What the job answers comes back."""
    assert asyncio.run(Relay(work=_work)(1)) == 2


def test_a_relay_knows_its_own_faults_also_in_groups() -> None:
    """The job's exception is found in what an executor raised; a stranger's is not."""
    relay = Relay(work=_work)
    with pytest.raises(ValueError, match="-1") as caught:
        asyncio.run(relay(-1))
    own = caught.value
    assert relay.own(own) is own
    assert relay.own(ExceptionGroup("g", [OSError(), ExceptionGroup("h", [own])])) is own
    assert relay.own(ValueError(-1)) is None
