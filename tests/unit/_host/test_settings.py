from __future__ import annotations

import attrs

from esc_skills._host.catalogue import Catalogue
from esc_skills._host.loading import Host
from esc_skills._host.settings import settings_of
from esc_skills.spec import ROLES


@attrs.frozen(kw_only=True)
class Base:
    window: int = 12
    """Turns looked at,
    counted from the last."""


@attrs.frozen(kw_only=True)
class Sample(Base):
    model: str
    """Which one."""
    words: tuple[str, ...] = attrs.field(factory=tuple)
    twice: int = attrs.field(default=attrs.Factory(lambda self: self.window * 2, takes_self=True))
    hidden: int = attrs.field(default=0, init=False)


def test_settings_are_listed_with_type_default_and_doc() -> None:
    """Inherited ones first; required, made and computed defaults are told apart."""
    rows = [attrs.astuple(item) for item in settings_of(Sample)]
    assert rows == [
        ("window", "int", "12", "Turns looked at, counted from the last."),
        ("model", "str", "required", "Which one."),
        ("words", "tuple[str, ...]", "()", ""),
        ("twice", "int", "computed", ""),
    ]


def test_every_setting_of_every_default_is_documented() -> None:
    """Under each setting of the project's own components stands what it does."""
    host = Host(Catalogue.read())
    bare = [
        f"{entry.key}.{setting.name}"
        for entry in host.catalogue.entries
        if entry.distribution == "esc-skills" and entry.role in ROLES
        for setting in settings_of(host.component_class(entry.role, entry.name))
        if not setting.doc
    ]
    assert not bare


def test_a_class_without_source_still_has_settings() -> None:
    """A class made on the fly has no text to read; its fields are listed all the same."""
    made = attrs.make_class("Made", {"k": attrs.field(default=1)}, frozen=True)
    assert [(item.name, item.doc) for item in settings_of(made)] == [("k", "")]
