"""Words for new lines of skills, read from the data file beside this module."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import attrs

from esc_skills.model import Taxonomy

_SUBJECT = "the seeker "
"""How most clauses on a state begin."""


@attrs.frozen(kw_only=True)
class ActionWords:
    """How to speak of one action."""

    slug: str
    """Beginning of a skill's name."""
    does: str
    """Imperative clause."""
    steps: tuple[str, ...]
    """Steps in order."""
    also: str
    """One sentence that adds it to another action."""
    pitfall: str = ""
    """What people do wrong with it."""
    examples: tuple[str, ...] = ()
    """Lines that do it."""


@attrs.frozen(kw_only=True)
class StateWords:
    """How to speak of one state."""

    when: str
    """Clause that follows the word when."""
    notice: str
    """How to recognise it, as a step."""


@attrs.frozen(kw_only=True)
class Wording:
    """Words for labels and groups; what the file does not know is made of the taxonomy."""

    states: Mapping[str, StateWords]
    """By state label."""
    actions: Mapping[str, ActionWords]
    """By action label."""
    groups: Mapping[str, str]
    """Kinds of seeker as an observer would tell them, by ``persona_type=…`` or ``intention=…``."""
    taxonomy: Taxonomy | None = None
    """Definitions of foreign labels."""

    def action(self, label: str) -> ActionWords:
        """Words of an action."""
        known = self.actions.get(label)
        if known:
            return known
        words = label.replace("-", " ")
        entry = self.taxonomy.label("action", label) if self.taxonomy else None
        step = f"Try to {words}: {entry.definition}" if entry else f"Try to {words}."
        return ActionWords(slug=label, does=words, steps=(step,), also=step)

    def state(self, label: str) -> StateWords:
        """Words of a state."""
        known = self.states.get(label)
        if known:
            return known
        words = label.replace("-", " ") or "unclear"
        entry = self.taxonomy.label("state", label) if self.taxonomy else None
        notice = entry.definition if entry else f"Notice that the seeker is {words}."
        return StateWords(when=f"the seeker is {words}", notice=notice)

    def when(self, labels: tuple[str, ...]) -> str:
        """Several states as one clause; the subject is said once while it stays the same."""
        clauses = [self.state(label).when for label in labels]
        same = [clause.startswith(_SUBJECT) for clause in clauses]
        said = [
            clause.removeprefix(_SUBJECT) if place and same[place - 1] else clause
            for place, clause in enumerate(clauses)
        ]
        return " or ".join(filter(None, [", ".join(said[:-1]), *said[-1:]]))

    def group(self, group: str) -> str:
        """A kind of seeker in words."""
        return self.groups.get(group, f"seekers with {group.replace('=', ' ')}")


@cache
def _shipped() -> Wording:
    source = files("esc_skills_plugins.refiners").joinpath("wording.toml")
    raw = tomllib.loads(source.read_text("utf-8"))
    actions = {
        name: ActionWords(
            **{**entry, "steps": tuple(entry["steps"]), "examples": tuple(entry["examples"])}
        )
        for name, entry in raw["action"].items()
    }
    states = {name: StateWords(**entry) for name, entry in raw["state"].items()}
    groups = {
        f"{kind}={name}": words
        for kind, entry in raw["group"].items()
        for name, words in entry.items()
    }
    return Wording(states=states, actions=actions, groups=groups)


def wording(taxonomy: Taxonomy | None) -> Wording:
    """The shipped words, with a bank's own labels."""
    return attrs.evolve(_shipped(), taxonomy=taxonomy)
