from __future__ import annotations

from typing import ClassVar

import attrs
import pytest

from esc_skills.errors import ConfigError
from esc_skills.model import Alarm, Speaker
from esc_skills.spec import ROLES, Ask, Context, Prompt
from esc_skills.testing import conformance, context, doubles
from esc_skills.testing.conformance.trials import EVERY_ROLE, STATUTES, NotTried


@pytest.mark.parametrize("role", ROLES)
def test_every_role_has_laws_of_its_own(role: str) -> None:
    """A suite is more than the laws of every component."""
    own = [item for item in conformance.laws(role) if item.role == role]
    assert len(own) >= 2
    assert conformance.laws(role)[0].role == EVERY_ROLE


def test_every_law_is_a_sentence_with_a_name_of_its_own() -> None:
    """What a broken law says is a sentence; names tell laws of one role apart."""
    for item in STATUTES:
        assert item.sentence.endswith("."), item.name
    keys = [(item.role, item.name) for item in STATUTES]
    assert len(set(keys)) == len(keys)


def test_unknown_roles_have_no_laws() -> None:
    """A slip in the role is told with all roles."""
    with pytest.raises(ValueError, match="retriever"):
        conformance.laws("retreiver")


def test_check_lists_all_broken_laws_in_one_message() -> None:
    """An author sees everything at once, each law with its sentence and what happened."""
    with pytest.raises(AssertionError) as caught:
        conformance.check("extractor", doubles.PlainReader())
    message = str(caught.value)
    assert message.startswith("extractor.plain-reader breaks its promise:")
    assert "- extracts_in_order: Units come in turn order" in message
    assert "But: a plain dialogue gives no unit" in message


@pytest.mark.parametrize(
    ("role", "component"),
    [
        ("seeker", doubles.StepSeeker()),
        ("seeker", doubles.StepSeeker(steps=(-5, 9, 0))),
        ("guard", doubles.WordGuard()),
        ("gate", doubles.CountGate()),
        ("executor", doubles.OneByOne()),
    ],
)
def test_shipped_doubles_conform(role: str, component: object) -> None:
    """What authors get as examples passes the suite that they are held to."""
    conformance.check(role, component)


def test_a_raising_component_is_evidence_not_a_crash() -> None:
    """Whatever a component raises is told under the law that it broke."""
    found = conformance.faults("guard", doubles.RaisingGuard())
    assert any("checks_any_words" in fault and "RuntimeError" in fault for fault in found)


def test_services_are_lent_by_the_caller() -> None:
    """A suite may bring its own contexts, such as ones with scripted answers."""
    seeds = []

    def lend(seed: int) -> object:
        seeds.append(seed)
        return context(seed)

    conformance.check("gate", doubles.CountGate(), lend=lend)
    assert seeds


@attrs.frozen(kw_only=True)
class AskingGuard(doubles.WordGuard):
    """A guard that asks a model about every message, and does not say so."""

    async def check(self, text: str, speaker: Speaker, language: str, ctx: Context) -> Alarm | None:
        """Ask, and find nothing."""
        await ctx.ask("guard", Prompt(system="s", task="t"), into=str)
        return await super().check(text, speaker, language, ctx)


@attrs.frozen(kw_only=True)
class TellingGuard(AskingGuard):
    """The same, with a declaration."""

    asks: ClassVar[tuple[Ask, ...]] = (
        Ask(role="guard", per="message", prompt=Prompt(system="s", task="t"), into=str),
    )


def test_a_component_that_asks_must_say_so() -> None:
    """Without ``asks`` no plan could price it; whichever law makes it ask tells so."""

    def lend(seed: int) -> Context:
        return context(seed, answers={"guard": ["nothing"] * 1000})

    found = conformance.faults("guard", AskingGuard(), lend=lend)
    assert any("asks the model of guard" in fault for fault in found)
    conformance.check("guard", TellingGuard(), lend=lend)


def test_a_law_that_does_not_apply_says_why_and_is_no_fault() -> None:
    """Pass, fail with reason and hint, or skip: whoever prints them can tell them apart."""
    said = {"pass": None, "skip": NotTried("no k"), "fail": ConfigError("bad", hint="mend it")}
    for state, raised in said.items():

        async def body(trial: conformance.Trial, raised: Exception | None = raised) -> None:
            if raised is not None:
                raise raised

        law = conformance.Law(role="gate", name="x", sentence="It holds.", body=body)
        trial = conformance.on_trial("gate", doubles.CountGate())
        found = law.outcome(trial)
        assert found.state == state
        assert bool(law.fault(trial)) == (state == "fail")
    assert (found.said, found.hint) == ("bad", "mend it")
    assert law.fault(trial) == "It holds. But: bad (mend it)"
