"""What an experiment says, with every default stated."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from esc_skills._engine.configuring import known_keys


def test_config_show_is_an_experiment(give, tmp_path: Path, monkeypatch) -> None:
    """What ``config show`` prints can be given back, and says the same."""
    monkeypatch.chdir(tmp_path)
    said = give("config", "show", "--set", "retriever.k=2")
    Path("shown.toml").write_text(said.out, "utf-8")
    assert give("config", "show", "shown.toml").out == said.out
    assert give("config", "check", "shown.toml").code == 0


def test_every_default_is_stated(give) -> None:
    """``config show`` names every key of an experiment, and its JSON says the same."""
    found = give("config", "show", "--json").json
    assert set(found) == set(known_keys())
    assert found["run"]["seed"] == 13
    assert found["retriever"] == "bm25"


def test_values_laid_over_are_shown(give) -> None:
    """``--set`` shows in the experiment that is printed."""
    shown = tomllib.loads(give("config", "show", "--set", "evolve.rounds=0").out)
    assert shown["evolve"]["rounds"] == 0


def test_check_says_good_and_makes_no_run(
    give, small_experiment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A good experiment is said to be good; nothing is written."""
    monkeypatch.chdir(tmp_path)
    said = give("config", "check", small_experiment)
    assert said.code == 0
    assert said.out.startswith("good: ")
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("retriever=bm52", "bm25"),
        ("retriever.kk=3", "retriever"),
        ("gate.alpha=2", "alpha"),
        ("evaluators=['sgae']", "sage"),
        ("guards=[]", "unsafe_no_guard"),
    ],
)
def test_check_finds_what_show_cannot(give, word: str, hint: str) -> None:
    """C01–C03, C08: components are loaded and their settings checked; exit 2 names the slip."""
    said = give("config", "check", "--set", word)
    assert said.code == 2
    assert hint in said.err
    assert said.out == ""
