"""Labels and the taxonomy that holds them."""

from __future__ import annotations

import pytest

from esc_skills.model import Label, Taxonomy

ASK = Label(name="ask", definition="Asks.", strategy="Question")
TAXONOMY = Taxonomy(name="t", actions=(ASK, Label(name="hum", definition="Hums.")))


def test_labels_are_found_by_dimension_and_name() -> None:
    """A label of another dimension is another label."""
    assert TAXONOMY.label("action", "ask") == ASK
    assert TAXONOMY.label("state", "ask") is None


@pytest.mark.parametrize(
    ("action", "strategy"), [("ask", "Question"), ("hum", "Others"), ("fly", "Others")]
)
def test_an_action_without_a_strategy_counts_as_others(action: str, strategy: str) -> None:
    """The strategy of any action is one of the eight."""
    assert TAXONOMY.strategy_of(action) == strategy


def test_a_label_is_defined() -> None:
    """An annotator can follow every label."""
    with pytest.raises(ValueError, match="definition"):
        Label(name="ask", definition="")
