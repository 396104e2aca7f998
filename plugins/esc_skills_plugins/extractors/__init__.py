"""Extractors: dialogue to Intervention Units, and a live reading of the seeker.

Enters: dialogues and histories.
Leaves: units and states in the taxonomy's labels.
Door: entry points ``extractor.*`` in pyproject; one component a file.
"""
