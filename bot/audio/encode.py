"""Makes the two forms in which recordings are kept, see `bot.audio.recordings`. Runs apart.

All are made equally loud, for those who do not hear well.
"""

import io
from array import array
from fractions import Fraction
from typing import Any, Final

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.filter import Graph

from bot.audio.decode import samples
from bot.audio.recordings import Sounds, encode_sounds

LIMIT_SECONDS: Final = 60

_RATE: Final = 48_000
_FRAME: Final = 960
_AS_LOUD: Final = "I=-16:TP=-1.5:LRA=11"
"""What broadcasters of speech aim at (EBU R 128)."""


def to_opus(data: bytes, limit_seconds: int = LIMIT_SECONDS) -> bytes:
    """The recording as mono Ogg Opus of 20 kbit/s. Raises Unfit as `samples` does."""
    return _opus(_frames(samples(data, _RATE, limit_seconds)))


def to_sounds(data: bytes) -> bytes:
    """The recording in both forms, for `read_sounds`. Raises Unfit as `samples` does."""
    heard = samples(data, _RATE, LIMIT_SECONDS)
    frames = _frames(heard)
    return encode_sounds(Sounds(_opus(frames), _aac(frames), len(heard) * 1000 // _RATE))


def _frames(heard: array[int]) -> list[AudioFrame]:
    """The samples, made as loud as all others are."""
    graph = Graph()
    source = graph.add_abuffer(sample_rate=_RATE, format="s16", layout="mono", time_base=Fraction(1, _RATE))
    loud = graph.add("loudnorm", _AS_LOUD)
    even = graph.add("aresample", str(_RATE))
    sink = graph.add("abuffersink")
    for before, after in ((source, loud), (loud, even), (even, sink)):
        before.link_to(after)
    graph.configure()
    for at in range(0, len(heard), _FRAME):
        graph.push(_frame(heard[at : at + _FRAME], at))
    graph.push(None)
    return _pulled(graph)


def _pulled(graph: Graph) -> list[AudioFrame]:
    frames: list[AudioFrame] = []
    while True:
        try:
            frame = graph.pull()
        except (av.error.EOFError, av.error.BlockingIOError):
            return frames
        assert isinstance(frame, AudioFrame)  # noqa: S101 (nothing else goes in)
        frames.append(frame)


def _frame(part: array[int], at: int) -> AudioFrame:
    frame = AudioFrame(format="s16", layout="mono", samples=len(part))
    frame.planes[0].update(part.tobytes())
    frame.sample_rate, frame.pts, frame.time_base = _RATE, at, Fraction(1, _RATE)
    return frame


def _opus(frames: list[AudioFrame]) -> bytes:
    return _written(frames, "ogg", "libopus", _RATE, 20_000, {"application": "voip", "vbr": "constrained"})


def _aac(frames: list[AudioFrame]) -> bytes:
    """As Zalo's own app records it: ADTS, 16 kHz."""
    return _written(frames, "adts", "aac", 16_000, 24_000, {})


def _written(
    frames: list[AudioFrame], container: str, codec: str, rate: int, bits: int, options: dict[str, Any]
) -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format=container, container_options={"fflags": "+bitexact"}) as output:
        stream = output.add_stream(codec, rate=rate, options=options)
        assert isinstance(stream, AudioStream)  # noqa: S101 (these codecs make no other)
        stream.bit_rate, stream.layout = bits, "mono"
        resampler = av.AudioResampler(stream.format, "mono", rate)
        for frame in (*frames, None):
            for part in resampler.resample(frame):
                output.mux(stream.encode(part))
        output.mux(stream.encode(None))
    return file.getvalue()
