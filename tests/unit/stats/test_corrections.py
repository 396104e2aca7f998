"""Corrections for many comparisons."""

from __future__ import annotations

import pytest

from esc_skills.stats import bonferroni, holm


def test_bonferroni_multiplies():
    """Each p-value is multiplied by their number, at most 1."""
    assert bonferroni([0.01, 0.4, 0.02]) == pytest.approx((0.03, 1.0, 0.06))


def test_holm_steps_down():
    """A worked example: sorted 0.01, 0.02, 0.03, 0.04 times 4, 3, 2, 1, never falling."""
    assert holm([0.04, 0.01, 0.03, 0.02]) == pytest.approx((0.06, 0.04, 0.06, 0.06))


def test_no_pvalues():
    """An empty table stays empty."""
    assert holm([]) == bonferroni([]) == ()
