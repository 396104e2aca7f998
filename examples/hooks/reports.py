"""The scores of a run as one text file."""

import attrs

from esc_skills.spec import hookimpl


@attrs.frozen(kw_only=True)
class Text:
    name = "text"
    summary = "the scores of a run, one a line"

    async def render(self, record, folder):
        lines = [f"run {record.name}: {record.units} units, {len(record.banks)} banks"]
        lines += [
            f"{one.arm} {one.evaluator}.{one.name} {one.value} [{one.low}, {one.high}]"
            for one in record.scores
        ]
        path = folder / "scores.txt"
        path.write_text("\n".join([*lines, ""]), encoding="utf-8", newline="\n")
        return (path,)


@hookimpl
def esc_skills_reports():
    return [Text]
