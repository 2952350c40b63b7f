"""Residents and volunteers on the Official Account, through the whole app: taking, talking, pictures."""

from collections.abc import AsyncIterator

import pytest

from bot.model import Deed
from tests.contracts.zalo_oa_site import app, ask_for_help, begin, read_to, volunteer
from tests.emulators.zalo_oa import ZaloOaEmulator
from tests.patience import until


@pytest.fixture
async def zalo() -> AsyncIterator[ZaloOaEmulator]:
    async with ZaloOaEmulator() as running:
        yield running


async def test_in_a_group_without_buttons_a_request_is_taken_by_its_code(zalo: ZaloOaEmulator) -> None:
    async with app(zalo) as site:
        resident, hoa = zalo.person(), await volunteer(site, zalo, "Hoa")
        await begin(resident)
        groups = {team.id: zalo.group(team.name, hoa, resident) for team in site.parts.people.roster.teams}
        for team, linked in groups.items():
            await hoa.says(f"/link {await site.parts.people.group_code(team)}", chat=linked)
            await read_to(linked, "Từ giờ nhóm này nhận tin")
        request = await ask_for_help(site, resident)
        group = groups[request.team]
        offer = await read_to(group, f"Muốn nhận, trả lời tin này: «nhận {request.code}».")
        assert offer.labels == ()
        await hoa.says("mai họp lúc mấy giờ", chat=group)
        await resident.says(f"nhận {request.code}", chat=group)
        await read_to(group, "Nhận giúp là việc của tình nguyện viên")
        await hoa.says(f"Nhận {request.code.lower()} nhé", chat=group)
        await read_to(group, f"{request.code}: Hoa đã nhận.")
        await read_to(resident, "Hoa, tình nguyện viên của tổ, đã nhận giúp bác.")
        assert len(group.sees) == 4


@pytest.mark.parametrize("how", ["removed", "expired", "dissolved"])
async def test_a_group_that_takes_nothing_any_more_leaves_nobody_waiting(zalo: ZaloOaEmulator, how: str) -> None:
    async with app(zalo) as site:
        resident, hoa = zalo.person(), await volunteer(site, zalo, "Hoa")
        await begin(resident)
        for team in [team.id for team in site.parts.people.roster.teams]:
            group = zalo.group(team, hoa)
            await hoa.says(f"/link {await site.parts.people.group_code(team)}", chat=group)
            await read_to(group, "Từ giờ nhóm này nhận tin")
            match how:
                case "removed":
                    group.removes_oa()
                case "expired":
                    group.expires()
                case "dissolved":
                    await group.dissolves()
        request = await ask_for_help(site, resident)
        await read_to(hoa, f"{request.code} · bác cần người giúp")
        assert site.parts.people.roster.team(request.team).lost


async def test_a_picture_and_spoken_words_reach_the_volunteer(zalo: ZaloOaEmulator) -> None:
    async with app(zalo) as site:
        resident, hoa = zalo.person(), await volunteer(site, zalo, "Hoa")
        await begin(resident)
        request = await ask_for_help(site, resident)
        await hoa.says(f"nhận {request.code}")
        await read_to(hoa, "7. Xong việc")
        await resident.sends_voice()
        spoken = await read_to(hoa, f"{request.code} · bác: (tin thoại)")
        assert spoken.text.endswith(zalo.media("x.amr"))
        await hoa.says("3")
        await read_to(resident, "chụp màn hình")
        await resident.sends_photo("đây cháu")
        shown = await read_to(hoa, f"{request.code} · bác: đây cháu")
        assert shown.photo
        zalo.fail_next(-210, method="upload/image")
        await hoa.sends_photo("Bác bấm nút này")
        said = await read_to(resident, "Bác bấm nút này")
        assert said.text.endswith("(Hoa có gửi một ảnh mà ảnh không tới được đây. Bác nhắn Hoa tả bằng chữ giúp nhé.)")


async def test_a_picture_from_elsewhere_is_answered_in_a_sentence_and_goes_nowhere(zalo: ZaloOaEmulator) -> None:
    async with app(zalo) as site:
        resident, hoa = zalo.person(), await volunteer(site, zalo, "Hoa")
        await begin(resident)
        await hoa.says(f"nhận {(await ask_for_help(site, resident)).code}")
        await read_to(hoa, "7. Xong việc")
        read = len(hoa.sees)
        await resident.sends_photo(url="http://192.168.1.1/x.jpg")
        await read_to(resident, "Cháu chưa chuyển được tin này cho Hoa. Bác gõ chữ giúp cháu nhé.")
        assert len(hoa.sees) == read


async def test_whoever_helps_hears_that_zalo_will_soon_take_no_more(zalo: ZaloOaEmulator) -> None:
    async with app(zalo) as site:
        person, parts = zalo.person(), site.parts
        await begin(person)
        request = await ask_for_help(site, person)
        assert (await parts.handle.do("take", Deed("take", request.code, "admin"))).name == "done"
        sent = len(person.sees)
        for number in range(7):
            await parts.handle.do(f"say{number}", Deed("reply", request.code, "admin", f"câu {number}"))

        async def noted() -> bool:
            return "unopened" in {said.text for _, said in await parts.store.thread(request.code)}

        await until(noted)
        texts = [said.text for _, said in await parts.store.thread(request.code)]
        assert texts.count("closing") == texts.count("unopened") == 1
        assert texts.index("closing") < texts.index("unopened")
        assert len(person.sees) == sent + 1 + 6
        assert set(zalo.world.spent) == {"reply"}
        await person.says("vâng, cháu nói tiếp đi")
        await parts.handle.do("say8", Deed("reply", request.code, "admin", "câu 8"))
        await read_to(person, "câu 8")
