"""An app in which neighbours read steps aloud, and what they recorded."""

from bot.app import Parts
from bot.audio.recordings import standing_for
from bot.engine.steps import read_aloud
from tests.contracts.recordings import hum

GUIDE, STEP = "dvc-dang-nhap", "vneid"


async def read_a_step(
    parts: Parts, step: str = STEP, by: str = "admin", recording: bytes = b"", lang: str = "vi"
) -> str:
    """Have somebody read a step of `GUIDE` aloud, and somebody else let it out; the name of the recording."""
    guide = parts.library.current(GUIDE)
    assert guide
    words = standing_for(read_aloud(parts.words, guide, step, lang))
    assert await parts.voice_box.keep(guide, step, lang, words, recording or hum(2.0), by) == ""
    waiting = parts.voice_box.voices.waiting[f"{GUIDE}/{step}/{lang}"]
    assert await parts.voice_box.let_out(GUIDE, step, lang, waiting.sound, "minh")
    note = parts.voice_box.voices.kept(GUIDE, step, lang)
    assert note
    return note.sound
