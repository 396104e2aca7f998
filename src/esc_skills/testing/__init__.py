"""For authors of plug-ins: doubles, strategies, conformance suites.

Enters: a component.
Leaves: evidence that it keeps its promise.
Door: ``context`` for a quick test, ``strategies`` for Hypothesis.
"""

from esc_skills.testing.contexts import DeskContext, context

__all__ = ["DeskContext", "context"]
