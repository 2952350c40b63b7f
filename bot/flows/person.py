"""Asking for a person: a request in the queue, with an honest word about when somebody answers."""

from datetime import UTC, datetime

from typing_extensions import override

from bot.flows.flow import Flow, back_to
from bot.hours import VIETNAM, is_open, next_opening
from bot.model import Escalation, Place, Timer
from bot.scene import Move, Next, Scene

PATIENCE_SECONDS = 30 * 60
"""When nobody has taken a request for so long within the volunteers' hours, the resident is told."""


class PersonFlow(Flow):
    """Its place asks `` (the request as it stands), `consent`, or `offer` (after two misses)."""

    name = "person"

    @override
    def take(self, scene: Scene) -> Move | None:
        if scene.incoming.kind == "timer":
            return self._still_waiting(scene)
        return Place("person") if scene.command == "person" else None

    @override
    def show(self, scene: Scene) -> Move:
        voice = scene.voice
        match scene.session.place and scene.session.place.ask:
            case "offer":
                choices = [("ask", voice.say("choice.person")), ("retry", voice.say("choice.retry"))]
                return scene.ask(voice.say("person.offer"), choices)
            case "consent":
                choices = [("agree", voice.say("person.agree")), ("refuse", voice.say("person.refuse"))]
                days = scene.setting.keep_seconds // 86400
                return scene.ask(voice.say("person.consent", days=days), choices)
        if scene.session.request:
            return self._state(scene, "person.waiting")
        if scene.session.consent != "yes":
            return Place("person", "consent")
        self._open(scene)
        return self._state(scene, "person.opened")

    @override
    def answer(self, scene: Scene) -> Move | None:
        match scene.picked and scene.picked.id:
            case "ask":
                return Place("person")
            case "agree":
                scene.change(consent="yes", consent_at=scene.world.now)
                scene.note("consent", "yes")
                return Place("person")
            case "refuse":
                scene.notice("person.without")
                return back_to(scene)
            case "cancel":
                scene.close_request()
                scene.notice("person.cancelled")
                return back_to(scene)
            case "go_on" | "retry":
                return back_to(scene)
        heard = scene.understood if scene.session.request and scene.free_text else None
        if heard and heard.decision == "none" and not heard.unserved:
            scene.notice("person.wait")
            return Next.HERE
        return None

    def _open(self, scene: Scene) -> None:
        session, run = scene.session, scene.session.run
        guide = scene.setting.library.version(run.guide, run.version) if run else None
        code = scene.world.draw_code()
        scene.opened = Escalation(
            code=code,
            chat=scene.incoming.chat,
            opened_at=scene.world.now,
            topic=guide.topic if guide else "",
            guide=run.guide if run else "",
            version=run.version if run else 0,
            step=run.step if run else "",
            tried=run.tried if run else (),
            lang=session.lang,
            you=session.you,
            lines=session.lines,
        )
        scene.change(request=code)
        scene.timers.append(Timer("waiting", int(self._answered_from(scene).timestamp()) + PATIENCE_SECONDS))
        scene.note("request_opened", scene.opened.topic)

    def _state(self, scene: Scene, text: str) -> Move:
        voice, run = scene.voice, scene.session.run
        # Waiting stands first: who sends 1 twice, to ask for a person, must not call it off.
        wait = (
            voice.say("choice.resume_step", n=scene.step_number(run)[0]) if run else voice.say("privacy.keep_waiting")
        )
        choices = [("go_on", wait), ("cancel", voice.say("person.cancel"))]
        when = voice.say("person.open_now") if self._is_open(scene) else self._opening(scene)
        return scene.ask(voice.say(text, code=scene.session.request, line=scene.line, when=when), choices)

    def _still_waiting(self, scene: Scene) -> Move:
        if scene.incoming.text != "waiting" or not scene.session.request:
            return Next.SAID
        scene.note("told_still_waiting")
        return scene.tell("person.still_waiting", code=scene.session.request)

    def _now(self, scene: Scene) -> datetime:
        return datetime.fromtimestamp(scene.world.now, UTC).astimezone(VIETNAM)

    def _is_open(self, scene: Scene) -> bool:
        ward = scene.setting.ward
        return is_open(ward.hours, ward.holidays, self._now(scene))

    def _answered_from(self, scene: Scene) -> datetime:
        """When volunteers are there: now, or when they open next; now where the ward has no hours at all."""
        ward, now = scene.setting.ward, self._now(scene)
        return now if self._is_open(scene) else next_opening(ward.hours, ward.holidays, now) or now

    def _opening(self, scene: Scene) -> str:
        at, voice = self._answered_from(scene), scene.voice
        part = "morning" if at.hour < 12 else "afternoon" if at.hour < 18 else "evening"
        time = voice.say(f"time.{part}", hour=at.hour if part == "morning" else at.hour - 12 or 12, minute=at.minute)
        days_ahead = (at.date() - self._now(scene).date()).days
        day = voice.say(("day.today", "day.tomorrow")[days_ahead] if days_ahead < 2 else f"weekday.{at.weekday()}")
        return voice.say("person.open_from", time=time, day=day, date=f"{at.day}/{at.month}")
