"""Laws of retrievers, responders and guards."""

from __future__ import annotations

from typing import Any

from esc_skills.model import STRATEGIES, Match, SkillsBank, Speaker
from esc_skills.testing.conformance.scenes import TEXTS, mixed_bank, moment, moments, units
from esc_skills.testing.conformance.trials import NotTried, Trial, law
from esc_skills.testing.samples import bank

LANGUAGES = ("en", "zh", "tlh", "")
SPEAKERS: tuple[Speaker, ...] = ("seeker", "supporter")


@law("retriever")
async def offers_nothing_from_nothing(trial: Trial) -> None:
    """An empty bank can be indexed; nothing is found in it."""
    index = await trial.component.index(SkillsBank(), trial.lend(1))
    for now in moments():
        found = await index.search(now, trial.lend(2))
        assert found == (), f"an empty bank offers {found[0].skill!r}"


@law("retriever")
async def offers_active_skills_only(trial: Trial) -> None:
    """Only active skills of the bank are offered, each once, for any moment."""
    index = await trial.component.index(mixed_bank(), trial.lend(1))
    active = {item.name for item in mixed_bank().active}
    for now in moments():
        names = [match.skill for match in await index.search(now, trial.lend(2))]
        assert set(names) <= active, f"offers {sorted(set(names) - active)}, which is not active"
        assert len(set(names)) == len(names), "offers a skill twice"


@law("retriever")
async def offers_the_best_first(trial: Trial) -> None:
    """Scores never rise down the list."""
    index = await trial.component.index(mixed_bank(), trial.lend(1))
    for now in moments():
        scores = [match.score for match in await index.search(now, trial.lend(2))]
        assert scores == sorted(scores, reverse=True), f"scores are {scores}"


@law("retriever")
async def offers_at_most_k(trial: Trial) -> None:
    """A retriever with a setting ``k`` offers at most so many, also when the bank has fewer."""
    most = getattr(trial.bare, "k", None)
    if not isinstance(most, int):
        raise NotTried("it has no setting k")
    for found in (mixed_bank(), bank(*mixed_bank().active[:1])):
        index = await trial.component.index(found, trial.lend(1))
        for now in moments():
            count = len(await index.search(now, trial.lend(2)))
            assert count <= most, f"offers {count} skills, k is {most}"


@law("retriever")
async def finds_the_same_again(trial: Trial) -> None:
    """Equal bank, moment and seed give equal matches, whatever was searched between."""
    index = await trial.component.index(mixed_bank(), trial.lend(1))
    first = [await index.search(now, trial.lend(2)) for now in moments()]
    other = await trial.component.index(mixed_bank(), trial.lend(1))
    again = [await other.search(now, trial.lend(2)) for now in reversed(moments())]
    assert first == again[::-1], "the second search differs"


def _offers(found: SkillsBank | None) -> tuple[Match, ...]:
    skills = found.active if found else ()
    return tuple(Match(skill=item.name, score=1.0, why="state fits") for item in skills)


@law("responder")
async def replies_to_any_moment(trial: Trial) -> None:
    """With and without a bank, units and matches, in any script and length, it has words to say."""
    for found, known in ((None, ()), (mixed_bank(), units()), (SkillsBank(), ())):
        voice = await trial.component.prepare(found, known, trial.lend(1))
        for now in moments():
            for offered in {(), _offers(found)}:
                reply = await voice.reply(now, offered, trial.lend(2))
                assert reply.text.strip(), "the reply has no words"
                known_word = reply.strategy in ("", *STRATEGIES)
                assert known_word, f"strategy {reply.strategy!r} is none of ESConv's eight"


@law("responder")
async def uses_what_was_offered(trial: Trial) -> None:
    """``used`` names offered skills only; without an offer it is empty."""
    voice = await trial.component.prepare(mixed_bank(), units(), trial.lend(1))
    for now in moments():
        for offered in ((), _offers(mixed_bank())[:1], _offers(mixed_bank())):
            used = (await voice.reply(now, offered, trial.lend(2))).used
            strange = set(used) - {match.skill for match in offered}
            assert not strange, f"used {sorted(strange)}, which was not offered"


@law("responder")
async def replies_the_same_again(trial: Trial) -> None:
    """Equal bank, moment, matches and seed give an equal reply, whatever was said between."""

    async def all_replies(order: int) -> list[Any]:
        voice = await trial.component.prepare(mixed_bank(), units(), trial.lend(1))
        offered = _offers(mixed_bank())
        return [await voice.reply(now, offered, trial.lend(2)) for now in moments()[::order]]

    assert await all_replies(1) == (await all_replies(-1))[::-1], "the second reply differs"


@law("guard")
async def protects_its_skills(trial: Trial) -> None:
    """Skills of the manifest are protected, active, and have names of their own."""
    manifest = trial.component.protected()
    loose = [item.name for item in manifest if not (item.protected and item.life == "active")]
    assert not loose, f"not protected and active: {loose}"
    assert len({item.name for item in manifest}) == len(manifest), "two skills share a name"
    assert manifest == trial.component.protected(), "the manifest changes between two calls"


@law("guard")
async def checks_any_words(trial: Trial) -> None:
    """Any text of either side is checked; an alarm names the side and never quotes the text."""
    for text in TEXTS:
        for speaker in SPEAKERS:
            for language in LANGUAGES:
                alarm = await trial.component.check(text, speaker, language, trial.lend(1))
                again = await trial.component.check(text, speaker, language, trial.lend(1))
                assert alarm == again, "the second check differs"
                if alarm is None:
                    continue
                assert alarm.speaker == speaker, f"alarm about the {alarm.speaker}"
                assert text.strip() not in alarm.reason, "the alarm quotes the text"


@law("guard")
async def has_an_answer_in_any_language(trial: Trial) -> None:
    """The fixed answer to an alarm has words, for known and unknown languages."""
    from esc_skills.model import Alarm

    found = [await trial.component.check(text, "seeker", "en", trial.lend(1)) for text in TEXTS]
    alarm = next(filter(None, found), Alarm(rule="conformance.any", speaker="seeker"))
    for language in LANGUAGES:
        text = trial.component.answer(alarm, language)
        assert text.strip(), f"no answer for language {language!r}"
        assert text == trial.component.answer(alarm, language), "the answer is not fixed"


@law("retriever", "responder")
async def keeps_talks_apart(trial: Trial) -> None:
    """Two sessions of one component do not see each other."""
    if trial.role == "retriever":
        full = await trial.component.index(mixed_bank(), trial.lend(1))
        empty = await trial.component.index(SkillsBank(), trial.lend(1))
        await full.search(moment(TEXTS[2]), trial.lend(2))
        assert await empty.search(moment(TEXTS[2]), trial.lend(2)) == (), "indexes are shared"
        return
    alone = await trial.component.prepare(None, (), trial.lend(1))
    before = await alone.reply(moment(TEXTS[2]), (), trial.lend(2))
    other = await trial.component.prepare(mixed_bank(), units(), trial.lend(1))
    await other.reply(moment(TEXTS[3]), _offers(mixed_bank()), trial.lend(3))
    after = await alone.reply(moment(TEXTS[2]), (), trial.lend(2))
    assert before == after, "another voice has changed this one"
