"""Where the supporter's turns stand in a dialogue, and how a long dialogue is cut to be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from esc_skills.model import Turn


@attrs.frozen(kw_only=True)
class Span:
    """One supporter turn with the seeker's words around it."""

    index: int
    """Place of the turn."""
    last: int
    """Last turn of the seeker's answer; ``index`` when there is none."""
    context: str
    """What the turn answers; empty at the beginning."""
    answer: str
    """What the seeker says next; empty at the end."""


@attrs.frozen(kw_only=True)
class Window:
    """A part of a dialogue that is read with one question."""

    first: int
    """First turn that is shown."""
    last: int
    """Last turn that is shown, included."""
    spans: tuple[Span, ...]
    """Supporter turns to be annotated; the other turns are shown to understand them."""


def spans(turns: Sequence[Turn]) -> Iterator[Span]:
    """All supporter turns, in order."""
    context, follows = "", False
    for index, turn in enumerate(turns):
        if turn.speaker == "seeker":
            context = turn.text if follows or not context else f"{context} {turn.text}"
            follows = False
            continue
        follows = True
        first, last = _answer(turns, index)
        answer = " ".join(item.text for item in turns[first : last + 1])
        yield Span(index=index, last=max(index, last), context=context, answer=answer)


def _answer(turns: Sequence[Turn], index: int) -> tuple[int, int]:
    """First and last index of the seeker's next block; an empty range without one."""
    first = index + 1
    while first < len(turns) and turns[first].speaker == "supporter":
        first += 1
    last = first
    while last < len(turns) and turns[last].speaker == "seeker":
        last += 1
    return first, last - 1


def windows(turns: Sequence[Turn], size: int, overlap: int) -> Iterator[Window]:
    """Cut a dialogue into windows; every supporter turn is annotated in exactly one.

    Args:
        turns: The dialogue.
        size: Turns of a window.
        overlap: Turns before the window that are shown too; the answer to its last supporter
            turn is always shown.
    """
    found = tuple(spans(turns))
    for start in range(0, len(turns), size):
        end = start + size
        inside = tuple(span for span in found if start <= span.index < end)
        if inside:
            last = max(min(end, len(turns)) - 1, inside[-1].last)
            yield Window(first=max(0, start - overlap), last=last, spans=inside)
