"""pluggy's two markers; the only names a plug-in needs to be found."""

from __future__ import annotations

import pluggy

PROJECT = "esc_skills"
"""Name of the pluggy project and of the entry-point group."""

API_VERSION = (1, 0)
"""Hook API of this host: major, minor. A plug-in module may state ``ESC_SKILLS_API = "1.0"``."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
