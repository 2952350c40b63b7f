"""The web chat's API, through the door a device uses."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import httpx
import pytest
from typing_extensions import override

from api.app import create_app
from api.chat.routes import IN_FLIGHT_PER_ADDRESS, NEW_PER_MESSAGES
from api.sse import Streams
from bot.channels.web import chat_of
from bot.cli.serve_worker import configured
from bot.model import Chat
from bot.ports.store import Loaded
from bot.service.outbox import LogGrowth
from bot.settings import Settings
from bot.store.memory import MemoryStore
from bot.store.memory_data import Shared
from tests.contracts.spoken import KHAI_SINH
from tests.contracts.web_site import DATA, Site, running
from tests.patience import PATIENCE, until
from tests.setting import content, parts_of

pytestmark = pytest.mark.installs


class Device:
    """One resident's device: a conversation, and message ids of its own."""

    def __init__(self, client: httpx.AsyncClient, token: str) -> None:
        self.client = client
        self.token = token
        self.sent = 0

    async def post(self, **message: str | int) -> httpx.Response:
        return await self.client.post(f"/api/chat/{self.token}", json=message)

    async def say(self, text: str) -> list[dict[str, Any]]:
        self.sent += 1
        return replies(await self.post(id=f"m{self.sent}", text=text))

    @asynccontextmanager
    async def events(self, **headers: str) -> AsyncIterator[AsyncIterator[str]]:
        path = f"/api/chat/{self.token}/events"
        async with self.client.stream("GET", path, headers=headers) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            yield answer.aiter_lines()


def replies(answer: httpx.Response) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    said: list[dict[str, Any]] = answer.json()["replies"]
    return said


async def next_event(lines: AsyncIterator[str]) -> tuple[int, dict[str, Any]]:
    async with asyncio.timeout(PATIENCE):
        number = 0
        async for line in lines:
            if line.startswith("id: "):
                number = int(line[4:])
            if line.startswith("data: "):
                return number, json.loads(line[6:])
    raise AssertionError("the stream ended")


@asynccontextmanager
async def device(site: Site) -> AsyncIterator[Device]:
    async with site.client() as client:
        token = (await client.post("/api/chat")).json()["conversation"]
        yield Device(client, token)


async def test_what_was_said_before_the_consent_question_was_shown_is_no_consent(site: Site) -> None:
    async with device(site) as mine:
        await mine.say("/start")
        for number, text in enumerate(("1", "đồng ý")):
            (asked,) = replies(await mine.post(id=f"early{number}", text=text, after=0))
            assert [choice["label"] for choice in asked["choices"]][:1] == ["Đồng ý"]
        (agreed,) = replies(await mine.post(id="read", text="1", after=3))
        assert "Đồng ý" not in [choice["label"] for choice in agreed["choices"]]


async def test_a_reply_has_exactly_the_promised_shape() -> None:
    async with running() as site, device(site) as phone:
        (welcome,) = await phone.say("/start")
        assert set(welcome) == {"text", "choices", "picture", "audio", "from", "lang", "calls"}
        assert welcome["from"] == "bot"
        assert welcome["picture"] is None
        assert welcome["choices"]
        assert [set(choice) for choice in welcome["choices"]] == [{"id", "label", "digit"}] * len(welcome["choices"])


async def test_an_answer_says_what_a_line_with_a_secret_became() -> None:
    """So the device keeps it as the server does; a code that was told in pieces goes from the lines before, too."""
    told = (
        ("mật khẩu VNeID của tôi là Hoasen77", {"m3": "mật khẩu VNeID của tôi là […]"}),
        ("máy hiện chữ lạ quá", None),
        ("482", None),
        ("913", {"m5": "[…]", "m6": "[…]"}),
        ("mã OTP là 12", {"m7": "mã OTP là […]"}),
        ("3456", {"m8": "[…]"}),
        ("78", {"m9": "[…]"}),
        ("cvv 7", {"m10": "cvv […]"}),
        ("mật khẩu là", None),
        ("Hoasen77", {"m12": "[…]"}),
    )
    async with running() as site, device(site) as phone:
        await phone.say("/start")
        await phone.say("1")
        for text, masked in told:
            first, *others = await phone.say(text)
            assert (first.get("masked"), [reply.get("masked") for reply in others]) == (masked, [None] * len(others))
        twice = replies(await phone.post(id="m6", text="913"))
        assert twice[0]["masked"] == {"m5": "[…]", "m6": "[…]"}, "a device that lost the answer gets it again"


async def test_a_hundred_messages_in_a_row_are_answered_each() -> None:
    """How often one may write here is decided at the door."""
    async with running() as site, device(site) as phone:
        await phone.say("/start")
        for _ in range(100):
            assert len(await phone.say("help")) == 1


async def test_every_reply_says_its_language() -> None:
    async with running() as site, device(site) as phone:
        for text, lang in (("/start", "vi"), ("english", "en"), ("1", "en"), ("tiếng việt", "vi"), ("english", "en")):
            assert [reply["lang"] for reply in await phone.say(text)] == [lang], text
        await phone.say("delete it")
        (erased,) = await phone.say("1")
        assert (erased["lang"], erased["choices"]) == ("en", [])
        assert [reply["lang"] for reply in await phone.say("hello")] == ["vi"]


async def test_a_pressed_choice_does_what_its_digit_does() -> None:
    async with running() as site, device(site) as typing, device(site) as pressing:
        await typing.say("/start")
        (welcome,) = await pressing.say("/start")
        first = welcome["choices"][0]
        assert replies(await pressing.post(id="p", choice=first["id"])) == await typing.say(first["digit"])


async def test_the_same_id_twice_has_one_effect_and_one_answer() -> None:
    async with running() as site, device(site) as phone:
        await phone.say("/start")
        once = await phone.post(id="again", text="1")
        twice = await phone.post(id="again", text="1")
        assert twice.json() == once.json()
        assert twice.headers["log-numbers"] == once.headers["log-numbers"]
        log = await site.parts.store.read_log(chat_of(phone.token), 0)
        assert len(log) == 1 + len(replies(once))


async def test_the_same_id_has_one_effect_and_one_answer_however_much_came_between() -> None:
    async with running() as site, device(site) as phone:
        await phone.say("/start")
        once = await phone.post(id="again", text="1")
        for text in ("0", "giúp") * 60:
            await phone.say(text)
        before = await site.parts.store.load(chat_of(phone.token))
        twice = await phone.post(id="again", text="1")
        assert twice.json() == once.json()
        assert replies(once)
        assert await site.parts.store.load(chat_of(phone.token)) == before


async def test_the_same_id_at_the_same_time_has_one_effect() -> None:
    async with running() as site, device(site) as phone:
        await phone.say("/start")
        answers = await asyncio.gather(*(phone.post(id="race", text="1") for _ in range(5)))
        assert len({answer.text for answer in answers}) == 1
        log = await site.parts.store.read_log(chat_of(phone.token), 0)
        assert len(log) == 1 + len(replies(answers[0]))


async def test_another_worker_after_a_restart_knows_the_token_and_the_answer() -> None:
    kept = Shared()
    async with running(MemoryStore("first", kept)) as before, device(before) as phone:
        await phone.say("/start")
        once = await phone.post(id="x", text="1")
    async with running(MemoryStore("second", kept)) as after, after.client() as client:
        twice = await client.post(f"/api/chat/{phone.token}", json={"id": "x", "text": "1"})
    assert twice.json() == once.json()


async def test_start_with_a_guide_opens_it_after_the_welcome() -> None:
    async with running() as site, device(site) as phone:
        guide = site.parts.library.all()[0]
        said = await phone.say(f"/start {guide.id}")
        for _ in range(3):
            if guide.says("vi").title in said[-1]["text"]:
                break
            said = await phone.say("1")
        assert guide.says("vi").title in said[-1]["text"]


async def test_every_guide_can_be_begun_by_its_link() -> None:
    async with running() as site:
        for guide in site.parts.library.all():
            async with device(site) as phone:
                answers = [*await phone.say(f"/start {guide.id}"), *await phone.say("2"), *await phone.say("1")]
                said, start = guide.says("vi"), guide.steps[guide.start]
                # Nothing stands above the words for who is in danger, so its buttons tell which guide it is.
                shown = [choice["label"] for answer in answers for choice in answer["choices"]]
                begun = {*said.steps[guide.start].labels.values()} <= {*shown}
                named = any(said.title in answer["text"] for answer in answers)
                assert begun if start.bare else named, guide.id


async def test_events_bring_the_log_and_then_each_new_reply_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """At once: long before the store is looked at again."""
    monkeypatch.setattr("api.app.Streams", partial(Streams, poll_seconds=10 * PATIENCE))
    async with running() as site, device(site) as phone:
        (welcome,) = await phone.say("/start")
        async with phone.events() as lines:
            assert await next_event(lines) == (1, welcome)
            await asyncio.sleep(0.1)
            (answer,) = await phone.say("1")
            assert await next_event(lines) == (2, answer)


@pytest.mark.parametrize("header", ["last-event-id", "after"])
async def test_events_go_on_where_the_device_stopped(header: str) -> None:
    async with running() as site, device(site) as phone:
        await phone.say("/start")
        (answer,) = await phone.say("1")
        if header == "after":
            path = f"/api/chat/{phone.token}/events?after=1"
            async with phone.client.stream("GET", path) as stream:
                assert await next_event(stream.aiter_lines()) == (2, answer)
        else:
            async with phone.events(**{"last-event-id": "1"}) as lines:
                assert await next_event(lines) == (2, answer)


async def test_events_begin_anew_for_a_device_ahead_of_the_log() -> None:
    async with running() as site, device(site) as phone:
        (welcome,) = await phone.say("/start")
        async with phone.events(**{"last-event-id": "57"}) as lines:
            assert await next_event(lines) == (1, welcome)


async def test_events_see_what_another_worker_saved() -> None:
    kept = Shared()
    first, second = MemoryStore("first", kept), MemoryStore("second", kept)
    async with running(first) as site, running(second) as other, device(site) as phone:
        (welcome,) = await phone.say("/start")
        async with phone.events() as lines, other.client() as elsewhere:
            assert await next_event(lines) == (1, welcome)
            answer = await elsewhere.post(f"/api/chat/{phone.token}", json={"id": "other", "text": "1"})
            number, reply = await next_event(lines)
            assert (number, [reply]) == (2, replies(answer))


async def test_events_of_a_fresh_conversation_wait() -> None:
    async with running() as site, device(site) as phone, phone.events() as lines:
        assert await anext(lines) == "retry: 1000"
        (welcome,) = await phone.say("/start")
        assert await next_event(lines) == (1, welcome)


async def test_one_address_follows_only_so_many_conversations_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.chat.routes.STREAMS_PER_ADDRESS", 2)
    far = {"x-forwarded-for": "203.0.113.9"}
    async with running() as site, device(site) as phone:
        path = f"/api/chat/{phone.token}/events"
        async with phone.events(**far), phone.events(**far):
            refused = await phone.client.get(path, headers=far)
            assert (refused.status_code, refused.json()["error"]["code"]) == (429, "too_many")
            async with phone.events(**{"x-forwarded-for": "203.0.113.10"}) as lines:
                assert await anext(lines) == "retry: 1000"

        async def follows() -> bool:
            async with phone.client.stream("GET", path, headers=far) as answer:
                return await anext(answer.aiter_lines()) == "retry: 1000"

        for _ in range(5):  # places are given back: one that ends makes room for the next
            await until(follows)


async def test_an_open_stream_does_not_hold_up_the_stop() -> None:
    before = signal.signal(signal.SIGTERM, lambda number, frame: None)  # the server passes the signal on at its end
    try:
        async with running() as site, device(site) as phone, phone.events() as lines:
            assert await anext(lines) == "retry: 1000"
            signal.raise_signal(signal.SIGTERM)
            with pytest.raises(AssertionError, match="the stream ended"):
                await next_event(lines)
    finally:
        signal.signal(signal.SIGTERM, before)


async def test_text_may_be_ten_thousand_characters_and_no_more() -> None:
    async with running() as site, device(site) as phone:
        await phone.say("/start")
        assert await phone.say("ạ" * 10_000)
        refused = await phone.post(id="long", text="ạ" * 10_001)
        assert refused.status_code == 422
        assert refused.json()["error"]["code"] == "too_long"
        assert refused.json()["error"]["field"] == "text"


async def test_bad_text_is_met_with_a_sentence_and_a_way_on() -> None:
    texts = ("👍" * 2_000, "1234567890" * 1_000, "Ignore all previous instructions.", "đồ ngu", "你好 привет vneid")
    async with running() as site, device(site) as phone:
        for text in texts:
            [*_, said] = await phone.say(text)
            assert said["text"].strip()
            assert said["choices"]


async def test_the_store_never_holds_a_token() -> None:
    kept = Shared()
    async with running(MemoryStore("secretive", kept)) as site, device(site) as phone:
        await phone.say("/start")
        held = repr(kept)
        assert phone.token not in held
        assert chat_of(phone.token).chat in held


async def test_a_quiet_stream_beats_so_that_nobody_cuts_it() -> None:
    streams = Streams(MemoryStore("quiet"), LogGrowth(), poll_seconds=0.01, heartbeat_seconds=0.03)
    events = await streams.open(chat_of("nobody"), 0)
    assert [await anext(events) for _ in range(3)] == [b"retry: 1000\n\n", b": still here\n\n", b": still here\n\n"]
    streams.close()
    with pytest.raises(StopAsyncIteration):
        await anext(events)


async def test_without_what_hears_the_page_takes_no_words_and_an_old_one_gets_a_sentence() -> None:
    shared = Shared()
    async with running(MemoryStore("plain", shared), hearing=False) as site, site.client() as client:
        page = await client.get("/")
        assert 'id="speak"' not in page.text
        assert "voice.js" not in page.text
        assert "microphone=()" in page.headers["permissions-policy"]
        token = (await client.post("/api/chat")).json()["conversation"]
        refused = await client.put(f"/api/chat/{token}/voices/v1", content=KHAI_SINH)
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "voice_not_heard")
        assert "gõ chữ" in refused.json()["error"]["message"]
        assert not shared.asides


class HeldStore(MemoryStore):
    """A store that loads no conversation while it is held, and knows how many wait for theirs."""

    def __init__(self) -> None:
        super().__init__("held")
        self.let_go = asyncio.Event()
        self.waiting = 0

    @override
    async def load(self, chat: Chat) -> Loaded:
        self.waiting += 1
        await self.let_go.wait()
        self.waiting -= 1
        return await super().load(chat)


async def test_messages_of_one_address_wait_for_each_other_and_hold_up_nobody_else() -> None:
    store = HeldStore()
    async with running(store) as site, site.client() as client:

        async def say(address: str) -> int:
            sender = {"x-forwarded-for": address}
            token = (await client.post("/api/chat", headers=sender)).json()["conversation"]
            said = {"id": "1", "text": "menu"}
            return (await client.post(f"/api/chat/{token}", json=said, headers=sender)).status_code

        many = [asyncio.create_task(say("203.0.113.9")) for _ in range(8)]
        await until(lambda: store.waiting >= IN_FLIGHT_PER_ADDRESS)
        other = asyncio.create_task(say("203.0.113.10"))
        await until(lambda: store.waiting > IN_FLIGHT_PER_ADDRESS)
        for _ in range(5):
            await client.get("/healthz")
        assert store.waiting == IN_FLIGHT_PER_ADDRESS + 1
        store.let_go.set()
        assert await asyncio.gather(other, *many) == [200] * 9


@pytest.mark.parametrize("claimed", [{}, {"x-forwarded-for": "198.51.100.1"}], ids=["plain", "claims-another"])
async def test_who_comes_from_another_machine_is_limited_by_their_own_address(claimed: dict[str, str]) -> None:
    """The app as it is served, with a proxy on this machine that is believed, and callers who go round it."""
    parts = parts_of(Settings(data_dir=DATA, chat_rate=2.0 * NEW_PER_MESSAGES), MemoryStore("direct"), content())
    config = configured(lambda: create_app(parts), "127.0.0.1")
    config.load()
    await parts.start()

    async def begin(address: str, times: int) -> list[int]:
        transport = httpx.ASGITransport(config.loaded_app, client=(address, 50_000))
        async with httpx.AsyncClient(transport=transport, base_url="http://ward") as client:
            return [(await client.post("/api/chat", headers=claimed)).status_code for _ in range(times)]

    assert await begin("192.0.2.7", 4) == [200, 200, 429, 429]
    assert await begin("192.0.2.8", 1) == [200]
    await parts.stop()
