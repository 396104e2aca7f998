"""Fit what does not depend on language in the appraisal seeker to released SAGE transcripts.

    python tests/bench/fit_appraisal.py FILE… [--write TARGET]

Least squares on the emotion steps: step = lean(persona type) + lean(intention) + agent
+ inertia x trust + pull x (emotion - 40) + rest, where trust is a running mean of past steps.
The rest is split into temper (what stays with a seeker over agents), chance, and what replies do;
``gain`` and ``setpoint`` then tie the last part to this project's reading of replies, with the
supporter ``mixed`` of ``tests/bench/scripted.py`` as the yardstick: its conversations are to have
the released ones' mean final emotion. Prints the numbers; ``--write`` puts them into a TOML file.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from pathlib import Path

import attrs
import numpy as np
from scripted import SUPPORTERS
from scripted import Talk as Played
from scripted import talks as held

from esc_skills_plugins.seekers.appraisal import Appraisal
from esc_skills_plugins.seekers.parameters import load_parameters

PERSONAS = {"负面型": "negative", "被动型": "passive", "回避型": "avoidant"}
INTENTIONS = (
    ("辩证", "dialectical-analysis"),
    ("建议", "practical-advice"),
    ("其他人物", "others-motives"),
    ("自我反思", "guided-reflection"),
    ("夸奖", "sincere-praise"),
    ("倾听", "attentive-listening"),
    ("共情", "deep-empathy"),
    ("没有错", "not-my-fault"),
)
CHANCE = 0.3
"""Share of the unexplained variance that is left to chance; our decision."""
KEPT = 0.8
"""Share of the difference between intentions that stays with the seeker; the rest is that
agents seldom do what the wish asks for, which the reading of replies brings by itself; ours."""
CENTRE, REACH = 40, 30


@attrs.frozen
class Talk:
    """One released conversation, reduced to numbers."""

    agent: str
    seeker: str
    persona: str
    intention: str
    curve: tuple[int, ...]

    @property
    def steps(self) -> tuple[int, ...]:
        """Differences of the curve."""
        return tuple(b - a for a, b in zip(self.curve, self.curve[1:], strict=False))


def read(paths: list[Path]) -> list[Talk]:
    """Read released transcripts."""
    talks = []
    for path in paths:
        for line in path.read_text("utf-8").splitlines():
            raw = json.loads(line)
            intention = next(name for part, name in INTENTIONS if part in raw["task"])
            points = (turn.get("emotion-point") for turn in raw["history"])
            curve = tuple(point for point in points if point is not None)
            persona = PERSONAS[raw["character"]]
            talks.append(Talk(path.stem, raw["id"], persona, intention, curve))
    return talks


def design(talks: list[Talk], memory: float) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the regression: trust, height, persona, intention and agent dummies; and steps."""
    personas, agents = list(PERSONAS.values()), sorted({talk.agent for talk in talks})
    rows, steps = [], []
    for talk in talks:
        trust = 0.0
        dummies = [talk.persona == name for name in personas]
        dummies += [talk.intention == name for _, name in INTENTIONS]
        dummies += [talk.agent == name for name in agents]
        for emotion, step in zip(talk.curve, talk.steps, strict=False):
            rows.append([trust, np.clip(emotion - CENTRE, -REACH, REACH), *dummies])
            steps.append(step)
            trust = memory * trust + (1 - memory) * step
    return np.array(rows, float), np.array(steps, float)


def temper(talks: list[Talk], rest: np.ndarray) -> float:
    """Deviation between seekers of the mean rest, the part of their own steps taken off."""
    owners = np.repeat([talk.seeker for talk in talks], [len(talk.steps) for talk in talks])
    groups = [rest[owners == name] for name in sorted(set(owners))]
    between = np.var([group.mean() for group in groups])
    within = np.mean([rest.var() / len(group) for group in groups])
    return float(np.sqrt(max(0.0, between - within)))


def leaving(talks: list[Talk]) -> dict[str, float]:
    """Chance of an end between failure and success before the limit, by band (Jeffreys)."""
    chances = {}
    for letter, low, high in (("C", 10, 40), ("B", 40, 70)):
        ends = sum(low <= talk.curve[-1] < high and len(talk.steps) < 9 for talk in talks)
        bad = sum(
            step < 0 and low <= after < high
            for talk in talks
            for after, step in zip(talk.curve[1:], talk.steps, strict=True)
        )
        chances[letter] = round((ends + 0.5) / (bad + 1), 5)
    return chances


def fit(talks: list[Talk]) -> dict[str, dict[str, float]]:
    """Fit everything but gain and setpoint."""
    found = []
    for memory in np.arange(0, 0.8, 0.1):
        x, y = design(talks, memory)
        beta, *_ = np.linalg.lstsq(x, y, rcond=None)
        found.append((float(np.var(y - x @ beta)), float(memory), beta))
    variance, memory, beta = min(found, key=lambda item: item[:2])
    x, y = design(talks, memory)
    personas = dict(zip(PERSONAS.values(), beta[2:5], strict=True))
    intentions = dict(zip((name for _, name in INTENTIONS), beta[5:13], strict=True))
    level = np.mean([personas[talk.persona] + intentions[talk.intention] for talk in talks])
    stable = temper(talks, y - x @ beta)
    free = variance - stable**2
    centre = np.mean(list(intentions.values()))
    dynamics = {
        "memory": memory,
        "inertia": beta[0],
        "pull": beta[1],
        "temper": stable,
        "noise": np.sqrt(free * CHANCE),
        "replies": np.sqrt(free * (1 - CHANCE)),
        "cut": 0.0,
        "grain": 5.0,
        "clamp": 10.0,
    }
    dynamics["cut"] = cut(x @ beta, variance, y)
    known = 1 - variance / np.var(y)
    sys.stderr.write(f"variance of steps explained: {known:.3f}; rest {variance:.2f}\n")
    return {
        "dynamics": dynamics,
        "persona": {name: value - level + centre for name, value in personas.items()},
        "intention": {name: KEPT * (value - centre) for name, value in intentions.items()},
        "leaving": leaving(talks),
    }


def cut(expected: np.ndarray, variance: float, steps: np.ndarray) -> float:
    """Size of the wish to move from which two grains are told, by the share of such steps."""
    rng = np.random.default_rng(13)
    urges = np.abs(np.tile(expected, 20) + rng.normal(0, np.sqrt(variance), 20 * len(expected)))
    return float(np.quantile(urges, 1 - np.mean(np.abs(steps) == 10)))


def calibrate(fitted: dict[str, dict[str, float]], talks: list[Talk]) -> None:
    """Find gain and setpoint: spread of appeal, and mean final emotion, of the yardstick."""
    target = float(np.mean([talk.curve[-1] for talk in talks]))
    dynamics = fitted["dynamics"]
    replies = dynamics.pop("replies")
    dynamics |= {"gain": 8.0, "setpoint": 0.3}
    for _ in range(3):
        dynamics["gain"] = replies / float(np.std([a for t in played(fitted) for a in t.appeals]))
        low, high = -0.5, 1.0
        for _ in range(9):
            dynamics["setpoint"] = (low + high) / 2
            mean = np.mean([talk.curve[-1] for talk in played(fitted)])
            middle = dynamics["setpoint"]
            low, high = (middle, high) if mean > target else (low, middle)


def played(fitted: dict[str, dict[str, float]]) -> list[Played]:
    """Let the yardstick talk with seekers of these numbers."""
    with tempfile.NamedTemporaryFile("w", suffix=".toml", encoding="utf-8") as file:
        file.write(toml(fitted, [], 0))
        file.flush()
        load_parameters.cache_clear()
        seeker = Appraisal(parameters=file.name)
        return asyncio.run(held(SUPPORTERS["mixed"], seeker, per_cell=3))


def toml(fitted: dict[str, dict[str, float]], sources: list[str], talks: int) -> str:
    """Write the parameter file."""
    head = [
        "# Fitted by tests/bench/fit_appraisal.py; do not edit by hand.",
        f"# Sources: {', '.join(sources)} ({talks} conversations of SAGE, MIT).",
    ]
    for section, values in fitted.items():
        head += ["", f"[{section}]"]
        head += [f"{name} = {round(float(value), 4)}" for name, value in values.items()]
    return "\n".join(head) + "\n"


def main() -> None:
    """Fit, print, and write when asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--write", type=Path, default=None)
    asked = parser.parse_args()
    talks = read(asked.files)
    fitted = fit(talks)
    calibrate(fitted, talks)
    text = toml(fitted, [path.name for path in asked.files], len(talks))
    sys.stdout.write(text)
    if asked.write:
        asked.write.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
