"""Compare what is there: runs, variants and transcripts."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from scipy import stats as scipy_stats

from esc_skills._store.folder import RunFolder
from esc_skills._studies.comparing import compare
from esc_skills.errors import DataError, UsageError
from esc_skills.model import StudyRecord

SAGE = Path("../shared/data/sage")


def verdicts(found: StudyRecord) -> list[tuple[str, str, str]]:
    return [(one.arm, one.against, one.verdict) for one in found.contrasts if one.name == "emotion"]


def ends(run: Path, arm: str) -> dict[str, float]:
    """Final emotion of a run's arm by seeker and repeat, from its items."""
    rows = [json.loads(line) for line in (run / "items.jsonl").read_text("utf-8").splitlines()]
    mine = [row for row in rows if row["score"][:3] == [arm, "sage", "emotion"]]
    return {row["key"]: row["sums"][0] for row in mine}


def test_two_arms_of_a_run_are_paired_by_seeker(small_run: Path) -> None:
    """The difference is that of scipy's paired test where each seeker came once."""
    found = compare([f"{small_run}@none", f"{small_run}@static"], measures=["sage.emotion"])
    old, new = (ends(small_run, arm) for arm in ("none", "static"))
    (one,) = found.contrasts
    gaps = [new[key] - old[key] for key in sorted(old)]
    assert (one.n, one.of) == (len(gaps), len(gaps))
    assert one.value == pytest.approx(sum(gaps) / len(gaps), abs=1e-6)
    assert (one.arm, one.against) == (f"{small_run.name}@static", f"{small_run.name}@none")
    assert one.verdict in {"not distinguishable", "better", "worse", "below the floor"}
    assert found.kind == "compare"


def test_every_two_of_many_are_compared(small_run: Path) -> None:
    """The later against the earlier; RUN alone is its last bank."""
    found = compare([f"{small_run}@none", f"{small_run}@static", str(small_run)])
    name = small_run.name
    assert [(arm, against) for arm, against, _ in verdicts(found)] == [
        (f"{name}@static", f"{name}@none"),
        (name, f"{name}@none"),
        (name, f"{name}@static"),
    ]
    assert any(table.name == "groups" for table in found.tables)


def test_a_run_against_itself_is_not_distinguishable(small_run: Path) -> None:
    """Two of one name are told apart by number."""
    found = compare([str(small_run), str(small_run)])
    name = small_run.name
    assert verdicts(found) == [(f"{name} #2", name, "not distinguishable")]
    assert {one.value for one in found.contrasts if one.value is not None} == {0}


def test_variants_of_a_study_are_paired_by_seed_too(small_study: Path) -> None:
    """What the study says of its variants, ``study compare`` says again."""
    found = compare([f"{small_study}@baseline", f"{small_study}@retriever=none"])
    told = json.loads((small_study / "study.tables.json").read_text("utf-8"))
    own = next(table for table in told["tables"] if table["name"] == "differences")
    row = next(row for row in own["rows"] if row[0]["text"] == "retriever=none − baseline")
    (one,) = [one for one in found.contrasts if one.name == "emotion"]
    assert one.arm == f"{small_study.name}@retriever=none"
    assert (one.value, one.low, one.high) == tuple(row[1][key] for key in ("value", "low", "high"))
    assert one.seeds == 2


def test_a_study_alone_is_its_baseline_and_arms_can_be_named(small_study: Path) -> None:
    """STUDY, STUDY@VARIANT and STUDY@VARIANT/ARM."""
    found = compare([f"{small_study}@baseline/none", str(small_study)])
    name = small_study.name
    assert [one[:2] for one in verdicts(found)] == [(f"{name}@baseline", f"{name}@baseline/none")]


def test_unlike_signatures_are_refused_with_the_difference_shown(
    small_run: Path, small_study: Path
) -> None:
    """Talks of ten turns and of four were not measured alike."""
    with pytest.raises(UsageError, match=r"not comparable in sage\.emotion") as refused:
        compare([str(small_run), f"{small_study}@baseline"])
    assert "turns=10" in refused.value.message
    assert "turns=4" in refused.value.message
    assert refused.value.exit_code == 2


@pytest.mark.parametrize(
    ("targets", "said"),
    [
        (["RUN"], "two are needed"),
        (["RUN", "nowhere"], "'nowhere' is neither a run folder nor CORPUS:PATH"),
        (["RUN", "RUN@best"], "arm 'best' has no scores"),
        (["RUN", "STUDY@bm52"], "no variant 'bm52'"),
        (["RUN", "STUDY@baseline/best"], "no arm 'best'"),
        (["RUN", "STUDY@baseline/static"], "has no scores yet"),
    ],
    ids=["one", "nowhere", "no-arm", "no-variant", "no-arm-of-a-study", "no-scores"],
)
def test_wrong_targets_are_refused_with_what_there_is(
    small_run: Path, small_study: Path, targets: list[str], said: str
) -> None:
    """One line, and what to type."""
    given = [
        target.replace("RUN", str(small_run)).replace("STUDY", str(small_study))
        for target in targets
    ]
    with pytest.raises((UsageError, DataError), match=said) as refused:
        compare(given)
    assert refused.value.hint


def test_a_measure_that_nobody_shares_is_refused(small_run: Path) -> None:
    """The hint lists what each of them has."""
    with pytest.raises(UsageError, match="no measure in common") as refused:
        compare([f"{small_run}@none", str(small_run)], measures=["sage.joy"])
    assert "sage.emotion" in refused.value.hint


def test_a_folder_may_have_an_at_in_its_name(small_run: Path, tmp_path: Path) -> None:
    """What is there under the whole name is what is meant."""
    home = tmp_path / "me@home"
    shutil.copytree(small_run, home / "run")
    shutil.copytree(small_run, tmp_path / "run@2")
    found = compare([str(home / "run"), str(tmp_path / "run@2"), f"{tmp_path / 'run@2'}@none"])
    assert [score.arm for score in found.scores if score.name == "emotion"] == [
        "run",
        "run@2",
        "run@2@none",
    ]


def test_unlike_losses_give_no_verdict(small_run: Path, tmp_path: Path) -> None:
    """A run that lost most of its conversations is shown, and nothing is said of it."""
    home = tmp_path / "lossy"
    shutil.copytree(small_run, home)
    folder = RunFolder(home)
    rows = [dict(row) for row in folder.read_rows("scores.jsonl")]
    for row in rows:
        if (row["arm"], row["evaluator"], row["name"]) == ("evolved", "sage", "emotion"):
            row["of"] = row["n"] + 40
    folder.write_rows("scores.jsonl", rows)
    found = compare([str(small_run), str(home)], measures=["sage.emotion"])
    (one,) = found.contrasts
    assert one.verdict == "not compared"
    assert "lost unlike shares" in one.why


@pytest.mark.development_data
@pytest.mark.skipif(not SAGE.is_dir(), reason="SAGE's released transcripts are not here")
def test_released_transcripts_are_paired_by_seeker() -> None:
    """Difference, interval and p of two published rows are those of scipy's paired test."""
    names = ("gpt-4o-0808", "claude3.7")
    found = compare(
        [f"sage-transcripts:{SAGE / f'{name}_result.jsonl'}" for name in names],
        evaluators=["sage"],
    )
    old, new = (points(SAGE / f"{name}_result.jsonl") for name in names)
    right = scipy_stats.ttest_rel([new[key] for key in old], list(old.values()))
    interval = right.confidence_interval(0.95)
    (one,) = [one for one in found.contrasts if one.name == "emotion"]
    assert one.value == pytest.approx(sum(new.values()) / 100 - sum(old.values()) / 100, abs=1e-6)
    assert (one.low, one.high) == pytest.approx((interval.low, interval.high), abs=1e-6)
    assert one.p == pytest.approx(right.pvalue, abs=1e-6)
    assert (one.n, one.of, one.clusters, one.verdict) == (100, 100, 100, "better")


def points(path: Path) -> dict[str, float]:
    """Final emotion by seeker, as the file has it."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return {row["id"]: float(row["emo_point"]) for row in rows}


@pytest.mark.development_data
@pytest.mark.skipif(not SAGE.is_dir(), reason="SAGE's released transcripts are not here")
def test_published_neighbours_are_not_distinguishable() -> None:
    """Two rows that the leaderboard ranks, 100 seekers each: the difference is within chance."""
    names = ("llama3.3-70b", "gpt-4o-0808")
    found = compare(
        [f"sage-transcripts:{SAGE / f'{name}_result.jsonl'}" for name in names],
        evaluators=["sage"],
    )
    (one,) = [one for one in found.contrasts if one.name == "emotion"]
    assert one.low < 0 < one.high
    assert one.verdict == "not distinguishable"
