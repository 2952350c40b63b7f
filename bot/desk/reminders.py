"""When an appointment is thought of again: on the evening before it, shortly before, and when its team opens."""

from datetime import datetime, time, timedelta

from bot.desk.meeting import local
from bot.model import Appointment, Timer
from bot.model.hours import VIETNAM
from bot.scene import Scene

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
