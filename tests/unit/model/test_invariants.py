"""The validators that nouns share."""

from __future__ import annotations

import attrs
import pytest

from esc_skills.model.invariants import between, filled, one_of


@attrs.frozen(kw_only=True)
class Noun:
    share: float | None = attrs.field(default=0.5, validator=between(0, 1))
    kind: str = attrs.field(default="a", validator=one_of("a", "b"))
    text: str = attrs.field(default="x", validator=filled)
    many: tuple[str, ...] = attrs.field(default=("x",), validator=filled)


@pytest.mark.parametrize("value", [None, 0, 1, 0.3])
def test_a_range_includes_its_ends_and_nothing(value: float | None) -> None:
    """Both ends belong to the range; None means unknown."""
    assert Noun(share=value).share == value


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"share": 1.01}, "share = 1.01: must lie between 0 and 1"),
        ({"share": float("nan")}, "must lie between"),
        ({"kind": "c"}, "kind = 'c': must be one of a, b"),
        ({"text": " \n"}, "text must not be empty"),
        ({"many": ()}, "many must not be empty"),
    ],
)
def test_a_broken_invariant_names_field_value_and_rule(
    change: dict[str, object], said: str
) -> None:
    """The message alone tells what to mend."""
    with pytest.raises(ValueError, match=said.replace("(", r"\(")):
        Noun(**change)  # type: ignore[arg-type]
