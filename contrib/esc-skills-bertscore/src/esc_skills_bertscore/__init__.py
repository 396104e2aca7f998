"""BERTScore from outside: replies beside human turns, compared in an encoder's embeddings.

Enters: responses.
Leaves: precision, recall and F1, with intervals by dialogue.
Door: the entry point ``evaluator.bertscore``.
"""
