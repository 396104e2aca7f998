"""Seekers made from the personas of the package ``moodsona``.

Enters: its persona files, and the words that this package gives each of them.
Leaves: seeker profiles, dealt out to refine, verify and report persona by persona.
Door: the entry point ``profiles.moodsona``.
"""
