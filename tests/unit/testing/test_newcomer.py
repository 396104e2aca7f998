"""Writing a distribution; that it can be installed and works stands in tests/contrib."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from esc_skills.errors import UsageError
from esc_skills.spec import ROLES
from esc_skills.testing.newcomer import next_steps, write


@pytest.mark.parametrize("role", ROLES)
def test_nothing_is_left_to_fill_in(tmp_path: Path, role: str) -> None:
    """Seven files without a placeholder; Python compiles, TOML reads, the entry point fits."""
    made = write(role, "first-try", tmp_path / "out")
    assert len(made.files) == 7
    for path in made.files:
        text = path.read_text("utf-8")
        assert "@" not in text.replace("@attrs", "").replace("@hookimpl", "").replace(
            "@property", ""
        )
        if path.suffix == ".py":
            compile(text, str(path), "exec")
            assert max(map(len, text.splitlines())) <= 100
    project = tomllib.loads((made.folder / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["entry-points"]["esc_skills"] == {
        f"{role}.first-try": f"esc_skills_first_try.{role}"
    }
    assert (made.folder / "src" / "esc_skills_first_try" / f"{role}.py").is_file()
    assert (
        "first-try"
        in tomllib.loads((made.folder / "experiment.toml").read_text("utf-8")).__repr__()
    )


def test_the_same_words_write_the_same_bytes(tmp_path: Path) -> None:
    """No date, no user, no machine in any file."""
    one, two = (write("gate", "twice", tmp_path / name) for name in ("one", "two"))
    assert [path.read_bytes() for path in one.files] == [path.read_bytes() for path in two.files]


@pytest.mark.parametrize("name", ["match", "3d", "list", "gate", "a" * 40, "x-1"])
def test_any_good_name_makes_sound_python(tmp_path: Path, name: str) -> None:
    """A name that begins with a figure, or that is a noun's, makes a class of its own."""
    made = write("retriever", name, tmp_path / "out")
    for path in made.files:
        if path.suffix == ".py":
            compile(path.read_text("utf-8"), str(path), "exec")


@pytest.mark.parametrize(
    ("role", "name", "told"),
    [
        ("retreiver", "mine", "did you mean 'retriever'"),
        ("watcher", "mine", "roles are corpus"),
        ("gate", "My_Gate", "esc-skills plugins new gate my-gate"),
        ("gate", "", "esc-skills plugins new gate my-own"),
        ("gate", "../up", "esc-skills plugins new gate up"),
        ("gate", "a" * 41, "at most 40"),
        ("gate", "always", "esc-skills plugins new gate my-always"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(
    tmp_path: Path, role: str, name: str, told: str
) -> None:
    """C03: the line says what to type, and nothing is written."""
    with pytest.raises(UsageError) as fault:
        write(role, name, tmp_path / "out")
    assert told in fault.value.line
    assert len(fault.value.line.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    """Nothing is ever written into an existing folder, an empty one included."""
    with pytest.raises(UsageError, match="is there already"):
        write("gate", "mine", tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    """A file in the way is one line, too."""
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot write"):
        write("gate", "mine", tmp_path / "file" / "out")


def test_the_next_steps_can_be_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install, check, run: a relative folder gets the ``./`` that pip needs."""
    monkeypatch.chdir(tmp_path)
    assert list(next_steps(write("gate", "mine")))[1:] == [
        "pip install ./esc-skills-mine",
        "esc-skills plugins check gate.mine",
        "esc-skills run esc-skills-mine/experiment.toml",
    ]
    assert (tmp_path / "esc-skills-mine" / ".gitignore").is_file()
