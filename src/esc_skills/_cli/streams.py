"""Standard output of a command that gives JSON: nobody else's words come between.

What plug-ins print goes to standard error, also from C and from processes that they start.
"""

from __future__ import annotations

import os
import sys
from typing import TextIO

_document: TextIO | None = None


def set_aside() -> None:
    """Keep the real standard output for the JSON; everything else goes to standard error."""
    global _document
    out = sys.stdout
    if _document is None and out is not None and out.fileno() == 1:
        out.flush()
        _document = os.fdopen(os.dup(1), "w", encoding=out.encoding, errors="backslashreplace")
        os.dup2(2, 1)


def document() -> TextIO:
    """Where JSON is written."""
    return _document or sys.stdout


def flush() -> None:
    """Send off what was printed; a process may be begun without any output (``>&-``)."""
    for stream in (sys.stdout, _document):
        if stream is not None:
            stream.flush()


def quiet() -> None:
    """Point the output at nothing once its reader is gone, so that the end does not complain."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in {document().fileno(), sys.stdout.fileno()}:
        os.dup2(nowhere, stream)
