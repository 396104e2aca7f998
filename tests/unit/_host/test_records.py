from __future__ import annotations

import json

from esc_skills._host.catalogue import Catalogue
from esc_skills._host.loading import Host
from esc_skills._host.records import describe


def test_the_line_of_a_component_is_plain_data() -> None:
    """Role, name, owner, version and all settings, defaults included, as JSON."""
    host = Host(Catalogue.read())
    line = host.describe("gate", host.component("gate", "paired", {"alpha": 0.01}))
    assert (line["role"], line["name"], line["distribution"]) == ("gate", "paired", "esc-skills")
    assert line["settings"]["alpha"] == 0.01
    assert "beta" in line["settings"]
    assert json.loads(json.dumps(line)) == line


def test_the_hash_says_whether_settings_are_equal() -> None:
    """Equal settings, equal hash; a changed setting, another hash; a pane makes no difference."""
    host = Host(Catalogue.read())
    entry = host.catalogue.choose("gate", "paired")
    cls = host.component_class("gate", "paired")
    hashes = {
        describe(made, entry)["settings_hash"]
        for made in (host.component("gate", "paired"), cls(), cls(alpha=0.05))
    }
    assert len(hashes) == 1
    assert describe(cls(alpha=0.2), entry)["settings_hash"] not in hashes
