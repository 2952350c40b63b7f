"""Whose a chat is: a code from the desk makes it a volunteer's, or a team's group; blocking the bot ends it."""

from collections.abc import Sequence

from typing_extensions import override

from bot.asks import GroupIs
from bot.desk.duty import HOME, by_account, on_duty_here, volunteer
from bot.desk.roster import Team
from bot.flows.flow import Flow, back_to
from bot.nlu.patterns import compiled, composed
from bot.scene import Move, Next, Scene

_SAYS_CODE = compiled(
    r"\s*(?:/start\s+link-|/?(?:liên\s*kết|lien\s*ket|link)\s+)(?P<code>[a-z2-9]{4}-?[a-z2-9]{4})[^\pL\pN]*",
    any_case=True,
)
OFFERED_AGAIN = 20
"""How many requests are offered again at once when a group is lost; all of them stand in the queue."""

_DUTY_PLACES = ("duty", "case", "handover", "lesson", "reading")


class LinkingFlow(Flow):
    name = "linking"

    @override
    def take(self, scene: Scene) -> Move | None:
        match scene.incoming.kind:
            case "gone" | "undelivered" | "unopened" | "moved" | "added" if _is_group(scene):
                return self._of_group(scene)
            case "gone":
                self._gone(scene)
                return None
        if scene.incoming.group and scene.incoming.kind != "call" and any(team.lost for team in _teams_here(scene)):
            scene.fact(GroupIs(lost=False))  # whom we hear, we may reach again
        if scene.incoming.kind == "text" and (said := _SAYS_CODE.fullmatch(composed(scene.text))):
            return self._group(scene, said["code"]) if scene.incoming.group else self._private(scene, said["code"])
        if scene.session.duty and scene.incoming.kind in ("text", "press") and not scene.incoming.group:
            return self._still_theirs(scene)
        return None

    def _private(self, scene: Scene, code: str) -> Move:
        """A code that was used a moment ago by this very message is as good as a new one."""
        whom = scene.link(code)
        me = scene.setting.roster.person(whom) if whom else by_account(scene)
        if me is None:
            return scene.tell("duty.link_wrong")
        on_duty_here(scene, me)
        scene.note("volunteer_linked")
        scene.notice("duty.linked", name=me.name)
        return HOME

    def _group(self, scene: Scene, code: str) -> Move:
        team = scene.link(code, group=True)
        if not team:
            return scene.tell("duty.link_wrong")
        scene.note("group_linked")
        return scene.tell("duty.group_linked", team=scene.setting.roster.team(team).name)

    def _of_group(self, scene: Scene) -> Move:
        """What becomes of a team's group: where nothing can be written any more, who waits is offered to each alone."""
        if scene.incoming.kind == "moved":
            scene.fact(GroupIs(lost=False, moved_to=scene.incoming.text))
        elif _teams_here(scene):
            lost = scene.incoming.kind != "added"
            waiting = scene.fact(GroupIs(lost=lost))
            if lost:
                scene.note("group_lost")
                for request in waiting[:OFFERED_AGAIN]:
                    scene.call(request.code, f"team:{request.team}", "offer")
        return Next.SAID

    def _gone(self, scene: Scene) -> None:
        """They blocked the bot: nothing they hold may wait for them. They hear of it when they write again."""
        if not scene.incoming.group and (me := by_account(scene)):
            scene.unlink(me.id)
            scene.note("volunteer_gone")

    def _still_theirs(self, scene: Scene) -> Move | None:
        """The desk may have unlinked this chat, or the volunteer has left, or blocked the bot for a while."""
        if volunteer(scene):
            return None
        scene.change(duty=None)
        scene.notice("duty.unlinked")
        place = scene.session.place
        return back_to(scene) if place and place.flow in _DUTY_PLACES else None


def _teams_here(scene: Scene) -> Sequence[Team]:
    return scene.setting.roster.teams_in(scene.incoming.chat)


def _is_group(scene: Scene) -> bool:
    """Whether this is about a group: what comes from the delivery does not say so, but a team's group is known."""
    return scene.incoming.group or scene.incoming.kind == "moved" or bool(_teams_here(scene))
