"""Rules of a guard, read from their data file and tried on a text."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import attrs

from esc_skills.errors import DataError
from esc_skills.model import Speaker

RANK = {"high": 0, "medium": 1, "low": 2}
"""Order in which findings are told."""


@attrs.frozen(kw_only=True)
class Rule:
    """One boundary, with the examples that show what it means."""

    id: str
    """Such as ``crisis.suicide``."""
    speaker: Speaker
    """Whose messages it looks at."""
    severity: Literal["low", "medium", "high"]
    """``high``, ``medium`` or ``low``."""
    answer: str
    """``help`` or ``boundary``: which fixed text answers it."""
    reason: str
    """What it protects, in one sentence."""
    source: str
    """Where the rule comes from."""
    anchors: tuple[str, ...]
    """One of these stands in every text that the patterns can find."""
    patterns: tuple[str, ...]
    """Regular expressions on the plain text, macros filled in."""
    unless: tuple[str, ...]
    """Phrases that do not count, such as idioms."""
    positive: tuple[str, ...]
    """Examples that must alarm."""
    near_miss: tuple[str, ...]
    """Examples that look alike and must not."""
    found: re.Pattern[str] = attrs.field(init=False, eq=False, repr=False)
    """All patterns as one."""
    passed: re.Pattern[str] | None = attrs.field(init=False, eq=False, repr=False)
    """All phrases that do not count as one; None without any."""

    def __attrs_post_init__(self) -> None:
        """Compile once."""
        object.__setattr__(self, "found", re.compile("|".join(self.patterns)))
        masks = re.compile("|".join(self.unless)) if self.unless else None
        object.__setattr__(self, "passed", masks)

    def fires(self, plain: str) -> bool:
        """Say whether the rule finds something in a text written by ``plain``."""
        if not any(anchor in plain for anchor in self.anchors) or not self.found.search(plain):
            return False
        return self.passed is None or bool(self.found.search(self.passed.sub(" ¤ ", plain)))


def _filled(pattern: str, macros: Mapping[str, str]) -> str:
    for name, text in macros.items():
        pattern = pattern.replace("{" + name + "}", text)
    return pattern


def parse_rules(text: str, where: str) -> tuple[Rule, ...]:
    """Read rules from TOML.

    Raises:
        DataError: The file is not TOML, a rule lacks a field, or a pattern is wrong.
    """
    rules = []
    current = ""
    try:
        raw = tomllib.loads(text)
        macros = raw.get("macros", {})
        for entry in raw["rule"]:
            current = str(entry.get("id", ""))
            rules.append(_rule(entry, macros))
    except (tomllib.TOMLDecodeError, KeyError, TypeError, re.error) as fault:
        raise DataError(
            f"not a file of rules: {fault}",
            where=f"{where} {current}".strip(),
            hint="compare it with esc_skills_plugins/guards/rules.toml",
        ) from fault
    return tuple(rules)


def _rule(entry: Mapping[str, Any], macros: Mapping[str, str]) -> Rule:
    lists = {
        key: tuple(entry.get(key, ())) for key in ("anchors", "unless", "positive", "near_miss")
    }
    patterns = tuple(_filled(pattern, macros) for pattern in entry["patterns"])
    unless = tuple(_filled(pattern, macros) for pattern in lists["unless"])
    return Rule(**{**entry, **lists, "patterns": patterns, "unless": unless})


@cache
def default_rules() -> tuple[Rule, ...]:
    """The shipped rules, compiled once a process."""
    source = files("esc_skills_plugins.guards").joinpath("rules.toml")
    return parse_rules(source.read_text("utf-8"), "rules.toml")


@cache
def watching(speaker: str) -> tuple[Rule, ...]:
    """Shipped rules for one speaker, gravest first, then in file order."""
    rules = (rule for rule in default_rules() if rule.speaker == speaker)
    return tuple(sorted(rules, key=lambda rule: RANK[rule.severity]))
