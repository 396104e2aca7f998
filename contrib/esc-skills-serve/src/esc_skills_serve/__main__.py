"""``python -m esc_skills_serve``."""

from esc_skills_serve.command import main

main()
