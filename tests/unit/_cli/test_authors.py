"""``esc-skills plugins check`` and ``new`` on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from esc_skills.testing.sites import Site

DISTRIBUTIONS = Path(__file__).resolve().parents[2] / "fixtures" / "distributions"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A stranger that breaks laws, one that cannot be loaded, and one that keeps them."""
    made = Site(tmp_path_factory.mktemp("site"))
    for name in ("returns-none", "wrong-signature", "echo-retriever"):
        made.add(DISTRIBUTIONS / name)
    return made


def test_a_sound_one_ends_with_0_and_a_line_a_law(give) -> None:
    """Standard output holds the scorecard alone."""
    said = give("plugins", "check", "gate.always", "--no-compare")
    assert said.code == 0
    assert said.err == ""
    lines = said.out.splitlines()
    assert lines[0] == "gate.always (esc-skills 0.1.0)"
    assert sum(line.startswith("  pass  ") for line in lines) >= 12
    assert "hold" in lines[-2]


def test_json_holds_the_same_scorecard(give) -> None:
    """Laws, comparison and time for a script."""
    said = give("plugins", "check", "gate.greater", "--set", "pairs=5", "--rounds", 10, "--json")
    assert said.json["passed"] is True
    card = said.json["scorecard"]
    assert (card["role"], card["name"], card["settings"]) == ("gate", "greater", {"pairs": 5})
    assert {line["state"] for line in card["laws"]} == {"pass", "skip"}
    assert card["versus"]["default"] == "paired"
    assert card["versus"]["contrasts"][0]["n"] == 10


@pytest.mark.parametrize(
    ("key", "code", "told"),
    [
        ("gate", 2, "is not ROLE.NAME"),
        ("gate.alway", 2, "did you mean 'always'"),
        ("gaet.always", 2, "did you mean 'gate'"),
    ],
)
def test_what_nobody_installed_ends_with_2(give, key: str, code: int, told: str) -> None:
    """One line says what is near."""
    said = give("plugins", "check", key)
    assert (said.code, said.out) == (code, "")
    assert told in said.err


@pytest.mark.parametrize(
    ("key", "code", "told"),
    [
        ("retriever.nothing", 1, "  fail  "),
        ("retriever.signature", 5, "takes no argument 'banks'"),
        ("retriever.echo", 0, "  pass  "),
    ],
)
def test_strangers_end_as_they_are(site: Site, key: str, code: int, told: str) -> None:
    """P06, P09: a broken law is 1, one that cannot be loaded is 5, a sound one 0."""
    done = site.run("-m", "esc_skills", "plugins", "check", key, "--no-compare")
    assert done.returncode == code, done.stderr
    assert told in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_new_says_what_to_type_next(give, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four lines; the second time the folder is there, which is 2 and writes nothing."""
    monkeypatch.chdir(tmp_path)
    said = give("plugins", "new", "retriever", "words")
    assert said.code == 0
    assert said.out.splitlines() == [
        "wrote retriever.words: 7 files in esc-skills-words; next:",
        "pip install ./esc-skills-words",
        "esc-skills plugins check retriever.words",
        "esc-skills run esc-skills-words/experiment.toml",
    ]
    again = give("plugins", "new", "retriever", "words")
    assert (again.code, again.out) == (2, "")
    assert "is there already" in again.err


def test_a_role_that_is_none_is_told(give) -> None:
    """C03: exit 2 and the near name."""
    said = give("plugins", "new", "retreiver", "words")
    assert said.code == 2
    assert "did you mean 'retriever'" in said.err
