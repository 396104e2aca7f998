"""What no edit may reach, as hashes."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import attrs
import pytest

from esc_skills._engine.crew import Crew, hire
from esc_skills._engine.freezing import FILE, files, frozen, seal, sealed
from esc_skills._engine.running import resolve
from esc_skills._store.folder import RunFolder
from esc_skills.errors import DataError
from esc_skills.testing.doubles import WordGuard
from esc_skills.testing.samples import profile


def crew(**changes: Any) -> Crew:
    return hire(*resolve(changes))


def changed(**changes: Any) -> set[str]:
    """Parts whose hash differs from the default's."""
    old, new = frozen(crew()), frozen(crew(**changes))
    assert sorted(old) == ["gate", "guards", "judges", "profiles", "seeker"]
    return {name for name in old if old[name] != new[name]}


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"gate": {"use": "paired", "alpha": 0.2}}, "gate"),
        ({"gate": "greater"}, "gate"),
        ({"guards": [{"use": "crisis", "locale": "GB"}]}, "guards"),
        ({"profiles": {"use": "grid", "per_cell": 2}}, "profiles"),
        ({"seeker": {"use": "appraisal", "variant": "reserved"}}, "seeker"),
        ({"evaluators": ["sage"]}, "judges"),
    ],
    ids=["gate-setting", "gate", "guard", "profiles", "seeker", "judges"],
)
def test_each_part_has_its_hash(change: dict[str, Any], part: str) -> None:
    """S8: another setting changes the hash of its own part, and of no other."""
    assert changed(**change) == {part}


def test_what_a_bank_may_depend_on_changes_nothing() -> None:
    """Control: refiner, retriever and rounds are no part of what is frozen."""
    assert changed(retriever="conditions", evolve={"rounds": 5}) == set()


def test_files_are_the_code_and_the_rules() -> None:
    """S8: the guard's folder with its rules, texts and manifest; a lone module is its own file."""
    (guard,) = crew().guards
    names = {path.name for path in files(guard)}
    assert {"crisis.py", "rules.toml", "locales.toml", "manifest.toml"} <= names
    assert {path.name for path in files(WordGuard())} >= {"doubles.py"}
    assert files(3) == ()


def test_another_rule_file_is_another_hash(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """S8: one sign in a data file beside the guard is enough; where it lies is nothing."""
    room = tmp_path / "watchers_of_mine"
    room.mkdir()
    (room / "__init__.py").write_text("", "utf-8")
    (room / "strict.py").write_text(
        "from esc_skills.testing.doubles import WordGuard\nclass Strict(WordGuard):\n    pass\n",
        "utf-8",
    )
    (room / "rules.toml").write_text("word = 'danger'\n", "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    guard = import_module("watchers_of_mine.strict").Strict()
    held = attrs.evolve(crew(), guards=(guard,))
    before = frozen(held)
    (room / "rules.toml").write_text("word = 'Danger'\n", "utf-8")
    after = frozen(held)
    assert {name for name in before if before[name] != after[name]} == {"guards"}


def test_seekers_are_sealed_by_what_they_are() -> None:
    """S8: held-out profiles by content, in any order; those of refine are not held out."""
    held, seeker = crew(), profile("p", purpose="verify")
    danger = profile("s", purpose="verify", safety=True)
    old = sealed(held, [seeker, profile("q", purpose="verify")], [danger])
    assert sealed(held, [profile("q", purpose="verify"), seeker], [danger]) == old
    more = sealed(
        held, [seeker, profile("q", purpose="verify"), profile("r", purpose="refine")], [danger]
    )
    assert more == old
    assert sealed(held, [seeker], [danger])["verify"] != old["verify"]
    assert sealed(held, [seeker], [])["safety"] != old["safety"]


def test_an_old_run_keeps_its_seal(tmp_path: Path) -> None:
    """S8, R13: other hashes under an old run are refused by name; equal ones go on."""
    folder = RunFolder.create(tmp_path / "run")
    first = seal(folder, {"guards": "a", "gate": "b"})
    assert folder.has(FILE)
    assert seal(folder, {"guards": "a", "gate": "b"}) == first
    with pytest.raises(DataError, match="gate") as caught:
        seal(folder, {"guards": "a", "gate": "c"})
    assert "--out" in caught.value.hint
