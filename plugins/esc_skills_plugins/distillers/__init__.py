"""Distillers: from units to prototypes, skills and statistics.

Enters: Intervention Units and their taxonomy.
Leaves: a Distillate.
Door: entry points ``distiller.*`` in pyproject; one component a file.
"""
