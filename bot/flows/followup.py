"""A reminder that a resident asks for: to see what became of the papers they handed in, on the morning of a day."""

from datetime import date, datetime, time, timedelta

from typing_extensions import override

from bot.content.facts import allowed_days
from bot.content.guide import SLIP
from bot.desk.appointment_texts import day_named, local
from bot.engine.context import Move, Next, Scene
from bot.flows.flow import Flow, back_to
from bot.model import Place, Reminder, Timer
from bot.model.hours import VIETNAM
from bot.nlu.patterns import compiled

MORNING = time(9)
"""Nobody is woken by a reminder."""
REMINDERS_KEPT = 3
SATURDAY = 5

_TIMER = "followup/"
_ME = r"(?:toi|minh|bac|co|chu|ong|ba|cu|anh|chi|em|con|chau|me)"
_ON = compiled(
    rf"(?:(?:nho|xin|hay|nho em|nho chau) )?nhac(?: giup| ho| lai)?(?: {_ME})? (?:vao |hom )?(?:ngay )?"
    r"(?P<day>[0-9]{1,2})(?: thang)? (?P<month>[0-9]{1,2})(?: (?:nam )?(?P<year>20[0-9]{2}))?(?: nhe| nha| a)?"
    r"|remind me on (?:the )?(?P<day_en>[0-9]{1,2}) (?P<month_en>[0-9]{1,2})(?: (?P<year_en>20[0-9]{2}))?"
)
_ASKED = compiled(rf"(?:nho|xin|hay)?(?: chau| em)? ?nhac(?: giup| ho)? {_ME}(?: voi| nhe| xem ket qua)?|remind me")
_OFF = compiled(
    rf"(?:bo|huy|thoi|khoi|dung|khong can) (?:loi )?nhac(?: {_ME})?(?: nua)?|(?:cancel|no) (?:the )?reminders?"
)


class FollowUpFlow(Flow):
    """Its place asks `` (when is what they handed in due?) or `<day>/<guide>`: shall they be reminded then of that?"""

    name = "followup"

    @override
    def take(self, scene: Scene) -> Move | None:
        if scene.incoming.kind == "timer" and scene.incoming.text.startswith(_TIMER):
            return self._remind(scene, scene.incoming.text.removeprefix(_TIMER))
        if not scene.free_text or scene.incoming.group or scene.in_talk:
            return None
        if scene.session.consent and _OFF.fullmatch(scene.plain):
            return self._off(scene)
        asked = self._asked(scene)
        return self._later(scene, asked) if isinstance(asked, Place) and _introduces(scene) else asked

    def _asked(self, scene: Scene) -> Move | None:
        if said := _ON.fullmatch(scene.plain):
            day, month, year = (int(said[name] or said[f"{name}_en"] or 0) for name in ("day", "month", "year"))
            run = scene.session.run
            return self._on(scene, (day, month, year), (run.callers or (run,))[-1].guide if run else "")
        return Place(self.name) if _ASKED.fullmatch(scene.plain) else None

    def _later(self, scene: Scene, asked: Place) -> Move | None:
        """We introduce ourselves first, and offer it then; whoever writes for the first time is greeted."""
        scene.change(wants=f"{self.name}:{asked.ask}")
        if scene.session.place is None:
            return None
        scene.notice("followup.later")
        return Next.HERE

    @override
    def show(self, scene: Scene) -> Move:
        voice = scene.voice
        day, _, guide = (scene.session.place or Place(self.name)).ask.partition("/")
        if not day:
            due, about, allowed = _due(scene)
            if due:
                scene.notice("followup.due_in", allowed=allowed)
                return Place(self.name, f"{due.isoformat()}/{about}")
            scene.notice("followup.which_day")
            return back_to(scene)
        label = day_named(voice, date.fromisoformat(day), local(scene.world.now).date())
        text = voice.say("followup.ask", day=label, title=scene.title(guide) if guide else "")
        if scene.session.consent != "yes":
            text += "\n" + voice.say("followup.consent", days=scene.setting.keep_seconds // 86400)
        choices = [("agree", voice.say("followup.yes", day=label)), ("refuse", voice.say("followup.no"))]
        return scene.ask(text, choices)

    @override
    def answer(self, scene: Scene) -> Move | None:
        day, _, guide = scene.session.place.ask.partition("/") if scene.session.place else ("", "", "")
        match scene.picked and scene.picked.id:
            case "agree":
                if scene.session.consent != "yes":
                    scene.change(consent="yes", consent_at=scene.world.now)
                    scene.note("consent", "yes")
                self._set(scene, date.fromisoformat(day), guide)
                return back_to(scene)
            case "refuse":
                return back_to(scene)
        return None

    def _on(self, scene: Scene, said: tuple[int, int, int], guide: str) -> Move:
        """They named a day: the next one with that date, or that of the year they named (0: none), unless it is past
        or farther than we remember anybody.
        """
        day, month, year = said
        today = local(scene.world.now).date()
        last = today + timedelta(days=scene.setting.keep_seconds // 86400 - 1)
        years = (year,) if year else (today.year, today.year + 1)
        named = next(filter(None, (_date(each, month, day, today) for each in years)), None)
        if named is None or named > last:
            scene.notice("followup.no_such_day", last=f"{last.day}/{last.month}/{last.year}")
            return Next.HERE
        return Place(self.name, f"{named.isoformat()}/{guide}")

    def _set(self, scene: Scene, day: date, guide: str) -> None:
        at = int(datetime.combine(day, MORNING, VIETNAM).timestamp())
        kept = [each for each in scene.session.reminders if each.guide != guide]
        scene.timers += [Timer(_TIMER + each.guide, 0) for each in kept[: 1 - REMINDERS_KEPT]]
        scene.timers.append(Timer(_TIMER + guide, at))
        scene.change(reminders=(*kept[-REMINDERS_KEPT + 1 :], Reminder(at, guide)))
        scene.note("reminder_set", guide)
        label = day_named(scene.voice, day, local(scene.world.now).date())
        scene.notice("followup.set", day=label)

    def _off(self, scene: Scene) -> Move:
        scene.notice("followup.off" if scene.session.reminders else "followup.nothing")
        scene.timers += [Timer(_TIMER + each.guide, 0) for each in scene.session.reminders]
        scene.change(reminders=())
        return Next.HERE

    def _remind(self, scene: Scene, guide: str) -> Move:
        due = next((each for each in scene.session.reminders if each.guide == guide), None)
        if due is None or due.at > scene.world.now:
            return Next.SAID
        scene.change(reminders=tuple(each for each in scene.session.reminders if each != due))
        scene.note("reminded", guide)
        return scene.tell("followup.remind", title=scene.title(guide) if guide else "")


def _introduces(scene: Scene) -> bool:
    """Whether we still ask what may be kept of them, or how to address them."""
    place = scene.session.place
    return place is None or place.flow == "welcome"


def _due(scene: Scene) -> tuple[date | None, str, str]:
    """When what was handed in is due, counted from today, the guide it is about, and the time that is allowed for it.

    The guides that led to this one know it, too.
    """
    run = scene.session.run
    for each in (run, *reversed(run.callers)) if run else ():
        guide = scene.setting.library.version(each.guide, each.version)
        step = guide.steps.get(each.step) if guide else None
        if step and step.remind and (fact := _allowed(scene, step.remind)):
            days, working = fact
            said = scene.voice.render(f"{{{{ fact.{step.remind} }}}}")
            return _after(scene, days, working=working), each.guide, said
    return None, "", ""


def _allowed(scene: Scene, fact: str) -> tuple[int, bool] | None:
    if fact == SLIP:
        return None
    return allowed_days(scene.setting.words.voice("vi").render(f"{{{{ fact.{fact} }}}}"))


def _after(scene: Scene, days: int, *, working: bool) -> date:
    """The day on which so many are over, counted from today; never one on which offices are closed."""
    day, left = local(scene.world.now).date(), days
    while left > 0 or not _is_working(scene, day):
        day += timedelta(days=1)
        left -= 1 if _is_working(scene, day) or not working else 0
    return day


def _is_working(scene: Scene, day: date) -> bool:
    return day.weekday() < SATURDAY and day not in scene.setting.ward.holidays


def _date(year: int, month: int, day: int, after: date) -> date | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if found > after else None
