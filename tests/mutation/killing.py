"""Tries every mutant of a module on that module's own tests; a mutant that passes is a gap.

``python tests/mutation/killing.py [MODULE …]`` collects the tests once for each module and forks a
process for each mutant. In it the code of one function is exchanged, or a constant is set again
wherever it was imported, and the tests that enter that function are run until one fails.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import attrs
import pytest
from mutating import Mutant, mutants

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TOGETHER = 2
"""Mutants at a time."""
LEAST = 3.0
"""Seconds that a mutant's tests have at least."""
KILLED, SURVIVED, LATE, IMPORT = "killed", "survived", "late", "import"


def table() -> dict[str, Any]:
    """Modules, their tests, and the mutants that are no different."""
    return tomllib.loads((HERE / "mutants.toml").read_text("utf-8"))


@attrs.define
class Tried:
    """Tests of a module, ready to be run on mutants."""

    module: ModuleType
    items: list[pytest.Item]
    seconds: dict[int, float] = attrs.field(factory=dict)
    """How long each test takes."""
    entered: dict[int, set[int]] = attrs.field(factory=dict)
    """First lines of functions that each test enters."""

    def measure(self) -> None:
        """Run every test once, unharmed, in a process of its own."""
        said = forked(self._measured)
        for number, (seconds, lines) in enumerate(json.loads(said)):
            self.seconds[number], self.entered[number] = seconds, set(lines)

    def _measured(self) -> str:
        made = []
        for item in self.items:
            lines: set[int] = set()
            forget(self.module)
            watch = self._watch(lines)
            threading.setprofile(watch)
            sys.setprofile(watch)
            began = time.monotonic()
            failed = not passes(item)
            sys.setprofile(None)
            assert not failed, f"{item.nodeid} fails without a mutant"
            made.append((time.monotonic() - began, sorted(lines)))
        return json.dumps(made)

    def _watch(self, lines: set[int]) -> Callable[..., None]:
        file = self.module.__file__

        def watch(frame: Any, event: str, _: Any) -> None:
            if event == "call" and frame.f_code.co_filename == file:
                lines.add(frame.f_code.co_firstlineno)

        return watch

    def chosen(self, mutant: Mutant) -> list[int]:
        """Tests that enter the mutant's function, quick ones first; all where none is seen to."""
        low, high = mutant.top.lineno, mutant.top.end_lineno or mutant.top.lineno
        if isinstance(mutant.top, ast.ClassDef):
            held = [one for one in mutant.top.body if mutant.owner.endswith(f".{name_of(one)}")]
            low, high = (held[0].lineno, held[0].end_lineno or 0) if held else (low, high)
        low -= 3  # a decorated function begins with its first decorator
        found = [n for n, lines in self.entered.items() if any(low <= at <= high for at in lines)]
        if not mutant.owner or mutant.owner.endswith(".") or not found:
            found = list(self.entered)
        return sorted(found, key=lambda number: self.seconds[number])

    def attempt(self, mutant: Mutant) -> str:
        """Run the tests on a mutant, inside a fork."""
        try:
            inflict(self.module, mutant)
        except Exception:  # such a module is not even imported
            return IMPORT
        for number in self.chosen(mutant):
            if not passes(self.items[number]):
                return KILLED
        return SURVIVED


@attrs.define
class Afresh(Tried):
    """Tests that must be collected by the wrong module itself: they are made of what it holds."""

    words: list[str] = attrs.field(factory=list)

    def measure(self) -> None:
        """Run them once, unharmed."""
        began = time.monotonic()
        assert forked(self._ran) == SURVIVED, "tests fail without a mutant"
        self.seconds[0], self.entered[0] = time.monotonic() - began, set()

    def _ran(self) -> str:
        return KILLED if pytest.main(["-x", *self.words]) else SURVIVED

    def attempt(self, mutant: Mutant) -> str:
        """Collect and run the tests of a mutant, inside a fork."""
        try:
            inflict(self.module, mutant)
        except Exception:
            return IMPORT
        return self._ran()


def name_of(node: ast.stmt) -> str:
    """Name of a definition."""
    return str(getattr(node, "name", "?"))


def passes(item: pytest.Item) -> bool:
    """Run one test as pytest does."""
    before = item.session.testsfailed
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
    return item.session.testsfailed == before


def inflict(module: ModuleType, mutant: Mutant) -> None:
    """Make a module wrong in place, also where its names were imported."""
    program = compile(ast.Module([mutant.top], []), str(module.__file__), "exec")
    held = vars(module)
    if mutant.owner and not mutant.owner.endswith("."):
        scratch = dict(held)
        exec(program, scratch)
        first, _, inner = mutant.owner.partition(".")
        old, new = held[first], scratch[first]
        if inner:
            old, new = vars(old)[inner], vars(new)[inner]
        exchange(bare(old), bare(new))
    else:
        before = dict(held)
        exec(program, held)
        if isinstance(mutant.top, ast.Assign | ast.AnnAssign | ast.AugAssign):
            exec(later(module, mutant.top), held)
        spread(before, held)
    forget(module)


def forget(module: ModuleType) -> None:
    """Empty the caches of a module: what they hold was made by sound code."""
    for made in list(vars(module).values()):
        if hasattr(made, "cache_clear"):
            made.cache_clear()


def later(module: ModuleType, top: ast.stmt) -> Any:
    """Constants below a statement: they may be made of it."""
    tree = ast.parse(Path(str(module.__file__)).read_text("utf-8"))
    kinds = (ast.Assign, ast.AnnAssign, ast.AugAssign)
    body = [one for one in tree.body if isinstance(one, kinds) and one.lineno > top.lineno]
    return compile(ast.Module(body, []), str(module.__file__), "exec")


def spread(before: dict[str, Any], after: dict[str, Any]) -> None:
    """Give every module that imported a name its new value."""
    changed = [name for name, value in after.items() if before.get(name) is not value]
    for module in list(sys.modules.values()):
        held = getattr(module, "__dict__", {})
        for name in changed:
            if name in before and held.get(name, changed) is before[name]:
                held[name] = after[name]


def bare(made: Any) -> FunctionType:
    """The function under its decorators."""
    while not isinstance(made, FunctionType) or hasattr(made, "__wrapped__"):
        under = (getattr(made, name, None) for name in ("__wrapped__", "__func__", "fget"))
        made = next(one for one in under if one is not None)
    return made


def exchange(old: FunctionType, new: FunctionType) -> None:
    """Let a function do what another does."""
    old.__code__, old.__defaults__ = new.__code__, new.__defaults__
    old.__kwdefaults__ = new.__kwdefaults__


def begun(work: Callable[[], str]) -> tuple[int, int, str]:
    """Fork; the child's answer can be read from the pipe."""
    place = tempfile.mkdtemp(prefix="mutant-")
    reader, writer = os.pipe()
    if (child := os.fork()) == 0:
        code = 1
        try:
            os.setsid()
            os.environ["PYTEST_DEBUG_TEMPROOT"] = place
            quiet = os.open(os.devnull, os.O_RDWR)
            for number in (0, 1, *(() if os.environ.get("MUTATION_LOUD") else (2,))):
                os.dup2(quiet, number)
            os.write(writer, work().encode())
            code = 0
        except BaseException:
            traceback.print_exc()  # seen with MUTATION_LOUD
        finally:
            os._exit(code)
    os.close(writer)
    return child, reader, place


def forked(work: Callable[[], str]) -> str:
    """What a fork answers."""
    child, reader, place = begun(work)
    said = b"".join(iter(lambda: os.read(reader, 65536), b""))
    assert os.waitpid(child, 0)[1] == 0, "tests fail without a mutant; set MUTATION_LOUD=1"
    shutil.rmtree(place, ignore_errors=True)
    os.close(reader)
    return said.decode()


def judged(tried: Tried, wrong: list[Mutant]) -> Iterator[tuple[Mutant, str]]:
    """Try mutants, some at a time; one whose tests take for ever is killed, too."""
    running: dict[int, tuple[Mutant, int, str, float]] = {}
    waiting = list(reversed(wrong))
    try:
        while waiting or running:
            while waiting and len(running) < TOGETHER:
                mutant = waiting.pop()
                usual = sum(tried.seconds[number] for number in tried.chosen(mutant))
                child, reader, place = begun(lambda mutant=mutant: tried.attempt(mutant))
                running[reader] = (mutant, child, place, time.monotonic() + max(LEAST, 6 * usual))
            ready, _, _ = select.select(list(running), [], [], 0.05)
            for reader, (mutant, child, place, until) in list(running.items()):
                if reader in ready:
                    end = os.read(reader, 100).decode()
                    assert end, f"{mutant.name}: the process that tried it died"
                elif time.monotonic() > until:
                    end = LATE
                else:
                    continue
                del running[reader]
                gone(child, reader, place)
                yield mutant, end
    finally:
        for reader, (_, child, place, _) in running.items():
            gone(child, reader, place)


def gone(child: int, reader: int, place: str) -> None:
    """End a process that tries a mutant, and take away what it leaves."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(reader)
    shutil.rmtree(place, ignore_errors=True)


@attrs.define(eq=False)
class Killer:
    """A plug-in of pytest that runs mutants in the place of tests."""

    module: str
    equal: dict[str, str]
    found: dict[str, Any] = attrs.field(factory=dict)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Let Hypothesis look for a failure, not for the smallest one."""
        from hypothesis import Phase, settings

        phases = (Phase.explicit, Phase.generate)
        for item in session.items:
            inner = getattr(item.obj, "hypothesis", None)
            if inner is not None:
                held = getattr(item.obj, "_hypothesis_internal_use_settings", None)
                item.obj._hypothesis_internal_use_settings = settings(
                    held or settings.default, phases=phases, database=None, derandomize=True
                )

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try all mutants of the module."""
        if session.testsfailed or not session.items:
            raise session.Failed(f"no tests of {self.module}")
        self.found = self.tried(Tried(importlib.import_module(self.module), session.items))
        return True

    def tried(self, tried: Tried) -> dict[str, Any]:
        """What became of the mutants."""
        wrong = mutants(Path(str(tried.module.__file__)).read_text("utf-8"))
        tried.measure()
        began = time.monotonic()
        told = [one for one in wrong if one.name not in self.equal]
        ends = {mutant.name: (mutant.line, end) for mutant, end in judged(tried, told)}
        return {
            "module": self.module,
            "total": len(told),
            "equal": len(wrong) - len(told),
            "stale": sorted(set(self.equal) - {one.name for one in wrong}),
            "late": sum(end == LATE for _, end in ends.values()),
            "import": sum(end == IMPORT for _, end in ends.values()),
            "survived": [
                f"{line}: {name}"
                for name, (line, end) in sorted(ends.items(), key=lambda item: item[1])
                if end == SURVIVED
            ],
            "seconds": round(time.monotonic() - began, 1),
        }


def inside(name: str) -> int:
    """One module, in this process."""
    known = table()
    killer = Killer(name, known.get("equal", {}).get(name, {}))
    words = [
        *(str(ROOT / "tests" / path) for path in known["modules"][name]),
        "-o", "addopts=", "--import-mode=importlib", "-q", "--strict-markers",
        *(f"-pno:{plugin}" for plugin in ("randomly", "cacheprovider", "timeout", "xdist")),
    ]  # fmt: skip
    os.chdir(ROOT)
    code = 0
    if name in known["afresh"]:
        sys.path.insert(0, str(ROOT / "tests" / "support"))
        import hypothesis  # noqa: F401 - once, and not in every fork

        killer.found = killer.tried(Afresh(importlib.import_module(name), [], words=words))
    else:
        code = pytest.main(words, plugins=[killer])
    say(f"\n{json.dumps(killer.found)}")
    return int(code)


def say(line: str) -> None:
    """Tell people, or the process that asked, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def outside(name: str) -> dict[str, Any]:
    """One module, in a process of its own; nothing where its tests do not pass as they are."""
    command = [sys.executable, __file__, "--inside", name]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    last = done.stdout.strip().rpartition("\n")[2]
    if done.returncode or not last.startswith("{"):
        say(f"{name}: could not be tried\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
        return {}
    return dict(json.loads(last))


def main() -> int:
    """Try modules; 1 when a mutant survived that is not known to be no different."""
    if sys.argv[1:2] == ["--inside"]:
        return inside(sys.argv[2])
    left = killed = total = 0
    for name in sys.argv[1:] or table()["modules"]:
        if not (found := outside(name)):
            return 2
        alive, stale = found["survived"], found["stale"]
        left += len(alive) + len(stale)
        total += found["total"]
        killed += found["total"] - len(alive)
        say(
            f"{name}: {found['total'] - len(alive)} of {found['total']} killed"
            f" ({found['late']} by the clock, {found['import']} when imported),"
            f" {found['equal']} equal, {found['seconds']} s"
        )
        for one in (*alive, *(f"{one} (stands in mutants.toml alone)" for one in stale)):
            say(f"  alive at {one}")
    say(f"{killed} of {total} killed")
    return int(bool(left))


if __name__ == "__main__":
    sys.exit(main())
