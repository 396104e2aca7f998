"""``bank accept``, ``reject``, ``edit``, ``rollback`` and what ``bank check`` says after."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from esc_skills._engine.running import run

EXPERIMENT = {
    "profiles": {"use": "grid", "intentions": ["deep-empathy"]},
    "evaluators": ["sage"],
    "reports": [],
    "evolve": {"rounds": 0},
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("made") / "run"
    run(EXPERIMENT, out=out, until="evolve")
    return out


@pytest.fixture
def here(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / made.name)
    return tmp_path / made.name


def last(here: Path) -> Path:
    return sorted((here / "banks").iterdir())[-1]


def test_accept_shows_what_waits_and_takes_a_yes(give, here: Path) -> None:
    """S9: without HASH it lists; with HASH and a name it says how many are left."""
    waiting = give("bank", "accept", here).out.splitlines()
    digits, name, _ = waiting[1].split()
    assert give("bank", "accept", here, digits).code == 2
    said = give("bank", "accept", here, digits, "--by", "Mira")
    assert said.code == 0, said.err
    assert f"{len(waiting) - 2} active skills are unreviewed" in said.out
    assert name not in give("bank", "accept", here).out
    for words in (("accept", here, "f" * 12), ("reject", here, "f" * 12, "--reason", "cold")):
        wrong = give("bank", *words, "--by", "Mira")
        assert (wrong.code, wrong.out) == (2, "")
        assert waiting[2].split()[0] in wrong.err


def test_reject_edit_and_rollback_make_versions(give, here: Path, tmp_path: Path) -> None:
    """S24: each is a version with its row; check and log stay good."""
    digits, name, _ = give("bank", "accept", here).out.splitlines()[1].split()
    assert give("bank", "reject", here, digits, "--by", "M", "--reason", "cold").code == 0
    shutil.copytree(last(here), tmp_path / "mine")
    path = tmp_path / "mine" / name / "SKILL.md"
    path.write_text(path.read_text("utf-8").replace("life: quarantined", "life: active"), "utf-8")
    said = give("bank", "edit", here, tmp_path / "mine", "--by", "M", "--reason", "warm again")
    assert said.code == 0, said.err
    assert give("bank", "rollback", here, "0", "--by", "M", "--reason", "start").code == 0
    assert len(list((here / "banks").iterdir())) == 4
    assert give("bank", "check", here).code == 0
    assert give("bank", "log", here).code == 0


def test_check_finds_a_broken_ledger(give, here: Path) -> None:
    """S12, B16: an edit, a cut end and a missing ledger are errors, the row named."""
    assert give("bank", "check", here).code == 0
    path = here / "ledger.jsonl"
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    path.write_text(json.dumps({**rows[0], "actor": "human:Eve"}) + "\n", "utf-8")
    said = give("bank", "check", here)
    assert said.code == 1
    assert "S12: ledger.jsonl row 1" in said.out
    path.write_text("", "utf-8")
    assert "S12" in give("bank", "check", here).out
    path.unlink()
    assert "S12: ledger.jsonl is missing" in give("bank", "check", here).out


def test_check_finds_a_protected_skill_that_was_edited(give, here: Path) -> None:
    """S5: by hand edited, laid bare or taken out; another skill's edit is a note only."""
    name = next(path.parent.name for path in last(here).glob("*/SKILL.md") if _guarded(path))
    path = last(here) / name / "SKILL.md"
    text = path.read_text("utf-8")
    for edited in (
        text.replace("## Guidance\n", "## Guidance\n\n1. Say nothing.\n"),
        re.sub(r"(protected: ['\"]?)true", r"\1false", text),
    ):
        assert edited != text
        path.write_text(edited, "utf-8")
        said = give("bank", "check", here)
        assert said.code == 1
        assert f"S5: protected skill {name!r} was edited by hand" in said.out
    path.unlink()
    assert "S5" in give("bank", "check", here).out


def test_check_only_notes_an_ordinary_edit(give, here: Path) -> None:
    """Negative control: a hand on an ordinary skill is told, and is no error."""
    path = next(path for path in last(here).glob("*/SKILL.md") if not _guarded(path))
    text = path.read_text("utf-8")
    path.write_text(text.replace("## Guidance\n", "## Guidance\n\n1. Breathe first.\n"), "utf-8")
    said = give("bank", "check", here)
    assert said.code == 0, said.out
    assert f"note: {path.parent.name} was edited by hand" in said.out


def _guarded(path: Path) -> bool:
    return "protected: true" in path.read_text("utf-8").replace("'", "").replace('"', "")
