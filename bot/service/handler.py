"""One message: load, advance, commit, then hand the replies to the sender."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from time import perf_counter
from weakref import WeakValueDictionary

from bot.audio.transcriber import Hearing
from bot.background import Slot, mark_of
from bot.desk.attachments import Pictures
from bot.desk.outgoing import REASONS
from bot.desk.unmatched import NotUnderstood
from bot.engine.engine import advance, give_up
from bot.engine.environment import Setting, World
from bot.engine.presenter import pieces
from bot.engine.queries import Ask, FactNeeded, RequestOf
from bot.errors import Conflict, Repeated, StoreDown
from bot.flows.request_actions import not_open, unreachable
from bot.model import Chat, Deed, Incoming, Record, Session, Turn, Verdict
from bot.ports.store import Channel, Clock, Loaded, Priority, Store
from bot.service.notifier import Caller
from bot.service.outbox import LogGrowth, Sender, marked
from bot.service.queries import Lookups

TRIES = 20
"""How often a turn is decided anew because another worker saved the same conversation first."""
ASKS = 12
"""How many things one message may ask of the store."""

_NOBODY = Session()
_log = logging.getLogger("toso.turn")


class Handler:
    """Answers messages: those of one conversation one at a time and in order, all others side by side.

    `draw_code` draws a request code for a conversation key that was decided on so many times before; `alias` is how
    logs name a conversation. The `slot` tells the watchdog which message is being decided: one that a worker was stuck
    at is answered with an apology, and never decided again.
    """

    def __init__(
        self,
        setting: Setting,
        store: Store,
        channels: Mapping[str, Channel],
        sender: Sender,
        caller: Caller,
        lookups: Lookups,
        growth: LogGrowth,
        pictures: Pictures,
        hearing: Hearing,
        not_understood: NotUnderstood,
        clock: Clock,
        slot: Slot,
        *,
        draw_code: Callable[[str, int], str],
        alias: Callable[[str], str],
    ) -> None:
        self.setting = setting
        self._store = store
        self._channels = channels
        self._sender = sender
        self._caller = caller
        self._lookups = lookups
        self._growth = growth
        self._pictures = pictures
        self._hearing = hearing
        self._not_understood = not_understood
        self._clock = clock
        self._slot = slot
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
                try:
                    turn = await self._decide(session, incoming, tries, {})
                    replies = 0 if turn.ignored else await self._save(incoming, before, turn)
                except Conflict:
                    continue
                except Repeated:
                    _log.info("turn chat=%s repeated", self._alias(key))
                    return
                break
            else:
                raise _too_many()
        self._log_turn(self._alias(key), turn, replies, (perf_counter() - started) * 1000)

    async def do(self, id_: str, deed: Deed, doer: Chat | None = None) -> Verdict:
        """Do something to a resident's request: when this returns it is saved, and the resident will hear of it.

        The same `id_` twice has one effect. `doer` is the chat the volunteer speaks in: nobody works on their own
        request. It takes no lock: two volunteers who wait for each other's conversation would never end.
        Raises StoreDown.
        """
        started = perf_counter()
        for tries in range(TRIES):
            found = await self._store.find(deed.code, id_)
            if found is None:
                return not_open(self.setting.roster, deed.by, await self._store.escalation(deed.code))
            chat, before = found.request.chat, found.conversation
            if doer and (chat.channel, chat.person) == (doer.channel, doer.person):
                return Verdict("not_allowed", "own", found.request)
            if chat.channel not in self._channels:
                return unreachable(self.setting.roster, deed.by, found.request)
            session = before.session or _NOBODY
            if found.repeated or id_ in session.seen:
                return Verdict("done", request=found.request)
            incoming = Incoming(id_, chat, "deed", deed=deed)
            turn = await self._decide(session, incoming, tries, {RequestOf(deed.code): found.request})
            if turn.verdict is None:
                raise RuntimeError(f"the deed {deed.act} came to no verdict")
            if turn.verdict.name != "done":
                await self._note_held_back(deed, turn.verdict)
                return turn.verdict
            try:
                replies = await self._save(incoming, before, turn)
            except (Conflict, Repeated):
                continue
            self._log_turn(self._alias(chat.key), turn, replies, (perf_counter() - started) * 1000)
            return turn.verdict
        raise _too_many()

    async def _note_held_back(self, deed: Deed, verdict: Verdict) -> None:
        """Whoever leads the team reads why a volunteer's words were not passed on, and none of the words."""
        if verdict.name == "held_back" and verdict.about in REASONS:
            now = self._clock.now_ms() // 1000
            await self._store.record(Record(now, "held_back", deed.code, deed.by, verdict.about))

    def _log_turn(self, alias: str, turn: Turn, replies: int, took_ms: float) -> None:
        """One line a turn, without a word of what was written, and one more for a bug of ours."""
        for event in turn.events:
            if event.name == "failed":
                _log.error("turn chat=%s failed: %s", alias, event.about)
        place, run = turn.session.place, turn.session.run
        where = f"{place.flow}/{place.ask.partition('/')[0]}" if place else "-"  # further on it may hold their words
        step = f"{run.guide}/{run.step}" if run else "-"
        _log.info("turn chat=%s place=%s step=%s replies=%d ms=%.1f", alias, where, step, replies, took_ms)

    async def _decide(self, session: Session, incoming: Incoming, tries: int, known: dict[Ask, object]) -> Turn:
        now = self._clock.now_ms() // 1000
        key = incoming.chat.key
        channel = self._channels[incoming.chat.channel]
        link, can = channel.private_link, channel.capabilities
        mark = mark_of(key, incoming.id)
        act = give_up if self._slot.board.is_condemned(mark) else advance
        for _ in range(ASKS):
            code = partial(self._draw_code, key, tries)
            world = World(self.setting, now, code, link, known, bool(can.audio), not can.pulled)
            try:
                return self._slot.at(mark, partial(act, session, incoming, world))
            except FactNeeded as needed:
                known[needed.ask] = await self._lookups.answer(needed.ask, session, incoming, now)
        raise RuntimeError("one message asks the store without end")

    async def _save(self, incoming: Incoming, before: Loaded, turn: Turn) -> int:
        chat = incoming.chat
        if incoming.id in (before.session or _NOBODY).seen:
            raise Repeated("An older version saved its effect.")
        channel = self._channels[chat.channel]
        can = channel.capabilities
        parcels = self._slot.at(mark_of(chat.key, incoming.id), partial(_render, channel, incoming, turn))
        asked_ms = self._clock.steady_ms()
        saved = await self._store.commit(chat, before, turn, parcels, pulled=can.pulled)
        if can.pulled:
            self._growth.ring(chat)
        elif parcels:
            self._sender.send_saved(chat, saved, parcels, asked_ms)
        if turn.calls:
            self._caller.call_saved(chat, turn.calls)
        if turn.said:
            self._pictures.keep_said(chat, turn.session.request, turn.said)
        if turn.hear:
            self._hearing.begin(chat, turn.hear)
        if turn.missed:
            self._not_understood.note(turn.missed, chat.key)
        return len(parcels)


def _render(channel: Channel, incoming: Incoming, turn: Turn) -> Sequence[bytes]:
    """The replies of a turn as its channel sends them."""
    can = channel.capabilities
    shown = (piece for reply in turn.replies for piece in pieces(reply, can))
    rendered = (channel.render(incoming.chat, piece, incoming.id) for piece in shown)
    # Whoever wrote waits for an answer; what comes by itself gives way to it.
    by_itself = incoming.kind in ("call", "timer") and not can.pulled
    return [marked(parcel, Priority.CALL) if by_itself else parcel for parcel in rendered]


def _too_many() -> StoreDown:
    _log.warning("turn not saved: its conversation is being changed from too many sides at once")
    return StoreDown("This conversation is being changed from too many sides at once.")
