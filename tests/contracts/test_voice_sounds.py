"""Recordings of every phone and platform become the two forms that are kept; what is none is refused in a word."""

from collections.abc import Callable

import pytest

from bot.audio.decode import samples
from bot.audio.recordings import Sounds, read_sounds
from bot.sandbox.runner import Apart, Limits, Overrun, Unusable
from tests.contracts.recordings import PHONES, hum, narrow_noise, recorded
from tests.patience import PATIENCE


@pytest.fixture
def apart() -> Apart:
    return Apart(Limits(seconds=PATIENCE))


async def made(apart: Apart, data: bytes) -> Sounds:
    return read_sounds(await apart.run("bot.audio.encode:to_sounds", data))


@pytest.mark.parametrize("phone", PHONES)
async def test_every_recorder_is_understood(phone: str, apart: Apart) -> None:
    recording = PHONES[phone]()
    sounds = await made(apart, recording)
    assert 1900 <= sounds.milliseconds <= 2200
    assert sounds.opus.startswith(b"OggS")
    assert b"OpusHead" in sounds.opus[:64]
    assert sounds.aac[0] == 0xFF
    assert sounds.aac[1] & 0xF6 == 0xF0
    assert await apart.run("bot.audio.encode:to_opus", recording) == sounds.opus


async def test_a_minute_fits_where_it_is_kept_and_can_be_heard_again(apart: Apart) -> None:
    sounds = await made(apart, hum(60.0))
    assert len(sounds.opus) < 200_000
    assert len(sounds.aac) < 200_000
    again = await made(apart, sounds.opus)
    assert abs(again.milliseconds - sounds.milliseconds) < 100


async def test_whoever_spoke_softly_is_made_as_loud_as_the_others(apart: Apart) -> None:
    soft, loud = await made(apart, hum(3.0, loud=1_000)), await made(apart, hum(3.0, loud=20_000))
    assert abs(_peak(soft.opus) - _peak(loud.opus)) < 2_000


@pytest.mark.parametrize(
    ("make", "why"),
    [
        pytest.param(bytes, "type", id="nothing"),
        pytest.param(lambda: b"#EXTM3U\nfile:///etc/passwd\n", "type", id="a list of other files"),
        pytest.param(lambda: b"<html>" * 1000, "type", id="a page"),
        pytest.param(lambda: b"\xff\xd8\xff\xe0" + bytes(5000), "type", id="a picture"),
        pytest.param(lambda: b"OggS" + bytes(5000), "damaged", id="only the beginning"),
        pytest.param(lambda: PHONES["safari"]()[:2000], "damaged", id="cut off"),
        pytest.param(lambda: hum(3.0, loud=0), "silent", id="silence"),
        pytest.param(lambda: hum(3.0, loud=100), "silent", id="a microphone that hears nothing"),
        pytest.param(lambda: hum(0.1), "silent", id="a slip of the finger"),
        pytest.param(lambda: hum(63.0), "long", id="over a minute"),
        pytest.param(lambda: recorded("ogg", "libopus", 600.0), "long", id="ten minutes"),
        pytest.param(lambda: narrow_noise(3600), "long", id="an hour"),
    ],
)
async def test_what_is_no_recording_to_keep_is_refused_in_a_word(
    make: Callable[[], bytes], why: str, apart: Apart
) -> None:
    with pytest.raises(Unusable, match=f"^{why}$"):
        await made(apart, make())


async def test_a_recording_with_a_lying_head_takes_no_more_than_it_may(apart: Apart) -> None:
    lying = bytearray(PHONES["safari"]())
    at = lying.index(b"stsz") + 12
    lying[at : at + 4] = b"\xff\xff\xff\xf0"
    with pytest.raises((Unusable, Overrun)):
        await made(apart, bytes(lying))


def _peak(opus: bytes) -> int:
    return max(samples(opus, 16_000, 60))
