"""Says back the last line that it was sent; asks nobody."""

import attrs

from esc_skills.spec import Capabilities, Completion, hookimpl


@attrs.frozen(kw_only=True)
class Parrot:
    name = "parrot"
    summary = "says back the last line that it was sent"

    @property
    def capabilities(self):
        return Capabilities(remote=False)

    async def complete(self, request):
        text = request.messages[-1][1].strip().rpartition("\n")[2]
        sent = " ".join([request.system, *(said for _, said in request.messages)])
        return Completion(
            text=text,
            tokens_in=len(sent.split()),
            tokens_out=len(text.split()),
            model="parrot",
        )


@hookimpl
def esc_skills_backends():
    return [Parrot]
