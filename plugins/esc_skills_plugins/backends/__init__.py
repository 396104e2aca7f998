"""Backends: model providers.

Enters: a Request.
Leaves: a Completion, or a BackendError that says whether to try again.
Door: entry points ``backend.*`` in pyproject; one component a file.
"""
