"""A volunteer's side of appointments: who is expected when, who goes there, and how it went."""

from typing_extensions import override

from bot.desk.appointment_rules import is_another_teams, is_possible, who_comes
from bot.desk.appointment_texts import place, when
from bot.desk.roster import Volunteer
from bot.desk.volunteer_chat import A_PAGE, HOME, asked_by, button, buttons, by_account, page_of, volunteer
from bot.engine.context import Move, Next, Scene
from bot.flows.flow import Flow
from bot.model import Appointment, AppointmentAct, Call, Place, Verdict
from bot.nlu.patterns import compiled

LIST = Place("visiting")
_CODE = compiled(r"(?:(?P<take>nhan|take) )?(?:hen |visit )?(?P<code>x[0-9]{4,6})")
_LIST_WORDS = frozenset({"lich hen", "appointments"})
_ASKS_ONE = ("case", "handover", "lesson")
"""Flows in which what a volunteer types is for somebody else."""
_QUIET: tuple[AppointmentAct, ...] = ("came", "missed")
"""Of these nobody hears."""
_ACTS: tuple[AppointmentAct, ...] = ("take", "back", "came", "missed", "off")


class VisitingFlow(Flow):
    """Its place asks `` or `list/<page>` (which one?), `one/<code>` (what about it?) or `off/<code>` (really?)."""

    name = "visiting"

    @override
    def take(self, scene: Scene) -> Move | None:
        if scene.incoming.call:
            return self._called(scene, scene.incoming.call) if scene.incoming.call.what == "visit" else None
        pressed, code = button(scene)
        takes = pressed == "take" and _is_code(code)
        if scene.incoming.group:
            return self._taken_in_group(scene, code) if takes else None
        if scene.session.duty is None or (pressed and not takes):
            return None
        said = _CODE.fullmatch(scene.plain) if scene.incoming.kind == "text" and "x" in scene.plain else None
        wants_list = scene.plain in _LIST_WORDS and not any(asked_by(scene, flow) for flow in _ASKS_ONE)
        if not (takes or said or wants_list or asked_by(scene, self.name)):
            return None
        me = volunteer(scene)
        if me is None:
            return None
        if said:
            code = said["code"].upper()
        if takes or said:
            return self._do(scene, me, code, "take") if takes or (said and said["take"]) else _one(code)
        return LIST if wants_list else self._here(scene, me)

    def _here(self, scene: Scene, me: Volunteer) -> Move | None:
        if scene.command in ("menu", "back"):
            return HOME if scene.command == "menu" or scene.session.place == LIST else LIST
        return self._picked(scene, me)

    def _picked(self, scene: Scene, me: Volunteer) -> Move | None:
        if scene.picked is None:
            return None
        ask = scene.session.place.ask if scene.session.place else ""
        act, _, code = scene.picked.id.partition(":")
        match act:
            case "open":
                return _one(code)
            case "more":
                return Place("visiting", f"list/{int(ask.partition('/')[2] or 1) + 1}")
            case "off" if not ask.startswith("off/"):
                return Place("visiting", f"off/{code}")
        found = next((known for known in _ACTS if known == act), None)
        return self._do(scene, me, code, found) if found else None

    def _do(self, scene: Scene, me: Volunteer, code: str, act: AppointmentAct) -> Move:
        verdict = scene.do_appointment(code, me.id, act)
        if verdict.name == "done":
            scene.note("appointment", act)
            found = next((each for each in scene.appointments if each.code == code), None)
            told = act in _QUIET or (found is not None and _tells(scene, found))
            scene.notice(f"visiting.done_{act}" if told else "visiting.done_untold", code=code)
            return Place("visiting", f"one/{code}") if act in ("take", "came", "missed") else LIST
        scene.notice_text(_refusal(scene, verdict, code, act))
        return LIST

    # Asking

    @override
    def show(self, scene: Scene) -> Move:
        me = volunteer(scene)
        if me is None:
            return Place("menu")
        kind, _, rest = (scene.session.place or LIST).ask.partition("/")
        found = next((each for each in self._seen(scene, me) if each.code == rest), None)
        if kind in ("one", "off") and found is None:
            kept = any(each.code == rest for each in scene.appointments)
            scene.notice_text(_refusal(scene, Verdict("not_allowed" if kept else "unknown"), rest))
            return LIST
        if kind == "off" and found:
            choices = [("open:" + rest, scene.voice.say("visits.keep")), ("off:" + rest, _word(scene, "off"))]
            text = scene.voice.say("visiting.off_sure", line=_line(scene, found), told=_tells(scene, found))
            return scene.ask(text, choices, home=_home(scene))
        if kind == "one" and found:
            return self._ask_one(scene, me, found)
        return self._list(scene, me, int(rest or 1))

    def _list(self, scene: Scene, me: Volunteer, page: int) -> Move:
        seen = [each for each in self._seen(scene, me) if each.state == "booked"]
        choices = [(f"open:{each.code}", f"{each.code} · {when(scene.voice, each, scene.world.now)}") for each in seen]
        lines = [scene.voice.say("visiting.list", count=len(seen))]
        lines += [_line(scene, each) for each in seen[(page - 1) * A_PAGE : page * A_PAGE]]
        return scene.ask("\n".join(lines), page_of(scene, choices, page), home=_home(scene))

    def _ask_one(self, scene: Scene, me: Volunteer, appointment: Appointment) -> Move:
        voice, roster = scene.voice, scene.setting.roster
        resident = scene.setting.words.voice("vi", appointment.you)
        text = voice.say(
            "visiting.one",
            line=_line(scene, appointment),
            address=resident.render("{{ you }}"),
            where=appointment.where if roster.may_come(me, appointment) else "",
            title=scene.title(appointment.guide) if appointment.guide else "",
            door=appointment.read_out if appointment.helper == me.id else "",
            state=appointment.state,
        )
        choices = [(f"{act}:{appointment.code}", _word(scene, act)) for act in self._acts(scene, me, appointment)]
        return scene.ask(text, choices, back=voice.say("choice.back"), home=_home(scene))

    def _acts(self, scene: Scene, me: Volunteer, appointment: Appointment) -> list[AppointmentAct]:
        """What they can do now; the service decides anew when they do it."""
        now, roster = scene.world.now, scene.setting.roster
        return [act for act in _ACTS if is_possible(roster, appointment, me, act, now)]

    def _seen(self, scene: Scene, me: Volunteer) -> list[Appointment]:
        return [each for each in scene.appointments if scene.setting.roster.may_see_appointment(me, each)]

    # Calls and groups

    def _called(self, scene: Scene, call: Call) -> Move:
        """Somebody is needed, or what was theirs is off. What means nothing any more is silent."""
        found = next((each for each in scene.appointments if each.code == call.code), None)
        me = None if scene.incoming.group else by_account(scene)
        if found is None or (me is None and not scene.incoming.group):
            return Next.SAID
        code, at = found.code, when(scene.voice, found, scene.world.now)
        if found.state == "booked" and who_comes(scene.setting.roster, found) is None:
            takes = me is None or scene.setting.roster.may_come(me, found)
            text = scene.voice.say("visiting.offer", how=me is not None and takes, code=code, when=at)
            return scene.hand(text, buttons(scene, code, "take") if takes else [])
        if me and found.helper == me.id and found.state in ("booked", "off"):
            said = {"where": found.where, "code": code, "when": at, "door": found.read_out}
            return scene.hand(scene.voice.say(f"visiting.told_{found.state}", **said))
        return Next.SAID

    def _taken_in_group(self, scene: Scene, code: str) -> Move | None:
        """Whoever pressed: the group reads who goes, and they alone where to."""
        me = by_account(scene)
        if me is None:
            return None
        verdict = scene.do_appointment(code, me.id, "take")
        if verdict.name != "done":
            return scene.hand(_refusal(scene, verdict, code))
        scene.call(code, f"volunteer:{me.id}", "visit")
        return scene.hand(scene.voice.say("duty.group_taken", code=code, name=me.name))


def _one(code: str) -> Place:
    return Place("visiting", f"one/{code}")


def _is_code(code: str) -> bool:
    return len(code) in range(5, 8) and code[0] == "X" and code[1:].isdecimal()


def _line(scene: Scene, appointment: Appointment) -> str:
    """An appointment in one line, without a word of who and where."""
    helper = who_comes(scene.setting.roster, appointment)
    return scene.voice.say(
        "visiting.line",
        code=appointment.code,
        when=when(scene.voice, appointment, scene.world.now),
        place=place(scene.voice, scene.setting.ward, appointment),
        at_home=appointment.at_home,
        name=helper.name if helper else "",
    )


def _refusal(scene: Scene, verdict: Verdict, code: str, act: AppointmentAct = "take") -> str:
    """Why nothing was done. Of another team's appointment they hear whose it is."""
    roster, me = scene.setting.roster, by_account(scene)
    about, found = roster.person(verdict.about), next((each for each in scene.appointments if each.code == code), None)
    if found and me and verdict.name == "not_allowed" and is_another_teams(roster, me, found, act):
        return scene.voice.say("visiting.refused_other_team", code=code, team=roster.team(found.team).name)
    return scene.voice.say(f"visiting.refused_{verdict.name}", code=code, name=about.name if about else "")


def _tells(scene: Scene, appointment: Appointment) -> bool:
    """Whether its resident hears of a change: not while their channel is off."""
    return appointment.chat is None or scene.setting.roster.reaches(appointment.chat)


def _word(scene: Scene, act: str) -> str:
    return scene.voice.say(f"visiting.{act}")


def _home(scene: Scene) -> str:
    return scene.voice.say("duty.home")
