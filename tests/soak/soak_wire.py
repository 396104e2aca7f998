"""The wire at full length: 2,000 pieces of personal data, 300 payloads, 500 hostile answers.

Runs with ``make soak``; ``test_wire`` among the properties does the same with fewer.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from acting import act
from hostile import Outcome, answered, hostile
from injected import ENTRIES, bare, breached, payloads
from persons import planted
from roads import Nursery
from wired import carried

from esc_skills._engine import asking
from esc_skills.spec import Backend
from esc_skills.testing.faultserver import FaultServer
from esc_skills_plugins.backends.anthropic import AnthropicBackend
from esc_skills_plugins.backends.openai import OpenAIBackend


@pytest.mark.timeout(600)
@pytest.mark.parametrize("scrub", [True, False], ids=["on", "off"])
def test_two_thousand_pieces_never_reach_the_wire(
    nursery: Nursery, tmp_path: Path, scrub: bool
) -> None:
    """X06, S13: 2,000 in twenty styles: none in what is sent or kept; control: off, all of them."""
    items = planted(2_000)
    seen = carried(tmp_path / "run", nursery, items, scrub=scrub)
    every = frozenset() if scrub else frozenset(item.core for item in items)
    assert (seen.wire, seen.disk) == (every, every)
    assert (seen.taken >= len(items)) is scrub


def _made(kind: str, url: str) -> Backend:
    made: Backend = OpenAIBackend(base_url=f"{url}/v1", key="")
    return made if kind == "chat" else AnthropicBackend(base_url=url, key="")


@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", ["chat", "messages"])
@pytest.mark.parametrize("wrapped", [True, False], ids=["envelope", "bare"])
def test_three_hundred_payloads_stay_data(
    kind: str, wrapped: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """B10, S16: 300 by six ways, in both formats: 0 outside; control: all, without an envelope."""
    if not wrapped:
        monkeypatch.setattr(asking, "envelope", bare)
    with FaultServer((), act) as server:
        found = breached([_made(kind, server.url)], server.requests, payloads(300))
    outside = {one[:2] for one in found if one[2] == "outside the envelope"}
    assert len(outside) == (0 if wrapped else 300 * len(ENTRIES))
    assert not (wrapped and found)


@pytest.mark.timeout(600)
def test_five_hundred_hostile_answers_change_no_letter_of_the_help() -> None:
    """S3: 500 of 500 byte for byte, and each next turn is answered."""
    assert answered(hostile(500)) == Outcome(whole=500, asked=0, later=500, heard=0)
