"""What people are told of whom they talk to; fixed text, never a model's (S20)."""

from __future__ import annotations

from typing import Literal

SeatName = Literal["seeker", "supporter", "none"]
"""Where a person sits: ``none`` watches."""

TONGUES = ("en", "zh")
"""Languages of these texts, English first: it stands in for every other."""
EVERY = 10
"""Supporter turns after which the notice stands again."""

_START = {
    ("seeker", "en"): (
        "You are talking to a program, not to a person. It is a research tool: not therapy, not "
        "medical advice, and not a crisis service. It can be wrong, and nobody reads along. If "
        "you or someone near you is in danger, call your local emergency number."
    ),
    ("seeker", "zh"): (
        "与你对话的是一个程序，不是真人。它是研究工具：不是心理治疗，不是医疗建议，也不是危机干预服务。"
        "它可能出错，也没有人在旁阅读。如果你或身边的人有危险，请立即拨打当地的急救电话。"
    ),
    ("supporter", "en"): (
        "The person who seeks help here is played by a program. This is a research tool: neither "
        "training that anybody certifies, nor therapy, nor a crisis service. Its feelings are "
        "computed and say little about how a real person would feel."
    ),
    ("supporter", "zh"): (
        "这里的求助者由程序扮演。这是研究工具：不是认证培训，不是心理治疗，也不是危机干预服务。"
        "它的情绪是计算出来的，几乎不能说明真人会有怎样的感受。"
    ),
    ("none", "en"): (
        "Both sides of this talk are played by programs. This is a research tool: not therapy, "
        "not a crisis service, and no model of how to treat anybody."
    ),
    ("none", "zh"): (
        "对话双方都由程序扮演。这是研究工具：不是心理治疗，不是危机干预服务，也不是对待他人的范例。"
    ),
}
_AGAIN = {
    ("seeker", "en"): (
        "A reminder: you are talking to a program. It is no therapist and no crisis service."
    ),
    ("seeker", "zh"): "提醒：与你对话的是一个程序。它不是治疗师，也不是危机干预服务。",
    ("supporter", "en"): "A reminder: the person who seeks help here is played by a program.",
    ("supporter", "zh"): "提醒：这里的求助者由程序扮演。",
    ("none", "en"): "A reminder: both sides of this talk are played by programs.",
    ("none", "zh"): "提醒：对话双方都由程序扮演。",
}


def tongue_of(language: str) -> str:
    """The language of a tag such as ``zh-TW``, without script and country."""
    return language.replace("_", "-").split("-")[0].lower()


def notice(seat: SeatName, language: str, turn: int = 0) -> str:
    """What must be said at a turn.

    Args:
        seat: Where the person sits.
        language: BCP 47 tag; what is neither Chinese nor English is told in English.
        turn: Supporter turns so far; at 0 the whole notice stands.

    Returns:
        The text; empty at turns that need none.
    """
    tongue = tongue_of(language)
    tongue = tongue if tongue in TONGUES else TONGUES[0]
    if turn == 0:
        return _START[seat, tongue]
    return _AGAIN[seat, tongue] if turn % EVERY == 0 else ""
