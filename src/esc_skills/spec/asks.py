"""What a component says it will ask and make, and what a question took.

``Ask`` and ``Makes`` price a run before it begins. Both are optional attributes of a component:
``asks``, a tuple of ``Ask``, and ``makes``, a tuple of ``Makes``; a property may work them out
from the settings. A component that asks no model needs neither.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from esc_skills.spec.services import Prompt

UNITS: Mapping[str, str] = {
    "run": "the whole run, once",
    "dialogue": "a training dialogue",
    "turn": "a turn of a training dialogue; calls never reach over two dialogues",
    "skill": "a skill that the distiller makes",
    "reading": "a supporter turn before which the seeker's state is read",
    "search": "a supporter turn for which skills are looked for",
    "reply": "a supporter turn that is written",
    "reaction": "a reply that a simulated seeker reads",
    "message": "a message that a guard looks at",
    "round": "a round of evolution",
    "trace": "a conversation that the refiner reads; counted by round",
    "scored-trace": "a conversation that an evaluator reads; safety profiles left out",
    "scored-response": "a reply to a held-out dialogue that an evaluator reads",
}
"""Units of work that a plan counts."""

THINGS: Mapping[str, str] = {
    "skill": "skills, once a run",
    "proposal": "proposals, a round",
    "pair": "verification pairs, a proposal",
    "refine-profile": "seekers to refine on",
    "verify-profile": "seekers to verify on",
    "report-profile": "seekers to report on",
}
"""Things whose number a plan needs and only a component knows."""


def _one_of(names: Mapping[str, str]) -> attrs._ValidatorType[str]:
    return attrs.validators.in_(tuple(names))


@attrs.frozen(kw_only=True)
class Ask:
    """A question that a component asks a model for every unit of some work."""

    role: str
    """Model role that is asked."""
    per: str = attrs.field(validator=_one_of(UNITS))
    """Unit of work; a key of ``UNITS``."""
    prompt: Prompt
    """The question without what is only known in the run; its own words are counted as they are."""
    into: type = str
    """Type of the answer; its schema goes with the question."""
    calls: float = attrs.field(default=1.0, validator=attrs.validators.ge(0))
    """Calls for a unit when all goes well, from 0."""
    most: int = attrs.field(default=1, validator=attrs.validators.ge(0))
    """Most calls for a unit, what the component asks again included; the gateway's one repair of
    each comes on top."""
    group: int = attrs.field(default=1, validator=attrs.validators.ge(1))
    """Units that one call takes together, from 1."""
    limit: int | None = attrs.field(
        default=None, validator=attrs.validators.optional(attrs.validators.ge(0))
    )
    """Most units of a dialogue or a round that are asked about; None for all of them."""
    turns: int = attrs.field(default=0, validator=attrs.validators.ge(0))
    """Most turns of a dialogue or talk that stand in the question."""
    data: int = attrs.field(default=0, validator=attrs.validators.ge(0))
    """Tokens of all other text that stands in the question, about."""
    answer: int = attrs.field(default=200, validator=attrs.validators.ge(0))
    """Tokens of an answer, about."""


@attrs.frozen(kw_only=True)
class Usage:
    """What one question to a model took, all requests for it together.

    Nothing but ``model`` and ``backend`` where no request went out: replayed, shared, refused by
    the budget. Requests that brought no answer at all count for time only.
    """

    model: str = ""
    """Provider's model name."""
    backend: str = ""
    """Name of the backend."""
    tokens_in: int = 0
    """Prompt tokens."""
    tokens_out: int = 0
    """Completion tokens."""
    tokens_cached: int = 0
    """Prompt tokens read from the provider's cache; a part of ``tokens_in``."""
    usd: float | None = None
    """Price; None when unknown."""
    seconds: float = 0.0
    """From the question to its end, with waits and repeats."""


@attrs.frozen(kw_only=True)
class Makes:
    """How many things a component makes, where a plan needs to know."""

    what: str = attrs.field(validator=_one_of(THINGS))
    """A key of ``THINGS``."""
    likely: float = attrs.field(validator=attrs.validators.ge(0))
    """When all goes well, from 0."""
    most: int = attrs.field(validator=attrs.validators.ge(0))
    """Never more than that, from 0."""
