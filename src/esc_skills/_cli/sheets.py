"""``esc-skills study sheet``: conversations for people to rate blindly, and what they said."""

from __future__ import annotations

from pathlib import Path

import click

from esc_skills._cli.run import JSON
from esc_skills._cli.tables import emit_json, score_lines

PATH = click.Path(path_type=Path)


@click.group("sheet")
def sheet() -> None:
    """Blinded rating sheets: make them, and read them back."""


@sheet.command("make")
@click.argument("targets", metavar="RUN|STUDY|CORPUS:PATH…", nargs=-1, required=True)
@click.option("--out", type=PATH, required=True, help="Folder for the sheets and the key.")
@click.option("--kind", type=click.Choice(["rate", "pair"]), default="rate", show_default=True)
@click.option("--item", "items", multiple=True, metavar="ID|ID=QUESTION", help="What is asked.")
@click.option(
    "--scale", type=(int, int), default=(1, 5), show_default=True, help="Of your own questions."
)
@click.option("--arm", "arms", multiple=True, metavar="ARM", help="Only this arm.")
@click.option("--sample", type=click.IntRange(1), help="Most seekers' repeats, under every arm.")
@click.option("--raters", type=click.IntRange(1), default=1, show_default=True)
@click.option("--seed", type=int, default=13, show_default=True)
@JSON
def make(
    targets: tuple[str, ...],
    out: Path,
    kind: str,
    items: tuple[str, ...],
    scale: tuple[int, int],
    arms: tuple[str, ...],
    *,
    sample: int | None,
    raters: int,
    seed: int,
    as_json: bool,
) -> int:
    """Write sheets of the conversations of runs, studies or transcripts, and a key apart."""
    from esc_skills._studies.sheets import make_sheet

    key = make_sheet(
        targets,
        out,
        kind=kind,
        items=items,
        scale=scale,
        arms=arms,
        sample=sample,
        seed=seed,
        raters=raters,
    )
    if as_json:
        facts = {"rows": len(key.lines), "left_out": key.left_out, "questions": key.questions}
        emit_json({**facts, "hand_out": str(out / "raters"), "key": str(out / "key.json")})
        return 0
    click.echo(f"{len(key.lines)} rows; hand out {out / 'raters'}, keep {out / 'key.json'}")
    for reason, count in key.left_out.items():
        click.echo(f"left out: {count} ({reason})", err=True)
    return 0


@sheet.command("read")
@click.argument("key", type=PATH)
@click.argument("sheets", type=PATH, nargs=-1, required=True)
@click.option("--out", type=PATH, help="Folder for ratings.jsonl and scores.jsonl.")
@click.option("--judge", "run", type=PATH, metavar="RUN", help="Agreement with this run's judges.")
@JSON
def read(
    key: Path, sheets: tuple[Path, ...], out: Path | None, run: Path | None, as_json: bool
) -> int:
    """Check filled sheets, one a rater, against their key, and score what they say."""
    from esc_skills._engine.scoring import keep, stored
    from esc_skills._store.folder import RunFolder
    from esc_skills._studies.marks import read_marks, write_ratings
    from esc_skills._studies.people import judge_agreement, score_marks

    marks = read_marks(sheets, key)
    scores = score_marks(marks)
    if run is not None:
        scores += judge_agreement(scores, stored(RunFolder.open(run)))
    if out is not None:
        keep(RunFolder.create(out), scores)
        write_ratings(marks, out)
    if as_json:
        emit_json({"scores": scores})
    else:
        for line in score_lines(scores):
            click.echo(line)
    return 0
