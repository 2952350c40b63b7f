"""A volunteer's desk in their own chat: who waits, what they hold, away and back.

Whose a chat is: a code from the desk makes it a volunteer's, or a team's group; blocking the bot ends it.
"""

from collections.abc import Sequence

from typing_extensions import override

from bot.desk.request_summary import offer
from bot.desk.roster import Team, Volunteer
from bot.desk.volunteer_chat import (
    A_PAGE,
    HOME,
    HOME_WORDS,
    asked_by,
    by_account,
    decline,
    head,
    holds,
    let_go,
    on_duty_here,
    page_of,
    step_line,
    take,
    volunteer,
    waited,
)
from bot.engine.context import DESK, Move, Next, Scene
from bot.engine.input import BACK, MENU
from bot.engine.queries import GroupIs
from bot.flows.flow import Flow, back_to
from bot.model import Escalation, Place
from bot.nlu.patterns import compiled, composed

_MORE = f"{DESK}:more"
"""The button that leads on in a list whose other buttons are good at any time."""
LINE = Place("duty", "line")


class DutyFlow(Flow):
    """Its place asks `` (the desk), `offer/<code>`, `line/<page>` (who waits) or `mine/<page>` (what they hold)."""

    name = "duty"

    @override
    def take(self, scene: Scene) -> Move | None:
        if scene.incoming.group or scene.incoming.kind not in ("text", "press"):
            return None
        if scene.session.duty is None:
            return self._comes_back(scene) if scene.plain in HOME_WORDS else None
        me = volunteer(scene)
        if me is None:
            return None
        if scene.plain in HOME_WORDS:
            return HOME
        if not asked_by(scene, self.name):
            return None
        if scene.picked or scene.command in ("menu", "back") or scene.incoming.choice == _MORE:
            return self._picked(scene, me)
        if scene.command == "stop":
            return self._goes(scene, me, away=True)
        return self._words_for_nobody(scene) if scene.free_text else None

    def _words_for_nobody(self, scene: Scene) -> Move | None:
        """Perhaps meant for a resident: then they must know that nobody got it."""
        if codes := ", ".join(holds(scene)):
            scene.notice("duty.not_sent", codes=codes)
            return Next.HERE
        if scene.understood.decision != "guide":
            scene.notice("duty.sent_to_nobody")
            return Next.HERE
        return None

    def _comes_back(self, scene: Scene) -> Move | None:
        """Somebody whose session ended, while the roster knows that this chat is theirs."""
        me = by_account(scene)
        if me is None:
            return None
        on_duty_here(scene, me)
        return HOME

    def _picked(self, scene: Scene, me: Volunteer) -> Move | None:
        ask = scene.session.place.ask if scene.session.place else ""
        pressed = "more" if scene.incoming.choice == _MORE else MENU
        kind, _, name = (scene.picked.id if scene.picked else pressed).partition(":")
        match kind:
            case "take":
                return take(scene, me, name) if name else Next.HERE
            case "decline":
                return decline(scene, me, name)
            case "assign":
                return Place("handover", name)
            case "open":
                return Place("case", name)
            case "line" | "mine":
                return Place("duty", kind)
            case "more" if ask.startswith(("line", "mine")):
                what, _, page = ask.partition("/")
                return Place("duty", f"{what}/{int(page or 1) + 1}")
            case "visiting" | "beside":
                return Place(kind)
            case "away" | "return":
                return self._goes(scene, me, away=kind == "away")
            case "web":
                link = scene.sign_in_link(me.id)
                return scene.hand(scene.voice.say("duty.web_link" if link else "duty.web_nowhere", link=link))
            case _ if kind in (MENU, BACK):
                return HOME if ask else None  # from the desk itself, 0 leads to what residents see
        return None

    def _goes(self, scene: Scene, me: Volunteer, *, away: bool) -> Move:
        scene.go(me.id, away=away)
        scene.notice("duty.went_away" if away else "duty.came_back")
        return HOME if away or not _waiting(scene, me) else LINE

    @override
    def show(self, scene: Scene) -> Move:
        me = volunteer(scene)
        if me is None:
            return Place("menu")
        what, _, more = (scene.session.place or HOME).ask.partition("/")
        match what:
            case "offer":
                return self._offer(scene, me, more)
            case "line":
                return self._line(scene, me, int(more or 1))
            case "mine":
                return self._mine(scene, me, int(more or 1))
        return self._desk(scene, me)

    def _desk(self, scene: Scene, me: Volunteer) -> Move:
        voice, waiting, mine = scene.voice, _waiting(scene, me), _held(scene, me)
        for code in set(holds(scene)).difference(each.code for each in mine):
            let_go(scene, code)
        teams = ", ".join(scene.setting.roster.team(team).name for team in me.teams)
        lines = [voice.say("duty.hello", name=me.name, teams=teams, away=me.away)]
        lines.append(voice.say("duty.waiting", count=len(waiting)))
        if waiting:
            first = waiting[0]
            lines.append(voice.say("duty.first", head=head(scene, first), waited=waited(scene, first.opened_at)))
        if mine:
            lines.append(voice.say("duty.held", heads=", ".join(head(scene, each) for each in mine)))
        choices = [
            (f"take:{waiting[0].code if waiting else ''}", voice.say("duty.take_first")),
            ("line", voice.say("duty.line")),
            ("mine", voice.say("duty.mine")),
            ("return", voice.say("duty.return")) if me.away else ("away", voice.say("duty.away")),
            ("web", voice.say("duty.web")),
            ("beside", voice.say("beside.choice")),
        ]
        if scene.setting.ward.takes_appointments:
            choices.append(("visiting", voice.say("visiting.choice")))
        return scene.ask("\n".join(lines), choices)

    def _offer(self, scene: Scene, me: Volunteer, code: str) -> Move:
        request, roster = scene.request_of(code), scene.setting.roster
        if request is None or request.state not in ("waiting", "offered") or not roster.may_hold(me, request):
            return HOME
        acts = ["take"] if roster.may_take(me, request) else []
        acts += ["decline"] if request.state == "offered" and request.holder == me.id else []
        acts += ["assign"] if roster.may_lead(me, request.team) else []
        choices = [(f"{act}:{code}", scene.voice.say(f"duty.{act}")) for act in acts]
        return scene.ask(offer(scene, request, me), choices, home=scene.voice.say("duty.home"), mark=DESK)

    def _line(self, scene: Scene, me: Volunteer, page: int) -> Move:
        voice, waiting = scene.voice, _waiting(scene, me)
        choices = [(f"take:{each.code}", voice.say("duty.take_code", head=head(scene, each))) for each in waiting]
        lines = [voice.say("duty.waiting", count=len(waiting))]
        for each in waiting[(page - 1) * A_PAGE : page * A_PAGE]:
            lines += ["", f"{head(scene, each)} · {waited(scene, each.opened_at)}", step_line(scene, each)]
        return scene.ask("\n".join(lines), page_of(scene, choices, page), home=voice.say("duty.home"), mark=DESK)

    def _mine(self, scene: Scene, me: Volunteer, page: int) -> Move:
        voice, mine = scene.voice, _held(scene, me)
        choices = [(f"open:{each.code}", head(scene, each)) for each in mine]
        text = voice.say("duty.mine_which" if mine else "duty.mine_none")
        return scene.ask(text, page_of(scene, choices, page), home=voice.say("duty.home"), mark=DESK)


def _waiting(scene: Scene, me: Volunteer) -> Sequence[Escalation]:
    """Who waits that they can take, oldest first: not they themselves, nor who was theirs before."""
    roster = scene.setting.roster
    return [
        each
        for each in scene.open_for(me.id)
        if (each.state == "waiting" or (each.state == "offered" and each.holder == me.id))
        and me.id not in each.passed
        and roster.may_take(me, each)
        and each.chat != scene.incoming.chat
    ]


def _held(scene: Scene, me: Volunteer) -> Sequence[Escalation]:
    return [each for each in scene.open_for(me.id) if each.state == "held" and each.holder == me.id]


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
