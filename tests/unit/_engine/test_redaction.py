"""Keys stay out of messages."""

from __future__ import annotations

import base64
import html
import json
from urllib.parse import quote

import pytest

from esc_skills._engine.redaction import MARK, Redactor
from esc_skills.errors import BackendError

KEY = "k&y/+with=Odd\"signs'42"
ENVIRONMENT = {"SOME_API_KEY": KEY, "HUB_TOKEN": "tok-123456789", "HOME": "/somewhere/else"}


@pytest.mark.parametrize(
    "spelling",
    [
        KEY,
        quote(KEY, safe=""),
        base64.b64encode(KEY.encode()).decode(),
        base64.b64encode(f"user:{KEY}".encode()).decode(),
        base64.urlsafe_b64encode(KEY.encode()).decode(),
        KEY.encode().hex(),
        json.dumps(KEY),
        html.escape(KEY),
    ],
)
def test_a_planted_key_is_found_in_every_spelling(spelling: str) -> None:
    """X01, M9: plain, URL, base64 (also inside another text), hex, JSON, HTML."""
    cleaned = Redactor.of(ENVIRONMENT).clean(f"refused <{spelling}> by host")
    assert MARK in cleaned
    for part in (spelling, spelling[4:-6]):
        assert part not in cleaned
    assert cleaned.startswith("refused <")


def test_keys_of_nobody_we_know_are_found_by_shape() -> None:
    """X01: what looks like a provider's key goes, whoever owns it; words stay."""
    redactor = Redactor.of({})
    assert "abcdef" not in redactor.clean("Incorrect key sk-abcdef0123456789abcdef given")
    assert "abcdefgh" not in redactor.clean("header Bearer abcdefgh-ijkl")
    assert redactor.clean("models.judge: risk-averse task-based") == (
        "models.judge: risk-averse task-based"
    )


def test_an_error_is_mended_with_what_stands_behind_it() -> None:
    """M9: message, hint and place are cleaned; a cause that holds the key is taken away."""
    fault = BackendError(f"bad {KEY}", hint=f"see {KEY}", where=KEY)
    fault.__cause__ = ValueError(f"sent {KEY}")
    Redactor.of(ENVIRONMENT).mend(fault)
    assert KEY not in f"{fault} {fault.args} {fault.__cause__}"
    innocent = BackendError("bad", hint="wait")
    innocent.__cause__ = ValueError("no route")
    Redactor.of(ENVIRONMENT).mend(innocent)
    assert innocent.__cause__ is not None


@pytest.mark.parametrize("lead", ["\\", "\\\\"], ids=["json", "json in a repr"])
def test_escapes_hide_no_key(lead: str) -> None:
    """X01: a key with some or all letters escaped is found; other escapes stay as they are."""
    key = "test-Zq9+vX/41=Kw"
    redactor = Redactor.of({"SOME_KEY": key})
    whole = "".join(f"{lead}u{ord(letter):04x}" for letter in key)
    half = key.replace("/", f"{lead}/").replace("+", f"{lead}u002B")
    for spelt in (whole, half):
        assert redactor.strip(f'{{"says": "{spelt} {lead}n"}}') == f'{{"says": "{MARK} {lead}n"}}'
    assert redactor.strip(f"{lead}u0041 stays") == f"{lead}u0041 stays"
