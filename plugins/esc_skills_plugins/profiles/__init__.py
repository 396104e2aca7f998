"""Profiles: named sets of simulated seekers.

Enters: nothing, or a file.
Leaves: SeekerProfiles with a purpose: refine, verify or report.
Door: entry points ``profiles.*`` in pyproject; one component a file.
"""
