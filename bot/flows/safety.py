"""Secrets are masked before anything is stored; money or an account in danger gets first aid at once."""

from typing_extensions import override

from bot.flows.flow import Flow
from bot.language.awaited import SECONDS, Read, read
from bot.language.danger import thing_lost
from bot.language.masking import mask, only_secret
from bot.language.number_kinds import Secret
from bot.language.numbers import COVER
from bot.language.pieces import piece_of
from bot.language.spoken import said_back
from bot.language.vocabulary import spell_out
from bot.model import Place
from bot.scene import FIRST_AID, Move, Next, Open, Scene

_STEP = Open(FIRST_AID, "first_aid")
_LOST = {"money": Open("vneid-khoa", "l_bank"), "card": Open("vneid-khoa", "card")}
"""Where nobody talked them into anything: what can be locked, at once."""
_FIRST_AID = "safety.first_aid"
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
        told = scene.session.said == _FIRST_AID
        scene.notice("safety.first_aid_again" if told else _FIRST_AID)
        scene.change(said=_FIRST_AID)

    def _first_aid(self, scene: Scene) -> Move:
        """The guide's first aid; who is being led through it already stays at their step, and any other guide waits."""
        lost = thing_lost(" ".join(spell_out(scene.plain)))
        step = _LOST[lost] if lost and scene.setting.library.current(_LOST[lost].guide) else _STEP
        if scene.setting.library.current(step.guide) is None:
            return Place("safety")
        run = scene.session.run
        if run and run.guide == step.guide and step.step in (*run.trail, run.step):
            scene.notice("safety.stay")
            return Place("guide")
        if run and run.guide != step.guide:
            scene.change(aside=run)
        return step

    @override
    def show(self, scene: Scene) -> Move:
        """First aid in one message, for a ward whose library has no guide for it."""
        voice = scene.voice
        return scene.ask(voice.say(_FIRST_AID), [("person", voice.say("choice.person"))])

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
