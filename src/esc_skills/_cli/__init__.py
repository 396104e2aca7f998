"""Words to engine calls; the only room that prints.

Enters: the command line.
Leaves: an exit code.
Door: ``main``; one file a command.
"""
