"""SKILL.md: a skill that was read is written and read again as the same one."""

from __future__ import annotations

from esc_skills._codec.frontmatter import read_matter, split, write_matter
from esc_skills._codec.skillmd import read_skill, write_skill
from esc_skills._codec.strangers import read_any_skill
from esc_skills._codec.strict import decode

WATCHED = (
    "esc_skills._codec.frontmatter",
    "esc_skills._codec.skillmd",
    "esc_skills._codec.strangers",
    "esc_skills._codec.markdown",
    "esc_skills._codec.bodies",
    "esc_skills._codec.strict",
)


def attempt(data: bytes) -> None:
    """Read a file of a stranger: its front matter, and the skill."""
    text = decode(data, "SKILL.md")
    lines, _, _ = split(text.removeprefix("\ufeff"), "SKILL.md")
    matter = read_matter(lines, "SKILL.md")
    again, _, _ = split(write_matter(matter), "again")
    assert read_matter(again, "again") == matter
    skill, licence = read_any_skill(text, "SKILL.md")
    assert read_skill(write_skill(skill, licence=licence), "again") == skill
