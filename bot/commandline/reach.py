"""The store a command works on: the one that is set, or the embedded one, also while the app runs."""

from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager

from bot.errors import DataInUse
from bot.settings import Settings
from bot.store.embedded import EmbeddedServer
from bot.store.redis import RedisStore


@asynccontextmanager
async def store_for(settings: Settings, owner: str) -> AsyncIterator[RedisStore]:
    """Open it for as long as the command takes. Raises TosoError when it cannot be reached."""
    with ExitStack() as stack:
        store = RedisStore(settings.redis_url or _embedded(stack, settings), owner)
        try:
            yield store
        finally:
            await store.close()


def _embedded(stack: ExitStack, settings: Settings) -> str:
    """The embedded store: our own for now, or that of the app that runs."""
    server = EmbeddedServer(settings.data_dir)
    try:
        return stack.enter_context(server).url
    except DataInUse:
        return server.url
