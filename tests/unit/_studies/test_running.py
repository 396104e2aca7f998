"""Studies, played whole: resumed, killed, spread, broken, ended by their budget."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from acting import fingerprint
from roads import wait_for
from studied import Stamps, said, tables, write

from esc_skills._practice.salvaging import salvage
from esc_skills._store.folder import RunFolder
from esc_skills._studies.running import Made, arms_of, default_out, prepared, run_study
from esc_skills._studies.studyfile import read_study
from esc_skills.errors import (
    BudgetExceeded,
    ConfigError,
    DataError,
    StoreError,
    UnknownPluginError,
    UsageError,
)
from esc_skills.testing.faultserver import FaultServer
from esc_skills.testing.sites import Site

DISTRIBUTIONS = Path(__file__).resolve().parents[2] / "fixtures" / "distributions"


def test_each_shard_is_a_run_of_its_own(small_study: Path) -> None:
    """Variant by seed, each folder as ``esc-skills run`` leaves it, and study.json lists them."""
    told = RunFolder(small_study).read_json("study.json")
    assert (told["state"], told["kind"], told["name"]) == ("done", "ablate", "small")
    assert [(row["variant"], row["seed"], row["ended"]) for row in told["shards"]] == [
        ("baseline", 13, ""),
        ("retriever=none", 13, ""),
        ("baseline", 14, ""),
        ("retriever=none", 14, ""),
    ]
    for row in told["shards"]:
        run = RunFolder.open(small_study / row["path"]).read_json("run.json")
        assert (run["state"], run["experiment"]["run"]["seed"]) == ("done", row["seed"])
        assert row["seconds"] > 0


def test_nobody_else_reads_a_study(small_study: Path) -> None:
    """X03: folder, tables and pages are their owner's alone."""
    assert small_study.stat().st_mode & 0o077 == 0
    for page in (small_study / "study.md", *(small_study / "tables").iterdir()):
        assert page.stat().st_mode & 0o077 == 0, page


def test_again_plays_nothing(small_study: Path, study_file: Path) -> None:
    """The same command looks at what is there, and its tables have the same bytes."""
    before, stamps = tables(small_study), Stamps.of(small_study)
    made = run_study(read_study(study_file), out=small_study)
    assert Stamps.of(small_study) == stamps
    assert tables(small_study) == before
    assert made.lost == ()


def test_what_is_lost_is_played_again_to_the_byte(
    small_study: Path, study_file: Path, tmp_path: Path
) -> None:
    """A shard that is gone, and one torn in the middle; the others stay as they are."""
    home = tmp_path / "study"
    shutil.copytree(small_study, home)
    shutil.rmtree(home / "shards/baseline/14")
    torn = home / "shards/baseline/13"
    (torn / "run.json").write_text((torn / "run.json").read_text().replace('"done"', '"running"'))
    (torn / "scores.jsonl").unlink()
    run_study(read_study(study_file), out=home)
    assert tables(home) == tables(small_study)


def test_a_folder_of_another_study_is_refused(small_study: Path, study_file: Path) -> None:
    """With a line that says what it holds; nothing in it changes."""
    before = (small_study / "study.json").read_bytes()
    with pytest.raises(UsageError, match="another study: ablate 'small'") as refused:
        run_study(read_study(study_file, ["study.seeds=3"]), out=small_study)
    assert "\n" not in refused.value.line
    assert "--out" in refused.value.hint
    assert (small_study / "study.json").read_bytes() == before


def test_a_folder_of_other_things_is_not_touched(study_file: Path, tmp_path: Path) -> None:
    """O08: where a study is refused nothing is left behind, no lock either."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "thesis.txt").write_text("mine", "utf-8")
    with pytest.raises(UsageError, match="holds other things"):
        run_study(read_study(study_file), out=home)
    assert [one.name for one in home.iterdir()] == ["thesis.txt"]


def test_a_shard_folder_of_another_run_is_refused(
    small_study: Path, study_file: Path, tmp_path: Path
) -> None:
    """A finished run of something else is no shard of this study."""
    home = tmp_path / "study"
    shutil.copytree(small_study, home)
    shutil.rmtree(home / "shards/baseline/14")
    shutil.copytree(home / "shards/baseline/13", home / "shards/baseline/14")
    with pytest.raises(UsageError, match="another run"):
        run_study(read_study(study_file), out=home)


def start(study: Path, folder: Path, *more: str) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-P", "-m", "esc_skills", "study", "ablate", str(study)]
    quiet = subprocess.DEVNULL
    return subprocess.Popen([*words, "--out", "study", *more], cwd=folder, stderr=quiet)


@pytest.mark.slow
def test_a_kill_in_the_middle_loses_nothing(
    small_study: Path, study_file: Path, tmp_path: Path
) -> None:
    """R01: after ``kill -9`` within the second shard the same command makes the same tables."""
    second = next(small_study.glob("shards/retriever*/13/units.jsonl")).relative_to(small_study)
    process = start(study_file, tmp_path)
    wait_for((tmp_path / "study" / second).exists, 60)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    home = tmp_path / "study"
    assert RunFolder(home).read_json("study.json")["state"] == "running"
    assert not (home / "study.md").exists()
    first = Stamps.of(home).when
    run_study(read_study(study_file), out=home)
    assert tables(home) == tables(small_study)
    done = [path for path in first if f"{os.sep}baseline{os.sep}13{os.sep}" in path]
    assert done
    assert all(Stamps.of(home).when[path] == first[path] for path in done)


@pytest.mark.slow
def test_processes_make_the_same_tables(
    small_study: Path, study_file: Path, tmp_path: Path
) -> None:
    """Shards that are spread over processes give the bytes that one process gives."""
    made = run_study(read_study(study_file), out=tmp_path, executor="processes", at_once=2)
    assert tables(made.path) == tables(small_study)


def test_an_unknown_executor_is_refused(study_file: Path, tmp_path: Path) -> None:
    """Before a shard is played."""
    with pytest.raises(UsageError, match="nobody"):
        run_study(read_study(study_file), out=tmp_path / "study", executor="nobody")
    assert not (tmp_path / "study/shards").exists()


@pytest.fixture
def raising(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A retriever that raises when it is asked, installed for one test."""
    site = Site(tmp_path / "site")
    site.add(DISTRIBUTIONS / "raises-in-call")
    monkeypatch.syspath_prepend(site.folder)
    yield "raises"
    sys.modules.pop("esc_skills_raises", None)


#: A bank without an active skill, so that the plug-in divides by zero.
EMPTY = {"distiller": {"use": "tally", "min_units": 10_000}}


def test_a_broken_variant_costs_its_own_rows_alone(
    raising: str, study_file: Path, tmp_path: Path
) -> None:
    """All others are scored and compared; what was lost is told, shard by shard."""
    pairs = [
        {"name": "broken", "retriever": raising, **EMPTY},
        {"name": "none", "retriever": "none"},
    ]
    raw = small(design="list", study={"name": "s", "seeds": [13], "pairs": pairs})
    made = run_study(read_study(raw), out=tmp_path / "study")
    assert [score.arm for score in made.record.scores if score.name == "emotion"] == [
        "baseline/none",
        "baseline",
        "none",
    ]
    (line,) = made.lost
    assert line.startswith("broken, seed 13: no result; ")
    assert "raises" in line
    assert made.record.lost == made.lost
    ended = [row["ended"] for row in RunFolder(made.path).read_json("study.json")["shards"]]
    assert [bool(one) for one in ended] == [False, True, False]


def small(**facts: Any) -> dict[str, Any]:
    """An experiment that is played in a moment."""
    return {
        "profiles": {"use": "grid", "intentions": ["deep-empathy"], "per_cell": 1},
        "evaluators": ["sage"],
        "reports": ["markdown", "csv"],
        "evolve": {"rounds": 0},
        "talk": {"limit": 2},
        "run": {"repeats": 1},
        **facts,
    }


def test_a_study_in_which_all_is_broken_has_no_result(raising: str, tmp_path: Path) -> None:
    """One line names the first fault; no empty table is written."""
    raw = small(
        retriever=raising,
        **EMPTY,
        study={"name": "s", "seeds": [13], "arms": ["evolved"], "baseline_arms": ["evolved"]},
    )
    with pytest.raises(DataError, match="no shard has a result; the first: baseline, seed 13"):
        run_study(read_study({**raw, "design": "list"}), out=tmp_path / "study")
    assert not (tmp_path / "study/study.md").exists()


def test_a_variant_that_cannot_be_is_refused_before_anything_is_played(tmp_path: Path) -> None:
    """The line names the variant; no folder is made."""
    raw = small(design="swap", vary={"retriever": ["none", "bm52"]})
    with pytest.raises(UnknownPluginError, match="bm52"):
        run_study(read_study(raw), out=tmp_path / "study")
    raw = small(design="swap", vary={"responder": ["paper"]})
    with pytest.raises(ConfigError, match=r"responder.*none is configured"):
        run_study(read_study(raw), out=tmp_path / "study")
    assert not (tmp_path / "study").exists()


def test_arms_without_evolution_are_told_once() -> None:
    """Bank 0 is the last bank where no round follows; else all arms that are asked for."""
    keys = {"arms": ["static", "evolved"], "baseline_arms": ["none", "static", "evolved"]}
    raw = {"design": "swap", "vary": {"evolve.rounds": [0]}, "study": {"seeds": [1], **keys}}
    study = read_study({**raw, "evolve": {"rounds": 1}})
    base, still = prepared(study, Path("nowhere")).variants
    assert arms_of(study, base) == ("none", "static", "evolved")
    assert arms_of(study, still) == ("evolved",)


def test_a_study_is_found_again_by_its_content() -> None:
    """Its folder bears name and hash; effort is no part of it."""
    one = default_out(read_study(small(design="list")))
    assert one.parent == Path("studies")
    more = default_out(read_study(small(design="list"), ["run.budget.calls=3"]))
    other = default_out(read_study(small(design="list"), ["talk.limit=3"]))
    assert one == more
    assert one != other


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, FaultServer]]:
    """A study whose agent asks a model, and the server that answers."""
    with pytest.MonkeyPatch.context() as patch, FaultServer((), said) as server:
        patch.setenv("OPENAI_API_KEY", "key")
        yield write(tmp_path_factory.mktemp("asking"), server.url), server


@pytest.fixture(scope="module")
def asked(asking: tuple[Path, FaultServer]) -> tuple[Made, list[str]]:
    """The study when it has ended, and what it sent."""
    file, server = asking
    made = run_study(read_study(file), out=file.parent / "whole")
    return made, list(map(fingerprint, server.requests))


def test_a_question_that_two_variants_share_is_sent_once_a_seed(
    asked: tuple[Made, list[str]],
) -> None:
    """The server counts: no variant asks again what another has asked, and seeds share nothing."""
    made, sent = asked
    assert set(Counter(sent).values()) == {2}
    costs = made.record.costs
    assert [cost.arm for cost in costs] == ["baseline", "sage alone"]
    assert {cost.questions for cost in costs} == {len(sent) - 2}  # each seed tries the model out
    assert len({(cost.tokens_in, cost.tokens_out, cost.usd) for cost in costs}) == 1
    emotions = [one.arm for one in made.record.scores if one.name == "emotion"]
    assert emotions == ["baseline", "sage alone"]


def test_a_budget_ends_with_the_tables_of_what_is_finished(
    asking: tuple[Path, FaultServer], asked: tuple[Made, list[str]]
) -> None:
    """Exit code 4, one line; a higher budget goes on to the same tables, and asks nothing twice."""
    (file, server), (whole, sent) = asking, asked
    home, before = file.parent / "cut", len(server.requests)
    with pytest.raises(BudgetExceeded, match="2 of 4 shards are done") as end:
        run_study(read_study(file, [f"run.budget.calls={len(sent) // 2 + 1}"]), out=home)
    assert end.value.exit_code == 4
    assert RunFolder(home).read_json("study.json")["state"] == "stopped"
    seeds = [line.split(b",")[3][:2] for line in tables(home)["tables/items.csv"].splitlines()[1:]]
    assert set(seeds) == {b"13"}
    run_study(read_study(file, ["run.budget.calls=100"]), out=home)
    assert tables(home) == tables(whole.path)
    assert sorted(map(fingerprint, server.requests[before:])) == sorted(sent)


def test_a_damaged_journal_is_mended_when_asked(
    asking: tuple[Path, FaultServer], asked: tuple[Made, list[str]]
) -> None:
    """R11: exit 3 names the damage; with ``mend`` what was answered is kept, also what it cost."""
    (file, server), (whole, sent) = asking, asked
    home, told = file.parent / "mended", []
    shutil.copytree(whole.path, home)
    shutil.rmtree(home / "shards/baseline/14")
    journal = home / "journal.sqlite"
    journal.write_bytes(b"\xff" * 16 + journal.read_bytes()[16:])
    study, before = read_study(file), len(server.requests)
    with pytest.raises(StoreError, match="journal damaged") as end:
        run_study(study, out=home)
    assert end.value.exit_code == 3
    assert "--mend" in str(end.value.hint)
    run_study(
        study, out=home, mend=salvage, watch=[lambda hook, **facts: told.append((hook, facts))]
    )
    aside = home / "journal.sqlite.damaged"
    line = f"mended: {len(sent)} answers kept, 0 lost, the damaged file is {aside}"
    assert told[0] == ("esc_skills_warned", {"line": line})
    assert tables(home) == tables(whole.path)
    again = list(map(fingerprint, server.requests[before:]))
    assert set(again) <= set(sent)
    assert len(again) <= 1  # a fresh shard tries its model out


@pytest.mark.slow
def test_a_kill_among_questions_loses_no_cost(
    asking: tuple[Path, FaultServer], asked: tuple[Made, list[str]]
) -> None:
    """What a killed shard asked counts as its own, though nobody asks it again."""
    file, server = asking
    server.latency = 0.05
    process = start(file, file.parent, "--set", "run.concurrency=1")
    home = file.parent / "study"
    try:
        wait_for(lambda: any(path.stat().st_size for path in home.glob("shards/*/13/traces/*")))
        seen = len(server.requests)
        wait_for(lambda: len(server.requests) > seen)  # one is under way: it is asked again
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        server.latency = 0.0
    assert RunFolder(home).read_json("study.json")["state"] == "running"
    run_study(read_study(file), out=home)
    assert tables(home) == tables(asked[0].path)
