"""Presets: whole experiments by name; what a user leaves out comes from ``default``.

Enters: nothing.
Leaves: component names by experiment key.
Door: entry points ``preset.*`` in pyproject; one preset a file, as ``EXPERIMENT``.
"""
