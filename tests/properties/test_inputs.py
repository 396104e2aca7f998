"""Whatever a user gives is read, or refused in one line that says where and what to do."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import attrs
import pytest
from doors import KEY, Door, banks, configurations, corpora, runs, sheets, small, stores
from once import once
from spoilt import Bad, spoilt_bytes, spoilt_json, written

from esc_skills._cli.group import run_main
from esc_skills.errors import DataError, EscSkillsError
from esc_skills.testing.faultserver import FaultServer

SECONDS = 2.0
PLACE = re.compile(
    r":\d+|\$|\brow \d|\bbyte \d|\boffset \d|\bcolumn|end of document|\[[\w.]+\]|'[\w.]+'"
)
"""A line, a row, a byte, or the path or name of a field."""
DOORS = (
    *("esconv", "failed-esconv", "chat-jsonl", "sage-transcripts", "key", "sheet", "ratings"),
    *("experiment", "study", "taxonomy", "parameters", "rubric", "script"),
    *("run.json", "corpus.json", "ledger.jsonl", "scores.jsonl", "items.jsonl", "units.jsonl"),
    *("traces/none.jsonl", "bank.json", "SKILL.md", "parcel", "lone skill", "zip"),
    *("journal", "pack"),
)
ASKING = ("--set", "models.default.use=openai", "--set", "models.default.base_url={url}")
COMMANDS = {
    "esconv": ("extract", "{path}.run", "--set", "corpus=esconv:{path}", *ASKING),
    "experiment": ("config", "check", "{path}", *ASKING),
    "sheet": ("study", "sheet", "read", "{folder}/key.json", "{path}"),
    "run.json": ("report", "{folder}", *ASKING),
    "bank.json": ("bank", "show", "{folder}"),
    "pack": ("replay", "{path}", "--out", "{path}.out"),
}
"""A command for each, with a model that would be asked."""
TINY = """
profiles = { use = "grid", intentions = ["deep-empathy"], persona_types = ["negative"] }
evaluators = ["sage", "safety"]
reports = ["csv"]
[evolve]
rounds = 0
[talk]
limit = 1
[run]
repeats = 1
"""


@attrs.frozen
class End:
    """What became of one spoilt input."""

    bad: Bad
    fault: BaseException | None
    seconds: float

    def wrong(self, door: Door) -> str:
        """What about it breaks the law; empty when nothing does."""
        if self.seconds > SECONDS:
            return f"took {self.seconds:.1f} s"
        if self.fault is None:
            return "" if any(re.match(one, self.bad.id) for one in door.fine) else "was read"
        if not isinstance(self.fault, EscSkillsError):
            return f"ended in {self.fault!r}"
        line, name = self.fault.line, Path(door.file).name
        if self.fault.exit_code not in {door.exit, 2 if self.bad.path else door.exit}:
            return f"exit {self.fault.exit_code}: {line}"
        if len(line.splitlines()) != 1 or len(line) > 2000:
            return f"no one line: {line[:300]}"
        return "" if self.fault.hint and name in line else f"no hint or file: {line}"

    @property
    def placed(self) -> bool:
        """Whether the line names a line, a row or a field."""
        fault = self.fault
        return isinstance(fault, EscSkillsError) and bool(
            PLACE.search(f"{fault.where} {fault.message}")
        )


def lay(door: Door, path: Path) -> None:
    """Lay the good file, whatever was there."""
    if path.is_dir() and not path.is_symlink():
        path.rmdir()
    path.unlink(missing_ok=True)
    path.write_bytes(door.good)


def bads(door: Door) -> Iterator[Bad]:
    """The file spoilt as a whole, and place by place."""
    yield from spoilt_bytes(door.good, door.id)
    if door.document is not None:
        for name, text in spoilt_json(door.document, door.id):
            yield Bad(name, written(door.wrap(text)), path=name.endswith(" $"))


def ends(door: Door, path: Path) -> Iterator[End]:
    """Read every spoilt input, one after the other."""
    for bad in bads(door):
        lay(door, path)
        bad.put(path)
        before, fault = time.perf_counter(), None
        try:
            door.read(path)
        except Exception as raised:
            fault = raised
        yield End(bad, fault, time.perf_counter() - before)
    lay(door, path)


@pytest.fixture(scope="session")
def small_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with a bank of one skill."""
    from esc_skills._engine.running import run

    def make(folder: Path) -> None:
        (folder / "tiny.toml").write_text(TINY, "utf-8")
        run(folder / "tiny.toml", out=folder / "whole")
        small(folder / "whole", folder / "small")

    return once(tmp_path_factory, "inputs", make) / "small"


@pytest.fixture(scope="session")
def doors(small_run: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Door]:
    """All of them by name."""
    desk = tmp_path_factory.mktemp("stores")
    made = [*corpora(), *sheets(), *configurations(), *runs(small_run), *banks(small_run)]
    return {door.id: door for door in (*made, *stores(desk))}


@pytest.fixture
def place(doors: dict[str, Door], small_run: Path, tmp_path: Path) -> Path:
    """A folder that may be spoilt, with the run in it."""
    shutil.copytree(small_run, tmp_path / "desk")
    return tmp_path / "desk"


@pytest.mark.parametrize("name", DOORS)
def test_what_is_spoilt_is_refused_in_one_line(
    name: str, doors: dict[str, Door], place: Path
) -> None:
    """I01 to I18, R11, R12, R43, C01: spoilt in every way, a file is refused in one line."""
    door = doors[name]
    path = place / door.file
    path.parent.mkdir(parents=True, exist_ok=True)
    lay(door, path)
    door.read(path)  # the good one is read: else nothing here could fail
    told = list(ends(door, path))
    wrong = [f"{end.bad.id}: {why}" for end in told if (why := end.wrong(door))]
    assert wrong == []
    refused = [end for end in told if end.fault is not None]
    assert len(refused) >= len(told) * 0.4  # what is fine stays the smaller part
    inside = [end for end in refused if not end.bad.path and ("$" in end.bad.id or not door.whole)]
    unplaced = [f"{end.bad.id}: {end.fault}" for end in inside if not end.placed]
    assert len(unplaced) <= max(1, len(inside) / 100), unplaced


@pytest.mark.parametrize("name", ["esconv", "experiment", "sheet", "run.json", "bank.json", "pack"])
def test_a_command_ends_as_its_reader_does(
    name: str, doors: dict[str, Door], place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """I01, C01: exit 2, one line on stderr, nothing on stdout, nobody asked."""
    door, path = doors[name], place / doors[name].file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_name("key.json").write_text(json.dumps(KEY), "utf-8")
    lay(door, path)
    with suppress(DataError):
        door.read(path)  # lays what belongs beside it
    with FaultServer((), lambda received: "{}") as server:
        for bad in (*spoilt_bytes(door.good, name),)[::5]:
            lay(door, path)
            bad.put(path)
            words = [
                word.format(path=path, folder=path.parent, url=server.url)
                for word in COMMANDS[name]
            ]
            with pytest.raises(SystemExit) as left:
                run_main(words)
            out, err = capsys.readouterr()
            if any(re.match(one, bad.id) for one in door.fine):
                continue
            assert (left.value.code, out, len(err.splitlines())) == (2, "", 1), (bad.id, err)
            assert err.startswith("error[")
        assert server.requests == []


GREEDY = """
import sys
from pathlib import Path
sys.path[:0] = sys.argv[3:]
from doors import configurations, corpora, sheets
from esc_skills.errors import EscSkillsError
folder = Path(sys.argv[1])
for door in (*corpora(), *sheets(), *configurations()):
    path = folder / door.file
    for data in (b"[" * 2_000_000, b"9" * 2_000_000, b'{"a":' * 400_000, b"a" * 4_000_000):
        path.write_bytes(data)
        try:
            door.read(path)
        except EscSkillsError as fault:
            assert fault.exit_code == 2 and len(fault.line) < 2000, fault
        else:
            sys.exit(f"{door.id} was read")
    with path.open("wb") as file:
        file.truncate(200 * 2**20)
    if door.id in ("esconv", "chat-jsonl", "experiment", "study"):
        try:
            door.read(path)
        except EscSkillsError:
            pass
# Not ru_maxrss: that would count the parent's memory from before exec.
held = [line for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line]
print(int(held[0].split()[1]) // 1024)
"""


def test_large_files_are_refused_in_little_memory(tmp_path: Path) -> None:
    """I11, I12, I14: endless nesting, digits and files take less than 300 MB."""
    done = subprocess.run(
        [sys.executable, "-c", GREEDY, str(tmp_path), "", *sys.path],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout) < 300
