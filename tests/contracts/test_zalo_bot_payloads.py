"""Updates as the Zalo Bot Platform sends them, one a file, and what each must become."""

import json
import logging
from pathlib import Path

import pytest

from bot.channels.zalo_bot.updates import Reader
from bot.channels.zalo_oa.media import ZaloPictures
from bot.errors import NotReadable
from bot.model import Chat, Incoming

PAYLOADS = Path(__file__).parents[1] / "payloads" / "zalo-bot"
PERSON = "a1b2c3d4e5f60718293a"
BOT_ID, BOT_NAME = "1459232241454765289", "Bot Tổ Số (mẫu)"
LAN = Chat("zalo-bot", PERSON, PERSON)
IN_GROUP = Chat("zalo-bot", "91827364554637281900", PERSON)
NUMBERED = Chat("zalo-bot", "9007199254740993", "9007199254740993")
PICTURES = "photo:https://photo-stal-1.zdn.vn"


def group(text: str) -> Incoming:
    return Incoming("", IN_GROUP, "text", text, group=True)


EXPECTED: dict[str, Incoming | None] = {
    "text": Incoming("", LAN, "text", "Cháu ơi, cài VNeID thế nào?"),
    "wrapped": Incoming("", LAN, "text", "số 1"),
    "image": Incoming("", LAN, "picture", media=f"{PICTURES}/x.jpg"),
    "image_as_documented": Incoming("", LAN, "picture", "Máy tôi hiện thế này", media=f"{PICTURES}/y.jpg"),
    "image_without_address": Incoming("", LAN, "picture"),
    "image_at_odd_address": Incoming("", LAN, "picture"),
    "voice": Incoming("", LAN, "voice", media="voice:https://f2-voice-aac-dl.zdn.vn/x.aac"),
    "sticker": Incoming("", LAN, "sticker"),
    "unsupported": Incoming("", LAN, "file"),
    "unsupported_without_message": None,
    "unsupported_in_group": None,
    "link": Incoming("", LAN, "file"),
    "reaction": None,
    "text_without_text": Incoming("", LAN, "other"),
    "text_null": Incoming("", LAN, "other"),
    "from_a_bot": None,
    "from_ourselves": None,
    "group_mention": group("làm sao cài VNeID?"),
    "group_mention_alone": group(f"@{BOT_NAME}"),
    "group_reply": group("số 1"),
    "group_image": Incoming("", IN_GROUP, "picture", group=True),
    "kind_of_the_future": Incoming("", LAN, "other"),
    "chat_type_unknown_private": Incoming("", LAN, "text", "chào"),
    "chat_type_unknown_elsewhere": None,
    "ids_as_numbers": Incoming("", NUMBERED, "text", "chào"),
    "without_message_id": Incoming("", LAN, "text", "chào"),
    "message_id_null": Incoming("", LAN, "text", "chào"),
    "half_character": Incoming("", LAN, "text", "\ufffd menu"),
    "without_sender": None,
    "shape_unknown": Incoming("", LAN, "other"),
    "shape_unknown_wrapped": Incoming("", LAN, "other"),
    "chat_unknown": None,
    "event_missing": None,
}


def reader(*, groups: bool = True, name: str = BOT_NAME) -> Reader:
    made = Reader(ZaloPictures().known, groups=groups, name=name)
    made.bot_id = BOT_ID
    return made


def payload(name: str) -> bytes:
    return (PAYLOADS / f"{name}.json").read_bytes()


def test_every_payload_has_an_expectation_and_the_other_way_round() -> None:
    assert {path.stem for path in PAYLOADS.glob("*")} == EXPECTED.keys()


@pytest.mark.parametrize("name", EXPECTED)
def test_an_update_becomes_what_we_expect(name: str) -> None:
    got, expected = reader().read(payload(name)), EXPECTED[name]
    if expected is None:
        assert got is None
    else:
        assert got is not None
        assert got.id
        assert Incoming("", got.chat, got.kind, got.text, group=got.group, media=got.media) == expected
        said = json.loads(payload(name))
        assert got.sent_at == said.get("result", said)["message"]["date"] // 1000 > 0


@pytest.mark.parametrize(
    ("date", "seconds"),
    [
        ('"1795572002081"', 1795572002),
        ("1795572002081.5", 1795572002),
        ("null", 0),
        ('"hôm qua"', 0),
        ("-5", 0),
        ('"²"', 0),
        ("9" * 400, 0),
        (f'"{"9" * 5000}"', 0),
    ],
)
def test_a_time_may_be_written_in_other_ways_and_what_is_no_time_counts_as_unknown(date: str, seconds: int) -> None:
    got = reader().read(payload("text").replace(b"1795572002081", date.encode()))
    assert got is not None
    assert got.sent_at == seconds


def test_the_id_is_the_messages_own() -> None:
    texts = [reader().read(payload(name)) for name in ("text", "ids_as_numbers")]
    assert [got and got.id for got in texts] == ["m1a2b3c4d5e6f7081821", "9223372036854775807"]


def test_a_message_without_an_id_has_the_same_one_each_time_and_another_one_than_others() -> None:
    one, other = payload("without_message_id"), payload("without_message_id").replace(b"2104", b"2105")
    ids = [got and got.id for got in map(reader().read, (one, one, other))]
    assert ids[0] == ids[1] != ids[2]


@pytest.mark.parametrize("name", ["group_mention", "group_mention_alone", "group_reply"])
def test_groups_are_silent_until_they_are_switched_on(name: str) -> None:
    assert reader(groups=False).read(payload(name)) is None


def test_while_our_name_is_unknown_the_mention_stays_in_the_text() -> None:
    got = reader(name="").read(payload("group_mention"))
    assert got is not None
    assert got.text == f"@{BOT_NAME} làm sao cài VNeID?"


def test_a_huge_text_is_cut() -> None:
    got = reader().read(payload("text").replace("Cháu".encode(), b"a" * 500_000))
    assert got is not None
    assert len(got.text) == 10_000


def test_what_we_do_not_know_is_named_in_the_log_without_what_was_written(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        reader().read(payload("kind_of_the_future"))
        reader().read(payload("shape_unknown"))
    assert "'message.hologram.received'" in caplog.text
    assert "shape we do not know" in caplog.text
    assert "chào" not in caplog.text


NO_UPDATE = [b"", b"{", b"\xff", b'"\xff"', b"[]", b"null", b"1", b'"text"']
ENDLESS = [b'{"x":' + b"[" * 200_000, b'{"message":' + b'{"from":' * 100_000]


@pytest.mark.parametrize("body", [*NO_UPDATE, *ENDLESS], ids=lambda body: repr(body[:30]))
def test_what_is_no_update_is_not_readable(body: bytes) -> None:
    with pytest.raises(NotReadable):
        reader().read(body)
