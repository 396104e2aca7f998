"""Studies: many runs that differ on purpose, and what may be said of their differences.

Enters: a study file, or runs and transcripts that are there.
Leaves: a StudyRecord with tables, floors and verdicts; shards that resume; packs.
Door: the commands under ``esc-skills study``; private to the kernel.
"""
