"""Stop, what you keep about me, delete it: always, before anything else."""

from typing_extensions import override

from bot.desk.appointment_texts import reminders_of, state_of, upcoming
from bot.desk.queue import not_delivered, request_state
from bot.engine.context import Move, Next, Scene
from bot.engine.queries import Forgotten
from bot.engine.unmatched import is_learned_from
from bot.flows.flow import Flow, back_to, go_on, unfinished
from bot.model import Place, Run, Session

_STOPPED, _ERASE = Place("privacy", "stopped"), Place("privacy", "erase")


class PrivacyFlow(Flow):
    name = "privacy"

    @override
    def take(self, scene: Scene) -> Move | None:
        if scene.incoming.kind == "gone":
            scene.note("person_gone")
            not_delivered(scene)
            return Next.SAID
        if scene.incoming.kind == "withdrawn":
            return self._erase(scene, silently=True)
        match scene.command:
            case "stop" if scene.session.helper:
                return Place("talk", "end")
            case "stop":
                return Place("privacy", "stop") if scene.session.request else self._stop(scene)
            case "mine":
                return self._mine(scene)
            case "erase":
                return _ERASE
        return None

    @override
    def show(self, scene: Scene) -> Move:
        voice, asked = scene.voice, scene.session.place and scene.session.place.ask
        if asked == "stopped":
            codes = ", ".join(each.code for each in upcoming(scene))
            text = voice.say("visits.stopped", codes=codes) if codes else voice.say("privacy.stopped")
            if days := [day for day, _ in reminders_of(scene)]:
                text += "\n" + voice.say("followup.stopped", days=", ".join(days))
            return scene.ask(text, [("keep", voice.say("choice.resume"))] if unfinished(scene) else ())
        if asked == "stop":
            choices = [("keep", voice.say("privacy.keep_waiting")), ("cancel", voice.say("privacy.cancel_request"))]
            return scene.ask(voice.say("privacy.stop_request", code=scene.session.request), choices)
        if scene.session.duty:
            scene.notice("privacy.erase_duty")
        if upcoming(scene):
            scene.notice("visits.erase")
        choices = [("erase", voice.say("privacy.erase_yes")), ("keep", voice.say("privacy.erase_no"))]
        return scene.ask(voice.say("privacy.erase_ask"), choices)

    @override
    def answer(self, scene: Scene) -> Move | None:
        match scene.picked and scene.picked.id:
            case "erase":
                return self._erase(scene)
            case "cancel":
                scene.withdraw()
                return self._stop(scene)
            case "keep" if scene.session.place == _STOPPED:
                return go_on(scene)
            case "keep":
                if scene.session.place == _ERASE and not scene.session.helper:  # with a helper, that alone is said
                    scene.notice("privacy.nothing_erased")
                return back_to(scene)
        return None

    def _stop(self, scene: Scene) -> Move:
        scene.note("stopped")
        return _STOPPED

    def _mine(self, scene: Scene) -> Move:
        session, voice = scene.session, scene.voice
        kept = [voice.say("privacy.kept_language")]
        if session.you:
            kept.append(voice.say("privacy.kept_address"))
        for run in _begun(session):
            number, total = scene.step_number(run)
            kept.append(voice.say("privacy.kept_step", n=number, total=total, title=scene.title(run.guide)))
        if session.done:
            kept.append(voice.say("privacy.kept_done", count=len(session.done)))
        if session.lines:
            kept.append(voice.say("privacy.kept_lines", count=len(session.lines)))
        states = [request_state(scene, code) for code in (*session.requests, session.request) if code]
        if any(states):
            kept += [*filter(None, states), voice.say("privacy.kept_talk")]
        if session.duty:
            kept.append(voice.say("privacy.kept_duty"))
        kept += [voice.say("visits.kept", state=state_of(scene, each)) for each in scene.own_appointments]
        kept += [voice.say("followup.kept", day=day, title=title) for day, title in reminders_of(scene)]
        days = scene.kept_seconds // 86400
        scene.note("asked_what_is_kept")
        told = "\n".join(f"– {line}" for line in kept)
        return scene.tell("privacy.kept", kept=told, days=days, learned=is_learned_from(session))

    def _erase(self, scene: Scene, *, silently: bool = False) -> Move:
        """`silently`: they said so to the platform, and may not want to hear of us any more."""
        scene.withdraw()
        duty = scene.session.duty
        scene.fact(Forgotten(duty.id if duty else ""))
        if duty:
            scene.unlink(duty.id)
        for appointment in scene.own_appointments:
            scene.call_off(appointment.code)
        scene.note("erased")
        scene.forget = True
        scene.change(offered=())
        if not silently:
            scene.tell("privacy.erased")  # in their language, which is forgotten next
        scene.change(**{name: getattr(Session(), name) for name in Session.__struct_fields__ if name != "seen"})
        return Next.SAID


def _begun(session: Session) -> list[Run]:
    """The guides that are remembered, with those that led to them."""
    runs = [run for run in (session.run, session.aside, *session.unfinished) if run]
    return [each for run in runs for each in (run, *reversed(run.callers))]
