"""What is taken home is what was there: export and import, for every bank there can be."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from skills_ref import validate

from esc_skills._engine.banks import load_bank
from esc_skills._practice.customs import bank_of
from esc_skills._practice.parcels import packed, zipped
from esc_skills._store.bundles import read_bundle
from esc_skills._store.files import write_folder
from esc_skills.model import SkillsBank
from esc_skills.testing.strategies import banks


@settings(max_examples=25)
@given(banks())
def test_reading_back_gives_the_same_bank(bank: SkillsBank) -> None:
    """import(export(bank)) = bank as a folder, a zip and one JSON file; every skill validates."""
    skills, whole = packed(bank, "skills"), packed(bank, "json")
    assert zipped(skills) == zipped(dict(reversed(skills.items())))
    with TemporaryDirectory() as desk:
        folder, squeezed, single = (Path(desk, name) for name in ("out", "out.zip", "out.json"))
        write_folder(folder, skills)
        squeezed.write_bytes(zipped(skills))
        single.write_bytes(whole["json.json"])
        assert load_bank(folder) == bank
        for path in (folder, squeezed, single):
            back = bank_of(read_bundle(path), path)
            assert (back, back.hash) == (bank, bank.hash)
        for skill in bank.skills:
            assert validate(folder / skill.name) == []
