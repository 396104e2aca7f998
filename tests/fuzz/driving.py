"""Drives the targets of this folder: coverage-guided by atheris, or over the kept corpus without.

``python tests/fuzz/driving.py all --seconds 60`` runs each ``fuzz_<what>.py`` in a process of its
own and says how far it came. A target is a module with ``WATCHED`` (modules under test), ``LAWFUL``
(exceptions that may come out, if not all of ours) and ``attempt(data)``, which raises when a law
is broken.
"""

from __future__ import annotations

import argparse
import importlib.util
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

HERE = Path(__file__).resolve().parent
CORPUS = HERE / "corpus"
SECONDS = 2.0
"""What one input may take."""
MEGABYTES = 1024
"""What a fuzzing process may hold, coverage tables of the fuzzer included."""
WORD = re.compile(rb"[a-z][a-z_-]{2,30}")
"""What the fuzzer writes besides single bytes: the words of the corpus."""
LONGEST = 8192
"""Bytes of an input; deeper faults than these find are of size, which the tests of limits meet."""


def names() -> list[str]:
    """All targets."""
    return sorted(path.stem.removeprefix("fuzz_") for path in HERE.glob("fuzz_*.py"))


def target(name: str) -> ModuleType:
    """The module of a target."""
    spec = importlib.util.spec_from_file_location(f"fuzz_{name}", HERE / f"fuzz_{name}.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules[made.__name__] = made
    spec.loader.exec_module(made)
    return made


def kept(name: str) -> list[Path]:
    """The corpus of a target."""
    return sorted((CORPUS / name).iterdir())


def hold(made: Any, data: bytes) -> str:
    """Hold a target to the law for one input; what came of it, in one word.

    Raises:
        AssertionError: It took too long, or an error says nothing.
        Exception: What no caller is told of.
    """
    from esc_skills.errors import EscSkillsError

    lawful = getattr(made, "LAWFUL", EscSkillsError)
    began = time.monotonic()
    try:
        made.attempt(data)
        end = "taken"
    except lawful as fault:
        end = type(fault).__name__ if fault.message and fault.hint else ""
    assert end, "an error without a message or a hint"
    spent = time.monotonic() - began
    assert spent < SECONDS, f"{spent:.1f} s for {len(data)} bytes"
    return end


def fuzz(name: str, arguments: list[str]) -> None:
    """Let atheris look for inputs that break the law; never returns."""
    import atheris

    watched = _watched(name)
    with atheris.instrument_imports(include=list(watched), enable_loader_override=False):
        made = target(name)
    atheris.Setup([sys.argv[0], *arguments], lambda data: hold(made, data) and None)
    atheris.Fuzz()


def _watched(name: str) -> tuple[str, ...]:
    """``WATCHED`` of a target, read without importing what it imports."""
    text = (HERE / f"fuzz_{name}.py").read_text("utf-8")
    found = re.search(r"^WATCHED = \(\n(.*?)^\)", text, re.MULTILINE | re.DOTALL)
    assert found is not None, name
    return tuple(re.findall(r'"([\w.]+)"', found[1]))


def drive(name: str, seconds: int, folder: Path) -> subprocess.CompletedProcess[str]:
    """One target for so long; findings and breaking inputs go to a folder."""
    (folder / "found").mkdir(parents=True, exist_ok=True)
    spelt = {word for path in kept(name) for word in WORD.findall(path.read_bytes())}
    (folder / "words").write_text("".join(f'"{word.decode()}"\n' for word in sorted(spelt)))
    words = [
        f"-max_total_time={seconds}", f"-rss_limit_mb={MEGABYTES}", f"-max_len={LONGEST}",
        f"-dict={folder}/words", f"-artifact_prefix={folder}/", "-timeout=10",
        "-print_final_stats=1",
        str(folder / "found"), str(CORPUS / name),
    ]  # fmt: skip
    command = [sys.executable, __file__, "--inside", name, *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def told(name: str, said: str) -> Iterator[str]:
    """What a run came to, for people."""
    stages = r"(?:INITED|NEW|REDUCE|DONE)\s+cov: (\d+)"
    stages = r"(?:INITED|NEW|REDUCE|DONE)\s+cov: (\d+)"
    cover = [int(count) for count in re.findall(stages, said)]
    runs = re.search(r"number_of_executed_units: (\d+)", said)
    memory = re.search(r"peak_rss_mb:\s+(\d+)", said)
    yield (
        f"{name}: {runs[1] if runs else '?'} executions, coverage {cover[0] if cover else '?'}"
        f" → {cover[-1] if cover else '?'} edges, at most {memory[1] if memory else '?'} MB"
    )


def say(line: str) -> None:
    """Tell people, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Run targets one after the other; 1 when one was broken."""
    if sys.argv[1:2] == ["--inside"]:
        fuzz(sys.argv[2], sys.argv[3:])
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("target", choices=[*names(), "all"])
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--keep", type=Path, help="folder for findings; a temporary one if absent")
    given = parser.parse_args()
    folder = given.keep or Path(tempfile.mkdtemp(prefix="fuzz-"))
    broken = 0
    for name in names() if given.target == "all" else [given.target]:
        done = drive(name, given.seconds, folder / name)
        for line in told(name, done.stderr + done.stdout):
            say(line)
        if done.returncode:
            broken = 1
            say(f"  BROKEN, see {folder / name}\n{(done.stderr + done.stdout)[-3000:]}")
    return broken


if __name__ == "__main__":
    sys.exit(main())
