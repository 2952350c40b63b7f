"""The matcher of a worker: at once by counting what the guides say, and better once that has been learnt."""

import logging
from collections.abc import Callable

from bot.content.talk import Talk
from bot.language.understanding import Matcher
from bot.ports import Library
from bot.teaching.memory import Memory

_log = logging.getLogger("toso.app")


class Teaching:
    """Builds matchers for a library. `use` is given each new one."""

    def __init__(self, library: Library, talk: Talk, memory: Memory, use: Callable[[Matcher], None]) -> None:
        self._library, self._talk, self._memory, self._use = library, talk, memory, use
        self._matcher = Matcher(())

    def renew(self) -> None:
        """Use a matcher that knows the library as it is now."""
        self._matcher = Matcher(self._library.all(), self._talk, self._memory.weigh)
        self._use(self._matcher)

    async def learn(self) -> None:
        """Where nothing was learnt from the library as it is now, do so, and use that."""
        documents = self._matcher.documents
        if self._memory.recall(documents) is not None:
            return
        if await self._memory.learn_beside(documents):
            self.renew()
        else:
            _log.error("residents are understood less well: learning how they ask did not work")
