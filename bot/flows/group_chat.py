"""In a group: one polite pointer to a private chat, because help is personal; first aid comes at once.

In a team's own group a volunteer takes a request by its button, or by «nhận» and its code; the talk itself is in their
private chat.
"""

from typing_extensions import override

from bot.desk.roster import Volunteer
from bot.desk.volunteer_chat import button, by_account, named
from bot.engine.context import Move, Next, Scene
from bot.engine.first_aid import first_words
from bot.flows.flow import Flow
from bot.model import Deed, Place, Verdict, What

QUIET_SECONDS = 3600
"""The same person in the same group is pointed to the private chat once in this time."""

_TOLD: dict[str, What] = {"done": "given", "taken": "lost", "closed": "over"}
"""What who pressed hears of it, by the verdict."""


class GroupFlow(Flow):
    name = "group"

    @override
    def take(self, scene: Scene) -> Move | None:
        if not scene.incoming.group:
            return None
        act, code = button(scene)
        if act == "take":
            return self._taken(scene, code)
        said = named(scene.text)  # where a group shows no buttons
        if said and said.take:
            return self._taken(scene, said.code)
        scene.note("group_pointer")
        if scene.free_text and scene.understood.decision == "urgent":
            scene.note("urgent")
            scene.notice_text(first_words(scene))
        elif scene.session.place and scene.seconds_away < QUIET_SECONDS:
            return Next.SAID
        scene.change(place=Place("group"), offered=())
        return scene.tell("group.pointer", link=scene.world.private_link)

    def _taken(self, scene: Scene, code: str) -> Move:
        """Whoever pressed: what came of it, they read in private."""
        me = by_account(scene)
        verdict = scene.do(Deed("take", code, me.id)) if me else None
        if me and verdict and verdict.name in _TOLD and _may_know(scene, me, verdict):
            scene.call(code, f"volunteer:{me.id}", _TOLD[verdict.name])
            return Next.SAID
        if scene.session.place == Place("group", "button") and scene.seconds_away < QUIET_SECONDS:
            return Next.SAID
        scene.change(place=Place("group", "button"), offered=())
        return scene.tell("group.not_yours", link=scene.world.private_link)


def _may_know(scene: Scene, me: Volunteer, verdict: Verdict) -> bool:
    return verdict.request is not None and scene.setting.roster.may_know(me, verdict.request)
