"""Pages full of texts that attack, as the reports write them, and the same without any defence."""

from __future__ import annotations

import asyncio
import html
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import jinja2
import stuffing
from payloads import Payload
from visiting import Seen, Visitor

from esc_skills_plugins.reports import templating, versus
from esc_skills_plugins.reports.html import Html

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
FRAMES = 60
"""Undefended pages that are looked at together, each in a frame of its own."""
CALM = 1.0
"""Seconds without a new number after which the last few are given up."""
LONGEST = 60.0
"""Most seconds for a page of frames."""

Draw = Callable[[Sequence[str], Path], tuple[Path, ...]]


def run_pages(some: Sequence[str], folder: Path) -> tuple[Path, ...]:
    """The report of a run, whole."""
    return asyncio.run(Html().render(stuffing.run(some), folder))


def paged_pages(some: Sequence[str], folder: Path) -> tuple[Path, ...]:
    """The report of a run, its conversations on pages beside it."""
    return asyncio.run(Html(talks=0).render(stuffing.run(some), folder))


def study_pages(some: Sequence[str], folder: Path) -> tuple[Path, ...]:
    """The page of a study."""
    return asyncio.run(Html().tabulate(stuffing.study(some), folder))


def versus_pages(some: Sequence[str], folder: Path) -> tuple[Path, ...]:
    """The page of two runs."""
    left, right = stuffing.run(some), stuffing.run(some, odd=True)
    return asyncio.run(Html().compare(left, right, folder))


DRAWN: dict[str, Draw] = {
    "run": run_pages,
    "paged": paged_pages,
    "study": study_pages,
    "versus": versus_pages,
}
"""Every kind of page that the reports write."""
BARE: dict[str, Callable[[str], str]] = {
    "run": lambda text: Html().page(stuffing.once(text)),
    "study": lambda text: Html().study_page(stuffing.once_in_study(text)),
    "versus": lambda text: versus.drawn(stuffing.once(text), stuffing.once("words", odd=True)),
}
"""Texts of pages with one hostile text in one place; more of them and a browser gives up."""


def drawn(draw: Draw, some: Sequence[Payload], folder: Path) -> list[Path]:
    """Files of a report in which each payload stands in every text field, each file twice.

    Args:
        draw: Kind of page.
        some: The payloads.
        folder: Where they go: as they are, and under ``bare-`` without their policy, so that
            escaping stands alone.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for page in draw([one.text for one in some], folder):
        text = page.read_text("utf-8")
        assert text.count(POLICY) == 1
        alone = page.with_name(f"bare-{page.name}")
        alone.write_text(text.replace(POLICY, ""), "utf-8", newline="\n")
        made += [page, alone]
    return made


@contextmanager
def undefended() -> Iterator[None]:
    """Templates escape nothing, and show no hidden sign, while this lasts."""
    kept = jinja2.Environment

    def bare(**settings: Any) -> jinja2.Environment:
        return kept(**{**settings, "autoescape": False, "finalize": None})

    jinja2.Environment = bare  # type: ignore[assignment,misc]
    templating.room.cache_clear()
    try:
        yield
    finally:
        jinja2.Environment = kept  # type: ignore[misc]
        templating.room.cache_clear()


def tripped(
    visitor: Visitor, pages: Mapping[int, str], file: Path, due: AbstractSet[int]
) -> set[int]:
    """Numbers of the payloads that ran or asked when these pages were opened, frame by frame.

    Args:
        visitor: The browser.
        pages: What the frames hold, by number of the payload.
        file: Where the page of frames goes.
        due: Numbers that are waited for.
    """
    found: set[int] = set()
    numbers = list(pages)
    for start in range(0, len(numbers), FRAMES):
        here = numbers[start : start + FRAMES]
        frames = (f'<iframe srcdoc="{html.escape(pages[one])}"></iframe>\n' for one in here)
        file.write_text(f"<!doctype html>\n{''.join(frames)}", "utf-8", newline="\n")
        look = partial(_settle, due=due & {*here})
        found |= visitor.visit(file, look, until="commit").numbers()
    return found


def _settle(page: Any, seen: Seen, due: AbstractSet[int]) -> None:
    """Wait until all that is due has happened; where nearly all has, until it is calm."""
    began = last = time.monotonic()
    known: set[int] = set()
    while not due <= known and time.monotonic() - began < LONGEST:
        page.wait_for_timeout(50)
        if (now := seen.numbers()) != known:
            known, last = now, time.monotonic()
        if len(known & due) >= 0.95 * len(due) and time.monotonic() - last > CALM:
            return


def alone(visitor: Visitor, some: Sequence[Payload], file: Path) -> set[int]:
    """Payloads that act by themselves when they stand in a paragraph of an empty page."""
    head = "<!doctype html><html><body><p>"
    pages = {one.number: f"{head}{one.text}</p></body></html>" for one in some}
    return tripped(visitor, pages, file, {one.number for one in some if one.awake})


def bare_pages(kind: str, some: Sequence[Payload]) -> dict[int, str]:
    """For each payload the page that the same templates make without escaping and policy."""
    with undefended():
        texts = {one.number: BARE[kind](one.text).replace(POLICY, "") for one in some}
    # Folds are open, as on the defended pages; what is not in sight loads nothing.
    unseen = "content-visibility: auto;"
    return {
        number: text.replace("<details", "<details open").replace(unseen, "")
        for number, text in texts.items()
    }


def quietly(visitor: Visitor, page: Path) -> Seen:
    """Open a page and every fold on it, and wait."""
    return visitor.visit(page, _opened)


def _opened(page: Any, _: Seen) -> int:
    count: int = page.evaluate(
        "() => { const all = document.querySelectorAll('details');"
        " all.forEach(one => { one.open = true; }); return all.length; }"
    )
    page.wait_for_timeout(250)
    return count
