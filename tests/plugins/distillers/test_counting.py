"""Units are counted by state, action and polarity; rare keys go to their nearest neighbour."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from esc_skills.stats import wilson
from esc_skills_plugins.distillers.counting import cells, dialogues, prototypes
from esc_skills_plugins.distillers.wording import wording_for


def test_a_prototype_counts_its_key(several, taxonomy):
    """Three good of five tries: the rate and its Wilson interval."""
    units = several(3) + several(2, "worried", "validate", "neutral", start=9)
    made, folded = prototypes(cells(units), wording_for(taxonomy), 3)
    assert folded == 0
    assert [item.key for item in made] == ["worried/validate/positive"]
    low, high = wilson(3, 5)
    assert (made[0].tried, made[0].rate) == (5, 0.6)
    assert (made[0].low, made[0].high) == (round(low, 6), round(high, 6))
    assert list(made[0].units) == sorted(unit.id for unit in units[:3])


def test_a_rare_key_goes_to_a_related_state(several, taxonomy):
    """The same action in a related state comes before a related action in the same state."""
    units = (
        several(1, "overwhelmed", "validate")
        + several(4, "worried", "validate", start=10)
        + several(4, "overwhelmed", "encourage", start=20)
    )
    made, folded = prototypes(cells(units), wording_for(taxonomy), 3)
    assert folded == 1
    home = next(item for item in made if item.folded)
    assert (home.key, home.folded) == (
        "worried/validate/positive",
        ("overwhelmed/validate/positive",),
    )
    assert (len(home.units), home.tried) == (5, 5)


def test_a_rare_key_without_related_state_goes_to_a_related_action(several, taxonomy):
    """When no related state has the action, a related action of the state takes it."""
    units = several(1, "closing", "take-side") + several(4, "closing", "validate", start=10)
    made, _ = prototypes(cells(units), wording_for(taxonomy), 3)
    assert [(item.key, item.folded) for item in made] == [
        ("closing/validate/positive", ("closing/take-side/positive",))
    ]


def test_polarities_never_mix(several, taxonomy):
    """A rare bad key never joins a good one; without a neighbour it stays."""
    units = several(5) + several(1, "worried", "validate", "negative", start=10)
    made, folded = prototypes(cells(units), wording_for(taxonomy), 3)
    assert folded == 0
    assert [item.polarity for item in made] == ["negative", "positive"]


def test_neutral_units_are_tries_and_nothing_more(several, taxonomy):
    """Without a key unit there is no prototype."""
    table = cells(several(4, "worried", "validate", "neutral"))
    assert prototypes(table, wording_for(taxonomy), 1) == ((), 0)
    assert table["worried", "validate"].tried == 4


def test_dialogues_are_told_apart_by_corpus_and_name(unit):
    """Two units of one dialogue are one source."""
    assert dialogues([unit(number=1, dialogue="a"), unit(number=2, dialogue="a")]) == 1


KINDS = st.lists(
    st.tuples(
        st.sampled_from(("worried", "overwhelmed", "angry", "closing")),
        st.sampled_from(("validate", "encourage", "inform", "keep-company")),
        st.sampled_from(("positive", "neutral", "negative")),
    ),
    max_size=25,
)


@given(kinds=KINDS, least=st.integers(1, 5))
def test_no_key_unit_is_lost_or_doubled(unit, taxonomy, kinds, least):
    """Folding moves evidence and never drops or copies it; shares stay shares."""
    units = [unit(*kind, number=at) for at, kind in enumerate(kinds)]
    made, folded = prototypes(cells(units), wording_for(taxonomy), least)
    held = sorted(name for item in made for name in item.units)
    assert held == sorted(unit.id for unit in units if unit.change.polarity != "neutral")
    assert folded == sum(len(item.folded) for item in made)
    assert all(item.low <= item.rate <= item.high for item in made)
    assert all(item.tried >= len(item.units) for item in made)
