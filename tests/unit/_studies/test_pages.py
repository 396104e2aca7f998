"""The pages of a study, and what it states of itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from esc_skills._studies.pages import keep, stated
from esc_skills._studies.pooling import Figures
from esc_skills._studies.recording import Question, record, results
from esc_skills._studies.running import prepared
from esc_skills._studies.shards import Played
from esc_skills._studies.studyfile import read_study
from esc_skills.model import StudyCell, StudyRecord, StudyTable

TABLE = StudyTable(name="main", caption="One.", head=("arm",), rows=((StudyCell(text="a"),),))
RECORD = StudyRecord(name="mine", kind="compare", tables=(TABLE,))


def test_reports_that_can_print_a_study_do(tmp_path: Path) -> None:
    """Those that are asked for, into the folder, for its owner alone."""
    out = tmp_path / "pages"
    pages = keep(RECORD, out, ['reports=["markdown", "csv"]'])
    assert {"study.md", "study.tables.json", "main.csv"} <= {page.name for page in pages}
    for path in (out, *out.rglob("*")):
        assert path.stat().st_mode & 0o077 == 0, path


def test_the_same_record_gives_the_same_bytes(tmp_path: Path) -> None:
    """On every page, also of LaTeX and HTML."""
    names = 'reports=["csv", "html", "latex", "markdown"]'
    one, two = (keep(RECORD, tmp_path / name, [names]) for name in ("one", "two"))
    assert [page.name for page in one] == [page.name for page in two]
    assert [page.read_bytes() for page in one] == [page.read_bytes() for page in two]


def test_what_a_study_states_is_what_was_played(small_study: Path, study_file: Path) -> None:
    """Seekers, seeds, corpora, arms and tests come from the runs and the record."""
    study = read_study(study_file)
    cast = prepared(study, small_study)
    played = [Played(variant=one.variant, seed=one.seed, path=one.path) for one in cast.shards]
    asked = Question(pairs=(("retriever=none", "baseline"),), reference="baseline")
    made = record(study.name, "ablate", list(results(played)), Figures(), asked)
    facts = stated(cast.experiment, cast.crew, study, made, [one.path for one in cast.shards])
    emotion = made.scores[0]
    assert facts.seekers == len({item.cluster for item in emotion.items})
    assert facts.seeds == (13, 14)
    assert (facts.repeats, facts.simulator, facts.profiles) == (1, "appraisal", ("grid",))
    assert facts.protocol == emotion.signature
    assert facts.variants == ("baseline", "retriever=none")
    assert facts.arms[0] == "baseline"
    assert set(facts.arms) == {"baseline", "baseline/none", "retriever=none"}
    (corpus,) = facts.corpora
    assert (corpus.name, corpus.licence) == ("sample", "Apache-2.0")
    assert facts.family == 1
    assert (facts.lost, facts.foreign, facts.models) == (0, (), {})
    assert facts.tried == sum(emotion.of for emotion in made.scores if emotion.name == "emotion")


def test_the_methods_paragraph_stands_on_the_page(small_study: Path) -> None:
    """One paragraph that a paper can take over."""
    text = (small_study / "study.md").read_text("utf-8")
    assert "No language model was used." in text
    assert "corrected after Holm" in text


@pytest.mark.parametrize("name", ["nobody"])
def test_an_unknown_report_is_refused(name: str, tmp_path: Path) -> None:
    """Before a page is written."""
    from esc_skills.errors import UnknownPluginError

    with pytest.raises(UnknownPluginError, match=name):
        keep(RECORD, tmp_path / "pages", [f'reports=["{name}"]'])
    assert not (tmp_path / "pages").exists()
