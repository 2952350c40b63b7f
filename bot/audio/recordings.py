"""Which steps of guides somebody has read aloud. Pure: the sounds are elsewhere, by their names.

One recording as it is kept: Ogg Opus for browsers and Telegram, AAC for Zalo and older iPhones.
"""

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Literal

import msgspec
from msgspec import Struct

ADDRESSED = "bac"
"""Whoever reads aloud says «bác»: one recording is for everybody."""

SOUNDS, LISTENING = "/voices/", "/listen/"
"""What begins the addresses of recordings, and of the pages on which they are played."""


class VoiceNote(Struct, frozen=True, omit_defaults=True):
    """Somebody read a step aloud, for `seconds`.

    `words` stands for what they read, `sound` names the recording, which takes up `size` bytes. `by` is the volunteer,
    empty where a machine spoke; `at` is Unix seconds. `heard_by` listened to it and let residents hear it.
    """

    words: str
    sound: str
    seconds: int
    size: int
    by: str
    at: int
    heard_by: str = ""


decode_note = msgspec.json.Decoder(VoiceNote).decode


class Voices:
    """The notes there are, by `place_of` the step: those that residents hear, and those that `waiting` are to be heard
    by whoever decides about that.
    """

    def __init__(
        self, notes: Mapping[str, VoiceNote] | None = None, waiting: Mapping[str, VoiceNote] | None = None
    ) -> None:
        self.notes: Mapping[str, VoiceNote] = notes or {}
        self.waiting: Mapping[str, VoiceNote] = waiting or {}
        self._places = {note.sound: place for place, note in self.notes.items()}

    def kept(self, guide: str, step: str, lang: str) -> VoiceNote | None:
        """What was read there, also when the step says something else by now."""
        return self.notes.get(place_of(guide, step, lang))

    def of_step(self, guide: str, step: str, lang: str) -> Sequence[VoiceNote]:
        """All that was read there: what residents hear, and what waits."""
        place = place_of(guide, step, lang)
        return [notes[place] for notes in (self.notes, self.waiting) if place in notes]

    def place(self, sound: str) -> str:
        """Where this recording belongs; empty where it does not any more."""
        return self._places.get(sound, "")


def place_of(guide: str, step: str, lang: str) -> str:
    return f"{guide}/{step}/{lang}"


def sound_address(sound: str, form: Literal["ogg", "aac"] = "ogg") -> str:
    """Where a recording is, as Ogg Opus or as AAC."""
    return f"{SOUNDS}{sound}.{form}"


def listening_address(sound: str) -> str:
    """The page on which somebody listens to a recording."""
    return f"{LISTENING}{sound}"


def standing_for(words: str) -> str:
    """Stands for what is read: other words, another name."""
    return blake2b(words.encode(), digest_size=8).hexdigest()


class Sounds(Struct, frozen=True, array_like=True):
    """Both forms; `milliseconds` is how long it is."""

    opus: bytes
    aac: bytes
    milliseconds: int


encode_sounds = msgspec.msgpack.Encoder().encode
read_sounds = msgspec.msgpack.Decoder(Sounds).decode
