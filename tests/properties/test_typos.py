"""A key with one slip of the pen is refused with the key that was meant."""

from __future__ import annotations

import datetime
import random
import re
from collections.abc import Iterator

import attrs
import pytest

from esc_skills._engine.configuring import SECTIONS, known_keys, make_experiment
from esc_skills._engine.crew import BESIDE, hire
from esc_skills._engine.experiment import LIST_ROLES, SINGLE_ROLES, Budget, Experiment, Limits
from esc_skills._host.catalogue import Catalogue
from esc_skills._host.loading import Host
from esc_skills._host.presets import preset
from esc_skills._studies.studyfile import OWN_KEYS, StudyKeys, read_study
from esc_skills.errors import ConfigError, EscSkillsError
from esc_skills.spec import ROLES

LETTERS = "abcdefghijklmnopqrstuvwxyz_"
SEED, EACH = 8, 6
"""Of the sample, and how many slips of each key it holds."""
Case = tuple[str, tuple[str, ...], str]
"""Kind of table, where it is, and the key."""


def slips(word: str) -> set[str]:
    """Every word that one edit makes of it: a letter less, more or another, or two exchanged."""
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    made = {left + right[1:] for left, right in cuts if right}
    made |= {left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1}
    made |= {left + letter + right for left, right in cuts for letter in LETTERS}
    made |= {left + letter + right[1:] for left, right in cuts if right for letter in LETTERS}
    return made - {word, ""}


def tables(host: Host) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Every table of an experiment or a study: its kind, its place, its keys."""
    yield "experiment", (), known_keys()
    fields = attrs.fields(attrs.resolve_types(Experiment))
    for section in SECTIONS:
        names = tuple(one.name for one in attrs.fields(getattr(fields, section).type))
        yield "experiment", (section,), names
    for name, cls in (("budget", Budget), ("limits", Limits)):
        yield "experiment", ("run", name), tuple(one.name for one in attrs.fields(cls))
    yield "study", (), (*known_keys(), *OWN_KEYS)
    yield "study", ("study",), tuple(one.name for one in attrs.fields(StudyKeys))
    yield "study", ("vary",), known_keys()
    for role in ROLES:
        for entry in host.catalogue.of(role):
            cls = host.component_class(role, entry.name)
            names = tuple(one.alias for one in attrs.fields(cls) if one.init and one.alias)
            yield "component", (role, entry.name), (*names, *BESIDE.get(role, ()))


@pytest.fixture(scope="module")
def host() -> Host:
    """What is installed."""
    return Host(Catalogue.read())


def given(host: Host, kind: str, place: tuple[str, ...], table: dict[str, object]) -> None:
    """Give a table where it belongs."""
    if kind == "component":
        role, name = place
        host.component(role, name, table, beside=("use", *BESIDE.get(role, ())))
        return
    for step in reversed(place):
        table = {step: table}
    if kind == "study":
        read_study(table)
    else:
        make_experiment(table, preset(host.catalogue, "default"))


def fault_of(
    host: Host, kind: str, place: tuple[str, ...], table: dict[str, object]
) -> EscSkillsError | None:
    """What is said to a table; None when it is taken."""
    try:
        given(host, kind, place, table)
    except EscSkillsError as fault:
        return fault
    return None


def refused(host: Host, kind: str, place: tuple[str, ...], typo: str) -> str:
    """What is said to a typo."""
    with pytest.raises(ConfigError) as caught:
        given(host, kind, place, {typo: "x"})
    return str(caught.value)


def test_the_right_key_is_suggested(host: Host) -> None:
    """C01: of a seeded sample of one-edit slips of every key, 95 in 100 get the right key."""
    chance, right, wrong = random.Random(SEED), 0, []
    for kind, place, keys in tables(host):
        for key in keys:
            typos = sorted(slips(key) - {*keys, "use"})
            for typo in chance.sample(typos, min(EACH, len(typos))):
                line = refused(host, kind, place, typo)
                said = re.search(r"did you mean '([^']*)'", line)
                if said and said[1] == key:
                    right += 1
                else:
                    wrong.append(f"{'.'.join(place)} {key} {typo}: {said and said[1]}")
    whole = right + len(wrong)
    assert whole >= 1000
    assert right / whole >= 0.95, wrong


def test_what_is_no_slip_gets_no_guess(host: Host) -> None:
    """C01: the negative control: a word that is like none gets the list of keys alone."""
    for word in ("zzzzzzzz", "qqqq_qq"):
        line = refused(host, "experiment", ("run",), word)
        assert "did you mean" not in line
        assert "concurrency" in line


@pytest.mark.parametrize(
    ("typo", "key"),
    [("us", "use"), ("modell", "model"), ("smapling", "sampling"), ("prise", "price")],
)
def test_keys_beside_the_settings_are_suggested_too(host: Host, typo: str, key: str) -> None:
    """C01: what is taken out of a model's table before its backend is made is known, too."""
    raw = {"models": {"default": {"use": "openai", typo: "x"}}}
    with pytest.raises(ConfigError, match=f"did you mean '{key}'"):
        hire(make_experiment(raw, preset(host.catalogue, "default")), host.catalogue)


def test_every_role_of_an_experiment_is_looked_at(host: Host) -> None:
    """C01: the tables above are those of all roles that a file can name."""
    seen = {place[0] for kind, place, _ in tables(host) if kind == "component"}
    assert {*SINGLE_ROLES, *LIST_ROLES.values()} - {"watcher"} <= seen


ODD: tuple[object, ...] = (
    {"odd": {"odd": True}}, [["odd"]], datetime.date(2026, 1, 1), 10**400, float("nan"), -1e308,
)  # fmt: skip
"""What hardly any key may be: all of it can stand in a TOML file."""


def test_a_value_that_no_key_may_have_is_refused(host: Host) -> None:
    """C02: odd values under every key end in one line that names the key, or are in its range."""
    seen, read = 0, []
    for kind, place, keys in tables(host):
        if kind == "study" and place != ("study",):
            continue  # experiments of a study are checked as such, when its variants are made
        beside = BESIDE.get(place[0], ()) if kind == "component" else ()
        for key in (one for one in keys if one not in beside):
            for value in ODD:
                seen += 1
                fault = fault_of(host, kind, place, {key: value})
                if fault is None:
                    read.append((place, key, value))
                    continue
                told = (key, str(value)[:40], fault.line)
                assert (fault.exit_code, len(fault.line.splitlines())) == (2, 1), told
                assert fault.hint, told
                assert key in fault.line, told
    assert seen >= 1000
    assert len(read) <= seen * 0.03
    assert all(
        isinstance(value, int) or (place == () and isinstance(value, dict))  # a default's setting
        for place, key, value in read
    ), read
