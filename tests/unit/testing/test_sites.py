from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from esc_skills.errors import DataError
from esc_skills.testing.sites import Site

ECHO = Path(__file__).resolve().parents[2] / "fixtures" / "distributions" / "echo-retriever"
LISTED = (
    "import json; from esc_skills._host.catalogue import Catalogue; print(json.dumps("
    "[[e.key, e.owner, e.module] for e in Catalogue.read().of('retriever')]))"
)


def test_an_added_distribution_is_seen_by_the_sites_processes_only(tmp_path: Path) -> None:
    """What is added to a site is installed there and nowhere else."""
    site = Site(tmp_path / "site")
    site.add(ECHO)
    line = ["retriever.echo", "esc-skills-echo 1.0", "esc_skills_echo"]
    assert line in json.loads(site.run("-c", LISTED).stdout)
    assert line not in json.loads(Site(tmp_path / "other").run("-c", LISTED).stdout)


def test_a_written_distribution_has_one_module(tmp_path: Path) -> None:
    """A distribution can be made of a text."""
    site = Site(tmp_path)
    site.write("my-plugin", {"retriever.mine": "my_plugin"}, "X = 7\n", version="2.5")
    assert ["retriever.mine", "my-plugin 2.5", "my_plugin"] in json.loads(
        site.run("-c", LISTED).stdout
    )
    assert site.run("-c", "import my_plugin; print(my_plugin.X)").stdout == "7\n"


def test_packages_are_copied_whole(tmp_path: Path) -> None:
    """A distribution folder may hold packages beside modules."""
    source = tmp_path / "source"
    (source / "pack").mkdir(parents=True)
    (source / "pack" / "__init__.py").write_text("Y = 8\n")
    (source / "pyproject.toml").write_text('[project]\nname = "pack"\nversion = "1"\n')
    site = Site(tmp_path / "site")
    site.add(source)
    assert site.run("-c", "import pack; print(pack.Y)").stdout == "8\n"


def test_modules_below_src_are_found(tmp_path: Path) -> None:
    """A distribution may keep its package below ``src``, and tests and a README beside it."""
    source = tmp_path / "source"
    (source / "src" / "pack").mkdir(parents=True)
    (source / "src" / "pack" / "__init__.py").write_text("Z = 9\n")
    (source / "tests").mkdir()
    (source / "pyproject.toml").write_text('[project]\nname = "pack"\nversion = "1"\n')
    site = Site(tmp_path / "site")
    site.add(source)
    assert site.run("-c", "import pack; print(pack.Z)").stdout == "9\n"
    assert not (site.folder / "tests").exists()


def test_a_folder_without_a_project_is_refused(tmp_path: Path) -> None:
    """The message says what is needed."""
    with pytest.raises(DataError, match="name and version"):
        Site(tmp_path / "site").add(tmp_path)


def test_variables_reach_the_process_and_own_ones_do_not(tmp_path: Path, monkeypatch) -> None:
    """What this process disables does not leak into a site; what is passed does."""
    monkeypatch.setenv("ESC_SKILLS_DISABLE", "gate.always")
    shown = "import os; print(os.environ.get('ESC_SKILLS_DISABLE'), os.environ.get('EXTRA'))"
    assert Site(tmp_path).run("-c", shown, env={"EXTRA": "1"}).stdout == "None 1\n"


@pytest.mark.slow
def test_pip_leaves_behind_what_a_site_does(tmp_path: Path) -> None:
    """A distribution that pip has built and installed is listed just the same."""
    folder, source = tmp_path / "pip", tmp_path / "source"
    shutil.copytree(ECHO, source)
    installed = Site(tmp_path).run(
        "-m",
        "pip",
        "install",
        *("--quiet", "--no-deps", "--no-build-isolation", "--no-index"),
        *("--disable-pip-version-check", "--target", str(folder), str(source)),
    )
    assert installed.returncode == 0, installed.stderr
    by_hand = Site(tmp_path / "hand")
    by_hand.add(ECHO)
    assert json.loads(Site(folder).run("-c", LISTED).stdout) == json.loads(
        by_hand.run("-c", LISTED).stdout
    )
    assert Path(sys.executable).exists()
