"""What a named person does to the bank of a run."""

from __future__ import annotations

import itertools
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from esc_skills._engine.banks import chain_faults
from esc_skills._engine.hands import (
    acceptance,
    change,
    edition,
    last_bank,
    rejection,
    return_to,
    voices,
    waiting,
)
from esc_skills._engine.running import run
from esc_skills._store.folder import RunFolder, read_bank
from esc_skills._store.lock import take
from esc_skills.errors import BankRuleError, DataError, UsageError
from esc_skills.model import content_hash

EXPERIMENT = {
    "gate": "always",
    "profiles": {"use": "grid", "intentions": ["deep-empathy"]},
    "evaluators": ["sage"],
    "reports": [],
    "evolve": {"rounds": 1, "max_pairs": 10, "refine_repeats": 5},
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


def own(path: Path) -> str:
    bank, _ = last_bank(RunFolder.open(path))
    return next(skill.name for skill in bank.active if not skill.protected)


def test_a_yes_makes_the_next_version(here: Path) -> None:
    """S9, S12: a yes is a commit of a named person: a version, a row, a chain that holds."""
    bank, number = last_bank(RunFolder.open(here))
    skill = bank.skill(own(here))
    done = change(here, acceptance("Mira", [content_hash(skill)[:12]]))
    assert [(one.skill, one.by) for one in done.bank.reviews] == [(skill.name, "human:Mira")]
    assert last_bank(RunFolder.open(here)) == (done.bank, number + 1)
    assert chain_faults(here) == []
    assert RunFolder.open(here).read_rows("ledger.jsonl")[-1]["actor"] == "human:Mira"
    for wrong in ("", "abc", "0" * 64, content_hash(skill)[:11]):
        with pytest.raises(UsageError) as refused:
            change(here, acceptance("Mira", [wrong]))
        left = waiting(done.bank)
        assert content_hash(left[0])[:12] in refused.value.hint
        assert skill.name not in refused.value.hint
        assert f"and {len(left) - 5} more" in refused.value.hint
    with pytest.raises(BankRuleError):
        change(here, acceptance(" ", [content_hash(skill)]))


def test_two_hands_at_once_lose_no_update(here: Path) -> None:
    """B19, R08: one of two waits its turn; both commits stand, the second made for the first's."""
    bank, number = last_bank(RunFolder.open(here))
    names = [skill.name for skill in bank.active if not skill.protected][:2]
    ready = threading.Barrier(2)

    def say(name: str) -> int:
        ready.wait()
        for refused in itertools.count():
            try:
                change(here, acceptance("Mira", [content_hash(bank.skill(name))]))
            except UsageError as fault:
                assert "run in use by" in fault.message  # noqa: PT017 - any other refusal is lost
                time.sleep(0.01)
            else:
                return refused
        return 0

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(say, names))
    after, last = last_bank(RunFolder.open(here))
    assert last == number + 2
    assert {one.skill for one in after.reviews} == set(names)
    assert chain_faults(here) == []
    wish = acceptance("Mira", [content_hash(bank.skill(names[0]))])
    with take(RunFolder.open(here).lock, "noon"), pytest.raises(UsageError, match="since noon"):
        change(here, wish)
    assert last_bank(RunFolder.open(here)) == (after, last)


def test_a_no_sets_a_skill_aside(here: Path) -> None:
    """A skill that a person rejects rests, and stays to be seen."""
    name = own(here)
    bank, _ = last_bank(RunFolder.open(here))
    done = change(here, rejection("Mira", content_hash(bank.skill(name)), "It is cold."))
    assert done.bank.skill(name).life == "quarantined"


def test_an_edited_copy_comes_in(here: Path, tmp_path: Path) -> None:
    """S10, S14: new words of a person rest on that person; the corpus's words stay out."""
    folder = RunFolder.open(here)
    name = own(here)
    shutil.copytree(folder.banks()[-1], tmp_path / "mine")
    path = tmp_path / "mine" / name / "SKILL.md"
    text, line = path.read_text("utf-8"), read_bank(tmp_path / "mine")[0].skill(name).guidance[0]
    with pytest.raises(UsageError, match="nothing was edited"):
        change(here, edition("Mira", tmp_path / "mine", "r"))
    said = max(
        (unit.context for unit in folder.read_nouns("units.jsonl", _unit())),
        key=lambda words: len(words.split()),
    )
    path.write_text(text.replace(line, " ".join(said.split())), "utf-8")
    with pytest.raises(BankRuleError) as refused:
        change(here, edition("Mira", tmp_path / "mine", "r"), words_too=True)
    assert refused.value.where == "S14"
    path.write_text(text.replace(line, "Say back in one line what you heard."), "utf-8")
    done = change(here, edition("Mira", tmp_path / "mine", "r"), words_too=True)
    assert done.bank.skill(name).guidance[0] == "Say back in one line what you heard."
    assert any(one.sources[0] == "human:Mira" for one in done.bank.origins)
    with pytest.raises(BankRuleError, match="not made from the last bank"):
        change(here, edition("Mira", tmp_path / "mine", "r"))


def _unit() -> type:
    from esc_skills.model import InterventionUnit

    return InterventionUnit


def test_a_version_comes_back_byte_for_byte(here: Path) -> None:
    """S24: each SKILL.md of the version returns as it was; the rollback is a version itself."""
    folder = RunFolder.open(here)
    old = folder.banks()[0]
    change(here, return_to(here, "Mira", "0", (), "It was better."))
    new = folder.banks()[-1]
    files = {path.relative_to(old): path.read_bytes() for path in old.glob("*/SKILL.md")}
    assert files == {path.relative_to(new): path.read_bytes() for path in new.glob("*/SKILL.md")}
    assert new.name.startswith(f"{len(folder.banks()) - 1:04d}-")
    assert chain_faults(here) == []
    with pytest.raises(UsageError, match="no version"):
        change(here, return_to(here, "Mira", "99", (), "r"))


def test_the_run_goes_on_after_a_hand(here: Path) -> None:
    """R01: a run that is given again passes over what people did and changes nothing of it."""
    change(here, return_to(here, "Mira", "0", (), "It was better."))
    rows = RunFolder.open(here).read_rows("ledger.jsonl")
    names = [path.name for path in RunFolder.open(here).banks()]
    run(EXPERIMENT, out=here, until="evolve")
    assert RunFolder.open(here).read_rows("ledger.jsonl") == rows
    assert [path.name for path in RunFolder.open(here).banks()] == names


def test_a_bank_edited_where_it_stands_is_refused(here: Path) -> None:
    """S12: the banks of a run are its history; an edit in place is named, not taken in."""
    path = RunFolder.open(here).banks()[-1] / own(here) / "SKILL.md"
    path.write_text(path.read_text("utf-8").replace("## Guidance\n", "## Guidance\n\n1. Run.\n"))
    with pytest.raises(DataError, match="edited where the bank stands"):
        change(here, return_to(here, "Mira", "0", (), "r"))


def test_voices_are_dialogues_and_seekers(here: Path) -> None:
    """S11: a unit speaks for its dialogue, a conversation for its seeker."""
    told = voices(RunFolder.open(here))
    assert any(name.startswith("iu-") for name in told)
    assert {told[name] for name in told if name.count("/") == 2} == {
        name.split("/")[1] for name in told if name.count("/") == 2
    }
