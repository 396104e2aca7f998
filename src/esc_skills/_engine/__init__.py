"""In what order, with which seed, clock, budget and concurrency.

Enters: an experiment.
Leaves: a finished run folder.
Door: ``run`` and the single-arrow commands.
"""
