"""``esc-skills score``: a run, stored transcripts, or a bank on dialogues it never saw."""

from __future__ import annotations

from pathlib import Path

import click

from esc_skills._cli.run import JSON, MEND, walk
from esc_skills._cli.tables import emit_json, flat, score_lines


@click.command("score")
@click.argument("target", metavar="RUN|CORPUS:PATH")
@click.option("--bank", type=click.Path(path_type=Path), help="Bank folder to answer with.")
@click.option("--evaluator", "evaluators", multiple=True, metavar="NAME", help="Only this one.")
@JSON
@MEND
def score(
    target: str, bank: Path | None, evaluators: tuple[str, ...], *, as_json: bool, mend: bool
) -> int:
    """Score a run folder, or CORPUS:PATH; the no-skills arm stands beside a bank's."""
    from esc_skills._engine.rescoring import is_corpus, score_corpus
    from esc_skills._engine.running import stored_experiment
    from esc_skills._store.folder import RunFolder

    notes: tuple[str, ...] = ()
    if is_corpus(target):
        scores, notes = score_corpus(target, bank, evaluators)
    else:
        folder = RunFolder.open(Path(target)).path
        source = stored_experiment(folder)
        made = walk(source, folder, (), until="score", as_json=as_json, mend=mend)
        scores = made.scores
        if evaluators:
            scores = tuple(item for item in scores if item.evaluator in evaluators)
    for note in notes:
        click.echo(flat(note), err=True)
    if as_json:
        emit_json({"scores": scores, "notes": notes})
    else:
        for line in score_lines(scores):
            click.echo(line)
        for item in scores:
            for part in item.breakdown:
                told = f"  {item.arm} {item.name} {part.group}: {part.value:g} (n {part.n})"
                click.echo(flat(told))
    return 0
