"""Figures: intervals, paired and sequential tests, corrections, power.

Enters: numbers.
Leaves: numbers with their uncertainty; scipy is imported when it is needed.
Door: one file a question; public for plug-ins.
"""
