"""Spoken words as the ear takes them. Runs apart: see `bot.apart.apart`."""

from bot.voice.decoding import samples
from bot.voice.inner_ear import LIMIT_SECONDS, RATE


def to_speech(data: bytes) -> bytes:
    """Any recording as mono 16-bit samples, RATE a second, in this machine's byte order. Raises Unfit as `samples`."""
    return samples(data, RATE, LIMIT_SECONDS).tobytes()
