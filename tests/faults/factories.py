"""Apps that something is wrong with, made as uvicorn's factories. What exactly, the environment says."""

import asyncio
import ctypes
import os
import signal
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from typing_extensions import override

from api.app import create_app
from bot import background as process
from bot import channel_registry as intake
from bot.app import Parts
from bot.background import Membership
from bot.channels.telegram.channel import TelegramChannel
from bot.clock import StoreClock, SystemClock
from bot.content.loader import Content
from bot.errors import StoreDown
from bot.flows import voice as hearing
from bot.loading import load_content
from bot.logging import configure
from bot.model import Chat, Turn, replace
from bot.nlu.intent import Match, Matcher
from bot.ports.store import Committed, Loaded, Waiting
from bot.service import notifier as calling
from bot.service import outbox as delivery
from bot.settings import Settings, environment
from bot.store import scripts
from bot.store.connection import Arg
from bot.store.redis import RedisStore
from tests.setting import parts_of

PIECE_LENGTH = 60
"""Characters of a message of an app that answers `in_pieces`."""


class MovedClock(SystemClock):
    """The real clock, and as many seconds later as the file `LATER` says."""

    def __init__(self) -> None:
        self._later = Path(os.environ["LATER"])

    @override
    def now_ms(self) -> int:
        return super().now_ms() + self._later_ms()

    @override
    def steady_ms(self) -> int:
        return super().steady_ms() + self._later_ms()

    def _later_ms(self) -> int:
        return round(float(self._later.read_text()) * 1000)


class WrongClock(SystemClock):
    """The real clock, set as many seconds ahead as the environment's `AHEAD` says."""

    @override
    def now_ms(self) -> int:
        return super().now_ms() + int(os.environ["AHEAD"]) * 1000


class Trap:
    """`FATE=committed:2:KILL` sends this process a signal the second time it comes to the point `committed`."""

    def __init__(self, fate: str) -> None:
        self._point, _, rest = fate.partition(":")
        time, _, name = rest.partition(":")
        self._left = int(time or 0)
        self._signal = signal.Signals[f"SIG{name}"] if name else signal.SIGKILL

    def pass_by(self, point: str) -> None:
        """Come to a point."""
        if point == self._point:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), self._signal)


class TrappedStore(RedisStore):
    """Its points: `commit` (decided, not saved), `committed` (saved, not sent), `delivered` (sent, not noted)."""

    def __init__(self, url: str, trap: Trap) -> None:
        super().__init__(url, f"faulty-{os.getpid()}", clock=MovedClock())
        self._trap = trap

    @override
    async def commit(
        self, chat: Chat, before: Loaded, turn: Turn, parcels: Sequence[bytes], *, pulled: bool
    ) -> Committed:
        self._trap.pass_by("commit")
        saved = await super().commit(chat, before, turn, parcels, pulled=pulled)
        self._trap.pass_by("committed")
        return saved

    @override
    def delivered(self, chat: Chat, upto: int) -> None:
        self._trap.pass_by("delivered")
        super().delivered(chat, upto)


_EVERYWHERE = ("ZRANGEBYSCORE", "ZCOUNT", "GET", "MGET", "HVALS")


class Tripwire:
    """Counts what the store answers while a file is there that holds a number, and at that number kills the process.

    Reading what is due, which an app does every second, and what is read of all partitions at once do not count.
    """

    def __init__(self, armed: Path) -> None:
        self._armed = armed
        self._answered = 0

    def lay(self, store: RedisStore) -> None:
        """Count the calls of this store from now on."""
        wire = store._reach.wire
        ask = wire.call

        def call(*args: Arg) -> "asyncio.Future[Any]":
            future = ask(*args)
            if args[0] not in _EVERYWHERE and args[1] != scripts.DUE and self._armed.exists():
                future.add_done_callback(lambda _: self._count())
            return future

        wire.call = call  # type: ignore[method-assign]

    def _count(self) -> None:
        self._answered += 1
        if self._armed.exists() and self._answered >= int(self._armed.read_text()):
            os.kill(os.getpid(), signal.SIGKILL)


class BrokenMatcher(Matcher):
    """Cannot stand some words, and says them in its complaint."""

    @override
    def match(self, text: str, topic: str = "") -> Match:
        if "nổ" in text:
            raise KeyError(text)
        return super().match(text, topic)


class PartsWithBug(Parts):
    """The real parts, with a bug in a flow."""

    @override
    async def _refresh(self) -> None:
        await super()._refresh()
        self.handle.setting = replace(self.handle.setting, matcher=BrokenMatcher(self.library.all()))


class EndlessMatcher(Matcher):
    """Some words keep it in C without end, as a pattern can: no other thread of the process goes on meanwhile.

    It waits for a lock that it has itself, so that the machine has time for others.
    """

    @override
    def match(self, text: str, topic: str = "") -> Match:
        if "kẹt" in text:
            lock = (ctypes.c_long * 16)()
            for _ in range(2):
                ctypes.PyDLL(None).pthread_mutex_lock(lock)  # keeps the GIL, which `ctypes.CDLL` would let go
        return super().match(text, topic)


class PartsThatGetStuck(Parts):
    """The real parts, with a text that a worker is stuck at."""

    @override
    def _use_matcher(self, matcher: Matcher) -> None:
        matcher.__class__ = EndlessMatcher  # building another one would take seconds, and look stuck
        super()._use_matcher(matcher)


def stuck(content: Content, member: Membership) -> FastAPI:
    """An app whose search never ends for a text with `kẹt` in it."""
    return create_app(PartsThatGetStuck.from_environment(content, member))


def sound() -> FastAPI:
    """An app with nothing wrong in it, for tests of what goes on around one."""
    settings = _settings()
    store = RedisStore(settings.redis_url, f"sound-{os.getpid()}")
    return create_app(parts_of(settings, store, content(settings.ward)))


def on_another_host() -> FastAPI:
    """An app whose host has a clock that is `AHEAD`."""
    settings = _settings()
    store = RedisStore(settings.redis_url, f"ahead-{os.getpid()}")
    return create_app(parts_of(settings, store, content(settings.ward), StoreClock(WrongClock())))


def trapped() -> FastAPI:
    """An app with a `FATE`. Until it ends it fetches alone; what was spoken is heard again until it is heard."""
    hearing.TRIES, intake.FETCH_ROLE_MS = 100, 3_600_000
    settings = _settings()
    store = TrappedStore(settings.redis_url, Trap(os.environ.get("FATE", "")))
    return create_app(parts_of(settings, store, content(settings.ward), MovedClock()))


def trapped_at_calls() -> FastAPI:
    """An app that dies at a call to the store, once the file `ARMED` says at which: `3` is after the third answer.

    What others left is looked after as soon as their leases ran out.
    """
    calling.SWEEP_SECONDS = delivery.SWEEP_SECONDS = 0.2
    settings = _settings()
    store = RedisStore(settings.redis_url, f"faulty-{os.getpid()}", clock=MovedClock())
    Tripwire(Path(os.environ["ARMED"])).lay(store)
    return create_app(parts_of(settings, store, content(settings.ward), MovedClock()))


def in_pieces() -> FastAPI:
    """An app whose answers go in many short messages; it soon looks after what others left."""
    delivery.SWEEP_SECONDS = 0.1
    TelegramChannel.capabilities = replace(TelegramChannel.capabilities, text_limit=PIECE_LENGTH)
    settings = _settings()
    store = RedisStore(settings.redis_url, f"pieces-{os.getpid()}", alone=False, clock=MovedClock())
    return create_app(parts_of(settings, store, content(settings.ward), MovedClock()))


class StoreWithBug(RedisStore):
    """Cannot tell what is left over, so many times."""

    def __init__(self, url: str, times: int, fault: Exception) -> None:
        super().__init__(url, f"faulty-{os.getpid()}", clock=MovedClock())
        self._left_to_fail = times
        self._fault = fault

    @override
    async def leftovers(self) -> Waiting:
        self._left_to_fail -= 1
        if self._left_to_fail >= 0:
            raise self._fault
        return await super().leftovers()


def failing_task() -> FastAPI:
    """An app in which a background task fails `FAILS` times, or finds the store `DOWN`, and is started again soon."""
    process.FIRST_PAUSE_SECONDS = process.LONGEST_PAUSE_SECONDS = 0.05
    settings = _settings()
    fault = StoreDown("It is down.") if "DOWN" in os.environ else KeyError("leftovers")
    store = StoreWithBug(settings.redis_url, int(os.environ["FAILS"]), fault)
    return create_app(parts_of(settings, store, content(settings.ward)))


def other_content() -> FastAPI:
    """An app over the content below `CONTENT_ROOT`."""
    settings = _settings()
    store = RedisStore(settings.redis_url, f"faulty-{os.getpid()}")
    return create_app(Parts(settings, store, load_content(settings, Path(os.environ["CONTENT_ROOT"]))))


def with_bug() -> FastAPI:
    """An app whose search raises for a text with `nổ` in it."""
    settings = _settings()
    store = RedisStore(settings.redis_url, f"faulty-{os.getpid()}")
    return create_app(PartsWithBug(settings, store, content(settings.ward)))


@cache
def content(ward: Path | None) -> Content:
    """The content for this ward: read once for all apps of a nursery."""
    return load_content(Settings(ward=ward))


def _settings() -> Settings:
    settings = Settings.read(environment())
    configure(settings.log)
    return settings
