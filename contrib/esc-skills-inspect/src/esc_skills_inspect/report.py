"""The report ``inspect``: logs beside the pages of a run."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import attrs

from esc_skills import hookimpl
from esc_skills.spec import Report, RunRecord

FOLDER = "inspect"


@attrs.frozen(kw_only=True)
class InspectReport:
    """Writes a log of inspect_ai for every arm; JSON, because that is the same bytes each time."""

    name: ClassVar[str] = "inspect"
    summary: ClassVar[str] = "conversations as inspect_ai logs, one an arm"

    async def render(self, record: RunRecord, folder: Path) -> tuple[Path, ...]:
        """Write ``inspect/ARM.json`` for every arm that held conversations."""
        from inspect_ai.log import write_eval_log_async

        from esc_skills_inspect.logs import make_logs

        written = []
        for arm, log in make_logs(record).items():
            path = folder / FOLDER / f"{arm}.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            await write_eval_log_async(log, path, format="json")
            written.append(path)
        return tuple(written)


@hookimpl
def esc_skills_reports() -> list[type[Report]]:
    """Bring the report ``inspect``."""
    return [InspectReport]
