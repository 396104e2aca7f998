"""The words that skills are put together from, read from the data file beside this module."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import attrs

from esc_skills.model import Label, Taxonomy
from esc_skills_plugins._shared.affect import CRISIS


@attrs.frozen(kw_only=True)
class StateWords:
    """How to speak of one state."""

    name: str
    """State label."""
    when: str
    """Clause that follows the word when."""
    notice: str
    """First step: how to recognise it."""
    check: str
    """Last step: what to watch for afterwards."""
    related: tuple[str, ...] = ()
    """Nearest states, best first."""


@attrs.frozen(kw_only=True)
class ActionWords:
    """How to speak of one action."""

    name: str
    """Action label."""
    slug: str
    """Beginning of a skill's name."""
    does: str
    """Imperative clause."""
    why: str
    """One sentence on why it helps."""
    steps: tuple[str, ...]
    """Steps in order."""
    also: str = ""
    """One sentence that adds this action to another one."""
    pitfalls: tuple[str, ...] = ()
    """What people do wrong, one sentence each."""
    instead: str = ""
    """What to do in the place of this action."""
    examples: tuple[str, ...] = ()
    """Lines that do it; slots ``{feeling}`` and ``{topic}``, at most one in a line."""
    related: tuple[str, ...] = ()
    """Nearest actions, best first."""


@attrs.frozen(kw_only=True)
class Group:
    """Labels that belong together under one name."""

    name: str
    """Name of the need or of the family."""
    labels: tuple[str, ...]
    """State or action labels."""
    needs: tuple[str, ...] = ()
    """Needs that a family of actions may serve; empty for all."""


@attrs.frozen(kw_only=True)
class Wording:
    """Words for every label of a taxonomy; labels the file does not know get plain ones."""

    states: Mapping[str, StateWords]
    """By state label."""
    actions: Mapping[str, ActionWords]
    """By action label."""
    needs: tuple[Group, ...]
    """States that ask for the same; every ordinary state is in exactly one."""
    families: tuple[Group, ...]
    """Actions that go together; every action is in exactly one."""

    def state(self, name: str) -> StateWords:
        """Words for a state; plain ones for an unknown label."""
        return self.states.get(name) or _plain_state(name, "")

    def action(self, name: str) -> ActionWords:
        """Words for an action; plain ones for an unknown label."""
        return self.actions.get(name) or _plain_action(name, "")


def _spoken(name: str) -> str:
    return name.replace("-", " ")


def _plain_state(name: str, definition: str) -> StateWords:
    said = definition.rstrip(".") or _spoken(name)
    return StateWords(
        name=name,
        when=f"the seeker is in the state {_spoken(name)}",
        notice=f"Notice the state {_spoken(name)}: {said}.",
        check="See what the next message says about it.",
    )


def _plain_action(name: str, definition: str) -> ActionWords:
    said = definition.rstrip(".") or _spoken(name)
    return ActionWords(
        name=name,
        slug=name,
        does=f"use {_spoken(name)}",
        why="It was followed by good turns in the evidence.",
        steps=("Take up what the seeker just said.", f"Then do this: {said}."),
        instead="Take up what the seeker just said, and ask one open question.",
    )


@cache
def _raw() -> dict[str, Any]:
    source = files("esc_skills_plugins.distillers").joinpath("wording.toml")
    return tomllib.loads(source.read_text("utf-8"))


def _tuples(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(item) if isinstance(item, list) else item for key, item in entry.items()}


def _groups(kind: str, part: str, labels: tuple[Label, ...]) -> tuple[Group, ...]:
    """Groups of the file, kept to known labels; a label outside them is a group of its own."""
    left = [label.name for label in labels if label.name != CRISIS]
    made = []
    for entry in _raw()[kind]:
        known = tuple(name for name in entry[part] if name in left)
        if known:
            made.append(
                Group(name=entry["name"], labels=known, needs=tuple(entry.get("needs", ())))
            )
            left = [name for name in left if name not in known]
    return (*made, *(Group(name=name, labels=(name,)) for name in left))


def wording_for(taxonomy: Taxonomy) -> Wording:
    """Gather the words for a taxonomy."""
    raw = _raw()
    states = {label.name: _plain_state(label.name, label.definition) for label in taxonomy.states}
    actions = {
        label.name: _plain_action(label.name, label.definition) for label in taxonomy.actions
    }
    states |= {item["name"]: StateWords(**_tuples(item)) for item in raw["state"]}
    actions |= {item["name"]: ActionWords(**_tuples(item)) for item in raw["action"]}
    return Wording(
        states=states,
        actions=actions,
        needs=_groups("need", "states", taxonomy.states),
        families=_groups("family", "actions", taxonomy.actions),
    )
