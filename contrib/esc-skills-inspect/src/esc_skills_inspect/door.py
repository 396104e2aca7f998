"""Components by name, through the entry points that every plug-in registers.

ESC-Skills has no public door yet that gives a stranger a component; the entry-point group and the
provider hooks are public, so this is all there is to it. Nothing here checks, wraps or disables a
plug-in as a run does.
"""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import Any

from esc_skills.errors import UnknownPluginError

HOOKS = {
    "extractor": "esc_skills_extractors",
    "guard": "esc_skills_guards",
    "retriever": "esc_skills_retrievers",
}
"""Provider hook by role."""


def component(role: str, name: str) -> Any:
    """A component with its default settings.

    Args:
        role: A key of ``HOOKS``.
        name: Component name.

    Raises:
        UnknownPluginError: No installed distribution brings it.
    """
    known = {entry.name: entry for entry in entry_points(group="esc_skills")}
    entry = known.get(f"{role}.{name}")
    if entry is None:
        names = sorted(one.partition(".")[2] for one in known if one.startswith(f"{role}."))
        raise UnknownPluginError(
            f"no {role} named {name!r} is installed", hint=f"take one of {', '.join(names)}"
        )
    classes = getattr(entry.load(), HOOKS[role])()
    made: type[Any] = next(cls for cls in classes if cls.name == name)
    return made()
