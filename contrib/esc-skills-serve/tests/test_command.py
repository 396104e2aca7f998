"""The command: what it refuses to start with, and a life from start to Ctrl-C."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
import urllib.request

import openai
import pytest
from click.testing import CliRunner
from esc_skills_serve.command import main

SECRET = "sk-live-0123456789abcdef0123456789"


@pytest.mark.parametrize(
    ("words", "environment", "told"),
    [
        (["--host", "0.0.0.0"], {}, "nobody would need a token"),
        (["--host", "::"], {}, "nobody would need a token"),
        (["--host", "127.0.0.1.example"], {}, "nobody would need a token"),
        (["--host", "0.0.0.0", "--token-env", "SERVE_TOKEN"], {}, "is not set"),
        (["--host", "0.0.0.0", "--token-env", "SERVE_TOKEN"], {"SERVE_TOKEN": " "}, "is blank"),
        (["--token-env", "SERVE_TOKEN"], {"SERVE_TOKEN": "short"}, "fewer than 16"),
        (["--token-env", "SERVE_TOKEN"], {"SERVE_TOKEN": SECRET + "\n"}, "no header can carry"),
        (["--token-env", SECRET], {}, "looks like a secret"),
        (["--upstream", "http://127.0.0.1:1/v1", "--key-env", SECRET], {}, "looks like a secret"),
        (["--upstream", "http://127.0.0.1:1/v1", "--key-env", "UP_KEY"], {}, "is not set"),
        (["--upstream", f"http://me:{SECRET}@host/v1"], {}, "holds a login"),
        (["--upstream", f"http://host/v1?key={SECRET}"], {}, "holds a login or a query"),
        (["--upstream", "host/v1"], {}, "no address"),
        (["--upstream", "http://host/v1", "--backend", "openai"], {}, "two upstreams"),
        (["--backend", "scripted", "--set", "nothing"], {}, "KEY=VALUE"),
        (["--backend", "no-such"], {}, "no-such"),
        (["--key-env", "UP_KEY"], {}, "belongs to --upstream"),
        (["no-such-bank"], {}, "no-such-bank"),
    ],
    ids=range(18),
)
def test_it_refuses_to_start(words, environment, told):
    """C04, C05, X01: exit 2 before anything listens, with what to type, and no secret shown."""
    found = CliRunner().invoke(main, words, env={"UP_KEY": None, **environment})
    assert found.exit_code == 2, found.output
    assert told in found.output
    assert SECRET not in found.output
    assert found.output.startswith("error[")
    assert found.output.count("\n") == 1


def test_it_serves_until_it_is_told_to_stop():
    """The installed bank answers the official client; Ctrl-C ends it; no word is logged (X02)."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "esc_skills_serve", "--port", str(port), "--access-log"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        _wait(port, process)
        client = openai.OpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key="none")
        talk = [{"role": "user", "content": "I lost my job and I cannot sleep."}]
        assert client.chat.completions.create(model="any", messages=talk).choices[0].message.content
        (model,) = client.models.list().data
        assert model.id == "esc-skills-starter"
    finally:
        process.send_signal(signal.SIGINT)
    told, _ = process.communicate(timeout=15)
    assert process.returncode in {0, 130}
    assert "POST /v1/chat/completions" in told
    assert "job" not in told
    assert "Traceback" not in told


def _wait(port, process):
    for _ in range(200):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz").close()
            return
        except OSError:
            assert process.poll() is None, process.communicate()
            time.sleep(0.1)
    raise TimeoutError
