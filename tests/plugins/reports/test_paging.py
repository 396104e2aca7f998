"""Which page holds which conversation."""

from __future__ import annotations

import attrs

from esc_skills.spec import RunRecord
from esc_skills_plugins.reports import paging
from esc_skills_plugins.reports.talks import of_record


def test_few_fit_and_many_do_not(linked: RunRecord, monkeypatch) -> None:
    """By number, and by weight."""
    talks = of_record(linked)
    assert paging.fits(talks, 3)
    assert not paging.fits(talks, 2)
    monkeypatch.setattr(paging, "MOST_BYTES", 100)
    assert not paging.fits(talks, 3)


def test_a_seeker_is_never_torn_apart(many: RunRecord) -> None:
    """O10: every talk stands on one page, all of a seeker on the same, no page is too long."""
    talks = of_record(attrs.evolve(many, traces=many.traces[:600]))
    placed, pages = paging.spread(talks, 7)
    assert [page.name for page in pages] == [f"{n:04d}.html" for n in range(7, 7 + len(pages))]
    assert sorted(talk.anchor for talk in placed) == sorted(talk.anchor for talk in talks)
    homes: dict[str, set[str]] = {}
    for talk in placed:
        homes.setdefault(talk.trace.profile.id, set()).add(talk.file)
    assert all(len(files) == 1 for files in homes.values())
    counts = [sum(cell.talks for cell in page.cells) for page in pages]
    assert sum(counts) == 600
    assert max(counts) <= paging.EACH
