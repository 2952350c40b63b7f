"""Secrets are masked before anything is stored; money or an account in danger gets first aid at once.

A photo that nobody asked for: never looked at, and shown to a neighbour who helps only if the resident wants it.
"""

import msgspec
from typing_extensions import override

from bot.desk.queue import alarm, all_passed, pass_on, say_full, takes_in
from bot.engine.context import EMERGENCY, FIRST_AID, Move, Next, Open, Scene
from bot.engine.first_aid import also_told, first_step, first_words, told_danger
from bot.engine.queries import FilesRewritten
from bot.flows.flow import Flow, back_to
from bot.model import Place, Run, replace
from bot.nlu.awaited import SECONDS, Read, is_part, may_be_plain, read
from bot.nlu.danger import Danger
from bot.nlu.masking import mask, only_secret
from bot.nlu.normalise import in_english
from bot.nlu.number_kinds import Secret
from bot.nlu.numbers import COVER
from bot.nlu.small_talk import names_papers, said_back

PIECES_KEPT = 8
"""A secret is told in so many messages at most."""


class SafetyFlow(Flow):
    """Its place asks `` (what to do where no guide says it), `over`, or `perhaps/<danger>,…/<guide>,…` (is it one of
    these?), with `/vague` where that is asked in calm words.
    """

    name = "safety"

    @override
    def take(self, scene: Scene) -> Move | None:
        masked, kinds = _masked(scene)
        if masked != scene.text:
            scene.reread(masked)
            scene.masked[scene.incoming.id] = masked
        if kinds:
            scene.note("secret_masked", kinds[0])
            scene.notice("safety.secret")
            if scene.session.place and not scene.in_talk and (only_secret(masked) or _says_nothing_else(scene)):
                return Next.HERE
        if scene.own_words and not scene.hurried and scene.understood.decision == "urgent":
            scene.note("urgent")
            if scene.in_talk:
                return self._in_talk(scene)
            if scene.incoming.kind == "heard":  # nobody in danger has to confirm it first
                scene.notice("echo.heard", heard=said_back(scene.text))
            return self._first_aid(scene, told_danger(scene))
        return None

    def _in_talk(self, scene: Scene) -> Move:
        """Who helps reads it, and first aid comes all the same; a frightened line after that is met shortly."""
        pass_on(scene, scene.text, "" if COVER in scene.text else scene.incoming.media or scene.recording)
        danger = told_danger(scene)
        if _walks(scene, first_step(scene, danger)):
            return scene.tell("safety.first_aid_again", first=first_words(scene).partition("\n")[0])
        return self._first_aid(scene, danger)

    def _first_aid(self, scene: Scene, danger: Danger) -> Move:
        """The first step for this danger, however far they had come with the last one; any other guide waits.

        Who was not asked for their language yet, and writes English, reads it in English.
        """
        if not scene.session.consent and in_english(scene.text):
            scene.change(lang="en")
        step, run = first_step(scene, danger), scene.session.run
        if step is None:
            return Place("safety")
        guide = scene.setting.library.current(step.guide)
        if guide and "despair" in (danger, scene.understood.also):
            alarm(scene, Run(guide.id, guide.version, step.step))
        if also := also_told(scene, step):
            scene.notice(also)
        if run and (run.guide, run.step) == (step.guide, step.step):
            scene.notice("safety.stay")
            return Place("guide")
        if run and not scene.session.aside and run.guide not in (step.guide, FIRST_AID, EMERGENCY):
            scene.change(aside=run)
        return step

    @override
    def show(self, scene: Scene) -> Move:
        """That the bot is there, once a danger is over; else first aid in one message, where no guide has it."""
        voice, place = scene.voice, scene.session.place
        if place and place.ask.startswith("perhaps/"):
            return self._perhaps(scene, *place.ask.split("/")[1:])
        over = scene.session.place == Place("safety", "over")
        text = voice.say("safety.over" if over else "safety.first_aid")
        return scene.ask(text, [("person", voice.say("choice.person"))])

    @override
    def answer(self, scene: Scene) -> Move | None:
        if scene.picked is None:
            return None
        kind, _, name = scene.picked.id.partition(":")
        match kind:
            case "danger":
                scene.note("urgent")
                return self._first_aid(scene, msgspec.convert(name, Danger))
            case "guide":
                return Open(name)
            case "none":
                scene.notice("search.none_fits")
                return Place("menu")
        return Place("person") if kind == "person" else None

    def _perhaps(self, scene: Scene, dangers: str, guides: str, vague: str = "") -> Move:
        """Ask whether they are in danger, or want one of the guides; who was vague is not alarmed by that."""
        voice = scene.voice
        choices = [(f"danger:{kind}", voice.say(f"safety.perhaps_{kind}")) for kind in dangers.split(",")]
        known = (name for name in guides.split(",") if scene.setting.library.current(name))
        named = [(f"guide:{name}", scene.title(name)) for name in known]
        none = ("none", voice.say("search.none"))
        each = [*named, *choices, none] if vague else [*choices, *named, none]
        text = voice.say("search.near" if vague else "safety.perhaps")
        return scene.ask(text, each, back=voice.say("choice.back"))


def _walks(scene: Scene, step: Open | None) -> bool:
    """Whether they were led to this step, and go on from there."""
    run = scene.session.run
    if run is None or step is None or scene.session.place != Place("guide"):
        return False
    return run.guide == step.guide and step.step in (run.step, *run.trail)


def _masked(scene: Scene) -> tuple[str, tuple[Secret, ...]]:
    """What was written without secrets, and which there were; what the next message needs to know is kept."""
    if scene.picked or (scene.command and not scene.in_talk):  # in a talk "9" is a figure
        return mask(scene.text)
    session, now = scene.session, scene.world.now
    plain = not scene.command and may_be_plain(session.awaited, scene.text, now) and _asks_for_nothing(scene)
    found = read(scene.text, session.code, session.awaited, now, in_talk=scene.in_talk, plain=plain)
    before, after = (session.code, session.awaited), (found.code, found.awaited)
    if before != after:
        scene.change(code=found.code, awaited=found.awaited, pieces=_pieces(scene, found))
    if found.further:
        _take_back(scene)
    return found.text, found.kinds


def _asks_for_nothing(scene: Scene) -> bool:
    """No guide is for it, and no danger may be told of in it."""
    found = scene.understood
    return found.decision in ("ask", "none") and not found.perhaps


def _take_back(scene: Scene) -> None:
    """Cover the parts of a secret that were kept while nothing showed yet that they were parts of one."""
    scene.fact(FilesRewritten())
    scene.change(lines=_without_parts(scene.session.lines))
    request = scene.request
    if request is None:
        return
    if (lines := _without_parts(request.lines)) != request.lines:
        scene.save_request(replace(request, lines=lines, rev=request.rev + 1))
    newest = scene.world.now
    for number, said in reversed(scene.thread(request.code)):
        if said.who == "resident" and newest - said.at > SECONDS:
            return
        if said.who == "resident" and is_part(said.text):
            scene.cover(number, said, COVER)
            newest = said.at


def _without_parts(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Last lines without the newest ones, as far as they may be parts of a secret."""
    while lines and is_part(lines[-1]):
        lines = lines[:-1]
    return lines


def _pieces(scene: Scene, found: Read) -> tuple[str, ...]:
    """The messages that told the beginning of a secret: once the next one goes on with it, they are masked as well."""
    session = scene.session
    newest = max(session.code[0], session.awaited.at if session.awaited else 0)
    pieces = session.pieces if scene.world.now - newest <= SECONDS else ()
    if found.kinds or found.further:
        scene.masked.update(dict.fromkeys(pieces, COVER))
        return ()
    told = found.code[1] and found.code != session.code
    awaited = found.awaited
    named = awaited and awaited.kind != "password" and awaited.digits and awaited != session.awaited
    return (*pieces, scene.incoming.id)[-PIECES_KEPT:] if told or named else pieces


def _says_nothing_else(scene: Scene) -> bool:
    return scene.own_words and scene.understood.decision not in ("guide", "urgent")


class PhotoFlow(Flow):
    """Its place asks `offer/<media>`: shall a neighbour who helps see it?"""

    name = "photo"

    @override
    def take(self, scene: Scene) -> Move | None:
        if scene.incoming.kind != "picture":
            return None
        if scene.session.place is None:
            scene.notice("cannot.picture")
            return None  # then they are greeted
        if names_papers(scene.plain) or COVER in scene.text:
            return scene.cannot("photo.papers")
        if not scene.incoming.media:
            return scene.cannot("cannot.picture")
        return Place("photo", f"offer/{scene.incoming.media}")

    @override
    def show(self, scene: Scene) -> Move:
        voice = scene.voice
        choices = [("pass", voice.say("photo.pass")), ("drop", voice.say("photo.drop"))]
        return scene.ask(voice.say("photo.ask"), choices)

    @override
    def answer(self, scene: Scene) -> Move | None:
        media = (scene.session.place or Place("photo")).ask.partition("/")[2]
        match scene.picked and scene.picked.id:
            case "pass":
                scene.note("photo", "pass")
                return self._pass(scene, media)
            case "drop":
                scene.note("photo", "drop")
                scene.change(album=None)
                scene.notice("photo.dropped")
                return back_to(scene)
        return None

    def _pass(self, scene: Scene, media: str) -> Move:
        """Into the request that waits, or with the one that is opened now."""
        pictures = (media, *all_passed(scene))
        if not scene.session.request:
            scene.change(photo="\n".join(pictures))
        elif takes_in(scene, ""):
            for each in pictures:
                scene.write("resident", "", media=each)
            scene.notice("photo.added", code=scene.session.request)
        else:
            say_full(scene, "person.full")
        return Place("person")
