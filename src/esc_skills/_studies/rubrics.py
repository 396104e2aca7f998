"""What raters are asked: rubric items that installed evaluators have, or words of one's own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from esc_skills._host.catalogue import Catalogue
from esc_skills._host.loading import Host
from esc_skills._studies.keys import Question
from esc_skills.errors import EscSkillsError, UsageError

WORDS = "own"
PREFERENCE = "preference=Which of the two supporters would you rather talk to?"


def rubric() -> dict[str, Question]:
    """Questions of every installed evaluator that has a method ``questions``, by id."""
    host, found = Host(Catalogue.read()), dict[str, Question]()
    for name in host.catalogue.names("evaluator"):
        try:
            asks = getattr(host.component("evaluator", name), "questions", None)
        except EscSkillsError:  # a plug-in that cannot be loaded asks nothing
            continue
        for item, words, least, most in asks() if asks else ():
            found.setdefault(item, Question(id=item, words=words, least=least, most=most))
    return found


def questions(items: Sequence[str], kind: str, scale: tuple[int, int] = (1, 5)) -> list[Question]:
    """What is asked: rubric items by id, or words of one's own.

    Args:
        items: ``ID`` of a rubric, ``ID=QUESTION``, or a question; none takes the whole rubric, or
            one preference where pairs are shown.
        kind: ``rate`` or ``pair``.
        scale: Lowest and highest rating of own questions.

    Raises:
        UsageError: An id that no rubric has, or one that stands there twice.
    """
    known = rubric()
    made = []
    for text in items or ([PREFERENCE] if kind == "pair" else known):
        name, sign, words = text.partition("=")
        if not sign and text in known:
            made.append(known[text])
        elif sign or " " in text:
            slug = re.sub(r"\W+", "-", name.lower()).strip("-_")[:40] or WORDS
            made.append(Question(id=slug, words=words or text, least=scale[0], most=scale[1]))
        else:
            hint = f"rubric items: {', '.join(known) or 'none'}; or write ID=QUESTION"
            raise UsageError(f"no rubric item {text!r}", hint=hint)
    twice = [name for name, count in Counter(item.id for item in made).items() if count > 1]
    if twice or not made or scale[0] >= scale[1]:
        what = f"{twice[0]!r} is asked twice" if twice else "nothing is asked, or on no scale"
        raise UsageError(what, hint="give --item ID or --item ID=QUESTION, each once")
    return made
