"""Fixed texts that people read; none is written by a model, none was reviewed by a clinician."""

from __future__ import annotations

from collections.abc import Mapping

FALLBACK: Mapping[str, str] = {
    "en": (
        "I cannot answer this well right now, and I would rather say nothing than something "
        "wrong. I'm a program. If you or someone near you may be in danger, please call your "
        "local emergency number, or go to someone you trust."
    ),
    "zh": (
        "我现在没办法好好回答，与其说错，不如先停一下。我是一个程序。"
        "如果你或身边的人可能有危险，请拨打当地的紧急电话，或去找你信任的人。"
    ),
}
"""Stands where the agent or a guard failed (S2)."""

BOUNDARY: Mapping[str, str] = {
    "en": (
        "I can't put that into words that would help you. I'm a program, and some things are "
        "better talked over with a person you trust or a professional. I'm still here to listen "
        "to what this is like for you."
    ),
    "zh": (
        "这件事我没办法说出对你有帮助的话。我是一个程序，有些事更适合和你信任的人或专业人士谈。"
        "我仍然愿意听你说说现在的感受。"
    ),
}
"""Stands where a model declined to answer and nothing was flagged."""

NOTICE: Mapping[str, str] = {
    "en": (
        "You are talking with a computer program, not with a person. It is no therapy and no "
        "emergency service."
    ),
    "zh": "和你对话的是一个计算机程序，不是真人。这不是心理治疗，也不是紧急救助服务。",
}
"""Says what answers (S20)."""


def pick(texts: Mapping[str, str], language: str) -> str:
    """The text in Chinese for Chinese, else in English."""
    return texts["zh" if language.lower().replace("_", "-").split("-")[0] == "zh" else "en"]


def language_of(text: str) -> str:
    """``zh`` where at least a third of the letters are Chinese, else ``en``."""
    letters = [letter for letter in text if letter.isalpha()]
    chinese = sum("\u3400" <= letter <= "\u9fff" for letter in letters)
    return "zh" if letters and chinese * 3 >= len(letters) else "en"


def without_notice(text: str) -> str:
    """An earlier reply as it was before a notice was put in front of it."""
    for notice in NOTICE.values():
        if text.startswith(notice):
            return text[len(notice) :].lstrip("\n")
    return text
