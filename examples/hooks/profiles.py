"""Three seekers of one kind, one for each purpose."""

import attrs

from esc_skills.model import SeekerProfile
from esc_skills.spec import hookimpl

SCENES = {
    "refine": ("Ana, 31, nurse.", "The night shifts never end.", "I am so tired of my job."),
    "verify": ("Ben, 45, baker.", "The shop may have to close.", "I do not know how to go on."),
    "report": ("Cem, 22, student.", "The second exam is failed.", "I failed again, of course."),
}


@attrs.frozen(kw_only=True)
class Three:
    name = "three"
    summary = "three seekers, one for each purpose"

    async def profiles(self, ctx):
        return tuple(
            SeekerProfile(
                id=f"three-{purpose}",
                persona=persona,
                scene=scene,
                persona_type="passive",
                intention="attentive-listening",
                opening=opening,
                purpose=purpose,
                lines=(scene, "I have told nobody yet."),
            )
            for purpose, (persona, scene, opening) in SCENES.items()
        )


@hookimpl
def esc_skills_profiles():
    return [Three]
