"""Responders: write the supporter's turns.

Enters: a Moment and the matches of a retriever.
Leaves: a Reply with strategy and the skills used.
Door: entry points ``responder.*`` in pyproject; one component a file.
"""
