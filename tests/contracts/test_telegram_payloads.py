"""Updates as Telegram sends them, one a file, and what each must become."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.channels.telegram.types import decode_updates
from bot.channels.telegram.updates import Reader
from bot.errors import NotReadable
from bot.model import Chat, Incoming, replace

PAYLOADS = Path(__file__).parents[1] / "payloads" / "telegram"
LAN = Chat("telegram", "5010203040", "5010203040")
IN_GROUP = Chat("telegram", "-1002233445566", "5010203040")
IN_FAMILY = Chat("telegram", "-4455667788", "5010203040")
HUGE = Chat("telegram", "4503599627370495", "4503599627370495")
IN_TOPIC = Chat("telegram", "-1002233445566/45", "5010203040")
GROUP = Chat("telegram", "-1002233445566", "-1002233445566")
BEFORE = Chat("telegram", "-4455667788", "-4455667788")
CHANNEL = Chat("telegram", "-1002233445566", "-1009988776655")
PRESS = "438299208754292"


def group(text: str, chat: Chat = IN_GROUP, quoted: str = "") -> Incoming:
    return Incoming("", chat, "text", text, group=True, quoted=quoted)


def press(choice: str, receipt: str, chat: Chat = LAN, *, in_group: bool = False) -> Incoming:
    return Incoming("", chat, "press", choice=choice, receipt=receipt, group=in_group)


EXPECTED: dict[str, Incoming | None] = {
    "text": Incoming("", LAN, "text", "Cháu ơi, cài VNeID thế nào?"),
    "start_with_payload": Incoming("", LAN, "text", "/start vneid-may-moi"),
    "photo_with_caption": Incoming("", LAN, "picture", "Máy tôi hiện thế này", media="photo:AgACAgUAAx0b"),
    "voice": Incoming("", LAN, "voice", media="voice:AwACAgUAAx"),
    "reply_to_us": Incoming("", LAN, "text", "Bác bấm nút xanh nhé", quoted="A0001 · bác: máy bác quay vòng vòng"),
    "photo_in_reply_to_us": Incoming("", LAN, "picture", quoted="A0001 · bác: (ảnh)", media="photo:AgACAgUAAx0b"),
    "reply_to_own": Incoming("", LAN, "text", "à quên"),
    "video_note": Incoming("", LAN, "voice"),
    "audio": Incoming("", LAN, "voice"),
    "video": Incoming("", LAN, "file", "Quay màn hình"),
    "animation": Incoming("", LAN, "picture"),
    "sticker": Incoming("", LAN, "sticker"),
    "document": Incoming("", LAN, "file"),
    "location": Incoming("", LAN, "other"),
    "contact": Incoming("", LAN, "other"),
    "dice": Incoming("", LAN, "other"),
    "story": Incoming("", LAN, "other"),
    "game": Incoming("", LAN, "other"),
    "venue": Incoming("", LAN, "other"),
    "invoice": Incoming("", LAN, "other"),
    "giveaway": Incoming("", LAN, "other"),
    "paid_media": Incoming("", LAN, "other"),
    "checklist": Incoming("", LAN, "other"),
    "kind_of_the_future": Incoming("", LAN, "other"),
    "pinned": None,
    "timer_changed": None,
    "album_photo": Incoming("", LAN, "picture", "ba tấm", media="photo:AgACAlbum", album="13579"),
    "forwarded": Incoming("", LAN, "text", "Tin nhắn chuyển tiếp: phạt nguội, bấm vào đây"),
    "edited": Incoming("", LAN, "edited", "Cài VNeID ở đâu?"),
    "edited_in_group": None,
    "edited_live_location": None,
    "press": press("3f2a9c01:yes", f"{PRESS}1"),
    "press_on_inaccessible_message": press("3f2a9c01:no", f"{PRESS}2"),
    "press_without_message": press("3f2a9c01:no", f"{PRESS}3"),
    "press_in_group": press("3f2a9c01:yes", f"{PRESS}4", IN_GROUP, in_group=True),
    "press_in_topic": press("3f2a9c01:yes", f"{PRESS}4", IN_TOPIC, in_group=True),
    "press_of_game": None,
    "group_command": group("/help"),
    "group_command_to_us": group("/start vneid-may-moi"),
    "group_command_to_another_bot": None,
    "group_mention": group("👵 làm sao cài VNeID?"),
    "group_mention_alone": group("@to_so_bot", IN_FAMILY),
    "group_mention_in_caption": group("cái này là gì?"),
    "group_mention_of_longer_name": None,
    "group_reply_to_us": group("số 1", quoted="Mời chọn"),
    "group_reply_to_neighbour": None,
    "group_chatter": None,
    "group_sticker_to_us": Incoming("", IN_GROUP, "sticker", group=True, quoted=""),
    "group_dice_to_us": Incoming("", IN_GROUP, "other", group=True, quoted="Mời chọn"),
    "topic_reply_to_us": group("số 1", IN_TOPIC, quoted="Mời chọn"),
    "thread_reply_to_us": group("số 1", quoted="Mời chọn"),
    "migrate_to": Incoming("", BEFORE, "moved", "-1002233445566", group=True),
    "migrate_from": Incoming("", BEFORE, "moved", "-1002233445566", group=True),
    "group_new_member": None,
    "anonymous_admin": group("chào", GROUP),
    "linked_channel_in_group": group("chào", CHANNEL),
    "message_without_from": group("chào", GROUP),
    "from_another_bot": None,
    "huge_ids": Incoming("", HUGE, "text", "chào"),
    "channel_post": None,
    "poll": None,
    "poll_message": Incoming("", LAN, "other"),
    "inline_query": None,
    "reaction": None,
    "blocked": Incoming("", LAN, "gone"),
    "unblocked": None,
    "removed_from_group": Incoming("", GROUP, "gone", group=True),
    "left_group": Incoming("", GROUP, "gone", group=True),
    "muted_in_group": Incoming("", GROUP, "gone", group=True),
    "let_into_group": Incoming("", GROUP, "added", group=True),
    "restricted_in_group": Incoming("", GROUP, "added", group=True),
    "unknown_kind": None,
    "half_character": Incoming("", LAN, "text", "\ufffd menu \\ud83d 👍"),
    "half_character_in_name": Incoming("", LAN, "text", "chào"),
    "text_as_number": Incoming("", LAN, "other"),
    "text_as_list": Incoming("", LAN, "other"),
    "text_as_list_in_group": None,
    "voice_as_text": Incoming("", LAN, "other"),
    "photo_with_numbers": Incoming("", LAN, "other"),
    "users_shared": Incoming("", LAN, "other"),
    "unknown_shape": None,
}


def sent_at(update: dict[str, Any]) -> int:
    """When the platform says it was sent; a press has no time of its own."""
    said = update.get("message") or update.get("edited_message") or update.get("my_chat_member") or {}
    return int(said.get("edit_date") or said.get("date", 0))


def test_every_payload_has_an_expectation_and_the_other_way_round() -> None:
    assert {path.stem for path in PAYLOADS.glob("*")} == EXPECTED.keys()


@pytest.mark.parametrize("name", EXPECTED)
def test_an_update_becomes_what_we_expect(name: str) -> None:
    body = (PAYLOADS / f"{name}.json").read_bytes()
    got = Reader(4242424242, "to_so_bot").read(body)
    expected = EXPECTED[name]
    if expected is None:
        assert got is None
    else:
        assert got is not None
        assert got.id.startswith("u7312045")
        assert replace(got, id="", sent_at=0) == expected
        assert got.sent_at == sent_at(json.loads(body))


def test_the_id_is_the_updates_own() -> None:
    got = Reader(1).read(b'{"update_id":4503599627370495,"message":{"chat":{"id":7,"type":"private"},'
                         b'"from":{"id":7},"text":"hi"}}')  # fmt: skip
    assert got is not None
    assert got.id == "u4503599627370495"


def test_half_a_character_holds_up_nothing_that_is_fetched_with_it() -> None:
    bodies = [(PAYLOADS / f"{name}.json").read_bytes() for name in ("half_character", "text")]
    fetched = decode_updates(b'{"ok":true,"result":[' + b",".join(bodies) + b"]}").result
    read = [Reader(4242424242).read(update) for update in fetched]
    assert [got and got.text for got in read] == ["\ufffd menu \\ud83d 👍", "Cháu ơi, cài VNeID thế nào?"]


def test_a_huge_text_is_cut() -> None:
    body = b'{"update_id":1,"message":{"chat":{"id":7,"type":"private"},"from":{"id":7},"text":"%s"}}'
    got = Reader(1).read(body % (b"a" * 500_000))
    assert got is not None
    assert got.text == "a" * 10_000


@pytest.mark.parametrize("name", ["group_mention", "group_command_to_us"])
def test_while_our_name_is_unknown_only_plain_commands_and_replies_count(name: str) -> None:
    assert Reader(4242424242).read((PAYLOADS / f"{name}.json").read_bytes()) is None


@pytest.mark.parametrize("name", ["group_command", "group_reply_to_us"])
def test_a_plain_command_or_a_reply_needs_no_name(name: str) -> None:
    assert Reader(4242424242).read((PAYLOADS / f"{name}.json").read_bytes()) is not None


NO_UPDATE = [b"", b"{", b"\xff", b'"\xff"', b"[]", b"{}", b'{"update_id":"x"}', b"null", b"1"]
ENDLESS = [b'{"update_id":1,"x":' + b"[" * 200_000, b'{"update_id":1,"message":' + b'{"chat":' * 100_000]


@pytest.mark.parametrize("body", [*NO_UPDATE, *ENDLESS], ids=lambda body: repr(body[:30]))
def test_what_is_no_update_is_not_readable(body: bytes) -> None:
    with pytest.raises(NotReadable):
        Reader(1).read(body)
