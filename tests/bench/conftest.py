"""What benches say goes to the page, from whichever process; see ``figures.py``."""

from __future__ import annotations

import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import attrs
import pytest

HERE = str(Path(__file__).resolve().parent)
if HERE not in sys.path:
    sys.path.append(HERE)

from figures import FAILED, PAGE, TAKEN, Figure, machine_told, rewritten  # noqa: E402

SAID: list[Figure] = []
"""Figures of all benches of this call; in the first process only."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The page is written when that is asked for."""
    parser.addoption("--page", action="store_true", help=f"write the figures into {PAGE.name}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Give the figures of a test to its report, which travels between processes."""
    report = yield
    if call.when == "call":
        told = [attrs.astuple(attrs.evolve(one, made_by=item.path.name)) for one in TAKEN]
        report.user_properties += [("figure", one) for one in told]
        TAKEN.clear()
    return report


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Keep figures of benches that ended; one that was skipped half-way says nothing."""
    if report.when == "call":
        SAID.extend(kept(report.outcome, report.user_properties))


def kept(outcome: str, properties: list[tuple[str, Any]]) -> list[Figure]:
    """Figures of a report; a bench that failed says so in each of its rows."""
    found = [Figure(*value) for name, value in properties if name == "figure"]
    if outcome == "failed":
        return [attrs.evolve(one, bar=one.bar + FAILED) for one in found]
    return found if outcome == "passed" else []


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the page once, in the process that all reports came to."""
    config = session.config
    if config.getoption("page", default=False) and not hasattr(config, "workerinput"):
        page = PAGE.read_text("utf-8")
        PAGE.write_text(rewritten(page, SAID, machine_told()), "utf-8")
        sys.stdout.write(f"\n{len(SAID)} figures written into {PAGE.name}\n")
