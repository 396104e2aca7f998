from __future__ import annotations

import pytest

from esc_skills._host.hooks import PROVIDERS, SPECS, WATCHER_HOOKS
from esc_skills.errors import PluginContractError
from esc_skills.spec import ROLES

HEAD = "from esc_skills.spec import hookimpl\n@hookimpl\n"


def test_every_role_has_its_provider_hook() -> None:
    """Provider hooks and roles answer to each other, one to one; all others are watchers."""
    assert set(PROVIDERS) == set(ROLES)
    assert set(PROVIDERS.values()) | set(WATCHER_HOOKS) == set(SPECS)
    assert "esc_skills_trace_done" in WATCHER_HOOKS


def test_a_wrong_argument_is_told_with_its_name(install) -> None:
    """P03: a hook that asks for what it is not given is refused, exit code 5."""
    with pytest.raises(PluginContractError, match="takes no argument 'banks'") as caught:
        install("wrong-signature").component_class("retriever", "signature")
    assert caught.value.exit_code == 5


def test_an_unknown_hook_gets_a_guess(install) -> None:
    """P03: a slip in a hook's name is answered with the near one."""
    with pytest.raises(PluginContractError, match="did you mean 'esc_skills_retrievers'"):
        install("unknown-hook").component_class("retriever", "hook")


def test_broken_hooks_cost_nothing_when_not_chosen(install) -> None:
    """P03: only a run that uses the plug-in is refused."""
    host = install("wrong-signature", "unknown-hook", "echo-retriever")
    assert host.component("retriever", "echo").name == "echo"


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("def esc_skills_retrievers(): return []", "lacks the decorator @hookimpl"),
        (HEAD + "async def esc_skills_retrievers(): return []", "must be a plain function"),
        (HEAD + "def esc_skills_retrievers(): yield 1", "must be a plain function"),
        (
            (
                "from esc_skills.spec import hookimpl\n@hookimpl(wrapper=True)\n"
                "def esc_skills_retrievers(): return (yield)"
            ),
            "must not be a wrapper",
        ),
        ("import attrs", "does not implement its provider hook"),
        (HEAD + "def esc_skills_retrievers(): return None", "answers None"),
        (HEAD + "def esc_skills_retrievers(): return 7", "not iterable"),
        (HEAD + "def esc_skills_retrievers(): return []", "brings no retriever named 'bad'"),
        (HEAD + "def esc_skills_retrievers(): return int", "put it into a list"),
        (HEAD + "def esc_skills_retrievers(): raise ValueError('no')", r"ValueError: no in .*:3"),
    ],
)
def test_hooks_that_cannot_answer_are_refused(author, source: str, told: str) -> None:
    """P03, P04: what is wrong with a provider hook is said, with plug-in and distribution."""
    from esc_skills.errors import PluginError

    host = author("esc-skills-bad", "retriever.bad", source + "\n")
    with pytest.raises(PluginError, match=told) as caught:
        host.component_class("retriever", "bad")
    assert caught.value.distribution == "esc-skills-bad"
