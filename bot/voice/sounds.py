"""One recording as it is kept: Ogg Opus for browsers and Telegram, AAC for Zalo and older iPhones."""

import msgspec
from msgspec import Struct


class Sounds(Struct, frozen=True, array_like=True):
    """Both forms; `milliseconds` is how long it is."""

    opus: bytes
    aac: bytes
    milliseconds: int


encode_sounds = msgspec.msgpack.Encoder().encode
read_sounds = msgspec.msgpack.Decoder(Sounds).decode
