"""Takes over what volunteers read aloud in their own chats."""

from collections.abc import Mapping

from bot.ports.store import Holder, Library
from bot.voice.keeping import VoiceBox, Wrong


class Reading:
    """`holders` give out what was sent through their channels."""

    def __init__(self, box: VoiceBox, library: Library, holders: Mapping[str, Holder]) -> None:
        self._box = box
        self._library = library
        self._holders = holders

    async def keep(self, channel: str, place: str, words: str, media: str, by: str) -> Wrong:
        """Keep what was sent in a chat of this channel for the step that `place` names. Raises StoreDown."""
        guide_id, step, lang = place.split("/")
        guide, holder = self._library.current(guide_id), self._holders.get(channel)
        if guide is None or step not in guide.steps or holder is None:
            return "changed"
        recording = await holder.fetch(media)
        if recording is None:
            return "lost"
        return await self._box.keep(guide, step, lang, words, recording, by)
