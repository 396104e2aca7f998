"""How a process ends that hears no interrupt: only the command line may say."""

from __future__ import annotations

from collections.abc import Callable

from esc_skills.errors import PluginError

last_resort: Callable[[PluginError], None] | None = None
"""Tells of the component that hangs, and ends the process; None in a library."""

impatient: Callable[[], None] | None = None
"""Ends the process at a second Ctrl-C, wherever it is; None in a library."""
