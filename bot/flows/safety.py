"""Secrets are masked before anything is stored; money or an account in danger gets first aid at once."""

from typing_extensions import override

from bot.asks import Admitted
from bot.desk.opening import open_request, raise_now
from bot.desk.room import may_open
from bot.first_aid import also_told, first_step, first_words, told_danger
from bot.flows.flow import Flow
from bot.language.awaited import SECONDS, Read, read
from bot.language.masking import mask, only_secret
from bot.language.number_kinds import Secret
from bot.language.numbers import COVER
from bot.language.pieces import piece_of
from bot.language.spoken import said_back
from bot.model import Place, Run
from bot.scene import EMERGENCY, FIRST_AID, Move, Next, Open, Scene

PIECES_KEPT = 8
"""A secret is told in so many messages at most."""


class SafetyFlow(Flow):
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
            if not scene.in_talk:
                if scene.incoming.kind == "heard":  # nobody in danger has to confirm it first
                    scene.notice("echo.heard", heard=said_back(scene.text))
                return self._first_aid(scene)
            self._in_talk(scene)
        return None

    def _in_talk(self, scene: Scene) -> None:
        """In full the first time of a talk; a frightened line after that is met shortly, since a person reads it."""
        said, words = f"safety.{told_danger(scene)}", first_words(scene)
        if scene.session.said == said:
            scene.notice("safety.first_aid_again", first=words.partition("\n")[0])
        else:
            scene.notice_text(words)
        scene.change(said=said)

    def _first_aid(self, scene: Scene) -> Move:
        """The first step for this danger, however far they had come with the last one; any other guide waits."""
        step, run = first_step(scene), scene.session.run
        if step is None:
            return Place("safety")
        danger = told_danger(scene)
        if "despair" in (danger, scene.understood.also):
            self._tell_lead(scene, step)
        if also := also_told(scene):
            scene.notice(also)
        if run and (run.guide, run.step) == (step.guide, step.step):
            scene.notice("safety.stay")
            return Place("guide")
        if run and run.guide not in (step.guide, FIRST_AID, EMERGENCY):
            scene.change(aside=run)
        return step

    def _tell_lead(self, scene: Scene, step: Open) -> None:
        """Whoever leads the team hears of it now, where the resident agreed that people may read what they write."""
        session, guide = scene.session, scene.setting.library.current(step.guide)
        if session.consent != "yes" or guide is None:
            return
        scene.change(run=Run(guide.id, guide.version, step.step))
        if scene.request:
            raise_now(scene, scene.request)
        elif may_open(scene) and scene.fact(Admitted()):
            open_request(scene)
        scene.change(run=session.run)
        if request := scene.request:
            scene.notice("safety.told", code=request.code)

    @override
    def show(self, scene: Scene) -> Move:
        """That the bot is there, once a danger is over; else first aid in one message, where no guide has it."""
        voice = scene.voice
        over = scene.session.place == Place("safety", "over")
        text = voice.say("safety.over" if over else "safety.first_aid")
        return scene.ask(text, [("person", voice.say("choice.person"))])

    @override
    def answer(self, scene: Scene) -> Move | None:
        return Place("person") if scene.picked and scene.picked.id == "person" else None


def _masked(scene: Scene) -> tuple[str, tuple[Secret, ...]]:
    """What was written without secrets, and which there were; what the next message needs to know is kept."""
    if scene.picked or scene.command:
        return mask(scene.text)
    session = scene.session
    found = read(scene.text, session.code, session.awaited, scene.world.now)
    before, after = (session.code, session.awaited), (found.code, found.awaited)
    if before != after:
        scene.change(code=found.code, awaited=found.awaited, pieces=_pieces(scene, found))
    if found.further:
        lines = session.lines
        while lines and piece_of(lines[-1]).digits:
            lines = lines[:-1]
        scene.change(lines=lines)
    return found.text, found.kinds


def _pieces(scene: Scene, found: Read) -> tuple[str, ...]:
    """The messages that told the beginning of a secret: once the next one goes on with it, they are masked as well."""
    session = scene.session
    newest = max(session.code[0], session.awaited.at if session.awaited else 0)
    pieces = session.pieces if scene.world.now - newest <= SECONDS else ()
    if found.kinds:
        scene.masked.update(dict.fromkeys(pieces, COVER))
        return ()
    told = found.code[1] and found.code != session.code
    named = found.awaited and found.awaited.digits and found.awaited != session.awaited
    return (*pieces, scene.incoming.id)[-PIECES_KEPT:] if told or named else pieces


def _says_nothing_else(scene: Scene) -> bool:
    return scene.own_words and scene.understood.decision not in ("guide", "urgent")
