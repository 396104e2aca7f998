"""From nothing to a run, for every role: ``plugins new``, ``pip install``, check, experiment."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import attrs
import pytest
from once import once

from esc_skills.spec import ROLES
from esc_skills.testing.newcomer import EVOLVING, write
from esc_skills.testing.sites import Site

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

CHECK = """
import contextlib, io, json, sys
from esc_skills._cli.group import run_main
told = {}
for key in sys.argv[1:]:
    page = io.StringIO()
    try:
        with contextlib.redirect_stdout(page):
            run_main(["plugins", "check", key, "--no-compare", "--json"])
    except SystemExit as end:
        told[key] = [end.code, json.loads(page.getvalue())]
print(json.dumps(told))
"""
RUN = """
import json, sys
import esc_skills
told = {}
for folder in sys.argv[2:]:
    role = folder.rpartition("-")[2]
    # A bank evolves where talks are long enough to fail.
    small = [f"talk.limit={8 if role in ('refiner', 'gate') else 2}", "run.repeats=1",
             "run.arms=['static', 'evolved']", "evolve.max_pairs=10", "evolve.refine_repeats=1"]
    if role != "profiles":
        small.append("profiles={use = 'grid', per_cell = [2, 1, 1]}")
    if role != "report":
        small.append("reports=['markdown']")
    done = esc_skills.run(f"{folder}/experiment.toml", out=f"{folder}/run", sets=small)
    told[folder] = list(done.faults)
print(json.dumps(told))
"""


@attrs.frozen
class Newcomers:
    """A distribution for every role, and the one environment that all are installed in."""

    home: Path
    site: Site

    def folder(self, role: str) -> Path:
        return self.home / f"esc-skills-new-{role}"

    def json(self, program: str, *words: str) -> Any:
        done = self.site.run("-c", program, *words, timeout=300)
        assert done.returncode == 0, done.stderr[-2000:]
        return json.loads(done.stdout)


@pytest.fixture(scope="module")
def newcomers(tmp_path_factory: pytest.TempPathFactory) -> Newcomers:
    """Written by the kit, built and installed by pip, in no file a hand's touch."""
    return at(once(tmp_path_factory, "newcomers", settle))


def at(folder: Path) -> Newcomers:
    return Newcomers(folder / "new", Site(folder / "site"))


def settle(folder: Path) -> None:
    made = at(folder)
    for role in ROLES:
        write(role, f"new-{role}", made.folder(role))
    install(made.site.folder, *(str(made.folder(role)) for role in ROLES))


def install(site: Path, *folders: str) -> None:
    """Install without any index."""
    quiet = ["--quiet", "--no-index", "--no-build-isolation", "--no-deps", "--no-warn-conflicts"]
    words = [sys.executable, "-m", "pip", "install", *quiet, "--target", str(site), *folders]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.fixture(scope="module")
def cards(newcomers: Newcomers, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Exit code and scorecard of every newcomer, by role."""

    def check(folder: Path) -> None:
        found = newcomers.json(CHECK, *(f"{role}.new-{role}" for role in ROLES))
        cards = {key.partition(".")[0]: told for key, told in found.items()}
        (folder / "cards.json").write_text(json.dumps(cards), "utf-8")

    made = once(tmp_path_factory, "newcomers-checked", check)
    return dict(json.loads((made / "cards.json").read_text("utf-8")))


@pytest.fixture(scope="module")
def runs(newcomers: Newcomers, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Faults of the run of every newcomer's own experiment, by folder."""

    def walk(folder: Path) -> None:
        found = newcomers.json(RUN, "runs", *(str(newcomers.folder(role)) for role in ROLES))
        (folder / "runs.json").write_text(json.dumps(found), "utf-8")

    made = once(tmp_path_factory, "newcomers-run", walk)
    return dict(json.loads((made / "runs.json").read_text("utf-8")))


def test_all_are_listed_as_they_are_installed(newcomers: Newcomers) -> None:
    """P17: every newcomer is ready, under its name, from its own distribution."""
    done = newcomers.site.run("-m", "esc_skills", "plugins", "list", "--json")
    ready = {
        (item["role"], item["name"], item["distribution"])
        for item in json.loads(done.stdout)
        if item["status"] == "ready"
    }
    assert ready >= {(role, f"new-{role}", f"esc-skills-new-{role}") for role in ROLES}


@pytest.mark.parametrize("role", ROLES)
def test_it_keeps_every_law_of_its_role(cards: dict[str, Any], role: str) -> None:
    """``plugins check`` ends with 0; what is not tried says why."""
    code, told = cards[role]
    lines = told["scorecard"]["laws"]
    assert code == 0, [line for line in lines if line["state"] == "fail"]
    assert sum(line["state"] == "pass" for line in lines) >= 12
    assert all(line["said"] for line in lines if line["state"] == "skip")


@pytest.mark.parametrize("role", ROLES)
def test_it_is_chosen_and_at_work(
    newcomers: Newcomers, runs: dict[str, list[str]], role: str
) -> None:
    """Its own experiment names it, ends without a fault, and its record tells who it was."""
    folder = newcomers.folder(role)
    assert runs[str(folder)] == []
    told = json.loads((folder / "run" / "run.json").read_text("utf-8"))
    owners = [(item["role"], item["name"], item["distribution"]) for item in told["plugins"]]
    assert (role, f"new-{role}", f"esc-skills-new-{role}") in owners
    assert (folder / "run" / "scores.jsonl").is_file()


def test_their_work_can_be_seen(newcomers: Newcomers, runs: dict[str, list[str]]) -> None:
    """Replies, matches, profiles, scores and pages are those of the newcomers."""
    assert len(runs) == len(ROLES)

    def text(role: str, pattern: str) -> str:
        run = newcomers.folder(role) / "run"
        return "".join(path.read_text("utf-8") for path in sorted(run.glob(pattern)))

    assert "words in common" in text("retriever", "traces/*.jsonl")
    assert "You say:" in text("backend", "traces/*.jsonl")
    assert "I hear how hard this is for you." in text("responder", "traces/*.jsonl")
    assert '"new-profiles-6"' in text("profiles", "traces/*.jsonl")
    assert "new-seeker:v1|step=5" in text("seeker", "scores.jsonl")
    assert '"new-evaluator"' in text("evaluator", "scores.jsonl")
    assert text("report", "new-report.txt").count("sage.emotion") >= 2
    assert '"burdened"' in text("extractor", "units.jsonl")
    for role in EVOLVING:
        assert f'"new-{role}"' in text(role, "*.jsonl"), role


def test_their_own_tests_pass(newcomers: Newcomers) -> None:
    """The tests that each brings pass where it is installed."""
    folders = [str(newcomers.folder(role) / "tests") for role in ROLES]
    done = newcomers.site.run("-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly",
                              "--import-mode=importlib", *folders)  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:]
    assert f"{2 * len(ROLES)} passed" in done.stdout


def test_a_name_that_is_installed_is_refused(newcomers: Newcomers, tmp_path: Path) -> None:
    """P08: neither the component's nor the distribution's name is given twice."""
    for role, name in (("gate", "new-gate"), ("gate", "new-guard"), ("corpus", "sample")):
        out = str(tmp_path / "x")
        done = newcomers.site.run("-m", "esc_skills", "plugins", "new", role, name, "--out", out)
        assert done.returncode == 2
        assert "is installed" in done.stderr
        assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "x").exists()
