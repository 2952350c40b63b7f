"""Ties what answers messages, what sends the answers and what calls volunteers to each other.

`requests`, `pictures` and `not_understood` are given where others read them, too, `hearing` and `reading` where voices
are used.
"""

import secrets
from collections.abc import Callable, Mapping

from bot.audio.recording_repository import Reading
from bot.audio.transcriber import Asides, Hearing
from bot.desk.appointments import Visits
from bot.desk.attachments import Pictures
from bot.desk.dismissal import Admission
from bot.desk.erasing import Erasing
from bot.desk.open_requests import OpenRequests
from bot.desk.people import People
from bot.desk.unmatched import NotUnderstood
from bot.engine.environment import Setting
from bot.ports.store import Channel, Clock, Store
from bot.service.handler import Handler
from bot.service.notifier import Caller
from bot.service.outbox import LogGrowth, Sender
from bot.service.queries import Lookups
from bot.store.keys import partition_letter
from bot.watchdog import Scoreboard, Slot


def wire(
    setting: Setting,
    store: Store,
    channels: Mapping[str, Channel],
    people: People,
    growth: LogGrowth,
    clock: Clock,
    *,
    draw_code: Callable[[str, int], str],
    alias: Callable[[str], str],
    requests: OpenRequests | None = None,
    pictures: Pictures | None = None,
    hearing: Hearing | None = None,
    reading: Reading | None = None,
    not_understood: NotUnderstood | None = None,
    erasing: Erasing | None = None,
    requests_an_hour: int = 0,
    slot: Slot | None = None,
) -> tuple[Handler, Sender, Caller]:
    """What answers messages, what sends the answers, and what calls volunteers: each knows the others it needs."""
    visits = Visits(store, people, clock)
    sender, caller = Sender(store, channels, clock), Caller(store, people, visits, clock)
    texts = not_understood or NotUnderstood(store, clock, setting.keep_seconds // 86400)
    erasing = erasing or Erasing(store, clock, texts)
    admission = Admission(store, clock, requests_an_hour)
    lookups = Lookups(store, people, requests or OpenRequests(store), visits, admission, erasing, clock, reading)
    ear = hearing or Hearing(None, {}, Asides(store))
    handle = Handler(
        setting,
        store,
        channels,
        sender,
        caller,
        lookups,
        growth,
        pictures or Pictures(store, {}, {}, clock),
        ear,
        texts,
        clock,
        slot or Scoreboard().slot(0),
        draw_code=draw_code,
        alias=alias,
    )
    sender.handle = caller.handle = visits.handle = ear.handle = handle
    lookups.do = handle.do
    return handle, sender, caller


def draw_code(chat_key: str, tries: int = 0) -> str:
    """A request code: the letter says where it is kept, four digits are chance; more where those are used up."""
    digits = 4 + tries // 5
    return f"{partition_letter(chat_key)}{secrets.randbelow(10**digits):0{digits}}"
