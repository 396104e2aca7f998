"""A whole run in a process of its own, against a counting server on loopback."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from select import select
from typing import IO

import attrs
from acting import said

from esc_skills.testing.faultserver import FaultServer

KEY = "test-Zq9+vX/41=Kw%7Lm"
"""Planted key; letters that every encoding writes differently."""
TALK = (
    ("seeker", "I lost my job at the depot on Monday and I cannot sleep."),
    ("supporter", "That sounds heavy. What goes round in your head at night?"),
    ("seeker", "Mostly the rent. I feel stupid for not seeing it come."),
    ("supporter", "It makes sense that you are scared; nobody sees such a thing come."),
    ("seeker", "Thank you, that helps a little. I had not said it aloud."),
    ("supporter", "You said it now. Who else could hear it this week?"),
    ("seeker", "My sister perhaps. I will call her."),
)


EXPERIMENT = """
extractor = {{ use = "paper", window = 4, overlap = 2, proof = false }}
retriever = "random"
distiller = {{ use = "paper", min_units = 2, min_skills = 1, max_skills = 3 }}
responder = "paper"
seeker = "sage"
refiner = {{ use = "paper", max_proposals = 1 }}
gate = "always"
profiles = {{ use = "grid", intentions = ["deep-empathy"], persona_types = [{kinds}] }}
evaluators = ["sage", {{ use = "judge", items = ["warmth"] }}, "safety", "bank"]
{more}
[[corpus]]
use = "chat-jsonl"
path = "talks.jsonl"
licence = "CC0-1.0"

[models.default]
use = "openai"
base_url = "{url}/v1"
model = "tiny"
{model}
[evolve]
rounds = {rounds}
max_pairs = 1
batch = 1
[talk]
limit = {limit}
[run]
repeats = 1
concurrency = 8
"""


def surroundings() -> dict[str, str]:
    """Variables of a run: the planted key, and no other that could change it."""
    hidden = ("ESC_SKILLS_", "OPENAI_", "ANTHROPIC_")
    kept = {key: text for key, text in os.environ.items() if not key.startswith(hidden)}
    return {**kept, "OPENAI_API_KEY": KEY}


def wait_for(done: Callable[[], bool], seconds: float = 20.0) -> bool:
    """Wait until something holds; False when it never does."""
    until = time.monotonic() + seconds
    while not done():
        if time.monotonic() > until:
            return False
        time.sleep(0.001)
    return True


EFFORT = re.compile(
    rb'<section aria-labelledby="cost">.*?</section>'
    rb"|<tr><td>(?:run\.budget|models\.default\.price)\.[^\n]*\n",
    re.DOTALL,
)
"""What a page says was paid, of what cap, at what price: that tells of the way."""


@attrs.define
class Walk:
    """A run on its way."""

    pid: int
    """Its process."""
    folder: Path
    """Where it runs."""
    _answers: IO[bytes]
    returncode: int | None = None
    """Exit code, or the negative number of the signal that ended it; None while it runs."""

    def poll(self) -> int | None:
        """The exit code, if it has ended."""
        if self.returncode is None and select([self._answers], [], [], 0)[0]:
            self.returncode = int(self._answers.readline())
        return self.returncode

    def send(self, sign: signal.Signals) -> None:
        """Send a signal, unless it has ended; a kill is waited for."""
        if self.poll() is None:
            os.kill(self.pid, sign)
            if sign is signal.SIGKILL:
                self.wait()

    def wait(self, seconds: float = 30.0) -> int:
        """The exit code, once it has ended.

        Raises:
            TimeoutError: It has not.
        """
        if not wait_for(lambda: self.poll() is not None, seconds):
            raise TimeoutError(f"still running after {seconds} s: {self.stderr}")
        return self.returncode or 0

    @property
    def stdout(self) -> str:
        """Results that it printed."""
        return (self.folder / "stdout.txt").read_text("utf-8")

    @property
    def stderr(self) -> str:
        """Everything else that it said."""
        return (self.folder / "stderr.txt").read_text("utf-8")


@attrs.define
class Nursery:
    """An interpreter that has imported what every run imports, and forks one run at a time."""

    _process: subprocess.Popen[bytes] = attrs.field(init=False)

    @_process.default
    def _open(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-P", str(Path(__file__).with_name("nursery.py"))],
            env=surroundings(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
        )

    def start(self, folder: Path, words: Sequence[str]) -> Walk:
        """Begin a run; the one before must have ended."""
        line = json.dumps([str(folder), list(words)])
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{line}\n".encode())
        return Walk(int(self._process.stdout.readline()), folder, self._process.stdout)

    def close(self) -> None:
        """End the interpreter."""
        self._process.communicate()


@attrs.define(kw_only=True)
class Road:
    """An experiment file, its run folder, and the server that it asks."""

    folder: Path
    """Holds the experiment file, its data and the run folder."""
    server: FaultServer
    """Plays the models."""
    nursery: Nursery
    """Begins the processes."""
    kinds: str = '"passive", "negative"'
    """Persona types, as TOML."""
    limit: int = 2
    """Supporter turns of a talk."""
    dialogues: int = 3
    """How many there are to learn from."""
    rounds: int = 1
    """How often the bank is refined."""
    more: str = ""
    """Further top-level lines of the experiment."""
    model: str = ""
    """Further lines of the model."""

    @property
    def out(self) -> Path:
        """The run folder."""
        return self.folder / "run"

    def write(self) -> Road:
        """Write the experiment and its data."""
        self.folder.mkdir(parents=True, exist_ok=True)
        rows = []
        for number in range(self.dialogues):
            turns = [
                {"role": who, "content": f"{text} {said(f'{number}{at}')}"}
                for at, (who, text) in enumerate(TALK)
            ]
            rows.append(json.dumps({"id": f"own-{number}", "messages": turns}))
        (self.folder / "talks.jsonl").write_text("\n".join(rows) + "\n", "utf-8")
        text = EXPERIMENT.format(
            kinds=self.kinds,
            more=self.more,
            url=self.server.url,
            model=self.model,
            limit=self.limit,
            rounds=self.rounds,
        )
        (self.folder / "road.toml").write_text(text, "utf-8")
        return self

    def start(self, *options: str) -> Walk:
        """Begin, or go on; the caller waits or kills."""
        return self.nursery.start(self.folder, ["run", "road.toml", "--out", "run", *options])

    def go(self, *options: str, timeout: float = 60.0) -> Walk:
        """Walk to the end."""
        walk = self.start(*options)
        try:
            walk.wait(timeout)
        finally:
            walk.send(signal.SIGKILL)
        return walk

    def cold(self, *options: str) -> subprocess.CompletedProcess[str]:
        """Walk to the end in an interpreter of its own, as a user does."""
        words = [sys.executable, "-P", "-m", "esc_skills", "run", "road.toml", "--out", "run"]
        return subprocess.run(
            [*words, *options],
            cwd=self.folder,
            env=surroundings(),
            capture_output=True,
            text=True,
            check=False,
            timeout=100,
        )

    def prints(self) -> dict[str, str]:
        """Hash of every result; neither times, costs, the journal nor locks are results."""
        return {
            str(path.relative_to(self.out)): hashlib.sha256(self.result(path)).hexdigest()
            for path in sorted(self.out.rglob("*"))
            if path.is_file() and not path.name.startswith(("run.json", "journal", "lock", "."))
        }

    def result(self, path: Path) -> bytes:
        """A file without costs, caps and prices, and without the port of this server."""
        told = EFFORT.sub(b"", path.read_bytes())
        return told.replace(self.server.url.encode(), b"SERVER")

    def ledger(self) -> Ledger:
        """What the journal holds now; read from a copy, so that nothing is mended by looking."""
        look = self.folder / "look"
        look.mkdir(exist_ok=True)
        for path in self.out.glob("journal*"):
            shutil.copy(path, look / path.name)
        source = look / "journal.sqlite"
        calls: dict[str, str] = {}
        sends: list[tuple[int, str, str]] = []
        if source.exists():
            base = sqlite3.connect(source)
            if base.execute("PRAGMA user_version").fetchone()[0]:
                calls = dict(base.execute("SELECT key, answer FROM calls"))
                sends = base.execute("SELECT id, key, state FROM sends ORDER BY id").fetchall()
            base.close()
        shutil.rmtree(look)
        return Ledger(calls=calls, sends=tuple(sends))


@attrs.frozen(kw_only=True)
class Ledger:
    """The journal of a run at one moment."""

    calls: Mapping[str, str]
    """Answers by key."""
    sends: Sequence[tuple[int, str, str]]
    """Row, key and state of every request."""

    @property
    def states(self) -> Counter[str]:
        """Requests by state."""
        return Counter(state for _, _, state in self.sends)
