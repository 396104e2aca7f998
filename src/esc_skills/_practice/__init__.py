"""A bank at work outside of runs: talked to, taken home, brought in.

Enters: a bank, by path or by name, and what people say or send.
Leaves: guidance and guarded replies, talks, exported folders, quarantined imports.
Door: ``agent.open_agent``, ``chatting``, ``parcels``, ``customs``.
"""
