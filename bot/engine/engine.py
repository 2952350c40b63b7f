"""`advance`: a session and a message in, a turn out. Pure: it sends, saves and waits for nothing."""

import traceback

from bot.engine.context import Move, Next, Open, Scene, Typed
from bot.engine.environment import World
from bot.engine.queries import FactNeeded
from bot.flows import AFTER, BEFORE, FLOWS, GUIDE
from bot.flows.flow import Flow
from bot.model import Incoming, Place, Session, Turn, replace

HOPS_LIMIT = 8
"""How often one message may move a conversation on. More is a loop in the flows."""

_BY_NAME: dict[str, Flow] = {flow.name: flow for flow in FLOWS}


def advance(session: Session, incoming: Incoming, world: World) -> Turn:
    """Answer one message.

    Never raises for what people write or for content at fault: then the resident reads an apology and can go on, and
    the turn carries the event `failed`. Raises FactNeeded when only the store knows something the answer needs.
    """
    try:
        scene = Scene(session, incoming, world)
        move = _first_answer(scene)
        if isinstance(move, Typed):
            scene = scene.typed(move.text)
            move = _first_answer(scene)
        _settle(scene, move)
        return scene.turn()
    except FactNeeded:
        raise
    except Exception as error:
        return give_up(session, incoming, world, _where(error))


def give_up(session: Session, incoming: Incoming, world: World, where: str = "stuck") -> Turn:
    """Answer a message that something of ours is broken for, without a look at what it says; `where` is for the log."""
    if incoming.kind in ("deed", "call"):
        return _left_undone(session, incoming, world, where)
    return _apologise(session, incoming, world, where)


def _first_answer(scene: Scene) -> Move:
    """Who gets the message first: the flows before the question that waits, that question, then the others."""
    for flow in BEFORE:
        if (move := flow.take(scene)) is not None:
            return move
    waiting = scene.session.place
    if waiting and (move := _BY_NAME[waiting.flow].answer(scene)) is not None:
        return move
    for flow in AFTER:
        if (move := flow.take(scene)) is not None:
            return move
    raise RuntimeError("no flow took the message; the last one must take everything")


def _settle(scene: Scene, move: Move) -> None:
    """Follow moves until something is said."""
    for _ in range(HOPS_LIMIT):
        if move is Next.SAID:
            return
        if isinstance(move, Open):
            move = GUIDE.open(scene, move)
        elif isinstance(move, Place):
            scene.change(place=move, misses=0, said="")
            move = _BY_NAME[move.flow].show(scene)
        else:
            place = scene.session.place
            move = _BY_NAME[place.flow].show(scene) if place else Place("menu")
    raise RuntimeError("the flows send this message in a circle")


def _apologise(session: Session, incoming: Incoming, world: World, where: str) -> Turn:
    """Something of ours is broken: say so, and offer the menu and a person from a place that cannot break."""
    try:
        world.setting.words.voice(session.lang, session.you)
    except KeyError:  # a language or a form of address that is no longer there
        session = replace(session, lang=Session().lang, you="")
    if incoming.kind != "timer":
        # Nobody can say how far it was read: what it holds may be the cause, or a secret that is not masked yet.
        incoming = replace(incoming, text="", choice="")
    scene = Scene(replace(session, place=Place("menu", "sorry"), run=None, offered=()), incoming, world)
    scene.note("failed", where)
    voice = scene.voice
    scene.ask(voice.say("sorry.text"), [("person", voice.say("choice.person"))])
    return scene.turn()


def _left_undone(session: Session, incoming: Incoming, world: World, where: str) -> Turn:
    """Something of ours is broken while a volunteer acts or is called: nobody reads anything, and nothing changes."""
    scene = Scene(session, incoming, world)
    scene.note("failed", where)
    return scene.turn()


def _where(error: Exception) -> str:
    where = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} {where.name}:{where.lineno}"
