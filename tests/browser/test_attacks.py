"""Texts that attack, in every field of every page, in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest
import stuffing
from attacking import DRAWN, alone, bare_pages, drawn, quietly, tripped
from payloads import payloads, some
from visiting import Probe, Visitor

pytestmark = pytest.mark.xdist_group("browser")
CLOSED = [
    "active",
    "deep-empathy",
    "evolved",
    "high",
    "limit",
    "medium",
    "none",
    "passive",
    "report",
    "seeker",
    "skill-0",
    "static",
]
"""Words that validators allow alone, so that nobody's text can stand there."""


def test_there_are_enough_payloads() -> None:
    """O01: at least 500, no two alike, each with a number of its own; 60 of them each time."""
    every = payloads()
    assert len({one.text for one in every}) == len(every) >= 500
    assert [one.number for one in every] == list(range(len(every)))
    assert len({one.number for one in some()}) == 60


@pytest.mark.parametrize("kind", DRAWN)
def test_nothing_runs_and_nothing_is_asked(
    visitor: Visitor, probe: Probe, tmp_path: Path, kind: str
) -> None:
    """O01, O02, O03: with every fold open no payload runs, no dialog opens, nothing is asked.

    Neither on the page as it is, nor where its policy is taken away: escaping alone must hold.
    """
    before = len(probe.asked)
    for page in drawn(DRAWN[kind], some(probe.url), tmp_path):
        seen = quietly(visitor, page)
        assert seen.quiet, (page.name, seen)
    assert probe.asked[before:] == []


def test_every_payload_stands_in_every_text_of_a_record() -> None:
    """O01: what the pages are drawn from has no text field that a payload was kept out of, but
    for words of closed lists and names that must be plain.
    """
    record = stuffing.run(["p4yload"])
    skills = [one for one in record.banks[-1].skills if not one.protected]
    told = (record.traces, skills, record.findings, record.plugins, record.account)
    bare = sorted({text for text in stuffing.texts(told) if "p4yload" not in text})
    assert bare == CLOSED


def test_the_same_texts_trip_pages_without_defence(
    visitor: Visitor, probe: Probe, tmp_path: Path
) -> None:
    """O01: of the payloads that act in a bare paragraph, 95 % and more act in the report's own
    templates with escaping and policy off: the probes see what they should.
    """
    chosen = some(probe.url)
    live = alone(visitor, chosen, tmp_path / "alone.html")
    assert len(live) >= 0.95 * sum(one.awake for one in chosen)
    pages = bare_pages("run", chosen)
    hit = tripped(visitor, pages, tmp_path / "bare.html", live) & live
    assert len(hit) >= 0.95 * len(live), sorted(live - hit)
    assert probe.asked
