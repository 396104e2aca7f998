"""Retrievers: skills for a moment.

Enters: a bank to index, then moments.
Leaves: matches with a why; none when it abstains.
Door: entry points ``retriever.*`` in pyproject; one component a file.
"""
