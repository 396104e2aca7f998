"""A corpus of ESConv's full size, read, checked and cut into units; no model; ``make bench``.

    python tests/bench/bench_extraction.py

1,300 dialogues and 38,365 messages of ESConv's schema, in words of our own. Seconds are processor
time of one thread, so that neighbours on the same cores count for little; the bars are the issue's.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from esc_skills._engine.loop import complete
from esc_skills.model import Reading
from esc_skills.testing import context
from esc_skills_plugins.corpora.esconv import ESConv
from esc_skills_plugins.extractors.annotated import Annotated

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from figures import figure
from fullsize import DIALOGUES, MESSAGES, esconv_like

LINE = "1,300 dialogues of 38,365 messages, as ESConv has, in words of our own"
READ_BAR, WHOLE_BAR = 0.3, 5.0
"""Most seconds to load and check; most seconds in all."""


def reading(path: Path) -> tuple[Reading, float]:
    """The corpus, and seconds to read it, median of five."""
    spent = []
    for _ in range(5):
        began = time.process_time()
        found = complete(ESConv().read(path, context()))
        spent.append(time.process_time() - began)
    return found, median(spent)


def extraction(found: Reading) -> tuple[int, float]:
    """Units, and seconds to make them; texts are met for the first time."""

    async def cut() -> int:
        extractor = Annotated()
        return sum([len(await extractor.extract(one, context())) for one in found.dialogues])

    began = time.process_time()
    units = complete(cut())
    return units, time.process_time() - began


def test_full_size() -> None:
    """Loading and checking takes 0.3 s or less, the whole 5 s or less."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "full.json"
        esconv_like(path)
        began = time.process_time()
        json.loads(path.read_text("utf-8"))
        parsed = time.process_time() - began
        found, read = reading(path)
    units, cut = extraction(found)
    assert len(found.dialogues) == DIALOGUES
    assert sum(len(one.turns) for one in found.dialogues) == MESSAGES
    figure(
        f"{LINE}: read and checked",
        f"{read:.2f} s = {read / parsed:.1f} × `json.loads`",
        bar=f"{READ_BAR} s",
    )
    figure(
        f"{LINE}: read, checked and cut into units, one core",
        f"{read + cut:.1f} s, {units:,} units",
        bar=f"{WHOLE_BAR:.0f} s",
    )
    assert read <= READ_BAR
    assert read + cut <= WHOLE_BAR


if __name__ == "__main__":
    test_full_size()
