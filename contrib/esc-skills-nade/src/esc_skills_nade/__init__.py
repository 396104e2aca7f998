"""Plutchik's emotions in a conversation, read by the package ``nade``.

Enters: traces.
Leaves: the change of each emotion in the seeker's words, with intervals by seeker.
Door: the entry point ``evaluator.plutchik``.
"""
