"""What two or more plug-in rooms use: taxonomy, lexicons, prompts and their parsing.

Enters: data files beside the code.
Leaves: nouns and plain functions.
Door: plug-in rooms only; strangers copy or depend on their own.
"""
