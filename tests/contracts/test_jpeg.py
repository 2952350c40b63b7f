"""Of a JPEG only the picture is kept; what is none, or hides something, is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.images import LONGEST_SIDE, NotShowable, bare_jpeg
from tests.contracts.jpegs import PLACE, TOLD, jpeg, segment


def test_where_and_when_it_was_taken_goes() -> None:
    assert PLACE in jpeg(beside=TOLD)
    assert bare_jpeg(jpeg(beside=TOLD)) == jpeg()


def test_what_hides_behind_the_picture_goes() -> None:
    assert bare_jpeg(jpeg(after=b"PK\x03\x04" + PLACE + jpeg())) == jpeg()


def test_a_smaller_picture_beside_it_goes() -> None:
    small = b"JFXX\x00\x10" + jpeg(beside=TOLD)
    assert bare_jpeg(jpeg(beside=segment(0xE0, small) + segment(0xEE, b"Adobe" + PLACE))) == jpeg()
    adobe = segment(0xEE, b"Adobe\x00\x64\x00\x00\x00\x00\x01")
    assert bare_jpeg(jpeg(beside=adobe)) == jpeg(beside=adobe)


def scans(count: int) -> bytes:
    """A progressive picture in so many scans."""
    picture = jpeg(frame=0xC2)
    begin = picture.index(b"\xff\xda")
    return picture[:begin] + picture[begin:-2] * count + picture[-2:]


def test_a_picture_in_thousands_of_scans_is_refused() -> None:
    assert bare_jpeg(scans(12)) == scans(12)
    with pytest.raises(NotShowable):
        bare_jpeg(scans(5000))


@pytest.mark.parametrize("frame", [0xC0, 0xC1, 0xC2])
def test_a_picture_as_large_as_may_be_stays_as_it_is(frame: int) -> None:
    picture = jpeg(LONGEST_SIDE, LONGEST_SIDE, frame=frame)
    assert bare_jpeg(picture) == picture


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xd8",
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8\xff\xe0 a picture",
        b"\x89PNG\r\n\x1a\n a picture",
        b"<svg onload=alert(1)>",
        b"%PDF-1.7",
        jpeg(LONGEST_SIDE + 1, 9),
        jpeg(9, LONGEST_SIDE + 1),
        jpeg(0, 9),
        jpeg(9, 0),
        jpeg(frame=0xC3),
        jpeg(beside=segment(0xC0, b"\x08")),
        jpeg(beside=segment(0xC0, b"\x08\x00\x10\x00\x10\x01\x01\x11\x00")),
        jpeg(beside=b"\x00\x00"),
        jpeg(beside=b"\xff\xe1\x00\x01"),
        jpeg(beside=b"\xff\xe1\xff\xff"),
        jpeg()[:-2],
        jpeg()[:-20],
    ],
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(NotShowable):
        bare_jpeg(content)


@given(st.binary(max_size=300), st.integers(0, 200), st.integers(0, 60))
def test_damage_is_refused_or_leaves_a_picture_of_the_same_shape(noise: bytes, at: int, cut: int) -> None:
    picture = jpeg(beside=TOLD)
    try:
        kept = bare_jpeg(picture[:at] + noise + picture[at + cut :])
    except NotShowable:
        return
    assert bare_jpeg(kept) == kept
