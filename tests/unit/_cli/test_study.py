"""``esc-skills study``: what it says, and how it ends."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from studied import Stamps, said, write

from esc_skills.testing.faultserver import FaultServer
from esc_skills.testing.sites import Site

DISTRIBUTIONS = Path(__file__).resolve().parents[2] / "fixtures" / "distributions"
Give = Callable[..., Any]
TINY = """
profiles = { use = "grid", intentions = ["deep-empathy"], persona_types = ["passive"] }
evaluators = ["sage"]
reports = ["markdown"]
MORE
[study]
seeds = 1
baseline_arms = ["evolved"]
[evolve]
rounds = 0
[talk]
limit = 1
[run]
repeats = 1
"""


def test_ablate_shows_tables_and_pages(give: Give, study_file: Path, small_study: Path) -> None:
    """A finished study is shown again without a conversation; progress goes to stderr."""
    before = Stamps.of(small_study)
    done = give("study", "ablate", study_file, "--out", small_study)
    assert done.code == 0
    assert Stamps.of(small_study) == before
    assert "small: what every arm reached. Marks: against baseline." in done.out
    assert f"page: {small_study / 'study.md'}" in done.out
    assert "4 of 4 shards: retriever=none, seed 14" in done.err
    assert "shards" not in done.out.replace(str(small_study), "")


def test_ablate_for_scripts(give: Give, study_file: Path, small_study: Path) -> None:
    """One JSON document, and nothing else, on stdout."""
    done = give("study", "ablate", study_file, "--out", small_study, "--json")
    assert done.code == 0
    told = done.json
    assert told["study"]["kind"] == "ablate"
    assert [one["arm"] for one in told["study"]["contrasts"]][:2] == ["baseline", "baseline"]
    assert any(page.endswith("study.md") for page in told["pages"])


def test_another_study_in_the_folder_is_one_line(
    give: Give, study_file: Path, small_study: Path
) -> None:
    """Exit code 2, and what to type."""
    words = ("study", "ablate", study_file, "--out", small_study, "--set", "talk.limit=3")
    done = give(*words)
    assert (done.code, done.out) == (2, "")
    (line,) = done.err.splitlines()
    assert "another study" in line
    assert "--out" in line


def test_a_broken_variant_ends_with_1(
    give: Give, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rest is shown, and what was lost is told."""
    site = Site(tmp_path / "site")
    site.add(DISTRIBUTIONS / "raises-in-call")
    monkeypatch.syspath_prepend(site.folder)
    pairs = 'pairs = [{ retriever = "raises", distiller = { use = "tally", min_units = 9999 } }]'
    file = tmp_path / "s.toml"
    file.write_text(
        TINY.replace("MORE", 'design = "list"').replace("seeds = 1", f"seeds = 1\n{pairs}")
    )
    done = give("study", "ablate", file, "--out", tmp_path / "study")
    sys.modules.pop("esc_skills_raises", None)
    assert done.code == 1
    assert "lost: " in done.out
    assert "no result; error[plugin" in done.out
    assert (tmp_path / "study/study.md").is_file()


def test_a_plan_sends_nothing(give: Give, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls by variant, for people and for scripts; no folder is made."""
    monkeypatch.setenv("OPENAI_API_KEY", "key")
    with FaultServer((), said) as server:
        file = write(tmp_path, server.url)
        done = give("study", "ablate", file, "--plan", "--out", tmp_path / "study")
        told = give("study", "ablate", file, "--plan", "--json", "--out", tmp_path / "study")
        assert server.count == 0
    assert done.code == told.code == 0
    assert "sage alone" in done.out
    assert [quote["variant"] for quote in told.json["quotes"]] == ["baseline", "sage alone"]
    assert not (tmp_path / "study").exists()


def test_a_budget_ends_with_4(give: Give, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line says how far it came and where the tables lie."""
    monkeypatch.setenv("OPENAI_API_KEY", "key")
    with FaultServer((), said) as server:
        file = write(tmp_path, server.url)
        done = give(
            "study", "ablate", file, "--out", tmp_path / "study", "--set", "run.budget.calls=8"
        )
    assert done.code == 4
    last = done.err.splitlines()[-1]
    assert "2 of 4 shards are done" in last
    assert str(tmp_path / "study") in last
    assert (tmp_path / "study/study.md").is_file()


def test_presets_are_listed(give: Give) -> None:
    """With their sizes, for people and for scripts; nothing is run."""
    done = give("study", "reproduce")
    assert done.code == 0
    assert {"main", "ablation", "profiles", "response"} <= set(done.out.split())
    told = give("study", "reproduce", "--list", "--json").json
    assert {"main", "ablation"} <= {row["name"] for row in told}
    assert json.dumps(told)


def test_a_preset_can_be_planned(give: Give, tmp_path: Path) -> None:
    """At a size that needs no model it asks nothing."""
    done = give("study", "reproduce", "main", "--plan", "--json", "--out", tmp_path / "study")
    assert done.code == 0
    assert done.json["missing"] == []
    assert {quote["calls"] for quote in done.json["quotes"]} == {0}


def test_a_role_without_a_bench_is_refused(give: Give) -> None:
    """The line lists those that have one."""
    done = give("study", "bench", "guard")
    assert done.code == 2
    assert "retriever" in done.err


def test_bench_holds_chosen_components_together(give: Give, tmp_path: Path) -> None:
    """Of one role, on one task; those that are not named stay away."""
    file = tmp_path / "e.toml"
    file.write_text(TINY.replace("MORE", "").replace("[run]", "[run]\nholdout = 0.0"))
    words = ("--only", "none", "--only", "random", "--out", tmp_path / "study")
    done = give("study", "bench", "retriever", file, *words)
    assert done.code == 0, done.err
    assert "bench-retriever: what every arm reached" in done.out
    assert "retriever=none − baseline" in done.out
    assert "retriever=conditions" not in done.out
