"""Refiners: from traces to causes of failure, and to edits.

Enters: traces of refine profiles and the bank they used.
Leaves: a FailureReport and Proposals.
Door: entry points ``refiner.*`` in pyproject; one component a file.
"""
