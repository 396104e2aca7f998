"""What tests of several plug-in rooms share."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from esc_skills.testing import context
from esc_skills.testing.contexts import DeskContext


@attrs.define(kw_only=True)
class TypedContext(DeskContext):
    """Answers every question by the asked type, as often as it comes; an exception is raised."""

    given: dict[type[Any], Any]

    async def ask(self, role, prompt, *, into):
        """Give the answer of the type; a function is called with the number of the question."""
        self.asked.append((role, prompt))
        answer = self.given[into]
        answer = answer(len(self.asked) - 1) if callable(answer) else answer
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture(scope="session")
def answering():
    """Make a lender of contexts that answer by type: ``answering({Picked: Picked()})(seed)``."""

    def lender(given):
        def lend(seed=0):
            return TypedContext(rng=context(seed).rng, given=given)

        return lend

    return lender
