from __future__ import annotations

from esc_skills._host.hooks import manager
from esc_skills.spec import API_VERSION, hookimpl
from esc_skills.spec.markers import PROJECT, hookspec


def test_marks_are_understood_by_the_host() -> None:
    """A function marked with ``hookimpl`` is found under the project's name."""

    class Plugin:
        @hookimpl
        def esc_skills_gates(self) -> list[type]:
            return [int]

    hooks = manager()
    hooks.register(Plugin())
    assert hooks.hook.esc_skills_gates() == [[int]]


def test_project_name_is_the_entry_point_group() -> None:
    """One name for hooks and for entry points."""
    assert (PROJECT, hookspec.project_name, hookimpl.project_name) == ("esc_skills",) * 3


def test_the_api_has_a_major_and_a_minor_number() -> None:
    """What ESC_SKILLS_API is compared with."""
    assert len(API_VERSION) == 2
    assert all(isinstance(number, int) for number in API_VERSION)
