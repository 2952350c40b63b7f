"""How much a request may hold, and how many one resident may open: what was taken in is never thrown out again."""

from bot.desk.line import now_of
from bot.scene import Scene

RESIDENT_ROOM = 60_000
"""Up to which size (`Session.written`) the resident may add to their request."""
VOLUNTEER_ROOM = 80_000
"""The same for whoever helps: what the resident wrote last can still be answered."""
REQUESTS_A_DAY = 10


def takes_in(scene: Scene, text: str) -> bool:
    """Whether a line of the resident's still fits into their request."""
    return scene.session.written + len(text) <= RESIDENT_ROOM


def is_full(scene: Scene) -> bool:
    """Whether volunteers can add nothing more either."""
    return scene.session.written > VOLUNTEER_ROOM


def say_full(scene: Scene, name: str, /, **values: object) -> None:
    """Say that a line was not taken in; in other words when that was just said."""
    said = f"{name}_again" if scene.session.said == name else name
    scene.notice(said, **values)
    scene.change(said=said)


def may_open(scene: Scene) -> bool:
    """Whether this resident may ask for a person once more today; then that is counted, and their request is empty."""
    today = now_of(scene).toordinal()
    day, before = scene.session.opened
    count = before + 1 if day == today else 1
    if count > REQUESTS_A_DAY:
        return False
    scene.change(opened=(today, count), written=0)
    return True
