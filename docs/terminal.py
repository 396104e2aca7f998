"""Take a picture of a run on a terminal: ``python docs/terminal.py`` (``make pictures``).

A run on the sample data is walked in a folder that is thrown away; what its live view showed half
way through its last stage of evolution is written to ``docs/pictures/terminal.svg``.
"""

from __future__ import annotations

import io
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import attrs
from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console

from esc_skills._cli import panel
from esc_skills._cli.progress import STAGE, told
from esc_skills._cli.tally import Tally
from esc_skills._engine.running import run

PICTURE = Path(__file__).parent / "pictures" / "terminal.svg"
FORMAT = re.sub(r"@font-face\s*\{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
"""Rich's own without its fonts, which a browser would fetch from elsewhere."""
WIDTH = 104


@attrs.define
class Witness:
    """Hears what a live view hears, and keeps a frame of it."""

    tally: Tally = attrs.field(factory=Tally)
    """What happened."""
    said: list[str] = attrs.field(factory=list)
    """Lines above the panel."""
    shown: tuple[str, ...] = ()
    """Those lines and the panel, as they stood."""

    def __call__(self, hook: str, **facts: Any) -> None:
        """Take in an event."""
        self.tally(hook, **facts)
        if hook != STAGE and (line := told(hook, facts)):
            self.said.append(line)
        stage = self.tally.stage
        if stage.name.startswith("evolve") and 2 * stage.done <= stage.total:
            self.shown = (*self.said, *panel.frame(self.tally, rate=0.0))


def picture(lines: tuple[str, ...]) -> str:
    """Lines as a terminal shows them."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), highlight=False)
    for line in ("$ make run", *lines):
        console.print(panel.fitted(line, WIDTH - 1, coarse=False), markup=False)
    drawn = console.export_svg(title="esc-skills run", code_format=FORMAT, unique_id="terminal")
    named = '<svg role="img" aria-label="The live view of a run on a terminal" '
    return drawn.replace("<svg ", named, 1)


def main() -> int:
    """Walk, and write the picture."""
    witness = Witness()
    with tempfile.TemporaryDirectory() as folder:
        run(out=Path(folder) / "quickstart", until="evolve", watch=(witness,))
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(picture(witness.shown), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
