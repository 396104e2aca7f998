"""A site of this test's own: distributions that are installed for one test only."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from esc_skills._host.catalogue import Catalogue
from esc_skills._host.loading import Host
from esc_skills.testing.sites import Site

DISTRIBUTIONS = Path(__file__).resolve().parents[2] / "fixtures" / "distributions"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """An empty site that this process sees too; its modules are forgotten afterwards."""
    for name in ("ESC_SKILLS_DISABLE", "ESC_SKILLS_SAFE"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    yield Site(folder)
    for name, module in list(sys.modules.items()):
        if str(getattr(module, "__file__", "") or "").startswith(str(folder)):
            del sys.modules[name]


@pytest.fixture
def install(site: Site, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Host]:
    """Install fixture distributions by folder name, and read the catalogue anew."""

    def installed(*names: str) -> Host:
        for name in names:
            site.add(DISTRIBUTIONS / name)
        monkeypatch.syspath_prepend(site.folder)  # forgets what import caches knew of the folder
        return Host(Catalogue.read())

    return installed


@pytest.fixture
def author(site: Site, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Host]:
    """Install a distribution of one module, written by the test, and read the catalogue anew."""

    def written(name: str, key: str, source: str, **more: str) -> Host:
        site.write(name, {key: name.replace("-", "_")}, source, **more)
        monkeypatch.syspath_prepend(site.folder)
        return Host(Catalogue.read())

    return written
