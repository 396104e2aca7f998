from __future__ import annotations

import subprocess
import sys

from esc_skills._cli import streams

PROGRAM = """
import os, sys
from esc_skills._cli import streams
from esc_skills._cli.tables import emit_json
streams.set_aside()
print("python")
os.write(1, b"below\\n")
os.system("echo child")
emit_json({"a": 1})
streams.document().flush()
"""


def test_only_the_document_reaches_standard_output() -> None:
    """P11: words of Python, of C and of child processes go to standard error."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    assert done.stdout == '{\n  "a": 1\n}\n'
    assert sorted(done.stderr.split()) == ["below", "child", "python"]


def test_without_json_nothing_is_moved() -> None:
    """The document goes where everything goes."""
    assert streams.document() is sys.stdout
