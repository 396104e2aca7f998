"""Readers of corpora: dialogues or traces, or a DataError that names the place."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from esc_skills.testing import context
from esc_skills_plugins.corpora.chat_jsonl import ChatJsonl
from esc_skills_plugins.corpora.esconv import ESConv
from esc_skills_plugins.corpora.failed_esconv import FailedESConv
from esc_skills_plugins.corpora.sage_transcripts import SageTranscripts

WATCHED = (
    "esc_skills_plugins.corpora",
    "esc_skills_plugins._shared.chatrecord",
    "esc_skills_plugins._shared.cleaning",
    "esc_skills_plugins._shared.esconvrecord",
    "esc_skills_plugins._shared.fields",
    "esc_skills_plugins._shared.lookalike",
    "esc_skills_plugins._shared.preparing",
    "esc_skills_plugins._shared.ratings",
    "esc_skills_plugins._shared.sagetranscript",
    "esc_skills_plugins._shared.speakers",
    "esc_skills_plugins._shared.splits",
    "esc_skills_plugins._shared.strategies",
    "esc_skills_plugins._shared.strictjson",
    "esc_skills_plugins._shared.tally",
    "esc_skills_plugins._shared.textfile",
)
PLACE = Path(tempfile.mkdtemp(prefix="fuzz-loaders-"))
READERS = tuple(
    reader(skip_bad=skip)
    for reader in (ESConv, FailedESConv, SageTranscripts, ChatJsonl)
    for skip in (False, True)
)
DESK = context()


def attempt(data: bytes) -> None:
    """Read a file; its first byte chooses the reader and whether bad records are skipped."""
    reader = READERS[data[0] % len(READERS)] if data else READERS[0]
    path = PLACE / "fuzz.data"
    path.write_bytes(data[1:])
    reading = awaited(reader.read(path, DESK))
    assert reading.dialogues or reading.traces or reading.findings
    for dialogue in reading.dialogues:
        assert dialogue.turns
    for trace in reading.traces:
        assert all(0 <= emotion <= 100 for emotion in trace.curve)


def awaited(reading):
    """The result of a coroutine that waits for nothing; quicker than a loop for each."""
    try:
        reading.send(None)
    except StopIteration as end:
        return end.value
    return asyncio.run(reading)
