"""Prompt texts: TOML files beside the components, one table a language and step.

A file ``room/component.prompts.toml`` holds ``[en.STEP]`` and ``[zh.STEP]`` with ``system`` and
``task``. A slot such as ``{labels}`` takes text of this project's own (label lists, numbers);
text of seekers, data sets, skills or profiles never fills a slot: it goes into ``data``, which
the gateway puts into an envelope.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from esc_skills.errors import DataError
from esc_skills.model import short_hash
from esc_skills.spec import Prompt

LANGUAGES: tuple[str, ...] = ("en", "zh")
"""Languages that prompts are written in; others fall back to the first."""


@cache
def prompt_file(room: str, component: str) -> Mapping[str, Any]:
    """Read a component's prompt file.

    Raises:
        DataError: The file is not TOML, or lacks a language.
    """
    name = f"{component}.prompts.toml"
    source = files(f"esc_skills_plugins.{room}").joinpath(name)
    try:
        texts = tomllib.loads(source.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as fault:
        raise DataError(
            f"not a prompt file: {fault}", where=f"{room}/{name}", hint="install esc-skills again"
        ) from fault
    missing = [language for language in LANGUAGES if language not in texts]
    if missing:
        raise DataError(
            f"no prompts in {', '.join(missing)}",
            where=f"{room}/{name}",
            hint=f"add [{missing[0]}.STEP] tables",
        )
    return texts


def spoken(language: str) -> str:
    """Prompt language for a BCP 47 tag: its first part where prompts exist, else English."""
    first = language.split("-")[0].lower()
    return first if first in LANGUAGES else LANGUAGES[0]


def filled(text: str, slots: Mapping[str, str]) -> str:
    """Fill slots; braces that are no slot stay as they are, so JSON examples need no escape."""
    for name, value in slots.items():
        text = text.replace("{" + name + "}", value)
    return text.strip()


def prompt(
    room: str,
    component: str,
    step: str,
    *,
    language: str = "en",
    slots: Mapping[str, str] | None = None,
    data: Sequence[tuple[str, str]] = (),
) -> Prompt:
    """Make a prompt of a component's step.

    Args:
        room: Plug-in room, such as ``seekers``.
        component: File stem, such as ``sage``.
        step: Table of the file, such as ``analyse``.
        language: BCP 47 tag of the conversation.
        slots: Text of this project's own, by slot name.
        data: Untrusted texts by name.
    """
    texts = prompt_file(room, component)[spoken(language)][step]
    known = slots or {}
    return Prompt(
        system=filled(texts["system"], known),
        task=filled(texts["task"], known),
        data=tuple(data),
        id=f"{room}.{component}.{step}.{spoken(language)}:{short_hash([texts, sorted(known)])}",
    )
