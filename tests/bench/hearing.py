"""Spoken words: how many are heard wrong, and how soon somebody reads what was heard.

What is measured on is in `--speech FOLDER`: recordings, each with what was said in a `.txt` of the same name. Without
one it is what `espeak-ng` says, where that is installed: a formant voice that people, too, find hard to understand.
Such figures say that hearing works and how long it takes, and nothing about residents.
"""

import asyncio
import io
import shutil
import statistics
import subprocess
import tempfile
import time
import unicodedata
import wave
from collections.abc import Sequence
from pathlib import Path

from bot.audio.asr_client import Ear
from bot.audio.asr_server import RATE
from bot.sandbox.runner import Apart

_SAID = (
    "bác muốn làm giấy khai sinh cho cháu",
    "tôi bị mất điện thoại có cài ứng dụng ngân hàng",
    "làm sao để đăng nhập trên điện thoại mới",
    "cháu ơi máy của bác hiện chữ màu đỏ",
)
_ROUNDS = 5
_NOTE_SECONDS = 10
_SOUNDS = (".wav", ".ogg", ".oga", ".m4a", ".mp4", ".aac", ".amr", ".webm")


def run(speech: Path | None) -> None:
    """Print the word error rate by sample and in all, and the seconds for a note of ten seconds, cold and warm."""
    samples = _read(speech) if speech else _spoken_by_a_machine()
    if not samples:
        raise SystemExit("hearing needs --speech FOLDER, or espeak-ng.")
    asyncio.run(_measure(samples))


async def _measure(samples: Sequence[tuple[str, bytes]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        ear, apart = Ear(Path(folder)), Apart()
        wrong = words = 0
        print("heard, wrong words of all:")
        for said, recording in samples:
            heard = await ear.hear(await apart.run("bot.audio.decode:to_speech", recording))
            missed, count = _distance(_words(said), _words(heard)), len(_words(said))
            print(f"  {missed:3} of {count:3}  {heard}")
            wrong, words = wrong + missed, words + count
        print(f"  {wrong / words:.1%} of {words} words, {len(samples)} recordings")
        note = await _ten_seconds(apart, [recording for _, recording in samples])
        cold = [await _cold_seconds(apart, note) for _ in range(_ROUNDS)]
        warm = [await _seconds(apart, ear, note) for _ in range(_ROUNDS)]
        await ear.close()
    for name, took in (("cold", cold), ("warm", warm)):
        print(f"  {statistics.median(took):.2f} s {name} for {_NOTE_SECONDS} s of talk (worst {max(took):.2f} s)")


async def _cold_seconds(apart: Apart, note: bytes) -> float:
    """With a process that has to load the model first."""
    with tempfile.TemporaryDirectory() as folder:
        ear = Ear(Path(folder))
        took = await _seconds(apart, ear, note)
        await ear.close()
    return took


async def _seconds(apart: Apart, ear: Ear, note: bytes) -> float:
    begun = time.perf_counter()
    await ear.hear(await apart.run("bot.audio.decode:to_speech", note))
    return time.perf_counter() - begun


async def _ten_seconds(apart: Apart, recordings: Sequence[bytes]) -> bytes:
    """The recordings one after the other, as one note of ten seconds."""
    speech = b"".join([await apart.run("bot.audio.decode:to_speech", each) for each in recordings])
    wanted = _NOTE_SECONDS * RATE * 2
    file = io.BytesIO()
    with wave.open(file, "wb") as note:
        note.setparams((1, 2, RATE, 0, "NONE", ""))
        note.writeframes((speech * (wanted // len(speech) + 1))[:wanted])
    return file.getvalue()


def _read(folder: Path) -> Sequence[tuple[str, bytes]]:
    recordings = (file for file in sorted(folder.rglob("*")) if file.suffix in _SOUNDS)
    texts = ((file.with_suffix(".txt"), file) for file in recordings)
    return [(text.read_text("utf-8"), file.read_bytes()) for text, file in texts if text.exists()]


def _spoken_by_a_machine() -> Sequence[tuple[str, bytes]]:
    program = shutil.which("espeak-ng")
    if program is None:
        return ()
    ask = [program, "-v", "vi", "-s", "130", "--stdout"]
    return [(said, subprocess.run([*ask, said], capture_output=True, check=True).stdout) for said in _SAID]


def _words(text: str) -> list[str]:
    letters = (letter if letter.isalnum() else " " for letter in unicodedata.normalize("NFC", text).lower())
    return "".join(letters).split()


def _distance(said: Sequence[str], heard: Sequence[str]) -> int:
    """How many words were left out, put in or taken for others."""
    row = list(range(len(heard) + 1))
    for at, word in enumerate(said, start=1):
        before, row[0] = row[0], at
        for to, other in enumerate(heard, start=1):
            before, row[to] = row[to], min(row[to] + 1, row[to - 1] + 1, before + (word != other))
    return row[-1]
