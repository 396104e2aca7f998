"""What stands behind a plug-in table: versions, differences, files."""

from __future__ import annotations

from importlib import metadata

from esc_skills._host.catalogue import Catalogue
from esc_skills._host.distributions import data_files, differences, versions

ROW = {"role": "retriever", "name": "bm25", "distribution": "esc-skills"}
HERE = {**ROW, "version": metadata.version("esc-skills")}


def test_versions_reach_over_requirements() -> None:
    """A distribution, what it needs, and what that needs; extras and strangers are left out."""
    found = versions(["ESC_Skills", "no-such-distribution"])
    assert found["esc-skills"] == metadata.version("esc-skills")
    assert found["attrs"] == metadata.version("attrs")
    assert "pytest" not in found
    assert "no-such-distribution" not in found
    assert list(found) == sorted(found)


def test_the_same_plugins_differ_in_nothing() -> None:
    """A row of this very installation."""
    assert differences([HERE, HERE], Catalogue.read()) == []


def test_every_difference_is_a_line() -> None:
    """Another version, another distribution, and a plug-in that nobody installed."""
    rows = [
        {**HERE, "version": "0.0.1"},
        {**HERE, "name": "none", "distribution": "other"},
        {**HERE, "name": "nowhere"},
    ]
    version = HERE["version"]
    first, second, third = differences(rows, Catalogue.read())
    assert first == f"retriever.bm25: esc-skills 0.0.1 → esc-skills {version}"
    assert second == f"retriever.none: other {version} → esc-skills {version}"
    assert third.startswith(f"retriever.nowhere: esc-skills {version} → not here: no retriever")


def test_files_of_a_package_are_found_without_its_code() -> None:
    """Prompts and rules by a path that is the same on every machine."""
    found = data_files([HERE], Catalogue.read())
    assert "esc-skills/esc_skills_plugins/retrievers/reader.prompts.toml" in found
    assert not [name for name in found if name.endswith((".py", ".pyc"))]
    assert all(path.is_file() for path in found.values())


def test_a_module_of_its_own_has_no_files() -> None:
    """A plug-in that is one file in somebody's folder brings nothing beside it."""
    assert data_files([], Catalogue.read()) == {}
