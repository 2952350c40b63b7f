"""Steps with their picture on Telegram: uploaded once, one call a step, and never a step lost because of a picture."""

from collections.abc import AsyncIterator

import pytest

from bot.channels.images import REST_SECONDS
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.media import StepPictures
from bot.model import Chat, Choice, Drawn, Reply
from bot.ports.store import Later, Outcome, Sent, Unconfirmed
from bot.store.memory import MemoryStore
from bot.store.memory_data import Shared
from tests.contracts.album import PNG, Album
from tests.contracts.desk_site import StoppedClock
from tests.contracts.zalo_oa_rig import MovedClock
from tests.emulators.faults import Fault, Faults, Json
from tests.emulators.telegram import TOKEN, TelegramEmulator
from tests.emulators.telegram_methods import METHODS, Params, send_photo
from tests.emulators.telegram_world import World

SECRET = "test-secret_1"
CHOICES = (Choice("next", "Xong rồi", "1"), Choice("menu", "Menu", "0"))
STEP = Reply("Bước 3/9\nBấm «Quên mật khẩu».", CHOICES, "mark", picture=Drawn("0123/g/1/s/3/vi", "Nút được khoanh."))


@pytest.fixture
async def emulator() -> AsyncIterator[TelegramEmulator]:
    async with TelegramEmulator(limits=False) as running:
        yield running


class Rig:
    """A bot over a store that outlives it."""

    def __init__(self, emulator: TelegramEmulator) -> None:
        self.emulator = emulator
        self.person = emulator.person()
        self.album = Album()
        self._shared = Shared()
        self.clock = MovedClock()
        self.channel = self.started()

    def started(self, *, pictures: bool = True) -> TelegramChannel:
        store = MemoryStore("pictures", self._shared)
        steps = StepPictures("4242424242", self.album, store, self.clock) if pictures else None
        return TelegramChannel(
            TOKEN, SECRET, clock=self.clock, api=self.emulator.url, rate=0, chat_rate=0, pictures=steps
        )

    async def send(self, reply: Reply = STEP, sender: TelegramChannel | None = None, doubts: int = 0) -> Outcome:
        chat = Chat("telegram", str(self.person.id), str(self.person.id))
        return await (sender or self.channel).send(chat, self.channel.render(chat, reply, ""), doubts)

    @property
    def calls(self) -> list[str]:
        return [call.method for call in self.emulator.calls]


@pytest.fixture
async def rig(emulator: TelegramEmulator) -> AsyncIterator[Rig]:
    made = Rig(emulator)
    yield made
    await made.channel.close()


async def test_a_step_is_one_message_with_picture_words_and_buttons(rig: Rig) -> None:
    assert await rig.send() == Sent()
    (seen,) = rig.person.sees
    assert (seen.photo, seen.text, seen.labels) == (True, STEP.text, ("1. Xong rồi", "0. Menu"))
    assert rig.emulator.world.files[seen.file] == PNG
    assert rig.calls == ["sendPhoto"]


async def test_a_picture_that_is_made_of_a_screenshot_is_uploaded_too(rig: Rig) -> None:
    name, content = "4567/g/1/s/3/vi.jpg", b"\xff\xd8\xff step"
    rig.album.pages = {name: content}
    assert await rig.send(Reply(STEP.text, CHOICES, "mark", picture=Drawn(name, "Nút được khoanh."))) == Sent()
    (seen,) = rig.person.sees
    assert rig.emulator.world.files[seen.file] == content


async def test_a_picture_is_uploaded_once_also_over_a_restart(rig: Rig) -> None:
    await rig.send()
    await rig.send()
    again = rig.started()
    await rig.send(sender=again)
    await again.close()
    assert [seen.file for seen in rig.person.sees] == [rig.person.sees[0].file] * 3
    assert (rig.album.asked, rig.calls) == (1, ["sendPhoto"] * 3)


async def test_without_a_picture_the_step_is_words(rig: Rig) -> None:
    rig.album.pages = {}
    assert await rig.send() == Sent()
    assert [(seen.photo, seen.text, len(seen.labels)) for seen in rig.person.sees] == [(False, STEP.text, 2)]


async def test_a_step_does_not_wait_long_for_a_picture_that_is_drawn(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.images.PATIENCE_SECONDS", 0.1)
    rig.album.seconds = 0.5
    assert await rig.send() == Sent()
    rig.album.seconds = 0.0
    assert await rig.send() == Sent()
    assert [(seen.photo, seen.text) for seen in rig.person.sees] == [(False, STEP.text), (True, STEP.text)]


async def test_a_picture_that_telegram_forgot_costs_no_step_and_is_uploaded_anew(rig: Rig) -> None:
    await rig.send()
    rig.emulator.world.files.clear()
    assert await rig.send() == Sent()
    assert await rig.send() == Sent()
    assert [seen.photo for seen in rig.person.sees] == [True, False, True]
    assert rig.calls == ["sendPhoto", "sendPhoto", "sendMessage", "sendPhoto"]


@pytest.mark.parametrize("fault", [500, 502, "drop"])
async def test_a_picture_that_telegram_fails_at_goes_as_words_the_next_time(rig: Rig, fault: Fault) -> None:
    rig.emulator.fail_next(fault, method="sendPhoto", times=9)
    assert isinstance(await rig.send(), Unconfirmed)
    assert await rig.send(doubts=1) == Sent()
    assert [(seen.photo, seen.text) for seen in rig.person.sees][-1] == (False, STEP.text)
    assert len(rig.person.sees) == (2 if fault == "drop" else 1)


async def test_nobody_waits_again_for_a_picture_that_got_no_answer(rig: Rig) -> None:
    rig.emulator.fail_next("drop", method="sendPhoto", times=9)
    assert isinstance(await rig.send(), Unconfirmed)
    assert [await rig.send() for _ in range(3)] == [Sent()] * 3
    assert rig.calls.count("sendPhoto") == 1
    rig.emulator.faults = Faults()
    rig.clock.passes(seconds=REST_SECONDS)
    assert await rig.send() == Sent()
    assert [seen.photo for seen in rig.person.sees] == [True, False, False, False, True]


async def test_an_outage_keeps_the_picture(rig: Rig) -> None:
    away = TelegramChannel(
        TOKEN,
        SECRET,
        clock=StoppedClock(),
        api="http://127.0.0.1:9",
        rate=0,
        chat_rate=0,
        pictures=StepPictures("4242424242", rig.album, MemoryStore("away"), rig.clock),
    )
    assert isinstance(await rig.send(sender=away), Later)
    await away.close()
    assert await rig.send() == Sent()
    assert [seen.photo for seen in rig.person.sees] == [True]


async def test_what_was_taken_back_while_its_message_waited_is_not_shown_again(rig: Rig) -> None:
    name = "4567/g/1/s/3/vi.jpg"
    step = Reply(STEP.text, CHOICES, "mark", picture=Drawn(name, "Nút được khoanh."))
    await rig.send(step)
    rig.album.taken_back.add(name)
    assert await rig.send(step) == Sent()
    assert [(seen.photo, seen.text) for seen in rig.person.sees] == [(True, STEP.text), (False, STEP.text)]


@pytest.mark.parametrize("lacking", ["photo", "chat"])
async def test_an_answer_that_names_no_picture_costs_neither_a_step_nor_a_second_one(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, lacking: str
) -> None:
    def half_answered(world: World, params: Params) -> Json:
        return {name: value for name, value in send_photo(world, params).items() if name != lacking}

    monkeypatch.setitem(METHODS, "sendphoto", half_answered)
    assert await rig.send() == Sent()
    assert await rig.send() == Sent()
    assert [seen.photo for seen in rig.person.sees] == [True, True]
    assert rig.album.asked == 2


async def test_words_too_long_for_a_picture_go_alone(rig: Rig) -> None:
    long = Reply("dài " * 300, CHOICES, "mark", picture=STEP.picture)
    assert await rig.send(long) == Sent()
    assert [(seen.photo, len(seen.labels)) for seen in rig.person.sees] == [(False, 2)]


async def test_what_waited_goes_as_words_when_pictures_are_switched_off(rig: Rig) -> None:
    off = rig.started(pictures=False)
    assert await rig.send(sender=off) == Sent()
    await off.close()
    assert [(seen.photo, seen.text, len(seen.labels)) for seen in rig.person.sees] == [(False, STEP.text, 2)]
