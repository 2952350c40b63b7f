"""Recordings as phones, browsers and platforms make them. They hold a humming tone: no voice of anybody."""

import io
import math
import random
import wave
from array import array
from collections.abc import Callable
from functools import cache, partial

import av
from av.audio.stream import AudioStream

RATE = 16_000


@cache
def hum(seconds: float, loud: int = 8_000) -> bytes:
    """A WAV file with a tone that swells and fades; `loud` is its highest sample, 0 for silence."""
    swell = (0.6 + 0.4 * math.sin(2 * math.pi * 3 * at / RATE) for at in range(RATE))
    second = array("h", (int(loud * much * math.sin(2 * math.pi * 220 * at / RATE)) for at, much in enumerate(swell)))
    samples = (second * math.ceil(seconds))[: int(seconds * RATE)]
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(RATE)
        written.writeframes(samples.tobytes())
    return file.getvalue()


@cache
def recorded(container: str, codec: str, seconds: float = 2.0, rate: int = 48_000) -> bytes:
    """The tone as another recorder writes it: `webm` and `libopus` as Chromium, `mp4` and `aac` as Safari."""
    file = io.BytesIO()
    with av.open(io.BytesIO(hum(seconds)), "r") as source, av.open(file, "w", format=container) as output:
        stream = output.add_stream(codec, rate=rate)
        assert isinstance(stream, AudioStream)
        stream.layout = "mono"
        resampler = av.AudioResampler(stream.format, "mono", rate)
        for frame in (*source.decode(audio=0), None):
            for part in resampler.resample(frame):
                output.mux(stream.encode(part))
        output.mux(stream.encode(None))
    return file.getvalue()


def narrow_noise(seconds: float) -> bytes:
    """An AMR file, as an Official Account of Zalo gets one: frames of noise, since nothing here writes AMR."""
    chance = random.Random(1)
    return b"#!AMR\n" + b"".join(b"\x3c" + chance.randbytes(31) for _ in range(int(seconds * 50)))


PHONES: dict[str, Callable[[], bytes]] = {
    "chromium": partial(recorded, "webm", "libopus"),
    "safari": partial(recorded, "mp4", "aac", rate=44_100),
    "telegram": partial(recorded, "ogg", "libopus"),
    "zalo-bot": partial(recorded, "adts", "aac", rate=16_000),
    "zalo-oa": partial(narrow_noise, 2),
    "a file": partial(hum, 2.0),
}
"""The same two seconds by who recorded them; made when first asked for."""
