"""The run folder: every file of a run in its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from esc_skills._store.folder import RunFolder, read_bank
from esc_skills.errors import DataError, StoreError
from esc_skills.model import Score, Skill, SkillsBank

SCORE = Score(evaluator="sage", name="emotion", value=31.75, n=3, of=3, signature="sage:v1")
BANK = SkillsBank(skills=(Skill(name="listen", overview="O.", guidance=("Wait.",)),))


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return RunFolder.create(tmp_path / "runs" / "first")


def test_a_new_run_folder_is_the_owners_alone(folder: RunFolder) -> None:
    """X03: nobody else can look inside; making it twice does no harm."""
    assert folder.path.stat().st_mode & 0o777 == 0o700
    assert RunFolder.create(folder.path) == folder


def test_a_folder_without_run_json_is_no_run(folder: RunFolder) -> None:
    """I01: the remedy is in the hint."""
    with pytest.raises(DataError, match=r"no run\.json") as caught:
        RunFolder.open(folder.path)
    assert "--out" in caught.value.hint
    folder.write_json("run.json", {"name": "first"})
    assert RunFolder.open(folder.path).read_json("run.json") == {"name": "first"}


def test_every_file_has_its_place(folder: RunFolder) -> None:
    """The layout of a run, and ids that are no file names."""
    names = {
        path.relative_to(folder.path).as_posix()
        for path in (
            folder.run,
            folder.journal,
            folder.corpus,
            folder.units,
            folder.prototypes,
            folder.scores,
            folder.ledger,
            folder.report,
            folder.traces("report-static"),
        )
    }
    assert names == {
        "run.json",
        "journal.sqlite",
        "corpus.json",
        "units.jsonl",
        "prototypes.jsonl",
        "scores.jsonl",
        "ledger.jsonl",
        "report.html",
        "traces/report-static.jsonl",
    }
    assert folder.traces("../../etc/passwd").parent == folder.path / "traces"


def test_nouns_are_written_appended_and_read(folder: RunFolder) -> None:
    """A file of rows grows; one that is not there yet has none."""
    assert folder.read_nouns("scores.jsonl", Score) == ()
    folder.write_nouns("scores.jsonl", [SCORE])
    folder.append(folder.scores, [SCORE, SCORE])
    assert folder.read_nouns(folder.scores, Score) == (SCORE,) * 3


def test_plain_rows_are_written_appended_and_read(folder: RunFolder) -> None:
    """The ledger holds rows of several kinds; lone surrogates never break it (I04)."""
    folder.write_rows("ledger.jsonl", [{"kind": "verdict", "n": 1}])
    folder.append_rows("ledger.jsonl", [{"kind": "note", "text": "a\ud800"}])
    assert folder.read_rows("ledger.jsonl") == (
        {"kind": "verdict", "n": 1},
        {"kind": "note", "text": "a\ufffd"},
    )
    assert folder.read_rows("absent.jsonl") == ()


def test_equal_nouns_are_equal_bytes(folder: RunFolder, tmp_path: Path) -> None:
    """No clock and no place of the machine stands in a file."""
    other = RunFolder.create(tmp_path / "other")
    for one in (folder, other):
        one.write_nouns("scores.jsonl", [SCORE])
        one.write_bank(0, BANK)
    for file in sorted(path for path in folder.path.rglob("*") if path.is_file()):
        assert file.read_bytes() == (other.path / file.relative_to(folder.path)).read_bytes()


def test_a_torn_row_is_named_when_read_and_mended_when_appended(folder: RunFolder) -> None:
    """M2, I02: reading names file and line; the next append repairs the tail."""
    folder.write_nouns("scores.jsonl", [SCORE])
    with folder.scores.open("a") as file:
        file.write('{"schema":1,"eval')
    with pytest.raises(DataError) as caught:
        folder.read_nouns("scores.jsonl", Score)
    assert caught.value.where == f"{folder.scores}:2"
    folder.append("scores.jsonl", [SCORE])
    assert folder.read_nouns("scores.jsonl", Score) == (SCORE, SCORE)


def test_banks_are_numbered_and_named_by_content(folder: RunFolder) -> None:
    """Banks lie in order of their number; the same bank twice is one folder."""
    second = BANK.with_skills((), parent=BANK.hash)
    paths = [folder.write_bank(number, bank) for number, bank in ((10, BANK), (9, second))]
    assert folder.write_bank(10, BANK) == paths[0]
    assert folder.banks() == (paths[1], paths[0])
    assert paths[0].name == f"0010-{BANK.hash[:12]}"
    assert read_bank(paths[1]) == (second, ())


def test_a_bank_is_never_written_over_another(folder: RunFolder) -> None:
    """Banks are not edited in place: a taken number is refused."""
    folder.write_bank(0, BANK)
    with pytest.raises(StoreError, match="bank 0 is"):
        folder.write_bank(0, SkillsBank())
    assert len(folder.banks()) == 1


def test_a_hand_edited_bank_is_loaded_and_its_skills_named(folder: RunFolder) -> None:
    """People edit SKILL.md; the bank is read again and tells what they touched."""
    path = folder.write_bank(0, BANK)
    skill = path / "listen" / "SKILL.md"
    skill.write_text(skill.read_text("utf-8").replace("Wait.", "Wait for them."), "utf-8")
    bank, edited = read_bank(path)
    assert bank.skills[0].guidance == ("Wait for them.",)
    assert edited == ("listen",)


def test_what_is_no_bank_says_so(tmp_path: Path) -> None:
    """I01: a missing path, a file and an empty folder are DataErrors with the place to look."""
    (tmp_path / "file").write_text("x")
    (tmp_path / "empty").mkdir()
    for name in ("absent", "file", "empty"):
        with pytest.raises(DataError) as caught:
            read_bank(tmp_path / name)
        assert "banks/" in caught.value.hint
