"""What was not understood, as every store keeps it: counted, bounded, forgotten in time, and about nobody."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.desk import unmatched as not_understood
from bot.desk.phrases import Asked
from bot.desk.unmatched import LONGEST, NotUnderstood
from bot.errors import StoreDown
from bot.model import Missed, Place, replace
from bot.nlu.clustering import MOST, grouped
from bot.nlu.masking import mask_numbers
from bot.ports.store import Store
from bot.simulator.player import Player, known_resident
from bot.store.memory import MemoryStore
from tests.contracts.desk_site import StoppedClock
from tests.setting import setting

DAYS = 90
DAY = 24 * 3600
FAN = "thay cánh quạt trần loại nào"


@pytest.fixture
def two(workers: tuple[Store, Store], clock: StoppedClock) -> tuple[NotUnderstood, NotUnderstood]:
    one, other = (NotUnderstood(store, clock, DAYS) for store in workers)
    return one, other


async def test_what_reads_the_same_is_one_with_a_count(
    two: tuple[NotUnderstood, NotUnderstood], clock: StoppedClock
) -> None:
    one, other = two
    one.note(Missed(FAN, "ihanoi"))
    one.note(Missed("Thay cánh quạt   TRẦN loại nào!", "ihanoi"))
    await one.save()
    clock.move(3 * DAY)
    other.note(Missed("thay canh quat tran loai nao", "dien-thoai"))
    (missed,) = (await other.rows()).values()
    assert (missed.text, missed.near, missed.count) == ("thay canh quat tran loai nao", "dien-thoai", 3)
    assert missed.last - missed.first == 3
    assert await one.rows() == await other.rows()
    assert await one.drop(await one.rows()) == 1
    assert await other.rows() == {}


async def test_what_nobody_writes_any_more_is_forgotten(
    two: tuple[NotUnderstood, NotUnderstood], clock: StoppedClock
) -> None:
    one, other = two
    one.note(Missed(FAN))
    await one.save()
    clock.move(DAYS * DAY)
    assert len(await other.rows()) == 1
    clock.move(DAY)
    assert await other.rows() == {}


@pytest.mark.parametrize("text", ["482", "4", "rồi 913 nhé", "một hai"])
async def test_what_may_be_a_piece_of_a_code_is_not_kept(text: str, clock: StoppedClock) -> None:
    missed = NotUnderstood(MemoryStore("one"), clock, DAYS)
    missed.note(Missed(text))
    assert await missed.rows() == {}


async def test_only_the_newest_are_kept(
    two: tuple[NotUnderstood, NotUnderstood], clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(not_understood, "KEPT", 5)
    one, other = two
    for days in range(3):
        for number in range(3):
            (one, other)[number % 2].note(Missed(f"quạt {'abc'[days]} {'abc'[number]}"))
        await one.save()
        await other.save()
        clock.move(DAY)
    kept = sorted(missed.text for missed in (await one.rows()).values())
    assert kept == ["quạt b a", "quạt b b", "quạt c a", "quạt c b", "quạt c c"]


async def test_a_store_that_is_away_loses_nothing(clock: StoppedClock) -> None:
    store = MemoryStore("one")
    put = store.put

    async def away(*row: object, **beside: object) -> bool:
        raise StoreDown("away")

    store.put = away
    texts = NotUnderstood(store, clock, DAYS)
    texts.note(Missed(FAN))
    with pytest.raises(StoreDown):
        await texts.save()
    texts.note(Missed(FAN))
    store.put = put
    assert [missed.count for missed in (await texts.rows()).values()] == [2]


async def test_phrases_are_bounded_and_the_same_for_all(
    workers: tuple[Store, Store], clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.desk.phrases.MOST", 3)
    one, other = (Asked(store, clock) for store in workers)
    assert await one.add("sim", ["a b", "b c"], "admin") == ""
    assert await other.add("zalo", ["A  B", "d"], "admin") == "full"
    assert await other.add("zalo", ["A  B"], "admin") == "", "whoever was first stays"
    assert {guide: sorted(texts) for guide, texts in other.by_guide.items()} == {"sim": ["a b", "b c"]}
    await one.refresh()
    assert one.phrases == other.phrases


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("số căn cước 0123 4567 8901 quạt", "số căn cước […] quạt"),
        ("gọi 0912.345.678 quạt", "gọi […] quạt"),
        ("sinh 12/05/1950 ở số 12 ngõ 7", "sinh […] ở số 12 ngõ 7"),
        ("mã 1 2 3 4 5 6 quạt", "mã […] quạt"),
        ("VNeID 2.2.6 lỗi 404", "VNeID 2.2.6 lỗi 404"),
        ("mật khẩu là hoahong99 quạt", "mật khẩu là […] quạt"),
    ],
)
def test_numbers_of_four_digits_are_covered(written: str, kept: str) -> None:
    assert mask_numbers(written) == kept


@pytest.mark.parametrize("text", ["🙂🙂", "!!!", " ", "x " * 5000])
async def test_nothing_to_add_is_not_kept_and_nothing_long_is(text: str, clock: StoppedClock) -> None:
    texts = NotUnderstood(MemoryStore("one"), clock, DAYS)
    texts.note(Missed(text))
    assert all(len(missed.text) <= LONGEST for missed in (await texts.rows()).values())
    assert len(await texts.rows()) == int("x" in text)


def test_only_what_a_resident_wants_is_kept() -> None:
    def missed(text: str, **session: object) -> Missed | None:
        return Player(setting(), replace(known_resident("bac"), **session)).says(text).missed

    kept = missed(FAN)
    assert kept
    assert kept.text == FAN
    speaker, tree = missed("loa phường hôm nay nói bé quá"), missed("cây mít sau nhà ra nhiều quả quá")
    assert speaker
    assert speaker.near == "dien-thoai"
    assert tree
    assert tree.near == "", "no guide is likely enough to be proposed"
    assert missed("hôm nay trời đẹp nhỉ") is None, "it was said whom to ask"
    assert missed(FAN, consent="no") is None
    assert missed(FAN, place=Place("person", "offer")) is None
    assert missed("Vào VNeID trên điện thoại mới") is None
    assert missed("7") is None
    assert missed("thuê rạp đám cưới")


def test_what_was_none_of_these_is_kept_as_it_was_asked() -> None:
    player = Player(setting(), known_resident("co"))
    assert player.says("liên kết ngân hàng").missed is None
    offered = player.session.offered[0].id
    assert player.says("không phải các việc này").missed == Missed("liên kết ngân hàng", offered.removeprefix("guide:"))


WORD = st.sampled_from(["quat", "tran", "keu", "cot", "ket", "meo", "xe"])
WORDS = st.lists(WORD, min_size=1, max_size=6).map(" ".join)


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(st.text("ab", min_size=1, max_size=6), st.builds(Missed, WORDS, st.sampled_from(["", "sim"]))))
def test_every_text_is_in_one_group_of_its_guide(kept: dict[str, Missed]) -> None:
    groups = grouped(kept)
    assert sorted(row for group in groups for row, _ in group.texts) == sorted(kept)
    assert all(missed.near == group.near for group in groups for _, missed in group.texts)
    assert all(len(group.texts) <= MOST for group in groups)
    assert groups == grouped(dict(reversed(kept.items())))
    assert [group.count for group in groups] == sorted((group.count for group in groups), reverse=True)


def test_alike_texts_come_together() -> None:
    texts = ("cái quạt trần kêu cót két", "quạt trần kêu cót két quá", "con mèo bỏ ăn", "mèo nhà tôi bỏ ăn")
    groups = grouped({str(row): Missed(text) for row, text in enumerate(texts)})
    assert [sorted(row for row, _ in group.texts) for group in groups] == [["0", "1"], ["2", "3"]]
