"""Request codes: one is left for whoever asks, however many others used up."""

from bot.app import draw_code
from bot.model import Chat, Escalation, Incoming, Place, Session, Turn
from bot.settings import Settings
from bot.store.memory import MemoryStore
from tests.setting import content, parts_of

SPENDER = Chat("web", "spender", "spender")
NEIGHBOURS = [Chat("web", f"{number}", f"{number}") for number in range(200)]


async def spend_all(store: MemoryStore, letter: str) -> None:
    """Open every request with four digits, as somebody does who asks for a person and withdraws it for hours."""
    for number in range(10_000):
        opened = Escalation(code=f"{letter}{number:04}", chat=SPENDER, opened_at=1)
        before = await store.load(SPENDER)
        await store.commit(SPENDER, before, Turn(Session(), request=opened), (), pulled=True)


async def test_a_code_is_left_when_those_of_four_digits_are_used_up() -> None:
    store = MemoryStore("codes")
    letter = draw_code(SPENDER.key)[0]
    await spend_all(store, letter)
    resident = next(chat for chat in NEIGHBOURS if draw_code(chat.key)[0] == letter)
    before = await store.load(resident)
    known = Session(consent="yes", you="bac", group="-", place=Place("menu"))
    await store.commit(resident, before, Turn(known), (), pulled=True)

    parts = parts_of(Settings(), store, content())
    await parts.handle(Incoming("1", resident, text="gặp người"))

    (code,) = [request.code for request in await store.open_requests() if request.chat == resident]
    assert code[0] == letter
    assert len(code) > 5
