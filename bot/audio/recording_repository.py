"""What was read aloud, as the store keeps it: recordings by their names, and which step each belongs to.

Takes over what volunteers read aloud in their own chats.
"""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b
from typing import Literal

from bot.audio.recordings import Sounds, VoiceNote, Voices, decode_note, place_of, read_sounds, standing_for
from bot.content.guide import Guide
from bot.engine.steps import read_aloud
from bot.engine.texts import Words
from bot.model import Record, encode, replace
from bot.ports.store import Beside, Clock, Holder, Library, Store
from bot.ports.tables import readable
from bot.sandbox.runner import Apart, Overrun, Unusable

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
_NOTES, _WAITING, _SOUNDS = "voices", "voices-waiting", "voice-sounds"
_REASONS: tuple[Wrong, ...] = ("type", "damaged", "long", "silent")


class VoiceBox:
    """Keeps notes, with a record of each change: what somebody read waits until it is let out, what residents hear
    until then stays. `voices` is as new as the last `refresh` or change; `on_change` hears
    of each new one. Methods raise StoreDown.
    """

    def __init__(self, store: Store, words: Words, apart: Apart, clock: Clock) -> None:
        self._store = store
        self._words = words
        self._apart = apart
        self._clock = clock
        self._revisions: Sequence[int] = (-1, -1)
        self._refreshing = asyncio.Lock()
        self.voices = Voices()
        self.on_change: Callable[[Voices], None] = lambda _: None

    async def refresh(self) -> None:
        """Fetch the notes when they changed since the last time."""
        async with self._refreshing:
            tables = (_NOTES, _WAITING)
            if await asyncio.gather(*map(self._store.table_revision, tables)) == list(self._revisions):
                return
            kept = await asyncio.gather(*map(self._store.rows, tables))
            self._revisions = [revision for revision, _ in kept]
            self.voices = Voices(*(readable("the recording of", rows, decode_note) for _, rows in kept))
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
        """Keep what was read aloud at a step, in place of what was there or waited; `words` stands for what was read.

        `by` is the volunteer, empty for a machine, which needs nobody to listen: it says the words as they are.
        """
        if words != standing_for(read_aloud(self._words, guide, step, lang)):
            return "changed"
        try:
            made = await self._apart.run("bot.audio.encode:to_sounds", recording)
        except Unusable as unusable:
            return next((each for each in _REASONS if each == str(unusable)), "broken")
        except Overrun:
            return "broken"
        await self.refresh()
        place = place_of(guide.id, step, lang)
        table = _WAITING if by else _NOTES
        notes = {_NOTES: self.voices.notes, _WAITING: self.voices.waiting}
        others = [note for each in notes for there, note in notes[each].items() if (each, there) != (table, place)]
        if sum(note.size for note in others) + len(made) > ROOM_BYTES:
            return "full"
        sound = blake2b(made, digest_size=12, key=standing_for(place).encode()).hexdigest()  # no two steps share one
        seconds = max(1, round(read_sounds(made).milliseconds / 1000))
        note = VoiceNote(words, sound, seconds, len(made), by, self._now())
        await self._replace(table, place, note, "voice_kept", by, Beside(_SOUNDS, sound, made))
        return ""

    async def remove(self, guide: str, step: str, lang: str, by: str) -> None:
        """Nobody can listen to what was read there any more."""
        await self._replace(_NOTES, place_of(guide, step, lang), None, "voice_removed", by)

    async def refuse(self, guide: str, step: str, lang: str, by: str) -> None:
        """What waits there goes, and residents never hear it."""
        await self._replace(_WAITING, place_of(guide, step, lang), None, "voice_refused", by)

    async def let_out(self, guide: str, step: str, lang: str, sound: str, by: str) -> bool:
        """Residents hear this recording from now on, in place of what they heard before; `by` has listened to it.

        False, and nothing changed, where it waits there no more.
        """
        place = place_of(guide, step, lang)
        row, heard = await self._store.row(_WAITING, place), await self._store.row(_NOTES, place)
        note = decode_note(row) if row else None
        if note is None or note.sound != sound:
            return False
        gone = _sound_of(heard, besides=row)
        beside = (Beside(_NOTES, place, encode(replace(note, heard_by=by))), *gone)
        record = Record(self._now(), "voice_let_out", by=by, about=place)
        done = await self._store.put(_WAITING, place, row, None, record, beside)
        await self.refresh()
        return done

    async def _replace(self, table: str, place: str, note: VoiceNote | None, act: str, by: str, *made: Beside) -> None:
        """The newest wins, in one step with its recording; the one that was there goes."""
        record = Record(self._now(), act, by=by, about=place)
        done = False
        while not done:
            before = await self._store.row(table, place)
            if before is None and note is None:
                return
            other = await self._store.row(_NOTES if table == _WAITING else _WAITING, place)
            gone = _sound_of(before, besides=other)
            after = encode(note) if note else None
            done = await self._store.put(table, place, before, after, record, (*gone, *made))
        await self.refresh()

    async def _sounds(self, name: str) -> Sounds | None:
        kept = await self._store.row(_SOUNDS, name) if _NAME.fullmatch(name) else None
        return read_sounds(kept) if kept else None

    def _now(self) -> int:
        return self._clock.now_ms() // 1000


def _sound_of(row: bytes | None, *, besides: bytes | None) -> list[Beside]:
    """The recording of a note goes with it, unless another note is of the same."""
    sounds = [decode_note(each).sound if each else "" for each in (row, besides)]
    return [Beside(_SOUNDS, sounds[0], None)] if sounds[0] and sounds[0] != sounds[1] else []


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
