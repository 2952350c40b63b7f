"""Appointments: what a resident has, where they want a new one, and calling one off. Which slot, other flows ask."""

from typing_extensions import override

from bot.desk.meeting import free_slots, note, place, slot_and_where, state_of, upcoming, when
from bot.desk.reminders import forget_reminders, set_reminders
from bot.desk.slots import Slot, bookable_places
from bot.flows.flow import Flow, back_to
from bot.model import HOME, Appointment, Place
from bot.nlu.patterns import compiled
from bot.scene import Move, Next, Scene

_CODE = compiled(r"(?:hen |ma |ma hen |code )?[xy] ?[0-9]{4,6}")


class VisitsFlow(Flow):
    """Its place asks `` (what they have), `kind` or `kind/back` (where?), `home` (a visit), `book/<slot>/<where>`,
    `consent/<then>` (what comes after it) or `booked/<code>`.
    """

    name = "visits"

    @override
    def take(self, scene: Scene) -> Move | None:
        if scene.command not in ("visit", "visits") and not (scene.free_text and _CODE.fullmatch(scene.plain)):
            return None
        if scene.command == "visit" or upcoming(scene):
            return Place("visits")
        scene.notice("visits.nothing")
        return Next.HERE

    @override
    def show(self, scene: Scene) -> Move:
        kind, _, rest = (scene.session.place or Place("visits")).ask.partition("/")
        match kind:
            case "kind":
                return self._ask_kind(scene, back=rest == "back")
            case "home":
                return self._home(scene)
            case "book":
                return self._book(scene, *slot_and_where(rest))
            case "consent":
                choices = [("agree", scene.voice.say("person.agree")), ("refuse", scene.voice.say("person.refuse"))]
                days = scene.setting.keep_seconds // 86400
                return scene.ask(scene.voice.say("visits.consent", days=days, at_home=rest == "home"), choices)
            case "booked":
                found = next((each for each in upcoming(scene) if each.code == rest), None)
                return self._confirm(scene, found) if found else back_to(scene)
        return self._state(scene)

    @override
    def answer(self, scene: Scene) -> Move | None:
        kind, _, name = scene.picked.id.partition(":") if scene.picked else ("", "", "")
        match kind:
            case "places":
                return Place("slots", "places")
            case "home" | "kind":
                return Place("visits", kind)
            case "agree":
                scene.change(consent="yes", consent_at=scene.world.now)
                scene.note("consent", "yes")
                then = scene.session.place.ask.removeprefix("consent/") if scene.session.place else ""
                return Place("visits", then)
            case "refuse":
                scene.notice("person.without")
                return back_to(scene)
            case "off":
                return self._call_off(scene, name)
            case "go_on":
                return back_to(scene)
        return None

    def _state(self, scene: Scene) -> Move:
        voice, mine = scene.voice, upcoming(scene)
        if not mine:
            return Place("visits", "kind")
        choices = [("go_on", voice.say("visits.keep"))]
        choices += [(f"off:{each.code}", voice.say("visits.cancel", code=each.code)) for each in mine]
        choices += [("kind", voice.say("visits.another"))] if _kinds(scene) else []
        return scene.ask("\n".join(state_of(scene, each) for each in mine), choices)

    def _ask_kind(self, scene: Scene, *, back: bool) -> Move:
        """Where only one is left, that; who came `back` to this question has nothing to choose there, and leaves."""
        kinds = _kinds(scene)
        if not kinds:
            scene.notice("visits.full" if scene.setting.ward.takes_appointments else "visits.none")
            return back_to(scene)
        if len(kinds) == 1 and back:
            return back_to(scene)
        if len(kinds) == 1:
            return Place("visits", "home") if kinds == ["home"] else Place("slots", "places")
        return scene.ask(scene.voice.say("visits.kind"), [(kind, scene.voice.say(f"visits.{kind}")) for kind in kinds])

    def _home(self, scene: Scene) -> Move:
        """Who comes is the resident's own team; that they agree, and which group is theirs, is asked first."""
        session, roster = scene.session, scene.setting.roster
        if session.consent != "yes":
            return Place("visits", "consent/home")
        if roster.asks_group and not session.group:
            return Place("person", "group", back="visits/home")
        team = roster.team_for(session.group, _topic(scene), session.lang)
        if free_slots(scene, HOME + team.id):
            return Place("slots", f"day/{HOME}{team.id}")
        scene.notice("visits.no_home", team=team.name)
        return Place("slots", "places") if "places" in _kinds(scene) else back_to(scene)

    def _book(self, scene: Scene, slot: str, where: str) -> Move:
        """Book it; a slot that this same message booked before a crash is theirs already."""
        if scene.session.consent != "yes":
            return Place("visits", f"consent/book/{slot}/{where}")
        mine = next((each for each in upcoming(scene) if each.slot == slot), None)
        found = next((each for each in free_slots(scene, slot.partition("/")[0]) if each.id == slot), None)
        booked = mine or (scene.book(self._wanted(scene, found, where), found.seats) if found else None)
        if booked is None:
            scene.notice("visits.taken")
            return Place("slots", f"day/{slot.partition('/')[0]}")
        set_reminders(scene, booked)
        if booked.at_home:
            scene.call(booked.code, f"team:{booked.team}", "visit")
        scene.note("appointment_booked", "home" if booked.at_home else "point")
        scene.change(place=Place("visits", f"booked/{booked.code}"))
        return self._confirm(scene, booked)

    def _wanted(self, scene: Scene, slot: Slot, where: str) -> Appointment:
        session, run = scene.session, scene.session.run
        return Appointment(
            slot=slot.id,
            at=int(slot.at.timestamp()),
            team=slot.team,
            chat=scene.incoming.chat,
            you=session.you,
            lang=session.lang,
            guide=run.guide if run else "",
            where=where,
        )

    def _confirm(self, scene: Scene, booked: Appointment) -> Move:
        voice, run, ward = scene.voice, scene.session.run, scene.setting.ward
        code, at, bring = booked.code, when(voice, booked, scene.world.now), note(ward, booked)
        if booked.at_home:
            team = scene.setting.roster.team(booked.team).name
            text = voice.say("visits.booked_home", code=code, when=at, note=bring, where=booked.where, team=team)
        else:
            text = voice.say("visits.booked", code=code, when=at, note=bring, place=place(voice, ward, booked))
        choices = [("go_on", voice.say("choice.resume_step", n=scene.step_number(run)[0]))] if run else []
        return scene.ask(text, choices)

    def _call_off(self, scene: Scene, code: str) -> Move:
        scene.call_off(code)
        forget_reminders(scene, code)
        scene.note("appointment_off")
        scene.notice("visits.cancelled", code=code)
        return back_to(scene)


def _kinds(scene: Scene) -> list[str]:
    """Where an appointment can still be booked; everybody has one of a kind."""
    ward, mine = scene.setting.ward, {each.at_home for each in upcoming(scene)}
    at_places = False not in mine and any(free_slots(scene, each.id) for each in bookable_places(ward))
    at_home = True not in mine and ward.home_visits is not None
    return ["places"] * at_places + ["home"] * at_home


def _topic(scene: Scene) -> str:
    run = scene.session.run
    guide = scene.setting.library.version(run.guide, run.version) if run else None
    return guide.topic if guide else ""
