from __future__ import annotations

import sys

import pytest

from esc_skills.errors import PluginError, PluginLoadError


def test_missing_dependency_names_plugin_place_and_remedy(install) -> None:
    """P01: plug-in, distribution, version, file:line, and what to install."""
    with pytest.raises(PluginLoadError) as caught:
        install("broken-import").component_class("retriever", "broken")
    line = caught.value.line
    assert "retriever.broken (esc-skills-broken 0.1)" in line
    assert "esc_skills_broken.py:3" in line
    assert "install what provides the module 'a_module_that_nobody_has_installed'" in line
    assert caught.value.exit_code == 5


def test_a_syntax_error_names_its_line(author) -> None:
    """P01: a module that does not parse is told with file and line."""
    host = author("esc-skills-slip", "retriever.slip", "x = 1\ndef broken(:\n")
    with pytest.raises(PluginLoadError, match=r"SyntaxError.*esc_skills_slip\.py:2"):
        host.component_class("retriever", "slip")


def test_an_entry_point_without_its_module_says_reinstall(site, author) -> None:
    """P01: an entry point that names a module nobody has is the distribution's fault."""
    host = author("esc-skills-gone", "retriever.gone", "")
    next(site.folder.glob("esc_skills_gone.py")).unlink()
    with pytest.raises(PluginLoadError, match="reinstall esc-skills-gone"):
        host.component_class("retriever", "gone")


@pytest.mark.parametrize(
    "death", ["import sys; sys.exit(0)", "raise KeyboardInterrupt", "raise GeneratorExit"]
)
def test_leaving_at_import_is_contained(author, death: str) -> None:
    """P02: sys.exit and KeyboardInterrupt in a plug-in do not end the host."""
    host = author("esc-skills-leaves", "retriever.leaves", death)
    with pytest.raises(PluginLoadError):
        host.component_class("retriever", "leaves")


def test_exit_at_import_is_told_as_such(install) -> None:
    """P02: the message says that it called sys.exit, with its code."""
    with pytest.raises(PluginLoadError, match=r"called sys\.exit\(0\)"):
        install("exits-at-import").component_class("retriever", "exits")


def test_a_broken_neighbour_costs_nothing(install) -> None:
    """P01, P02, P17: with all broken ones installed, a good one is found and loaded."""
    host = install("broken-import", "exits-at-import", "dies-at-import", "echo-retriever")
    assert host.component_class("retriever", "echo").name == "echo"
    assert "esc_skills_broken" not in sys.modules


def test_newer_api_is_told_even_when_the_import_fails(install) -> None:
    """P09: "needs hook API 2.0, host has 1.0", not the ImportError that follows from it."""
    with pytest.raises(PluginError, match=r"needs hook API 2\.0, host has 1\.0") as caught:
        install("newer-api").component_class("retriever", "newer")
    assert not isinstance(caught.value, PluginLoadError)
    assert "upgrade esc-skills" in caught.value.hint
    assert caught.value.exit_code == 5


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        ("1.7", "upgrade esc-skills"),
        ("2", "upgrade esc-skills"),
        ("0.9", "upgrade esc-skills-api"),
        ("soon", "is no version"),
    ],
)
def test_other_apis_are_refused_before_the_run(author, stated: str, told: str) -> None:
    """P09: another major version, a newer minor one, or no version at all."""
    host = author("esc-skills-api", "retriever.api", f"ESC_SKILLS_API = {stated!r}\n")
    with pytest.raises(PluginError, match=told):
        host.component_class("retriever", "api")


def test_the_hosts_own_api_is_accepted(install, site) -> None:
    """P09: stating the API of this host, or none, is fine."""
    module = site.folder / "esc_skills_echo.py"
    host = install("echo-retriever")
    module.write_text('ESC_SKILLS_API = "1.0"\n' + module.read_text())
    assert host.component_class("retriever", "echo").name == "echo"
