from __future__ import annotations

import sys

import pytest

from esc_skills._host.catalogue import Catalogue
from esc_skills.errors import (
    PluginConflictError,
    PluginContractError,
    UnknownPluginError,
)
from esc_skills.spec import ROLES


def test_all_roles_have_a_default_of_this_project(site) -> None:
    """The catalogue lists the project's own components, in road order."""
    own = [item for item in Catalogue.read().entries if item.distribution == "esc-skills"]
    assert {item.role for item in own} >= set(ROLES)
    assert [item.role for item in own if item.role in ROLES] == sorted(
        (item.role for item in own if item.role in ROLES), key=list(ROLES).index
    )


def test_listing_imports_no_plugin(install) -> None:
    """P10: what is installed and not chosen is never imported, not even one that kills."""
    host = install("dies-at-import", "exits-at-import", "echo-retriever")
    assert {"dies", "exits", "echo"} <= set(host.catalogue.names("retriever"))
    assert not {"esc_skills_dies", "esc_skills_exits", "esc_skills_echo"} & set(sys.modules)


def test_entry_knows_owner_and_version(install) -> None:
    """An entry names its distribution and version."""
    entry = install("echo-retriever").catalogue.choose("retriever", "echo")
    assert (entry.key, entry.owner, entry.module) == (
        "retriever.echo",
        "esc-skills-echo 1.0",
        "esc_skills_echo",
    )


def test_two_owners_of_one_name_are_refused_by_both_names(install) -> None:
    """P08: a foreign distribution never replaces a default silently; exit code 2."""
    catalogue = install("double-name").catalogue
    claims = [item for item in catalogue.of("retriever") if item.name == "bm25"]
    assert {item.status for item in claims} == {"conflict"}
    with pytest.raises(PluginConflictError) as caught:
        catalogue.choose("retriever", "bm25")
    assert "esc-skills 0.1.0" in caught.value.line
    assert "esc-skills-double 0.6" in caught.value.line
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("name", ["esc-skills-double", "esc_skills_double"])
def test_a_conflict_ends_when_one_owner_is_disabled(install, name: str) -> None:
    """P08: switching one of the two off, by its distribution, leaves the other one."""
    install("double-name")
    found = Catalogue.read(disabled=[name]).choose("retriever", "bm25")
    assert found.distribution == "esc-skills"


def test_a_conflict_costs_nothing_to_other_names(install) -> None:
    """P08: the other retrievers can be chosen as before."""
    assert install("double-name").catalogue.choose("retriever", "none").status == "ready"


def test_disabled_by_key_by_argument_and_by_environment(install, monkeypatch) -> None:
    """P17: a name can be switched off before anything is imported, in three ways."""
    install("echo-retriever")
    by_key = Catalogue.read(disabled=["retriever.echo"])
    monkeypatch.setenv("ESC_SKILLS_DISABLE", "gate.always, esc-skills-echo")
    by_environment = Catalogue.read()
    for catalogue in (by_key, by_environment):
        assert "echo" not in catalogue.names("retriever")
        with pytest.raises(UnknownPluginError, match="switched off"):
            catalogue.choose("retriever", "echo")
    assert "always" not in by_environment.names("gate")


def test_safe_mode_leaves_the_projects_own(install, monkeypatch) -> None:
    """P17: safe mode switches off every foreign distribution, and a conflict with it."""
    install("echo-retriever", "double-name")
    monkeypatch.setenv("ESC_SKILLS_SAFE", "1")
    catalogue = Catalogue.read()
    ready = {item.distribution for item in catalogue.entries if item.status == "ready"}
    assert ready == {"esc-skills"}
    assert catalogue.choose("retriever", "bm25").distribution == "esc-skills"
    assert catalogue.has("retriever", "echo")


def test_misspelt_disabling_is_told(site) -> None:
    """A name that switches nothing off is kept for a warning."""
    assert Catalogue.read(disabled=["retriever.bm26", "gate.always"]).unmatched == (
        "retriever.bm26",
    )


@pytest.mark.parametrize(
    ("key", "module", "told"),
    [
        ("retreiver.x", "m", "did you mean 'retriever'?"),
        ("retriever", "m", "not ROLE.NAME"),
        ("retriever.Big_Name", "m", "not ROLE.NAME"),
        ("retriever.x", "module:attribute", "dotted path"),
    ],
)
def test_malformed_entries_are_listed_as_invalid(site, key: str, module: str, told: str) -> None:
    """P17: a malformed line is kept with its reason and does not end the listing."""
    site.write("esc-skills-odd", {key: module})
    entry = next(e for e in Catalogue.read().entries if e.distribution == "esc-skills-odd")
    assert entry.status == "invalid"
    assert told in entry.reason


def test_choosing_an_invalid_entry_names_its_owner(site) -> None:
    """An invalid entry is a fault of its distribution: exit code 5."""
    site.write("esc-skills-odd", {"retriever.odd": "module:attribute"})
    with pytest.raises(PluginContractError, match="esc-skills-odd"):
        Catalogue.read().choose("retriever", "odd")


def test_metadata_that_cannot_be_parsed_is_one_bad_line(site) -> None:
    """P17: rubbish in one distribution's table leaves all others listed."""
    site.write("esc-skills-rubbish", {})
    table = next(site.folder.glob("esc_skills_rubbish*/entry_points.txt"))
    table.write_text("[esc_skills]\nno equals sign here\n")
    catalogue = Catalogue.read()
    bad = [item for item in catalogue.entries if item.distribution == "esc-skills-rubbish"]
    assert [item.status for item in bad] == ["invalid"]
    assert "bm25" in catalogue.names("retriever")


def test_a_distribution_installed_twice_counts_once(site, tmp_path, monkeypatch) -> None:
    """Two copies on the path, as editable installs leave them, are no conflict."""
    site.write("esc-skills-twin", {"retriever.twin": "twin"})
    second = tmp_path / "second"
    type(site)(second).write("Esc_Skills.Twin", {"retriever.twin": "twin"})
    monkeypatch.syspath_prepend(second)
    found = [item for item in Catalogue.read().entries if item.name == "twin"]
    assert [item.status for item in found] == ["ready"]


def test_unknown_names_get_a_guess_and_the_installed_ones(site) -> None:
    """C03: exit 2, near name, and what is installed."""
    with pytest.raises(UnknownPluginError) as caught:
        Catalogue.read().choose("retriever", "bm52")
    assert "did you mean 'bm25'?" in caught.value.hint
    assert "installed: bm25, " in caught.value.message
    assert caught.value.exit_code == 2


def test_unknown_role_gets_a_guess(site) -> None:
    """A slip in the role is told as such."""
    with pytest.raises(UnknownPluginError, match="did you mean 'retriever'"):
        Catalogue.read().choose("retreiver", "bm25")
