"""Whom a run talks to: the provider that its experiment names, and nobody else."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from acting import act
from roads import Nursery, Road, surroundings

from esc_skills.testing.faultserver import FaultServer

WATCHED = """
import json, sys
met, fetched = set(), set()

def hear(event, args):
    if event == "socket.connect":
        address = args[1]
        met.add(str(address if isinstance(address, str) else list(address[:2])))
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        fetched.add(str(args[0]))
    elif event == "urllib.Request":
        fetched.add(str(args[0]))

sys.addaudithook(hear)
import os
from esc_skills._cli.group import run_main
try:
    run_main(sys.argv[2:])
except SystemExit as end:
    code = end.code
with open(sys.argv[1], "w") as file:
    json.dump({"code": code, "met": sorted(met), "fetched": sorted(fetched)}, file)
"""
"""Runs a command and writes down every address that its process asked for."""
TINY = 'evaluators = ["sage"]\n[evolve]\nrounds = 0\n[talk]\nlimit = 1\n[run]\nrepeats = 1\n'


def watched(folder: Path, *words: str) -> dict[str, object]:
    told = folder / "told.json"
    done = subprocess.run(
        [sys.executable, "-P", "-c", WATCHED, str(told), *words],
        cwd=folder, env=surroundings(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.exists(), done.stderr
    return dict(json.loads(told.read_text("utf-8")))


def test_without_a_model_nobody_is_called(tmp_path: Path) -> None:
    """X04, X05: a whole run on sample data, pages included, opens no connection, asks no name."""
    (tmp_path / "tiny.toml").write_text(TINY, "utf-8")
    assert watched(tmp_path, "run", "tiny.toml", "--out", "run") == {
        "code": 0, "met": [], "fetched": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    "words", [["plugins", "list"], ["config", "show"], ["--version"]], ids=lambda one: one[0]
)
def test_commands_that_only_look_call_nobody(tmp_path: Path, words: list[str]) -> None:
    """X04, X05: nothing looks for news of itself."""
    found = watched(tmp_path, *words)
    assert (found["met"], found["fetched"]) == ([], [])


def test_with_a_model_its_provider_alone_is_called(tmp_path: Path, nursery: Nursery) -> None:
    """X04: every connection of a run goes to the address that the experiment names."""
    with FaultServer((), act) as server:
        Road(folder=tmp_path, server=server, nursery=nursery).write()
        found = watched(tmp_path, "extract", "run", "--experiment", "road.toml")
        assert found["code"] == 0
        assert server.requests
        port = int(server.url.rpartition(":")[2].partition("/")[0])
        assert found["met"] == [str(["127.0.0.1", port])]
        assert set(map(str, found["fetched"])) <= {"127.0.0.1", "b'127.0.0.1'"}  # type: ignore[call-overload]
