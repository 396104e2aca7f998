"""The model gateway: the only way from a component to a model.

It keeps untrusted text in an envelope, structures answers, asks once more after an unusable
one, and journals what was answered, so that no completed call is made twice.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import attrs

from esc_skills._codec.nouns import load
from esc_skills._codec.strict import parse_json
from esc_skills._store.journal import Journal
from esc_skills.errors import BudgetExceeded, ConfigError, DataError, ReplyError
from esc_skills.model.identity import content_hash, plain
from esc_skills.spec import Backend, Completion, Prompt, Request

T = TypeVar("T")


def envelope(prompt: Prompt) -> str:
    """Put untrusted texts between marks that their content cannot close.

    The mark is a hash of all the texts: stable for the journal, unknown to who wrote one.
    """
    if not prompt.data:
        return prompt.task
    mark = content_hash([prompt.task, prompt.data])[:16]
    parts = [f"<data-{mark} name={name!r}>\n{text}\n</data-{mark}>" for name, text in prompt.data]
    return "\n\n".join([prompt.task, *parts])


@attrs.frozen(kw_only=True)
class Model:
    """A backend made ready for one model role."""

    backend: Backend
    """The provider."""
    name: str = ""
    """Provider's model name."""
    settings: tuple[tuple[str, str | int | float | bool], ...] = ()
    """Sampling settings, sorted by name."""


@attrs.define(kw_only=True)
class Gateway:
    """Answers the questions of a run."""

    models: Mapping[str, Model]
    """By role; ``default`` stands in."""
    journal: Journal | None = None
    """Where completed calls lie; None keeps nothing."""
    calls_left: int | None = None
    """Calls that may still be made; None is no cap."""
    told: Callable[[str, str, str], None] = lambda role, place, outcome: None
    """Told of every call: role, place, outcome."""

    def model(self, role: str) -> Model:
        """Model of a role, or the default one."""
        found = self.models.get(role) or self.models.get("default")
        if found is None:
            raise ConfigError(
                f"a component asks the model of role {role!r}, and none is configured",
                hint=f'add [models] {role} = {{ use = "BACKEND", model = "…" }}',
            )
        return found

    async def ask(self, role: str, prompt: Prompt, *, into: type[T], place: str) -> T:
        """Ask, structure, and ask once more when the answer cannot be used."""
        model = self.model(role)
        messages: tuple[tuple[str, str], ...] = (("user", envelope(prompt)),)
        completion = await self._complete(role, model, prompt, messages, place=place)
        try:
            return answer(completion, into, place)
        except ReplyError as fault:
            repair = f"That could not be used: {fault.message}. Answer again, in full."
            again = (*messages, ("assistant", completion.text), ("user", repair))
            completion = await self._complete(role, model, prompt, again, place=place)
            return answer(completion, into, place)

    async def _complete(
        self,
        role: str,
        model: Model,
        prompt: Prompt,
        messages: tuple[tuple[str, str], ...],
        *,
        place: str,
    ) -> Completion:
        request = Request(
            model=model.name, system=prompt.system, messages=messages, settings=model.settings
        )
        key = content_hash([model.backend.name, plain(request), place, prompt.id])
        stored = self.journal.get(key) if self.journal else None
        if stored is not None:
            self.told(role, place, "replayed")
            return load(json.loads(stored), Completion, "journal")
        self._spend()
        completion = await model.backend.complete(request)
        if self.journal:
            self.journal.put(key, _text(plain(request)), _text(plain(completion)))
        self.told(role, place, "done")
        return completion

    def _spend(self) -> None:
        if self.calls_left is None:
            return
        if self.calls_left <= 0:
            raise BudgetExceeded(
                "the budget of model calls is used up",
                hint="raise run.budget.calls and give the same command to go on",
            )
        self.calls_left -= 1


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def answer(completion: Completion, into: type[T], place: str) -> T:
    """Structure an answer.

    Raises:
        ReplyError: It was refused, cut, empty, or not of the asked shape.
    """
    if completion.stop != "end" or not completion.text.strip():
        raise ReplyError(
            f"the answer ended with {completion.stop!r} and {len(completion.text)} characters",
            where=place,
            hint="give the model more room, or another model",
        )
    if into is str:
        return completion.text  # type: ignore[return-value]
    body = completion.text.strip().removeprefix("```json").removeprefix("```").removesuffix("```")
    try:
        return load(parse_json(body, place), into, place)
    except DataError as fault:
        raise ReplyError(
            fault.message, where=place, hint="use a model that keeps to a JSON shape"
        ) from fault
