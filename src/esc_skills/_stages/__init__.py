"""The arrows of the road; nouns and roles in, nouns out.

Enters: nouns and components.
Leaves: nouns.
Door: one function an arrow; ``flow`` shows their order.
"""
