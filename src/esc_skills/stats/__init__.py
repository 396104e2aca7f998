"""Figures: intervals, paired and sequential tests, corrections, power.

Enters: numbers; conversations, where a figure is one of a bank's own.
Leaves: numbers with their uncertainty; numpy and scipy are imported when they are needed.
Door: one file a question; public for plug-ins.
"""

from esc_skills.stats.agreement import alpha_interval, krippendorff_alpha
from esc_skills.stats.bootstrap import bootstrap_interval, bootstrap_sums, jackknife_interval
from esc_skills.stats.components import (
    Components,
    components,
    interaction,
    noise_floor,
    seekers_needed,
)
from esc_skills.stats.contrast import contrast_interval
from esc_skills.stats.corrections import bonferroni, holm
from esc_skills.stats.crossed import crossed_difference, crossed_error
from esc_skills.stats.expectations import expectations
from esc_skills.stats.losses import losses_differ
from esc_skills.stats.means import Interval, mean_interval
from esc_skills.stats.paired import (
    paired_difference,
    paired_permutation,
    paired_student,
    pooled_means,
)
from esc_skills.stats.power import minimum_detectable, pairs_needed
from esc_skills.stats.proportions import rule_of_three, share_interval, wilson
from esc_skills.stats.resampled import Tested, paired_bootstrap
from esc_skills.stats.sequential import GroupSequential, Look
from esc_skills.stats.spending import Spending, boundaries, spent
from esc_skills.stats.usage import Asked, asked, interference

__all__ = [
    "Asked",
    "Components",
    "GroupSequential",
    "Interval",
    "Look",
    "Spending",
    "Tested",
    "alpha_interval",
    "asked",
    "bonferroni",
    "bootstrap_interval",
    "bootstrap_sums",
    "boundaries",
    "components",
    "contrast_interval",
    "crossed_difference",
    "crossed_error",
    "expectations",
    "holm",
    "interaction",
    "interference",
    "jackknife_interval",
    "krippendorff_alpha",
    "losses_differ",
    "mean_interval",
    "minimum_detectable",
    "noise_floor",
    "paired_bootstrap",
    "paired_difference",
    "paired_permutation",
    "paired_student",
    "pairs_needed",
    "pooled_means",
    "rule_of_three",
    "seekers_needed",
    "share_interval",
    "spent",
    "wilson",
]
