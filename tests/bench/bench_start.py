"""How long until a command answers, against Python itself and against ``llm``; ``make bench``.

    LLM=…/bin/llm python tests/bench/bench_start.py

Seconds are processor time of the process, user and system, median of rounds in which all ways take
turns. ``llm`` is measured where the variable LLM or the search path finds it; it is no part of this
project and lives in an environment of its own.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Sequence
from statistics import median

import click

from esc_skills._cli.group import cli

ROUNDS = 7
BAR, PEER_BAR = 6.0, 1 / 8
"""Most times bare Python; most of what ``llm --help`` takes."""


def took(words: Sequence[str]) -> float:
    """Processor time of a process, from its start to its end."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(words, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def ways() -> dict[str, list[str]]:
    """Every command's help by name; bare Python comes first."""
    script = [sys.executable, "-m", "esc_skills"]
    made = {"python": [sys.executable, "-c", "pass"], "esc-skills --help": [*script, "--help"]}
    with click.Context(cli) as ctx:
        for name in cli.list_commands(ctx):
            made[f"esc-skills {name} --help"] = [*script, name, "--help"]
    if peer := os.environ.get("LLM") or shutil.which("llm"):
        made["llm --help"] = [peer, "--help"]
    return made


def table() -> dict[str, float]:
    """Median seconds of every way; what is compiled stands after one turn."""
    every = ways()
    for words in every.values():
        took(words)
    rounds = [{name: took(words) for name, words in every.items()} for _ in range(ROUNDS)]
    return {name: median(one[name] for one in rounds) for name in every}


def test_every_command_starts_soon() -> None:
    """``esc-skills --help`` takes at most 6 times bare Python, and an eighth of ``llm --help``."""
    found = table()
    bare, ours, peer = found["python"], found["esc-skills --help"], found.get("llm --help")
    sys.stdout.write(f"\nbare Python {1000 * bare:.0f} ms\n")
    for name, seconds in found.items():
        sys.stdout.write(f"{name:28} {seconds / bare:5.1f} x bare Python\n")
    told = f"{ours / peer:.3f} (bar {PEER_BAR})" if peer else "skipped, as no llm was found"
    sys.stdout.write(f"esc-skills --help / llm --help: {told}\n")
    assert ours <= BAR * bare
    assert peer is None or ours <= PEER_BAR * peer


if __name__ == "__main__":
    test_every_command_starts_soon()
