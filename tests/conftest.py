"""A whole run in a process of its own, against a counting server on loopback.

The server plays every model role. What it says depends on the request alone, so that two runs of
one experiment are comparable to the byte, whatever was killed, refused or repeated in between.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
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
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, settings

from esc_skills.testing.faultserver import FaultServer, Received

# How fast a shared machine draws an example says nothing of the code.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

KEY = "test-Zq9+vX/41=Kw%7Lm"
"""Planted key; letters that every encoding writes differently."""
WORDS = ("stone", "river", "lamp", "window", "bread", "garden", "letter", "bridge", "market")
LABELS: Mapping[str, Sequence[Any]] = {
    "scenario": ["job-crisis"],
    "state": ["worried", "self-blaming"],
    "state_after": ["calmer"],
    "states": [["worried"]],
    "not_states": [[]],
    "action": ["validate", "explore-feelings"],
    "actions": [["validate"]],
    "change": ["calms", "opens-up"],
    "changes": [["calms"]],
    "strategy": ["Question", "Reflection of feelings", "Others"],
    "exchange": [0],
    "value": [1, 2, 3, 4, 5],
}
"""What a component accepts in some fields of its answers."""
TALK = (
    ("seeker", "I lost my job at the depot on Monday and I cannot sleep."),
    ("supporter", "That sounds heavy. What goes round in your head at night?"),
    ("seeker", "Mostly the rent. I feel stupid for not seeing it come."),
    ("supporter", "It makes sense that you are scared; nobody sees such a thing come."),
    ("seeker", "Thank you, that helps a little. I had not said it aloud."),
    ("supporter", "You said it now. Who else could hear it this week?"),
    ("seeker", "My sister perhaps. I will call her."),
)


def _number(seed: str) -> int:
    """A number that depends on a text alone."""
    return int(hashlib.sha256(seed.encode()).hexdigest()[:8], 16)


def _said(seed: str) -> str:
    """A sentence that hardly comes twice."""
    words = (WORDS[_number(f"{seed}{place}") % len(WORDS)] for place in range(9))
    return " ".join(words).capitalize() + "."


def _made(form: Mapping[str, Any], seed: str, asked: str, name: str = "") -> Any:
    """A value of a JSON schema; names that components check by code get what they want."""
    if "anyOf" not in form and name in LABELS:
        return LABELS[name][_number(seed) % len(LABELS[name])]
    if name in {"trace", "item"}:
        found = re.search(r"t-[0-9a-f]{6,}" if name == "trace" else r"Item: (\S+)", asked)
        return found[found.re.groups] if found else ""
    if name == "turns":
        shown = re.findall(r'"turn": ?(\d+), ?"speaker": ?"supporter"', asked)
        return [{**_made(form["items"], seed + row, asked), "turn": int(row)} for row in shown]
    if name == "name":
        return "-".join(_said(seed).lower().split()[:3])
    if name == "kind":
        return "add" if "Which edits" in asked else "missing-skill"
    if form.get("type") == "object":
        inner = form["properties"].items()
        return {key: _made(item, f"{seed}.{key}", asked, key) for key, item in inner}
    if form.get("type") == "array":
        item, words = form["items"], {"guidance": [_said(seed)], "failures": ["f1"]}
        whole = item.get("type") == "object" and name != "risks"
        return [_made(item, f"{seed}.0", asked)] if whole else words.get(name, [])
    return {"string": _said(seed), "boolean": False}.get(form.get("type", ""), _number(seed) % 5)


def act(received: Received) -> str:
    """Play the role that a request asks for, by the schema that it brings."""
    asked = "\n".join(str(message["content"]) for message in received.body["messages"])
    form = received.body["response_format"]["json_schema"]["schema"]
    return json.dumps(_made(form, hashlib.sha256(asked.encode()).hexdigest(), asked))


def fingerprint(received: Received) -> str:
    """What was asked, to the byte."""
    return hashlib.sha256(json.dumps(received.body, sort_keys=True).encode()).hexdigest()


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
rounds = 1
max_pairs = 1
batch = 1
[talk]
limit = {limit}
[run]
repeats = 1
concurrency = 8
"""


@attrs.define(kw_only=True)
class Road:
    """An experiment file, its run folder, and the server that it asks."""

    folder: Path
    """Holds the experiment file, its data and the run folder."""
    server: FaultServer
    """Plays the models."""
    kinds: str = '"passive", "negative"'
    """Persona types, as TOML."""
    limit: int = 2
    """Supporter turns of a talk."""
    more: str = ""
    """Further top-level lines of the experiment."""
    model: str = ""
    """Further lines of the model."""
    env: Mapping[str, str] = attrs.field(factory=dict)
    """Variables to set."""

    @property
    def out(self) -> Path:
        """The run folder."""
        return self.folder / "run"

    @property
    def words(self) -> list[str]:
        """The command line, without options."""
        return [sys.executable, "-P", "-m", "esc_skills", "run", "road.toml", "--out", "run"]

    def write(self) -> Road:
        """Write the experiment and its data."""
        self.folder.mkdir(parents=True, exist_ok=True)
        rows = []
        for number in range(3):
            said = [
                {"role": who, "content": f"{text} {_said(f'{number}{at}')}"}
                for at, (who, text) in enumerate(TALK)
            ]
            rows.append(json.dumps({"id": f"own-{number}", "messages": said}))
        (self.folder / "talks.jsonl").write_text("\n".join(rows) + "\n", "utf-8")
        text = EXPERIMENT.format(
            kinds=self.kinds,
            more=self.more,
            url=self.server.url,
            model=self.model,
            limit=self.limit,
        )
        (self.folder / "road.toml").write_text(text, "utf-8")
        return self

    def start(self, *options: str) -> subprocess.Popen[str]:
        """Begin, or go on; the caller waits or kills."""
        hidden = ("ESC_SKILLS_", "OPENAI_", "ANTHROPIC_")
        kept = {key: text for key, text in os.environ.items() if not key.startswith(hidden)}
        return subprocess.Popen(
            [*self.words, *options],
            cwd=self.folder,
            env={**kept, "OPENAI_API_KEY": KEY, **self.env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def go(self, *options: str, timeout: float = 60.0) -> subprocess.CompletedProcess[str]:
        """Walk to the end."""
        process = self.start(*options)
        try:
            said, told = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise
        return subprocess.CompletedProcess(process.args, process.returncode, said, told)

    def prints(self) -> dict[str, str]:
        """Hash of every result; neither times, the journal nor locks are results."""
        return {
            str(path.relative_to(self.out)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(self.out.rglob("*"))
            if path.is_file() and not path.name.startswith(("run.json", "journal", "lock", "."))
        }

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


def wait_for(done: Callable[[], bool], seconds: float = 20.0) -> bool:
    """Wait until something holds; False when it never does."""
    until = time.monotonic() + seconds
    while not done():
        if time.monotonic() > until:
            return False
        time.sleep(0.001)
    return True


@attrs.define(kw_only=True)
class Chain:
    """One run that is killed and taken up again, until it comes to its end."""

    road: Road
    """The run."""
    whole: int
    """Requests of a run that nobody disturbed."""
    chance: random.Random
    """Chooses the moments."""
    sign: signal.Signals = signal.SIGKILL
    """How it is stopped."""
    kills: list[int] = attrs.field(factory=list)
    """Requests that had come at each kill."""
    ends: list[tuple[int, str]] = attrs.field(factory=list)
    """Exit code and last words at each kill."""
    slowest: float = 0.0
    """Longest time from a signal to the end of the process, in seconds."""
    lost: int = 0
    """Journalled answers that were gone, or other ones, at a later look."""
    repeated: int = 0
    """Requests for what was journalled before they went out."""
    _known: Mapping[str, str] = attrs.field(factory=dict)

    def walk(self, kills: int) -> subprocess.CompletedProcess[str]:
        """Kill a number of times, spread over the whole run; then let it end."""
        for number in range(kills):
            if not self._kill(number / kills, (number + 1) / kills):
                break
        done = self.road.go()
        self._look(self.road.ledger())
        return done

    def _kill(self, early: float, late: float) -> bool:
        """Kill between two parts of the run; False when it had ended by then."""
        aim = round(self.whole * self.chance.uniform(early, late))
        if self.sign is not signal.SIGKILL:  # an interpreter that only starts dies by itself
            aim = max(aim, self.road.server.count + 1)
        rest = self.chance.uniform(0.0, 0.4 if aim >= self.whole else 0.03)
        process = self.road.start()
        try:
            server = self.road.server
            wait_for(lambda: server.count >= aim or process.poll() is not None, 60)
            time.sleep(rest)
            ended = process.poll() is not None
            count, sent = self.road.server.count, time.monotonic()
            process.send_signal(self.sign)
            _, told = process.communicate(timeout=30)
            self.slowest = max(self.slowest, time.monotonic() - sent)
        finally:
            process.kill()
        if not ended and process.returncode:
            self.kills.append(count)
            self.ends.append((process.returncode, told))
            self._look(self.road.ledger())
        return bool(process.returncode)

    def _look(self, now: Ledger) -> None:
        self.lost += sum(now.calls.get(key) != text for key, text in self._known.items())
        after = {key: row for row, key, state in reversed(now.sends) if state == "done"}
        self.repeated += sum(row > after.get(key, row) for row, key, _ in now.sends)
        self._known = now.calls


@pytest.fixture(scope="session")
def roads() -> type[Road]:
    """Make whole runs in processes of their own."""
    return Road


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], Counter[str]]:
    """A run that nobody disturbs: its results, and what it asked."""
    with FaultServer((), act, latency=0.004) as server:
        road = Road(folder=tmp_path_factory.mktemp("undisturbed"), server=server).write()
        done = road.go()
        assert done.returncode == 0, done.stderr
        return road.prints(), Counter(map(fingerprint, server.requests))


@pytest.fixture
def killed(
    undisturbed: tuple[dict[str, str], Counter[str]], tmp_path: Path
) -> Callable[..., Chain]:
    """Stop a run at moments of a seed, let it end, and hold it to every promise."""
    expected, asked = undisturbed

    def chain(seed: int, kills: int, sign: signal.Signals = signal.SIGKILL) -> Chain:
        with FaultServer((), act, latency=0.004) as server:
            road = Road(folder=tmp_path / f"seed-{seed}", server=server).write()
            chance = random.Random(seed)
            made = Chain(road=road, whole=asked.total(), chance=chance, sign=sign)
            done = made.walk(kills)
            told = f"seed {seed}, {sign.name} after {made.kills} requests"
            assert done.returncode == 0, f"{told}: {done.stderr}"
            _hold(made, road, told, asked)
            assert road.prints() == expected, told
        return made

    return chain


def _hold(made: Chain, road: Road, told: str, asked: Counter[str]) -> None:
    assert (made.lost, made.repeated) == (0, 0), f"{told}: {made.lost} lost, {made.repeated} again"
    states, got = road.ledger().states, Counter(map(fingerprint, road.server.requests))
    # A kill between intent and sending leaves a row and no request; all else is one for one.
    unsure = states["sent"] + states["cancelled"]
    assert states["done"] == asked.total(), told
    assert states.total() - unsure <= got.total() <= states.total(), told
    assert not asked - got, told
    assert (got - asked).total() <= unsure, told
