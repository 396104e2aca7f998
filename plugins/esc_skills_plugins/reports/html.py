"""``html``: a self-contained page of a run or study; no network, no script."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

import attrs

from esc_skills.model import StudyRecord
from esc_skills.spec import RunRecord, hookimpl
from esc_skills_plugins.reports import (
    banners,
    cells,
    curves,
    edits,
    figures,
    forest,
    health,
    kinds,
    paging,
    promises,
    skillpages,
    talks,
    versus,
)
from esc_skills_plugins.reports.templating import filled


@attrs.frozen(kw_only=True)
class Conversations:
    """Every conversation of a run, each in its place."""

    own: tuple[talks.Talk, ...]
    """Those of the three arms."""
    cases: tuple[talks.Talk, ...]
    """Those behind accepted edits."""
    pages: tuple[paging.Page, ...] = ()
    """Pages beside the report; none when it holds them all."""

    @classmethod
    def of(cls, record: RunRecord, most: int) -> Conversations:
        """Put them on the report itself, or on pages beside it where they are too many."""
        own, cases = talks.of_record(record), talks.of_cases(record)
        if paging.fits((*own, *cases), most):
            return cls(own=own, cases=cases)
        own, pages = paging.spread(own, 1)
        if not paging.fits(cases, most):
            cases, more = paging.spread(cases, len(pages) + 1)
            pages += more
        return cls(own=own, cases=cases, pages=pages)


@attrs.frozen(kw_only=True)
class Html:
    """A page that people look at: arms, every conversation, edits with their grounds, the bank."""

    name: ClassVar[str] = "html"
    summary: ClassVar[str] = "A self-contained page: arms, every conversation, edits, bank, health."

    talks: int = 800
    """Most conversations whose words stand on the page itself; more go on pages beside it."""

    def page(self, record: RunRecord) -> str:
        """The text of ``report.html``; equal records give equal text."""
        return next(self.pages(record))[1]

    def pages(self, record: RunRecord) -> Iterator[tuple[str, str]]:
        """Name and text of every file of the report; ``report.html`` itself comes first."""
        held = Conversations.of(record, self.talks)
        known = skillpages.anchors(record)
        yield "report.html", filled("run.html.jinja", _facts(record, held) | {"known": known})
        shared = {"name": record.name, "known": known, "pages": held.pages}
        for number, page in enumerate(held.pages, start=1):
            told = {**shared, "number": number, "widths": talks.widths(page.talks)}
            yield page.file, filled("talks.html.jinja", told)

    def study_page(self, study: StudyRecord) -> str:
        """The text of a study's page; equal studies give equal text."""
        told = {
            "study": study,
            "tables": cells.all_tables(study),
            "plot": forest.drawn(study),
            "signatures": cells.signatures(study.scores),
        }
        return filled("study.html.jinja", told)

    async def tabulate(self, study: StudyRecord, folder: Path) -> tuple[Path, ...]:
        """Write ``study.html``."""
        return (cells.written(folder / "study.html", self.study_page(study)),)

    async def compare(self, left: RunRecord, right: RunRecord, folder: Path) -> tuple[Path, ...]:
        """Write ``versus-NAME.html``, beside what other pairs have there."""
        return (versus.keep(folder, right.name, versus.drawn(left, right)),)

    async def render(self, record: RunRecord, folder: Path) -> tuple[Path, ...]:
        """Write ``report.html``, and ``report-talks/`` where conversations are many."""
        made = tuple(cells.written(folder / name, text) for name, text in self.pages(record))
        for old in sorted((folder / paging.ASIDE).glob("[0-9][0-9][0-9][0-9].html")):
            # A shorter report must not leave words behind that no page leads to.
            if old not in made:
                old.unlink()
        return made


def _facts(record: RunRecord, held: Conversations) -> dict[str, Any]:
    return {
        "record": record,
        "plugins": [
            tuple(row.get(key, "") for key in ("role", "name", "distribution", "version"))
            for row in record.plugins
        ],
        "experiment": tuple(health.flat(record.experiment)),
        "costs": health.costs(record.account),
        "cost_head": health.COST_HEAD,
        **_arms(record),
        **_conversations(held),
        "rulings": edits.rulings(record, (*held.cases, *held.own)),
        "causes": promises.cause_lines(record),
        "bank": record.banks[-1] if record.banks else None,
        "pages_of_skills": skillpages.skill_pages(record),
        "gains": skillpages.SCALE,
        "promises": promises.promise_lines(record),
        "looked_at": promises.looked_at(record),
    }


def _arms(record: RunRecord) -> dict[str, Any]:
    arms, others = figures.arms_of(record), figures.others(record)
    looks = [(arm.arm, f"a{figures.ARMS.index(arm.arm)}") for arm in arms]
    held = {arm.arm: [one for one in record.traces if one.arm == arm.arm] for arm in arms}
    longest = max((len(trace.exchanges) for trace in record.traces), default=0)
    found = [(arm, look, curves.arm_curves(held[arm], longest)) for arm, look in looks]
    apart = curves.around_zero([end for one in others for end in (one.value, one.low, one.high)])
    return {
        "arms": arms,
        "withheld": banners.withheld(record, arms),
        "faults": banners.faults(arms),
        "main": _main(arms),
        "scale": kinds.SCALE,
        "others": others,
        "apart": apart,
        "differences": [(one, curves.lane(apart, one.value, one.low, one.high)) for one in others],
        "drawn": [entry for entry in found if entry[2]],
        "lines": figures.lines(arms),
        "kinds": kinds.by_kind(arms),
        "signs": looks,
        "arm_health": health.arm_health(record, arms),
    }


def _main(arms: Sequence[figures.ArmFigures]) -> list[tuple[Any, ...]]:
    """Class, name, main score and its place of every arm that has one."""
    return [
        (
            f"a{figures.ARMS.index(arm.arm)}",
            arm.arm,
            score,
            curves.lane(kinds.SCALE, score.value, score.low, score.high),
        )
        for arm in arms
        if (score := kinds.main_score(arm))
    ]


def _conversations(held: Conversations) -> dict[str, Any]:
    return {
        "talks": talks.grouped(held.own),
        "cases": talks.grouped(held.cases),
        "pages": held.pages,
        "widths": talks.widths(talk for talk in (*held.own, *held.cases) if not talk.file),
        "paged": any(talk.file for talk in held.own),
        "cases_paged": any(talk.file for talk in held.cases),
    }


@hookimpl
def esc_skills_reports() -> list[type[Html]]:
    """Bring the page."""
    return [Html]
