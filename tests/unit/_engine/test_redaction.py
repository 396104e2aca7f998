"""Keys stay out of messages."""

from __future__ import annotations

import base64
import html
import itertools
import json
from urllib.parse import quote, quote_plus

import pytest

from esc_skills._engine.redaction import MARK, SHORTEST, Redactor
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


@pytest.mark.parametrize("length", range(8, 15))
def test_base64_hides_no_key_at_any_place(length: int) -> None:
    """M9: of a key inside another text only the rims stay, which its neighbours decide, too.

    Both alphabets; nothing beside the key is taken.
    """
    key = "\u00ff>?~k\u00fe>?~zq9xw"[:length].encode()
    redactor = Redactor.of({"SOME_KEY": key.decode()})
    for before, after in itertools.product(range(6), range(3)):
        text = b"u" * before + key + b"v" * after
        end = before + len(key)
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            spelt = encode(text).decode()
            first, last = -(-before * 4 // 3), end * 4 // 3  # signs of the key alone
            assert redactor.clean(spelt) == spelt[:first] + MARK + spelt[last:]


@pytest.mark.parametrize("key", ["ab cd?efgh", "ab cd/efgh"], ids=["question", "slash"])
def test_a_key_in_an_address_is_found(key: str) -> None:
    """M9: with every sign spelled out that an address may spell out."""
    for spelt in (quote(key, safe=""), quote_plus(key)):
        assert Redactor.of({"SOME_KEY": key}).clean(f"/x/{spelt}/y") == f"/x/{MARK}/y"


def test_what_is_a_key_and_what_is_a_word() -> None:
    """X01: by the variable's name, and from eight signs on; shorter values are words."""
    assert SHORTEST == 8
    names = ("A_KEY", "A_TOKEN", "A_SECRET", "A_PASSWORD", "TOKEN", "APIKEY", "API_KEY")
    for name in names:
        assert Redactor.of({name: "12345678"}).clean("is 12345678") == "is [redacted]"
        assert Redactor.of({name: " 12345678\n"}).clean("is 12345678") == "is [redacted]"
        assert Redactor.of({name: "1234567"}).clean("is 1234567") == "is 1234567"
    for name in ("HOME", "KEYS", "A_KEY_FILE", "MYTOKEN", "TOKENS"):
        assert Redactor.of({name: "12345678"}).clean("is 12345678") == "is 12345678"
    assert Redactor.of({}).spellings == ()


@pytest.mark.parametrize(
    "shape",
    ["sk-" + "a" * 12, "hf_" + "a" * 12, "AIza" + "a" * 20, "ghp_" + "a" * 12],
    ids=["dash", "line", "neither", "ghp"],
)
def test_each_shape_is_looked_for(shape: str) -> None:
    """X01: with a dash, with a line, with neither; a model's answer may look like one and stays."""
    assert Redactor.of({}).clean(f"no {shape} here") == "no [redacted] here"
    assert Redactor.of({}).strip(f"no {shape} here") == f"no {shape} here"


@pytest.mark.parametrize(
    "spelling",
    [
        quote(KEY, safe=""), quote_plus(KEY), html.escape(KEY), KEY.encode().hex(),
        KEY.encode().hex().upper(), json.dumps(KEY)[1:-1], KEY[::-1],
    ],
    ids=["url", "form", "html", "hex", "HEX", "json", "backwards"],
)  # fmt: skip
def test_a_spelling_goes_whole(spelling: str) -> None:
    """M9: nothing of it is left, and nothing beside it goes."""
    assert Redactor.of(ENVIRONMENT).clean(f"a {spelling} b") == f"a {MARK} b"


def test_an_escaped_quote_keeps_json_whole() -> None:
    """X01: escapes of quotes, backslashes and deletes stay when a key beside them is resolved."""
    redactor = Redactor.of({"SOME_KEY": "test-Zq9+vX/41=Kw"})
    spelt = r"test-Zq9\u002bvX\/41=Kw"
    for kept in (r"\u0022", r"\u005c", r"\u007f"):
        assert redactor.strip(f"{kept} {spelt}") == f"{kept} {MARK}"


def test_a_key_far_behind_an_error_is_found() -> None:
    """M9: the whole chain is looked at, causes and contexts; its words are the mended ones."""
    redactor = Redactor.of(ENVIRONMENT)
    for link in ("__cause__", "__context__"):
        fault = BackendError(f"bad {KEY}", hint="h")
        far = ValueError("no route")
        setattr(far, link, ValueError(f"sent {KEY}"))
        setattr(fault, link, far)
        redactor.mend(fault)
        assert (fault.__cause__, fault.__context__) == (None, None)
        assert fault.args == (f"bad {MARK}",)
