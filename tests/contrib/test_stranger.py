"""A stranger's retriever on the road, beside distributions that are broken in every way."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from esc_skills.testing.sites import Site

DISTRIBUTIONS = Path(__file__).resolve().parents[1] / "fixtures" / "distributions"
BROKEN = (
    "broken-import",
    "dies-at-import",
    "exits-at-import",
    "newer-api",
    "raises-in-call",
    "returns-none",
    "unknown-hook",
    "wrong-signature",
)
SMALL = """
retriever = {use = "RETRIEVER"}
evaluators = ["sage"]
reports = ["markdown"]
[evolve]
rounds = 0
[talk]
limit = 2
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """One good distribution and eight broken ones."""
    made = Site(tmp_path_factory.mktemp("site"))
    for name in ("echo-retriever", *BROKEN):
        made.add(DISTRIBUTIONS / name)
    return made


def run(site: Site, folder: Path, retriever: str, more: str = ""):
    experiment = folder / "experiment.toml"
    experiment.write_text(SMALL.replace("RETRIEVER", retriever) + more)
    program = "from esc_skills._cli import main; main()"
    return site.run("-c", program, "run", str(experiment), "--out", str(folder / "run"))


def traces(folder: Path) -> list[dict[str, Any]]:
    return [
        json.loads(text)
        for path in sorted((folder / "traces").glob("*.jsonl"))
        for text in path.read_text("utf-8").splitlines()
    ]


@pytest.mark.slow
def test_a_strangers_retriever_is_chosen_by_name_and_used(site: Site, tmp_path: Path) -> None:
    """Named in TOML, it finds the skills of the conversations and stands in the run's record."""
    slip = run(site, tmp_path, 'echo", kk = "1')
    assert slip.returncode == 2, slip.stderr
    assert "kk" in slip.stderr
    done = run(site, tmp_path, "echo")
    assert done.returncode == 0, done.stderr
    table = json.loads((tmp_path / "run" / "run.json").read_text())["plugins"]
    line = next(item for item in table if item["role"] == "retriever")
    assert (line["name"], line["distribution"], line["version"]) == (
        "echo",
        "esc-skills-echo",
        "1.0",
    )
    assert line["settings"] == {"k": 2}
    exchanges = [ex for item in traces(tmp_path / "run") for ex in item.get("exchanges", ())]
    assert any(exchange.get("matches") for exchange in exchanges)


@pytest.mark.slow
def test_broken_neighbours_cost_nothing_to_who_does_not_choose_them(
    site: Site, tmp_path: Path
) -> None:
    """P01-P04, P06, P09, P10: a run with defaults never imports them."""
    done = run(site, tmp_path, "none")
    assert done.returncode == 0, done.stderr
    assert "esc-skills-" not in done.stderr.replace("esc-skills-echo", "")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("broken", "a_module_that_nobody_has_installed"),
        ("exits", "sys.exit(0)"),
        ("newer", "needs hook API 2.0"),
        ("hook", "did you mean 'esc_skills_retrievers'"),
        ("signature", "takes no argument 'banks'"),
    ],
)
def test_a_broken_one_that_is_chosen_ends_before_the_run(
    site: Site, tmp_path: Path, name: str, told: str
) -> None:
    """P01-P03, P09: exit 5, one line, nothing written."""
    done = run(site, tmp_path, name)
    assert done.returncode == 5
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert not list((tmp_path / "run").glob("traces/*"))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["raises", "nothing"])
def test_one_that_fails_at_work_is_never_a_score(site: Site, tmp_path: Path, name: str) -> None:
    """P04, P06: its conversations are faults: exit 1, counted apart, in no score."""
    done = run(site, tmp_path, name)
    assert done.returncode == 1, done.stderr
    assert re.search(r"[1-9]\d* conversations ended in a fault", done.stdout)
    assert re.search(r"sage +emotion +\S+ \[[^]]+\] \((\d+) of \1\) +— \(0 of [1-9]", done.stdout)
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_one_that_fails_at_work_is_named(site: Site, tmp_path: Path) -> None:
    """P04: the person who ran it is told plug-in, call and item of the first fault."""
    done = run(site, tmp_path, "raises")
    told = done.stderr + done.stdout
    assert "retriever.raises (esc-skills-raises 0.8) search" in told
