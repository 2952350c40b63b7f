"""Steps with their picture through the Official Account: one message a step, and never a step lost to its picture."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.channels.images import REST_SECONDS
from bot.channels.zalo_oa.channel import ZaloOaChannel
from bot.model import Drawn, Reply
from bot.ports.store import Outcome, Sent, Unconfirmed
from bot.store.memory import MemoryStore
from bot.store.memory_data import Shared
from tests.contracts.album import JPEG, PNG, Album
from tests.contracts.test_step_pictures import TO_PICTURE
from tests.contracts.zalo_oa_rig import CHOICES, Rig, buttons, channel_to, private, zalo_rig
from tests.contracts.zalo_oa_site import app
from tests.emulators.faults import Fault
from tests.emulators.zalo_oa import ZaloOaEmulator
from tests.emulators.zalo_oa_people import Person
from tests.patience import PATIENCE, until

STEP = Reply("Bước 3/9\nBấm «Quên mật khẩu».", CHOICES, "mark", picture=Drawn("0123/g/1/s/3/vi", "Nút được khoanh."))
OTHER = Reply("Bước 4/9", CHOICES, "mark", picture=Drawn("4567/g/1/t/4/vi", "Nút được khoanh."))
WORDS = "Bước 3/9\nBấm «Quên mật khẩu».\n\n1. Còn mở được\n\n9. Quay lại · 0. Menu"
DAY = 24


@pytest.fixture
def album() -> Album:
    return Album()


@pytest.fixture
async def rig(album: Album) -> AsyncIterator[Rig]:
    async with zalo_rig(drawn=album) as made:
        yield made


def calls(rig: Rig) -> list[str]:
    """The uploads (`image`) and messages (`cs`) that were let in."""
    ends = (call.method.rpartition("/")[2] for call in rig.zalo.calls)
    return [end for end in ends if end in ("image", "cs")]


def uploads(rig: Rig) -> int:
    return calls(rig).count("image")


def seen(rig: Rig, person: Person) -> list[tuple[bool, str]]:
    """Of each message whether it came with the picture, and its words."""
    kept = rig.zalo.world.uploads
    shown = [message for message in person.record.messages if message["src"] == 0]
    return [("url" in each and kept[each["url"]].content == PNG, each["text"]) for each in shown]


async def test_a_step_is_one_message_with_its_picture_and_digits(rig: Rig) -> None:
    person = rig.zalo.person()
    await person.says("1")
    assert await rig.send(private(person.id), STEP, rig.heard[-1].id) == Sent()
    assert seen(rig, person) == [(True, WORDS)]
    assert buttons(person) == []
    assert person.sees[-1].labels == ("1. Còn mở được", "9. Quay lại", "0. Menu")
    assert rig.spent == {"reply": 1}
    assert calls(rig) == ["image", "cs"]


async def test_a_picture_is_uploaded_once_for_all_readers_workers_and_restarts(rig: Rig, album: Album) -> None:
    shared = Shared()
    one, two = (channel_to(rig.zalo, MemoryStore(name, shared), rig.clock, drawn=album) for name in ("one", "two"))
    people = [rig.zalo.person() for _ in range(6)]

    async def send(sender: ZaloOaChannel, person: Person) -> Outcome:
        chat = private(person.id)
        return await sender.send(chat, sender.render(chat, STEP, f"m:{person.id}:1"))

    album.seconds = 0.05
    assert await asyncio.gather(*(send(one, person) for person in people[:4])) == [Sent()] * 4
    assert [await send(two, person) for person in people[4:]] == [Sent()] * 2
    assert [seen(rig, person) for person in people] == [[(True, WORDS)]] * 6
    assert uploads(rig) == 1
    await one.close()
    await two.close()


@pytest.mark.parametrize("fault", [-201, -210, -211, -212, -32, 500, "html", "broken", "drop"])
async def test_where_the_upload_fails_the_step_is_words_with_buttons(rig: Rig, fault: Fault) -> None:
    person = rig.zalo.person()
    rig.zalo.fail_next(fault, method="upload/image")
    assert await rig.send(private(person.id), STEP) == Sent()
    assert seen(rig, person) == [(False, WORDS)]
    assert len(buttons(person)) == len(CHOICES)


async def test_after_a_failed_upload_nobody_waits_for_another_one_for_a_while(rig: Rig) -> None:
    person = rig.zalo.person()
    assert await rig.send(private(person.id), OTHER) == Sent()
    rig.zalo.fail_next(-211, method="upload/image")
    assert [await rig.send(private(person.id), each) for each in (STEP, STEP, OTHER)] == [Sent()] * 3
    assert [picture for picture, _ in seen(rig, person)] == [True, False, False, True]
    assert uploads(rig) == 1
    rig.clock.passes(seconds=REST_SECONDS)
    assert await rig.send(private(person.id), STEP) == Sent()
    assert seen(rig, person)[-1] == (True, WORDS)


async def test_a_screenshot_is_uploaded_as_what_it_is(rig: Rig, album: Album) -> None:
    person, name = rig.zalo.person(), "89ab/g/1/s/3/vi.jpg"
    album.pages = {name: JPEG}
    assert await rig.send(private(person.id), Reply("Bước 3/9", CHOICES, "mark", picture=Drawn(name, ""))) == Sent()
    assert person.sees[-1].photo
    assert [upload.content for upload in rig.zalo.world.uploads.values()] == [JPEG]
    assert rig.zalo.calls[-2].params["name"] == "picture.jpg"


@pytest.mark.parametrize("picture", [b"RIFF0000WEBP", PNG + bytes(1024 * 1024)])
async def test_what_zalo_would_not_take_is_not_uploaded(rig: Rig, album: Album, picture: bytes) -> None:
    person = rig.zalo.person()
    album.pages = {"0123/g/1/s/3/vi": picture}
    assert await rig.send(private(person.id), STEP) == Sent()
    assert (seen(rig, person), uploads(rig)) == ([(False, WORDS)], 0)


async def test_without_a_picture_the_step_is_words_with_buttons(rig: Rig, album: Album) -> None:
    person = rig.zalo.person()
    album.pages = {}
    assert await rig.send(private(person.id), STEP) == Sent()
    assert seen(rig, person) == [(False, WORDS)]
    assert len(buttons(person)) == len(CHOICES)
    assert calls(rig) == ["cs"]


async def test_what_was_taken_back_while_its_message_waited_is_not_shown_again(rig: Rig, album: Album) -> None:
    person = rig.zalo.person()
    await rig.send(private(person.id), STEP)
    assert STEP.picture
    album.taken_back.add(STEP.picture.name)
    assert await rig.send(private(person.id), STEP) == Sent()
    assert seen(rig, person) == [(True, WORDS), (False, WORDS)]


@pytest.mark.parametrize("where", ["drawn", "uploaded"])
async def test_a_slow_picture_is_not_waited_for_long_and_the_next_reader_has_it(
    rig: Rig, album: Album, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.zalo_oa.media.PATIENCE_SECONDS", 0.1)
    person, next_one = rig.zalo.person(), rig.zalo.person()
    if where == "drawn":
        album.seconds = 0.3
    else:
        rig.zalo.fail_next("delay", method="upload/image", seconds=0.3)
    assert await rig.send(private(person.id), STEP) == Sent()
    assert seen(rig, person) == [(False, WORDS)]
    await until(lambda: bool(rig.zalo.world.uploads))
    monkeypatch.setattr("bot.channels.zalo_oa.media.PATIENCE_SECONDS", PATIENCE)
    assert await rig.send(private(next_one.id), STEP) == Sent()
    assert seen(rig, next_one) == [(True, WORDS)]
    assert uploads(rig) == 1


async def test_an_id_that_zalo_forgot_is_replaced_and_the_step_goes_out_once(rig: Rig) -> None:
    person = rig.zalo.person()
    chat = private(person.id)
    assert await rig.send(chat, STEP) == Sent()
    rig.zalo.world.uploads.popitem()
    person.record.messages.clear()
    assert await rig.send(chat, STEP) == Sent()
    assert await rig.send(chat, STEP) == Sent()
    assert seen(rig, person) == [(True, WORDS)] * 2
    assert calls(rig) == ["image", "cs", "cs", "image", "cs", "cs"]
    assert rig.spent == {"reply": 3}


async def test_where_zalo_forgets_at_once_the_step_is_words(rig: Rig) -> None:
    rig.zalo.world.unsent_seconds = -1
    person = rig.zalo.person()
    assert await rig.send(private(person.id), STEP) == Sent()
    assert seen(rig, person) == [(False, WORDS)]
    assert calls(rig) == ["image", "cs", "image", "cs", "cs"]


async def test_an_id_is_not_used_for_longer_than_zalo_keeps_it(rig: Rig) -> None:
    person = rig.zalo.person()
    for days in (0, 5, 2, 5, 3):
        rig.clock.passes(hours=days * DAY)
        await person.says("1")
        assert await rig.send(private(person.id), STEP, rig.heard[-1].id) == Sent()
    assert {picture for picture, _ in seen(rig, person)} == {True}
    assert uploads(rig) == 3
    assert rig.spent == {"reply": 5}


@pytest.mark.parametrize("fault", [-200, -201, -210, -233, -248])
async def test_a_picture_that_zalo_does_not_take_leaves_the_step_as_words(rig: Rig, fault: int) -> None:
    person = rig.zalo.person()
    rig.zalo.fail_next(fault, method="message/cs")
    assert await rig.send(private(person.id), STEP) == Sent()
    assert await rig.send(private(person.id), STEP) == Sent()
    assert seen(rig, person) == [(False, WORDS)] * 2, "for a while all steps are words"
    assert len(buttons(person)) == len(CHOICES)
    rig.clock.passes(seconds=REST_SECONDS)
    assert await rig.send(private(person.id), STEP) == Sent()
    assert seen(rig, person)[-1] == (True, WORDS)
    assert rig.spent == {"reply": 3}


@pytest.mark.parametrize("fault", ["html", "broken", 503])
async def test_a_step_that_got_no_answer_is_tried_again_as_words(rig: Rig, fault: Fault) -> None:
    person = rig.zalo.person()
    rig.zalo.fail_next(fault, method="message/cs")
    assert isinstance(await rig.send(private(person.id), STEP), Unconfirmed)
    assert await rig.send(private(person.id), STEP) == Sent()
    assert seen(rig, person) == [(False, WORDS)]


@pytest.mark.parametrize("fault", [-32, -216])
async def test_what_is_not_the_pictures_fault_keeps_the_picture(rig: Rig, fault: int) -> None:
    person = rig.zalo.person()
    rig.zalo.fail_next(fault, method="message/cs")
    first = await rig.send(private(person.id), STEP)
    assert (first == Sent()) == (fault == -216), "a token is renewed at once"
    if first != Sent():
        assert await rig.send(private(person.id), STEP) == Sent()
    assert seen(rig, person) == [(True, WORDS)]


async def test_pictures_use_up_no_more_of_what_is_free_than_words(rig: Rig) -> None:
    person = rig.zalo.person()
    await person.says("1")
    sent = [await rig.send(private(person.id), STEP) for _ in range(9)]
    assert [type(each).__name__ for each in sent] == ["Sent"] * 8 + ["Refused"]
    assert rig.spent == {"reply": 8, "held_back": 1}
    assert sum(count for kind, count in rig.zalo.world.spent.items() if kind != "reply") == 0


async def test_uploads_leave_the_calls_of_a_minute_to_words(album: Album) -> None:
    async with zalo_rig(drawn=album, rate=60.0) as rig:
        person = rig.zalo.person()
        assert await rig.send(private(person.id), STEP) == Sent()
        assert (seen(rig, person), uploads(rig)) == ([(False, WORDS)], 0)


async def test_what_waited_is_words_when_pictures_are_switched_off_and_else_the_other_way_round(
    rig: Rig, album: Album
) -> None:
    off, person = channel_to(rig.zalo, rig.store, rig.clock), rig.zalo.person()
    chat = private(person.id)
    assert await off.send(chat, rig.channel.render(chat, STEP, "")) == Sent()
    assert await rig.channel.send(chat, off.render(chat, STEP, "")) == Sent()
    assert seen(rig, person) == [(False, WORDS)] * 2
    assert len(buttons(person)) == len(CHOICES)
    await off.close()


async def test_the_app_shows_a_guides_pictures_and_every_step_is_one_free_message() -> None:
    async with ZaloOaEmulator() as zalo, app(zalo):
        person = zalo.person()
        for text in TO_PICTURE:
            await person.says(text)
            await person.next_message()
        step = person.sees[-1]
        assert (step.photo, step.text.startswith("Bước 3\n")) == (True, True)
        (upload,) = zalo.world.uploads.values()
        assert upload.content.startswith(b"\x89PNG")
        await person.says("9")
        assert not (await person.next_message()).photo
        assert zalo.world.spent == {"reply": len(person.sees)}
