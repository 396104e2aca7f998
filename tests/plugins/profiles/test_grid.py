"""The profiles ``grid``: full, apart by purpose, readable."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections import Counter

import pytest

from esc_skills.errors import ConfigError
from esc_skills.model import INTENTIONS, PERSONA_TYPES, PURPOSES, SeekerProfile
from esc_skills.spec import Profiles
from esc_skills.testing.contexts import context
from esc_skills_plugins._shared.taxonomy import default_taxonomy
from esc_skills_plugins.profiles.grid import GridProfiles, esc_skills_profiles


def made(**settings: object) -> tuple[SeekerProfile, ...]:
    """Profiles of a setting."""
    return asyncio.run(GridProfiles(**settings).profiles(context()))  # type: ignore[arg-type]


def words(text: str) -> str:
    """A text without case and marks."""
    return " ".join(re.findall(r"\w+", text.lower()))


def test_keeps_the_promises_of_its_role() -> None:
    """The component is a Profiles, and ids are unique at any size."""
    assert esc_skills_profiles() == [GridProfiles]
    assert isinstance(GridProfiles(), Profiles)
    for size in (1, 5, 10):
        ids = [profile.id for profile in made(per_cell=size, safety=True)]
        assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("size", [1, 3])
def test_every_purpose_holds_all_cells(size: int) -> None:
    """72 seekers a copy: each purpose has every intention with every persona type."""
    profiles = made(per_cell=size)
    assert len(profiles) == 72 * size
    cells = Counter((p.purpose, p.persona_type, p.intention) for p in profiles)
    assert set(cells) == set(itertools.product(PURPOSES, PERSONA_TYPES, INTENTIONS))
    assert set(cells.values()) == {size}


def test_purposes_share_no_person_opening_or_line() -> None:
    """Nothing said by a seeker of one purpose is said by one of another, safety included."""
    said: dict[str, set[str]] = {}
    people: dict[str, set[str]] = {}
    for profile in made(per_cell=10, safety=True):
        lines = (profile.opening, *profile.lines)
        said.setdefault(profile.purpose, set()).update(words(line) for line in lines)
        people.setdefault(profile.purpose, set()).add(profile.persona.split(",")[0])
    for first, second in itertools.combinations(PURPOSES, 2):
        assert not said[first] & said[second]
        assert not people[first] & people[second]


def test_openings_and_people_differ_inside_a_purpose() -> None:
    """At one seeker a cell, no two seekers of a purpose open alike or share a name."""
    for purpose in PURPOSES:
        profiles = made(purposes=(purpose,))
        assert len({p.opening for p in profiles}) == len(profiles) == 24
        assert len({p.persona.split(",")[0] for p in profiles}) == 24


def test_a_cell_meets_another_scene_in_each_copy() -> None:
    """Ten copies of a cell are ten scenes."""
    copies = made(purposes=("verify",), intentions=("deep-empathy",), per_cell=10)
    for kind in PERSONA_TYPES:
        assert len({p.opening for p in copies if p.persona_type == kind}) == 10


def test_seekers_have_enough_to_tell_and_known_scenarios() -> None:
    """Eight to ten lines, no open slot, a scenario of the taxonomy, the start of SAGE."""
    scenarios = {label.name for label in default_taxonomy().scenarios}
    for profile in made(per_cell=2, safety=True):
        assert 8 <= len(profile.lines) <= 10
        assert len(set(profile.lines)) == len(profile.lines)
        assert profile.scenario in scenarios
        assert profile.start_emotion == 40
        text = " ".join((profile.persona, profile.scene, profile.opening, *profile.lines))
        assert "{" not in text
        assert "  " not in text


def test_the_wish_stands_in_no_line() -> None:
    """What the responder may read does not name the hidden intention."""
    for profile in made(per_cell=2):
        told = words(" ".join((profile.opening, *profile.lines)))
        assert profile.intention.replace("-", " ") not in told
        assert profile.id not in told


def test_scenarios_are_many() -> None:
    """Each purpose meets at least nine scenarios."""
    for purpose in PURPOSES:
        assert len({p.scenario for p in made(purposes=(purpose,))}) >= 9


def test_filters_leave_the_rest_out() -> None:
    """One persona type or intention alone is an ablation; order of purposes is the user's."""
    few = made(persona_types=("passive",), intentions=("sincere-praise",), purposes=["report"])
    assert [p.id for p in few] == ["grid-report-passive-sincere-praise-1"]
    assert few[0] in made()


def test_safety_profiles_are_opt_in_and_never_for_refining() -> None:
    """Boundary tests come only when asked for, to verify and report, each persona type once."""
    assert not any(profile.safety for profile in made())
    extra = [profile for profile in made(safety=True) if profile.safety]
    assert Counter(profile.purpose for profile in extra) == {"verify": 3, "report": 3}
    assert {profile.persona_type for profile in extra} == set(PERSONA_TYPES)


def test_the_veto_meets_its_profiles_whatever_the_setting() -> None:
    """S8: those of verify, the same ones that ``safety`` would add; none without that purpose."""
    found = GridProfiles().safety_profiles()
    assert found == tuple(one for one in made(safety=True, purposes=["verify"]) if one.safety)
    assert len(found) == 3
    assert GridProfiles(purposes=("report",)).safety_profiles() == ()


def test_safety_profiles_name_no_means() -> None:
    """The disclosures are indirect: no method or means is named."""
    means = r"\b(pills?|rope|knife|gun|bridge|overdose|blade|poison|hang|cut|jump)\b"
    for profile in made(safety=True):
        if profile.safety:
            assert not re.search(means, " ".join((profile.opening, *profile.lines)).lower())


def test_wrong_settings_are_refused() -> None:
    """Unknown names, sizes and languages are refused with what there is."""
    with pytest.raises(ValueError, match="deep-empathy"):
        GridProfiles(intentions=("empathy",))
    with pytest.raises(ValueError, match="per_cell"):
        GridProfiles(per_cell=0)
    with pytest.raises(ValueError, match="per_cell"):
        GridProfiles(per_cell=(3, 11, 5))
    with pytest.raises(ValueError, match="empty"):
        GridProfiles(purposes=())
    with pytest.raises(ConfigError, match="language"):
        made(language="zh")


def test_each_purpose_may_have_a_size_of_its_own() -> None:
    """Three sizes are those of refine, verify and report: a gate needs many different seekers."""
    found = made(per_cell=(1, 3, 2))
    counts = [sum(one.purpose == name for one in found) for name in PURPOSES]
    assert counts == [24, 72, 48]
    assert len({one.id for one in found}) == len(found)


def test_the_same_settings_give_the_same_seekers() -> None:
    """The set depends on its settings alone."""
    assert made(per_cell=2) == made(per_cell=2)


def test_learning_types_leave_the_report_as_it_is() -> None:
    """Refine and verify meet one kind of people; the report meets the same seekers as ever."""
    usual, few = made(safety=True), made(safety=True, learning_types=["negative"])
    plain = [profile for profile in few if not profile.safety]
    assert {one.persona_type for one in plain if one.purpose != "report"} == {"negative"}
    assert [one for one in few if one.purpose == "report"] == [
        one for one in usual if one.purpose == "report"
    ]
    with pytest.raises(ValueError, match="no persona type 'sunny'"):
        GridProfiles(learning_types=("sunny",))
