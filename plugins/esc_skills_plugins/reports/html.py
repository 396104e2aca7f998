"""``html``: one self-contained page of a run or study; no network, no script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, ClassVar

import attrs

from esc_skills.model import StudyRecord
from esc_skills.spec import RunRecord, hookimpl
from esc_skills_plugins.reports import cells, figures, forest, promises

WIDTH, HEIGHT = 320, 140


def polyline(curve: Sequence[float]) -> str:
    """SVG points of an emotion curve: 0-100 upwards, at most ten exchanges across."""
    across = max(10, len(curve) - 1)
    return " ".join(
        f"{place * WIDTH / across:.1f},{HEIGHT - value * HEIGHT / 100:.1f}"
        for place, value in enumerate(curve)
    )


def filled(template: str, told: Mapping[str, Any]) -> str:
    """A template with its facts; whatever they hold stays text."""
    import jinja2

    source = files("esc_skills_plugins.reports").joinpath(template).read_text("utf-8")
    room = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    room.filters.update(figure=figures.figure, polyline=polyline)
    return room.from_string(source).render(told, cells=cells)


@attrs.frozen(kw_only=True)
class Html:
    """A page that people look at: arms, curves, skills, edits, data."""

    name: ClassVar[str] = "html"
    summary: ClassVar[str] = "One self-contained page: arms, emotion curves, skills, verdicts."

    talks: int = 6
    """Whole conversations shown."""

    def page(self, record: RunRecord) -> str:
        """The page's text; equal records give equal text."""
        return filled("run.html.jinja", self._facts(record))

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

    def _facts(self, record: RunRecord) -> dict[str, Any]:
        arms = figures.arms_of(record)
        verdicts = [row for row in record.ledger if row.get("event") == "verdict"]
        return {
            "record": record,
            "arms": arms,
            "lines": figures.lines(arms),
            "others": figures.others(record),
            "talks": figures.sample_talks(record, self.talks),
            "verdicts": verdicts,
            "bank": record.banks[-1] if record.banks else None,
            "causes": promises.cause_lines(record),
            "promises": {line.skill: line for line in promises.promise_lines(record)},
            "looked_at": promises.looked_at(record),
            "interval": figures.interval,
            "width": WIDTH,
            "height": HEIGHT,
        }

    async def render(self, record: RunRecord, folder: Path) -> tuple[Path, ...]:
        """Write ``report.html``."""
        path = folder / "report.html"
        path.write_text(self.page(record), encoding="utf-8", newline="\n")
        return (path,)


@hookimpl
def esc_skills_reports() -> list[type[Html]]:
    """Bring the page."""
    return [Html]
