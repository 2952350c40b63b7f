"""When something was, and how long ago, as the desk says it. Pure. Times are Unix seconds."""

from datetime import UTC, datetime

from bot.engine.texts import Voice
from bot.model.hours import VIETNAM

_HOUR, _DAY = 60, 24 * 60


def local(at: int) -> datetime:
    """The moment in Vietnamese time."""
    return datetime.fromtimestamp(at, UTC).astimezone(VIETNAM)


def since(voice: Voice, at: int, now: int) -> str:
    """From when on: the time of day, with the date where it is not today's."""
    return voice.say("desk.since", time=f"{local(at):%H:%M}", day=_day(at, now))


def moment(at: int, now: int) -> str:
    """The time of day, behind the date where it is not today's."""
    return f"{_day(at, now)} {local(at):%H:%M}".strip()


def waited(voice: Voice, seconds: int) -> str:
    """A duration in its largest unit."""
    minutes = max(0, seconds) // 60
    if minutes < _HOUR:
        return voice.say("desk.minutes", n=minutes)
    if minutes < _DAY:
        return voice.say("desk.hours", n=minutes // _HOUR)
    return voice.say("desk.days", n=minutes // _DAY)


def _day(at: int, now: int) -> str:
    day = local(at).date()
    return "" if day == local(now).date() else f"{day.day}/{day.month}"
