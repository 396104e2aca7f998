"""``python -m esc_skills``: the command line without its script."""

from esc_skills._cli import main

main()
