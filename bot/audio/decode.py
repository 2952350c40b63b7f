"""From any recording that a phone, a browser or a platform makes to plain samples. Runs apart: `bot.sandbox.runner`.

Only the containers and codecs that recorders use are opened, each named by its first bytes: FFmpeg knows hundreds more,
some of which fetch what a file tells them to.

Spoken words as the ear takes them. Runs apart: `bot.sandbox.runner`.
"""

import io
from array import array
from typing import Final

import av
import av.subtitles.stream  # a container imports it when it is opened; apart no file can be opened then
from av.audio.resampler import AudioResampler
from av.error import FFmpegError

from bot.audio.asr_server import LIMIT_SECONDS, RATE
from bot.sandbox.answers import Unfit

_TOLERANCE_SECONDS: Final = 1
"""A recorder that stops after a minute is a little late."""
_LOUD: Final = 330
"""A sample of speech reaches this (of 32768: 40 dB below the loudest)."""
_WINDOW_SECONDS: Final = 0.02
_LEAST_LOUD_SECONDS: Final = 0.2
_CODECS: Final = frozenset({"aac", "amrnb", "amrwb", "mp3", "mp3float", "opus", "libopus", "vorbis"})


def samples(data: bytes, rate: int, limit_seconds: int) -> array[int]:
    """The recording as mono 16-bit samples, `rate` a second.

    Raises Unfit: `type` (no recording that we know), `damaged`, `long`, `silent`.
    """
    try:
        decoded = _decoded(data, rate, limit_seconds)
    except FFmpegError:
        raise Unfit("damaged") from None
    if not _is_loud(decoded, rate):
        raise Unfit("silent")
    return decoded


def _decoded(data: bytes, rate: int, limit_seconds: int) -> array[int]:
    decoded, most = array("h"), (limit_seconds + _TOLERANCE_SECONDS) * rate
    with av.open(io.BytesIO(data), "r", format=_container(data)) as container:
        if not container.streams.audio:
            raise Unfit("type")
        stream = container.streams.audio[0]
        codec = stream.codec_context.name
        if codec not in _CODECS and not codec.startswith("pcm_"):
            raise Unfit("type")
        resampler = AudioResampler("s16", "mono", rate)
        for frame in container.decode(stream):
            for part in resampler.resample(frame):
                decoded.frombytes(bytes(part.planes[0])[: 2 * part.samples])
            if len(decoded) > most:
                raise Unfit("long")
        for part in resampler.resample(None):
            decoded.frombytes(bytes(part.planes[0])[: 2 * part.samples])
    return decoded


def _container(data: bytes) -> str:
    """FFmpeg's name of the container."""
    if data.startswith(b"RIFF") and data[8:12] == b"WAVE":
        return "wav"
    if data[4:8] == b"ftyp":
        return "mp4"
    begins = {b"OggS": "ogg", b"\x1a\x45\xdf\xa3": "matroska", b"#!AMR": "amr", b"ID3": "mp3"}
    if found := next((name for begin, name in begins.items() if data.startswith(begin)), ""):
        return found
    if len(data) > 1 and data[0] == 0xFF and data[1] & 0xE0 == 0xE0:
        return "aac" if data[1] & 0xF6 == 0xF0 else "mp3"
    raise Unfit("type")


def _is_loud(decoded: array[int], rate: int) -> bool:
    """Whether somebody can be heard for a moment."""
    window = int(rate * _WINDOW_SECONDS)
    windows = (decoded[at : at + window] for at in range(0, len(decoded), window))
    loud = sum(max(each) - min(each) > _LOUD for each in windows)
    return loud * _WINDOW_SECONDS >= _LEAST_LOUD_SECONDS


def to_speech(data: bytes) -> bytes:
    """Any recording as mono 16-bit samples, RATE a second, in this machine's byte order. Raises Unfit as `samples`."""
    return samples(data, RATE, LIMIT_SECONDS).tobytes()
