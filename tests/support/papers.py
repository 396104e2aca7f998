"""Files in the shapes of ESConv, FailedESConv and SAGE's seekers, in words of our own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FEELINGS = ("anxiety", "sadness", "anger", "shame")
TROUBLES = ("job crisis", "breakup with partner", "academic pressure")
SAYS = (
    "I keep thinking of it when I go to bed, number {n}.",
    "It has been like that for {n} weeks and I am tired.",
    "Thank you, I feel a little lighter after {n} messages.",
)
ANSWERS = {
    "Question": "What was it like for you on day {n}?",
    "Reflection of feelings": "It sounds as if day {n} wore you out.",
    "Affirmation and Reassurance": "You did well to hold on for {n} days.",
    "Others": "I am here, take your time, {n} minutes or more.",
}
KINDS = ("负面型", "被动型", "回避型")
WISHES = ("想弄懂其他人物的理由", "盼着有人夸奖做过的事")


def _dialogue(number: int, sides: tuple[str, str], turns: int) -> dict[str, Any]:
    """Seeker and supporter by turns; ratings as ESConv writes them."""
    seeker, supporter = sides
    talk: list[dict[str, Any]] = []
    for place in range(turns):
        n = number * 31 + place
        strategy = list(ANSWERS)[n % len(ANSWERS)]
        rated = {"feedback": str(1 + n % 5)} if place == turns - 1 else {}
        said = SAYS[min(place * len(SAYS) // turns, len(SAYS) - 1)].format(n=n)
        talk += [
            {"speaker": seeker, "annotation": rated, "content": said},
            {
                "speaker": supporter,
                "annotation": {"strategy": strategy},
                "content": ANSWERS[strategy].format(n=n),
            },
        ]
    return {
        "experience_type": "Current Experience",
        "emotion_type": FEELINGS[number % len(FEELINGS)],
        "problem_type": TROUBLES[number % len(TROUBLES)],
        "situation": f"Something happened {number} days ago.",
        "survey_score": {
            "seeker": {
                "initial_emotion_intensity": "4",
                "final_emotion_intensity": str(1 + number % 4),
            },
            "supporter": {},
        },
        "dialog": talk,
    }


def write_papers(
    folder: Path, *, good: int = 1300, failed: int = 196, seekers: int = 100, turns: int = 4
) -> Path:
    """Write ``ESConv.json``, ``FailedESConv.json`` and ``profiles.jsonl`` into a folder."""
    whole = [_dialogue(number, ("seeker", "supporter"), turns) for number in range(good)]
    (folder / "ESConv.json").write_text(json.dumps(whole), "utf-8")
    bad = [_dialogue(7000 + number, ("speaker", "listener"), turns) for number in range(failed)]
    (folder / "FailedESConv.json").write_text(json.dumps(bad), "utf-8")
    people = [
        {
            "id": f"seeker-{number:03d}",
            "player": f"* 姓名：甲{number}\n* 年龄：{20 + number % 40}岁",
            "scene": f"### 事件\n{number}天前，同事没有说一声就改了共同的计划。",
            "main_cha": KINDS[number % len(KINDS)],
            "cha_group": ["急躁"],
            "task": WISHES[number % len(WISHES)],
            "first_talk": f"这{number}天我一直睡不好。",
        }
        for number in range(seekers)
    ]
    rows = "\n".join(json.dumps(one, ensure_ascii=False) for one in people)
    (folder / "profiles.jsonl").write_text(rows + "\n", "utf-8")
    return folder
