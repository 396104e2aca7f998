"""Words to engine calls; the only room that prints.

Enters: the command line.
Leaves: an exit code; results on stdout, everything else on stderr.
Door: ``main``; one file a command.
"""

from __future__ import annotations


def main() -> None:
    """Run the command line and leave with its exit code."""
    from esc_skills._cli.group import process

    process()
