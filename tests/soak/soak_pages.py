"""All payloads on all pages; `tests/browser/test_attacks.py` takes sixty of them each time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from attacking import BARE, DRAWN, alone, bare_pages, drawn, quietly, tripped
from payloads import payloads
from visiting import Probe, Visitor, program

BATCH = 60
"""Payloads on one page."""


@pytest.fixture(scope="session")
def visitor() -> Iterator[Visitor]:
    """A real browser."""
    if (path := program()) is None:
        pytest.skip("no chromium on this machine")
    made = Visitor(path)
    yield made
    made.close()


@pytest.fixture
def probe() -> Iterator[Probe]:
    """A server that nobody should ask."""
    made = Probe()
    yield made
    made.close()


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("kind", DRAWN)
def test_nothing_runs_and_nothing_is_asked(
    visitor: Visitor, probe: Probe, tmp_path: Path, kind: str
) -> None:
    """O01, O02, O03: every payload in every field of every page: none runs, none asks."""
    every = payloads(probe.url)
    for start in range(0, len(every), BATCH):
        some, folder = every[start : start + BATCH], tmp_path / str(start)
        for page in drawn(DRAWN[kind], some, folder):
            seen = quietly(visitor, page)
            assert seen.quiet, (page.name, seen)
    assert probe.asked == []


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("kind", BARE)
def test_the_same_texts_trip_pages_without_defence(
    visitor: Visitor, probe: Probe, tmp_path: Path, kind: str
) -> None:
    """O01: of the payloads that act in a bare paragraph, 95 % and more act in each template."""
    every = payloads(probe.url)
    live = alone(visitor, every, tmp_path / "alone.html")
    assert len(live) >= 0.95 * sum(one.awake for one in every)
    pages = bare_pages(kind, every)
    hit = tripped(visitor, pages, tmp_path / "bare.html", live) & live
    assert len(hit) >= 0.95 * len(live), sorted(live - hit)
