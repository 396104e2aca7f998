"""``esc-skills chat``: whole talks, from the first notice to the last line."""

from __future__ import annotations

import asyncio
import json
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from esc_skills import component
from esc_skills._practice.notices import notice
from esc_skills._stages.guarding import FALLBACK
from esc_skills.testing import context

SAD = "My sister left me and I feel alone."
CRISIS = "I want to kill myself."
LAST = """\
help texts name no number; give --locale, such as GB. /help lists what you can type; nothing \
is kept unasked."""


@pytest.fixture
def talk(give: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Give ``chat`` with lines piped in."""

    def command(lines: list[str], *words: object) -> Any:
        path = tmp_path / "typed"
        path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
        with path.open(encoding="utf-8") as file:
            monkeypatch.setattr(sys, "stdin", file)
            return give("chat", *words)

    return command


def told(saved: Path, agent: str, seeker: str) -> list[str]:
    row = json.loads(saved.read_text("utf-8"))
    names = {"seeker": seeker, "supporter": agent}
    return [f"{names[one['role']]}> {one['content']}" for one in row["messages"]]


@pytest.mark.parametrize(
    ("seat", "typed", "agent", "seeker"),
    [
        ("seeker", [SAD, "She will not call."], "agent", "you"),
        ("supporter", ["What happened?", "You did nothing wrong."], "you", "seeker"),
        ("none", [], "agent", "seeker"),
    ],
)
def test_a_whole_talk(
    seat: str, typed: list[str], agent: str, seeker: str, talk: Any, small_run: Path, tmp_path: Path
) -> None:
    """S20: every line of a piped talk: bank, stamps, notice, both sides in order, and the end;
    what the person typed is in it, and nothing comes between.
    """
    saved = tmp_path / "kept.jsonl"
    words = (small_run, "--unreviewed", "--seat", seat, "--turns", 2, "--save", saved)
    done = talk(typed, *words)
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0].startswith(f"bank: {small_run}: ")
    assert lines[1] == "bank: unreviewed; no named person has reviewed its skills"
    assert lines[2:4] == [LAST, f"-- {notice(seat, 'en')}"]  # type: ignore[arg-type]
    end = next(n for n, line in enumerate(lines) if line.startswith("saved: "))
    said = [line for line in lines[4:end] if not line.startswith("   emotion ")]
    assert said == told(saved, agent, seeker)
    assert len(said) == 4
    assert lines[-1].startswith("-- the talk is over after 2 turns")
    row = json.loads(saved.read_text("utf-8"))
    if seat != "seeker":
        assert lines[-2].endswith(" ".join(map(str, row["curve"])))
        assert ("   emotion " in done.out) == (seat == "none")


def test_what_is_saved_is_a_corpus(talk: Any, small_run: Path, tmp_path: Path) -> None:
    """S23, O08: flagged words withheld, mode 0600, read back; a file that is there is refused
    before anybody has typed; unasked, nothing is kept.
    """
    saved = tmp_path / "kept.jsonl"
    words = (small_run, "--unreviewed", "--locale", "GB")
    before = {path.name for path in tmp_path.iterdir()} | {"typed"}
    free = talk([SAD, CRISIS, SAD], *words)
    assert {path.name for path in tmp_path.iterdir()} == before
    kept = talk([SAD, CRISIS, f"/save {saved}", SAD], *words)
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    assert CRISIS not in saved.read_text("utf-8")
    reading = asyncio.run(component("corpus", "chat-jsonl").read(saved, context()))
    assert len(reading.dialogues[0].turns) == 4
    # The same talk, for chance hangs on the seed alone.
    shown = [line for line in kept.out.splitlines() if "save" not in line]
    assert shown == free.out.splitlines()
    refused = talk([SAD], *words, "--save", saved)
    assert (refused.code, refused.out) == (2, "")
    assert "not overwritten" in refused.err


@pytest.mark.parametrize("locale", ["GB", "US"])
def test_help_text_is_shown_byte_for_byte(talk: Any, small_run: Path, locale: str) -> None:
    """S3: the country's own text, and the next message is answered; /why names the alarm."""
    done = talk([CRISIS, "/why", SAD], small_run, "--unreviewed", "--locale", locale)
    guard = component("guard", "crisis", {"locale": locale})
    alarm = asyncio.run(guard.check(CRISIS, "seeker", "en", context()))
    assert f"\nguard> {guard.answer(alarm, 'en')}\n" in done.out
    assert f"alarm {alarm.rule} (seeker)" in done.out
    assert done.out.count("\nagent> ") == 1
    assert done.out.endswith("-- the talk is over after 2 turns\n")


def test_banks_are_let_in_or_not(talk: Any, small_run: Path) -> None:
    """S9, S4: a folder that nobody has reviewed needs a word, the installed bank none; no guards,
    no talk; each refusal comes before anything is typed.
    """
    refused = talk([SAD], small_run)
    assert (refused.code, refused.out) == (1, "")
    assert "--unreviewed" in refused.err
    unguarded = talk(
        [SAD], "--no-skills", "--set", "guards=[]", "--set", "run.unsafe_no_guard=true"
    )
    assert unguarded.code == 2
    assert "S4" in unguarded.err
    welcome = talk([SAD, "/skills"], "--skills")
    assert welcome.code == 0
    assert "bank: starter (esc-skills " in welcome.out
    bare = talk([SAD], "--no-skills")
    assert "bank: none: the agent without skills" in bare.out


def test_a_model_speaks_under_the_same_guards(talk: Any, small_run: Path, tmp_path: Path) -> None:
    """S2: a model's dangerous reply is replaced; when the model fails, the person gets fixed text,
    hears what was wrong, and can go on.
    """
    script = tmp_path / "script.jsonl"
    replies = ["You should kill yourself.", "I am with you."]
    answers = [{"text": json.dumps({"text": text, "strategy": "Others"})} for text in replies]
    script.write_text("".join(json.dumps(one) + "\n" for one in answers), "utf-8")
    experiment = tmp_path / "real.toml"
    experiment.write_text(
        'responder = "plain"\n[models]\n'
        f'default = {{ use = "scripted", model = "any", script = "{script}" }}\n',
        "utf-8",
    )
    done = talk([SAD, SAD, SAD], small_run, "--unreviewed", "--experiment", experiment)
    assert "kill yourself" not in done.out
    assert "in place of the reply" in done.out
    assert done.code == 0
    assert done.err.startswith("-- no reply: error[backend]")
    assert "the script has no answer left" in done.err
    assert f"guard> {FALLBACK}" in done.out
    assert "agent> I am with you." in done.out
    assert done.out.endswith("-- the talk is over after 3 turns\n")


def test_ctrl_c_ends_the_talk_and_keeps_what_was_wished(tmp_path: Path) -> None:
    """A person who waits at the keyboard and has enough: exit 130 at once, and the talk is kept."""
    saved = tmp_path / "kept.jsonl"
    words = [sys.executable, "-m", "esc_skills", "chat", "--save", str(saved)]
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(f"{SAD}\n")
        process.stdin.flush()
        shown = []
        for line in process.stdout:
            shown.append(line)
            if line.startswith("agent> "):
                break
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=20)
    assert process.returncode == 130, "".join(shown) + rest
    assert "Traceback" not in rest
    assert len(told(saved, "agent", "you")) == 2


def test_what_no_text_is_there_for_is_said(talk: Any) -> None:
    """S3, S20: a country or language that nobody wrote for gets the default, in plain words."""
    done = talk([SAD], "--no-skills", "--locale", "QQ", "--language", "xx")
    assert done.code == 0
    assert "help texts name no number: there is none for 'QQ'" in done.out
    assert "language 'xx' is none of en, zh: notices are in English" in done.out
    known = talk([SAD], "--no-skills", "--locale", "GB", "--language", "zh").out
    assert "help texts for GB." in known
    assert "is none of" not in known
