"""Whole runs and studies on real Ray are, byte for byte, what ``local`` makes."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from re import sub
from typing import Any

import pytest

import esc_skills
from esc_skills.testing.faultserver import FaultServer, Received

RAY = {"use": "ray", "workers": 2}
Prints = Callable[[Path], dict[str, str]]
WORDS = ("I hear you.", "That sounds hard.", "What happened then?", "You did well to say it.")


def experiment(executor: Any, repeats: int = 1, limit: int = 3, **more: Any) -> dict[str, Any]:
    """Conversations with the embedded sample, and no evolution."""
    return {
        "executor": executor,
        "evolve": {"rounds": 0},
        "run": {"repeats": repeats, "seed": 5, "concurrency": 16},
        "talk": {"limit": limit},
        "reports": [],
        **more,
    }


def walked(raw: dict[str, Any], folder: Path) -> Counter[str]:
    """Run, and count what watchers hear."""
    heard: Counter[str] = Counter()
    esc_skills.run(raw, out=folder, watch=[lambda hook, **_: heard.update([hook])])
    return heard


@pytest.mark.slow
@pytest.mark.usefixtures("ray_here")
def test_400_conversations_are_those_of_local(tmp_path: Path, prints: Prints) -> None:
    """Two workers leave the files that one process leaves, and watchers hear the same news."""
    near = walked(experiment("local", repeats=3), tmp_path / "local")
    far = walked(experiment(RAY, repeats=3), tmp_path / "ray")
    held = [line for path in (tmp_path / "ray" / "traces").iterdir() for line in path.open()]
    assert len(held) >= 400
    assert prints(tmp_path / "ray") == prints(tmp_path / "local")
    assert far == near


ALONE = """
import sys, esc_skills
seen = set()
def look(hook, **facts):
    if hook == "esc_skills_trace_done":
        import ray
        seen.add(ray.util.get_node_ip_address())
esc_skills.run(sys.argv[1], out="run", watch=[look])
assert seen == {"127.0.0.1"}, seen
import ray
assert not ray.is_initialized()
"""
FILE = """
executor = { use = "ray", workers = 2 }
profiles = { use = "grid", per_cell = 1 }
reports = ["csv"]
[evolve]
rounds = 0
[run]
repeats = 1
[talk]
limit = 2
"""


def told(folder: Path, *words: str) -> str:
    """Run Python in a folder and a process of its own."""
    done = subprocess.run(
        [sys.executable, *words], cwd=folder, capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_a_run_begins_and_leaves_a_ray_of_its_own(tmp_path: Path) -> None:
    """Where none runs, Ray is begun on loopback for the run, and left with it; a file is enough."""
    (tmp_path / "small.toml").write_text(FILE, "utf-8")
    told(tmp_path, "-c", ALONE, "small.toml")
    assert (tmp_path / "run" / "scores.jsonl").stat().st_size


def say(received: Received) -> str:
    """A reply that depends on the request alone; the mark around texts is no part of it."""
    texts = "\n".join(str(message["content"]) for message in received.body["messages"])
    plain = sub(r"data-[0-9a-f]{16,}", "data", texts)
    text = WORDS[sha256(plain.encode()).digest()[0] % len(WORDS)]
    return json.dumps({"strategy": "Others", "text": text})


def modelled(url: str, executor: Any, **run: Any) -> dict[str, Any]:
    """An experiment whose supporter is a model."""
    model = {"use": "openai", "base_url": f"{url}/v1", "model": "tiny", "key": ""}
    made = experiment(executor, responder="plain", models={"default": model})
    return {**made, "run": {**made["run"], **run}}


def asked_again(journal: Path) -> tuple[int, int, int]:
    """Answers kept; requests for what was kept before; requests that a kill cut short."""
    with closing(sqlite3.connect(journal)) as base:
        kept = base.execute("SELECT count(*) FROM ends WHERE key IS NOT NULL").fetchone()[0]
        again = base.execute(
            "SELECT count(*) FROM ends JOIN intents AS first ON first.id = ends.intent "
            "JOIN intents AS later ON later.key = first.key AND later.id > first.id "
            "WHERE ends.key IS NOT NULL"
        ).fetchone()[0]
        cut = base.execute(
            "SELECT count(*) FROM intents WHERE id NOT IN (SELECT intent FROM ends)"
        ).fetchone()[0]
    return kept, again, cut


@pytest.mark.slow
@pytest.mark.usefixtures("ray_here")
def test_a_killed_worker_loses_no_journalled_call(
    tmp_path: Path, prints: Prints, players: Callable[[], list[int]]
) -> None:
    """Two workers are killed in the middle: nothing kept is asked again, the result is local's."""
    killed: list[int] = []

    def plan(number: int, received: Received) -> None:
        if number in {90, 200}:
            victim = players()[0]
            killed.append(victim)
            threading.Timer(0.01, os.kill, (victim, signal.SIGKILL)).start()

    with FaultServer((), say, latency=0.01) as server:
        walked(modelled(server.url, "local"), tmp_path / "local")
        whole = server.count
    with FaultServer(plan, say, latency=0.01) as server:
        walked(modelled(server.url, RAY), tmp_path / "ray")
        sent = server.count
    assert len(set(killed)) == 2
    assert prints(tmp_path / "ray") == prints(tmp_path / "local")
    kept, again, cut = asked_again(tmp_path / "ray" / "journal.sqlite")
    assert again == 0
    assert kept == asked_again(tmp_path / "local" / "journal.sqlite")[0]
    assert sent <= whole + cut
    assert 0 < cut <= 16


@pytest.mark.slow
@pytest.mark.usefixtures("ray_here")
def test_a_cap_holds_for_all_workers_together(tmp_path: Path) -> None:
    """They look at what the others have spent, so they pass it by what is under way at most."""
    with FaultServer((), say, latency=0.01) as server:
        raw = modelled(server.url, RAY, budget={"calls": 120})
        with pytest.raises(esc_skills.errors.BudgetExceeded):
            walked(raw, tmp_path / "run")
        assert 120 <= server.count <= 120 + 16


STUDY = """
design = "leave-one-out"
[study]
seeds = 1
leave = ["risks"]
"""


@pytest.mark.slow
def test_shards_of_a_study_are_those_of_local(tmp_path: Path, prints: Prints) -> None:
    """A study over Ray leaves the shards and tables that a study over ``local`` leaves."""
    made = {}
    for name in ("ray", "local"):
        top, rest = FILE.split("\n[evolve]")
        use = top.replace('{ use = "ray", workers = 2 }', '"local"') if name == "local" else top
        design = STUDY.replace("\n[study]", f"{use}\n[study]")
        (tmp_path / f"{name}.toml").write_text(f"{design}\n[evolve]{rest}", "utf-8")
        told(tmp_path, "-m", "esc_skills", "study", "ablate", f"{name}.toml", "--out", name)
        made[name] = {
            file: print_
            for file, print_ in prints(tmp_path / name).items()
            if file.startswith("shards/") or file.endswith(".csv")
        }
    assert len({file.split("/")[1] for file in made["ray"] if file.startswith("shards/")}) == 2
    assert any(file.endswith(".csv") for file in made["ray"])
    assert made["ray"] == made["local"]
