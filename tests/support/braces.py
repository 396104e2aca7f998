"""Groups of LaTeX that open and close."""

from __future__ import annotations

import re


def balanced(text: str) -> bool:
    """Whether every group that opens closes, escaped braces aside."""
    depth = 0
    for brace in re.findall(r"[{}]", re.sub(r"\\[{}\\]", "", text)):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return False
    return depth == 0
