"""The command table, and how every command ends.

A command's module is imported when the command runs: ``esc-skills --help`` stays as quick as
Python itself allows.
"""

from __future__ import annotations

import atexit
import errno
import importlib
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NoReturn

import click

from esc_skills._cli import streams
from esc_skills._engine import lastly
from esc_skills.errors import EscSkillsError

COMMANDS: dict[str, tuple[str, str]] = {
    "run": ("run:run", "Walk the whole road; again = resume."),
    "extract": ("arrows:extract", "Cut dialogues into Intervention Units."),
    "distil": ("arrows:distil", "Make bank 0 from the units."),
    "converse": ("arrows:converse", "Let bank 0 meet the refine profiles."),
    "evolve": ("arrows:evolve", "Refine the bank, round by round."),
    "score": ("score:score", "Score a run, stored transcripts, or a bank on dialogues."),
    "report": ("arrows:report", "Write the pages of a run."),
    "study": ("study:study", "Compare on purpose: ablate, bench, noise, power, reproduce …."),
    "chat": ("chat:chat", "Talk to a bank, sit in its place, or watch; saved only when asked."),
    "bank": ("bank:bank", "Look at banks: list, show, check, diff, health, log, review, trace."),
    "replay": ("replay:replay", "Make every number of a pack again, offline."),
    "plugins": ("plugins:plugins", "List, show and examine plug-ins."),
    "config": ("config:config", "Show or check an experiment."),
}
"""Name → where it lives, and its line in the help."""


INTERRUPTED = "interrupted: nothing finished is lost; give the same command to go on"


class LazyGroup(click.Group):
    """A group that imports a command only to run it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Commands in road order."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import one command."""
        if name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[name][0].partition(":")
        found: click.Command = getattr(
            importlib.import_module(f"esc_skills._cli.{module}"), attribute
        )
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help from the table, importing nothing."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Name the nearest command when there is none of that name."""
        name = args[0] if args else ""
        if name and not name.startswith("-") and name not in COMMANDS:
            from difflib import get_close_matches

            near = get_close_matches(name, COMMANDS, n=1)
            guess = f"did you mean {near[0]}? " if near else ""
            raise click.UsageError(f"no command {name!r}; {guess}commands: {', '.join(COMMANDS)}")
        return super().resolve_command(ctx, args)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug", is_flag=True, help="Show tracebacks.")
@click.option(
    "--no-plugin", "disable", multiple=True, metavar="NAME", help="Never import this plug-in."
)
@click.option("--safe", is_flag=True, help="Only the project's own plug-ins.")
@click.version_option(package_name="esc-skills", prog_name="esc-skills")
def cli(debug: bool, disable: tuple[str, ...], safe: bool) -> None:
    """ESC-Skills: discover, evolve and measure skills for emotional support conversations.

    A research tool; not a crisis service and not a medical device.
    """
    if disable:
        barred = [os.environ.get("ESC_SKILLS_DISABLE", ""), *disable]
        os.environ["ESC_SKILLS_DISABLE"] = ",".join(name for name in barred if name)
    if safe:
        os.environ["ESC_SKILLS_SAFE"] = "1"


def _flat(line: str) -> str:
    """A line that holds words of others."""
    from esc_skills._cli.tables import flat

    return flat(line)


def _leave(code: int, line: str) -> NoReturn:
    click.echo(_flat(line), err=True)
    sys.exit(code)


def _give_up(fault: EscSkillsError) -> NoReturn:
    """End a process that hears no interrupt."""
    if (live := sys.modules.get("esc_skills._cli.live")) is not None:
        live.leave()
    click.echo(_flat(fault.line), err=True)
    os._exit(fault.exit_code)


def _stop_now(*_: object) -> NoReturn:
    """End at a second interrupt, wherever the process is: what is finished lies on the disk."""
    with suppress(Exception):
        if (live := sys.modules.get("esc_skills._cli.live")) is not None:
            live.leave()
        os.write(2, f"{INTERRUPTED}\n".encode())  # the first may have stopped in the midst of echo
    os._exit(130)


def _left_behind(*kinds: str) -> bool:
    """Tell what plug-ins left behind, if any was imported; True when there is something."""
    if "esc_skills._host.importing" not in sys.modules:
        return False
    from esc_skills._host import leftovers

    found = [line for kind in kinds for line in getattr(leftovers, kind)()]
    for line in found:
        click.echo(_flat(f"warning: left behind: {line}"), err=True)
    return bool(found)


def _hear(what: Callable[..., Any] | signal.Handlers) -> None:
    """Let both signals that end a command do this from now on."""
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, what)


def process() -> None:
    """Run the command line as a process of its own, which ends whatever goes on in it (P13)."""
    if "--json" in sys.argv:
        streams.set_aside()
    lastly.last_resort, lastly.impatient = _give_up, _stop_now
    # The first to register is the last to be called; Python then gives up its own handlers.
    atexit.register(_hear, signal.SIG_IGN)
    atexit.register(_left_behind, "children")
    try:
        run_main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
        _hear(lambda *_: os._exit(code))  # all is said: an interrupt hurries it and changes no code
        if _left_behind("threads", "workers"):  # Python would wait for these
            _left_behind("children")
            streams.flush()
            os._exit(code)
        raise


def run_main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line; every end is one line and an exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    debug, out = "--debug" in words, sys.stdout
    for stream in (sys.stdout, sys.stderr):
        # A C locale or a closed terminal must not turn a result into a crash.
        reconfigure: Any = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="backslashreplace")
    # Preemption ends like Ctrl-C, on the way that a running event loop has for it: connections are
    # closed, what is finished is on disk, and the line says how to go on.
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        done = cli.main(words, prog_name="esc-skills", standalone_mode=False)
        streams.flush()
        sys.exit(done if isinstance(done, int) else 0)
    except (BrokenPipeError, SystemExit) as end:
        # Of a reader who is gone (`| head`) click tells by other streams and an exit with 1.
        if isinstance(end, SystemExit) and sys.stdout is out:
            raise
        streams.quiet()
        sys.exit(0)
    except (KeyboardInterrupt, click.Abort):
        if lastly.impatient:
            _hear(_stop_now)
        _leave(130, INTERRUPTED)
    except click.exceptions.NoArgsIsHelpError as fault:
        click.echo(fault.format_message(), err=True)
        sys.exit(2)
    except click.ClickException as fault:
        ctx = getattr(fault, "ctx", None)
        path = ctx.command_path if ctx else "esc-skills"
        _leave(2, f"error[usage]: {fault.format_message()} ({path} --help lists what there is)")
    except EscSkillsError as fault:
        if debug:
            raise
        _leave(fault.exit_code, fault.line)
    except Exception as fault:
        if debug:
            raise
        _leave(*_unforeseen(fault))


def _unforeseen(fault: Exception) -> tuple[int, str]:
    """Exit code and line of what no command foresaw."""
    if isinstance(fault, OSError) and fault.filename is not None:
        # A name too long for the disk, or a folder on a path that is a file.
        said = f"{fault.strerror}: {str(fault.filename)[:80]!r}"
        return 2, f"error[usage]: {said} (look at the path that you gave)"
    if isinstance(fault, OSError) and fault.errno in {errno.ENOSPC, errno.EDQUOT, errno.EIO}:
        hint = "what was to be told is lost, nothing else is; send it elsewhere"
        return 3, f"error[store] standard output: {fault.strerror} ({hint})"
    kind = type(fault).__name__
    return 1, f"error[internal]: {kind}: {fault} (a defect of esc-skills; see --debug)"
