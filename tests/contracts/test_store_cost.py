"""What a store costs a server: round trips, and bytes for a conversation and for a request."""

import asyncio
from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from bot.errors import Repeated
from bot.model import Call, Chat, Choice, Place, Record, Run, Said, Session, Turn
from bot.ports.store import Committed, Loaded
from bot.store.keys import REPEAT_SECONDS, partition_of
from bot.store.redis import RedisStore
from tests.contracts.servers import Server
from tests.contracts.stores import LONG, NOW, asked, at_ms, keep, moved, save

REALISTIC = Session(
    you="bác",
    consent="yes",
    consent_at=1_764_000_000,
    place=Place("guide", "step", "menu"),
    offered=(Choice("yes", "Còn mở được", "1"), Choice("no", "Mất hoặc hỏng", "2"), Choice("help", "Gặp người", "3")),
    run=Run("vneid-may-moi", 3, "approve", ("old_phone", "approve"), ("khac_man_hinh",)),
    done=("vneid-may-moi", "bhyt-tren-vneid"),
    lines=("toi doi dien thoai moi", "khong vao duoc vneid", "no bao sai mat khau"),
    seen=("912345678", "912345679", "912345680", "912345681", "912345682"),
    heard_at=1_764_000_000,
)

TALK = (
    ("cháu ơi bác không thấy nút đỏ đâu cả", "Dạ cháu chào bác. Màn hình bác đang hiện chữ gì ạ?"),
    ("no bao sai mat khau chau a", "Bác thử nhập lại thật chậm, chữ đầu viết hoa bác nhé."),
    ("ừ để bác thử lại xem sao", "Vâng, bác cứ làm từ từ, cháu vẫn ở đây ạ."),
    ("da bac bam roi", "Bác mở ứng dụng VNeID, bấm nút đỏ ở dưới cùng giúp cháu nhé."),
    ("được rồi cháu ạ, cảm ơn cháu nhiều", "Dạ không có gì ạ, bác cần gì cứ nhắn cháu."),
)
"""What a resident and a volunteer write each other, as long as it mostly is."""

LONG_LINE = (
    "Bác mở ứng dụng VNeID, bấm vào nút đỏ ở dưới cùng màn hình, chờ máy tải xong, rồi chọn mục ví giấy tờ, "
    "kéo xuống dưới cùng và bấm vào dòng chữ định danh mức hai. Nếu máy báo lỗi thì bác chụp lại màn hình gửi cho cháu "
    "xem nhé, cháu vẫn chờ bác ở đây, bác không phải vội gì cả, cứ từ từ."
)
LONG_TALK = ((LONG_LINE, LONG_LINE),) * 5


def _used(server: Server) -> int:
    """How many bytes all keys of a server take."""
    return sum(int(server.ask("MEMORY", "USAGE", key, "SAMPLES", 0)) for key in server.ask("KEYS", "*"))


def _words(talk: Sequence[tuple[str, str]]) -> int:
    """How many bytes the words of a talk are that goes through this twice."""
    return 2 * sum(len(line.encode()) for both in talk for line in both)


async def _helped(store: RedisStore, number: int, talk: Sequence[tuple[str, str]] = TALK) -> None:
    """A resident asks for a person, a volunteer takes it, and they write each other twenty lines."""
    chat = Chat("telegram", str(7_000_000_000 + number), str(7_000_000_000 + number))
    first = replace(
        asked(chat, number, 1_764_000_000 + number, "to-dan-pho-5"),
        guide="vneid-may-moi",
        version=3,
        step="approve",
        tried=("old_phone/khac_man_hinh", "approve/khong_thay_nut"),
        you="bac",
        lines=REALISTIC.lines,
        group="to-dan-pho-5",
    )
    call = Call("912345684", first.code, "team:to-dan-pho-5", "offer")
    turn = Turn(replace(REALISTIC, request=first.code), request=first, calls=(call,))
    await save(store, chat, turn=replace(turn, records=(Record(first.opened_at, "open", first.code),)))
    store.called(chat, call)
    session = replace(REALISTIC, request=first.code, helper="hoa")
    taken = moved(first, "held", holder="hoa")
    await save(store, chat, turn=Turn(session, request=taken, records=(Record(1, "take", first.code, "hoa"),)))
    for at, (resident, volunteer) in enumerate((*talk, *talk)):
        said = (Said(1_764_000_000 + at, "resident", resident), Said(1_764_000_030 + at, "volunteer", volunteer, "hoa"))
        record = Record(1_764_000_030 + at, "reply", first.code, "hoa")
        await save(store, chat, turn=Turn(session, said=said, records=(record,)))
    news = Call("912345699", first.code, "volunteer:hoa", "news")
    await save(store, chat, turn=Turn(session, calls=(news,)))


class TestCost:
    async def test_a_message_is_two_round_trips_and_its_acknowledgement_none(
        self, lone: RedisStore, server: Server
    ) -> None:
        await save(lone, LONG, b"a")
        lone.delivered(LONG, 1)
        await lone.load(LONG)
        before = lone.round_trips
        assert await save(lone, LONG, b"b", turn=Turn(REALISTIC)) == Committed(2, True)
        lone.delivered(LONG, 2)
        assert lone.round_trips == before + 2
        await lone.load(LONG)
        assert await lone.backlog() == 0
        assert lone.round_trips == before + 4

    async def test_taking_a_request_is_two_round_trips_and_the_news_of_it_none(
        self, lone: RedisStore, server: Server
    ) -> None:
        first = asked(LONG)
        await keep(lone, first)
        await lone.find(first.code)
        await lone.calls_due(0)
        before = lone.round_trips
        found = await lone.find(first.code)
        assert found
        call = Call("1", first.code, "volunteer:hoa", "given")
        turn = Turn(
            Session(request=first.code, helper="hoa"),
            request=moved(first, "held", holder="hoa"),
            said=(Said(1, "bot", "taken", "hoa"),),
            calls=(call,),
            records=(Record(1, "take", first.code, "hoa"),),
        )
        await lone.commit(LONG, found.conversation, turn, [b"a"], pulled=False)
        lone.called(LONG, call)
        assert lone.round_trips == before + 2
        assert await at_ms(NOW, lone).calls_due(0) == []
        assert lone.round_trips == before + 3

    async def test_what_a_desk_reads_at_once_shares_a_round_trip(self, lone: RedisStore, server: Server) -> None:
        code = asked(LONG).code
        await lone.thread(code)
        before = lone.round_trips
        await asyncio.gather(lone.request_changes(), lone.open_requests(), lone.records(20), lone.thread(code))
        assert lone.round_trips == before + 1

    async def test_what_is_asked_at_once_shares_a_round_trip(self, lone: RedisStore, server: Server) -> None:
        await lone.ping()
        before = lone.round_trips
        await asyncio.gather(*(lone.load(Chat("web", str(number), str(number))) for number in range(200)))
        assert lone.round_trips == before + 1

    async def test_an_idle_conversation_takes_less_than_1500_bytes(self, lone: RedisStore, server: Server) -> None:
        count = 200
        for number in range(count):
            chat = Chat("telegram", str(7_000_000_000 + number), str(7_000_000_000 + number))
            await save(lone, chat, b"x" * 300, turn=Turn(REALISTIC))
            lone.delivered(chat, 1)
        await lone.close()
        kept = server.ask("KEYS", "*")
        assert len(kept) == count
        assert sum(server.ask("MEMORY", "USAGE", key, "SAMPLES", 0) for key in kept) / count < 1500

    async def test_a_busy_sender_costs_less_than_100_bytes_a_message_and_all_of_them_go_after_a_day(
        self, lone: RedisStore, server: Server
    ) -> None:
        count, session = 3000, Turn(REALISTIC)
        await save(lone, LONG, turn=session)
        one = _used(server)
        for version in range(1, count + 1):
            turn = replace(session, answers=f"91234{version}")
            await lone.commit(LONG, Loaded(version, None), turn, [], pulled=False)
        assert (_used(server) - one) / count < 100
        messages = [key for key in server.ask("KEYS", "*") if key.startswith(partition_of(LONG.key).messages.encode())]
        assert len(messages) == count
        assert all(0 < server.ask("TTL", key) <= REPEAT_SECONDS for key in messages[::100])

    async def test_a_message_that_comes_again_costs_no_further_round_trip(
        self, lone: RedisStore, server: Server
    ) -> None:
        await save(lone, LONG, turn=Turn(REALISTIC, answers="1"))
        before = lone.round_trips
        with pytest.raises(Repeated):
            await save(lone, LONG, turn=Turn(REALISTIC, answers="1"))
        assert lone.round_trips == before + 2

    @pytest.mark.parametrize("talk", [TALK, LONG_TALK], ids=["usual", "long"])
    async def test_a_request_with_all_that_was_said_takes_less_than_4096_bytes(
        self, lone: RedisStore, server: Server, talk: Sequence[tuple[str, str]]
    ) -> None:
        """Of lines that are longer than they mostly are, only the words themselves come on top."""
        words_beyond = _words(talk) - _words(TALK)
        count = 200
        for number in range(count):
            chat = Chat("telegram", str(7_000_000_000 + number), str(7_000_000_000 + number))
            await save(lone, chat, turn=Turn(REALISTIC))
        empty = _used(server)
        for number in range(count):
            await _helped(lone, number, talk)
        await lone.close()
        assert (_used(server) - empty) / count - words_beyond < 4096
