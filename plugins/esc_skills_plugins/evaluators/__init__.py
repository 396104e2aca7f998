"""Evaluators: scores with intervals and a signature.

Enters: Evidence: traces, responses, a bank.
Leaves: Scores; a fault is counted and never a number.
Door: entry points ``evaluator.*`` in pyproject; one component a file.
"""
