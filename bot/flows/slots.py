"""Choosing a slot: which help point, which day, which time; of a visit to a home also where that is."""

from datetime import date

from typing_extensions import override

from bot.content.ward import HelpPoint
from bot.desk.line import now_of
from bot.desk.meeting import clock, day_label, free_slots, moment, slot_and_where
from bot.desk.slots import bookable_places, place_of
from bot.flows.flow import Flow, back_to
from bot.model import HOME, Place
from bot.nlu.numbers import COVER
from bot.scene import Move, Next, Scene

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
