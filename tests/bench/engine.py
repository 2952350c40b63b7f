"""CPU of the pure part: one message of a guide through the engine, and the parts of it."""

import time
from collections.abc import Callable

from bot.channels.telegram.channel import TelegramChannel
from bot.clock import SystemClock
from bot.engine.engine import advance
from bot.engine.environment import World
from bot.model import Chat, Incoming, Session, decode_session, encode
from bot.nlu.normalise import fold
from bot.simulator.player import START, known_resident
from tests.setting import setting

ROUNDS = 300
_ANSWERS = ("/start vneid-may-moi", "1", "1", "1", "9", "1", "1")
_QUESTION = "doi dien thoai moi thi vao vneid the nao"


def run() -> None:
    """Print microseconds of CPU a message."""
    world = World(setting(), START, lambda: "A0001")
    chat = Chat("telegram", "700000001", "700000001")
    channel = TelegramChannel("1:x", "s", clock=SystemClock())

    def guide() -> int:
        session = known_resident("bac")
        for number, text in enumerate(_ANSWERS):
            session = decode_session(encode(session))
            turn = advance(session, Incoming(f"u{number}", chat, "text", text), world)
            for reply in turn.replies:
                channel.render(chat, reply, "")
            session = turn.session
            encode(session)
        return len(_ANSWERS)

    def question() -> int:
        advance(Session(place=None), Incoming("u1", chat, "text", _QUESTION), world)
        return 1

    def understanding() -> int:
        setting().matcher.match(_QUESTION)
        return 1

    def folding() -> int:
        fold("Đăng nhập VNeID trên điện thoại mới?")
        return 1

    print("engine, µs of CPU:")
    for name, work in {
        "a message of a guide, with JSON in and out and the Telegram parcel": guide,
        "a question in free text from somebody new": question,
        "  of that, understanding": understanding,
        "  of that, folding a text": folding,
    }.items():
        print(f"  {_per_call(work):7.1f}  {name}")


def _per_call(work: Callable[[], int]) -> float:
    work()
    count = 0
    started = time.process_time()
    for _ in range(ROUNDS):
        count += work()
    return (time.process_time() - started) / count * 1e6
