"""What leaves the machine: personal data, and texts that pose as instructions."""

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
from esc_skills.testing.faultserver import FaultServer
from esc_skills_plugins.backends.anthropic import AnthropicBackend
from esc_skills_plugins.backends.openai import OpenAIBackend


def test_personal_data_never_reach_the_wire(nursery: Nursery, tmp_path: Path) -> None:
    """X06, S13: two hundred pieces in twenty styles in a user's own dialogues, models asked: none
    in the bytes that a provider gets, in the journal, or anywhere else in the run folder.

    Control: with ``run.scrub = false`` the same look finds every one, on the wire and on disk.
    """
    items = planted(200)
    kept = carried(tmp_path / "on", nursery, items)
    assert (kept.wire, kept.disk) == (frozenset(), frozenset())
    assert kept.taken >= len(items)
    assert kept.calls > len(items) / 20, "every dialogue was asked about"
    open_ = carried(tmp_path / "off", nursery, items, scrub=False)
    every = {item.core for item in items}
    assert (open_.wire, open_.disk) == (every, every)
    assert open_.taken == 0


def injected(count: int) -> list[tuple[str, int, str]]:
    """What went wrong when so many payloads came in by six ways, by both providers' formats."""
    with FaultServer((), act) as server:
        backends = (
            OpenAIBackend(base_url=f"{server.url}/v1", key=""),
            AnthropicBackend(base_url=server.url, key=""),
        )
        found = breached(backends, server.requests, payloads(count))
        assert {one.api for one in server.requests} == {"chat", "messages"}
    return found


def test_texts_of_strangers_stay_in_their_envelope_on_the_wire() -> None:
    """B10, S16: sixty payloads, by six ways, to two providers, from writers who know the mark: none
    outside the envelope, none in the system text, and the border never inside.
    """
    assert injected(60) == []


def test_the_look_at_the_wire_finds_a_request_without_envelope(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """S16, negative control: texts without envelope are found outside, all of them."""
    monkeypatch.setattr(asking, "envelope", bare)
    outside = {one[:2] for one in injected(6) if one[2] == "outside the envelope"}
    assert outside == {(entry, number) for entry in ENTRIES for number in range(6)}


def test_the_look_at_the_wire_finds_an_envelope_that_can_be_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """S16, negative control: where marks inside a text are left as they are, writers get out."""
    monkeypatch.setattr(asking, "_broken", lambda text, mark: text)
    assert {what for _, _, what in injected(14)} == {"outside the envelope", "border inside"}


def test_hostile_answers_change_no_letter_of_the_help() -> None:
    """S3: forty answers that drop, edit, argue with, close or translate the help text: on a flagged
    turn the model is not asked, the reply is the guard's text byte for byte, and the next turn is
    answered again. Control: without guards the person reads the model's words every time.
    """
    assert answered(hostile(40)) == Outcome(whole=40, asked=0, later=40, heard=0)
    assert answered(hostile(10), guarded=False) == Outcome(whole=0, asked=10, later=10, heard=10)
