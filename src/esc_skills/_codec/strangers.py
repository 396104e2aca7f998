"""A SKILL.md that no version of ours wrote: its words are taken, its structure is not known."""

from __future__ import annotations

from itertools import groupby

from esc_skills._codec.frontmatter import Matter, read_matter, split
from esc_skills._codec.markdown import refuse
from esc_skills._codec.nouns import load
from esc_skills._codec.skillmd import KEYS, read_skill
from esc_skills.model import Skill

OURS = "schema"
"""Key of the metadata that only our own files have."""


def read_any_skill(text: str, where: str) -> tuple[Skill, str]:
    """Read a skill of ours or of the Agent Skills standard at large.

    Of a stranger's skill the description becomes the overview, and every paragraph or list of the
    body a step of guidance, word by word; its metadata say nothing to us.

    Returns:
        The skill, and the licence that it states.

    Raises:
        DataError: Naming file and line.
    """
    lines, body, first = split(text.removeprefix("\ufeff"), where)
    matter = read_matter(lines, where)
    licence = matter.get("license", "")
    metadata = matter.get("metadata", {})
    stated = licence if isinstance(licence, str) else ""
    if isinstance(metadata, dict) and OURS in metadata:
        return read_skill(text, where), stated
    _check(matter, lines, where)
    blocks = _blocks(body)
    if not blocks:
        refuse("the body says nothing", where, first)
    fields = {"name": matter["name"], "overview": matter["description"], "guidance": blocks}
    return load({**fields, "life": "quarantined"}, Skill, where), stated


def _check(matter: Matter, lines: list[str], where: str) -> None:
    for key in matter:
        if key not in KEYS:
            line = next(n for n, line in enumerate(lines, 2) if line.strip().startswith(key))
            refuse(f"unknown key {key!r} in the front matter", where, line)
    for key in ("name", "description"):
        if not isinstance(matter.get(key), str):
            refuse(f"{key} is missing or no text", where, 1)


def _blocks(body: list[str]) -> list[str]:
    """Runs of lines between blank ones; a heading stays with what follows it."""
    runs = groupby(body, key=lambda line: bool(line.strip()))
    made: list[str] = []
    heading = ""
    for block in ("\n".join(lines) for filled, lines in runs if filled):
        if block.startswith("#") and "\n" not in block:
            heading += block + "\n"
            continue
        made.append(heading + block)
        heading = ""
    return [*made, heading.strip()] if heading else made
