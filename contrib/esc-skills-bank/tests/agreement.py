"""How often the loader offers what the package's default retriever offers."""

from __future__ import annotations

import asyncio
import sys
from importlib.metadata import entry_points
from pathlib import Path

import esc_skills_bank

import esc_skills
from esc_skills.model import Moment, Turn
from esc_skills.testing import context

LINES = [
    ["My girlfriend ended it on Sunday and I still lay two plates on the table."],
    ["He moved out while I was at work.", "I cry whenever I see his toothbrush."],
    ["My wife and I keep arguing about money, and then nobody talks for days."],
    ["Mum reads my letters and says it is for my own good. It makes me so angry."],
    ["My son is failing in maths and I worry about him all night."],
    ["My best friend told everybody my secret. I feel betrayed."],
    ["I moved here in May and I do not know anyone. The weekends are very quiet."],
    ["They let me go after nine years, in a call of four minutes."],
    ["What if I never find a job again? I keep thinking about it."],
    ["My boss put three projects on my desk and I can't cope any more."],
    ["It was my fault that we lost the client. I should have checked the numbers."],
    ["The exam is on Friday and my head is a mess."],
    ["I scroll until two at night instead of writing the essay. I feel useless."],
    ["The rent went up again and I cannot see how to pay it."],
    ["I have been in pain since the operation and I am so tired of it."],
    ["My grandmother passed away in March.", "I miss her, most of all on Sundays."],
    ["Nothing is fun. It has been like that for months, and nothing helps."],
    ["I look in the mirror and all I see is how fat I got."],
    ["The boys in the bus mock my accent every single morning."],
    ["I had a drink again after forty days. I am ashamed."],
    ["Since I retired I do not know what the days are for."],
    ["Should I tell my sister the truth or let it rest? Part of me wants to."],
    ["I don't know.", "Whatever."],
    ["Why do you ask?"],
    ["It's so unfair. He lied to me and now everybody believes him."],
    ["I am exhausted, I barely sleep since the baby came."],
    ["Nobody calls. I could vanish and no one would notice for a week."],
    ["I feel a bit better now that I said it.", "It is true, I did what I could."],
    ["Okay, I will try to call her tomorrow."],
    ["Thank you for listening. Good night."],
    ["Hi."],
    ["So what happened was that last week my landlord came by."],
    ["I can't breathe when I think of the speech, I panic."],
    ["There is no point in trying, I give up."],
    ["I don't want to live any more."],
    ["Sometimes I think of hurting myself."],
    ["I am stuck between two offers, and both have a catch. What would you do?"],
    ["I let everyone down. I am such a failure."],
    ["My cat was put down on Monday. I keep hearing her at the door."],
    ["He yells at me in front of the customers and I just stand there."],
]
"""What seekers say, written for this measurement; one list is one talk."""


def folder() -> Path:
    """Where the bank ``starter`` of the installed package lies."""
    (point,) = (one for one in entry_points(group="esc_skills") if one.name == "bank.starter")
    return Path(point.load().FOLDER)


async def usual(home: Path) -> list[list[str]]:
    """What the package's default reader and retriever offer in every talk."""
    reader = esc_skills.component("extractor", "annotated")
    index = await esc_skills.component("retriever", "bm25").index(
        esc_skills.load_bank(home), context()
    )
    offers = []
    for said in LINES:
        history = tuple(Turn(speaker="seeker", text=text) for text in said)
        state = await reader.read_state(history, context())
        found = await index.search(Moment(history=history, state=state), context())
        offers.append([match.skill for match in found])
    return offers


def measured(home: Path) -> dict[str, tuple[int, int]]:
    """Hits and tries: the first skill is the same, any is shared, both offer none or both some."""
    bank = esc_skills_bank.load(home, unreviewed=True)
    ours = [[found.skill.name for found in bank.retrieve(said)] for said in LINES]
    pairs = list(zip(asyncio.run(usual(home)), ours))  # noqa: B905 - of one length
    told = [(one, two) for one, two in pairs if one]
    return {
        "first skill the same": (sum(one[:1] == two[:1] for one, two in told), len(told)),
        "any skill shared": (sum(bool({*one} & {*two}) for one, two in told), len(told)),
        "both offer some, or both none": (sum(bool(a) == bool(b) for a, b in pairs), len(pairs)),
    }


if __name__ == "__main__":
    for name, (hits, tries) in measured(Path(sys.argv[1]) if sys.argv[1:] else folder()).items():
        print(f"{name}: {hits} of {tries}")  # noqa: T201 - a script
