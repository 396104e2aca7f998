"""The desk of a person who talks: their line, the words beginning with ``/``, and what is shown.

What models, banks and people wrote goes through ``clean``; lines after the first are set in, so
that no text can look like another speaker's.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import click

from esc_skills._cli.keyboard import Keyboard
from esc_skills._cli.tables import clean

if TYPE_CHECKING:
    from esc_skills._practice.chatting import Chat
    from esc_skills._stages.cast import Uttered
    from esc_skills.model import Reaction

LONGEST = 10_000
"""Most characters of one message."""
WORDS = {
    "/help": "this list",
    "/skills": "what was offered, and why",
    "/state": "how the agent reads the seeker",
    "/why": "why the last reply was chosen",
    "/save FILE": "keep the talk so far in a new file; flagged messages are withheld",
    "/quit": "end the talk (so does the end of input)",
}
BARS = "▁▂▃▄▅▆▇█"


def spark(curve: Sequence[int]) -> str:
    """An emotion curve, 0-100, as one sign a point; empty where the terminal has none for it."""
    try:
        BARS.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return ""
    return "".join(BARS[min(7, point * 8 // 100)] for point in curve)


@attrs.define(kw_only=True)
class Screen:
    """A desk on a terminal, or on a pipe."""

    open: bool = False
    """Whether a simulated seeker's feelings are shown as they come."""
    skills: bool = False
    """Whether offered skills are shown unasked."""
    keyboard: Keyboard = attrs.field(factory=Keyboard)
    """Where the person types."""
    chat: Chat = attrs.field(init=False)
    """The talk."""

    async def listen(self) -> str | None:
        """The person's next message; words beginning with ``/`` are done here and not sent."""
        if self.skills and self.chat.seat == "supporter":
            self._skills("")
        while True:
            if self.keyboard.echoes:
                click.echo("you> ", nl=False)
            typed = await self.keyboard.line()
            if typed is None:
                return None
            if not self.keyboard.echoes:
                self._say("you", typed)
            text = typed.strip()
            if text.startswith("/") and not text.startswith("//"):
                if not self._done(text):
                    return None
            elif len(text) > LONGEST:
                click.echo(
                    f"   not sent: {len(text)} characters, at most {LONGEST}; say it in parts"
                )
            elif text:
                return text.removeprefix("/") if text.startswith("//") else text

    def notice(self, text: str) -> None:
        """Show a notice."""
        click.echo(f"-- {text}")

    def seeker(self, text: str) -> None:
        """Show a seeker's message."""
        self._say("seeker", text)

    def replied(self, uttered: Uttered) -> None:
        """Show a reply; a guard's fixed text stands as it is, byte for byte (S3)."""
        reply = uttered.reply
        if not reply.fixed:
            if self.chat.seat != "supporter":
                self._say("agent", reply.text)
        else:
            if any(alarm.speaker == "supporter" for alarm in uttered.alarms):
                click.echo("-- a guard put its own text in place of the reply:")
            click.echo(f"guard> {clean(reply.text)}")
        if self.skills and self.chat.seat != "supporter":
            self._skills("")

    def felt(self, reaction: Reaction) -> None:
        """Show how the seeker took it, where that is not kept for the end."""
        if self.open or self.chat.seat == "none":
            click.echo(f"   emotion {reaction.emotion} ({reaction.delta:+d})")
        if self.open and reaction.thought:
            self._line(f"   thinks: {reaction.thought}")

    def trouble(self, line: str) -> None:
        """Show why no reply could be had."""
        click.echo(f"-- no reply: {clean(line)}", err=True)

    def _say(self, who: str, text: str) -> None:
        self._line(f"{who}> {text}")

    def _line(self, text: str) -> None:
        click.echo(clean(text).replace("\n", "\n     "))

    def _done(self, text: str) -> bool:
        """Do what a word wants; False when it ends the talk."""
        word, _, rest = text.partition(" ")
        if word == "/quit":
            return False
        known: dict[str, Callable[[str], None]] = {
            "/help": self._help,
            "/skills": self._skills,
            "/state": self._state,
            "/why": self._why,
            "/save": self._save,
        }
        if word in known:
            known[word](rest.strip())
        else:
            click.echo(f"   {clean(word)} is no command, and nothing was sent; there is:")
            self._help("")
        return True

    def _help(self, rest: str) -> None:
        for word, about in WORDS.items():
            click.echo(f"   {word:<10} {about}")
        click.echo("   begin a message with // to send one that begins with /")

    def _skills(self, rest: str) -> None:
        offer, last = self.chat.offer, self.chat.last
        if offer is None:
            click.echo("   nothing was offered yet")
            return
        if not offer.matches:
            click.echo("   no skill was offered: the bank has none that fits, or there is no bank")
        used = last.reply.used if last else ()
        for number, (match, skill) in enumerate(offer.matches, start=1):
            mark = " (used)" if match.skill in used and self.chat.seat != "supporter" else ""
            self._line(f"   {number}. {match.skill}{mark}: {skill.overview if skill else ''}")
            self._line(f"      why: {match.why}")
            for step in skill.guidance if skill and self.chat.seat == "supporter" else ():
                self._line(f"      - {step}")

    def _state(self, rest: str) -> None:
        offer = self.chat.offer
        if offer is None or not (offer.state.label or offer.state.scenario):
            click.echo("   nobody has read how the seeker is at this turn")
            return
        state = offer.state
        words = (state.label, state.scenario, state.emotion, f"distress {state.intensity} of 100")
        click.echo(f"   read as: {clean(', '.join(filter(None, words)))}")

    def _why(self, rest: str) -> None:
        if (last := self.chat.last) is None:
            click.echo("   nobody has replied yet")
            return
        chosen = ", ".join(filter(None, (last.reply.strategy, last.reply.action)))
        click.echo(f"   {clean(chosen or 'no strategy named')}: {clean(last.reply.why)}")
        for alarm in last.alarms:
            click.echo(f"   alarm {clean(alarm.rule)} ({alarm.speaker}): {clean(alarm.reason)}")

    def _save(self, rest: str) -> None:
        from esc_skills._practice.transcripts import save
        from esc_skills.errors import EscSkillsError

        if not rest or not self.chat.lines:
            click.echo("   nothing was said yet" if rest else "   give a file: /save FILE")
            return
        try:
            save(Path(rest), self.chat.record())
        except EscSkillsError as fault:
            click.echo(f"   not saved: {clean(fault.line)}")
        else:
            click.echo(f"   saved: {clean(rest)}")
