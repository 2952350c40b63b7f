"""What comes by itself: nobody took a request, an offer ran out, a holder is silent, a talk is forgotten."""

from datetime import UTC, datetime

from typing_extensions import override

from bot.desk.queue import (
    LEAD_SECONDS,
    REMIND_SECONDS,
    REPLACE_SECONDS,
    UNNEEDED_SECONDS,
    WARD_SECONDS,
    ask_need_later,
    call_team,
    not_delivered,
    now_of,
    put_back,
    say_in_line,
)
from bot.engine.context import NEED_TIMERS, REQUEST_TIMERS, Move, Next, Scene
from bot.flows.flow import Flow, back_to
from bot.model import Escalation, Place, Timer, replace
from bot.model.hours import VIETNAM

QUIET_SECONDS = 30 * 60
"""Whoever wrote within so long is doing something, and is not asked in between."""


class OverdueFlow(Flow):
    """Takes stored due times, and what a platform never took. What means nothing any more is let go."""

    name = "overdue"

    @override
    def take(self, scene: Scene) -> Move | None:
        match scene.incoming.kind:
            case "undelivered" | "unopened" | "closing" as what:
                not_delivered(scene, what)
                return Next.SAID
            case "timer":
                return self._due(scene)
        return None

    def _due(self, scene: Scene) -> Move | None:
        if scene.incoming.text not in REQUEST_TIMERS + NEED_TIMERS:
            return None
        request = scene.request
        if request is None or request.state == "closed":
            return Next.SAID
        holder = scene.setting.roster.person(request.holder)
        if holder and not holder.active:
            return self._left(scene, request)
        match scene.incoming.text, request.state:
            case "opening", "waiting":
                call_team(scene, request)
            case "waiting", "waiting" | "offered":
                return self._nobody_took_it(scene, request)
            case "offer", "offered":
                put_back(scene, request, "offer_ran_out")
            case "hold", "held" if scene.session.asked_at:
                return self._silent_holder(scene, request)
            case "news", "held":
                scene.call(request.code, f"volunteer:{request.holder}", "news")
            case "talk", "held":
                return self._forgotten(scene, request)
            case "need", "waiting" | "offered":
                return self._ask_need(scene, request)
            case "need", "held":
                ask_need_later(scene, request)
            case "unneeded", "waiting" | "offered":
                return self._unneeded(scene, request)
        return Next.SAID

    def _left(self, scene: Scene, request: Escalation) -> Move:
        """Who left kept it: its channel was off when they went, or nobody was there to take it from them."""
        held = request.state == "held"
        put_back(scene, request, "left")
        if held:
            say_in_line(scene, "talk.back_in_line")
            return back_to(scene)
        return Next.SAID

    def _nobody_took_it(self, scene: Scene, request: Escalation) -> Move:
        roster, code = scene.setting.roster, request.code
        if request.level == "team":
            scene.save_request(replace(request, level="lead", rev=request.rev + 1))
            due = roster.when_open(request.team, now_of(scene), WARD_SECONDS - LEAD_SECONDS)
            scene.timers.append(Timer("waiting", int(due.timestamp())))
            for lead in roster.leads(request.team):
                scene.call(code, f"volunteer:{lead.id}", "up")
            scene.record("raised", code, about="lead")
            return Next.SAID
        scene.save_request(replace(request, level="ward", rev=request.rev + 1))
        for admin in roster.admins():
            scene.call(code, f"volunteer:{admin.id}", "up")
        scene.record("raised", code, about="ward")
        ask_need_later(scene, request)
        scene.note("told_still_waiting")
        return scene.tell("person.still_waiting", code=code)

    def _ask_need(self, scene: Scene, request: Escalation) -> Move:
        """Not in the middle of what they are doing: then a while later."""
        if scene.seconds_away < QUIET_SECONDS:
            scene.timers.append(Timer("need", scene.world.now + QUIET_SECONDS))
            return Next.SAID
        silent_at = datetime.fromtimestamp(scene.world.now + UNNEEDED_SECONDS, UTC).astimezone(VIETNAM)
        due = scene.setting.roster.when_open(request.team, silent_at, 60)
        scene.timers.append(Timer("unneeded", int(due.timestamp())))
        scene.change(need_asked_at=scene.world.now)
        scene.note("asked_need")
        return Place("person", "need")

    def _unneeded(self, scene: Scene, request: Escalation) -> Move:
        """They wrote nothing since they were asked; who did write is there, and is asked again later."""
        if scene.session.heard_at > scene.session.need_asked_at:
            ask_need_later(scene, request)
            return Next.SAID
        if request.holder:
            scene.call(request.code, f"volunteer:{request.holder}", "over")
        scene.write("bot", "unneeded")
        scene.record("unneeded", request.code)
        scene.note("request_unneeded")
        scene.close_request(request)
        scene.change(place=Place("menu"), offered=())
        return scene.tell("person.unneeded", code=request.code)

    def _silent_holder(self, scene: Scene, request: Escalation) -> Move:
        replaced_at = scene.session.asked_at + REMIND_SECONDS + REPLACE_SECONDS
        if scene.world.now < replaced_at:
            scene.timers.append(Timer("hold", replaced_at))
            scene.call(request.code, f"volunteer:{request.holder}", "remind")
            scene.record("reminded", request.code, about=request.holder)
            return Next.SAID
        scene.call(request.code, f"volunteer:{request.holder}", "lost")
        scene.record("replaced", request.code, about=request.holder)
        scene.note("holder_replaced")
        put_back(scene, request, "silent")
        say_in_line(scene, "talk.back_in_line")
        return back_to(scene)

    def _forgotten(self, scene: Scene, request: Escalation) -> Move:
        scene.call(request.code, f"volunteer:{request.holder}", "over")
        scene.write("bot", "forgotten")
        scene.record("forgotten", request.code, about=request.holder)
        scene.close_request(request)
        scene.notice("talk.forgotten")
        return Place("talk", f"score/{request.code}")
