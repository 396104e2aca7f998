"""Which conversations stand on the report itself and which on pages beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from esc_skills_plugins.reports.talks import Cell, Talk, grouped, weight

ASIDE = "report-talks"
"""Folder of the pages beside the report."""
MOST_BYTES = 12_000_000
"""What conversations may weigh on the report itself."""
EACH = 120
"""Conversations on a page beside it, about: a seeker is never torn apart."""


@attrs.frozen(kw_only=True)
class Page:
    """One page beside the report."""

    file: str
    """Its name, from the report's folder."""
    cells: tuple[Cell, ...]
    """What stands on it."""

    @property
    def talks(self) -> Iterator[Talk]:
        """All of them, one after the other."""
        return (talk for cell in self.cells for seeker in cell.seekers for talk in seeker.talks)

    @property
    def name(self) -> str:
        """Its name inside the folder of pages."""
        return self.file.removeprefix(ASIDE + "/")


def fits(talks: Sequence[Talk], most: int) -> bool:
    """Whether conversations fit on the report itself."""
    return len(talks) <= most and sum(weight(talk.trace) for talk in talks) <= MOST_BYTES


def spread(talks: Sequence[Talk], first: int) -> tuple[tuple[Talk, ...], tuple[Page, ...]]:
    """Put conversations on numbered pages.

    Args:
        talks: What to spread.
        first: Number of the first page.

    Returns:
        The same conversations, each with its page, and the pages.
    """
    heaps: list[list[Talk]] = []
    for cell in grouped(talks):
        for seeker in cell.seekers:
            if not heaps or len(heaps[-1]) + len(seeker.talks) > EACH:
                heaps.append([])
            heaps[-1] += seeker.talks
    placed: list[Talk] = []
    pages = []
    for number, heap in enumerate(heaps, start=first):
        file = f"{ASIDE}/{number:04d}.html"
        named = tuple(attrs.evolve(talk, file=file) for talk in heap)
        placed += named
        pages.append(Page(file=file, cells=grouped(named)))
    return tuple(placed), tuple(pages)
