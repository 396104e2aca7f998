"""Ten thousand conversations in one report: how heavy, and how long until it is open; O10.

``make bench``. The bar is the issue's own: less than 3 s to the load event of the main page, and
less than 20 MB of what that page loads. A machine that is busy otherwise is given its due: the best
of three visits counts.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import attrs
import pytest
from figures import figure
from visiting import Seen, Visitor, program

from esc_skills.model import INTENTIONS, PERSONA_TYPES, Reply, Trace
from esc_skills.spec import RunRecord
from esc_skills.testing.conformance.scenes import trace
from esc_skills.testing.samples import bank, profile
from esc_skills_plugins.reports.html import Html

TALKS, EXCHANGES = 10_000, 8
MOST_SECONDS, MOST_BYTES = 3.0, 20_000_000
ARMS = ("none", "static", "evolved")
WORDS = "I hear how much this weighs on you, and that you have carried it alone for a long time. "


def _talk(number: int) -> Trace:
    """A conversation of usual length."""
    seat, arm = divmod(number, len(ARMS))
    who = profile(
        f"p{seat:05d}",
        persona_type=PERSONA_TYPES[seat % len(PERSONA_TYPES)],
        intention=INTENTIONS[seat % len(INTENTIONS)],
    )
    made = trace(who, *((seat + arm + place) % 9 - 3 for place in range(EXCHANGES)))
    spoken = tuple(
        attrs.evolve(one, reply=Reply(text=f"{WORDS}{number}.{one.index}", strategy="Question"))
        for one in made.exchanges
    )
    return attrs.evolve(made, id=f"score/{number}", arm=ARMS[arm], exchanges=spoken)


@pytest.mark.timeout(600)
def test_ten_thousand_conversations_open(tmp_path: Path) -> None:
    """The main page of 10,000 conversations is open within 3 s and weighs less than 20 MB."""
    if (path := program()) is None:
        pytest.skip("no chromium on this machine")
    record = RunRecord(
        name="many", experiment={}, banks=(bank(),), traces=tuple(map(_talk, range(TALKS)))
    )
    began = time.monotonic()
    pages = asyncio.run(Html().render(record, tmp_path))
    written = time.monotonic() - began
    visitor = Visitor(path)
    visits = [visitor.visit(tmp_path / "report.html", _opened) for _ in range(3)]
    visitor.close()
    size = (tmp_path / "report.html").stat().st_size
    best = min(seen.told for seen in visits)
    whole = sum(page.stat().st_size for page in pages)
    figure(
        "a report of 10,000 conversations: its main page is open after, and weighs",
        f"{best:.2f} s, {size / 1e6:.1f} MB",
        bar=f"{MOST_SECONDS:.0f} s, {MOST_BYTES / 1e6:.0f} MB",
    )
    figure(
        "the same report: written in, files, their size",
        f"{written:.0f} s, {len(pages)}, {whole / 1e6:.0f} MB",
    )
    assert not any(seen.asked for seen in visits)
    assert size < MOST_BYTES
    assert best < MOST_SECONDS


def _opened(page: Any, _: Seen) -> float:
    """Seconds from the request to the end of the load event."""
    ended = "() => performance.getEntriesByType('navigation')[0].loadEventEnd"
    page.wait_for_timeout(100)
    return float(page.evaluate(ended)) / 1000
