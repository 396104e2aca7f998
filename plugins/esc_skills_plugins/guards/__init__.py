"""Guards: every message of both sides is looked at.

Enters: a text and its speaker.
Leaves: an Alarm or nothing, fixed texts, protected skills.
Door: entry points ``guard.*`` in pyproject; one component a file.
"""
