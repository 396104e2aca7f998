"""Gates: is the candidate bank better than the current one?

Enters: paired outcomes.
Leaves: a Verdict, or the wish for more pairs.
Door: entry points ``gate.*`` in pyproject; one component a file.
"""
