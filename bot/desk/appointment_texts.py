"""When and where an appointment is, in words. Pure.

When an appointment is thought of again: on the evening before it, shortly before, and when its team opens.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from bot.content.ward import Ward
from bot.desk.appointment_rules import Slot, free, place_of, who_comes
from bot.engine.context import Scene
from bot.engine.texts import Voice
from bot.model import Appointment, Timer
from bot.model.hours import VIETNAM


def local(at: int) -> datetime:
    """Unix seconds as a moment in Vietnamese time."""
    return datetime.fromtimestamp(at, UTC).astimezone(VIETNAM)


def clock(voice: Voice, at: datetime) -> str:
    """The time of day, as it is spoken."""
    part = "morning" if at.hour < 12 else "afternoon" if at.hour < 18 else "evening"
    return voice.say(f"time.{part}", hour=at.hour if part == "morning" else at.hour - 12 or 12, minute=at.minute)


def moment(voice: Voice, at: datetime, now: datetime) -> str:
    """The time of day, the day and its date."""
    ahead = (at.date() - now.date()).days
    day = voice.say(("day.today", "day.tomorrow")[ahead] if ahead in (0, 1) else f"weekday.{at.weekday()}")
    return voice.say("visits.moment", time=clock(voice, at), day=day, date=f"{at.day}/{at.month}")


def day_label(voice: Voice, day: date, today: date) -> str:
    """A day as a choice."""
    name = day_named(voice, day, today)
    return f"{name[:1].upper()}{name[1:]}"


def day_named(voice: Voice, day: date, today: date) -> str:
    """A day within a sentence."""
    ahead = (day - today).days
    name = voice.say(("visits.today", "visits.tomorrow")[ahead] if ahead in (0, 1) else f"weekday.{day.weekday()}")
    return f"{name} {day.day}/{day.month}"


def when(voice: Voice, appointment: Appointment, now: int) -> str:
    """When somebody is expected."""
    return moment(voice, local(appointment.at), local(now))


def place(voice: Voice, ward: Ward, appointment: Appointment) -> str:
    """The help point with its address; of a visit only that it is at home."""
    point = place_of(ward, appointment.calendar)
    return point.says if point else voice.say("visits.at_home" if appointment.at_home else "visits.place_gone")


def note(ward: Ward, appointment: Appointment) -> str:
    """What the ward says to bring, or to have ready."""
    if appointment.at_home:
        return ward.home_visits.note if ward.home_visits else ""
    point = place_of(ward, appointment.calendar)
    return point.note if point else ""


def upcoming(scene: Scene) -> Sequence[Appointment]:
    """The appointments of this conversation that are still to come."""
    return [each for each in scene.own_appointments if each.state == "booked" and each.at > scene.world.now]


def state_of(scene: Scene, appointment: Appointment) -> str:
    """How an appointment of this resident's stands, in one sentence."""
    voice, helper = scene.voice, who_comes(scene.setting.roster, appointment)
    code, at = appointment.code, when(voice, appointment, scene.world.now)
    if appointment.at_home:
        name = helper.name if helper else ""
        over = appointment.at <= scene.world.now
        return voice.say("visits.state_home", code=code, when=at, where=appointment.where, name=name, over=over)
    return voice.say("visits.state", code=code, when=at, place=place(voice, scene.setting.ward, appointment))


def free_slots(scene: Scene, calendar: str) -> Sequence[Slot]:
    """The slots of a calendar that this resident can book now, soonest first."""
    return free(scene.setting.ward, scene.setting.roster, calendar, scene.appointments, local(scene.world.now))


def slot_and_where(path: str) -> tuple[str, str]:
    """A slot and what was said of where it is, parted: both are in what a place asks."""
    *slot, where = path.split("/", 3)
    return "/".join(slot), where


def reminders_of(scene: Scene) -> Sequence[tuple[str, str]]:
    """The reminders that this resident asked for: the day in words, and the title of the guide it is about, if any."""
    today = local(scene.world.now).date()
    return [
        (day_named(scene.voice, local(each.at).date(), today), scene.title(each.guide) if each.guide else "")
        for each in scene.session.reminders
    ]


EVENING = time(17)
SOON_HOURS = 2

_NAMES = ("day", "soon", "open")


def set_reminders(scene: Scene, appointment: Appointment) -> None:
    """Remind the resident when it is time, and a team that is closed now of a visit; not in the past."""
    now, roster = local(scene.world.now), scene.setting.roster
    at = local(appointment.at)
    due = {
        "day": datetime.combine(at.date() - timedelta(days=1), EVENING, VIETNAM),
        "soon": at - timedelta(hours=SOON_HOURS),
    }
    opens = roster.next_opening(appointment.team, now)
    if appointment.at_home and opens and not roster.is_open(appointment.team, now):
        due["open"] = opens
    scene.timers += [
        Timer(_timer(appointment.code, name), int(due_at.timestamp())) for name, due_at in due.items() if due_at > now
    ]


def forget_reminders(scene: Scene, code: str) -> None:
    """Remind nobody of this appointment any more."""
    scene.timers += [Timer(_timer(code, name), 0) for name in _NAMES]


def reminder(timer: str) -> tuple[str, str]:
    """The code of the appointment that a timer reminds of, and which reminder it is; both empty for another timer."""
    kind, _, rest = timer.partition("/")
    code, _, name = rest.partition("/")
    return (code, name) if kind == "visit" and name in _NAMES else ("", "")


def _timer(code: str, name: str) -> str:
    return f"visit/{code}/{name}"
