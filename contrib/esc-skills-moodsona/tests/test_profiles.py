"""The profile set ``moodsona`` with the personas that the package brings."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections import Counter
from pathlib import Path

import moodsona
import pytest
from esc_skills_moodsona.profiles import MoodsonaProfiles, _words
from moodsona.state import overnight

import esc_skills
from esc_skills.errors import ConfigError
from esc_skills.model import INTENTIONS, PERSONA_TYPES, SeekerProfile, plain, short_hash
from esc_skills.testing import conformance, context


def seekers(**settings: object) -> tuple[SeekerProfile, ...]:
    """All seekers of the set."""
    made = MoodsonaProfiles(**settings)  # type: ignore[arg-type]
    return asyncio.run(made.profiles(context()))


def persona_of(seeker: SeekerProfile) -> str:
    """Id of the persona behind a seeker."""
    bare = seeker.id.removeprefix("moodsona-").rsplit("-day", 1)[0]
    return bare.removesuffix(f"-{seeker.intention}")


@pytest.mark.parametrize(
    "settings",
    [{}, {"days": 1}, {"purposes": ("report",)}, {"personas": ("conflict-at-work",)}],
    ids=["default", "one-day", "report", "one-persona"],
)
def test_it_keeps_the_promise_of_its_role(settings: dict[str, object]) -> None:
    """Every law of profile sets holds."""
    conformance.check("profiles", MoodsonaProfiles(**settings))  # type: ignore[arg-type]


def test_every_persona_of_the_package_has_words() -> None:
    """None is left out, and no words stand for a persona that is not there."""
    assert sorted(_words()) == moodsona.list_bundled_personas()
    assert {persona_of(one) for one in seekers()} == set(moodsona.list_bundled_personas())


def test_they_are_shared_out_persona_by_persona() -> None:
    """42 seekers: 12, 12 and 18; no persona, opening or line serves two purposes."""
    found = seekers()
    shares = Counter(one.purpose for one in found)
    assert shares == {"refine": 12, "verify": 12, "report": 18}
    for what in (persona_of, lambda one: one.opening, lambda one: one.lines, lambda one: one.scene):
        met: dict[object, str] = {}
        for one in found:
            assert met.setdefault(what(one), one.purpose) == one.purpose, one.id


@pytest.mark.parametrize("seed", range(20))
def test_every_deal_is_fair_and_some_differ(seed: int) -> None:
    """Whatever the seed, two personas learn, two verify, three report; the default is one deal."""
    dealt = {persona_of(one): one.purpose for one in seekers(seed=seed, days=1)}
    assert Counter(dealt.values()) == {"refine": 2, "verify": 2, "report": 3}


def test_another_seed_deals_anew() -> None:
    """The deal is the seed's."""
    deals = {
        tuple(sorted({(persona_of(one), one.purpose) for one in seekers(seed=seed)}))
        for seed in range(5)
    }
    assert len(deals) > 1


def test_purposes_can_be_left_to_other_sets() -> None:
    """Named purposes share all personas among them."""
    assert {one.purpose for one in seekers(purposes=("report",))} == {"report"}
    assert len(seekers(purposes=("report",))) == 42
    two = Counter(one.purpose for one in seekers(purposes=("refine", "verify"), days=1))
    assert sorted(two.values()) == [9, 12]


def test_all_wishes_and_types_are_met() -> None:
    """The personas cover SAGE's eight intentions and three persona types."""
    found = seekers()
    assert {one.intention for one in found} == set(INTENTIONS)
    assert {one.persona_type for one in found} == set(PERSONA_TYPES)
    assert {one.language for one in found} == {"en"}


def test_moods_are_moodsonas_own() -> None:
    """Day one is the initial mood; day two is what its rule for the night makes of it."""
    for one in seekers():
        persona = moodsona.load_bundled_persona(persona_of(one))
        first = persona.initial_state
        day = int(one.id[-1])
        due = first if day == 1 else overnight(
            first, persona.baseline, energy_offset=0, remembers=persona.memory_days_visible > 0
        )  # fmt: skip
        assert one.start_emotion == due.emotion, one.id
        assert f"Today: {due.stance}" in one.persona


def test_all_can_begin_alike() -> None:
    """``start_emotion`` puts SAGE's 40 in place of the persona's own."""
    assert {one.start_emotion for one in seekers(start_emotion=40)} == {40}
    assert len({one.start_emotion for one in seekers()}) > 3


def test_scenes_hold_goal_and_rules() -> None:
    """Each rule of the persona stands in the scene, with the bot as the supporter."""
    for one in seekers(days=1):
        persona = moodsona.load_bundled_persona(persona_of(one))
        assert one.scene.startswith("Hidden goal: ")
        assert one.scene.count(" → ") == len(persona.reaction_rules)
        assert "the bot" not in one.scene.lower()
        assert "What does harm: " in one.scene


def test_good_and_harm_follow_the_deltas() -> None:
    """Rules that lower the emotion stand under harm, those that raise it under good."""
    (one,) = {one.scene for one in seekers(personas=("conflict-at-work",))}
    good, harm = (
        next(line for line in one.splitlines() if line.startswith(head))
        for head in ("What does good", "What does harm")
    )
    assert "reflects specific details" in good
    assert "jumps to advice" in harm


def test_openings_hide_the_wish_and_the_goal() -> None:
    """No first message names the intention, and the hidden goal is in no line that is said."""
    for one in seekers():
        goal = moodsona.load_bundled_persona(persona_of(one)).hidden_goal
        said = [one.opening, *one.lines]
        assert one.intention.replace("-", " ") not in one.opening.lower()
        assert not any(line in goal or goal in line for line in said)
        assert len(one.lines) == 9
        assert len(set(one.lines)) == 9


def test_words_are_written_with_care() -> None:
    """Every persona has two days, six facts and three wishes of three lines."""
    for name, words in _words().items():
        sizes = (len(words["types"]), len(words["openings"]), len(words["facts"]))
        assert sizes == (2, 2, 6), name
        assert len(words["wishes"]) == 3, name
        assert {len(lines) for lines in words["wishes"].values()} == {3}, name


def test_unknown_personas_are_refused() -> None:
    """The message names those that can be chosen."""
    with pytest.raises(ConfigError, match="no persona 'nobody'") as fault:
        seekers(personas=("nobody",))
    assert "grieving-after-loss" in fault.value.hint
    with pytest.raises(ValueError, match="no purpose 'learn'"):
        MoodsonaProfiles(purposes=("learn",))


def test_a_persona_without_words_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a later moodsona brings is left out and said."""
    bundled = [*moodsona.list_bundled_personas(), "zealous-gardener"]
    monkeypatch.setattr(moodsona, "list_bundled_personas", lambda: bundled)
    ctx = context()
    asyncio.run(MoodsonaProfiles().profiles(ctx))
    assert ctx.notes == [("persona-without-words", {"persona": "zealous-gardener"})]


def test_another_process_makes_the_same() -> None:
    """No seeker hangs on the process or its hash seed."""
    code = (
        "import asyncio\n"
        "from esc_skills.model import short_hash, plain\n"
        "from esc_skills.testing import context\n"
        "from esc_skills_moodsona.profiles import MoodsonaProfiles\n"
        "made = asyncio.run(MoodsonaProfiles().profiles(context(7)))\n"
        "print(short_hash(plain(made)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == short_hash(plain(seekers()))


def met(run: esc_skills.Run) -> dict[str, set[str]]:
    """Ids of the seekers in each arm's conversations, by arm."""
    found: dict[str, set[str]] = {}
    for score in run.scores:
        if score.evaluator == "sage" and score.name == "emotion":
            found[score.arm] = {item.cluster for item in score.items}
    return found


def reported(run: esc_skills.Run, *, theirs: int, others: int) -> None:
    """Look at whom the arms were reported on."""
    arms = met(run)
    assert {"none", "static"} <= set(arms)
    for seen in arms.values():
        brought = {one for one in seen if one.startswith("moodsona-")}
        assert (len(brought), len(seen - brought)) == (theirs, others)


def test_a_run_learns_and_reports_with_them_alone(tmp_path: Path) -> None:
    """The set is enough for a whole run; failures come from the personas to refine with."""
    chosen = {
        "profiles": [{"use": "moodsona", "days": 1}],
        "talk": {"limit": 5},
        "evaluators": ["sage"],
        "evolve": {"rounds": 1},
    }
    run = esc_skills.run(chosen, out=tmp_path / "run")
    reported(run, theirs=9, others=0)
    learnt = {persona_of(one) for one in seekers(days=1) if one.purpose == "refine"}
    assert learnt == {"burned-out-shift-worker", "conflict-at-work"}
    assert any(row["event"] == "failures" for row in run.record.ledger)


def test_a_run_reports_on_them_beside_others(tmp_path: Path) -> None:
    """Joined with the project's own seekers, both stand in the report."""
    chosen = {
        "profiles": [
            {"use": "grid", "intentions": ["deep-empathy"]},
            {"use": "moodsona", "purposes": ["report"], "days": 1},
        ],
        "evaluators": ["sage"],
        "evolve": {"rounds": 0},
    }
    reported(esc_skills.run(chosen, out=tmp_path / "run"), theirs=21, others=3)
