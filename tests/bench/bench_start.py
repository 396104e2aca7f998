"""How long until a command answers, against Python itself and against ``llm``; ``make bench``.

    python tests/bench/bench_start.py

Seconds are processor time of the process, user and system, median of rounds in which all ways take
turns. ``llm`` is measured where the variable LLM, ``.venv/llm`` or the search path has it; it is no
part of this project and lives in an environment of its own.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median

import click
from figures import figure

from esc_skills._cli.group import cli

ROUNDS = 7
LLM = Path(__file__).resolve().parents[2] / ".venv" / "llm" / "bin" / "llm"
OWN_LINE = "`esc-skills --help` against bare Python (`python -c pass`)"
PEER_LINE = "`esc-skills --help` against `llm --help`"
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
    if peer := llm():
        made["llm --help"] = [peer, "--help"]
    return made


def llm() -> str | None:
    """The program of the peer."""
    return os.environ.get("LLM") or (str(LLM) if LLM.exists() else shutil.which("llm"))


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
    figure(OWN_LINE, f"{ours / bare:.1f}", bar=f"{BAR:.0f}")
    figure("`--help` of every command against bare Python", ", ".join(subcommands(found)))
    if peer:
        told = f"{ours / peer:.3f} ({version()}: {peer / bare:.0f} × bare Python)"
        figure(PEER_LINE, told, bar=f"{PEER_BAR}")
    else:
        sys.stdout.write("\nno llm was found: its line of the page keeps its figure\n")
    assert ours <= BAR * bare
    assert peer is None or ours <= PEER_BAR * peer


def subcommands(found: Mapping[str, float]) -> Iterator[str]:
    """Every command with its multiple of bare Python."""
    for name, seconds in found.items():
        program, *command, _ = name.split() if " " in name else (name, "")
        if program == "esc-skills" and command:
            yield f"`{command[0]}` {seconds / found['python']:.0f}"


def version() -> str:
    """What the peer says that it is."""
    told = subprocess.run([llm() or "llm", "--version"], check=True, capture_output=True, text=True)
    return told.stdout.strip().replace(", version", "")


if __name__ == "__main__":
    test_every_command_starts_soon()
