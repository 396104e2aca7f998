"""Figures: intervals, paired and sequential tests, corrections, power.

Enters: numbers; conversations, where a figure is one of a bank's own.
Leaves: numbers with their uncertainty; numpy and scipy are imported when they are needed.
Door: one file a question; public for plug-ins.
"""

from esc_skills.stats.bootstrap import bootstrap_interval, bootstrap_sums, jackknife_interval
from esc_skills.stats.contrast import contrast_interval
from esc_skills.stats.corrections import bonferroni, holm
from esc_skills.stats.expectations import expectations
from esc_skills.stats.means import Interval, mean_interval
from esc_skills.stats.paired import (
    paired_difference,
    paired_permutation,
    paired_student,
    pooled_means,
)
from esc_skills.stats.power import minimum_detectable, pairs_needed
from esc_skills.stats.proportions import rule_of_three, share_interval, wilson
from esc_skills.stats.sequential import GroupSequential, Look
from esc_skills.stats.spending import Spending, boundaries, spent
from esc_skills.stats.usage import Asked, asked, interference

__all__ = [
    "Asked",
    "GroupSequential",
    "Interval",
    "Look",
    "Spending",
    "asked",
    "bonferroni",
    "bootstrap_interval",
    "bootstrap_sums",
    "boundaries",
    "contrast_interval",
    "expectations",
    "holm",
    "interference",
    "jackknife_interval",
    "mean_interval",
    "minimum_detectable",
    "paired_difference",
    "paired_permutation",
    "paired_student",
    "pairs_needed",
    "pooled_means",
    "rule_of_three",
    "share_interval",
    "spent",
    "wilson",
]
