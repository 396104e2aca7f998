"""Build the site: ``python docs/publish.py FOLDER``. Needs zensical; asks no network.

The pages link as they do on a forge, also to what lies outside of ``docs/``. So all of it is laid
out in a folder of its own first, and every link of the built pages is followed afterwards.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
LINK = re.compile(r"\]\(([^)#\s]+)(#[^)\s]*)?\)")
FETCH = re.compile(r"""(?:url\(|@import)\s*["']?([^"')\s]+)""")
UNRUN = re.compile(r"^( *```\w+.*) no-run$", re.MULTILINE)
"""A mark for the tests of snippets; the site's builder would take the fence for plain text."""
KINDS = {"feature": "New", "change": "Changed", "fix": "Mended", "removal": "Gone"}
"""Kinds of change, by the middle name of a fragment, and how the page calls them."""
THEME = """{% extends "base.html" %}
{% block extrahead %}<meta http-equiv="Content-Security-Policy" content="default-src 'self';
script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;
worker-src 'self' blob:">{% endblock %}
"""
"""The theme can fetch some scripts from elsewhere where a page needs them; ours may not."""
LOADS = {"src", "srcset", "poster", "data", "background", "action", "formaction"}
"""Attributes whose address a browser fetches, or sends something to."""


def place(path: Path) -> Path:
    """Where a file or folder of the repository lies among the pages of the site."""
    if path.is_relative_to(DOCS):
        return path.relative_to(DOCS)
    inside = Path("repository") / path.relative_to(ROOT)
    if not path.is_dir():
        return inside
    return inside / ("README.md" if (path / "README.md").is_file() else "index.md")


def pages() -> Iterator[Path]:
    """What the site shows of ``docs/``: all but the programs and the fragments of changes."""
    for path in sorted(DOCS.rglob("*")):
        if path.suffix in {".md", ".svg", ".png", ".html"} and path.parent != DOCS / "changes":
            yield path


def configuration() -> str:
    """The site's own configuration; a folder in its navigation stands for all its pages."""

    def inside(folder: re.Match[str]) -> str:
        pages = sorted((DOCS / folder[1]).glob("*.md"))
        return ", ".join(f'"{page.relative_to(DOCS).as_posix()}"' for page in pages)

    return re.sub(r'"([\w-]+/)"', inside, (DOCS / "zensical.toml").read_text("utf-8"))


def listing(folder: Path) -> str:
    """A page for a folder that has none."""
    inside = [path for path in sorted(folder.iterdir()) if path.name[0] not in "._"]
    names = [path.name + "/README.md" * path.is_dir() for path in inside]
    rows = [f"- [{name}]({name})" for name in names if (folder / name).is_file()]
    return "\n".join([f"# {folder.relative_to(ROOT).as_posix()}", "", *rows, ""])


def told(path: Path) -> str:
    """The Markdown of a file or folder."""
    if path.is_dir():
        readme = path / "README.md"
        return readme.read_text("utf-8") if readme.is_file() else listing(path)
    return path.read_text("utf-8")


def relinked(text: str, path: Path, met: list[Path]) -> str:
    """A page's text as the site needs it; what its links lead to goes to ``met``."""
    folder = path if path.is_dir() else path.parent
    here = place(path).parent

    def renewed(link: re.Match[str]) -> str:
        target = Path(os.path.normpath(folder / link[1]))
        if urlsplit(link[1]).scheme or not target.exists():
            return link[0]
        met.append(target)
        return f"]({Path(os.path.relpath(place(target), here)).as_posix()}{link[2] or ''})"

    return LINK.sub(renewed, UNRUN.sub(r"\1", text))


def changes() -> str:
    """All fragments of changes as one page."""
    lines = ["# Changes", "", "Since the beginning; nothing has been released yet.", ""]
    for kind, head in KINDS.items():
        texts = [path.read_text("utf-8") for path in sorted(DOCS.glob(f"changes/*.{kind}.md"))]
        lines += [f"## {head}", "", *(f"- {' '.join(text.split())}" for text in texts), ""]
    return "\n".join(lines)


def lay(stage: Path) -> None:
    """Copy configuration, sources, pages, and whatever the pages link to, into a folder."""
    (stage / "zensical.toml").write_text(configuration(), "utf-8")
    shutil.copytree(ROOT / "src", stage / "src", ignore=shutil.ignore_patterns("__pycache__"))
    waiting, seen = list(pages()), set[Path]()
    news = stage / "docs" / "changes" / "README.md"
    news.parent.mkdir(parents=True)
    news.write_text(relinked(changes(), DOCS / "changes" / news.name, waiting), "utf-8")
    while waiting:
        path = waiting.pop()
        target = stage / "docs" / place(path)
        if target in seen:
            continue
        seen.add(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.suffix == ".md":
            target.write_text(relinked(told(path), path, waiting), "utf-8")
        else:
            shutil.copy(path, target)
    (stage / "theme").mkdir()
    (stage / "theme" / "main.html").write_text(THEME, "utf-8")


class Page(HTMLParser):
    """One built page: what it is called by, leads to, and loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.leads: list[str] = []
        self.loads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the addresses and anchors of a tag."""
        known = {name: value or "" for name, value in attrs}
        self.ids |= {known.get("id", ""), known.get("name", "")}
        if "href" in known:
            (self.leads if tag in {"a", "area"} else self.loads).append(known["href"])
        self.loads += [known[name] for name in sorted(LOADS & set(known))]


def astray(site: Path) -> Iterator[str]:
    """Links of built pages that lead to no file, or to no place in it."""
    built = {path: Page(path.read_text("utf-8")) for path in sorted(site.rglob("*.html"))}
    for path, page in built.items():
        for address in page.leads + page.loads:
            where = urlsplit(address)
            if where.scheme or where.netloc or path.name == "404.html":
                continue
            target = Path(os.path.normpath(path.parent / unquote(where.path)))
            target = target if where.path else path
            anchors = built[target].ids if target in built else {where.fragment}
            if not target.is_file() or (where.fragment and where.fragment not in anchors):
                yield f"{path.relative_to(site).as_posix()} leads to {address}"


def foreign(site: Path) -> Iterator[str]:
    """What built pages, pictures and styles fetch from other hosts."""
    for path in sorted(site.rglob("*.*")):
        loads: list[str] = []
        if path.suffix in {".html", ".svg"}:
            loads += Page(path.read_text("utf-8")).loads
        if path.suffix in {".css", ".svg"}:
            loads += FETCH.findall(path.read_text("utf-8"))
        for address in loads:
            if urlsplit(address).netloc:
                yield f"{path.relative_to(site).as_posix()} loads {address}"


def main(arguments: list[str]) -> int:
    """Build the site into a folder, which is replaced; say what is wrong with it."""
    (out,) = map(Path, arguments)
    with tempfile.TemporaryDirectory() as folder:
        stage = Path(folder)
        lay(stage)
        command = [sys.executable, "-m", "zensical", "build", "--strict", "--clean"]
        done = subprocess.run([*command, "-f", str(stage / "zensical.toml")], check=False)  # noqa: S603
        wrong = [*astray(stage / "site"), *foreign(stage / "site")]
        shutil.rmtree(out, ignore_errors=True)
        if (stage / "site").is_dir():
            shutil.copytree(stage / "site", out)
    for line in wrong:
        sys.stderr.write(f"{line}\n")
    return done.returncode or bool(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
