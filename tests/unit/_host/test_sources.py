from __future__ import annotations

import sys

import attrs
import pytest

from esc_skills._host.catalogue import Catalogue, Entry
from esc_skills._host.sources import source_file, stated_api, summarised, summary_of


def _entry(module: str, name: str = "x") -> Entry:
    return Entry(role="retriever", name=name, module=module, distribution="d")


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("class A:\n    name = 'x'\n    summary = 'the one'\n", "the one"),
        ("class A:\n    name: str = 'y'\n    summary: str = 'no'\n", ""),
        (
            (
                "'''Doc.'''\nclass B:\n    name = 'y'\n    summary = 'no'\n"
                "class A:\n    name = 'x'\n    summary: ClassVar[str] = 'the one'\n"
            ),
            "the one",
        ),
        ("'''First line.\n\nSecond.'''\nraise SystemExit\n", "First line."),
        ("class A:\n    name = 'x'\n    summary = make()\n", ""),
        ("def broken(:\n", ""),
        ("\x00", ""),
        ("", ""),
    ],
)
def test_summary_is_read_without_running_the_source(author, source: str, told: str) -> None:
    """P17: whatever the module would do, only its text is read."""
    author("esc-skills-text", "retriever.x", source)
    assert summary_of(_entry("esc_skills_text")) == told
    assert "esc_skills_text" not in sys.modules


def test_modules_in_packages_are_found_without_importing_parents(site, monkeypatch) -> None:
    """P10: a package's __init__ is not run to find a file inside it, namespace or not."""
    for package in ("esc_skills_pack", "esc_skills_space"):
        (site.folder / package / "inner").mkdir(parents=True)
        (site.folder / package / "inner" / "leaf.py").write_text("'''A leaf.'''\n")
    (site.folder / "esc_skills_pack" / "__init__.py").write_text("raise SystemExit\n")
    (site.folder / "esc_skills_pack" / "inner" / "__init__.py").write_text("'''Inner.'''\n")
    monkeypatch.syspath_prepend(site.folder)
    assert summary_of(_entry("esc_skills_pack.inner.leaf")) == "A leaf."
    assert summary_of(_entry("esc_skills_pack.inner")) == "Inner."
    assert summary_of(_entry("esc_skills_space.inner.leaf")) == "A leaf."


@pytest.mark.parametrize("module", ["nobody_has_this", "sys", "esc_skills.nowhere", "__main__"])
def test_what_has_no_source_has_no_summary(module: str) -> None:
    """Built-in, missing and nameless modules are no reason to fail."""
    assert source_file(module) is None or source_file(module).suffix == ".py"
    assert isinstance(summary_of(_entry(module)), str)


def test_the_stated_api_is_read_from_the_text(author) -> None:
    """P09: the API a module asks for is known before it is imported."""
    author("esc-skills-text", "retriever.x", "ESC_SKILLS_API = '2.0'\nraise ImportError\n")
    assert stated_api("esc_skills_text") == "2.0"
    assert stated_api("nobody_has_this") == ""


def test_own_summaries_are_all_there() -> None:
    """Every default says in one line what it is."""
    own = tuple(e for e in Catalogue.read().entries if e.distribution == "esc-skills")
    assert [item.key for item in summarised(own) if not item.summary] == []
    assert attrs.evolve(summarised(own)[0], summary="") == own[0]
