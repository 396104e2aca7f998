"""Pictures of the docs, made from a real run: ``ESC_SKILLS_PICTURES=DIR`` keeps them."""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from visiting import PHONE, Seen, Visitor

pytestmark = pytest.mark.xdist_group("browser")
KEPT = "ESC_SKILLS_PICTURES"
"""Environment variable that names a folder for the pictures."""
HEIGHT = 760
MOST_BYTES = 200_000
"""A picture is no larger than this."""

Shot = Callable[[Any], None]


def top(_: Any) -> None:
    """The page as it opens."""


def talk(page: Any) -> None:
    """A conversation with its curve."""
    page.evaluate(
        """() => { const one = [...document.querySelectorAll('details.talk.a2')].find(
          fold => !fold.querySelector('.cover') && fold.querySelectorAll('li').length > 5);
        for (let up = one; up; up = up.parentElement) if (up.tagName === 'DETAILS') up.open = true;
        document.querySelectorAll('nav').forEach(bar => bar.remove());
        one.scrollIntoView({behavior: 'instant'}); }"""
    )


def edit(page: Any) -> None:
    """An accepted edit with what caused it and what verified it."""
    page.evaluate(
        """() => { const one = [...document.querySelectorAll('details')].find(
          fold => /accept/i.test(fold.querySelector('summary').textContent));
        one.open = true;
        document.querySelectorAll('nav').forEach(bar => bar.remove());
        one.scrollIntoView({behavior: 'instant'}); }"""
    )


def pair(page: Any) -> None:
    """A seeker under both runs."""
    page.evaluate(
        """() => { const one = document.querySelector('details.pair'); one.open = true;
        one.scrollIntoView({behavior: 'instant'}); }"""
    )


PICTURES: dict[str, tuple[str, Shot, dict[str, Any]]] = {
    "report": ("run", top, {}),
    "conversation": ("run", talk, {}),
    "accepted-edit": ("run", edit, {}),
    "two-runs": ("versus", top, {}),
    "two-runs-seeker": ("versus", pair, {}),
    "phone": ("run", top, {"width": PHONE, "dark": True}),
}
"""Name of the picture: page, what is done there, window."""


def colours(png: bytes) -> int:
    """Different bytes in the picture's rows, a measure of how much is on it."""
    place, data = 8, b""
    while place < len(png):
        size, kind = struct.unpack(">I4s", png[place : place + 8])
        if kind == b"IDAT":
            data += png[place + 8 : place + 8 + size]
        place += size + 12
    return len(set(zlib.decompress(data)))


@pytest.mark.parametrize("name", PICTURES)
def test_picture_shows_something(
    visitor: Visitor, looked: dict[str, Path], tmp_path: Path, name: str
) -> None:
    """The page can be photographed as it is, and the picture is neither blank nor heavy."""
    kind, act, window = PICTURES[name]
    folder = Path(os.environ.get(KEPT) or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)

    def shoot(page: Any, _: Seen) -> bytes:
        page.emulate_media(reduced_motion="reduce")
        act(page)
        taken: bytes = page.screenshot(path=folder / f"{name}.png", scale="css")
        return taken

    png = visitor.visit(looked[kind], shoot, height=HEIGHT, **window).told
    assert colours(png) > 60
    assert len(png) <= MOST_BYTES
    assert (folder / f"{name}.png").read_bytes() == png
