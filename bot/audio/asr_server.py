"""The process that hears, see `bot.audio.asr_client`: it has the model in memory while there is something to hear.

One for all workers of an app: who comes second finds the name taken. It ends by itself when nobody needs it for a
while, when the worker that started it ends, and when one piece of work takes too long, whatever it hangs in.
"""

import os
import resource
import select
import signal
import socket
import struct
import sys
from collections.abc import Callable

RATE = 16_000
"""Samples a second."""
LIMIT_SECONDS = 60
BEGUN = b"\x01"
"""Says that a recording's turn has come; its words follow, as their length and UTF-8."""
LENGTH = struct.Struct(">I")
QUEUE = 16
"""Workers that may wait for their turn."""

_LESS_URGENT = 5
_SLOW_SECONDS = 5.0
"""How long a worker may take to hand over a recording, or to take its words."""
_MOST_BYTES = (LIMIT_SECONDS + 2) * RATE * 2
_USER = struct.Struct("3i")


def main(name: str, idle_seconds: str, work_seconds: str) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        try:
            listener.bind(f"\0{name}")
        except OSError:
            return  # there is one already
        listener.listen(QUEUE)
        os.nice(_LESS_URGENT)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        hear = _model()
        while _something_to_hear(listener, float(idle_seconds)):
            with listener.accept()[0] as worker:
                signal.setitimer(signal.ITIMER_REAL, float(work_seconds))  # ends this process, also in native code
                _serve(worker, hear)
                signal.setitimer(signal.ITIMER_REAL, 0)


def _something_to_hear(listener: socket.socket, idle_seconds: float) -> bool:
    """False once nobody came for so long, or the worker that started this process is gone."""
    ready, _, _ = select.select([listener, sys.stdin], [], [], idle_seconds)
    return listener in ready and sys.stdin not in ready


def _serve(worker: socket.socket, hear: Callable[[bytes], str]) -> None:
    worker.settimeout(_SLOW_SECONDS)
    _, user, _ = _USER.unpack(worker.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _USER.size))
    if user != os.getuid():
        return
    try:
        (length,) = LENGTH.unpack(_read(worker, LENGTH.size))
        if length > _MOST_BYTES:
            return
        speech = _read(worker, length)
        worker.sendall(BEGUN)
        words = hear(speech).encode()
        worker.sendall(LENGTH.pack(len(words)) + words)
    except OSError:
        return  # that worker went away, or is stuck: others wait


def _read(worker: socket.socket, length: int) -> bytes:
    """Exactly so many bytes. Raises OSError where the worker ends before."""
    data = bytearray()
    while len(data) < length:
        part = worker.recv(min(length - len(data), 65_536))
        if not part:
            raise ConnectionResetError
        data += part
    return bytes(data)


def _model() -> Callable[[bytes], str]:
    """What writes down samples. The model is inside the package: nothing is fetched."""
    import numpy
    import vietasr

    pipeline = vietasr.Pipeline.new().add("vietasr").build()

    def hear(speech: bytes) -> str:
        text: str = pipeline.transcribe(numpy.frombuffer(speech, numpy.int16), RATE).text
        return " ".join(text.split())

    return hear


if __name__ == "__main__":
    main(*sys.argv[1:])
