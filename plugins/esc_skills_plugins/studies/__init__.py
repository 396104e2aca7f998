"""Studies of the paper: its tables by name, at full size and cut to size.

Enters: nothing.
Leaves: study files as mappings, one a size.
Door: entry points ``study.*`` in pyproject; one study a file, as ``STUDIES`` and ``ABOUT``.
"""
