"""Who answers: the plug-in catalogue, its loading and its refusals.

Enters: names chosen by an experiment.
Leaves: components, checked and wrapped.
Door: ``catalogue.Catalogue`` and ``loading.Host``.
"""
