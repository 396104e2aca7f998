"""O05: what a terminal would obey gets through no command, into no field's place."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest
from escapes import escapes, obeyed
from terminal import watch

from esc_skills._cli.findings import say_record
from esc_skills._cli.run import say
from esc_skills._cli.tables import emit_json
from esc_skills._engine.running import Run
from esc_skills._store.folder import RunFolder
from esc_skills.model import Condition, ExpectedOutcome, Part, Risk, Score, SkillsBank
from esc_skills.testing.conformance.printing import study
from esc_skills.testing.samples import bank, protected_skill, skill
from esc_skills.testing.sites import Site

Give = Callable[..., Any]

ATTACKS = escapes()
TEXT = "w0rds " + " ".join(ATTACKS)
"""All of them, which every field holds."""
ASKED = TEXT.replace("\x00", "")
"""The same for a command line of its own, which can hold no NUL."""
NAME = "w0rds\x1b[2J\x1b]52;c;eA==\x07\x9b31m\r\x08\u202e"
"""Short enough for a file name."""


def test_there_are_200_attacks_and_the_judge_knows_them() -> None:
    """The judge of the tests below: printed as they are, each would be obeyed."""
    assert len(ATTACKS) >= 200
    assert all(map(obeyed, ATTACKS))
    assert obeyed("plain words, — 心 é\n") == set()


def hostile(text: str) -> SkillsBank:
    """A bank in which every free text is the given one."""
    written = skill(
        overview=text,
        guidance=(text,),
        risks=(Risk(trigger=text, instead=text),),
        expected=ExpectedOutcome(changes=(text,)),
        pitfalls=(text,),
        examples=(text,),
        actions=(text,),
        applies=(Condition(words=text),),
        evidence=(text,),
    )
    return bank(written, protected_skill(), licences=(text,), notes=(text,))


@pytest.fixture(scope="module")
def attacked(small_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run folder whose bank, ledger, plug-in table and scores speak to the terminal."""
    home = tmp_path_factory.mktemp("attacked") / "run"
    shutil.copytree(small_run, home)
    for old in (home / "banks").iterdir():
        shutil.rmtree(old)
    folder = RunFolder(home)
    folder.write_bank(0, hostile(TEXT))
    for name in ("run.json", "ledger.jsonl"):
        lines = (home / name).read_text("utf-8")
        documents = [lines] if name == "run.json" else lines.splitlines()
        made = [json.dumps(_filled(json.loads(one))) for one in documents]
        (home / name).write_text("\n".join(made) + "\n", "utf-8")
    return home


FREE = {"why", "reason", "note", "notes", "refiner", "gate", "version", "distribution", "overview"}


def _filled(value: Any, key: str = "") -> Any:
    """Plain data with the attacks in every free text."""
    if isinstance(value, dict):
        return {name: _filled(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, key) for item in value]
    return TEXT if isinstance(value, str) and key in FREE else value


COMMANDS: tuple[tuple[str, ...], ...] = (
    ("bank", "list", "{bank}"),
    ("bank", "show", "{bank}"),
    ("bank", "show", "{bank}", "listen-first"),
    ("bank", "show", "{bank}", ASKED),
    ("bank", "diff", "{bank}", "{other}"),
    ("bank", "health", "{run}", "--json"),
    ("bank", "log", "{run}"),
    ("bank", "review", "{run}"),
    ("bank", "trace", "{run}"),
    ("bank", "trace", "{run}", ASKED),
    ("bank", "list", NAME),
    ("config", "show", "--set", f"run.{ASKED}=1"),
    ("config", "show", "--set", f"retriever={ASKED}"),
    ("plugins", "list"),
    ("plugins", "show", "retriever.w0rds"),
    ("plugins", "show", f"retriever.{ASKED}"),
    ("plugins", "list", "--role", ASKED),
    ("run", f"{NAME}.toml"),
    ("score", f"sample:{NAME}"),
    ("score", NAME),
    ("study", "ablate", f"{NAME}.toml"),
    (ASKED,),
    ("run", f"--{ASKED}"),
)
PLUGIN = f"""
import attrs
from esc_skills import hookimpl

@attrs.frozen(kw_only=True)
class Speaker:
    name = "w0rds"
    summary = {TEXT!r}
    loud: str = {TEXT!r}

    async def index(self, bank, ctx):
        return None

@hookimpl
def esc_skills_retrievers():
    return [Speaker]
"""


@pytest.fixture
def places(
    attacked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str | Path]:
    """What stands for the words in braces, with a plug-in that speaks to the terminal, too."""
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.chdir(tmp_path)
    Site(site).write("w0rds-plugin", {"retriever.w0rds": "w0rds_plugin"}, PLUGIN)
    monkeypatch.syspath_prepend(site)
    other = RunFolder.create(tmp_path / "other").write_bank(0, bank(skill(overview="Else.")))
    (kept,) = (attacked / "banks").iterdir()
    return {"{bank}": kept, "{run}": attacked, "{other}": other}


@pytest.mark.parametrize("json_too", [False, True], ids=["words", "json"])
@pytest.mark.parametrize("words", COMMANDS, ids=range(len(COMMANDS)))
def test_no_command_lets_one_through(
    words: tuple[str, ...], json_too: bool, give: Give, places: dict[str, str | Path]
) -> None:
    """Data and error lines are words only; JSON is whole, and keeps every sign as a number."""
    said = give(*(places.get(word, word) for word in words), *(["--json"] if json_too else []))
    assert obeyed(said.out) == set()
    assert obeyed(said.err) == set()
    assert "w0rds" in said.out + said.err
    assert "error[internal]" not in said.err
    if json_too and said.out:
        json.loads(said.out)


def test_no_summary_of_a_run_lets_one_through(
    attacked: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Arms, names, signatures, groups, faults, pages: as a table, and as JSON."""
    part = Part(group=TEXT, value=1.0, n=2)
    score = Score(
        evaluator=TEXT, name=TEXT, value=1.0, n=1, of=2, signature=TEXT, arm=TEXT, breakdown=(part,)
    )
    gap = attrs.evolve(score, evaluator="paired", signature="s")
    made = Run(
        path=attacked,
        scores=(score, attrs.evolve(score, signature="other"), gap),
        faults=(TEXT,),
        resumed=False,
        pages=(Path(TEXT),),
    )
    for as_json in (False, True):
        say(made, as_json=as_json)
        said = capsys.readouterr().out
        assert obeyed(said) == set()
        assert "w0rds" in said
    assert json.loads(said)["faults"] == [TEXT]


@pytest.mark.parametrize("as_json", [False, True], ids=["words", "json"])
def test_no_table_of_a_study_lets_one_through(
    as_json: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """Captions, heads, cells, notes, costs and what was lost."""
    told = attrs.evolve(study(TEXT), lost=(TEXT,))
    say_record(told, as_json=as_json, pages=(Path(f"study.{TEXT}"),), path=Path(TEXT))
    said = capsys.readouterr().out
    assert obeyed(said) == set()
    assert "w0rds" in said


def test_json_says_every_sign(capsys: pytest.CaptureFixture[str]) -> None:
    """What is escaped is read back as it was."""
    emit_json(list(ATTACKS))
    said = capsys.readouterr().out
    assert obeyed(said) == set()
    assert tuple(json.loads(said)) == ATTACKS


def test_a_printer_without_care_lets_them_through(capsys: pytest.CaptureFixture[str]) -> None:
    """The control: written as they are, 95 % and more reach the terminal."""
    sys.stdout.write("\n".join(ATTACKS))
    lines = capsys.readouterr().out.split("\n")
    assert sum(bool(obeyed(line)) for line in lines) >= 0.95 * len(ATTACKS)


def test_a_real_terminal_gets_words_only(attacked: Path, tmp_path: Path) -> None:
    """A pty, too: a bank's skill, and an error that names what was asked for."""
    script = Path(sys.executable).with_name("esc-skills")
    environ = {"PATH": os.environ["PATH"], "TERM": "xterm", "HOME": str(tmp_path)}
    for name in ("listen-first", ASKED):
        words = [str(script), "bank", "show", str(attacked), name]
        _, written = watch(words, environ | {"LANG": "C.UTF-8"})
        assert "w0rds" in written
        assert obeyed(written.replace("\r\n", "\n")) == set()
