"""A scorer for logs of conversations: what the seeker felt in the end."""

from __future__ import annotations

from inspect_ai.scorer import Score, Scorer, Target, mean, scorer, stderr
from inspect_ai.solver import TaskState


@scorer(metrics=[mean(), stderr(cluster="profile")])
def final_emotion() -> Scorer:
    """The seeker's last emotion, 0 to 100, as the run wrote it down; nothing is asked again.

    Repeats with one seeker are no independent samples: the standard error is clustered by profile.
    """

    async def score(state: TaskState, target: Target) -> Score:
        return Score(value=float(state.metadata["emotion"]), explanation=state.metadata["ending"])

    return score
