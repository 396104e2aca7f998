"""``esc-skills-serve BANK``: from words on a command line to a server."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from typing import Any
from urllib.parse import urlsplit

import click

from esc_skills.errors import ConfigError, EscSkillsError

SHORTEST_TOKEN = 16
"""Characters that a token needs."""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}", re.ASCII)


def secret(variable: str, option: str) -> str:
    """The secret in an environment variable; its value is never shown (C04, C05).

    Raises:
        ConfigError: The name is none, or the variable is not set, blank, or holds what no header
            can carry.
    """
    if not _NAME.fullmatch(variable) or variable.lower().startswith(("sk_", "pk_", "hf_")):
        raise ConfigError(
            f"{option} looks like a secret, not like a variable's name (it is not shown)",
            hint=f"put it into the environment and write {option} NAME_OF_THE_VARIABLE",
        )
    value = os.environ.get(variable)
    if value is None or not value.strip():
        state = "not set" if value is None else "blank"
        raise ConfigError(
            f"the environment variable {variable} is {state}", hint=f"export {variable}=…"
        )
    if not value.isascii() or not value.isprintable() or " " in value:
        raise ConfigError(
            f"the environment variable {variable} holds what no header can carry",
            hint=f"export {variable} again, without spaces or a newline",
        )
    return value


def token_for(host: str, variable: str) -> str:
    """The token that clients must show.

    Raises:
        ConfigError: Others than this machine could ask, and there is no good token.
    """
    from esc_skills_serve.doors import LOOPBACK

    if not variable:
        if host in LOOPBACK:
            return ""
        raise ConfigError(
            f"--host {host} is reached from other machines, and nobody would need a token",
            hint="export TOKEN=$(openssl rand -hex 16) and add --token-env TOKEN, "
            "or stay on --host 127.0.0.1",
        )
    token = secret(variable, "--token-env")
    if len(token) < SHORTEST_TOKEN:
        raise ConfigError(
            f"the token in {variable} has fewer than {SHORTEST_TOKEN} characters",
            hint=f"export {variable}=$(openssl rand -hex 16)",
        )
    return token


def check_url(url: str) -> str:
    """The upstream's address.

    Raises:
        ConfigError: It is none, or holds a login or a query; it is not shown.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ConfigError("--upstream is no address", hint="write http://127.0.0.1:8080/v1")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ConfigError(
            "--upstream holds a login or a query (it is not shown)",
            hint="write the address alone, and name the key's variable with --key-env",
        )
    return url


def settings_of(words: tuple[str, ...]) -> dict[str, Any]:
    """``KEY=VALUE`` words; a value is TOML where it parses, else a plain word.

    Raises:
        ConfigError: A word has no ``=``.
    """
    import tomllib

    made: dict[str, Any] = {}
    for word in words:
        name, sign, value = word.partition("=")
        if not sign or not name.strip():
            raise ConfigError("a --set is not KEY=VALUE", hint="for example --set deadline=30")
        try:
            made[name.strip()] = tomllib.loads(f"x = {value}")["x"]
        except tomllib.TOMLDecodeError:
            made[name.strip()] = value
    return made


def upstream_of(options: dict[str, Any]) -> Any:
    """Who writes the replies; None for the agent's own responder.

    Raises:
        ConfigError: Two upstreams, or a wrong setting.
        EscSkillsError: The backend cannot be made.
    """
    import esc_skills
    from esc_skills_serve.upstream import PluginUpstream
    from esc_skills_serve.wire import WireUpstream

    url, backend = options["upstream"], options["backend"]
    if url and backend:
        raise ConfigError("--upstream and --backend are two upstreams", hint="choose one")
    if options["key_env"] and not url:
        raise ConfigError("--key-env belongs to --upstream", hint="a backend has a setting key")
    if backend:
        made = esc_skills.component("backend", backend, settings_of(options["set"]))
        return PluginUpstream(backend=made, model=options["model"], deadline=options["deadline"])
    if not url:
        return None
    return WireUpstream(
        url=check_url(url),
        model=options["model"],
        key=secret(options["key_env"], "--key-env") if options["key_env"] else "",
        deadline=options["deadline"],
        connections=options["most"],
    )


async def start(options: dict[str, Any]) -> None:
    """Open the bank, and serve until Ctrl-C.

    Raises:
        EscSkillsError: Before the first request, when something is wrong.
    """
    import uvicorn

    import esc_skills
    from esc_skills_serve.app import Rules, build
    from esc_skills_serve.counsel import Counsel
    from esc_skills_serve.doors import LOOPBACK

    host, bank = options["host"], options["bank"]
    rules = Rules(
        token=token_for(host, options["token_env"]),
        local=host in LOOPBACK,
        origins=options["allow_origin"],
        most=options["most"],
        bytes=options["most_bytes"],
    )
    upstream = upstream_of(options)
    agent = await esc_skills.open_agent(
        bank,
        experiment=options["experiment"] or None,
        unreviewed=options["unreviewed"],
        locale=options["locale"],
    )
    counsel = Counsel(
        agent=agent,
        upstream=upstream,
        release=options["release"],
        room=options["room"],
        notice=options["notice"],
    )
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", re.split(r"[\\/]", bank.rstrip("\\/"))[-1]).strip("-")
    model = f"esc-skills-{name or 'bank'}"
    config = uvicorn.Config(
        build(counsel, model=model, rules=rules),
        host=host,
        port=options["port"],
        log_level="info" if options["access_log"] else "warning",
        access_log=options["access_log"],
        server_header=False,
        proxy_headers=False,
        ws="none",
        timeout_graceful_shutdown=10,
    )
    shown = f"[{host}]" if ":" in host else host
    click.echo(f"{model} at http://{shown}:{options['port']}/v1 (Ctrl-C ends)", err=True)
    try:
        await uvicorn.Server(config).serve()
    finally:
        agent.close()


@click.command()
@click.argument("bank", default="starter")
@click.option("--host", default="127.0.0.1", show_default=True, help="Any other needs a token.")
@click.option("--port", default=8765, show_default=True, type=click.IntRange(1, 65535))
@click.option("--token-env", default="", metavar="VAR", help="Variable with the clients' token.")
@click.option("--upstream", default="", metavar="URL", help="OpenAI-compatible server.")
@click.option("--model", default="", help="Upstream's model; default: what the client names.")
@click.option("--key-env", default="", metavar="VAR", help="Variable with the upstream's key.")
@click.option("--backend", default="", metavar="NAME", help="Backend plug-in as upstream.")
@click.option("--set", multiple=True, metavar="KEY=VALUE", help="Setting of the backend.")
@click.option(
    "--release",
    default="whole",
    show_default=True,
    type=click.Choice(["whole", "sentence"]),
    help="When a guarded text goes out.",
)
@click.option("--locale", default="", help="Country of the people, such as GB: help texts.")
@click.option("--experiment", default="", help="Who reads, finds and guards; default: no model.")
@click.option("--unreviewed", is_flag=True, help="Take a bank that nobody has reviewed.")
@click.option("--notice", is_flag=True, help="Begin the first reply with the AI notice.")
@click.option("--room", default=12_000, show_default=True, help="Characters for skills.")
@click.option("--deadline", default=120.0, show_default=True, help="Seconds for the upstream.")
@click.option("--most", default=400, show_default=True, help="Requests answered at once.")
@click.option("--most-bytes", default=500_000, show_default=True, help="Bytes of a request.")
@click.option("--allow-origin", multiple=True, metavar="URL", help="Web page that may ask.")
@click.option("--access-log", is_flag=True, help="One line a request, without any words.")
def main(**options: Any) -> None:
    """Serve BANK (a name or a folder) to OpenAI clients: guarded, and skilled.

    Without --upstream and --backend the agent's own responder answers, with no model at all.
    """
    try:
        asyncio.run(start(options))
    except EscSkillsError as fault:
        click.echo(fault.line, err=True)
        sys.exit(fault.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
