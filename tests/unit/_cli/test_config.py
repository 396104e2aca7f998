"""What an experiment says, with every default stated."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from esc_skills._engine.configuring import known_keys
from esc_skills._engine.running import run
from esc_skills.errors import ConfigError, EscSkillsError


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


GUARDLESS = {
    "empty": ({}, ["--set", "guards=[]"]),
    "a file": ({}, ["none.toml"]),
    "flag alone": ({}, ["--set", "run.unsafe_no_guard=yes", "--set", "guards=[]"]),
    "barred by name": ({}, ["--set", 'plugins.disable=["guard.crisis"]']),
    "barred by variable": ({"ESC_SKILLS_DISABLE": "guard.crisis"}, []),
    "a variable of that name": (
        {"ESC_SKILLS_GUARDS": "[]", "ESC_SKILLS_UNSAFE_NO_GUARD": "1"},
        None,
    ),
}
"""Ways in which somebody might lose the guard: variables, and words behind ``config check``."""


@pytest.mark.parametrize("way", GUARDLESS)
def test_no_way_around_the_guard(give, tmp_path: Path, monkeypatch, way: str) -> None:
    """S4, C08: file, words, disabling and variables: exit 2; what is no setting changes nothing."""
    monkeypatch.chdir(tmp_path)
    Path("none.toml").write_text("guards = []\n", "utf-8")
    variables, words = GUARDLESS[way]
    for name, text in variables.items():
        monkeypatch.setenv(name, text)
    if words is None:
        shown = give("config", "show", "--json").json
        assert (shown["guards"], shown["run"]["unsafe_no_guard"]) == (["crisis"], False)
        return
    said = give("config", "check", *words)
    assert (said.code, said.out) == (2, "")
    assert "guard" in said.err


def test_no_way_around_the_guard_for_a_library(tmp_path: Path) -> None:
    """S4, C08: a program that asks for a run without guards gets none, and no folder."""
    for source, more in (({"guards": []}, {}), (None, {"sets": ["guards=[]"]})):
        with pytest.raises(ConfigError, match="unsafe_no_guard"):
            run(source, out=tmp_path / "run", **more)
    with pytest.raises(EscSkillsError, match="switched off"):
        run(None, out=tmp_path / "run", disable=["guard.crisis"])
    assert not (tmp_path / "run").exists()


def test_the_same_data_from_every_folder(give, tmp_path: Path, monkeypatch) -> None:
    """C09: from here, from above, from beside, by the whole path and with a trailing slash: one
    result to the byte, though the folder's name has blanks and accents.
    """
    home = tmp_path / "mein Raum é 你"
    (home / "below").mkdir(parents=True)
    turns = [{"role": ("seeker", "supporter")[at % 2], "content": f"I wonder, part {at}."}
             for at in range(6)]  # fmt: skip
    lines = (json.dumps({"id": f"d{number}", "messages": turns[number:]}) for number in range(2))
    (home / "data é.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    (home / "exp.toml").write_text('corpus = "chat-jsonl:data é.jsonl"\n', "utf-8")
    ways = (
        (home, "exp.toml", "out 1"),
        (tmp_path, f"{home.name}/exp.toml", "out 2/"),
        (home / "below", "../exp.toml", "../out é"),
        (Path("/"), str(home / "exp.toml"), str(tmp_path / "out/") + "/"),
    )
    found = []
    for folder, file, out in ways:
        monkeypatch.chdir(folder)
        said = give("extract", out, "--experiment", file)
        assert said.code == 0, said.err
        found.append([(Path(out) / name).read_bytes() for name in ("units.jsonl", "corpus.json")])
    assert found[1:] == found[:1] * 3
