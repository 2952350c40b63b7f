"""Waiting for what should come: it costs nothing once it came, and a busy machine never fails a test."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable, Iterator

PATIENCE = 90.0
"""Seconds: what takes longer is broken, not slow."""
HURRIES = (
    "bot.images.cache.DRAWING_SECONDS",
    "bot.channels.images.PATIENCE_SECONDS",
    "bot.channels.zalo_oa.media.PATIENCE_SECONDS",
    "bot.channels.zalo_bot.channel.PHOTO_SECONDS",
    "bot.audio.asr_client.WORK_SECONDS",
)
"""After so long the app gives a picture or a recording up: in tests, unless they say otherwise, after PATIENCE."""


async def until(
    true: Callable[[], bool | Awaitable[bool]], instead: Callable[[], object] = lambda: "", within: float = PATIENCE
) -> None:
    """Wait until something is so. Raises AssertionError when it never is, and says what is so instead."""
    for pause in _pauses(instead, within):
        found = true()
        if await found if inspect.isawaitable(found) else found:
            return
        await asyncio.sleep(pause)


def eventually(true: Callable[[], bool], within: float = PATIENCE) -> None:
    """The same where nothing else goes on meanwhile."""
    for pause in _pauses(lambda: "", within):
        if true():
            return
        time.sleep(pause)


def _pauses(instead: Callable[[], object], within: float) -> Iterator[float]:
    """Seconds before each next look, until time is up."""
    give_up, pause = time.monotonic() + within, 0.005
    while time.monotonic() < give_up:
        yield pause
        pause = min(1.5 * pause, 0.05)
    raise AssertionError(f"it never came true: {instead()}")
