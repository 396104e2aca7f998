"""The defaults of ESC-Skills, found only through entry points, as any stranger's plug-in is.

Enters: nouns and services of the kernel's public rooms.
Leaves: components, one a file, one folder a role.
Door: the entry-point table in pyproject.
"""
