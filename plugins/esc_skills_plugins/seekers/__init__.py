"""Seekers: play a profile.

Enters: a profile, then the supporter's replies.
Leaves: reactions: emotion change, inner thought, words, goodbye.
Door: entry points ``seeker.*`` in pyproject; one component a file.
"""
