"""``esc-skills plugins`` in a process of its own, beside plug-ins that do their worst."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from esc_skills.testing.sites import Site

DISTRIBUTIONS = Path(__file__).resolve().parents[2] / "fixtures" / "distributions"
BROKEN = sorted(path.name for path in DISTRIBUTIONS.iterdir() if path.name != "echo-retriever")


@pytest.fixture(scope="module")
def worst(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A site with every fixture distribution, and one whose import takes five seconds."""
    site = Site(tmp_path_factory.mktemp("worst"))
    for name in (*BROKEN, "echo-retriever"):
        site.add(DISTRIBUTIONS / name)
    site.write(
        "esc-skills-slow",
        {"retriever.slow": "esc_skills_slow"},
        "'''Takes its time.'''\nimport time\ntime.sleep(5)\n",
    )
    return site


def esc(site: Site, *words: str, **env: str):
    return site.run("-c", "from esc_skills._cli import main; main()", *words, env=env)


def test_list_shows_all_facts_of_good_and_broken_ones(worst: Site) -> None:
    """P17: role, name, distribution, version, status and summary, whatever is installed."""
    done = esc(worst, "plugins", "list", "--json")
    assert done.returncode == 0, done.stderr
    found = {(item["name"], item["distribution"]): item for item in json.loads(done.stdout)}
    echo = found["echo", "esc-skills-echo"]
    assert (echo["role"], echo["version"], echo["status"]) == ("retriever", "1.0", "ready")
    assert echo["summary"] == "skills that share words with the seeker's last message"
    assert found["bm25", "esc-skills"]["status"] == "conflict"
    assert found["dies", "esc-skills-dies"]["summary"].startswith("Fault P02")


def test_listing_is_not_slowed_by_a_slow_import(worst: Site) -> None:
    """P10, P12: no listing, help or show of another plug-in imports the slow one."""
    import time

    began = time.monotonic()
    for words in (["plugins"], ["--help"], ["plugins", "show", "retriever.echo"]):
        assert esc(worst, *words).returncode == 0
    assert time.monotonic() - began < 5


def test_list_is_plain_text_where_no_terminal_is(worst: Site) -> None:
    """Columns without colour; the bare command lists; a role narrows it down."""
    done = esc(worst, "plugins", "--role", "gate")
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["role", "name", "distribution", "version", "status", "summary"]
    assert {line.split()[0] for line in lines[1:]} == {"gate"}
    assert "\x1b" not in done.stdout


def test_a_misspelt_role_gets_a_guess(worst: Site) -> None:
    """C03: exit 2 and the near name."""
    done = esc(worst, "plugins", "list", "--role", "retreiver")
    assert done.returncode == 2
    assert "did you mean 'retriever'" in done.stderr


def test_show_tells_owner_and_settings(worst: Site) -> None:
    """Type, default and documentation of each setting."""
    text = esc(worst, "plugins", "show", "gate.paired").stdout
    assert "esc-skills 0.1.0" in text
    facts = json.loads(esc(worst, "plugins", "show", "gate.paired", "--json").stdout)
    alpha = next(item for item in facts["settings"] if item["name"] == "alpha")
    assert (alpha["type"], alpha["default"]) == ("float", "0.05")
    assert alpha["doc"]


@pytest.mark.parametrize(
    ("key", "code", "told"),
    [
        ("retriever.broken", 5, "a_module_that_nobody_has_installed"),
        ("retriever.exits", 5, "sys.exit(0)"),
        ("retriever.hook", 5, "did you mean 'esc_skills_retrievers'"),
        ("retriever.newer", 5, "needs hook API 2.0"),
        ("retriever.bm25", 2, "esc-skills-double 0.6"),
        ("retriever.nobody", 2, "installed:"),
        ("bm25", 2, "not ROLE.NAME"),
    ],
)
def test_show_of_a_broken_one_is_one_line(worst: Site, key: str, code: int, told: str) -> None:
    """P01-P03, P08, P09: one line, the right exit code, no traceback."""
    done = esc(worst, "plugins", "show", key)
    assert done.returncode == code
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_disabling_works_before_import(worst: Site) -> None:
    """P08, P17: ``--no-plugin``, the variable and safe mode act on the list; a slip is told."""
    for words, env in (
        (["--no-plugin", "esc-skills-double"], {}),
        ([], {"ESC_SKILLS_DISABLE": "esc-skills-double"}),
        (["--safe"], {}),
    ):
        done = esc(worst, *words, "plugins", "show", "retriever.bm25", **env)
        assert done.returncode == 0, done.stderr
    slip = esc(worst, "--no-plugin", "esc-skills-duoble", "plugins", "list")
    assert "warning: 'esc-skills-duoble'" in slip.stderr


@pytest.mark.slow
def test_doctor_finds_the_broken_ones_and_exits_five(worst: Site) -> None:
    """P01-P03, P08, P09, P17: the doctor tries each in its own process and says why."""
    done = esc(worst, "--no-plugin", "retriever.slow", "plugins", "doctor", "--json")
    assert done.returncode == 5, done.stderr
    told = {item["entry"]["name"]: item for item in json.loads(done.stdout)}
    broken = {name for name, item in told.items() if item["state"] == "broken"}
    assert broken >= {"broken", "exits", "dies", "signature", "hook", "newer", "bm25"}
    assert not broken & {"echo", "slow", "always"}
    assert told["slow"]["state"] == "disabled"


def test_doctor_is_content_with_a_sound_house(tmp_path: Path) -> None:
    """Exit 0 when nothing is broken; the table names every state."""
    done = esc(Site(tmp_path), "plugins", "doctor")
    assert done.returncode == 0, done.stdout
    assert {line.split()[3] for line in done.stdout.splitlines()[1:]} == {"ok"}
