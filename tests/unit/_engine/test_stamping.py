"""Who answered stands in the signature: the models, never the component alone."""

from __future__ import annotations

from typing import Any, ClassVar

import attrs
import pytest

from esc_skills._engine.asking import Model
from esc_skills._engine.stamping import host, stamper, told
from esc_skills.spec import Ask, Capabilities, Prompt
from esc_skills.testing.doubles import StepSeeker


@attrs.frozen(kw_only=True)
class Provider:
    """A backend that only has settings."""

    name: str = "shop"
    base_url: str = ""
    key: str = "SHOP_KEY"
    deadline: float = 60.0
    script: str = ""
    schema: str = "native"
    capabilities: ClassVar[Capabilities] = Capabilities()


@attrs.frozen(kw_only=True)
class Asking:
    """A component that asks two roles."""

    asks: tuple[Ask, ...] = tuple(
        Ask(role=role, per="reaction", prompt=Prompt(system="", task="?"))
        for role in ("seeker", "judge", "seeker")
    )


def model(name: str = "m-1", sampling: tuple[Any, ...] = (), **facts: Any) -> Model:
    return Model(backend=Provider(**facts), name=name, settings=sampling)


def test_component_without_a_model_has_no_stamp() -> None:
    """Signatures of model-free runs are the components' own, whatever models are configured."""
    assert stamper({"default": model()})(StepSeeker()) == ""
    assert stamper({})(StepSeeker()) == ""


def test_every_asked_role_is_told_once_in_order() -> None:
    """A role without a model of its own is played by ``default``; without any, that is said."""
    stamp = stamper({"default": model("d"), "seeker": model("s")})
    assert stamp(Asking()) == "|judge=shop:d|seeker=shop:s"
    assert stamper({"seeker": model("s")})(Asking()) == "|judge=none|seeker=shop:s"


@pytest.mark.parametrize(
    "other",
    [
        model("m-2"),
        model(sampling=(("temperature", 0.7),)),
        model(name="m-1", schema="off"),
        model(base_url="https://models.example.org/v1"),
        attrs.evolve(model(), backend=attrs.evolve(Provider(), name="other")),
    ],
    ids=["model", "sampling", "setting", "address", "backend"],
)
def test_what_changes_answers_changes_the_stamp(other: Model) -> None:
    """R41: unlike answers never stand under like signatures."""
    assert told(other) != told(model())


@pytest.mark.parametrize(
    "facts",
    [{"key": "OTHER_KEY"}, {"deadline": 5.0}, {"script": "here.jsonl"}],
    ids=["key", "deadline", "script"],
)
def test_what_changes_no_answer_changes_no_stamp(facts: dict[str, Any]) -> None:
    """R30: a new key or a longer deadline leaves scores comparable."""
    assert told(model(**facts)) == told(model())


def test_stamp_reads_well() -> None:
    """Backend, model, sampling and host; no sign that would end a part of a signature."""
    made = model("a|b", (("temperature", 0.7), ("top_p", 1)), base_url="http://127.0.0.1:8080/v1")
    assert told(made) == "shop:a/b[temperature=0.7,top_p=1]@local"


def test_address_of_a_server_is_never_shown() -> None:
    """X07: this machine is ``local`` at any port; another address is a hash, with its port."""
    local = ("http://localhost:1/v1", "http://127.0.0.2:99", "http://[::1]:8", "http://a.localhost")
    assert {host(url) for url in local} == {"local"}
    far = [host(f"https://gpu-{at}.inside.example.org:8000/v1") for at in range(2)]
    assert len({*far}) == 2
    assert all("inside" not in one and len(one) == 12 for one in far)
    assert host("https://gpu-0.inside.example.org:8000/v1/") == far[0]
    assert host("") == ""
