"""Keys of providers."""

from __future__ import annotations

import base64
import html
import traceback
from urllib.parse import quote

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_skills.errors import ConfigError
from esc_skills_plugins.backends.keys import NO_KEY, check_name, check_url, read_key, redact

KEY = "Zq7/planted+Key=0123456789"


@attrs.frozen
class Settings:
    """A component with both fields."""

    key: str = attrs.field(default="", validator=check_name)
    url: str = attrs.field(default="", validator=check_url)


@pytest.mark.parametrize(
    "pasted", ["sk-proj-abcdef123456", "hf_abcdefghijkl", "x" * 40, "AKIA" + "B" * 16]
)
def test_a_pasted_key_is_refused_and_not_shown(pasted):
    """C05: a key where a name belongs looks like a secret, and is not echoed."""
    with pytest.raises(ConfigError, match="looks like a secret") as caught:
        Settings(key=pasted)
    assert pasted not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("wrong", ["my key", "1KEY", 7])
def test_a_name_that_is_none_is_refused(wrong):
    """C04: only the name of an environment variable fits."""
    with pytest.raises(ConfigError, match="no name of an environment variable"):
        Settings(key=wrong)


def test_names_and_nothing_fit():
    """A name fits, and an empty one where no key is needed."""
    assert Settings(key="MY_KEY_2").key == "MY_KEY_2"
    assert read_key("") == NO_KEY


@pytest.mark.parametrize("url", ["http://me:pw@host/v1", "https://host/v1?key=abc"])
def test_an_address_with_a_secret_is_refused(url):
    """C05: a login or a query in an address is not echoed."""
    with pytest.raises(ConfigError, match="looks like a secret") as caught:
        Settings(url=url)
    assert url not in str(caught.value)


@pytest.mark.parametrize("url", ["host", "ftp://host", "http://", 3])
def test_no_address_is_refused(url):
    """Only http and https with a host are addresses."""
    with pytest.raises(ConfigError, match="not an address"):
        Settings(url=url)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, "not set"),
        ("", "blank"),
        (" \n", "blank"),
        ("a-key\n", "newline"),
        ("a key", "space"),
    ],
)
def test_a_variable_that_holds_no_key_is_named(monkeypatch, value, told):
    """C04: unset, blank or with a newline: the variable is named and its value not shown."""
    monkeypatch.delenv("SOME_KEY", raising=False)
    if value is not None:
        monkeypatch.setenv("SOME_KEY", value)
    with pytest.raises(ConfigError, match="SOME_KEY") as caught:
        read_key("SOME_KEY")
    assert told in caught.value.message
    assert "a-key" not in str(caught.value)


@pytest.mark.parametrize(
    "spell",
    [
        str,
        lambda key: quote(key, safe=""),
        lambda key: key.encode().hex(),
        lambda key: base64.b64encode(key.encode()).decode(),
        lambda key: base64.urlsafe_b64encode(b"user:" + key.encode()).decode(),
        lambda key: "".join(f"\\u{ord(letter):04x}" for letter in key),
        lambda key: key[::-1],
        lambda key: f"Bearer {key}",
    ],
)
def test_every_spelling_is_hidden(spell):
    """The key goes in plain, percent, hex, base64 at any offset, escaped and reversed."""
    text = redact(f"before {spell(KEY)} after", KEY)
    inside = spell(KEY)[4:-4]
    assert inside not in text
    assert text.startswith("before ")


def test_masked_keys_go_too():
    """What a provider shows of a key is hidden without knowing the key."""
    assert "abcd" not in redact("Incorrect API key provided: sk-proj-****abcd.")
    assert html.unescape(redact("nothing here")) == "nothing here"


@given(st.text())
def test_redaction_never_fails(text):
    """Any text comes through, and twice is as good as once."""
    once = redact(text, KEY)
    assert redact(once, KEY) == once
