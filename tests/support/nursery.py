"""Begins runs quickly: imports once what every run imports, then forks a process for each line.

A line on stdin is ``["folder", ["word", …]]``; answers on stdout are a process id when it begins
and an exit code when it ends. Words go to the command line as ``python -m esc_skills`` gives them.
"""

from __future__ import annotations

import json
import os
import sys

import aiohttp  # noqa: F401
import openai.resources.chat  # noqa: F401
import scipy.special  # noqa: F401

import esc_skills._cli.run  # noqa: F401
from esc_skills._cli.group import process
from esc_skills_plugins.backends import openai as backend  # noqa: F401
from esc_skills_plugins.evaluators import judge, sage  # noqa: F401


def become(folder: str, words: list[str]) -> None:
    """Turn into a run: its own folder, nothing to read, words into files."""
    os.chdir(folder)
    for name, number, flags in (
        (os.devnull, 0, os.O_RDONLY),
        ("stdout.txt", 1, os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
        ("stderr.txt", 2, os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
    ):
        os.dup2(os.open(name, flags, 0o600), number)
    sys.argv[1:] = words
    process()


for line in iter(sys.stdin.readline, ""):
    place, told = json.loads(line)
    if (child := os.fork()) == 0:
        become(place, told)
    sys.stdout.write(f"{child}\n")
    sys.stdout.flush()
    sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
    sys.stdout.flush()
