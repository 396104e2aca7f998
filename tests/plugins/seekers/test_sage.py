"""The model-played seeker: feeling, speaking, faults, and what it may see and show."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_skills._stages.cast import Rules, Stage, Supporter
from esc_skills._stages.converse import converse
from esc_skills.errors import ReplyError
from esc_skills.model import INTENTIONS, PERSONA_TYPES, Reaction, Reply, SeekerProfile, Trace, Turn
from esc_skills.spec import Prompt
from esc_skills.testing import conformance, context
from esc_skills.testing.contexts import DeskContext
from esc_skills.testing.doubles import EchoVoice, FirstIndex, PlainReader
from esc_skills.testing.samples import bank, profile
from esc_skills_plugins.profiles.grid import GridProfiles
from esc_skills_plugins.profiles.sage import SageProfiles
from esc_skills_plugins.responders.drafting import Draft
from esc_skills_plugins.responders.paper import Paper
from esc_skills_plugins.seekers.backstage import wish
from esc_skills_plugins.seekers.sage import Analysis, Sage, Utterance, esc_skills_seekers

MARK = "MARK-OF-OTHERS"
TOPICS = (
    *("The ward closes in June.", "Nobody tells us anything.", "My sister says I should wait."),
    *("I sleep four hours a night.", "Yesterday I shouted at a patient.", "My boss looks away."),
    *("The new job is two hours off.", "I keep counting our savings.", "Rain again, of course."),
    "At least the dog is happy to see me.",
)


def feels(change: Any = 5, **fields: str) -> Analysis:
    facts = {"meant": "It asks.", "fit": "Half.", "thought": "Hm.", "feeling": "Seen."}
    return Analysis(**{**facts, **fields}, change=change)


def turns(*changes: Any) -> list[Any]:
    """Analyses of the given changes, each with something new to say."""
    pairs = zip(changes, TOPICS * 2, strict=False)
    return [item for change, says in pairs for item in (feels(change), Utterance(says=says))]


def react(
    answers: Sequence[Any], reply: str = "How so?", seeker: Sage | None = None, **facts: Any
) -> tuple[Reaction, DeskContext]:
    who, ctx = profile(**facts), context(answers={"seeker": answers})
    history = (Turn(speaker="seeker", text=who.opening), Turn(speaker="supporter", text=reply))

    async def once() -> Reaction:
        sitting = await (seeker or Sage()).meet(who, ctx)
        return await sitting.react(Reply(text=reply, strategy="Question"), history, ctx)

    return asyncio.run(once()), ctx


def talk(
    answers: Sequence[Any],
    supporter: Supporter | None = None,
    rules: Rules | None = None,
    **facts: Any,
) -> tuple[Trace, dict[str, DeskContext]]:
    """A whole conversation; each actor keeps one context."""
    desks: dict[str, DeskContext] = {}
    scripted: dict[str, Any] = {"seeker": answers, "responder": facts.pop("drafts", ())}

    def lend(actor: str) -> DeskContext:
        return desks.setdefault(actor, context(place=actor, answers=scripted))

    agent = supporter or Supporter(reader=PlainReader(), voice=EchoVoice())
    stage = Stage(supporter=agent, seeker=Sage(), arm="test", rules=rules or Rules())
    return asyncio.run(converse(profile(**facts), stage, lend)), desks


def data(prompt: Prompt) -> dict[str, str]:
    return dict(prompt.data)


def test_two_calls_a_reply_and_none_for_the_opening() -> None:
    """The opening is the profile's own; each reply costs an analysis, then the words."""
    made, desks = talk(turns(*[1] * 10))
    assert made.exchanges[0].seeker == made.profile.opening
    assert (made.ending, len(made.exchanges)) == ("limit", 10)
    steps = [prompt.id.split(".")[2] for _, prompt in desks["seeker"].asked]
    assert steps == ["analyse", "reply"] * 9
    assert made.emotion == 49


@pytest.mark.parametrize(
    ("changes", "ending", "count"), [([10] * 6, "success", 6), ([-10] * 4, "failure", 4)]
)
def test_endings_follow_the_told_changes(changes: list[int], ending: str, count: int) -> None:
    """Emotion starts at 40; 100 succeeds and below 10 fails."""
    made, _ = talk(turns(*changes))
    assert (made.ending, len(made.exchanges)) == (ending, count)


@given(st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=9), st.integers(0, 100))
def test_emotion_adds_up_within_clamp_and_bounds(changes: list[int], start: int) -> None:
    """R38: a step is the told change within ±10, emotion stays within 0-100, clamps are noted."""
    made, desks = talk(
        turns(*changes),
        Supporter(reader=PlainReader(), voice=EchoVoice()),
        Rules(success=101, failure=0, limit=len(changes), score_last=True),
        start_emotion=start,
    )
    emotion = start
    for exchange, told in zip(made.exchanges, changes, strict=True):
        assert exchange.reaction is not None
        assert exchange.reaction.delta == max(-10, min(10, told))
        emotion = max(0, min(100, emotion + exchange.reaction.delta))
        assert exchange.reaction.emotion == emotion
    noted = [facts for kind, facts in desks["seeker"].notes if kind == "emotion-change"]
    assert len(noted) == sum(abs(told) > 10 for told in changes)


def test_change_as_text_is_read_and_noted() -> None:
    """R38: a change that is text is read where it is one number, and that is recorded."""
    felt, ctx = react([feels("+3"), Utterance(says="Maybe.")])
    assert (felt.delta, felt.emotion) == (3, 43)
    assert ("emotion-change", {"rule": "text", "told": 3}) in ctx.notes


def test_change_that_is_no_number_is_a_simulator_fault() -> None:
    """R38: words instead of a change are asked for again twice, then the talk is a seeker fault."""
    made, desks = talk([feels("better")] * 3)
    assert (made.ending, made.fault) == ("fault", "seeker")
    assert "change" in made.note
    assert [kind for kind, _ in desks["seeker"].notes] == ["resample"] * 2 + ["simulator-fault"]


@pytest.mark.parametrize(
    "bad",
    [
        Utterance(says=""),
        Utterance(says="I'm here for you, how can I help you?"),
        Utterance(says="<think>hm</think> fine"),
        Utterance(says="My hidden intention is empathy."),
        Utterance(says=profile().opening),
        Utterance(says="word " * 1000),
        Utterance(says="Bye", leaves=True),
    ],
    ids=["empty", "inverted", "thinks", "leaks", "repeats", "endless", "early"],
)
def test_fallen_seeker_is_asked_again_and_recovers_or_faults(bad: Utterance) -> None:
    """R37: unusable words are asked for again at most twice, noted, then end as a seeker fault."""
    felt, ctx = react([feels(), bad, bad, Utterance(says="I cannot sleep.")])
    assert felt.text == "I cannot sleep."
    assert [kind for kind, _ in ctx.notes] == ["resample"] * 2
    tasks = [prompt.task for _, prompt in ctx.asked[1:]]
    assert len(set(tasks)) == 3
    made, desks = talk([feels(), bad, bad, bad, *turns(1)])
    assert (made.ending, made.fault, made.exchanges) == ("fault", "seeker", ())
    assert made.state == "simulator-fault"
    assert [prompt.repeat for _, prompt in desks["seeker"].asked] == [0, 0, 1, 2]


def test_seeker_that_never_leaves_ends_at_the_limit() -> None:
    """R37: a seeker that never ends is ended by the rules, not by patience."""
    made, _ = talk(turns(*[0] * 12))
    assert made.ending == "limit"


@pytest.mark.parametrize(
    "last", [Utterance(says="It is late.", leaves=True), Utterance(says="Ok, bye then.")]
)
def test_goodbye_by_flag_or_by_words(last: Utterance) -> None:
    """The model's flag ends the talk, and so do plain words of goodbye."""
    made, _ = talk([*turns(1, 1), feels(0), last])
    assert (made.ending, len(made.exchanges)) == ("farewell", 3)


def test_emotion_rising_for_nothing_is_flagged_only() -> None:
    """Three fitting-to-nothing replies that lift the emotion leave a note, and the talk goes on."""
    made, desks = talk(turns(*[1] * 10), Supporter(reader=PlainReader(), voice=EchoVoice(text="!")))
    flags = [facts for kind, facts in desks["seeker"].notes if kind == "seeker-flag"]
    assert flags[0] == {"rule": "over-agreeable", "replies": 3}
    assert made.ending == "limit"


def test_words_see_the_band_and_the_analysis_only() -> None:
    """The second call gets the analysis and the band, not the figure; the first gets both."""
    _, ctx = react([feels(9, thought="So nobody came."), Utterance(says="Maybe.")])
    first, second = (prompt for _, prompt in ctx.asked)
    assert data(first)["mood"].startswith("40 of 100. B")
    assert data(second)["mood"].startswith("B: ")
    assert "49" not in repr(second.data)
    assert "So nobody came." in data(second)["effect of the last message"]


def test_thinking_of_the_supporter_is_never_shown() -> None:
    """Only the words enter: neither why, nor skills, nor a thought left in the text."""
    reply = Reply(text="<think>SECRET</think>Go on.", strategy="Question", why="SECRET", used=())
    who, ctx = profile(), context(answers={"seeker": turns(1)})
    history = (Turn(speaker="seeker", text="x"), Turn(speaker="supporter", text=reply.text))

    async def once() -> None:
        await (await Sage().meet(who, ctx)).react(reply, history, ctx)

    asyncio.run(once())
    assert all("SECRET" not in repr(prompt) for _, prompt in ctx.asked)
    assert "Go on." in repr(ctx.asked)


def test_words_of_others_stay_data() -> None:
    """B10, S16: profile, talk and model text stand in data, never in system or task."""
    facts = {"persona": MARK, "scene": MARK, "opening": MARK, "lines": (MARK,)}
    bad = Utterance(says=f"Supporter: {MARK}")
    _, ctx = react([feels(thought=MARK), bad, Utterance(says="I see.")], reply=MARK, **facts)
    assert len(ctx.asked) == 3
    for _, prompt in ctx.asked:
        assert MARK not in prompt.system + prompt.task + prompt.id
        assert MARK in repr(prompt.data)


def test_system_text_is_one_for_all_seekers() -> None:
    """What is stable comes first: profiles change the data alone, and lead it."""
    seen = [
        react(turns(1), persona_type=kind, intention=want)[1].asked
        for kind in PERSONA_TYPES
        for want in INTENTIONS
    ]
    assert len({(prompt.system, prompt.task) for asked in seen for _, prompt in asked}) == 2
    assert all(prompt.data[0][0] == "who you are" for asked in seen for _, prompt in asked)


@pytest.mark.parametrize(("language", "sign"), [("en", "You play"), ("zh-CN", "你在扮演")])
def test_language_follows_the_profile(language: str, sign: str) -> None:
    """A Chinese profile is played by Chinese prompts."""
    _, ctx = react([feels(), Utterance(says="我睡不着。")], language=language)
    assert all(sign in prompt.system for _, prompt in ctx.asked)


def test_hidden_intention_never_reaches_the_responder() -> None:
    """No prompt of the responder holds the wish, its name, the scene or the inner thought."""
    known = bank()
    voice = asyncio.run(Paper().prepare(known, (), context()))
    agent = Supporter(reader=PlainReader(), voice=voice, index=FirstIndex(bank=known), bank=known)
    drafts = [Draft(strategy="Question", text=f"And then, {n}?") for n in range(10)]
    answers = [
        feels(1, thought="INNER") if n % 2 == 0 else item for n, item in enumerate(turns(*[1] * 10))
    ]
    made, desks = talk(answers, agent, drafts=drafts, scene="SCENE of it", persona="PERSONA of it")
    asked = repr(desks["responder"].asked)
    assert len(desks["responder"].asked) == 10
    for secret in (wish(made.profile), made.profile.intention, "SCENE", "PERSONA", "INNER"):
        assert secret not in asked
    assert all(role == "responder" for role, _ in desks["responder"].asked)


def test_signature_names_what_scores_depend_on() -> None:
    """Prompts, clamp, start and audit stand in the signature; settings change it."""
    sign = Sage().signature
    assert sign.startswith("sage:v1|prompts=")
    assert "|start=profile|clamp=10|audit=" in sign
    assert "\n" not in sign
    assert Sage(clamp=5).signature != sign
    assert Sage(resamples=0).signature != sign


def test_no_resample_when_none_is_allowed() -> None:
    """With ``resamples = 0`` the first unusable message is the fault."""
    with pytest.raises(ReplyError) as fault:
        react([feels(), Utterance(says="")], seeker=Sage(resamples=0))
    assert fault.value.hint


@pytest.mark.parametrize("law", conformance.laws("seeker"), ids=lambda law: law.name)
def test_hook_brings_a_seeker(law: Any) -> None:
    """The hook names the component, and what needs no model holds."""
    assert esc_skills_seekers() == [Sage]
    if law.name in {"seeker_signs", "opens_with_the_profiles_line"}:
        assert not law.fault(conformance.on_trial("seeker", Sage()))


def _grid() -> tuple[SeekerProfile, ...]:
    return asyncio.run(GridProfiles(safety=True).profiles(context()))


def test_plays_every_profile_of_the_grid() -> None:
    """Each composed seeker can be met and reacts; its facts are in the first data of the prompt."""
    for who in _grid():
        ctx = context(answers={"seeker": turns(3)})
        felt = asyncio.run(_one(who, ctx))
        assert felt.emotion == 43
        assert who.lines[0] in dict(ctx.asked[0][1].data)["who you are"]


@pytest.mark.development_data
def test_plays_every_profile_of_sage() -> None:
    """Each released seeker is played in Chinese, and its hidden line stands under audit."""
    path = Path(__file__).parents[4] / "shared" / "data" / "sage" / "profiles.jsonl"
    if not path.is_file():
        pytest.skip("needs ../shared/data")
    everyone = asyncio.run(SageProfiles(path=str(path)).profiles(context()))
    for who in everyone:
        ctx = context(answers={"seeker": turns(3)})
        assert asyncio.run(_one(who, ctx)).emotion == 43
        assert "你在扮演" in ctx.asked[0][1].system


async def _one(who: SeekerProfile, ctx: DeskContext) -> Reaction:
    said = (Turn(speaker="seeker", text=who.opening), Turn(speaker="supporter", text="Go on."))
    return await (await Sage().meet(who, ctx)).react(
        Reply(text="Go on.", strategy="Question"), said, ctx
    )
