"""How much a request may hold, and how many one resident may open: what was taken in is never thrown out again."""

from bot.desk.line import asked, now_of
from bot.model import replace
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


def overflow(scene: Scene, *, again: bool = True) -> bool:
    """A line of a talk finds no room: say so, and let who helps know that there was more; whether it was said.

    `again`: say it also where it was just said.
    """
    just_said = scene.session.said.startswith("talk.full")
    if just_said and not again:
        return False
    helper = scene.setting.roster.person(scene.session.helper)
    say_full(scene, "talk.full", name=helper.name if helper else "")
    if not just_said and not is_full(scene):
        scene.write("bot", "overflowed")
        scene.call(scene.session.request, f"volunteer:{scene.session.helper}", "news")
    return True


def pass_on(scene: Scene, text: str, media: str = "") -> bool:
    """Let who helps have a line of the resident's; whether it found room."""
    if not takes_in(scene, text):
        overflow(scene)
        return False
    scene.write("resident", text, media=media, heard=scene.incoming.kind == "heard")
    asked(scene)
    scene.call(scene.session.request, f"volunteer:{scene.session.helper}", "news")
    return True


def add_picture(scene: Scene, media: str) -> None:
    """One more picture for whoever helps, or will help: nothing is said about it."""
    helper = scene.session.helper
    if not takes_in(scene, ""):
        overflow(scene, again=False)
        return
    scene.write("resident", "", media=media)
    if helper:
        asked(scene)
        scene.call(scene.session.request, f"volunteer:{helper}", "news")


def all_passed(scene: Scene) -> tuple[str, ...]:
    """The picture just answered is passed on, and so are all that were sent with it: those that came so far."""
    album = scene.session.album
    if album is None:
        return ()
    scene.change(album=replace(album, passed=True, others=()))
    return album.others


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
