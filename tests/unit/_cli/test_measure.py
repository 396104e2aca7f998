"""``study compare``, ``noise``, ``power``, and benches of one role alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

Give = Callable[..., Any]


def test_compare_shows_verdicts(give: Give, small_run: Path) -> None:
    """Of two arms of a run; without a folder nothing is written."""
    before = {path: path.stat().st_mtime_ns for path in small_run.rglob("*") if path.is_file()}
    done = give("study", "compare", f"{small_run}@none", small_run)
    assert done.code == 0
    assert f"{small_run.name} − {small_run.name}@none" in done.out
    assert "page: " not in done.out
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_compare_writes_pages_where_they_are_asked_for(
    give: Give, small_run: Path, tmp_path: Path
) -> None:
    """And tells scripts where they lie."""
    out = tmp_path / "pages"
    words = ("--measure", "sage.emotion", "--out", out, "--json")
    done = give("study", "compare", f"{small_run}@none", small_run, *words)
    assert done.code == 0
    assert {one["name"] for one in done.json["study"]["contrasts"]} == {"emotion"}
    assert done.json["pages"]
    assert all(Path(page).is_file() for page in done.json["pages"])


def test_compare_refuses_what_was_not_measured_alike(
    give: Give, small_run: Path, small_study: Path
) -> None:
    """Exit code 2, and one line with the difference."""
    done = give("study", "compare", small_run, f"{small_study}@baseline")
    assert (done.code, done.out) == (2, "")
    (line,) = done.err.splitlines()
    assert "turns=10" in line
    assert "turns=4" in line


def test_compare_wants_two(give: Give, small_run: Path) -> None:
    """One thing has nothing to be held against."""
    assert give("study", "compare", small_run).code == 2
    assert give("study", "compare").code == 2


def test_power_plans_from_a_run(give: Give, small_run: Path) -> None:
    """Seekers for a difference; an impossible one is refused."""
    done = give("study", "power", small_run, "--detect", "5", "--arm", "none", "--arm", "evolved")
    assert done.code == 0, done.err
    assert "seekers" in done.out
    asked = ("--arm", "none", "--arm", "evolved", "--repeats", "4", "--repeats", "7", "--json")
    (plan, _) = give("study", "power", small_run, "--detect", "5", *asked).json["study"]["tables"]
    assert [row[1]["value"] for row in plan["rows"]] == [4, 7]
    assert give("study", "power", small_run, "--detect", "5", "--repeats", "0").code == 2
    assert give("study", "power", small_run, "--detect", "0").code == 2
    assert give("study", "power", small_run).code == 2


def test_noise_runs_a_configuration_again(give: Give, small_study: Path, tmp_path: Path) -> None:
    """A shard is a run; its replicates lie in a folder of their own, its pages beside them."""
    run, out = small_study / "shards/baseline/13", tmp_path / "noise"
    done = give("study", "noise", run, "--arm", "none", "--out", out)
    assert done.code == 0, done.err
    assert "flipped" in done.out
    assert (out / "study.md").is_file()
    assert not (run / "replicates").exists()


def test_evaluators_are_held_together_on_a_run(give: Give, small_run: Path, tmp_path: Path) -> None:
    """Without one there is nothing to score."""
    done = give("study", "bench", "evaluator", small_run, "--only", "sage", "--only", "safety")
    assert done.code == 0, done.err
    assert "sage" in done.out
    missing = give("study", "bench", "evaluator", tmp_path / "nowhere")
    assert missing.code == 2
    assert "study bench evaluator runs/NAME" in missing.err


def test_gates_are_held_together_by_their_errors(give: Give) -> None:
    """On simulated candidates; few rounds are enough to see how it ends."""
    done = give("study", "bench", "gate", "--rounds", "10", "--only", "always", "--json")
    assert done.code == 0, done.err
    assert done.json["study"]["kind"] == "bench"


def test_a_bench_of_one_part_has_no_plan(give: Give, tmp_path: Path) -> None:
    """What would ask at once is refused instead of run."""
    done = give("study", "bench", "gate", "--plan", "--out", tmp_path / "new")
    assert (done.code, done.out) == (2, "")
    assert "no plan" in done.err
    assert not (tmp_path / "new").exists()
