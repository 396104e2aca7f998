"""Templates filled with facts: whatever the facts hold stays text, and hidden signs are shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from esc_skills_plugins.reports import cells, figures

if TYPE_CHECKING:
    import jinja2

HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e007f]"
)
"""Signs that change a text without being seen: controls but tab and line end, orders to write
from right to left, halves of characters, and tags."""

PICTURES = 0x2400
"""Where Unicode has a picture of each of the first 32 controls."""


def visible(value: Any) -> Any:
    """A text with its hidden signs shown: a picture where there is one, else the code point."""
    # What a template made itself (Markup) is another type, and is left alone.
    if type(value) is not str or value.isprintable():
        return value
    return HIDDEN.sub(lambda found: _shown(ord(found[0])), value)


def _shown(code: int) -> str:
    return chr(PICTURES + code) if code < 32 else f"[U+{code:04X}]"


def points(value: float | None) -> str:
    """An emotion or a change of it, with one digit behind the point; a dash for none."""
    return cells.shown(value, 1).replace("-", "−")


def ends(low: float | None, high: float | None) -> str:
    """The interval of such a figure in brackets; empty for none."""
    return "" if low is None or high is None else f"[{points(low)}, {points(high)}]"


def gain(value: float | None) -> str:
    """A change with its sign."""
    return ("+" if value is not None and value > 0 else "") + points(value)


def counted(number: int, word: str) -> str:
    """A number with its word, in the plural where it takes one."""
    return f"{number} {word}" + ("" if number == 1 else "s")


def source(name: str) -> str:
    """The text of a template of this room."""
    return files("esc_skills_plugins.reports").joinpath(name).read_text("utf-8")


@lru_cache(maxsize=1)
def room() -> jinja2.Environment:
    """The environment of all templates; every value is escaped."""
    import jinja2

    made = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=visible,
        loader=jinja2.FunctionLoader(source),
    )
    made.filters.update(figure=figures.figure, points=points, gain=gain, counted=counted)
    made.globals.update(cells=cells, interval=figures.interval, ends=ends)
    return made


def filled(template: str, told: Mapping[str, Any]) -> str:
    """A template with its facts; whatever they hold stays text."""
    return room().get_template(template).render(told)
