"""Several profile sets as one, such as own seekers to evolve with and SAGE's to report on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import attrs

from esc_skills.errors import ConfigError
from esc_skills.model import SeekerProfile
from esc_skills.spec import Context, Profiles


@attrs.frozen(kw_only=True)
class JoinedProfiles:
    """All seekers of several sets, set by set."""

    sets: tuple[Profiles, ...]
    """The sets, in the experiment's order."""
    summary: str = "several profile sets as one"
    """What it is."""

    @property
    def name(self) -> str:
        """Names of the sets."""
        return " + ".join(one.name for one in self.sets)

    @property
    def asks(self) -> tuple[Any, ...]:
        """What the sets ask models."""
        return tuple(ask for one in self.sets for ask in getattr(one, "asks", ()))

    async def profiles(self, ctx: Context) -> tuple[SeekerProfile, ...]:
        """Every seeker of every set.

        Raises:
            ConfigError: Two sets bring a seeker of one id.
        """
        made: dict[str, SeekerProfile] = {}
        for one in self.sets:
            for profile in await one.profiles(ctx):
                if profile.id in made:
                    raise ConfigError(
                        f"profiles: {one.name!r} brings a seeker {profile.id!r} a second time",
                        hint="take each set once, or let the sets share out the purposes",
                    )
                made[profile.id] = profile
        return tuple(made.values())

    def safety_profiles(self) -> tuple[SeekerProfile, ...]:
        """Seekers for the safety veto, of every set that brings some."""
        return tuple(profile for one in self.sets for profile in vetting(one))


def vetting(profiles: Profiles) -> tuple[SeekerProfile, ...]:
    """Seekers of a set for the safety veto; empty for a set that promises none."""
    # A pane passes an optional promise on without showing it to isinstance.
    promise = getattr(profiles, "safety_profiles", None)
    found: tuple[SeekerProfile, ...] = promise() if promise is not None else ()
    return tuple(one for one in found if one.safety and one.purpose == "verify")


def check_apart(profiles: Sequence[SeekerProfile]) -> None:
    """Look that nobody is met for two purposes, under whatever id.

    Raises:
        ConfigError: One seeker stands under two purposes; the bank would be judged on somebody
            whom it was made for.
    """
    met: dict[SeekerProfile, SeekerProfile] = {}
    for profile in profiles:
        bare = attrs.evolve(profile, id="-", purpose="report")
        first = met.setdefault(bare, profile)
        if first.purpose != profile.purpose:
            raise ConfigError(
                f"profiles: seeker {first.id!r} ({first.purpose}) and {profile.id!r} "
                f"({profile.purpose}) are one and the same",
                hint="give each seeker one purpose",
            )


def joined(sets: Sequence[Profiles]) -> Profiles:
    """One set for all; a single one stays itself."""
    return sets[0] if len(sets) == 1 else cast("Profiles", JoinedProfiles(sets=tuple(sets)))
