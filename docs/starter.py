"""Make the bank that comes with the package: ``python docs/starter.py``, some ten minutes.

Eight seeds evolve a bank each by ``examples/starter.toml``. Kept is the one whose accepted edits
are best supported by the verify seekers: the greatest sum of the lower ends of their verdicts'
intervals, and of equals the lowest seed. Report seekers are met afterwards, by that bank alone.
Same sources, same bytes. With ``--check`` nothing is written; the exit code says whether the
bank in the package is the one that is made.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import attrs

from esc_skills import load_bank
from esc_skills._practice.parcels import CARD, packed
from esc_skills._store.folder import RunFolder
from esc_skills.model import INTENTIONS, PERSONA_TYPES, Score, SkillsBank
from esc_skills.stats import Interval, mean_interval

ROOT = Path(__file__).resolve().parents[1]
EXPERIMENT = ROOT / "examples" / "starter.toml"
FOLDER = ROOT / "plugins" / "esc_skills_plugins" / "banks" / "starter" / "bank"
SEEDS = range(13, 21)


@attrs.frozen(kw_only=True)
class Try:
    """What one seed came to, by its verify seekers."""

    seed: int
    """Seed of the run."""
    run: Path
    """Its folder."""
    lows: tuple[float, ...]
    """Lower ends of the accepted verdicts' intervals, in order."""
    judged: int
    """Proposals that were verified."""

    @property
    def support(self) -> float:
        """What the choice goes by."""
        return round(sum(self.lows), 3)


def command(name: str, run: Path, *more: str) -> None:
    """Run one of the package's own commands on a run folder."""
    said = [sys.executable, "-m", "esc_skills", name, str(run), *more]
    subprocess.run(said, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)  # noqa: S603 - our own


def tried(seed: int, home: Path) -> Try:
    """Evolve a bank; nobody of the report is met."""
    run = home / f"seed-{seed}"
    command("evolve", run, "--experiment", str(EXPERIMENT), "--set", f"run.seed={seed}")
    rows = RunFolder.open(run).read_rows("ledger.jsonl")
    verdicts = [row["verdict"] for row in rows if row["event"] == "verdict"]
    lows = tuple(one["low"] for one in verdicts if one["decision"] == "accept")
    return Try(seed=seed, run=run, lows=lows, judged=len(verdicts))


def measured(run: Path) -> Mapping[str, Mapping[str, float]]:
    """Emotion at the end of every conversation with report seekers: arm → seat → points."""
    found: dict[str, dict[str, float]] = {}
    for row in RunFolder.open(run).read_rows("items.jsonl"):
        arm, evaluator, score, _ = row["score"]
        if (evaluator, score) == ("sage", "emotion"):
            found.setdefault(arm, {})[row["key"]] = row["sums"][0] / row["sums"][1]
    return found


def _points(found: Interval, *, sign: str = "") -> str:
    ends = [found.value or 0.0, found.low or 0.0, found.high or 0.0]
    value, low, high = (f"{end:{sign}.1f}" for end in ends)
    return f"{value} [{low}, {high}]"


def _groups(seats: Iterable[str]) -> dict[str, list[str]]:
    """Seats by kind of seeker; profile ids of the grid name both."""
    names = ("everybody", *PERSONA_TYPES, *INTENTIONS)
    return {
        name: [seat for seat in seats if name == "everybody" or f"-{name}-" in seat]
        for name in names
    }


def _effects(run: Path) -> dict[str, tuple[Interval, Interval, Interval]]:
    """By kind of seeker: emotion with no skills, with this bank, and the difference in pairs."""
    arms = measured(run)

    def mean(values: Mapping[str, float], seats: Sequence[str]) -> Interval:
        clusters = [seat.rpartition("#")[0] for seat in seats]
        return mean_interval([values[seat] for seat in seats], clusters)

    none, ours = arms["none"], arms["evolved"]
    gains = {seat: ours[seat] - none[seat] for seat in sorted(none) if seat in ours}
    return {
        name: (mean(none, seats), mean(ours, seats), mean(gains, seats))
        for name, seats in _groups(gains).items()
    }


def _plainly(effects: Mapping[str, tuple[Interval, Interval, Interval]]) -> list[str]:
    """What the table says, in sentences."""
    kinds = {name: gain for name, (_, _, gain) in effects.items() if name != "everybody"}
    better = [name for name, gain in kinds.items() if (gain.low or 0.0) > 0]
    worse = [name for name, gain in kinds.items() if (gain.high or 0.0) < 0]
    unclear = [name for name in kinds if name not in (*better, *worse)]
    lines = [f"- better than no skills for: {', '.join(better) or 'nobody'}"]
    lines += [f"- **worse than no skills for: {', '.join(worse)}**"] if worse else []
    lines += [f"- not distinguishable for: {', '.join(unclear)}"] if unclear else []
    return lines


def _counted(run: Path) -> list[str]:
    """Alarms and endings, with skills and without."""
    scores = RunFolder.open(run).read_nouns("scores.jsonl", Score)
    found = {(one.arm, one.evaluator, one.name): one for one in scores}

    def share(arm: str, evaluator: str, name: str) -> str:
        one = found[arm, evaluator, name]
        return f"{round((one.value or 0.0) * one.n)} of {one.n}"

    lines = [
        ("replies in which the guard found something", "safety", "unsafe-rate"),
        ("conversations that failed", "sage", "failure-rate"),
    ]
    return [
        f"- {what}: {share('evolved', *which)} (no skills: {share('none', *which)})"
        for what, *which in lines
    ]


def measured_people(run: Path) -> set[str]:
    """Seekers of the report."""
    return {seat.rpartition("#")[0] for seat in measured(run)["evolved"]}


TOLD = """
## How it was made

`python docs/starter.py` makes these bytes from `examples/starter.toml` and the {dialogues} sample dialogues of
this project, which were written for it; no model was asked. {tries} seeds were tried. The choice went by
verify seekers alone: the greatest sum of the lower ends of the accepted verdicts' intervals. Report seekers
were met afterwards, by this bank only.

| seed | proposals judged | accepted | sum of lower ends | |
| --- | --- | --- | --- | --- |
{seeds}

## Measured on seekers that it never met

SAGE emotion (0 to 100) at the end of {seats} simulated conversations an arm with {people} report seekers, whom
neither refinement nor verification nor the choice of the seed saw. The same supporter without skills met the
same seekers; the difference is of pairs. Intervals are 95 %, by seeker, each for itself: of eleven kinds, one
may seem to differ by chance.

| seekers | no skills | this bank | difference | conversations |
| --- | --- | --- | --- | --- |
{rows}

{plainly}

Seekers and supporter are this project's own, without a language model. The seekers' feelings follow rules, some
of them fitted to dialogues, and a bank that evolved with such seekers has learnt their rules, too. How large
the effect is with people, with other seekers or with a language model is not known. It may be none, or harm.
"""  # noqa: E501 - it is read as Markdown, not as code
"""What only the one who made the bank can add to its card."""


def told(bank: SkillsBank, best: Try, tries: Sequence[Try]) -> str:
    """Fill the sections in."""
    effects = _effects(best.run)
    seats = effects["everybody"][2].n
    rows = [
        f"| {name} | {_points(none)} | {_points(ours)} | {_points(gain, sign='+')} | {gain.n} |"
        for name, (none, ours, gain) in effects.items()
    ]
    seeds = [
        f"| {one.seed} | {one.judged} | {len(one.lows)} | {one.support:.2f} |"
        f" {'this bank' if one is best else ''} |"
        for one in tries
    ]
    return TOLD.format(
        dialogues=len(bank.sources),
        tries=len(tries),
        seeds="\n".join(seeds),
        seats=seats,
        people=len(measured_people(best.run)),
        rows="\n".join(rows),
        plainly="\n".join([*_plainly(effects), *_counted(best.run)]),
    )


def made(home: Path, seeds: Iterable[int] = SEEDS, jobs: int = 2) -> dict[str, bytes]:
    """Files of the bank, by name."""
    with ThreadPoolExecutor(jobs) as pool:
        tries = list(pool.map(lambda seed: tried(seed, home), seeds))
    best = max(tries, key=lambda one: (one.support, -one.seed))
    command("report", best.run)
    bank = load_bank(best.run)
    files = packed(bank, "skills")
    return {**files, CARD: files[CARD] + told(bank, best, tries).encode()}


def present() -> dict[str, bytes]:
    """Files that lie in the package."""
    files = (path for path in sorted(FOLDER.rglob("*")) if path.is_file())
    return {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in files}


def main() -> int:
    """Make the bank, or compare; exit 1 when ``--check`` finds a difference."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--check", action="store_true", help="compare only")
    options.add_argument("--jobs", type=int, default=2, help="seeds at once; changes no byte")
    options.add_argument("--runs", type=Path, help="keep the run folders here, and take them up")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        files = made(chosen.runs or Path(scratch), jobs=chosen.jobs)
    if chosen.check:
        return int(files != present())
    shutil.rmtree(FOLDER, ignore_errors=True)
    for name, data in files.items():
        (FOLDER / name).parent.mkdir(parents=True, exist_ok=True)
        (FOLDER / name).write_bytes(data)
    print(f"{len(files)} files in {FOLDER.relative_to(ROOT)}")  # noqa: T201 - a script
    return 0


if __name__ == "__main__":
    sys.exit(main())
