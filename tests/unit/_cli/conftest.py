"""A way to give commands; the small run they look at stands one room up."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import attrs
import pytest

from esc_skills._cli.group import run_main


@attrs.frozen
class Said:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Give = Callable[..., Said]


@pytest.fixture
def give(capfd: pytest.CaptureFixture[str]) -> Give:
    """Give a command in this process; no environment leaks from one to the next."""

    def command(*words: object) -> Said:
        with pytest.raises(SystemExit) as left:
            run_main([str(word) for word in words])
        out, err = capfd.readouterr()
        return Said(int(left.value.code or 0), out, err)

    return command
