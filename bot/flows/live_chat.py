"""A resident and a volunteer talk: every line is passed on, the bot is silent and asks at the end whether it helped."""

from typing_extensions import override

from bot.desk.queue import (
    add_picture,
    all_passed,
    asked,
    including,
    overflow,
    pass_on,
    say_in_line,
    stand_in_line,
    takes_in,
)
from bot.engine.context import NEWS, Move, Next, Scene
from bot.flows.flow import Flow, back_to
from bot.model import Escalation, Place, Timer, replace
from bot.nlu.numbers import COVER
from bot.nlu.small_talk import names_papers

NEWS_SECONDS = 15
"""How often who helps hears of lines that come too fast to be told one by one."""

_PASSED_ON = ("text", "picture", "voice", "heard", "unheard", "sticker", "file", "other", "press")


class TalkFlow(Flow):
    """Its place asks `` (the talk goes on), `photo` (one was asked for), `picture/<media>` (shall it be passed on?),
    `end` (shall the talk end?) or `score/<code>` (did it help?).
    """

    name = "talk"

    @override
    def take(self, scene: Scene) -> Move | None:
        if not scene.in_talk or scene.incoming.group or not (scene.incoming.kind in _PASSED_ON or scene.recording):
            return None
        if scene.hurried:
            return self._pass_on_later(scene)
        place = scene.session.place or Place("talk")
        if place.flow == "privacy" and scene.picked:
            return None  # whether to stop, or to forget everything, is no word for the volunteer
        if place.flow == "guide" and (scene.picked or scene.incoming.kind == "press"):  # nor is a way through first aid
            if scene.incoming.kind != "press" and not (scene.number or scene.command):
                pass_on(scene, scene.text)
            return Place("talk") if scene.command == "menu" else None
        if place.flow == "talk" and scene.picked:
            return self._picked(scene, place)
        if scene.command == "menu" or scene.incoming.kind == "press":
            return Place("talk", "end")
        if scene.incoming.kind == "picture":
            return self._picture(scene, place)
        if scene.incoming.kind in ("voice", "sticker", "file", "other") and not scene.incoming.media:
            return self._cannot_pass_on(scene)
        if COVER in scene.text:  # the secret is in the recording, too
            scene.recording = ""
        return self._pass_on(scene, scene.text, scene.incoming.media or scene.recording)

    @override
    def show(self, scene: Scene) -> Move:
        voice, place = scene.voice, scene.session.place or Place("talk")
        kind, _, _ = place.ask.partition("/")
        match kind:
            case "end":
                choices = [("talk_on", voice.say("talk.go_on")), ("talk_end", voice.say("talk.end"))]
                return scene.ask(voice.say("talk.end_ask", name=self._name(scene)), choices, menu=False)
            case "picture":
                choices = [("pass", voice.say("talk.picture_pass")), ("drop", voice.say("talk.picture_drop"))]
                return scene.ask(voice.say("talk.picture_ask", name=self._name(scene)), choices, menu=False)
            case "score":
                scores = [(f"score:{number}", voice.say(f"talk.score_{number}")) for number in (1, 2, 3)]
                return scene.ask(voice.say("talk.score"), scores)
        if not scene.session.helper:
            return back_to(scene)
        scene.change(offered=())
        return scene.tell_notices() if scene.noticed else scene.tell("talk.on", name=self._name(scene))

    @override
    def answer(self, scene: Scene) -> Move | None:
        kind, _, code = (scene.session.place or Place("talk")).ask.partition("/")
        if kind == "score" and scene.picked and scene.picked.id.startswith("score:"):
            return self._scored(scene, code, int(scene.picked.id.removeprefix("score:")))
        if kind in ("", "end", "photo", "picture") and not scene.session.helper:
            return back_to(scene)  # the request went away while this was asked
        return None

    def _picked(self, scene: Scene, place: Place) -> Move:
        kind, _, media = place.ask.partition("/")
        match scene.picked and scene.picked.id:
            case "talk_end":
                return self._end(scene)
            case "pass" if kind == "picture":
                scene.change(place=Place("talk"), offered=())
                return self._pass_all_on(scene, "", media)
            case "drop":
                scene.change(album=None)
                scene.notice("talk.picture_dropped")
        return Place("talk")

    def _end(self, scene: Scene) -> Move:
        request = scene.request
        if request is None:
            return back_to(scene)
        scene.write("bot", "ended")
        scene.record("ended", request.code)
        scene.call(request.code, f"volunteer:{request.holder}", "over")
        scene.close_request(request)
        scene.notice("talk.ended")
        return Place("talk", f"score/{request.code}")

    def _picture(self, scene: Scene, place: Place) -> Move:
        if not scene.incoming.media:
            return self._cannot_pass_on(scene)
        if names_papers(scene.plain):
            return scene.tell("photo.papers")
        if scene.session.picture_asked:
            scene.change(place=Place("talk"))
            return self._pass_all_on(scene, scene.text, scene.incoming.media)
        return Place("talk", f"picture/{scene.incoming.media}")

    def _cannot_pass_on(self, scene: Scene) -> Move:
        return scene.tell("talk.only_text", name=self._name(scene))

    def _pass_on_later(self, scene: Scene) -> Move:
        """Lines that come too fast to be told one by one are told together."""
        if not takes_in(scene, scene.text):
            return scene.tell_notices() if overflow(scene, again=False) else scene.ignore()
        scene.keep_line = False
        scene.write("resident", scene.text)
        asked(scene)
        scene.timers.append(Timer(NEWS, (scene.world.now // NEWS_SECONDS + 1) * NEWS_SECONDS))
        return Next.SAID

    def _pass_all_on(self, scene: Scene, text: str, media: str) -> Move:
        """A picture, and those that were sent with it."""
        others = all_passed(scene)
        answer = self._pass_on(scene, text, media, "talk.picture_passed")
        for other in others:
            add_picture(scene, other)
        return answer

    def _pass_on(self, scene: Scene, text: str, media: str, done: str = "") -> Move:
        """Let the one who helps have it; `done` says so, where the resident could doubt it."""
        if pass_on(scene, text, media) and done:
            scene.notice(done, name=self._name(scene))
        in_first_aid = scene.session.place is not None and scene.session.place.flow == "guide"
        if not scene.session.picture_asked and not in_first_aid:
            scene.change(place=Place("talk"), offered=())
        return scene.tell_notices()

    def _scored(self, scene: Scene, code: str, score: int) -> Move:
        request = scene.request_of(code)
        if request is None or request.state != "closed" or request.score:
            return back_to(scene)
        scene.note("helped", str(score))
        scene.record("scored", code, about=str(score))
        if score == 3:
            _tell_leads(scene, request)
        if score < 3 or scene.session.request:
            scene.save_closed(replace(request, score=score, rev=request.rev + 1))
            scene.notice(f"talk.thanks_{score}", code=scene.session.request)
            return back_to(scene)
        passed, had, failed = (
            including(each, request.holder) for each in (request.passed, request.had, request.failed)
        )
        scene.write("bot", "reopened")
        again = replace(request, score=score, passed=passed, had=had, failed=failed, level="team", rev=request.rev + 1)
        stand_in_line(scene, again)
        say_in_line(scene, "talk.reopened")
        return back_to(scene)

    def _name(self, scene: Scene) -> str:
        person = scene.setting.roster.person(scene.session.helper)
        return person.name if person else ""


def _tell_leads(scene: Scene, request: Escalation) -> None:
    """Who leads the team, or else the ward, hears that the help did not help; not whoever gave it."""
    roster = scene.setting.roster
    leads, admins = (
        [each for each in those if each.id != request.holder] for those in (roster.leads(request.team), roster.admins())
    )
    for each in leads or admins:
        scene.call(request.code, f"volunteer:{each.id}", "unsolved")
