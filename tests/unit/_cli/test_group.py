"""The command table and how commands end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest

from esc_skills._cli.group import COMMANDS, cli


def test_help_lists_every_command(give) -> None:
    """``--help`` shows each command with its line, and leaves with 0."""
    said = give("--help")
    assert said.code == 0
    assert all(name in said.out for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_there_and_helps(give, name: str) -> None:
    """Each line of the table leads to a command with a help of its own."""
    context = click.Context(cli)
    assert cli.get_command(context, name) is not None
    assert give(name, "--help").code == 0


def test_unknown_command_names_the_nearest(give) -> None:
    """A typo ends with 2, one line, and the right word."""
    said = give("scor")
    assert said.code == 2
    assert "did you mean score?" in said.err
    assert said.err.count("\n") == 1


@pytest.mark.parametrize("words", [[], ["bank"], ["study", "sheet"], ["config"]], ids=" ".join)
def test_a_command_alone_shows_what_there_is(give, words: list[str]) -> None:
    """Its help as it is, line by line, and exit 2: nothing was done."""
    said = give(*words)
    assert (said.code, said.out) == (2, "")
    assert said.err.strip() == give(*words, "--help").out.strip()


def test_a_slip_names_the_help_of_its_own_command(give) -> None:
    """Not that of the whole program."""
    assert "(esc-skills bank diff --help lists" in give("bank", "diff", "one").err
    assert "(esc-skills run --help lists" in give("run", "--ouy", "x").err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_output_that_has_no_room_is_no_defect_of_ours() -> None:
    """R06: exit 3 and one line; a script that keeps the output learns that it is not whole."""
    with Path("/dev/full").open("w") as full:
        words = [sys.executable, "-m", "esc_skills", "--help"]
        done = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 3
    assert done.stderr.startswith("error[store] standard output: No space left")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "words",
    [
        ["run", "nowhere.toml"],
        ["run", "--set", "retriever=nobody"],
        ["run", "--set", "retriever.kk=3"],
        ["run", "--set", "run.concurrency=0"],
        ["score", "nowhere"],
        ["score", "esconv:nowhere.json"],
        ["bank", "list", "nowhere"],
        ["bank", "show"],
        ["config", "check", "--set", "gate.alpha=7"],
        ["run", "--nonsense"],
    ],
    ids=" ".join,
)
def test_wrong_input_is_one_line_and_exit_2(give, words: list[str], tmp_path, monkeypatch) -> None:
    """C01–C03, I01: what, where, hint on one line of stderr; nothing on stdout; no traceback."""
    monkeypatch.chdir(tmp_path)
    said = give(*words)
    assert said.code == 2, said.err
    assert said.out == ""
    assert said.err.startswith("error[")
    assert said.err.count("\n") == 1
    assert "Traceback" not in said.err
    assert not any(tmp_path.iterdir()) or all(item.name == "runs" for item in tmp_path.iterdir())


def test_debug_shows_the_traceback(give) -> None:
    """``--debug`` lets the error through for people who mend it."""
    from esc_skills._cli.group import run_main
    from esc_skills.errors import EscSkillsError

    with pytest.raises(EscSkillsError):
        run_main(["--debug", "run", "nowhere.toml"])


def test_version_is_printed(give) -> None:
    """``--version`` names the distribution's version."""
    assert "0.1.0" in give("--version").out


@pytest.mark.slow
@pytest.mark.parametrize("words", [["--help"], ["plugins", "list", "--json"]], ids=["text", "json"])
def test_closed_pipe_ends_quietly(words: list[str]) -> None:
    """R48: a reader that has gone away before the first word causes no complaint."""
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "esc_skills", *words],
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.slow
def test_without_any_output_a_command_ends_as_always() -> None:
    """R47: a process that was begun with closed streams does its work, and says how it ended."""
    for closed, words, code in ((">&-", "--version", 0), (">&- 2>&-", "bank list nowhere", 2)):
        command = f"{sys.executable} -m esc_skills {words} {closed}"
        done = subprocess.run(["bash", "-c", command], capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (code, b""), command


@pytest.mark.slow
@pytest.mark.parametrize(
    ("variables", "shown"),
    [
        ({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, "m\u00f6we 你".encode()),
        ({"PYTHONIOENCODING": "latin-1"}, b"m\xf6we \\u4f60"),
    ],
    ids=["c-locale", "latin-1"],
)
def test_c_locale_prints_without_crashing(
    tmp_path, variables: dict[str, str], shown: bytes
) -> None:
    """R47: a C locale on a dumb terminal is no encoding error; a narrow one shows escapes."""
    (tmp_path / "own.toml").write_text(
        '[models.default]\nuse = "openai"\nmodel = "m\u00f6we 你"\n', "utf-8"
    )
    done = subprocess.run(
        [sys.executable, "-m", "esc_skills", "config", "show", "own.toml"],
        capture_output=True,
        env={**os.environ, "TERM": "dumb", **variables},
        cwd=tmp_path,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert shown in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "sigterm"])
def test_interrupted_run_ends_with_130_and_says_how_to_go_on(
    small_experiment, tmp_path, sign
) -> None:
    """R03, R04: one signal ends a run with 130 and one line; the same command goes on."""
    words = [sys.executable, "-m", "esc_skills", "run", str(small_experiment), "--out", "run"]
    process = subprocess.Popen(words, cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    assert process.stderr
    assert any("bank 0" in line for line in process.stderr)
    process.send_signal(sign)
    rest = process.stderr.read()
    assert process.wait(timeout=10) == 130
    assert "same command" in rest
    assert "Traceback" not in rest
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0


LATE = {
    "while Python leaves": "import atexit; atexit.register(signal.raise_signal, {sign})",
    "after Python has left": (
        "class Late:\n    def __del__(self, ring=signal.raise_signal): ring({sign})\nlate = Late()"
    ),
}


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "sigterm"])
@pytest.mark.parametrize("moment", sorted(LATE))
def test_a_signal_after_the_last_word_changes_no_exit_code(moment: str, sign: int) -> None:
    """R03, R04: what was done and said stays done; no process is killed in silence."""
    late = LATE[moment].format(sign=int(sign))
    program = f"import signal, sys\nfrom esc_skills._cli.group import process\n{late}\nprocess()"
    words = [sys.executable, "-c", program, "--help"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Commands" in done.stdout


def test_a_path_that_no_disk_takes_is_one_line(give) -> None:
    """I01: a name beyond all length is the user's slip, not a defect."""
    said = give("bank", "list", "x" * 300)
    assert said.code == 2
    assert said.err.startswith("error[usage]: File name too long: 'xxx")
    assert len(said.err) < 200
