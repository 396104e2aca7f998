"""Nouns to bytes and back: JSON lines, TOML, SKILL.md; sole user of cattrs.

Enters: nouns, or bytes that may be wrong.
Leaves: bytes, or nouns; a fault names its path.
Door: ``dump``/``load`` functions of each format's file.
"""
