"""What `toso doctor` says of what is answered: what waits to be sent, and what did not arrive, for each channel."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

from bot.clock import SystemClock
from bot.errors import PlatformError
from bot.model.hours import VIETNAM
from bot.ports.store import Clock, DeadLetter, Store, Unsent
from bot.service.circuit_breaker import Down, channels_down, channels_unfetched

LATE_MS = 600_000
"""What waits longer than that does not wait by chance."""


async def delivery(store: Store, channels: Collection[str], clock: Clock | None = None) -> str:
    """Which platforms take nothing from the app that runs, or give it nothing, and how long messages wait.

    Raises PlatformError.
    """
    now_ms = (clock or SystemClock()).now_ms()
    unsent = {each.channel: each for each in await store.unsent()}
    down, letters = await channels_down(store, channels), await store.dead_letters()
    unfetched = await channels_unfetched(store, channels)
    wrong = [
        f"nothing can be fetched from {channel} since {_time(it.since_ms)} ({it.why}): nobody there is heard."
        for channel, it in unfetched.items()
    ]
    wrong += [_down(channel, it, unsent.get(channel)) for channel, it in down.items()]
    late = [each for each in unsent.values() if each.channel not in down and now_ms - each.since_ms >= LATE_MS]
    wrong += [f"{_waits(each, now_ms)}: look for {each.channel} in the app's log." for each in late]
    if wrong:
        raise PlatformError(" ".join((*wrong, *_lost(letters))))
    waits = [_waits(each, now_ms) for each in unsent.values()] or ["all that was answered is sent"]
    return "; ".join((*waits, *_lost(letters)))


def _down(channel: str, it: Down, unsent: Unsent | None) -> str:
    waits = f"{unsent.conversations} conversations wait" if unsent else "0 conversations wait"
    messages = f" with {unsent.parcels} messages" if unsent else ""
    does = "turned several down in a row" if it.refusing else "takes nothing from us"
    since = f"{channel} {does} since {_time(it.since_ms)} ({it.why})."
    return f"{since} {waits}{messages}, and nothing of them is lost."


def _waits(unsent: Unsent, now_ms: int) -> str:
    seconds = max(0, now_ms - unsent.since_ms) // 1000
    long = f"{seconds // 60} min" if seconds >= 120 else f"{seconds} s"
    what = f"{unsent.parcels} messages of {unsent.conversations} conversations wait"
    return f"{unsent.channel}: {what}, the oldest for {long}"


def _lost(letters: Sequence[DeadLetter]) -> Sequence[str]:
    """What did not arrive lately, or perhaps did not, and what the platform said of the newest."""
    if not letters:
        return ()
    counted = Counter((each.chat.channel, each.state) for each in letters)
    what = ", ".join(f"{channel} {count} {state}" for (channel, state), count in sorted(counted.items()))
    last = letters[0]
    said = f"the last one at {_time(last.at_ms)} on {last.chat.channel}: {last.state}, {last.why}"
    return (f"did not arrive in the last two days, or perhaps did not (/desk/undelivered): {what}; {said}",)


def _time(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, VIETNAM).strftime("%H:%M on %d/%m")
