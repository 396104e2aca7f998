"""What a model may write of an edit: strict shapes, and nothing that code assigns."""

from __future__ import annotations

import attrs
import pytest

from esc_skills._codec.nouns import load
from esc_skills._codec.strict import parse_json
from esc_skills.errors import DataError
from esc_skills_plugins.refiners import written

EDIT = '{"edits": [{"kind": "add", "skills": [{"name": "a", "guidance": ["Ask."]}]}]}'


def test_a_short_answer_is_read() -> None:
    """Parts that are left out are empty."""
    edits = load(parse_json(EDIT, "x"), written.WrittenEdits, "x").edits
    assert edits[0].skills[0].guidance == ("Ask.",)
    assert (edits[0].targets, edits[0].failures) == ((), ())


@pytest.mark.parametrize("field", ["evidence", "protected", "life", "revision", "effects"])
def test_what_code_assigns_cannot_be_written(field: str) -> None:
    """S10: evidence, protection, life-cycle and record are no fields; an answer with one is odd."""
    assert field not in {one.name for one in attrs.fields(written.WrittenSkill)}
    odd = EDIT.replace('"name": "a"', f'"name": "a", "{field}": []')
    with pytest.raises(DataError, match="unknown key"):
        load(parse_json(odd, "x"), written.WrittenEdits, "x")
