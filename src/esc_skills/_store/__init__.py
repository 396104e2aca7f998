"""The run folder: where bytes lie; atomic, append-only, content-addressed.

Enters: nouns and places.
Leaves: files that a crash leaves readable.
Door: ``RunFolder``.
"""
