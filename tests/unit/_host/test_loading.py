from __future__ import annotations

import asyncio
import pickle
import sys
import tomllib
from pathlib import Path

import attrs
import pytest

from esc_skills._host.catalogue import ELSEWHERE, FIRST_WORDS, OWN_DISTRIBUTION, Catalogue
from esc_skills._host.loading import Host
from esc_skills._host.wrapping import unwrapped
from esc_skills.errors import ConfigError, PluginContractError, PluginError, UnknownPluginError
from esc_skills.spec import ROLES
from esc_skills.testing import conformance, context
from esc_skills.testing.conformance.scenes import moment
from esc_skills.testing.samples import bank, skill

OWN = [item for item in Catalogue.read().entries if item.distribution == OWN_DISTRIBUTION]


@pytest.mark.parametrize(
    "entry", [item for item in OWN if item.role in ROLES], ids=lambda item: item.key
)
def test_every_default_loads(entry) -> None:
    """Each line of the project's own entry-point table is a component that keeps its form."""
    assert Host(Catalogue.read()).component_class(entry.role, entry.name).name == entry.name


def test_a_strangers_retriever_is_listed_chosen_by_toml_and_used(install) -> None:
    """A third-party retriever, installed beside, is chosen by name with its settings and works."""
    chosen = tomllib.loads('retriever = { use = "echo", k = 1 }')["retriever"]
    found = install("echo-retriever", "broken-import").component(
        "retriever", chosen.pop("use"), chosen
    )
    shelf = bank(
        skill("sleep-well", overview="When sleep will not come at night."),
        skill("rest", overview="Rest at night."),
        skill("work-less", overview="Leave the office early."),
    )
    index = asyncio.run(found.index(shelf, context()))
    matches = asyncio.run(index.search(moment("I cannot sleep at night"), context()))
    assert [match.skill for match in matches] == ["sleep-well"]


def test_a_strangers_retriever_is_small_and_conforms(install) -> None:
    """Twenty-odd lines, imports included, pass the whole conformance suite of their role."""
    file = install("echo-retriever").component_class("retriever", "echo").__module__
    source = Path(sys.modules[file].__file__).read_text("utf-8")
    assert sum(1 for line in source.splitlines() if line.strip()) <= 24
    conformance.check("retriever", sys.modules[file].Echo())


def test_only_the_chosen_module_is_imported(install) -> None:
    """P10: choosing one plug-in imports no other one."""
    host = install("echo-retriever", "raises-in-call", "dies-at-import")
    host.component("retriever", "echo")
    assert "esc_skills_echo" in sys.modules
    assert not {"esc_skills_raises", "esc_skills_dies"} & set(sys.modules)


def test_a_wrong_setting_is_the_users_fault(install) -> None:
    """C01: an unknown key is exit 2 with the file, the table and a guess."""
    with pytest.raises(ConfigError) as caught:
        install("echo-retriever").component("retriever", "echo", {"kk": 1}, where="exp.toml")
    assert "exp.toml" in caught.value.line
    assert "[retriever]" in caught.value.line
    assert caught.value.exit_code == 2


def test_a_class_that_breaks_its_promise_is_refused_with_all_reasons(author) -> None:
    """P03: what is missing is said in one message, with distribution and version."""
    source = (
        "import attrs\nfrom esc_skills.spec import hookimpl\n"
        "@attrs.define\nclass Half:\n    name = 'half'\n    summary = 's'\n"
        "    def index(self, bank): ...\n"
        "@hookimpl\ndef esc_skills_retrievers(): return [Half]\n"
    )
    host = author("esc-skills-half", "retriever.half", source, version="3.1")
    with pytest.raises(PluginContractError) as caught:
        host.component_class("retriever", "half")
    for told in ("esc-skills-half 3.1", "Half", "not frozen", "must be async", "must take"):
        assert told in caught.value.line


def test_one_module_may_bring_several_components(author) -> None:
    """Two entry points may name one module; each gets the class of its name."""
    source = (
        "import attrs\nfrom esc_skills.spec import hookimpl\n"
        "@attrs.frozen\nclass One:\n    name = 'one'\n    summary = 's'\n"
        "    async def index(self, bank, ctx): ...\n"
        "@attrs.frozen\nclass Two(One):\n    name = 'two'\n"
        "@hookimpl\ndef esc_skills_retrievers(): return (c for c in [One, Two])\n"
    )
    author("esc-skills-pair", "retriever.one", source)
    host = author("esc-skills-other", "retriever.two", "from esc_skills_pair import *\n")
    assert host.component_class("retriever", "one").__name__ == "One"
    assert host.component_class("retriever", "two").__name__ == "Two"


def test_an_init_that_fails_is_the_plugins_fault(author) -> None:
    """P04: leaving while settings are filled in does not end the host."""
    source = (
        "import attrs\nfrom esc_skills.spec import hookimpl\n"
        "@attrs.frozen\nclass Bad:\n    name = 'bad'\n    summary = 's'\n"
        "    def __attrs_post_init__(self): raise SystemExit(0)\n"
        "    async def index(self, bank, ctx): ...\n"
        "@hookimpl\ndef esc_skills_retrievers(): return [Bad]\n"
    )
    host = author("esc-skills-init", "retriever.bad", source)
    with pytest.raises(PluginError, match="esc-skills-init"):
        host.component("retriever", "bad")


def test_what_is_no_component_cannot_be_made() -> None:
    """Watchers, presets, studies and banks have loaders of their own; each says where to look."""
    host = Host(Catalogue.read())
    for role, name, look in (
        ("preset", "default", "`esc-skills config show`"),
        ("study", "main", "`esc-skills study reproduce main --plan`"),
        ("bank", "starter", "`esc-skills bank show starter`"),
    ):
        with pytest.raises(UnknownPluginError, match="is no component") as caught:
            host.component_class(role, name)
        assert look in caught.value.hint
    assert set(ELSEWHERE) == set(FIRST_WORDS) - set(ROLES)


def test_a_strangers_component_travels_to_another_process(install, site) -> None:
    """Pickled here, it is loaded there through the host, by name and settings."""
    import base64

    made = install("echo-retriever").component("retriever", "echo", {"k": 5})
    sent = base64.b64encode(pickle.dumps(made)).decode()
    program = f"import base64, pickle; print(pickle.loads(base64.b64decode('{sent}')))"
    done = site.run("-c", program)
    assert done.stdout.strip() == "Echo(k=5)", done.stderr


def test_a_component_is_given_its_own_settings_alone(install) -> None:
    """P16: what a neighbour was given reaches nobody else, also not by name."""
    host = install("spies")
    spy = host.component("retriever", "spies", {"own": "mine"})
    backend = host.component("backend", "openai", {"key": "SOMEBODYS_KEY"})
    assert backend.key == "SOMEBODYS_KEY"
    assert attrs.asdict(unwrapped(spy)) == {"own": "mine"}
    with pytest.raises(ConfigError, match="key"):
        host.component("retriever", "spies", {"key": "SOMEBODYS_KEY"})
