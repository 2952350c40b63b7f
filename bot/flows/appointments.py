"""Choosing a slot: which help point, which day, which time; of a visit to a home also where that is.

Appointments: what a resident has, where they want a new one, and calling one off. Which slot, other flows ask.

What a resident hears of an appointment by itself: reminders, who comes, and that the team called it off.
"""

from datetime import date

from typing_extensions import override

from bot.content.ward import HelpPoint
from bot.desk.appointment_rules import Slot, bookable_places, place_of, who_comes
from bot.desk.appointment_texts import (
    clock,
    day_label,
    forget_reminders,
    free_slots,
    moment,
    note,
    place,
    reminder,
    set_reminders,
    slot_and_where,
    state_of,
    upcoming,
    when,
)
from bot.desk.queue import now_of
from bot.engine.context import Move, Next, Scene
from bot.flows.flow import Flow, back_to
from bot.model import HOME, Appointment, Place
from bot.nlu.numbers import COVER
from bot.nlu.patterns import compiled

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


A_PAGE = 4
"""So many places, days or times at once; with the way to the next page they are five choices."""
LONGEST_WHERE = 120

_PARTS = {"places": 0, "day": 1, "time": 2}
"""How many parts the path has of what is asked page by page; after them stands the page."""


class SlotsFlow(Flow):
    """Its place asks `places/<page>`, `day/<calendar>/<page>`, `time/<calendar>/<day>/<page>`, `where/<slot>` (where do
    they live?) or `right/<slot>/<where>` (is all of it right?).
    """

    name = "slots"

    @override
    def take(self, scene: Scene) -> Move | None:
        if scene.session.place is None or scene.session.place.flow != self.name:
            return None
        kind, _, rest = scene.session.place.ask.partition("/")
        named = scene.number and len(scene.plain) > 1 and not scene.picked  # "số 5", and no slip of the finger
        if kind == "where" and (scene.free_text or named):
            return self._heard_where(scene, rest)
        return self._step_back(scene, kind, rest) if scene.command == "back" else None

    @override
    def show(self, scene: Scene) -> Move:
        kind, _, rest = (scene.session.place or Place("slots", "places")).ask.partition("/")
        match kind:
            case "day":
                return self._ask_day(scene, _path(kind, rest), _page_number(kind, rest))
            case "time":
                return self._ask_time(scene, _path(kind, rest), _page_number(kind, rest))
            case "where":
                team = scene.setting.roster.team(rest.partition("/")[0].removeprefix(HOME))
                return scene.ask(scene.voice.say("visits.where", team=team.name), back=_back(scene))
            case "right":
                return self._ask_right(scene, rest)
        return self._ask_place(scene, _page_number("places", rest))

    @override
    def answer(self, scene: Scene) -> Move | None:
        if scene.session.place is None:
            return None
        asked, _, rest = scene.session.place.ask.partition("/")
        if scene.picked is None:
            return self._not_a_home(scene) if asked == "where" and scene.incoming.kind == "text" else None
        kind, _, name = scene.picked.id.partition(":")
        match kind:
            case "place":
                return Place("slots", f"day/{name}")
            case "day":
                return Place("slots", f"time/{_path(asked, rest)}/{name}")
            case "at":
                slot = f"{_path(asked, rest)}/{name}"
                return Place("slots", f"where/{slot}") if slot.startswith(HOME) else Place("visits", f"book/{slot}/")
            case "more":
                return Place("slots", _on_page(asked, rest, _page_number(asked, rest) + 1))
            case "right":
                return Place("visits", f"book/{rest}")
            case "fix":
                return Place("slots", f"where/{slot_and_where(rest)[0]}")
        return None

    def _ask_place(self, scene: Scene, page: int) -> Move:
        places = _open_places(scene)
        if len(places) == 1:
            return Place("slots", f"day/{places[0].id}")
        choices = [(f"place:{each.id}", each.name) for each in places]
        return self._ask(scene, scene.voice.say("visits.which_place"), choices, page)

    def _ask_day(self, scene: Scene, calendar: str, page: int) -> Move:
        voice, today, point = scene.voice, now_of(scene).date(), place_of(scene.setting.ward, calendar)
        days = dict.fromkeys(slot.at.date() for slot in free_slots(scene, calendar))
        team = scene.setting.roster.team(calendar.removeprefix(HOME)).name
        text = voice.say("visits.which_day", place=point.says if point else "", team=team)
        return self._ask(scene, text, [(f"day:{day}", day_label(voice, day, today)) for day in days], page)

    def _ask_time(self, scene: Scene, path: str, page: int) -> Move:
        voice, (calendar, _, day) = scene.voice, path.partition("/")
        slots = [slot for slot in free_slots(scene, calendar) if str(slot.at.date()) == day]
        if not slots:
            return Place("slots", f"day/{calendar}")
        text = voice.say("visits.which_time", day=day_label(voice, date.fromisoformat(day), now_of(scene).date()))
        return self._ask(
            scene, text, [(f"at:{slot.id.rpartition('/')[2]}", clock(voice, slot.at)) for slot in slots], page
        )

    def _ask(self, scene: Scene, text: str, choices: list[tuple[str, str]], page: int) -> Move:
        """One page of the choices, with a way to the next; where none are left, that is said."""
        if not choices:
            scene.notice("visits.full")
            return back_to(scene)
        rest = choices[(page - 1) * A_PAGE :]
        if len(rest) > A_PAGE + 1:
            rest = [*rest[:A_PAGE], ("more", scene.voice.say("choice.more"))]
        return scene.ask(text, rest, back=_back(scene))

    def _heard_where(self, scene: Scene, slot: str) -> Move:
        """Where they live, in their own words: kept with the appointment, and nowhere else."""
        scene.keep_line = False
        if COVER in scene.text:
            scene.notice("visits.covered")
        return Place("slots", f"right/{slot}/{' '.join(scene.text.split())[:LONGEST_WHERE]}")

    def _not_a_home(self, scene: Scene) -> Move:
        """A digit alone may be a slip of the finger, and says not where they live."""
        scene.notice("visits.where_unclear")
        return Next.HERE

    def _ask_right(self, scene: Scene, rest: str) -> Move:
        voice, (slot, where) = scene.voice, slot_and_where(rest)
        calendar = slot.partition("/")[0]
        found = next((each for each in free_slots(scene, calendar) if each.id == slot), None)
        if found is None:
            scene.notice("visits.taken")
            return Place("slots", f"day/{calendar}")
        choices = [("right", voice.say("visits.right_yes")), ("fix", voice.say("visits.right_no"))]
        text = voice.say("visits.right", when=moment(voice, found.at, now_of(scene)), where=where)
        return scene.ask(text, choices, back=_back(scene))

    def _step_back(self, scene: Scene, kind: str, rest: str) -> Place:
        """The question before this one; one that only has one answer was not asked."""
        match kind:
            case "places" | "day" | "time" if (page := _page_number(kind, rest)) > 1:
                return Place("slots", _on_page(kind, rest, page - 1))
            case "time":
                return Place("slots", f"day/{rest.partition('/')[0]}")
            case "where":
                return Place("slots", f"time/{rest.rpartition('/')[0]}")
            case "right":
                return Place("slots", f"where/{slot_and_where(rest)[0]}")
            case "day" if rest.startswith(HOME) and scene.setting.roster.asks_group:
                return Place("person", "group", back="visits/home")
            case "day" if not rest.startswith(HOME) and len(_open_places(scene)) > 1:
                return Place("slots", "places")
        return Place("visits", "kind/back")


def _open_places(scene: Scene) -> list[HelpPoint]:
    return [each for each in bookable_places(scene.setting.ward) if free_slots(scene, each.id)]


def _path(kind: str, rest: str) -> str:
    return "/".join(rest.split("/")[: _PARTS[kind]])


def _page_number(kind: str, rest: str) -> int:
    return int("".join(rest.split("/")[_PARTS[kind] :]) or 1)


def _on_page(kind: str, rest: str, page: int) -> str:
    return "/".join(part for part in (kind, _path(kind, rest), str(page)) if part)


def _back(scene: Scene) -> str:
    return scene.voice.say("choice.back")


class RemindingFlow(Flow):
    """Takes due times and news of appointments. What means nothing any more is let go."""

    name = "reminding"

    @override
    def take(self, scene: Scene) -> Move | None:
        call = scene.incoming.call
        if call and call.to == "resident":
            found = self._own(scene, call.code)
            return self._news(scene, found) if found else Next.SAID
        code, which = reminder(scene.incoming.text) if scene.incoming.kind == "timer" else ("", "")
        if not code:
            return None
        found = self._own(scene, code)
        if found is None or found.state != "booked" or found.at <= scene.world.now:
            return Next.SAID
        return self._remind(scene, found, which)

    def _own(self, scene: Scene, code: str) -> Appointment | None:
        return next((each for each in scene.own_appointments if each.code == code), None)

    def _remind(self, scene: Scene, appointment: Appointment, which: str) -> Move:
        """Where nobody comes yet, the team hears of it when it opens, and who decides about it when time runs out."""
        roster, code = scene.setting.roster, appointment.code
        nobody = appointment.at_home and who_comes(roster, appointment) is None
        if which == "open":
            if nobody:
                scene.call(code, f"team:{appointment.team}", "visit")
            return Next.SAID
        scene.note("appointment_reminded", which)
        decide = (roster.leads(appointment.team) or roster.admins()) if nobody else ()
        for each in decide:
            scene.call(code, f"volunteer:{each.id}", "visit")
        told = any(roster.chats_of(each) for each in decide)
        return self._say(
            scene, "visits.remind_home" if appointment.at_home else "visits.remind", appointment, told=told
        )

    def _news(self, scene: Scene, appointment: Appointment) -> Move:
        if appointment.state == "off":
            forget_reminders(scene, appointment.code)
            return self._say(scene, "visits.off_by_team", appointment)
        if appointment.state != "booked" or not appointment.at_home:
            return Next.SAID
        set_reminders(scene, appointment)  # also of its team, where that is closed and nobody comes now
        if who_comes(scene.setting.roster, appointment):
            return self._say(scene, "visits.helper_comes", appointment)
        scene.call(appointment.code, f"team:{appointment.team}", "visit")
        return self._say(scene, "visits.helper_left", appointment)

    def _say(self, scene: Scene, name: str, appointment: Appointment, *, told: bool = True) -> Move:
        """`told`: who decides about it was told."""
        voice, ward = scene.voice, scene.setting.ward
        helper = who_comes(scene.setting.roster, appointment)
        return scene.tell(
            name,
            code=appointment.code,
            door=appointment.read_out,
            when=when(voice, appointment, scene.world.now),
            place=place(voice, ward, appointment),
            name=helper.name if helper else "",
            note=note(ward, appointment),
            told=told,
        )
