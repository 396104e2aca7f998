"""``esc-skills chat``: talk to a bank's agent, sit in its place, or watch it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from esc_skills._cli.desk import Screen, spark
from esc_skills._cli.run import SETS
from esc_skills._cli.tables import clean

if TYPE_CHECKING:
    from esc_skills._practice.chatting import Chat
    from esc_skills._practice.engaging import Engagement
    from esc_skills.model import Trace

ENDINGS = {
    "success": "the seeker feels well again (emotion 100)",
    "failure": "the seeker gave up (emotion below 10)",
    "farewell": "the seeker said goodbye",
    "limit": "the most turns were reached",
}


@click.command("chat")
@click.argument("bank", default="starter")
@click.option(
    "--seat",
    type=click.Choice(["seeker", "supporter", "none"]),
    default="seeker",
    help="Where you sit: talk to the agent (default), support a simulated seeker, or watch.",
)
@click.option("--profile", default="", help="Simulated seeker: an id, or a persona type.")
@click.option(
    "--experiment", type=click.Path(path_type=Path), help="Who reads, finds, speaks and guards."
)
@SETS
@click.option("--locale", default="", help="Your country, such as GB, for the help text.")
@click.option("--language", default="en", help="Language of the talk: en or zh.")
@click.option("--seed", type=click.IntRange(0), help="Seed of all chance.")
@click.option("--turns", type=click.IntRange(1), help="Most supporter turns.")
@click.option("--save", type=click.Path(path_type=Path), help="Keep the talk in this new file.")
@click.option("--skills", is_flag=True, help="Show offered skills at every turn.")
@click.option("--open", "shown", is_flag=True, help="Show a simulated seeker's feelings at once.")
@click.option("--no-skills", is_flag=True, help="Talk to the agent without any bank.")
@click.option("--unreviewed", is_flag=True, help="Take a bank that no named person has reviewed.")
def chat(
    bank: str,
    seat: str,
    profile: str,
    experiment: Path | None,
    sets: tuple[str, ...],
    locale: str,
    *,
    language: str,
    seed: int | None,
    turns: int | None,
    save: Path | None,
    skills: bool,
    shown: bool,
    no_skills: bool,
    unreviewed: bool,
) -> int:
    """Talk to the agent of BANK: a name, a run folder, or a folder of a bank.

    A program, for research: not therapy, and not a crisis service. Nothing is kept unless you ask.
    """
    from esc_skills._practice.chatting import Chat
    from esc_skills._practice.engaging import Wish, engage
    from esc_skills._practice.transcripts import check_place

    if save:
        check_place(save)
    wish = Wish(
        bank=None if no_skills else bank,
        experiment=experiment,
        sets=(*sets, *([] if seed is None else [f"run.seed={seed}"])),
        unreviewed=unreviewed,
        locale=locale,
        to="chat",
    )
    engagement = engage(wish)
    screen = Screen(open=shown, skills=skills)
    screen.chat = Chat(
        engagement=engagement,
        desk=screen,
        seat=seat,  # type: ignore[arg-type]  # click has checked it
        wanted=profile,
        language=language,
        limit=turns,
    )
    _introduce(engagement, language)
    return _held(screen.chat, save)


def _introduce(engagement: Engagement, language: str) -> None:
    from esc_skills._practice.engaging import placeless
    from esc_skills._practice.notices import TONGUES, tongue_of

    bank = engagement.bank
    told = f"{len(bank.active)} skills, {bank.hash[:12]}" if bank else "the agent without skills"
    click.echo(f"bank: {clean(engagement.where) or 'none'}: {told}")
    if "unreviewed" in engagement.stamps:
        click.echo("bank: unreviewed; no named person has reviewed its skills")
    if "imported" in engagement.stamps:
        click.echo("bank: holds skills that came from elsewhere")
    places = [one.settings.get("locale", "") for one in engagement.experiment.guards]
    country = next(filter(None, places), "")
    where = f"for {clean(str(country))}" if country else "name no number; give --locale, such as GB"
    if country and placeless(engagement):
        where = f"name no number: there is none for {clean(str(country))!r}; write GB or en-GB"
    if tongue_of(language) not in TONGUES:
        click.echo(
            f"language {clean(language)!r} is none of {', '.join(TONGUES)}: notices are in English,"
            " and a guard that does not know it may hear no danger in it"
        )
    click.echo(f"help texts {where}. /help lists what you can type; nothing is kept unasked.")


def _held(talk: Chat, save: Path | None) -> int:
    """Hold the talk; what was said is told, and kept where that was wished, however it ends."""
    from esc_skills._engine.loop import complete

    code, trace = 130, None
    try:
        trace = complete(talk.hold())
        code = _over(trace)
    except KeyboardInterrupt:
        click.echo()
    finally:
        talk.engagement.crew.close()
        if save and talk.lines:
            _keep(talk, save)
    _curve(talk, trace)
    return code


def _keep(talk: Chat, save: Path) -> None:
    from esc_skills._practice import transcripts

    transcripts.save(save, talk.record())
    click.echo(f"saved: {clean(str(save))}")


def _over(trace: Trace | None) -> int:
    """What a fault has done; 1 when one has ended the talk."""
    from esc_skills._practice.chatting import parting

    if trace is None or trace.ending != "fault":
        return 0
    if text := parting(trace):
        click.echo(f"guard> {text}")
    click.echo(f"-- the talk ends here: {clean(trace.note)}", err=True)
    return 1


def _curve(talk: Chat, trace: Trace | None) -> None:
    if len(talk.curve) > 1:
        points = " ".join(map(str, talk.curve))
        click.echo(f"emotion: {spark(talk.curve)} {points}")
    ending = ENDINGS.get(trace.ending, "") if trace and talk.seat != "seeker" else ""
    turns = f"{talk.turns} turn" + ("s" if talk.turns != 1 else "")
    click.echo(f"-- the talk is over after {turns}" + (f": {ending}" if ending else ""))
