"""``esc-skills study pack``: a run or study in one archive, for others to make again."""

from __future__ import annotations

from pathlib import Path

import click

from esc_skills._cli.run import JSON
from esc_skills._cli.tables import clean, emit_json, flat


@click.command("pack")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="The archive; default beside it.")
@click.option(
    "--with-data", is_flag=True, help="Take along data whose licence is non-commercial, too."
)
@JSON
def pack(folder: Path, out: Path | None, *, with_data: bool, as_json: bool) -> int:
    """Pack FOLDER, a run or a study: all that `esc-skills replay` needs, in one archive."""
    from esc_skills._studies.packing import pack as packed

    made = packed(folder, out, with_data=with_data)
    told = made.manifest
    for line in told.duties:
        click.echo(f"note: {clean(line)}", err=True)
    if as_json:
        facts = {"kind": told.kind, "results": len(told.results), "duties": list(told.duties)}
        emit_json({"pack": str(made.path), "sha256": made.sha256, "bytes": made.size, **facts})
    else:
        click.echo(flat(f"pack: {made.path} ({made.size:,} bytes, sha256 {made.sha256})"))
        click.echo(f"a replay makes {len(told.results)} files and compares each")
    return 0
