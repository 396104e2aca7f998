"""The command table and how commands end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

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
def test_closed_pipe_ends_quietly() -> None:
    """R48: a reader that goes away causes no complaint."""
    command = f"{sys.executable} -m esc_skills plugins list --json | head -n 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert done.stderr == ""


@pytest.mark.slow
def test_c_locale_prints_without_crashing() -> None:
    """R47: a C locale and a dumb terminal get plain text, never an encoding error."""
    env = {**os.environ, "LC_ALL": "C", "TERM": "dumb", "PYTHONUTF8": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "esc_skills", "config", "show"],
        capture_output=True,
        env=env,
        check=False,
    )
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr


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
