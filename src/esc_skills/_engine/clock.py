"""The clock for those who show a run to people; nothing that it says gets into a result."""

from __future__ import annotations

import time


def seconds() -> float:
    """Seconds since some moment in the past; they never run backwards (R45)."""
    return time.monotonic()
