"""Corpora: readers of dialogue files, with every quirk counted.

Enters: a path, or nothing for embedded data.
Leaves: a Reading: dialogues or traces, findings, licence.
Door: entry points ``corpus.*`` in pyproject; one component a file.
"""
