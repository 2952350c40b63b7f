"""Steps that were read aloud, as devices fetch them and Telegram sends them."""

from collections.abc import AsyncIterator

import httpx
import pytest

from bot.app import Parts
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.media import StepVoices
from bot.content.guide import Guide
from bot.content.library import publish_files
from bot.model import Aloud, Chat, Choice, Incoming, Reply, replace
from bot.ports.store import Outcome, Sent, Store
from bot.settings import Settings
from bot.store.memory import MemoryStore
from bot.store.memory_data import Shared
from tests.contracts.album import OGG, Album
from tests.contracts.desk_site import StoppedClock
from tests.contracts.recordings import hum
from tests.contracts.test_web_chat import Device
from tests.contracts.voice_ward import GUIDE, STEP, read_a_step
from tests.contracts.web_site import Site, running
from tests.emulators.telegram import TOKEN, TelegramEmulator
from tests.emulators.zalo_bot import TOKEN as ZALO_TOKEN
from tests.emulators.zalo_bot import ZaloBotEmulator
from tests.setting import content, parts_of

SECRET = "test-secret_1"
ALOUD = Reply("Cháu mời bác bấm nghe.", (Choice("next", "Xong", "1"),), "mark", aloud=Aloud("0123", 12))


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with running() as it:
        yield it


@pytest.fixture
async def client(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with site.client() as client:
        yield client


async def at_the_step(client: httpx.AsyncClient) -> Device:
    """A newcomer at the first step of the guide."""
    device = Device(client, (await client.post("/api/chat")).json()["conversation"])
    for said in (f"/start {GUIDE}", "1", "1"):
        await device.say(said)
    return device


async def test_a_recording_is_fetched_in_both_forms_whole_and_in_parts(site: Site, client: httpx.AsyncClient) -> None:
    sound = await read_a_step(site.parts)
    device = await at_the_step(client)
    (reply,) = await device.say("nghe")
    assert reply["audio"] == f"/voices/{sound}.ogg"
    assert [choice["label"] for choice in reply["choices"]][-2:] == ["Nghe đọc", "Menu"]
    for form, kind in (("ogg", "audio/ogg"), ("aac", "audio/aac")):
        whole = await client.get(f"/voices/{sound}.{form}")
        assert (whole.status_code, whole.headers["content-type"]) == (200, kind)
        assert whole.headers["cache-control"] == "public, max-age=86400"
        for wanted, got in (("bytes=0-1", whole.content[:2]), ("bytes=100-", whole.content[100:])):
            part = await client.get(f"/voices/{sound}.{form}", headers={"range": wanted})
            assert (part.status_code, part.content) == (206, got)
        last = await client.get(f"/voices/{sound}.{form}", headers={"range": "bytes=-5"})
        size = len(whole.content)
        assert last.headers["content-range"] == f"bytes {size - 5}-{size - 1}/{size}"
        beyond = await client.get(f"/voices/{sound}.{form}", headers={"range": f"bytes={size}-"})
        assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{size}")
    assert (await client.get("/voices/0000.ogg")).status_code == 404


async def test_a_page_plays_it_to_those_whose_chat_cannot(site: Site, client: httpx.AsyncClient) -> None:
    sound = await read_a_step(site.parts)
    page = await client.get(f"/listen/{sound}")
    assert page.status_code == 200
    for part in ("Điện thoại của bác đã có VNeID chưa?", "1. Có, tôi nhớ mật khẩu", f"/voices/{sound}.aac"):
        assert part in page.text
    await site.parts.voice_box.remove(GUIDE, STEP, "vi", "admin")
    assert (await client.get(f"/listen/{sound}")).status_code == 404
    assert (await client.get(f"/voices/{sound}.ogg")).status_code == 404


async def test_the_same_recording_of_two_steps_is_kept_for_each(site: Site, client: httpx.AsyncClient) -> None:
    first, second = await read_a_step(site.parts), await read_a_step(site.parts, "device")
    await site.parts.voice_box.remove(GUIDE, "device", "vi", "admin")
    assert (await client.get(f"/listen/{first}")).status_code == 200
    assert (await client.get(f"/listen/{second}")).status_code == 404


async def test_what_says_something_else_by_now_is_not_offered(site: Site, client: httpx.AsyncClient) -> None:
    sound = await read_a_step(site.parts)
    device = await at_the_step(client)
    await site.parts.store.publish(_with_other_words(site.parts.library.current(GUIDE)))
    await site.parts.library.refresh(site.parts.store)
    (reply,) = await device.say(f"/start {GUIDE}")
    assert "Nghe đọc" not in [choice["label"] for choice in reply["choices"]]
    (reply,) = await device.say("nghe")
    assert reply["audio"] is None
    assert (await client.get(f"/listen/{sound}")).status_code == 404


async def test_who_began_with_the_words_that_were_read_still_hears_them(site: Site, client: httpx.AsyncClient) -> None:
    await read_a_step(site.parts)
    device = await at_the_step(client)
    await site.parts.store.publish(_with_other_words(site.parts.library.current(GUIDE)))
    await site.parts.library.refresh(site.parts.store)
    (reply,) = await device.say("nghe")
    assert reply["audio"]


async def test_a_newer_recording_takes_the_place_of_the_older_for_every_worker() -> None:
    shared = Shared()
    async with running(MemoryStore("one", shared)) as one, running(MemoryStore("two", shared)) as two:
        old = await read_a_step(one.parts)
        new = await read_a_step(two.parts, recording=hum(3.0))
        await one.parts.voice_box.refresh()
        note = one.parts.handle.setting.voices.kept(GUIDE, STEP, "vi")
        assert note
        assert (note.sound, note.seconds) == (new, 3)
        assert await one.parts.voice_box.opus(old) is None
        assert list(shared.tables["voice-sounds"]) == [new]


def _with_other_words(guide: Guide | None) -> Guide:
    assert guide
    words = guide.says("vi")
    steps = words.steps | {STEP: replace(words.steps[STEP], text="{{ You }} mở máy ra chưa?")}
    return replace(guide, version=guide.version + 1, words={**guide.words, "vi": replace(words, steps=steps)})


async def test_a_zalo_bot_that_cannot_fetch_from_us_offers_nothing_to_listen_to() -> None:
    async with ZaloBotEmulator() as zalo:
        for site, offered in (("", False), ("https://toso.example", True)):
            settings = Settings(
                public_url=site,
                zalo_bot_token=ZALO_TOKEN,
                zalo_bot_secret="secret-of-tests",
                zalo_bot_api=zalo.url,
                zalo_bot_chat_rate=0.0,
            )
            parts, person = parts_of(settings, MemoryStore("listening"), content()), zalo.person()
            await parts.library.refresh(await _published(parts))
            await read_a_step(parts)
            chat = Chat("zalo-bot", person.id, person.id)
            for number, text in enumerate((f"/start {GUIDE}", "1", "1")):
                await parts.handle(Incoming(str(number), chat, text=text))
            await parts.stop()
            assert ("4. Nghe đọc" in person.sees[-1].text) == offered
            assert "3. Chưa có" in person.sees[-1].text


async def _published(parts: Parts) -> Store:
    await publish_files(parts.store, parts.content)
    return parts.store


class Rig:
    """A bot over a store that outlives it, and somebody who talks to it."""

    def __init__(self, emulator: TelegramEmulator) -> None:
        self.emulator = emulator
        self.person = emulator.person()
        self.album = Album()
        self._shared = Shared()
        self.channel = self._started()

    def _started(self) -> TelegramChannel:
        voices = StepVoices("4242424242", self.album, MemoryStore("voices", self._shared))
        return TelegramChannel(
            TOKEN, SECRET, clock=StoppedClock(), api=self.emulator.url, rate=0, chat_rate=0, voices=voices
        )

    async def restart(self) -> None:
        await self.channel.close()
        self.channel = self._started()

    async def send(self) -> Outcome:
        chat = Chat("telegram", str(self.person.id), str(self.person.id))
        return await self.channel.send(chat, self.channel.render(chat, ALOUD, ""))


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with TelegramEmulator(limits=False) as emulator:
        made = Rig(emulator)
        yield made
        await made.channel.close()


async def test_on_telegram_it_is_one_message_of_spoken_words_with_buttons(rig: Rig) -> None:
    assert await rig.send() == Sent()
    (seen,) = rig.person.sees
    assert (seen.text, seen.labels) == (ALOUD.text, ("1. Xong",))
    assert rig.emulator.world.files[seen.file] == OGG
    assert [call.method for call in rig.emulator.calls] == ["sendVoice"]


async def test_it_is_uploaded_to_telegram_once_also_over_a_restart(rig: Rig) -> None:
    await rig.send()
    await rig.restart()
    await rig.send()
    assert rig.album.asked == 1
    assert len({seen.file for seen in rig.person.sees}) == 1


async def test_without_a_recording_the_words_arrive_and_can_be_answered(rig: Rig) -> None:
    rig.album.pages = {}
    assert await rig.send() == Sent()
    (seen,) = rig.person.sees
    assert (seen.text, seen.labels, seen.file) == (ALOUD.text, ("1. Xong",), "")


async def test_a_name_that_telegram_forgot_costs_one_message_its_voice(rig: Rig) -> None:
    await rig.send()
    rig.emulator.world.files.clear()
    assert await rig.send() == Sent()
    assert await rig.send() == Sent()
    assert [bool(seen.file) for seen in rig.person.sees] == [True, False, True]


async def test_what_waited_goes_as_words_when_voices_are_switched_off(rig: Rig) -> None:
    chat = Chat("telegram", str(rig.person.id), str(rig.person.id))
    off = TelegramChannel(TOKEN, SECRET, clock=StoppedClock(), api=rig.emulator.url, rate=0, chat_rate=0)
    assert await off.send(chat, rig.channel.render(chat, ALOUD, "")) == Sent()
    await off.close()
    assert [(seen.text, seen.labels, seen.file) for seen in rig.person.sees] == [(ALOUD.text, ("1. Xong",), "")]
