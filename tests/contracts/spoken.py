"""Something said aloud, for tests: see `tests/payloads/spoken`."""

import io
import wave
from pathlib import Path

from bot.audio.asr_server import RATE
from bot.audio.decode import to_speech

KHAI_SINH = (Path(__file__).parent.parent / "payloads/spoken/khai-sinh.ogg").read_bytes()
HEARD = "khai sinh cho cháu"
"""What is understood of it, whatever it is recorded as."""


def as_wav(recording: bytes) -> bytes:
    """The same as a WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(RATE)
        written.writeframes(to_speech(recording))
    return file.getvalue()
