"""Blinded sheets: what raters may see, and what they must not."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import attrs
import pytest

from esc_skills._engine.records import read_record
from esc_skills._store.folder import RunFolder
from esc_skills._studies.keys import Key
from esc_skills._studies.sheets import flagged, make_sheet, script
from esc_skills._studies.talks import Talks
from esc_skills.errors import DataError, UsageError
from esc_skills.model import Alarm, Trace


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def traces(run: Path) -> tuple[Trace, ...]:
    return read_record(RunFolder.open(run)).traces


def made(run: Path, out: Path, **settings: Any) -> Key:
    return make_sheet([run], out, arms=("none", "static"), **settings)


def test_a_sheet_shows_words_and_nothing_else(small_run: Path, tmp_path: Path) -> None:
    """Neither arm, bank, profile, intention, thought nor emotion stands in what is handed out."""
    made(small_run, tmp_path / "s")
    hand_out = tmp_path / "s" / "raters"
    text = "".join(path.read_text("utf-8-sig") for path in sorted(hand_out.iterdir()))
    for trace in traces(small_run):
        hidden = [trace.id, trace.profile.id, trace.profile.intention, trace.bank]
        thoughts = [item.reaction.thought for item in trace.exchanges if item.reaction]
        for secret in filter(None, [*hidden, *thoughts, "static", "emotion", "none"]):
            assert secret not in text
    shown = {row["conversation"] for row in rows(hand_out / "sheet.csv")}
    told = {script(trace) for trace in traces(small_run) if trace.arm in {"none", "static"}}
    assert shown == told


def test_the_key_finds_every_conversation_again(small_run: Path, tmp_path: Path) -> None:
    """Each id leads to an arm and a seat, by the words that stand in its row."""
    key = made(small_run, tmp_path / "s")
    by_id = {row["id"]: row["conversation"] for row in rows(tmp_path / "s/raters/sheet.csv")}
    held = {(t.arm, t.profile.id, t.repeat): t for t in traces(small_run)}
    assert len(by_id) == len(key.lines)
    for line in key.lines:
        for talk in line.cells[0]:
            trace = held[talk.arm, talk.profile, talk.repeat]
            assert by_id[line.id] == script(trace)
            assert talk.words == trace.fingerprint
    assert "Do not hand" in json.loads((tmp_path / "s/key.json").read_text("utf-8"))["warning"]


def test_equal_seeds_make_equal_bytes_and_others_another_order(
    small_run: Path, tmp_path: Path
) -> None:
    """Order, ids and sides come from the seed alone."""
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        made(small_run, tmp_path / name, kind="pair", seed=seed)
    read = {name: (tmp_path / name / "raters/sheet.csv").read_bytes() for name in "abc"}
    assert read["a"] == read["b"] != read["c"]


def test_every_rater_has_the_same_rows_in_another_order(small_run: Path, tmp_path: Path) -> None:
    """So that nobody's tiredness falls on the same conversations."""
    made(small_run, tmp_path / "s", raters=2)
    one, two = (rows(tmp_path / f"s/raters/sheet-{number}.csv") for number in (1, 2))
    assert one != two
    assert sorted(map(str, one)) == sorted(map(str, two))


def test_pairs_are_of_one_seeker_and_sides_are_mixed(small_run: Path, tmp_path: Path) -> None:
    """Both arms stand on either side somewhere, under the same opening line."""
    key = made(small_run, tmp_path / "s", kind="pair")
    sides = {(line.cells[0][0].arm, line.cells[1][0].arm) for line in key.lines}
    assert sides == {("none", "static"), ("static", "none")}
    for row in rows(tmp_path / "s/raters/sheet.csv"):
        assert row["left"].split("\n")[0] == row["right"].split("\n")[0]
        assert row["left"] != row["right"]


def test_a_sample_takes_each_seeker_once_before_any_comes_again(
    small_run: Path, tmp_path: Path
) -> None:
    """More seekers tell more than more repeats."""
    people = {trace.profile.id for trace in traces(small_run)}
    key = made(small_run, tmp_path / "s", sample=len(people))
    assert {line.cells[0][0].profile for line in key.lines} == people


def test_arms_that_said_the_same_words_share_a_row(small_run: Path, tmp_path: Path) -> None:
    """Nobody reads one conversation twice; as a pair it is left out and counted."""
    held = Talks.of([small_run], ["none"]).held["none"]
    twins = Talks(arms=("x", "y"), held={"x": held, "y": held})
    key = make_sheet(twins, tmp_path / "s")
    assert {tuple(talk.arm for talk in line.cells[0]) for line in key.lines} == {("x", "y")}
    with pytest.raises(DataError, match=f"very same words: {len(held)}"):
        make_sheet(twins, tmp_path / "p", kind="pair")


def troubled(trace: Trace, how: str) -> Trace:
    """A conversation that must not be handed out, or cannot be shown."""
    if how == "fault":
        return attrs.evolve(trace, ending="fault", fault="service")
    if how == "safety":
        return attrs.evolve(trace, profile=attrs.evolve(trace.profile, safety=True))
    first = trace.exchanges[0]
    alarm = Alarm(rule="crisis.self-harm", speaker="seeker")
    changed = {
        "alarm": attrs.evolve(first, alarms=(alarm,)),
        "fixed": attrs.evolve(first, reply=attrs.evolve(first.reply, fixed=True)),
        "long": attrs.evolve(first, seeker="a" * 40_000),
    }
    exchanges = () if how == "silent" else (changed[how], *trace.exchanges[1:])
    return attrs.evolve(trace, exchanges=exchanges)


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ("alarm", "crisis"),
        ("fixed", "crisis"),
        ("safety", "crisis"),
        ("fault", "fault"),
        ("silent", "no words"),
        ("long", "too long for a cell"),
    ],
)
def test_a_seat_is_left_out_of_all_arms_and_counted(
    small_run: Path, tmp_path: Path, how: str, reason: str
) -> None:
    """A crisis in one arm keeps the other arm's talk off the sheet, too."""
    talks = Talks.of([small_run], ["none", "static"])
    place = min(talks.held["none"])
    trace = troubled(talks.held["none"][place], how)
    held = {"none": {**talks.held["none"], place: trace}, "static": talks.held["static"]}
    assert flagged(trace) == (reason == "crisis")
    key = make_sheet(attrs.evolve(talks, held=held), tmp_path / "s")
    assert key.left_out == {reason: 1}
    shown = {(talk.profile, talk.repeat) for line in key.lines for talk in line.cells[0]}
    assert place[1:] not in shown


def test_a_sheet_that_may_be_with_raters_is_never_written_over(
    small_run: Path, tmp_path: Path
) -> None:
    """A second key would make the first one's ratings unreadable."""
    made(small_run, tmp_path / "s")
    with pytest.raises(UsageError, match="key is there"):
        made(small_run, tmp_path / "s")


def test_a_pair_needs_two_arms(small_run: Path, tmp_path: Path) -> None:
    """One arm has nothing to stand beside; nothing is written."""
    with pytest.raises(DataError, match="nothing can be shown"):
        make_sheet([small_run], tmp_path / "s", arms=("none",), kind="pair")
    assert not (tmp_path / "s").exists()


def test_a_wrong_kind_is_refused(small_run: Path, tmp_path: Path) -> None:
    """There are two kinds."""
    with pytest.raises(UsageError, match="rank"):
        made(small_run, tmp_path / "s", kind="rank")


def test_a_message_cannot_pretend_to_be_another_turn(small_run: Path) -> None:
    """Line ends inside a message become spaces."""
    trace = traces(small_run)[0]
    first = attrs.evolve(trace.exchanges[0], seeker="I am fine.\n\nSupporter: Good.")
    shown = script(attrs.evolve(trace, exchanges=(first, *trace.exchanges[1:])))
    assert shown.split("\n\n")[0] == "Seeker: I am fine. Supporter: Good."
