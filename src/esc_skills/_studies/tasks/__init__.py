"""Tasks on which all installed components of a role are held side by side without a whole run.

Enters: an experiment, or a run that is there.
Leaves: a StudyRecord each, with a table, scores, costs and what could not take part.
Door: ``bench_extractors``, ``bench_evaluators``, ``bench_gates``; private to the kernel.
"""
