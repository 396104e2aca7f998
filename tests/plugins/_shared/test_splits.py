"""What ``auto`` means is decided by the file, and stated."""

from __future__ import annotations

import pytest

from esc_skills.errors import ConfigError
from esc_skills_plugins._shared.splits import settled


@pytest.mark.parametrize(
    ("rule", "records", "esconv", "meant"),
    [
        ("auto", 1300, True, "official"),
        ("auto", 1299, True, "none"),
        ("auto", 1300, False, "none"),
        ("official", 1300, True, "official"),
        ("hash", 1300, True, "hash"),
        ("none", 1300, True, "none"),
    ],
)
def test_only_the_full_esconv_has_an_official_split(rule, records, esconv, meant):
    """The official split is for ESConv's 1,300 dialogues and nothing else."""
    assert settled(rule, records=records, esconv=esconv) == meant


def test_asking_for_it_elsewhere_is_refused():
    """A published split is never imitated on another file."""
    with pytest.raises(ConfigError, match="hash"):
        settled("official", records=1300, esconv=False)
