"""Getting ready: crews, guards and banks that may work with people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import pytest

from esc_skills._practice.engaging import Wish, engage, placeless
from esc_skills.errors import BankRuleError, ConfigError, UsageError
from esc_skills.model import SkillsBank
from esc_skills.testing.samples import bank, skill


def test_a_run_brings_bank_units_and_stamps(small_run: Path) -> None:
    """S9: the bank of a run is taken on a word, and its stamp stays in sight."""
    made = engage(Wish(bank=small_run, unreviewed=True))
    assert made.stamps == ("unreviewed",)
    assert made.theatre.units
    with pytest.raises(BankRuleError) as caught:
        engage(Wish(bank=small_run))
    assert caught.value.where == "S9"


@pytest.mark.parametrize(
    ("experiment", "kind"),
    [
        ({"guards": [], "run": {"unsafe_no_guard": True}}, "S4"),
        ({"guards": []}, ""),
    ],
    ids=["unsafe", "silent"],
)
def test_nobody_works_without_guards(experiment: dict[str, Any], kind: str) -> None:
    """S4: what an experiment may do on a stamp, practice may not do at all."""
    with pytest.raises(ConfigError, match=r"guards = \[\]") as caught:
        engage(Wish(bank=None, experiment=experiment))
    assert caught.value.where == kind or not kind


@pytest.mark.parametrize("change", ["missing", "changed", "claimed"])
def test_protected_skills_must_stand(small_run: Path, change: str) -> None:
    """S5: a bank whose protected skill is missing or changed, or that claims one more."""
    found = engage(Wish(bank=small_run, unreviewed=True)).bank
    assert found
    rest = tuple(one for one in found.skills if not one.protected)
    held = next(one for one in found.skills if one.protected)
    made: dict[str, SkillsBank] = {
        "missing": found.with_skills(rest),
        "changed": found.with_skills((*rest, attrs.evolve(held, overview="Be quiet."))),
        "claimed": found.with_skills((*rest, held, skill("my-own", protected=True))),
    }
    with pytest.raises(BankRuleError) as caught:
        engage(Wish(bank=made[change], unreviewed=True))
    assert caught.value.where == "S5"


def test_a_country_reaches_every_guard_that_asks_for_one() -> None:
    """The country is a setting of the guards; with none that has it, the word is refused."""
    made = engage(Wish(bank=None, locale="GB"))
    assert [one.settings["locale"] for one in made.experiment.guards] == ["GB"]
    assert made.bank is None


def test_who_asks_a_model_must_have_one(small_run: Path) -> None:
    """R29: a responder without its model is refused before anybody has said a word."""
    with pytest.raises(ConfigError, match="role 'responder'"):
        engage(Wish(bank=None, experiment={"responder": "paper"}))
    with pytest.raises(UsageError, match="no bank is called"):
        engage(Wish(bank="no-such-bank"))
    with pytest.raises(BankRuleError, match="made without guards"):
        engage(Wish(bank=bank(notes=("no-guard",)), unreviewed=True))


@pytest.mark.parametrize(
    ("locale", "nowhere"),
    [("GB", False), ("en-GB", False), ("QQ", True), ("gb", True)],
)
def test_a_country_without_a_text_is_known(locale: str, nowhere: bool) -> None:
    """S3: what is said of the help texts is what they hold; no guard falls back in silence."""
    assert placeless(engage(Wish(bank=None, locale=locale))) is nowhere
