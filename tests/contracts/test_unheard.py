"""The desk's page about what was not understood: who may read it, and what an admin does with it."""

import re
from collections.abc import AsyncIterator
from html import escape, unescape

import httpx
import pytest
import pytest_asyncio

from api.desk.unmatched import ON_A_PAGE, PATH
from bot.app import REFRESH_SECONDS
from bot.model import Missed
from bot.store.memory import MemoryStore
from bot.store.memory_data import Shared
from tests.contracts.desk_site import TEAM, StoppedClock, join, running_desk, signed_in
from tests.contracts.picture_desk import problem, proof
from tests.contracts.web_site import Site

STRANGE = "thay cánh quạt trần loại nào"
GUIDE, TITLE = "dien-thoai", "Dùng điện thoại dễ hơn"
OTHER, OTHER_TITLE = "vneid-may-moi", "Vào VNeID trên điện thoại mới"
SAID, MEANT, WEDDING = "hôn phối", "kết hôn", "Đăng ký kết hôn"
LONG = "mỗi ô nhiều nhất 4 chữ, không quá 60 ký tự", "4 words at most in each field, and no more than 60 characters"
SAME = "ô dưới có y nguyên chữ của ô trên", "the lower field has the very words of the upper one"
EMPTY = "hãy ghi chữ vào cả hai ô", "write words into both fields"
REFUSED = (
    ("?!", MEANT, *EMPTY),
    ("cưới", "", *EMPTY),
    ("một hai ba bốn năm", MEANT, *LONG),
    ("Căn cước", "CAN CUOC", *SAME),
    ("thẻ", "thẻ căn cước", *SAME),
    (
        "hon thu",
        "khai sinh",
        "máy đang hiểu «hon thu» là «kết hôn»",
        "the assistant takes “hon thu” for “kết hôn” already",
    ),
    (SAID, "khai sinh", f"máy đang hiểu «{SAID}» là «{MEANT}»", f"the assistant takes “{SAID}” for “{MEANT}” already"),
    (
        "bhyt",
        "căn cước",
        "máy đang hiểu «bhyt» là «bao hiem y te»",
        "the assistant takes “bhyt” for “bao hiem y te” already",
    ),
    (
        "cưới",
        f"giấy {SAID}",
        f"trong «giấy {SAID}» có chữ máy đang hiểu là chữ khác",
        f"“giấy {SAID}” has a word in it that is taken for another one",
    ),
    ("sổ đỏ", "căn cước", "máy đang hiểu «sổ hồng» là «sổ đỏ»", "the assistant takes “sổ hồng” for “sổ đỏ”"),
    (
        "lương hưu",
        "trợ cấp",
        "nhắn «lương hưu» đang mở hướng dẫn «Bảo hiểm xã hội, lương hưu, VssID»",
        "“lương hưu” opens the guide “Social insurance, pension, VssID” already",
    ),
    ("không", "căn cước", "«không» quá thông dụng", "“không” is too common"),
    ("tôi", "căn cước", "«tôi» quá thông dụng", "“tôi” is too common"),
    ("cưới", "zzz", "chưa hướng dẫn nào có «zzz»", "no guide says “zzz” yet"),
    (
        "bằng lái xe",
        "hộ chiếu",
        "hướng dẫn «Làm, đổi hộ chiếu» sẽ bị lẫn với hướng dẫn khác",
        "the guide “Get or renew a passport” would be mixed up with another one",
    ),
    (
        "đọc mã",
        "căn cước",
        "bà con nói «đọc mã» khi đang bị mất tiền",
        "residents say “đọc mã” when they are losing money",
    ),
    ("tờ cưới", MEANT, "đã thêm quá nhiều", "there are too many already"),
)
"""What is said, what it would mean, and why it may not, in Vietnamese and English."""


@pytest.fixture
def shared() -> Shared:
    return Shared()


@pytest_asyncio.fixture
async def site(shared: Shared) -> AsyncIterator[Site]:
    async with running_desk(StoppedClock(), store=MemoryStore("one", shared)) as it:
        await join(it, "minh", "Minh", TEAM, role="lead", password="")
        yield it


@pytest_asyncio.fixture
async def admin(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with signed_in(site) as it:
        yield it


async def answer(site: Site, text: str) -> str:
    """A new resident agrees and writes this; what they read, without the guesses they may choose from."""
    async with site.client() as resident:
        token = (await resident.post("/api/chat")).json()["conversation"]
        for number, line in enumerate(("/start", "1", "1", text)):
            said = await resident.post(f"/api/chat/{token}", json={"id": str(number), "text": line})
            assert said.status_code == 200
        return "\n".join(reply["text"] for reply in said.json()["replies"])


async def rows(site: Site) -> dict[str, str]:
    """What is listed, by the names of its rows."""
    return {row: missed.text for row, missed in (await site.parts.not_understood.rows()).items()}


async def post(client: httpx.AsyncClient, act: str, **fields: str | list[str]) -> httpx.Response:
    """Send a form of the page."""
    return await client.post(f"{PATH}/{act}", data={"proof": await proof(client), **fields})


async def add(site: Site, admin: httpx.AsyncClient, guide: str = GUIDE) -> httpx.Response:
    """Add all that is listed to a guide."""
    return await post(admin, "add", text=list(await rows(site)), guide=guide)


async def test_what_nobody_understood_is_listed_without_its_numbers(site: Site, admin: httpx.AsyncClient) -> None:
    for number in (1950, 2026):
        await answer(site, f"{STRANGE} {number}")
    (listed,) = (await site.parts.not_understood.rows()).values()
    site.parts.not_understood.note(Missed("cánh quạt trần loại nào", listed.near))
    page = unescape((await admin.get(PATH)).text)
    assert "thay cánh quạt trần loại nào […] ×2" in page
    assert "Nhóm 1: 3 lần, mới nhất 25/11/2026" in page
    assert "1950" not in page
    assert " 2026" not in page
    assert "Nhóm 2" not in page
    assert "<h2>Group 1: 3 times, last on 25/11/2026" in (await admin.get(f"{PATH}?lang=en")).text


async def test_what_was_added_opens_its_guide_with_every_worker(
    site: Site, shared: Shared, admin: httpx.AsyncClient
) -> None:
    async with running_desk(StoppedClock(), store=MemoryStore("two", shared)) as other:
        assert TITLE not in await answer(other, STRANGE)
        await other.parts.not_understood.save()
        said = await add(site, admin)
        assert said.headers["location"] == f"{PATH}?lang=vi&done=learnt"
        assert TITLE in await answer(site, STRANGE)
        await other.parts.asked.refresh()  # as it does every few seconds
        assert TITLE in await answer(other, STRANGE)
    assert await rows(site) == {}
    page = unescape((await admin.get(f"{PATH}?done=learnt")).text)
    assert f"«{TITLE}», Người trực thêm ngày 25/11/2026" in page
    assert "ai nhắn như thế sẽ được mở" in page
    record = (await admin.get("/desk/record")).text
    assert f"thêm một câu hỏi vào hướng dẫn «{TITLE}»." in record
    assert "quạt" not in record


async def test_what_was_added_can_be_taken_back(site: Site, admin: httpx.AsyncClient) -> None:
    await answer(site, STRANGE)
    await add(site, admin)
    (phrase,) = site.parts.asked.phrases
    said = await post(admin, "remove", phrase=phrase)
    assert said.headers["location"] == f"{PATH}?lang=vi&done=taken_back"
    assert TITLE not in await answer(site, STRANGE)
    assert list((await rows(site)).values()) == [STRANGE]
    assert (await post(admin, "remove", phrase=phrase)).status_code == 303
    assert f"gỡ một câu đã thêm vào hướng dẫn «{TITLE}»." in (await admin.get("/desk/record")).text


async def test_what_opens_another_guide_is_not_added(site: Site, admin: httpx.AsyncClient) -> None:
    await answer(site, STRANGE)
    site.parts.not_understood.note(Missed(OTHER_TITLE))
    said = await add(site, admin)
    assert said.status_code == 422
    assert problem(said).endswith(f"«{OTHER_TITLE}» → {OTHER_TITLE}")
    assert (len(await rows(site)), site.parts.asked.phrases) == (2, {})
    await add(site, admin, OTHER)
    assert [phrase.text for phrase in site.parts.asked.phrases.values()] == [STRANGE]


async def test_what_is_ticked_can_be_dismissed(site: Site, admin: httpx.AsyncClient) -> None:
    for text in (STRANGE, "cây mít sau nhà ra nhiều quả quá"):
        await answer(site, text)
    ticked = [row for row, text in (await rows(site)).items() if "mít" in text]
    for done in ("&done=dismissed", ""):
        said = await post(admin, "dismiss", text=[*ticked, "khong-co"])
        assert said.headers["location"] == f"{PATH}?lang=vi{done}"
    assert list((await rows(site)).values()) == [STRANGE]
    assert (await admin.get("/desk/record")).text.count("bỏ qua 1 câu chưa hiểu.") == 1


async def test_it_is_for_admins_alone(site: Site, admin: httpx.AsyncClient) -> None:
    await answer(site, STRANGE)
    (row,) = await rows(site)
    async with signed_in(site, "minh") as lead:
        assert (await lead.get(PATH)).status_code == 404
        assert PATH not in (await lead.get("/desk")).text
        for act in ("add", "dismiss", "remove", "synonym"):
            fields = {"text": row, "guide": GUIDE, "phrase": row, "said": SAID, "meant": MEANT}
            assert (await post(lead, act, **fields)).status_code == 404
    async with site.client() as stranger:
        assert "quạt" not in (await stranger.get(PATH)).text
        assert (await stranger.post(f"{PATH}/dismiss", data={"text": row})).status_code == 401
        assert (await stranger.post(f"{PATH}/synonym", data={"said": SAID, "meant": MEANT})).status_code == 401
    for act in ("dismiss", "synonym"):
        foreign = {"text": row, "said": SAID, "meant": MEANT, "proof": "0" * 64}
        assert (await admin.post(f"{PATH}/{act}", data=foreign)).status_code == 403
    assert site.parts.asked.phrases == {}
    said = await post(admin, "add", text=row, guide="khong-co")
    assert (said.status_code, problem(said)) == (422, "Chưa thêm được: hãy chọn một hướng dẫn.")
    assert list(await rows(site)) == [row]


async def test_hostile_words_stay_words(site: Site, admin: httpx.AsyncClient) -> None:
    await answer(site, "<script>alert(1)</script>{{ ward.name }} quạt trần kêu")
    page = (await admin.get(PATH)).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ ward.name }} quạt trần kêu" in page
    await add(site, admin)
    page = (await admin.get(PATH)).text
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;{{ ward.name }}") == 2
    assert "<script>alert" not in page


async def test_a_long_list_comes_bit_by_bit(site: Site, admin: httpx.AsyncClient) -> None:
    for number in range(ON_A_PAGE + 3):
        site.parts.not_understood.note(Missed(f"quạt{chr(97 + number)}", "dien-thoai"))
    page = (await admin.get(PATH)).text
    assert len(re.findall(r"<h2>Nhóm", page)) == ON_A_PAGE
    assert "Còn 3 nhóm nữa" in page
    assert page.count(f'<option value="{GUIDE}" selected>') == ON_A_PAGE


async def test_words_that_mean_the_same_count_with_every_worker(
    site: Site, shared: Shared, admin: httpx.AsyncClient
) -> None:
    text = f"lam to {SAID} can gi"
    async with running_desk(StoppedClock(), store=MemoryStore("two", shared)) as other:
        assert WEDDING not in await answer(other, text)
        added = await post(admin, "synonym", said=f" {SAID} ", meant=MEANT)
        assert added.headers["location"] == f"{PATH}?lang=vi&done=means"
        page = unescape((await admin.get(f"{PATH}?done=means")).text)
        assert f"<b>{SAID}</b> nghĩa là <b>{MEANT}</b>" in page
        assert "Người trực thêm ngày 25/11/2026" in page
        assert f"Khoảng {REFRESH_SECONDS:.0f} giây nữa" in page
        assert WEDDING in await answer(site, text)
        await other.parts.asked.refresh()  # as it does every few seconds
        assert WEDDING in await answer(other, text)
        (row,) = site.parts.asked.phrases
        gone = await post(admin, "remove", phrase=row)
        assert gone.headers["location"] == f"{PATH}?lang=vi&done=parted"
        await other.parts.asked.refresh()
        for worker in (site, other):
            assert WEDDING not in await answer(worker, text)
    record = (await admin.get("/desk/record?lang=en")).text
    for act in ("added", "took back"):
        assert f"Người trực {act} words that mean the same: «{SAID}» → «{MEANT}»." in record


async def test_words_that_would_spoil_what_is_understood_are_refused(
    site: Site, admin: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not await site.parts.asked.add_synonym(SAID, MEANT, "admin")
    monkeypatch.setattr("bot.desk.phrases.MOST", 1)
    for said, meant, vi, en in REFUSED:
        for lang, why in (("vi", f"Chưa thêm được: {vi}"), ("en", f"Nothing was added: {en}")):
            answered = await post(admin, f"synonym?lang={lang}", said=said, meant=meant)
            assert (answered.status_code, problem(answered).partition(".")[0]) == (422, why)
            for name, typed in (("said", said), ("meant", meant)):
                assert re.search(rf'name="{name}" value="{re.escape(escape(typed))}"', answered.text), why
    assert site.parts.asked.synonyms == {SAID: MEANT}


async def test_hostile_words_that_mean_the_same_stay_words(site: Site, admin: httpx.AsyncClient) -> None:
    said = "<script>{{ 7*7 }}</script>"
    assert (await post(admin, "synonym", said=said, meant=MEANT)).status_code == 303
    for path in (PATH, "/desk/record"):
        page = (await admin.get(path)).text
        assert escape(said) in page
        assert "<script>{{" not in page
    many = await post(admin, "synonym", said='">một hai ba bốn năm', meant=MEANT)
    assert many.status_code == 422
    assert 'value="&#34;&gt;một hai ba bốn năm"' in many.text
    long = await post(admin, "synonym", said="</textarea>" + "x" * 5000, meant=MEANT)
    assert long.status_code == 422
    assert f">&lt;/textarea&gt;{'x' * 5000}</textarea>" in long.text
