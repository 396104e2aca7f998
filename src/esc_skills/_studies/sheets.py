"""Rating sheets: conversations for people to judge blindly, and the key that says which is which.

A sheet shows both sides' words alone: no arm, bank, profile, intention, thought or emotion. Rows
and their ids are drawn by the seed, so a place in the sheet tells nothing either.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from string import ascii_lowercase

from esc_skills._codec.nouns import dump
from esc_skills._codec.strict import write_json
from esc_skills._engine.seeds import generator
from esc_skills._store.files import write_file
from esc_skills._studies.keys import KINDS, Key, Line, Talk, cell_hash, guarded, titles
from esc_skills._studies.rubrics import questions
from esc_skills._studies.talks import Talks
from esc_skills.errors import DataError, UsageError
from esc_skills.model import Trace
from esc_skills.spec import Random

CELL = 32_000
"""Longest cell, in characters; spreadsheets cut what is longer."""
SPOKEN = {"seeker": "Seeker", "supporter": "Supporter"}


def script(trace: Trace) -> str:
    """A conversation as raters read it; a message cannot pretend to be another turn."""
    return "\n\n".join(f"{SPOKEN[who]}: {' '.join(text.split())}" for who, text in trace.talk)


def flagged(trace: Trace) -> bool:
    """Whether somebody was, or was made to seem, in danger; such talks are not handed out."""
    alarms = (alarm for item in trace.exchanges for alarm in item.alarms)
    spoke = any(item.reply.fixed for item in trace.exchanges)
    return trace.profile.safety or spoke or any(alarm.severity == "high" for alarm in alarms)


def _unfit(seat: Mapping[str, Trace], arms: int) -> str:
    """Why a seat is on no sheet; empty when it may be."""
    if any(map(flagged, seat.values())):
        return "crisis"
    if any(trace.ending == "fault" for trace in seat.values()):
        return "fault"
    if len(seat) < arms:
        return "not met by every arm"
    if len({trace.profile for trace in seat.values()}) > 1:
        return "another seeker under the same id"
    sizes = [len(script(trace)) for trace in seat.values()]
    if not min(sizes):
        return "no words"
    return "too long for a cell" if max(sizes) > CELL else ""


def make_sheet(
    targets: Sequence[str | Path] | Talks,
    out: Path,
    *,
    kind: str = "rate",
    items: Sequence[str] = (),
    scale: tuple[int, int] = (1, 5),
    arms: Sequence[str] = (),
    sample: int | None = None,
    seed: int = 13,
    raters: int = 1,
) -> Key:
    """Write blinded sheets into ``out/raters``, and the key beside it.

    Args:
        targets: Run folders, study folders, or transcripts as ``CORPUS:PATH``; or what
            was gathered from some.
        out: Folder to write into; one that has a key is refused, its sheets may be with people.
        kind: ``rate`` shows one conversation a row, ``pair`` two of one seeker, side by side.
        items: What is asked; see ``questions``.
        scale: Lowest and highest rating of own questions.
        arms: Arms that are shown; none names them all.
        sample: Most seats, each a seeker's repeat under all arms; None takes all.
        seed: Seed of sample, order, ids and sides.
        raters: Sheets to write; the same rows, each in an order of its own.

    Raises:
        UsageError: A wrong word, or a key is there.
        DataError: Nothing can be shown.
    """
    if kind not in KINDS or raters < 1:
        hint = "kind is rate or pair, raters 1 or more"
        raise UsageError(f"{kind!r}, {raters} raters", hint=hint)
    if (out / "key.json").exists():
        hint = "its sheets may be with raters; choose another folder with --out"
        raise UsageError("a key is there already", where=str(out), hint=hint)
    asked = questions(items, kind, scale)
    talks = targets if isinstance(targets, Talks) else Talks.of(targets, arms)
    rng = generator(seed, "sheet", kind)
    seats, left = _seats(talks, rng, sample)
    lines = tuple(_lines(seats, kind, rng, left))
    if not lines:
        told = ", ".join(f"{reason}: {count}" for reason, count in sorted(left.items()))
        hint = "a pair needs two arms that met the same seeker; name runs with --arm"
        raise DataError(f"nothing can be shown ({told or 'no conversation'})", hint=hint)
    key = Key(
        kind=kind,
        seed=seed,
        arms=talks.arms,
        questions=tuple(asked),
        lines=tuple(line for line, _ in lines),
        left_out=dict(sorted(left.items())),
    )
    for number in range(1, raters + 1):
        order = list(lines) if number == 1 else rng.sample(lines, len(lines))
        name = "sheet.csv" if raters == 1 else f"sheet-{number}.csv"
        write_file(out / "raters" / name, _table(key, order))
    write_file(out / "raters" / "README.md", _readme(key).encode())
    write_file(out / "key.json", (write_json(dump(key), "a key", indent=1) + "\n").encode())
    return key


def _seats(
    talks: Talks, rng: Random, sample: int | None
) -> tuple[list[Mapping[str, tuple[str, Trace]]], Counter[str]]:
    """Seats that may be shown, seekers mixed and each once before any comes again."""
    left, people = Counter[str](), dict[str, list[Mapping[str, tuple[str, Trace]]]]()
    for place, seat in sorted(talks.seats().items()):
        why = _unfit(seat, len(talks.arms))
        if why:
            left[why] += 1
        else:
            shown = {arm: (place[0], seat[arm]) for arm in talks.arms}
            people.setdefault(place[1], []).append(shown)
    rows = [rng.sample(people[name], len(people[name])) for name in sorted(people)]
    rng.shuffle(rows)
    depth = max(map(len, rows), default=0)
    turns = [row[at] for at in range(depth) for row in rows if at < len(row)]
    return turns[:sample], left


def _lines(
    seats: Iterable[Mapping[str, tuple[str, Trace]]], kind: str, rng: Random, left: Counter[str]
) -> list[tuple[Line, tuple[str, ...]]]:
    """Rows with their texts, mixed; an id is letters, so that no spreadsheet reads a number."""
    shown: list[tuple[tuple[tuple[Talk, ...], ...], tuple[str, ...]]] = []
    for seat in seats:
        by_text: dict[str, tuple[Talk, ...]] = {}
        for arm, (part, trace) in seat.items():
            talk = Talk(
                arm=arm, profile=trace.profile.id, repeat=trace.repeat, seed=part,
                words=trace.fingerprint, signature=trace.signature,
            )  # fmt: skip
            by_text[script(trace)] = (*by_text.get(script(trace), ()), talk)
        if kind == "rate":
            shown += [((talks,), (text,)) for text, talks in by_text.items()]
        elif len(seat) > 1:
            apart = list(combinations(by_text.items(), 2))
            same = len(seat) * (len(seat) - 1) // 2 - _unlike(by_text.values())
            left.update({"pairs of the very same words": same} if same else {})
            for pair in apart:
                (one, left_talks), (two, right_talks) = rng.sample(pair, 2)
                shown.append(((left_talks, right_talks), (one, two)))
    rng.shuffle(shown)
    ids = dict[str, None]()
    while len(ids) < len(shown):
        ids.setdefault("".join(rng.choices(ascii_lowercase, k=6)))
    return [
        (Line(id=name, cells=cells, hashes=tuple(map(cell_hash, texts))), texts)
        for name, (cells, texts) in zip(ids, shown, strict=True)
    ]


def _unlike(groups: Iterable[Sequence[Talk]]) -> int:
    """Pairs of arms whose words differ."""
    return sum(len(one) * len(two) for one, two in combinations(list(groups), 2))


def _table(key: Key, lines: Iterable[tuple[Line, tuple[str, ...]]]) -> bytes:
    """The sheet as CSV; every cell quoted, and with the mark by which spreadsheets know UTF-8."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(map(guarded, titles(key)))
    for line, cells in lines:
        empty = [""] * (len(key.questions) + 1)
        writer.writerow([line.id, *map(guarded, cells), *empty])
    return text.getvalue().encode("utf-8-sig", "replace")


def _readme(key: Key) -> str:
    """What raters need to know, and nothing else."""
    asked = [f"- **{item.title(key.kind)}**: {item.words}" for item in key.questions]
    how = (
        "Write a whole number of the scale; the highest is the best."
        if key.kind == "rate"
        else "Write `left`, `right`, or `same` where you see no difference."
    )
    lines = (
        "# For raters",
        "",
        f"The sheet has {len(key.lines)} rows. Open it in a spreadsheet, fill the columns below,",
        "and save it as CSV under your own name.",
        "",
        *asked,
        "",
        how,
        "Leave a cell empty where you cannot tell. Judge the supporter, not the seeker.",
        "Do not change the words or the ids: a changed row is refused. Order is yours.",
        "Please do not talk about rows with other raters before all sheets are in.",
        "",
        "All seekers are simulated. Their troubles can still be hard to read: stop when you",
        "want, and come back later or not at all.",
    )
    return "\n".join(lines) + "\n"
