"""In a group: one polite pointer to a private chat, because help is personal; first aid comes at once."""

from typing_extensions import override

from bot.flows.flow import Flow
from bot.model import Place
from bot.scene import Move, Next, Scene

QUIET_SECONDS = 3600
"""The same person in the same group is pointed to the private chat once in this time."""


class GroupFlow(Flow):
    name = "group"

    @override
    def take(self, scene: Scene) -> Move | None:
        if not scene.incoming.group:
            return None
        scene.note("group_pointer")
        if scene.free_text and scene.understood.decision == "urgent":
            scene.note("urgent")
            scene.notice("safety.first_aid")
        elif scene.session.place and scene.seconds_away < QUIET_SECONDS:
            return Next.SAID
        scene.change(place=Place("group"), offered=())
        return scene.tell("group.pointer", link=scene.world.private_link)
