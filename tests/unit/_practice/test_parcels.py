"""A bank leaves: in four forms, with its duties, and not every bank."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import attrs
import pytest
from skills_ref import validate

from esc_skills._engine.banks import load_bank
from esc_skills._practice.parcels import FORMS, export
from esc_skills.errors import BankRuleError, DataError, EscSkillsError, UsageError
from esc_skills.model import SkillsBank
from esc_skills.testing.samples import bank, protected_skill, skill

BANK = SkillsBank(
    skills=(skill("a-first"), protected_skill()), licences=("CC-BY-NC-4.0",), sources=("f" * 64,)
)


def refused(bank: SkillsBank, out: Path, **words: object) -> EscSkillsError:
    with pytest.raises(EscSkillsError) as caught:
        export(bank, out, **words)  # type: ignore[arg-type]
    assert not out.exists()
    return caught.value


def test_a_folder_of_agent_skills(tmp_path: Path) -> None:
    """Every skill folder validates; card and notice name the licence's duty (S15)."""
    out = tmp_path / "out"
    files = export(BANK, out, unreviewed=True)
    assert {path.relative_to(out).as_posix() for path in files} == {
        *("bank.json", "CARD.md", "NOTICE"),
        *(f"{one.name}/SKILL.md" for one in BANK.skills),
    }
    assert all(path.is_file() for path in files)
    assert [validate(out / one.name) for one in BANK.skills] == [[], []]
    assert load_bank(out) == BANK
    for name in ("CARD.md", "NOTICE"):
        assert "CC-BY-NC-4.0: for non-commercial use only" in (out / name).read_text("utf-8")
    assert "license: CC-BY-NC-4.0" in (out / "a-first/SKILL.md").read_text("utf-8").replace('"', "")


def test_a_zip_is_the_same_bytes_twice(tmp_path: Path) -> None:
    """Its bytes depend on the content alone, and it holds what the folder holds."""
    export(BANK, tmp_path / "out", unreviewed=True)
    for name in ("one.zip", "two.ZIP"):
        export(BANK, tmp_path / name, unreviewed=True)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.ZIP").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        for name in archive.namelist():
            assert archive.read(name) == (tmp_path / "out" / name).read_bytes()


@pytest.mark.parametrize("form", ["json", "openai", "anthropic"])
def test_one_file_for_machines(form: str, tmp_path: Path) -> None:
    """A schema number, the kind, and the duties."""
    export(BANK, tmp_path / "out.json", form=form, unreviewed=True)
    made = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert made["schema"] == 1
    assert made["kind"] == ("skills-bank-parcel" if form == "json" else f"{form}-messages")
    assert "non-commercial" in json.dumps(made.get("duties", made.get("notice")))


@pytest.mark.parametrize("form", FORMS)
def test_what_exists_is_not_overwritten(form: str, tmp_path: Path) -> None:
    """O08: a file, a folder, or a link to nowhere."""
    (tmp_path / "file").write_text("mine", "utf-8")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "none")
    for name in ("file", "folder", "link"):
        with pytest.raises(UsageError, match="exists"):
            export(BANK, tmp_path / name, form=form, unreviewed=True)
    assert (tmp_path / "file").read_text("utf-8") == "mine"
    assert not (tmp_path / "none").exists()


def test_banks_without_guard_or_review_do_not_leave(tmp_path: Path) -> None:
    """S4: never; S9: not unless somebody says so, or a distribution brought it."""
    bare = attrs.evolve(BANK, notes=("no-guard",))
    for words in ({}, {"unreviewed": True}, {"unreviewed": True, "installed": True}):
        fault = refused(bare, tmp_path / "out", **words)
        assert isinstance(fault, BankRuleError)
        assert fault.where == "S4"
    doubtful = attrs.evolve(BANK, notes=("unreviewed",))
    assert refused(doubtful, tmp_path / "out").where == "S9"
    assert export(doubtful, tmp_path / "1", unreviewed=True)
    assert export(doubtful, tmp_path / "2", installed=True)


def test_private_things_do_not_leave(tmp_path: Path) -> None:
    """X07: neither paths nor addresses."""
    leaky = attrs.evolve(BANK, skills=(skill("a", guidance=("See /srv/mira/x.",)),))
    fault = refused(leaky, tmp_path / "out", unreviewed=True)
    assert isinstance(fault, DataError)
    assert "X07" in fault.message


def test_an_unknown_form_is_told(tmp_path: Path) -> None:
    """The known ones are named."""
    fault = refused(BANK, tmp_path / "out", form="yaml", unreviewed=True)
    assert isinstance(fault, UsageError)
    assert "anthropic" in fault.hint


def test_a_run_leaves_nothing_of_its_machine(small_run: Path, tmp_path: Path) -> None:
    """X07: no path and no host name in any byte of any form of a real run's bank."""
    import platform

    bank = load_bank(small_run)
    for form in FORMS:
        export(bank, tmp_path / form, form=form, unreviewed=True)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    said = b"".join(path.read_bytes() for path in files)
    assert len(files) > len(bank.skills)
    assert str(small_run).encode() not in said
    assert b"/home/" not in said
    assert b"/tmp/" not in said
    assert len(platform.node()) < 4 or platform.node().encode() not in said


def test_a_bank_that_brings_a_card_leaves_with_it(tmp_path: Path) -> None:
    """What was measured with an installed bank stands in its own card, and goes along."""
    made = bank(skill("listen-first"))
    export(made, tmp_path / "out", unreviewed=True, told="# A card\n")
    assert (tmp_path / "out" / "CARD.md").read_text("utf-8") == "# A card\n"
    export(made, tmp_path / "one.json", form="json", unreviewed=True, told="# A card\n")
    assert "# A card" in (tmp_path / "one.json").read_text("utf-8")
