"""The whole app on Zalo's Official Account: talks, money, consent, groups, numbers, and what operators are told."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.cli.doctor_channels import zalo_oa
from bot.errors import TosoError
from bot.model import Chat, replace
from bot.settings import Settings
from bot.store.memory_data import Shared
from tests.contracts.zalo_oa_site import app, begin, read_to
from tests.emulators.zalo_oa import ZaloOaEmulator
from tests.patience import PATIENCE, until


@pytest.fixture
async def zalo() -> AsyncIterator[ZaloOaEmulator]:
    async with ZaloOaEmulator() as running:
        yield running


@pytest.mark.parametrize("pc", [False, True], ids=["telephone", "computer"])
async def test_a_guide_by_buttons_or_by_digits(zalo: ZaloOaEmulator, *, pc: bool) -> None:
    async with app(zalo):
        person = zalo.person()
        person.pc = pc
        await begin(person)
        first = person.sees[-1].labels[0].partition(". ")[2]
        await person.presses(first)
        await read_to(person, "Bước 2/5")
        await person.presses("Quay lại")
        await read_to(person, "Bước 1\n")
        await person.presses(first, old=True)  # the same question: it counts, like everywhere
        await read_to(person, "Bước 2/5")
    assert zalo.world.spent == {"reply": len(person.sees)}


@pytest.mark.parametrize(
    ("text", "numbers", "choices"),
    [
        ("nhà đang cháy", ["114"], 4),
        ("bố tôi ngất xỉu không tỉnh", ["115"], 4),
        ("có trộm trong nhà", ["113"], 4),
        ("chồng đang đánh tôi", ["113"], 4),
        ("tôi không muốn sống nữa", ["115"], 4),
        ("họ dọa tung ảnh của tôi lên mạng đòi tiền", ["113"], 4),
        ("tôi lỡ đọc mã otp cho người ta rồi", ["113"], 4),
        ("tôi vừa chuyển 20 triệu cho công an giả", ["19009247", "1900558818"], 3),
        ("/start cap-cuu", ["113", "114", "115"], 0),
    ],
)
async def test_first_aid_is_called_by_a_button_and_answered_by_the_others(
    zalo: ZaloOaEmulator, text: str, numbers: list[str], choices: int
) -> None:
    async with app(zalo):
        person = zalo.person()
        await begin(person)
        before = len(person.sees)
        await person.says(text)
        await until(lambda: len(person.sees) > before)
        seen = person.sees[-1]
        buttons = person.record.messages[-1]["buttons"]
    calls = [each["payload"]["phone_code"] for each in buttons if each["type"] == "oa.open.phone"]
    assert calls == numbers
    assert [title[0] for title in seen.labels[len(calls) :]] == list("1234"[:choices])
    assert all(f"\n{digit}. " in seen.text for digit in "123")


async def test_an_old_button_and_somebody_elses_choose_nothing(zalo: ZaloOaEmulator) -> None:
    async with app(zalo):
        lan, hoa = zalo.person(name="Lan"), zalo.person(name="Hoa")
        await begin(lan)
        await begin(hoa)
        payload = next(message for message in reversed(lan.record.messages) if "buttons" in message)["buttons"][0][
            "payload"
        ]
        step = hoa.sees[-1].text
        await hoa.says(payload)
        await until(lambda: len(hoa.sees) > 4)
        assert step.splitlines()[-1] in hoa.sees[-1].text
        assert "Bước 2/5" not in hoa.sees[-1].text


async def test_events_that_come_twice_or_late_have_one_effect(zalo: ZaloOaEmulator) -> None:
    async with app(zalo):
        person = zalo.person()
        zalo.delivery.copies = 3
        await begin(person)
        assert len(person.sees) == 4
        zalo.delivery.copies = 1
        zalo.delivery.hold()
        await person.presses("Menu", wait=False)
        await person.says("giúp", wait=False)
        await zalo.delivery.release(backwards=True)
        await until(lambda: len(person.sees) == 6)
    assert zalo.world.spent == {"reply": 6}


async def test_slow_sends_never_delay_the_answer_to_zalo(zalo: ZaloOaEmulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """All events are taken while no send comes to an end; a send would be waited for longer than Zalo waits."""
    monkeypatch.setattr("bot.channels.zalo_oa.client.TIMEOUT_SECONDS", 10 * PATIENCE)
    async with app(zalo):
        people = [zalo.person() for _ in range(40)]
        zalo.answering.clear()
        await asyncio.gather(*(person.says("chào") for person in people))
        assert [attempt.status for attempt in zalo.delivery.attempts] == [200] * 40
        assert not any(person.sees for person in people)
        zalo.answering.set()
        for person in people:
            await read_to(person, "1. Đồng ý")


async def test_a_storm_stays_within_the_calls_of_a_minute_and_costs_nothing() -> None:
    async with ZaloOaEmulator(app_rate=4000) as zalo, app(zalo, zalo_oa_rate=3600):
        people = [zalo.person() for _ in range(60)]
        await asyncio.gather(*(begin(person) for person in people))
        assert zalo.world.spent == {"reply": 240}
        assert all(len(person.sees) == 4 for person in people)


# People's own decisions


async def test_somebody_who_withdraws_is_forgotten(zalo: ZaloOaEmulator) -> None:
    async with app(zalo) as site:
        person = zalo.person()
        await begin(person)
        await person.withdraws()
        assert len(person.sees) == 4
        session = (await site.parts.store.load(Chat("zalo-oa", person.id, person.id))).session
        assert session
        assert (session.you, session.consent, session.run) == ("", "", None)
        await person.says("chào")
        await read_to(person, "1. Đồng ý")


async def test_where_a_human_took_over_the_bot_is_silent(zalo: ZaloOaEmulator) -> None:
    async with app(zalo):
        person = zalo.person()
        await begin(person)
        await zalo.admin_writes(person, "Bác chờ cháu nhé")
        sees = len(person.sees)
        await person.says("vâng")
        await asyncio.sleep(0.2)
        assert len(person.sees) == sees


async def test_in_a_group_people_are_shown_the_way_to_a_private_talk(zalo: ZaloOaEmulator) -> None:
    async with app(zalo):
        person = zalo.person()
        group = zalo.group("Tổ dân phố 5", person)
        await person.says("chiều nay họp", chat=group)
        await person.says("/help", chat=group)
        await until(lambda: bool(group.sees))
        assert "https://zalo.example/toso" in group.sees[-1].text
        assert group.sees[-1].text.startswith(f"[@{person.id}] Chào bà con!")
        assert len(group.sees) == 1


# Operators


async def test_a_consent_in_the_browser_brings_the_channel_back(zalo: ZaloOaEmulator) -> None:
    async with app(zalo, zalo_oa_refresh_token="") as site, site.client() as browser:
        person = zalo.person()
        await person.says("chào")
        assert 'toso_channel_consent{channel="zalo-oa"} 0.0' in (await browser.get("/metrics")).text
        refused = await browser.get("/zalo/consent?code=a&state=b", headers={"accept": "text/html"})
        assert refused.status_code == 400
        assert "toso zalo consent" in refused.text
        from bot.channel_registry import zalo_oa_consent

        parts = site.parts
        assert parts.connections.zalo_oa
        link = await zalo_oa_consent(parts.settings, parts.connections.zalo_oa, parts.store, parts.clock).link()
        agreed = await browser.get(link, follow_redirects=True, headers={"accept": "text/html"})
        assert agreed.status_code == 200
        assert "Đã nối xong với Zalo" in agreed.text
        assert 'toso_channel_consent{channel="zalo-oa"} 1.0' in (await browser.get("/metrics")).text
        await person.says("giúp")
        metrics = (await browser.get("/metrics")).text
        assert 'toso_allowance_used{channel="zalo-oa",what="free messages this month"}' in metrics


async def test_the_doctor_says_that_all_is_well_and_what_is_not(zalo: ZaloOaEmulator) -> None:
    shared = Shared()
    zalo.world.sub_quota = 2000
    async with app(zalo, shared) as site:
        settings, store = site.parts.settings, site.parts.store
        said = await zalo_oa(settings, store)
        assert said.startswith("Tổ Số, token of ")
        assert "takes events, only free messages go out, 2000 of 2000 messages of its quota are left" in said
        quota = 'toso_allowance_limit{channel="zalo-oa",what="messages of the account\'s quota"} 2000.0'
        async with site.client() as client:

            async def shown() -> bool:
                return quota in (await client.get("/metrics")).text

            await until(shown)
        zalo.fail_next(-212, method="quota/message")
        with pytest.raises(TosoError, match="toso zalo consent"):
            await zalo_oa(settings, store)
        with pytest.raises(TosoError, match="answers 401 to a signed event"):
            await zalo_oa(replace(settings, zalo_oa_secret_key="another"), store)
        zalo.oauth.expire_access()
        zalo.oauth.expire_refresh()
        with pytest.raises(TosoError, match="toso zalo consent"):
            await zalo_oa(settings, store)
    assert await zalo_oa(Settings(), store) == "not set up (ZALO_OA_APP_ID is unset)"
