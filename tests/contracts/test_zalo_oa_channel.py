"""The Official Account channel through the door: events in, messages out."""

import json
from collections.abc import AsyncIterator

import pytest

from bot.channels.zalo_oa.channel import Keys, ZaloOaChannel
from bot.channels.zalo_oa.events import mac
from bot.errors import NotGenuine, NotReadable, SettingWrong
from bot.model import Choice, Incoming, Reply
from bot.ports.store import Channel, Gone, Refused, Sent
from bot.store.memory import MemoryStore
from tests.contracts.zalo_oa_rig import CHOICES, MovedClock, Rig, in_group, private, zalo_rig
from tests.emulators.zalo_oa import APP_ID, APP_SECRET, OA_SECRET


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with zalo_rig(quiet_ms=1_800_000) as made:
        yield made


def alone(**changed: str) -> ZaloOaChannel:
    """A channel that never calls anybody."""
    given = {"app_id": APP_ID, "app_secret": APP_SECRET, "secret": OA_SECRET, "refresh_token": ""} | changed
    return ZaloOaChannel(Keys(**given), store=MemoryStore("one"), clock=MovedClock())


def test_it_is_a_channel() -> None:
    channel: Channel = alone()
    assert (channel.name, channel.private_link) == ("zalo-oa", "")
    assert channel.receipt(Incoming("m:1:a", private("1"))) == b""


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"app_id": ""}, "ZALO_OA_APP_ID"),
        ({"app_secret": " "}, "ZALO_OA_APP_SECRET"),
        ({"secret": ""}, "ZALO_OA_SECRET_KEY"),
        ({"secret": APP_SECRET}, "ZALO_OA_SECRET_KEY"),
    ],
)
def test_a_missing_or_mixed_up_secret_is_said_at_once(changed: dict[str, str], named: str) -> None:
    with pytest.raises(SettingWrong, match=named) as told:
        alone(**changed)
    assert APP_SECRET not in str(told.value)


@pytest.mark.parametrize("body", [b"{}", b" {} \n", b""])
def test_the_consoles_probe_does_nothing(body: bytes) -> None:
    assert alone().decode({}, body) is None


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"event_name":"user_send_text"}', b"{{}}"])
def test_nothing_else_passes_unsigned(body: bytes) -> None:
    with pytest.raises(NotGenuine):
        alone().decode({}, body)


def test_a_signed_call_that_is_no_event_is_not_readable() -> None:
    headers = {b"x-zevent-timestamp": b"1", b"x-zevent-signature": mac(APP_ID, b"{", "1", OA_SECRET).encode()}
    with pytest.raises(NotReadable):
        alone().decode(headers, b"{")


# What goes out


def test_a_reply_is_text_with_digits_and_buttons_besides() -> None:
    channel, chat = alone(), private("246845883529197922")
    head, _, body = channel.render(chat, Reply("Xem <b>&", CHOICES, "3f2a9c01"), "").partition(b"\n")
    assert head == b"v3.0/oa/message/cs 0"
    sent = json.loads(body)
    buttons = sent["message"]["attachment"]["payload"].pop("buttons")
    assert sent == {
        "recipient": {"user_id": "246845883529197922"},
        "message": {
            "text": "Xem <b>&\n\n1. Còn mở được\n\n9. Quay lại · 0. Menu",
            "attachment": {"type": "template", "payload": {}},
        },
    }
    assert [(button["title"], button["type"]) for button in buttons] == [
        ("1. Còn mở được", "oa.query.hide"),
        ("9. Quay lại", "oa.query.hide"),
        ("0. Menu", "oa.query.hide"),
    ]
    assert buttons[0]["payload"].startswith("#3f2a9c01:yes~")


def test_a_number_is_called_by_a_button_where_there_is_room() -> None:
    body = alone().render(private("1"), Reply("Gọi 114, phường: 024 3869 3731", CHOICES, "m"), "").partition(b"\n")[2]
    buttons = json.loads(body)["message"]["attachment"]["payload"]["buttons"]
    assert buttons[:2] == [
        {"title": "☎ Gọi 114", "payload": {"phone_code": "114"}, "type": "oa.open.phone"},
        {"title": "☎ 024 3869 3731", "payload": {"phone_code": "842438693731"}, "type": "oa.open.phone"},
    ]
    assert [button["type"] for button in buttons[2:]] == ["oa.query.hide"] * 3


@pytest.mark.parametrize(
    ("numbers", "digits", "titles"),
    [
        ("114", "123490", ["☎ Gọi 114", "1. c1", "2. c2", "3. c3", "4. c4"]),
        ("114", "12390", ["☎ Gọi 114", "1. c1", "2. c2", "3. c3", "9. c9"]),
        ("113, 114, 115", "123450", ["☎ Gọi 113", "☎ 114", "☎ 115"]),
        ("115", "123450", ["☎ Gọi 115", "1. c1", "2. c2", "3. c3", "4. c4"]),
        ("115", "1234560", ["☎ Gọi 115"]),
        ("111\n113, 114, 115", "1290", ["☎ Gọi 111", "☎ 113", "☎ 114", "1. c1", "2. c2"]),
        ("ai đó\n115", "123450", ["1. c1", "2. c2", "3. c3", "4. c4", "5. c5"]),
        ("1900 9247", "10", ["☎ Gọi 1900 9247", "1. c1", "0. c0"]),
        ("ai đó", "123490", ["1. c1", "2. c2", "3. c3", "4. c4", "9. c9"]),
    ],
)
def test_a_number_comes_before_choices_and_these_before_the_menu(numbers: str, digits: str, titles: list[str]) -> None:
    choices = tuple(Choice(f"c{digit}", f"c{digit}", digit) for digit in digits)
    message = json.loads(alone().render(private("1"), Reply(f"Gọi {numbers}.", choices, "m"), "").partition(b"\n")[2])[
        "message"
    ]
    assert [button["title"] for button in message["attachment"]["payload"]["buttons"]] == titles
    assert all(f"{digit}. c{digit}" in message["text"] for digit in digits)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Gọi ngay: BIDV 1900 9247\nAgribank 1900 558 818", "☎ BIDV 1900 9247"),
        ("Ra ngoài ngay, gọi 114, đọc địa chỉ.", "☎ Gọi 114"),
        ("In danger? Call 115 now.", "☎ Call 115 now"),
        ("Thành phố: 024.1022, nhánh 7", "☎ 024.1022"),
        ("Hỏi 0000 000 000 (số mẫu).", "☎ Hỏi 0000 000 000"),
        ("Tổng đài của thành phố thường là 1900 1009.", "☎ 1900 1009"),
    ],
)
def test_a_button_says_whose_number_it_calls(text: str, title: str) -> None:
    body = json.loads(alone().render(private("1"), Reply(text, (), "m"), "").partition(b"\n")[2])
    assert body["message"]["attachment"]["payload"]["buttons"][0]["title"] == title


@pytest.mark.parametrize(("count", "buttons"), [(0, 0), (5, 5), (6, 0), (9, 0)])
def test_more_than_five_choices_are_digits_alone(count: int, buttons: int) -> None:
    choices = tuple(Choice(f"c{n}", f"Việc {n}", str(n)) for n in range(1, count + 1))
    message = json.loads(alone().render(private("1"), Reply("Chọn", choices, "m"), "").partition(b"\n")[2])["message"]
    assert len(message.get("attachment", {"payload": {"buttons": []}})["payload"]["buttons"]) == buttons
    assert all(f"{n}. Việc {n}" in message["text"] for n in range(1, count + 1))


def test_a_long_title_is_cut_and_a_volunteers_button_has_no_digit() -> None:
    choices = (Choice("take:A1", "Nhận", ""), Choice("long", "x" * 120, "2"))
    body = alone().render(private("1"), Reply("Có yêu cầu", choices, "desk"), "").partition(b"\n")[2]
    message = json.loads(body)["message"]
    titles = [button["title"] for button in message["attachment"]["payload"]["buttons"]]
    assert titles == ["Nhận", "2. " + "x" * 96 + "…"]


def test_an_answer_says_when_it_was_asked_and_only_an_answer() -> None:
    channel, chat = alone(), private("7")
    heads = [
        channel.render(chat, Reply("a"), id_).partition(b"\n")[0] for id_ in ("m:7:abc", "m:8:abc", "timer:x:1", "")
    ]
    assert heads == [b"v3.0/oa/message/cs 1795478400000", *[b"v3.0/oa/message/cs 0"] * 3]


def test_in_a_group_there_are_no_buttons_and_a_picture_has_words() -> None:
    channel, group = alone(), in_group("f414c8f76fa586fbdfb4")
    head, _, body = channel.render(group, Reply("Có yêu cầu", CHOICES, "desk"), "").partition(b"\n")
    assert head == b"v3.0/oa/group/message 0"
    sent = json.loads(body)
    assert sent["recipient"] == {"group_id": "f414c8f76fa586fbdfb4"}
    assert "attachment" not in sent["message"]
    picture = json.loads(channel.render(group, Reply("", media="photo:https://f.zdn.vn/x.jpg"), "").partition(b"\n")[2])
    assert picture["message"]["text"] == "📷"


async def test_a_group_that_ran_out_or_that_we_left(rig: Rig) -> None:
    group = rig.zalo.group()
    assert await rig.send(in_group(group.id)) == Sent()
    group.record.disabled = True
    result = await rig.send(in_group(group.id))
    assert isinstance(result, Refused)
    assert "renew it in Zalo OA Manager within 45 days" in result.why
    group.record.disabled, group.record.gone = False, True
    result = await rig.send(in_group(group.id))
    assert isinstance(result, Gone)
    assert "not in this group any more" in result.why


async def test_in_a_group_an_answer_to_us_is_meant_for_us(rig: Rig) -> None:
    person = rig.zalo.person()
    group = rig.zalo.group("Tổ 5", person)
    await rig.send(in_group(group.id), "Có yêu cầu")
    await person.says("cháu nhận", chat=group, reply_to=group.sees[-1])
    await person.says("họp tổ nhé", chat=group)
    assert [(one.text, one.group, one.chat) for one in rig.heard] == [
        ("cháu nhận", True, in_group(group.id, person.id)),
    ]


# Over the emulator


async def test_a_conversation(rig: Rig) -> None:
    rig.answers = lambda incoming: Reply(f"{incoming.kind}: {incoming.text}", CHOICES, "m")
    person = rig.zalo.person()
    await person.says("chào")
    assert (await person.next_message()).labels == ("1. Còn mở được", "9. Quay lại", "0. Menu")
    await person.presses("Còn mở được")
    await person.sends_voice()
    await person.sends_sticker()
    await person.sends_photo()
    person.pc = True
    await person.presses("Quay lại")
    assert [(one.kind, one.text, one.choice) for one in rig.heard] == [
        ("text", "chào", ""),
        ("press", "", "m:yes"),
        ("voice", "", ""),
        ("sticker", "", ""),
        ("picture", "", ""),
        ("text", "9", ""),
    ]
    assert rig.heard[4].media == f"photo:{rig.zalo.url}/media/x.jpg"
    assert (await rig.channel.fetch(rig.heard[4].media) or b"").startswith(b"\xff\xd8\xff")
    assert await rig.channel.fetch("photo:http://192.168.1.1/x.jpg") is None
    assert {call.method for call in rig.zalo.calls} == {"/v3.0/oa/message/cs"}


async def test_what_is_no_message_changes_nothing(rig: Rig) -> None:
    rig.zalo.receipts = True
    person = rig.zalo.person()
    await rig.send(private(person.id))
    await person.reacts(person.sees[-1])
    await person.submits_info()
    await person.unfollows()
    await rig.zalo.delivery.settled()
    assert rig.heard == []
    names = {attempt.event_name for attempt in rig.zalo.delivery.attempts}
    assert names == {
        "oa_send_text",
        "user_received_message",
        "user_seen_message",
        "user_reacted_message",
        "user_submit_info",
        "unfollow",
    }
    assert {attempt.status for attempt in rig.zalo.delivery.attempts} == {200}


async def test_a_newcomer_is_greeted_and_somebody_who_withdraws_is_known_by_name_alone(rig: Rig) -> None:
    person = rig.zalo.person(spoke=False)
    await person.opens_chat()
    await person.follows()
    await person.withdraws()
    await person.withdraws(nameless=True)
    assert [(one.kind, one.text, one.chat.person) for one in rig.heard] == [
        ("text", "/start", person.id),
        ("text", "/start", person.id),
        ("withdrawn", "", person.id),
    ]
    assert rig.heard[0].id == rig.heard[1].id


async def test_wrongly_signed_events_are_refused(rig: Rig) -> None:
    person, delivery = rig.zalo.person(), rig.zalo.delivery
    delivery.signing.secret = APP_SECRET
    await person.says("chào")
    delivery.signing.secret = OA_SECRET
    body, headers = delivery.signed({"event_name": "user_send_text", "timestamp": "1", "app_id": APP_ID})
    assert await delivery.send_raw(body + b" ", headers) == 401
    assert await delivery.send_raw(body, {}) == 401
    assert [attempt.status for attempt in delivery.attempts] == [401]
    assert rig.heard == []


@pytest.mark.parametrize("style", ["mac=", "mac = ", "", "upper"])
async def test_however_it_is_written_and_signed(rig: Rig, style: str) -> None:
    signing = rig.zalo.delivery.signing
    signing.style = style  # type: ignore[assignment]
    signing.spaced = signing.escaped = True
    signing.header_seconds = 3
    await rig.zalo.person().says("xin chào")
    assert [one.text for one in rig.heard] == ["xin chào"]
