"""What was read aloud, as the store keeps it: recordings by their names, and which step each belongs to."""

import asyncio
import re
from collections.abc import Callable
from hashlib import blake2b
from typing import Literal

from bot.apart.apart import Apart, Overrun, Unusable
from bot.content.guide import Guide
from bot.model import Record, encode
from bot.ports import Beside, Clock, Store
from bot.steps import read_aloud
from bot.voice.sounds import Sounds, read_sounds
from bot.voice.voices import VoiceNote, Voices, decode_note, place_of, standing_for
from bot.words import Words

ROOM_BYTES = 96 * 1024 * 1024
"""All recordings together: 54 guides of nine steps in two languages, each a quarter of a minute, take about 80 MB."""
UPLOAD_BYTES = 8 * 1024 * 1024
"""Of one recording as it comes: a minute of WAV from a computer."""

Wrong = Literal["", "type", "damaged", "long", "silent", "broken", "full", "changed", "lost"]
"""Why a recording was not kept; empty when it was. It is no recording (`type`), `damaged`, too `long` or `silent`; it
could not be read within what that may take (`broken`); no room is left (`full`); the step says something else by now
(`changed`); the platform that held it gives it out no more (`lost`).
"""

_NAME = re.compile(r"[0-9a-f]{24}")
_NOTES, _SOUNDS = "voices", "voice-sounds"
_REASONS: tuple[Wrong, ...] = ("type", "damaged", "long", "silent")


class VoiceBox:
    """Keeps notes, with a record of each change. `voices` is as new as the last `refresh` or change; `on_change` hears
    of each new one. Methods raise StoreDown.
    """

    def __init__(self, store: Store, words: Words, apart: Apart, clock: Clock) -> None:
        self._store = store
        self._words = words
        self._apart = apart
        self._clock = clock
        self._revision = -1
        self._refreshing = asyncio.Lock()
        self.voices = Voices()
        self.on_change: Callable[[Voices], None] = lambda _: None

    async def refresh(self) -> None:
        """Fetch the notes when they changed since the last time."""
        async with self._refreshing:
            if await self._store.table_revision(_NOTES) == self._revision:
                return
            self._revision, rows = await self._store.rows(_NOTES)
            self.voices = Voices({place: decode_note(row) for place, row in rows.items()})
            self.on_change(self.voices)

    async def opus(self, name: str) -> bytes | None:
        """A recording as Ogg Opus; None where it is gone."""
        sounds = await self._sounds(name)
        return sounds.opus if sounds else None

    async def aac(self, name: str) -> bytes | None:
        """The same as AAC."""
        sounds = await self._sounds(name)
        return sounds.aac if sounds else None

    async def keep(self, guide: Guide, step: str, lang: str, words: str, recording: bytes, by: str) -> Wrong:
        """Keep what was read aloud at a step, in place of what was there; `words` stands for what was read.

        `by` is the volunteer, empty for a machine.
        """
        if words != standing_for(read_aloud(self._words, guide, step, lang)):
            return "changed"
        try:
            made = await self._apart.run("bot.voice.opus:to_sounds", recording)
        except Unusable as unusable:
            return next((each for each in _REASONS if each == str(unusable)), "broken")
        except Overrun:
            return "broken"
        await self.refresh()
        place = place_of(guide.id, step, lang)
        others = sum(note.size for there, note in self.voices.notes.items() if there != place)
        if others + len(made) > ROOM_BYTES:
            return "full"
        sound = blake2b(made, digest_size=12, key=standing_for(place).encode()).hexdigest()  # no two steps share one
        seconds = max(1, round(read_sounds(made).milliseconds / 1000))
        note = VoiceNote(words, sound, seconds, len(made), by, self._now())
        await self._replace(place, note, by, Beside(_SOUNDS, sound, made))
        return ""

    async def remove(self, guide: str, step: str, lang: str, by: str) -> None:
        """Nobody can listen to what was read there any more."""
        await self._replace(place_of(guide, step, lang), None, by)

    async def _replace(self, place: str, note: VoiceNote | None, by: str, *made: Beside) -> None:
        """The newest wins, in one step with its recording; the one that was there goes."""
        record = Record(self._now(), "voice_kept" if note else "voice_removed", by=by, about=place)
        done = False
        while not done:
            before = await self._store.row(_NOTES, place)
            if before is None and note is None:
                return
            gone = [Beside(_SOUNDS, decode_note(before).sound, None)] if before else []
            after = encode(note) if note else None
            done = await self._store.put(_NOTES, place, before, after, record, (*gone, *made))
        await self.refresh()

    async def _sounds(self, name: str) -> Sounds | None:
        kept = await self._store.row(_SOUNDS, name) if _NAME.fullmatch(name) else None
        return read_sounds(kept) if kept else None

    def _now(self) -> int:
        return self._clock.now_ms() // 1000
