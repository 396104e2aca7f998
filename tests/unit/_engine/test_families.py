"""Models of one family."""

from __future__ import annotations

import attrs
import pytest

from esc_skills._engine.asking import Model
from esc_skills._engine.families import family, kinship
from esc_skills.spec import Capabilities, Completion, Request

NAMES = {
    "gpt-4o": "gpt",
    "openai/gpt-5-mini": "gpt",
    "o4-mini": "gpt",
    "chatgpt-4o-latest": "gpt",
    "claude-sonnet-4-5": "claude",
    "Qwen/Qwen2.5-7B-Instruct": "qwen",
    "deepseek-chat": "deepseek",
    "": "",
    "7b": "",
}


@attrs.define
class Mute:
    name: str = "mute"
    capabilities: Capabilities = attrs.field(factory=Capabilities)

    async def complete(self, request: Request) -> Completion:
        raise AssertionError("nobody is asked")


def model(name: str) -> Model:
    return Model(backend=Mute(), name=name)


@pytest.mark.parametrize("name", NAMES)
def test_family_is_the_first_letters_of_the_name(name: str) -> None:
    """Vendor, path and version do not count; a name that says nothing has no family."""
    assert family(name) == NAMES[name]


def test_one_family_on_both_sides_is_warned_of() -> None:
    """A judge of the seeker's and responder's own family is named in one line."""
    line = kinship({"default": model("gpt-4o"), "judge": model("o4-mini")}, ["judge", "seeker"])
    assert "judge and seeker" in line
    assert "gpt" in line


@pytest.mark.parametrize(
    ("judge", "roles"),
    [("claude-x", ["judge", "seeker"]), ("gpt-4o", ["judge", "extractor"]), ("7b", ["judge"])],
)
def test_no_warning_without_two_kin(judge: str, roles: list[str]) -> None:
    """Two families, one watched role only, or a name that says nothing: no warning."""
    assert kinship({"default": model("gpt-4o"), "judge": model(judge)}, roles) == ""
