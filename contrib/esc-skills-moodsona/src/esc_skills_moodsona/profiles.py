"""Profiles ``moodsona``: seekers made from the personas of an independent package.

``moodsona`` gives a persona's description, hidden goal, reaction rules and moods, and rules how a
mood drifts overnight; opening lines, facts and wishes are this package's own (``words.toml``).
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, ClassVar

import attrs

from esc_skills.errors import ConfigError
from esc_skills.model import PURPOSES, SeekerProfile
from esc_skills.model.invariants import between, filled
from esc_skills.model.profile import Purpose
from esc_skills.spec import Context, Profiles, hookimpl

if TYPE_CHECKING:
    from moodsona import Mood, PersonaSeed

CONCEALMENT: Mapping[str, float] = {
    "open": 0.1,
    "curious": 0.1,
    "hostile": 0.2,
    "guarded": 0.3,
    "skeptical": 0.4,
    "withdrawn": 0.5,
}
"""How much of the hints somebody of a stance keeps back, 0-1; our decision."""
TIRED = 40
"""Energy below which somebody keeps back a tenth more."""
SHARES: Mapping[Purpose, int] = {"report": 4, "refine": 3, "verify": 3}
"""How personas are shared out; the first one wins a tie."""


@cache
def _words() -> Mapping[str, Any]:
    source = files("esc_skills_moodsona").joinpath("words.toml").read_text("utf-8")
    return tomllib.loads(source)


def _drawn(seed: int, *place: str | int) -> int:
    text = ":".join(str(part) for part in (seed, *place))
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16)


def _purposes(owner: Any, field: attrs.Attribute[Any], value: tuple[str, ...]) -> None:
    wrong = [name for name in value if name not in PURPOSES]
    if wrong:
        raise ValueError(f"purposes: no purpose {wrong[0]!r}; known: {', '.join(PURPOSES)}")


@attrs.frozen(kw_only=True)
class MoodsonaProfiles:
    """Each persona on several days, with every hidden intention that suits its goal.

    A persona serves one purpose alone, with all its days and intentions, so that nothing learnt
    with one set is met in another.
    """

    name: ClassVar[str] = "moodsona"
    summary: ClassVar[str] = "seekers from moodsona's personas (English), by goal and day"

    personas: tuple[str, ...] = attrs.field(default=(), converter=tuple)
    """Ids of personas; empty for all that have words here."""
    purposes: tuple[str, ...] = attrs.field(
        default=PURPOSES, converter=tuple, validator=[filled, _purposes]
    )
    """Purposes to share the personas out to, three parts refine, three verify, four report."""
    days: int = attrs.field(default=2, validator=between(1, 2))
    """Days of each persona: the first is its initial mood, the second the morning after."""
    start_emotion: int | None = attrs.field(
        default=None, validator=attrs.validators.optional(between(0, 100))
    )
    """Emotion that all begin with, such as SAGE's 40; None for the persona's own mood."""
    seed: int = 13
    """Seed of the deal and of the second day's energy."""

    async def profiles(self, ctx: Context) -> tuple[SeekerProfile, ...]:
        """All seekers, persona by persona; personas without words are noted and left out.

        Raises:
            ConfigError: A persona of ``personas`` is not there, or has no words.
        """
        import moodsona

        bundled = moodsona.list_bundled_personas()
        known = [one for one in bundled if one in _words()]
        wrong = [one for one in self.personas if one not in known]
        if wrong:
            raise ConfigError(
                f"profiles moodsona: no persona {wrong[0]!r}, or no words for it",
                hint=f"choose of: {', '.join(known)}",
            )
        for one in bundled:
            if one not in known:
                ctx.note("persona-without-words", persona=one)
        chosen = [one for one in known if not self.personas or one in self.personas]
        dealt = self._dealt(chosen)
        return tuple(
            profile
            for one in chosen
            for profile in self._made(moodsona.load_bundled_persona(one), dealt[one])
        )

    def _dealt(self, ids: Sequence[str]) -> Mapping[str, Purpose]:
        """Each persona to the purpose that is furthest behind its share, in the seed's order."""
        shares = {name: part for name, part in SHARES.items() if name in self.purposes}
        whole = sum(shares.values())
        given = dict.fromkeys(shares, 0)
        found: dict[str, Purpose] = {}
        for count, one in enumerate(sorted(ids, key=lambda one: (_drawn(self.seed, one), one)), 1):
            found[one] = max(shares, key=lambda name: shares[name] * count - given[name] * whole)
            given[found[one]] += 1
        return found

    def _made(self, persona: PersonaSeed, purpose: Purpose) -> Iterator[SeekerProfile]:
        words = _words()[persona.id]
        for day, mood in enumerate(self._moods(persona), 1):
            for intention in words["wishes"]:
                start = mood.emotion if self.start_emotion is None else self.start_emotion
                yield SeekerProfile(
                    id=f"moodsona-{persona.id}-{intention}-day{day}",
                    persona=_person(persona, mood),
                    scene=_scene(persona),
                    persona_type=words["types"][day - 1],
                    intention=intention,
                    opening=words["openings"][day - 1],
                    purpose=purpose,
                    language=persona.language,
                    start_emotion=start,
                    scenario=words["scenario"],
                    lines=_lines(words["facts"], words["wishes"][intention]),
                    knobs=(("concealment", _concealment(mood)),),
                )

    def _moods(self, persona: PersonaSeed) -> Iterator[Mood]:
        """Moods at the beginning of each day, as moodsona's own rules have them."""
        from moodsona import PersonaState

        state = PersonaState.initial(persona)
        for day in range(1, self.days + 1):
            spread = persona.overnight_energy_jitter
            offset = _drawn(self.seed, persona.id, day) % (2 * spread + 1) - spread
            state.begin_day(persona, day=day, energy_offset=offset)
            yield state.mood


def _concealment(mood: Mood) -> float:
    return round(CONCEALMENT[str(mood.stance)] + 0.1 * (mood.energy < TIRED), 1)


def _person(persona: PersonaSeed, mood: Mood) -> str:
    return (
        f"{persona.display_name} ({persona.pronouns.label}). {_ours(persona.description)} "
        f"Today: {mood.stance}, energy {mood.energy} of 100."
    )


def _scene(persona: PersonaSeed) -> str:
    """The goal and the reaction rules, sorted into what does good and what does harm."""
    kinds: dict[str, list[str]] = {"good": [], "harm": [], "else": []}
    for rule in persona.reaction_rules:
        change = rule.emotion_delta if rule.emotion_delta is not None else rule.energy_delta or 0
        kind = "good" if change > 0 else "harm" if change < 0 else "else"
        kinds[kind].append(_ours(f"{rule.when.rstrip('.')} → {rule.then}"))
    heads = {"good": "What does good", "harm": "What does harm", "else": "What else happens"}
    told = [f"{heads[kind]}: {' '.join(rules)}" for kind, rules in kinds.items() if rules]
    return "\n".join([f"Hidden goal: {_ours(persona.hidden_goal)}", *told])


def _ours(text: str) -> str:
    """The other side is called the supporter here."""
    return text.replace("The bot", "The supporter").replace("the bot", "the supporter")


def _lines(facts: Sequence[str], wishes: Sequence[str]) -> tuple[str, ...]:
    """Facts in order, with a wish showing after the first, the third and the fourth."""
    first, second, third = wishes
    return (facts[0], first, *facts[1:3], second, facts[3], third, *facts[4:])


@hookimpl
def esc_skills_profiles() -> list[type[Profiles]]:
    """Bring the profiles ``moodsona``."""
    return [MoodsonaProfiles]
