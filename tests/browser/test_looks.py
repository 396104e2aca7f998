"""Pages of a real run as people meet them: by eye, by keyboard, by screen reader, on a phone."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from visiting import PHONE, Seen, Visitor

pytestmark = pytest.mark.xdist_group("browser")
PAGES = ("part-run", "part-versus", "study")
STEPS = 1_000
"""Most keys pressed on a page."""
CURVES = """() => [...document.querySelectorAll('svg polyline, svg path')].map(one =>
  (one.getAttribute('points') || '').trim().split(/\\s+/).length +
  ((one.getAttribute('d') || '').match(/[-\\d.]+[ ,][-\\d.]+/g) || []).length)"""
HERE = """() => { const one = document.activeElement; const fold = one.tagName === 'SUMMARY';
  one.dataset.met = (+(one.dataset.met || 0) + 1).toString();
  return [one.tagName, +one.dataset.met, fold && !one.parentElement.open]; }"""


LOOKS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "light": ({}, {}),
    "dark": ({"dark": True}, {"runOnly": ["color-contrast"]}),
    "phone": ({"width": PHONE}, {"rules": {"color-contrast": {"enabled": False}}}),
}
"""Windows, and which rules are tried there: colours do not change with width."""


def serious(page: Any, _: Seen, options: dict[str, Any]) -> list[str]:
    """Findings of axe that are serious or critical, with all folds open."""
    page.evaluate("() => document.querySelectorAll('details').forEach(one => { one.open = true })")
    asked = {"resultTypes": ["violations"], "iframes": False, **options}
    return [
        f"{one['id']} ({one['impact']}): {one['nodes'][0]['html'][:200]}"
        for one in Axe().run(page, options=asked).response["violations"]
        if one["impact"] in {"serious", "critical"}
    ]


@pytest.mark.parametrize("kind", PAGES)
@pytest.mark.parametrize("look", LOOKS)
def test_nobody_is_shut_out(
    visitor: Visitor, looked: dict[str, Path], kind: str, look: str
) -> None:
    """Axe has nothing serious or critical to say of a page with every fold open."""
    window, options = LOOKS[look]
    seen = visitor.visit(looked[kind], partial(serious, options=options), **window)
    assert seen.told == []
    assert (seen.asked, seen.opened) == ([], [])


def test_axe_finds_what_is_wrong(visitor: Visitor, tmp_path: Path) -> None:
    """A page with grey on grey, a picture without words and no language is not let through."""
    page = tmp_path / "bad.html"
    page.write_text("<p style='color:#bbb'>faint</p><svg role=img></svg><img src=''>", "utf-8")
    told = visitor.visit(page, partial(serious, options={})).told
    assert {one.split()[0] for one in told} >= {"color-contrast", "image-alt", "html-has-lang"}


@pytest.mark.parametrize("kind", PAGES)
def test_a_phone_shows_the_whole_width(
    visitor: Visitor, looked: dict[str, Path], kind: str
) -> None:
    """At 390 pixels nothing reaches beyond the window, folds open or not."""

    def widths(page: Any, _: Seen) -> list[int]:
        wide = "() => document.documentElement.scrollWidth"
        closed = page.evaluate(wide)
        page.evaluate("() => document.querySelectorAll('details').forEach(o => { o.open = true })")
        return [closed, page.evaluate(wide)]

    assert visitor.visit(looked[kind], widths, width=PHONE).told == [PHONE, PHONE]


@pytest.mark.parametrize("kind", ["part-run", "part-versus"])
def test_every_section_opens_by_keyboard(
    visitor: Visitor, looked: dict[str, Path], kind: str
) -> None:
    """Tab reaches every fold, Enter or Space opens it, what lies inside included; the page says
    nothing on the console and asks for nothing.
    """

    def walk(page: Any, _: Seen) -> list[int]:
        keys = ("Enter", "Space")
        for step in range(STEPS):
            page.keyboard.press("Tab")
            tag, met, closed = page.evaluate(HERE)
            if closed:
                page.keyboard.press(keys[step % 2])
            if tag == "BODY" or met > 1:
                break
        count = "sel => document.querySelectorAll(sel).length"
        return [page.evaluate(count, "details"), page.evaluate(count, "details:not([open])")]

    seen = visitor.visit(looked[kind], walk)
    folds, shut = seen.told
    assert folds >= 5
    assert shut == 0
    assert seen.quiet, seen


def test_report_shows_curves(visitor: Visitor, looked: dict[str, Path]) -> None:
    """A drawing of more than one point for every conversation."""
    points = visitor.visit(looked["run"], lambda page, _: page.evaluate(CURVES)).told
    assert sum(count > 2 for count in points) >= 36


def test_an_accepted_edit_leads_to_its_grounds(visitor: Visitor, looked: dict[str, Path]) -> None:
    """The report tells an accepted edit, and links from it lead to conversations on the page."""

    def follow(page: Any, _: Seen) -> tuple[int, int]:
        links = page.evaluate(
            "() => [...document.querySelectorAll('a[href^=\"#\"]')].map(one => one.hash)"
        )
        dead = [
            one
            for one in dict.fromkeys(links)
            if not page.evaluate(
                "id => document.getElementById(decodeURIComponent(id.slice(1))) !== null", one
            )
        ]
        return len(links), len(dead)

    links, dead = visitor.visit(looked["run"], follow).told
    assert links > 10
    assert dead == 0
    assert "accept" in looked["run"].read_text("utf-8")
