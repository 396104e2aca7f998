"""Answers from a script: a model provider that needs no model, for tests and demonstrations."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cached_property
from typing import ClassVar

import attrs

from esc_skills.errors import BackendError, DataError
from esc_skills.spec import Backend, Capabilities, Completion, Request, hookimpl
from esc_skills_plugins._shared.textfile import setting_text

STOPS = ("end", "length", "refusal")
"""What ``stop`` may be."""


@attrs.frozen(kw_only=True)
class Line:
    """One answer of a script."""

    match: str = attrs.field(default="", validator=attrs.validators.instance_of(str))
    """Text that a request must hold; empty for the next request in order."""
    text: str = attrs.field(validator=attrs.validators.instance_of(str))
    """The answer."""
    stop: str = attrs.field(default="end", validator=attrs.validators.in_(STOPS))
    """Why the answer ends."""


def parse_script(text: str, where: str) -> tuple[Line, ...]:
    """Read a script: one JSON object a line, with ``text`` and perhaps ``match`` and ``stop``.

    Raises:
        DataError: With file and line.
    """
    lines = []
    for number, row in enumerate(text.splitlines(), 1):
        if row.strip():
            try:
                lines.append(Line(**json.loads(row)))
            except (TypeError, ValueError, RecursionError) as fault:
                raise DataError(
                    f"not a line of a script: {str(fault).splitlines()[0]}",
                    where=f"{where}:{number}",
                    hint='write {"match": "part of the request, or empty", "text": "the answer"}',
                ) from fault
    return tuple(lines)


@attrs.frozen(kw_only=True)
class ScriptedBackend:
    """Answers by match, else in order; deterministic; counts a word as a token.

    A line with a ``match`` answers every request that holds it, the first such line wins; a line
    without one answers once. Under concurrency only matches are independent of the order of calls.
    """

    name: ClassVar[str] = "scripted"
    summary: ClassVar[str] = "answers read from a script, no model"

    script: str = ""
    """Path of a JSON Lines file, each line {"match": …, "text": …, "stop": …}; empty for none."""
    replies: tuple[str, ...] = attrs.field(default=(), converter=tuple)
    """Answers given once each, in order, after those of the script."""

    @cached_property
    def _lines(self) -> tuple[Line, ...]:
        read: tuple[Line, ...] = ()
        if self.script:
            try:
                read = parse_script(setting_text(self.script), self.script)
            except (OSError, UnicodeDecodeError) as fault:
                raise DataError(
                    f"cannot read the script: {fault}", where=self.script, hint="check the path"
                ) from fault
        return (*read, *(Line(text=reply) for reply in self.replies))

    @cached_property
    def _left(self) -> Iterator[Line]:
        return iter([line for line in self._lines if not line.match])

    @property
    def capabilities(self) -> Capabilities:
        """Takes any sampling and seed, because they change nothing; enforces no schema."""
        return Capabilities(sampling=True, seed=True, remote=False)

    async def complete(self, request: Request) -> Completion:
        """Give the scripted answer.

        Raises:
            BackendError: No line of the script is left for this request.
            DataError: The script cannot be read.
        """
        asked = "\n".join([request.system, *(text for _, text in request.messages)])
        fitting = (line for line in self._lines if line.match and line.match in asked)
        line = next(fitting, None) or next(self._left, None)
        if line is None:
            raise BackendError(
                f"the script has no answer left ({len(self._lines)} lines)",
                hint="add a line to backend.scripted's script or replies, or a match for it",
            )
        return Completion(
            text=line.text,
            stop=line.stop,
            tokens_in=len(asked.split()),
            tokens_out=len(line.text.split()),
            model="scripted",
        )


@hookimpl
def esc_skills_backends() -> list[type[Backend]]:
    """Offer the component of this file."""
    return [ScriptedBackend]
