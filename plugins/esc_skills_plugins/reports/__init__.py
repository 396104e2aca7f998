"""Reports: pages and tables of a run.

Enters: a RunRecord.
Leaves: files that open without a network.
Door: entry points ``report.*`` in pyproject; one component a file.
"""
