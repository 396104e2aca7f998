"""P01-P17: distributions that are broken in every way, beside plug-ins that work."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest
from once import once

from esc_skills.testing.sites import Site

DISTRIBUTIONS = Path(__file__).resolve().parents[1] / "fixtures" / "distributions"
SOUND = "echo-retriever"
TINY = """
retriever = {use = "none"}
evaluators = ["sage"]
reports = []
[evolve]
rounds = 0
[talk]
limit = 1
[run]
repeats = 1
arms = ["static"]
"""
DRIVER = """
import atexit, json, os, sys
import scipy.special
import esc_skills._cli.run, esc_skills._engine.running
from esc_skills._cli.group import process

def become(name, words):
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    for number, kind in ((1, "out"), (2, "err")):
        os.dup2(os.open(f"{name}.{kind}", flags, 0o600), number)
    sys.argv = ["esc-skills", *words]
    try:
        process()
    except SystemExit as end:
        atexit._run_exitfuncs()
        sys.stdout.flush()
        os._exit(end.code)

begun, ends = {}, {}

def wait():
    child, status = os.wait()
    ends[begun.pop(child)] = os.waitstatus_to_exitcode(status)

for name, words in json.loads(sys.argv[1]).items():
    if (child := os.fork()) == 0:
        become(name, words)
    begun[child] = name
    if len(begun) == 4:
        wait()
while begun:
    wait()
sys.stdout.write(json.dumps(ends))
"""
"""Forks a process for each command, so that what every run imports is imported once."""


@attrs.frozen
class Case:
    """A broken distribution, and what is told when somebody chooses it."""

    fault: str
    """Row of the fault table."""
    folder: str
    """Below the fixtures."""
    key: str
    """Entry-point name."""
    owner: str
    """Distribution and version."""
    code: int
    """How the command ends."""
    told: str
    """What it says besides."""
    words: tuple[str, ...] = ()
    """More words for the run."""
    doctor: str = "ok"
    """State that ``plugins doctor`` finds."""

    @property
    def name(self) -> str:
        return self.key.partition(".")[2]


HASTE = ("--set", "run.limits.component=4")
CASES = [
    Case("P01", "broken-import", "retriever.broken", "esc-skills-broken 0.1", 5,
         "a_module_that_nobody_has_installed", doctor="broken"),
    Case("P02", "exits-at-import", "retriever.exits", "esc-skills-exits 0.2", 5,
         "sys.exit(0)", doctor="broken"),
    Case("P03", "wrong-signature", "retriever.signature", "esc-skills-signature 0.4", 5,
         "takes no argument 'banks'", doctor="broken"),
    Case("P03", "unknown-hook", "retriever.hook", "esc-skills-hook 0.5", 5,
         "did you mean 'esc_skills_retrievers'", doctor="broken"),
    Case("P04", "raises-in-call", "retriever.raises", "esc-skills-raises 0.8", 5,
         "search: failed at talk/"),
    Case("P05", "hangs", "retriever.hangs", "esc-skills-hangs 1.1", 5,
         "TimeoutError: no end within 4 s", HASTE),
    Case("P05", "hangs-blocking", "retriever.blocks", "esc-skills-blocks 1.2", 5,
         "search: hangs at talk/", HASTE),
    Case("P06", "returns-none", "retriever.nothing", "esc-skills-nothing 0.9", 5,
         "search: answered wrongly: answer: is None"),
    Case("P07", "changes-input", "retriever.changes", "esc-skills-changes 1.3", 5,
         "FrozenInstanceError"),
    Case("P08", "double-name", "retriever.bm25", "esc-skills-double 0.6", 2,
         "claimed by esc-skills "),
    Case("P09", "newer-api", "retriever.newer", "esc-skills-newer 0.7", 5,
         "needs hook API 2.0", doctor="broken"),
    Case("P11", "prints", "retriever.prints", "esc-skills-prints 1.4", 0, "", ("--json",)),
    Case("P12", "slow-import", "retriever.slow", "esc-skills-slow 1.5", 0, ""),
    Case("P13", "leaves-threads", "retriever.leaves", "esc-skills-leaves 1.6", 0,
         "left behind: thread 'forgotten'"),
    Case("P14", "patches-kernel", "retriever.patches", "esc-skills-patches 1.7", 5,
         "guarding.look was replaced"),
    Case("P14", "wraps-guard", "retriever.wraps", "esc-skills-wraps 1.8", 5,
         "CrisisGuard.check was replaced"),
    Case("P16", "spies", "retriever.spies", "esc-skills-spies 1.9", 5,
         "has no attribute 'settings'"),
]  # fmt: skip
LETHAL = Case("P02", "dies-at-import", "retriever.dies", "esc-skills-dies 0.3", 3, "",
              doctor="broken")  # fmt: skip
EVERY = [*CASES, LETHAL]
IDS = [f"{case.fault}-{case.folder}" for case in EVERY]


@attrs.frozen
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


@attrs.frozen
class Place:
    """A site with every broken distribution, where imports leave a mark."""

    site: Site
    folder: Path

    def add(self, folder: str) -> None:
        """Install a distribution; its modules tell when they are imported."""
        before = set(self.site.folder.glob("*.py"))
        self.site.add(DISTRIBUTIONS / folder)
        for path in sorted(set(self.site.folder.glob("*.py")) - before):
            mark = f"open({str(self.folder / 'imported')!r}, 'a').write({folder + ' '!r})\n"
            path.write_text(mark + path.read_text("utf-8"), "utf-8")

    def imported(self) -> set[str]:
        """Distributions that were imported so far."""
        mark = self.folder / "imported"
        return set(mark.read_text().split()) if mark.exists() else set()

    def give(self, commands: dict[str, tuple[str, ...]], **env: str) -> dict[str, Ended]:
        """Give commands, all at once."""
        (self.folder / "tiny.toml").write_text(TINY)
        named = {str(self.folder / name): words for name, words in commands.items()}
        done = self.site.run("-c", DRIVER, json.dumps(named), env=env)
        assert done.returncode == 0, done.stderr
        return {
            Path(name).name: Ended(
                code, Path(f"{name}.out").read_text(), Path(f"{name}.err").read_text()
            )
            for name, code in json.loads(done.stdout).items()
        }

    def walk(self, name: str, *words: str) -> tuple[str, ...]:
        """Words of a small run."""
        return ("run", str(self.folder / "tiny.toml"), "--out", str(self.folder / name), *words)

    def chosen(self, case: Case) -> tuple[str, ...]:
        """Words of a small run that chooses it."""
        use = ("--set", f"retriever.use={case.name}")
        return self.walk(f"run-{case.folder}", *use, *case.words)


@attrs.frozen
class Told:
    """All that the broken distributions made commands say, in the order it was asked."""

    place: Place
    unchosen: dict[str, Ended]
    chosen: dict[str, Ended]
    early: set[str]
    wanted: set[str]
    doctor: Ended


def _place(folder: Path) -> Place:
    return Place(Site(folder / "site"), folder)


def ask(folder: Path) -> None:
    """Install all broken distributions at once, and a sound one; give commands; write all down."""
    place = _place(folder)
    for name in (SOUND, *(case.folder for case in EVERY)):
        place.add(name)
    before = place.give(without(place))
    early = place.imported()
    deaf = place.walk("run-deaf", "--set", 'retriever={use="blocks",deaf=true}', *HASTE)
    after = place.give({"deaf": deaf, **{case.folder: place.chosen(case) for case in EVERY}})
    wanted = place.imported()  # before the doctor loads them all
    doctor = place.give({"doctor": ("plugins", "doctor")}, ESC_SKILLS_DISABLE="esc-skills")
    kept = {
        "ends": [{name: attrs.astuple(end) for name, end in some.items()}
                 for some in (before, after, doctor)],
        "imported": [sorted(early), sorted(wanted)],
    }  # fmt: skip
    (folder / "told.json").write_text(json.dumps(kept), "utf-8")


def without(place: Place) -> dict[str, tuple[str, ...]]:
    """Commands that choose none of them."""
    flags = {
        f"flag-{case.folder}": ("--no-plugin", case.key, "plugins", "list", "--json")
        for case in EVERY
    }
    barred = {
        f"config-{case.folder}": place.walk(
            "never", "--set", f"retriever.use={case.name}",
            "--set", f'plugins.disable=["{case.owner.split()[0]}"]',
        )
        for case in EVERY
    }  # fmt: skip
    return {
        "list": ("plugins", "list", "--json"),
        "show": ("plugins", "show", "retriever.none", "--json"),
        "run": place.walk("run-unchosen"),
        "safe": ("--safe", *place.walk("run-safe")),
        "help": ("--help",),
        **flags,
        **barred,
    }


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    folder = once(tmp_path_factory, "faults", ask)
    kept = json.loads((folder / "told.json").read_text("utf-8"))
    before, after, doctor = (
        {name: Ended(*end) for name, end in some.items()} for some in kept["ends"]
    )
    early, wanted = map(set, kept["imported"])
    return Told(_place(folder), before, after, early, wanted, doctor["doctor"])


@pytest.fixture
def place(told: Told) -> Place:
    return told.place


@pytest.fixture
def unchosen(told: Told) -> dict[str, Ended]:
    return told.unchosen


@pytest.fixture
def chosen(told: Told) -> dict[str, Ended]:
    return told.chosen


@pytest.fixture
def examined(told: Told) -> dict[str, str]:
    """What ``plugins doctor`` finds out, a line each by plug-in; the defaults are left out."""
    assert told.doctor.code == 5
    lines = (line for line in told.doctor.out.splitlines() if "disabled by name" not in line)
    return {line.split()[0]: line for line in lines}


def rows(said: str) -> Iterator[tuple[str, str, str]]:
    for row in json.loads(said):
        yield f"{row['role']}.{row['name']}", row["distribution"], row["status"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["list", "show", "run", "safe", "help"])
def test_beside_all_of_them_every_command_works(unchosen: dict[str, Ended], name: str) -> None:
    """P01-P17: with every broken distribution installed, commands and runs go on as ever."""
    assert unchosen[name].code == 0, unchosen[name].err
    assert "Traceback" not in unchosen[name].err


@pytest.mark.slow
def test_what_nobody_chooses_is_never_imported(told: Told) -> None:
    """P10, P12: lists, runs and disabling import none of them; a run imports what it chose."""
    assert told.early == set()
    assert SOUND not in told.wanted
    assert told.wanted == {case.folder for case in EVERY} - {"double-name"}


@pytest.mark.slow
@pytest.mark.parametrize("case", EVERY, ids=IDS)
def test_each_can_be_listed_and_disabled(unchosen: dict[str, Ended], case: Case) -> None:
    """P10, P17: named in the list; off by flag and by configuration; nothing of it is imported."""
    owner = case.owner.split()[0]
    listed = {(key, who): status for key, who, status in rows(unchosen["list"].out)}
    assert listed[case.key, owner] == ("conflict" if case.fault == "P08" else "ready")
    off = {(key, who): status for key, who, status in rows(unchosen[f"flag-{case.folder}"].out)}
    assert off[case.key, owner] == "disabled"
    assert sum(status == "disabled" for status in off.values()) == 1 + (case.fault == "P08")
    refused = unchosen[f"config-{case.folder}"]
    if case.fault == "P08":  # without its rival the default is whole again
        assert refused.code == 0, refused.err
    else:
        assert refused.code == 2
        assert f"{case.key} of {case.owner} is switched off" in refused.err


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=IDS[:-1])
def test_each_that_is_chosen_is_named(
    chosen: dict[str, Ended], examined: dict[str, str], case: Case
) -> None:
    """P01-P09, P11-P14, P16: how it ends is known; plug-in and distribution are named."""
    done = chosen[case.folder]
    told = done.out + done.err
    assert done.code == case.code, told
    assert case.told in told
    assert "Traceback" not in told
    row = examined[case.key]
    assert row.split()[1:4] == [*case.owner.split(), case.doctor]
    # Who does nothing wrong in a run is named by the doctor.
    named = told if case.told else row
    name, version = case.owner.split()
    assert case.key in named
    assert name in named
    assert version in named


@pytest.mark.slow
def test_the_lethal_one_is_named_by_the_doctor(
    chosen: dict[str, Ended], examined: dict[str, str], place: Place
) -> None:
    """P02: who ends the process cannot be contained in it; the doctor and a probe name it."""
    assert chosen[LETHAL.folder].code == LETHAL.code
    row = examined[LETHAL.key]
    assert LETHAL.owner in row
    assert "ended the process with exit code 3" in row
    shown = place.give({"probe": ("plugins", "show", "--probe", LETHAL.key)})["probe"]
    assert shown.code == 5
    assert f"{LETHAL.key} ({LETHAL.owner})" in shown.err


@pytest.mark.slow
def test_what_is_printed_keeps_out_of_the_json(
    chosen: dict[str, Ended], examined: dict[str, str]
) -> None:
    """P11: a document on standard output; a plug-in's words, from C too, on standard error."""
    done = chosen["prints"]
    assert json.loads(done.out)["scores"]
    assert done.err.count('{"searched": true}') == done.err.count('{"below": true}') > 0
    assert "prints when it is imported" in examined["retriever.prints"]


@pytest.mark.slow
def test_a_slow_import_is_told(examined: dict[str, str]) -> None:
    """P12: the doctor says who makes people wait."""
    assert "s to import" in examined["retriever.slow"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["patches-kernel", "wraps-guard"])
def test_nothing_said_under_a_broken_guard_is_kept(
    place: Place, chosen: dict[str, Ended], name: str
) -> None:
    """P14: no conversation is on disk or on the screen."""
    assert chosen[name].out == ""
    assert not list((place.folder / f"run-{name}" / "traces").glob("*"))


@pytest.mark.slow
def test_a_run_that_hung_goes_on_when_the_plugin_is_mended(
    place: Place, chosen: dict[str, Ended]
) -> None:
    """P05: a run that the watch has ended is taken up as after any kill."""
    module = place.site.folder / "esc_skills_blocks.py"
    mended = module.read_text("utf-8").replace("threading.Event().wait()", "return ()")
    module.write_text(mended, "utf-8")
    case = next(case for case in CASES if case.folder == "hangs-blocking")
    assert json.loads((place.folder / f"run-{case.folder}" / "run.json").read_text())
    done = place.give({"again": (*place.chosen(case), "--json")})["again"]
    assert done.code == 0, done.err
    assert json.loads(done.out)["resumed"]


@pytest.mark.slow
def test_one_that_hears_no_interrupt_cannot_hold_the_process(chosen: dict[str, Ended]) -> None:
    """P05: where even an interrupt is swallowed the process ends, with the same line."""
    assert chosen["deaf"].code == 5
    assert "retriever.blocks (esc-skills-blocks 1.2) search: hangs" in chosen["deaf"].err


@pytest.mark.slow
def test_another_version_does_not_take_a_run_up(tmp_path: Path) -> None:
    """P15, R13: a plug-in that changed between run and resume is refused, with the difference."""
    place = Place(Site(tmp_path / "site"), tmp_path)
    place.add(SOUND)
    words = place.walk("run", "--set", "retriever.use=echo")
    assert place.give({"one": words})["one"].code == 0
    info = next(place.site.folder.glob("esc_skills_echo-*.dist-info"))
    meta = (info / "METADATA").read_text()
    (info / "METADATA").write_text(meta.replace("Version: 1.0", "Version: 1.1"))
    info.rename(info.with_name("esc_skills_echo-1.1.dist-info"))
    again = place.give({"two": words})["two"]
    assert again.code == 2
    assert "retriever.echo (esc-skills-echo).version: '1.0' → '1.1'" in again.err


@pytest.mark.slow
def test_the_kernel_works_without_any_plugin(tmp_path: Path) -> None:
    """Without the defaults, absent or disabled, commands say in one line what to install."""
    place = Place(Site(tmp_path / "site"), tmp_path)
    commands = {
        "help": ("--help",),
        "list": ("plugins", "list", "--json"),
        "doctor": ("plugins", "doctor", "--json"),
        "show": ("plugins", "show", "retriever.bm25"),
        "run": place.walk("run"),
        "config": ("config", "show"),
        "bench": ("study", "bench", "retriever"),
        "reproduce": ("study", "reproduce", "main"),
    }
    disabled = place.give(commands, ESC_SKILLS_DISABLE="esc-skills")
    place.site.write("esc-skills", {}, version="0.1.0")  # first on the path: an install without
    (place.site.folder / "esc_skills.py").unlink()
    absent = place.give(commands)
    assert json.loads(absent["list"].out) == []
    assert {status for *_, status in rows(disabled["list"].out)} == {"disabled"}
    for ends in (disabled, absent):
        assert [ends[name].code for name in ("help", "list", "doctor")] == [0, 0, 0]
        for name in ("show", "run", "config", "bench", "reproduce"):
            assert ends[name].code == 2, name
            assert "install" in ends[name].err
            assert len(ends[name].err.splitlines()) == 1, ends[name].err
