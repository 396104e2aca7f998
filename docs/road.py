"""Draw the road: ``python docs/road.py`` writes ``docs/pictures/road.svg``.

With ``--check`` nothing is written; the exit code says whether the picture is up to date.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

PICTURE = Path(__file__).parent / "pictures" / "road.svg"


class Arrow(NamedTuple):
    """From one noun to the next."""

    verb: str
    """As in ``flow.ARROWS``; empty: no arrow of the road, only what goes in."""
    before: str
    after: str
    by: str
    """The plug-ins that do it; empty where the kernel does."""


NOUNS = {
    "Dialogue": (0, 0),
    "InterventionUnit": (1, 0),
    "Prototype, Skill": (2, 0),
    "SkillsBank n": (3, 0),
    "SeekerProfile": (2, 1),
    "Trace": (3, 1),
    "Score": (4, 1),
    "FailureReport": (3, 2),
    "Proposal": (2, 2),
    "Verdict": (1, 2),
    "SkillsBank n+1": (0, 2),
}
"""What flows, by column and row."""

ARROWS = (
    Arrow("extract", "Dialogue", "InterventionUnit", "extractor"),
    Arrow("distil", "InterventionUnit", "Prototype, Skill", "distiller"),
    Arrow("assemble", "Prototype, Skill", "SkillsBank n", ""),
    Arrow("converse", "SkillsBank n", "Trace", "retriever, responder, seeker, guard"),
    Arrow("", "SeekerProfile", "Trace", "profiles"),
    Arrow("judge", "Trace", "Score", "evaluator"),
    Arrow("diagnose", "Trace", "FailureReport", "refiner"),
    Arrow("refine", "FailureReport", "Proposal", "refiner"),
    Arrow("verify", "Proposal", "Verdict", "gate"),
    Arrow("promote", "Verdict", "SkillsBank n+1", ""),
)
STEP, ROW, WIDE, HIGH, EDGE = 250, 118, 140, 44, 22
"""Distances in pixels: columns, rows, the two sides of a box, the margin."""
SIZE = (2 * EDGE + 4 * STEP + WIDE, 2 * EDGE + 2 * ROW + HIGH + 34)

STYLE = """
.paper { fill: #ffffff; stroke: #d0d4da } .box { fill: #eef3fb; stroke: #3b5b92 }
.bank { fill: #e3f4e8; stroke: #2f7a47 } .line { stroke: #4a5260; stroke-width: 1.6; fill: none }
.again { stroke: #2f7a47; stroke-dasharray: 6 4 } .head { fill: #4a5260 }
text { fill: #1d2530; font: 15px system-ui, sans-serif; text-anchor: middle }
.verb { font-weight: 600 } .by { fill: #55606e; font-size: 13.5px } .left { text-anchor: start }
@media (prefers-color-scheme: dark) {
.paper { fill: #171b22; stroke: #39414d } .box { fill: #22304a; stroke: #8fb0e8 }
.bank { fill: #1d3a28; stroke: #7fcf9a } .line { stroke: #aab4c2 } .head { fill: #aab4c2 }
.again { stroke: #7fcf9a } text { fill: #e8edf4 } .by { fill: #b3bdca } }
"""


def middle(noun: str) -> tuple[int, int]:
    """The middle of a noun's box."""
    column, row = NOUNS[noun]
    return EDGE + column * STEP + WIDE // 2, EDGE + row * ROW + HIGH // 2


def box(noun: str) -> str:
    """One noun."""
    x, y = middle(noun)
    kind = "bank" if noun.startswith("SkillsBank") else "box"
    place = f'x="{x - WIDE // 2}" y="{y - HIGH // 2}" width="{WIDE}" height="{HIGH}"'
    return f'<rect class="{kind}" {place} rx="8"/>\n<text x="{x}" y="{y + 5}">{noun}</text>'


def arrow(one: Arrow) -> str:
    """One arrow, along a row or down a column, with its verb and who does it."""
    (x, y), (to_x, to_y) = middle(one.before), middle(one.after)
    if y == to_y:
        way = 1 if to_x > x else -1
        line = f"M{x + way * WIDE // 2} {y}H{to_x - way * (WIDE // 2 + 3)}"
        at, side, heights = (x + to_x) // 2, "", (y - 9, y + 19)
    else:
        line = f"M{x} {y + HIGH // 2}V{to_y - HIGH // 2 - 3}"
        at, side, heights = x + 12, " left", ((y + to_y) // 2 - 3, (y + to_y) // 2 + 15)
    words = [f'<path class="line" marker-end="url(#head)" d="{line}"/>']
    for kind, text, height in zip(("verb", "by"), (one.verb, one.by), heights, strict=True):
        if text:
            words.append(f'<text class="{kind}{side}" x="{at}" y="{height}">{text}</text>')
    return "\n".join(words)


def again() -> str:
    """The way back: what was promoted is the bank of the next round."""
    (x, y), (to_x, to_y) = middle("SkillsBank n+1"), middle("SkillsBank n")
    turn, end = to_y + ROW // 2, to_x - WIDE // 4
    line = f"M{x} {y - HIGH // 2}V{turn}H{end}V{to_y + HIGH // 2 + 3}"
    told = f'<text class="by left" x="{x + 14}" y="{turn + 18}">the next round</text>'
    return f'<path class="line again" marker-end="url(#head)" d="{line}"/>\n{told}'


def picture() -> str:
    """The whole picture."""
    wide, high = SIZE
    steps = "; ".join(f"{one.before} to {one.after}: {one.verb or one.by}" for one in ARROWS)
    note = "Pairs that verify a proposal are talked with seekers that refine never saw."
    x = middle("Verdict")[0] - WIDE // 2
    head = 'id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" role="img"',
        'aria-labelledby="title desc">',
        '<title id="title">The road of ESC-Skills</title>',
        f'<desc id="desc">{steps}; SkillsBank n+1 is the bank of the next round. {note}</desc>',
        f"<style>{STYLE}</style>",
        f'<marker {head} orient="auto"><path class="head" d="M0 0L8 4L0 8z"/></marker>',
        f'<rect class="paper" x=".5" y=".5" width="{wide - 1}" height="{high - 1}" rx="10"/>',
        *map(arrow, ARROWS),
        again(),
        *map(box, NOUNS),
        f'<text class="by left" x="{x}" y="{high - 16}">{note}</text>',
        "</svg>",
    ]
    return "\n".join([*parts, ""])


def main(arguments: list[str]) -> int:
    """Write or check the picture."""
    if "--check" in arguments:
        return int(not PICTURE.is_file() or PICTURE.read_text("utf-8") != picture())
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(picture(), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
