"""The matcher of a worker: at once by counting what the guides say, and better once that has been learnt."""

import asyncio
import logging
from collections.abc import Callable, Sequence

from bot.content.training import Talk
from bot.desk.asked import Asked
from bot.language.evidence import Document, Evidence
from bot.language.understanding import Build, Matcher
from bot.model import replace
from bot.ports.store import Library
from bot.teaching.memory import Memory

_log = logging.getLogger("toso.app")


class Teaching:
    """Has matchers built for a library and what admins `added`. `use` is given each new one."""

    def __init__(
        self,
        library: Library,
        talk: Talk,
        memory: Memory,
        added: Asked,
        use: Callable[[Matcher], None],
        build: Build = Matcher,
    ) -> None:
        self._library, self._talk, self._memory, self._added = library, talk, memory, added
        self._use, self._build = use, build
        self._matcher = Matcher(())
        self._learning = asyncio.Lock()
        self._learnt: Evidence | None = None
        self._to_learn = False

    def renew(self) -> None:
        """Use a matcher that knows the library, and what was added, as they are now."""
        synonyms = {**self._added.synonyms, **self._talk.synonyms}
        talk = replace(self._talk, synonyms=synonyms)
        self._matcher = self._build(self._library.all(), talk, self._weigh, self._added.by_guide, self._memory.prepared)
        self._use(self._matcher)

    async def learn(self) -> None:
        """Where nothing was learnt from all this as it is now, do so, and use that; one at a time."""
        async with self._learning:
            if not self._to_learn:
                return
            if await self._memory.learn_beside(self._matcher.documents):
                self.renew()
            else:
                _log.error("residents are understood less well: learning how they ask did not work")

    def _weigh(self, documents: Sequence[Document]) -> Evidence:
        """What was learnt of the documents; until it is, what was learnt of the same guides before, if anything."""
        known = self._memory.recall(documents)
        self._to_learn = known is None
        self._learnt = known or self._learnt
        if self._learnt and set(self._learnt.subjects) == {document.subject for document in documents}:
            return self._learnt
        return self._memory.weigh(documents)
