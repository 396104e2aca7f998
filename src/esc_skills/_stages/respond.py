"""The arrow *respond*: a supporter answers at every gold turn of a held-out dialogue."""

from __future__ import annotations

from esc_skills._stages.cast import Lend, Supporter
from esc_skills._stages.guarding import (
    failure,
    guard_reply,
    protected_matches,
    reachable,
    reply_guarded,
    searched,
    watch,
)
from esc_skills.errors import EscSkillsError, RunEndedError
from esc_skills.model import Dialogue, Match, Moment, Reply, Response

MOST_TURNS = 10_000


async def _answer(
    supporter: Supporter, moment: Moment, lend: Lend
) -> tuple[Reply | None, tuple[Match, ...]]:
    """Reply and what was offered; no reply where a guard failed: its fixed text is no answer."""
    alarms, answer = await watch(supporter, moment.seeker_text, "seeker", moment.language, lend)
    if failure(alarms):
        return None, ()
    if answer:
        matches = protected_matches(supporter)
        return guard_reply(answer, matches), matches
    matches = reachable(supporter, alarms, await searched(supporter, moment, lend))
    reply, alarms = await reply_guarded(supporter, moment, matches, lend)
    return None if failure(alarms) else reply, matches


async def respond(
    dialogue: Dialogue, supporter: Supporter, lend: Lend, *, see_situation: bool = False
) -> tuple[Response, ...]:
    """Answer every supporter turn of a dialogue, each time with the gold history before it.

    Args:
        dialogue: A dialogue that the bank was not made from.
        supporter: The agent.
        lend: Contexts by actor.
        see_situation: Whether the seeker's written situation may be seen.

    Returns:
        One response a supporter turn; one that failed has no reply and counts as wrong.
    """
    responses: list[Response] = []
    for index, gold in enumerate(dialogue.turns):
        if gold.speaker != "supporter":
            continue
        history = dialogue.turns[:index]
        reply: Reply | None = None
        matches: tuple[Match, ...] = ()
        try:
            state = await supporter.reader.read_state(history, lend("extractor"))
            moment = Moment(
                history=history,
                state=state,
                index=sum(turn.speaker == "supporter" for turn in history),
                limit=MOST_TURNS,
                situation=dialogue.situation if see_situation else "",
            )
            reply, matches = await _answer(supporter, moment, lend)
        except RunEndedError:
            raise
        except EscSkillsError as fault:
            if fault.exit_code == 2:
                raise
            note, what = lend("responder").note, fault.state
            note("response-failed", dialogue=dialogue.id, turn=index, state=what)
        responses.append(
            Response(
                dialogue=dialogue.id,
                turn=index,
                gold=gold,
                reply=reply,
                matches=matches,
                corpus=dialogue.corpus,
            )
        )
    return tuple(responses)
