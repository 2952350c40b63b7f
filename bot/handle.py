"""One message: load, advance, commit, then hand the replies to the sender."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from time import perf_counter
from weakref import WeakValueDictionary

from bot.delivery import Sender
from bot.engine import advance
from bot.errors import Conflict, FactNeeded, StoreDown
from bot.growth import LogGrowth
from bot.model import Incoming, Session, Turn
from bot.ports import Channel, Clock, Loaded, Store
from bot.present import pieces
from bot.world import Setting, World

TRIES = 20
"""How often a turn is decided anew because another worker saved the same conversation first."""

_NOBODY = Session()
_log = logging.getLogger("toso.turn")


class Handler:
    """Answers messages: those of one conversation one at a time and in order, all others side by side.

    `draw_code` draws a request code for a conversation key that was decided on so many times before; `alias` is how
    logs name a conversation.
    """

    def __init__(
        self,
        setting: Setting,
        store: Store,
        channels: Mapping[str, Channel],
        sender: Sender,
        growth: LogGrowth,
        clock: Clock,
        *,
        draw_code: Callable[[str, int], str],
        alias: Callable[[str], str],
    ) -> None:
        self.setting = setting
        self._store = store
        self._channels = channels
        self._sender = sender
        self._growth = growth
        self._clock = clock
        self._draw_code = draw_code
        self._alias = alias
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def __call__(self, incoming: Incoming) -> None:
        """Answer one message: when this returns the whole turn is saved.

        The same message twice has one effect. Raises StoreDown when it cannot be saved; then nothing was promised.
        """
        started = perf_counter()
        key = incoming.chat.key
        lock = self._locks.get(key)
        if lock is None:
            lock = self._locks[key] = asyncio.Lock()
        async with lock:
            for tries in range(TRIES):
                before = await self._store.load(incoming.chat)
                session = before.session or _NOBODY
                if incoming.id in session.seen:
                    _log.info("turn chat=%s repeated", self._alias(key))
                    return
                turn = await self._decide(session, incoming, tries)
                try:
                    replies = await self._save(incoming, before, turn)
                except Conflict:
                    continue
                break
            else:
                raise StoreDown("This conversation is being changed from too many sides at once.")
        self._log_turn(self._alias(key), turn, replies, (perf_counter() - started) * 1000)

    def _log_turn(self, alias: str, turn: Turn, replies: int, took_ms: float) -> None:
        """One line a turn, without a word of what was written, and one more for a bug of ours."""
        for event in turn.events:
            if event.name == "failed":
                _log.error("turn chat=%s failed: %s", alias, event.about)
        place, run = turn.session.place, turn.session.run
        where = f"{place.flow}/{place.ask}" if place else "-"
        step = f"{run.guide}/{run.step}" if run else "-"
        _log.info("turn chat=%s place=%s step=%s replies=%d ms=%.1f", alias, where, step, replies, took_ms)

    async def _decide(self, session: Session, incoming: Incoming, tries: int) -> Turn:
        now_ms = self._clock.now_ms()
        key = incoming.chat.key
        link = self._channels[incoming.chat.channel].private_link
        world = World(self.setting, now_ms // 1000, lambda: self._draw_code(key, tries), link)
        try:
            return advance(session, incoming, world)
        except FactNeeded:
            line = await self._line(session, now_ms // 1000)
            return advance(session, incoming, World(self.setting, world.now, world.draw_code, link, line))

    async def _line(self, session: Session, now: int) -> int:
        """The place in line of the open request, or of one that would be opened now."""
        request = await self._store.escalation(session.request) if session.request else None
        if request is None:
            return await self._store.place_in_line(now, "~")
        return await self._store.place_in_line(request.opened_at, request.code)

    async def _save(self, incoming: Incoming, before: Loaded, turn: Turn) -> int:
        chat = incoming.chat
        channel = self._channels[chat.channel]
        can = channel.capabilities
        parcels = [channel.render(chat, piece, incoming.id) for reply in turn.replies for piece in pieces(reply, can)]
        now_ms = self._clock.now_ms()
        saved = await self._store.commit(chat, before, turn, parcels, pulled=can.pulled, now_ms=now_ms)
        if can.pulled:
            self._growth.ring(chat)
        elif parcels:
            self._sender.send_saved(chat, saved, parcels, now_ms)
        return len(parcels)
