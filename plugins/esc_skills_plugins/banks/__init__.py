"""Banks that come with the package, each under a name: data, and one line of code that says where.

Enters: nothing; ``python docs/starter.py`` makes the files.
Leaves: folders of banks, which are taken by name wherever a command takes a bank.
Door: entry points ``bank.NAME``.
"""
