"""What `toso doctor` says of what is answered and not sent yet."""

from collections.abc import Collection, Sequence
from datetime import datetime

from bot.breaker import channels_down
from bot.clock import SystemClock
from bot.errors import PlatformError
from bot.hours import VIETNAM
from bot.ports import DeadLetter, Store, Unsent, oldest_ms

LATE_MS = 600_000
"""What waits longer than that does not wait by chance."""


async def delivery(store: Store, channels: Collection[str]) -> str:
    """Which platforms take nothing from the app that runs, and how long messages wait. Raises PlatformError."""
    now_ms, unsent = SystemClock().now_ms(), await store.unsent()
    waiting = {each.channel: each.conversations for each in unsent}
    down = await channels_down(store, channels)
    wrong = [
        f"{channel} takes nothing from us since {_time(it.since_ms)} ({it.why}). "
        f"{waiting.get(channel, 0)} conversations wait, and nothing of them is lost."
        for channel, it in down.items()
    ]
    wrong += [_late(each) for each in unsent if each.channel not in down and now_ms - each.since_ms >= LATE_MS]
    if wrong:
        raise PlatformError(" ".join(wrong))
    says = "all that was answered is sent"
    if waiting:
        waits = oldest_ms(unsent, now_ms) // 1000
        says = f"{sum(waiting.values())} conversations have unsent messages, the oldest for {waits} s"
    return says + _lost(await store.dead_letters())


def _lost(letters: Sequence[DeadLetter]) -> str:
    """What did not arrive lately, and what the platform said of the newest."""
    if not letters:
        return ""
    last = letters[0]
    what = f"{len(letters)} messages of the last two days did not arrive, or perhaps did not (/desk/undelivered)"
    return f"; {what}, the last one at {_time(last.at_ms)} on {last.chat.channel}: {last.state}, {last.why}"


def _late(unsent: Unsent) -> str:
    since = _time(unsent.since_ms)
    what = f"{unsent.conversations} conversations of {unsent.channel} have unsent messages, the oldest since {since}"
    return f"{what}: look for {unsent.channel} in the app's log."


def _time(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, VIETNAM).strftime("%H:%M on %d/%m")
