"""The docs as a site: every page is in it, every link leads somewhere, nothing is fetched.

``make site`` builds it with zensical (about ten seconds) and runs the same checks on what was
built; here they run on what goes in, and on pages made for them.
"""

from __future__ import annotations

import importlib.util
import re
import tomllib
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from esc_skills._stages.flow import ARROWS

MADE = {"changes/README.md"}
"""Pages that are written when the site is built."""


def program(root: Path, name: str) -> ModuleType:
    """A program of the docs folder."""
    spec = importlib.util.spec_from_file_location(name, root / "docs" / f"{name}.py")
    assert spec
    assert spec.loader
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def entries(nav: object) -> Iterator[str]:
    """All pages of a navigation."""
    if isinstance(nav, str):
        yield nav
    elif isinstance(nav, dict):
        yield from (page for item in nav.values() for page in entries(item))
    elif isinstance(nav, list):
        yield from (page for item in nav for page in entries(item))


def test_navigation_shows_every_page_once(root: Path) -> None:
    """Each page of ``docs/`` stands in the site's navigation exactly once, and no other does."""
    docs = root / "docs"
    nav = tomllib.loads(program(root, "publish").configuration())["project"]["nav"]
    told = list(entries(nav))
    there = {path.relative_to(docs).as_posix() for path in docs.rglob("*.md")}
    there = {page for page in there if not page.startswith("changes/")} | MADE
    assert sorted(told) == sorted(there)


def test_every_public_room_has_a_page_of_its_docstrings(root: Path) -> None:
    """The reference shows what stands in the code, for the front door and each public room."""
    folder = root / "docs" / "reference" / "api"
    asked = [re.findall(r"^::: (\S+)$", page.read_text("utf-8"), re.M) for page in folder.iterdir()]
    rooms = [path for path in (root / "src" / "esc_skills").iterdir() if path.name[0] not in "_."]
    public = {f"esc_skills.{path.stem}" for path in rooms if path.name != "py.typed"}
    assert sorted(name for names in asked for name in names) == sorted({"esc_skills", *public})


@pytest.fixture(scope="module")
def stage(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything that zensical is given."""
    folder = tmp_path_factory.mktemp("stage")
    program(root, "publish").lay(folder)
    return folder


def test_links_stay_among_the_pages_of_the_site(root: Path, stage: Path) -> None:
    """What a page links to is laid out with it, also what lies outside of ``docs/``."""
    links = program(root, "publish").LINK
    pages = sorted((stage / "docs").rglob("*.md"))
    assert {"index.md", "README.md", "map.md"} <= {path.name for path in pages}
    astray = []
    for page in pages:
        for target, _ in links.findall(page.read_text("utf-8")):
            if "://" not in target and not target.startswith("mailto:"):
                path = (page.parent / target).resolve()
                if not path.is_file() or not path.is_relative_to(stage.resolve()):
                    astray.append(f"{page.relative_to(stage)}: {target}")
    assert not astray


def test_fences_are_written_as_the_builder_reads_them(stage: Path) -> None:
    """A block of code has a language and perhaps a title; any other word makes it plain text."""
    opened = re.compile(r"^ *```(?=\S)(.*)$", re.MULTILINE)
    known = re.compile(r'\w+( title="[^"]+")?')
    pages = sorted((stage / "docs").rglob("*.md"))
    fences = [info for page in pages for info in opened.findall(page.read_text("utf-8"))]
    assert len(fences) > 50
    assert [info for info in fences if not known.fullmatch(info)] == []


def test_nothing_that_is_laid_out_loads_from_elsewhere(root: Path, stage: Path) -> None:
    """Reports and pictures of the site ask no other host for anything."""
    assert list(program(root, "publish").foreign(stage)) == []


def test_foreign_addresses_and_dead_links_are_found(root: Path, tmp_path: Path) -> None:
    """The checks of ``make site`` see scripts, styles, pictures, broken links and anchors."""
    publish = program(root, "publish")
    (tmp_path / "good.html").write_text('<a href="bad.html#here">x</a><a href="https://a.b">y</a>')
    assert list(publish.foreign(tmp_path)) == []
    assert len(list(publish.astray(tmp_path))) == 1
    bad = (
        '<p id="here"><script src="https://a.b/c.js"></script><img src="//a.b/c.png">'
        '<link rel="stylesheet" href="https://a.b/c.css"><a href="gone.html">x</a>'
        '<a href="good.html#gone">y</a>'
    )
    (tmp_path / "bad.html").write_text(bad)
    (tmp_path / "bad.css").write_text("@import 'https://a.b/c.css'; p { background: url(//a.b/c) }")
    (tmp_path / "bad.svg").write_text('<svg><image href="https://a.b/c.png"/></svg>')
    assert len(list(publish.foreign(tmp_path))) == 6
    assert len(list(publish.astray(tmp_path))) == 2


def test_picture_of_the_road_is_up_to_date(root: Path) -> None:
    """``docs/pictures/road.svg`` is what ``docs/road.py`` draws; ``make docs`` renews it."""
    assert program(root, "road").main(["--check"]) == 0


def test_road_is_drawn_as_it_is_walked(root: Path) -> None:
    """The picture and the text of the map have the kernel's arrows, all of them and no other."""
    road = program(root, "road")
    assert sorted(one.verb for one in road.ARROWS if one.verb) == sorted(ARROWS)
    assert {noun for one in road.ARROWS for noun in (one.before, one.after)} == set(road.NOUNS)
    text = (root / "docs" / "map.md").read_text("utf-8")
    assert not [verb for verb in ARROWS if f"─{verb}→" not in text and f"─{verb}─" not in text]


def test_picture_of_the_road_can_be_heard(root: Path) -> None:
    """A screen reader is given a title, and every arrow in words."""
    road = program(root, "road")
    picture = ET.fromstring(road.picture())
    named = {one.tag.rpartition("}")[2]: one.text or "" for one in picture}
    assert picture.get("role") == "img"
    assert named["title"]
    assert all(f"{one.before} to {one.after}" in named["desc"] for one in road.ARROWS)


def test_picture_of_a_terminal_fetches_nothing(root: Path, tmp_path: Path) -> None:
    """Rich's pictures name fonts of another host; ours do not, and hold any line as text."""
    drawn = program(root, "terminal").picture(("bank 0: <b>21</b> & more", "[red]x[/red]"))
    (tmp_path / "terminal.svg").write_text(drawn, "utf-8")
    assert list(program(root, "publish").foreign(tmp_path)) == []
    text = "".join(ET.fromstring(drawn).itertext()).replace("\xa0", " ")
    assert "bank 0: <b>21</b> & more" in text
    assert "[red]x[/red]" in text
