"""A picture says nothing but what it shows, whatever it is made by, and stays the right way up."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.images import NotShowable, bare
from tests.cameras import FORMS, ON_ITS_SIDE, pixels, taken, tells, turned


@pytest.mark.parametrize("form", FORMS)
def test_where_it_was_taken_goes_and_what_it_shows_stays(form: str) -> None:
    picture = taken(form)
    assert "GPS" in tells(picture)
    assert tells(bare(picture)) == []
    assert pixels(bare(picture)) == pixels(picture)
    assert turned(bare(picture)) == turned(picture) == ON_ITS_SIDE
    assert bare(bare(picture)) == bare(picture)


@pytest.mark.parametrize("form", FORMS)
def test_an_upright_picture_says_nothing_at_all(form: str) -> None:
    assert turned(bare(taken(form, 1))) == 1
    assert b"xif" not in bare(taken(form, 1))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("part", [0.2, 0.5, 0.9])
def test_a_damaged_one_is_refused(form: str, part: float) -> None:
    picture = taken(form)
    with pytest.raises(NotShowable):
        bare(picture[: round(len(picture) * part)])


@pytest.mark.parametrize("content", [b"", b"OggS\x00 spoken words", b"#!AMR\n", b"GIF89a"])
def test_what_is_no_such_picture_stays_as_it_is(content: bytes) -> None:
    assert bare(content) == content


@given(st.sampled_from(FORMS), st.integers(0, 2**20), st.binary(max_size=40))
def test_whatever_it_holds_it_is_kept_bare_or_refused(form: str, at: int, bytes_: bytes) -> None:
    picture = taken(form)
    at %= len(picture)
    with suppress(NotShowable):
        assert len(bare(picture[:at] + bytes_ + picture[at + len(bytes_) :])) <= len(picture) + 100
