"""Executors: many independent jobs at once.

Enters: a coroutine function and its items.
Leaves: answers in item order.
Door: entry points ``executor.*`` in pyproject; one component a file.
"""
