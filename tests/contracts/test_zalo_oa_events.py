"""The Official Account's events, as documented: proved genuine, and said in our words."""

import json
import logging
import unicodedata
from pathlib import Path

import pytest

from bot.channels.zalo_oa.events import DAYS, Reader, Seal, Signatures, mac
from bot.channels.zalo_oa.types import Event
from bot.errors import NotGenuine, NotReadable
from bot.model import NEAR, Chat, Incoming, replace

PAYLOADS = Path(__file__).parents[1] / "payloads" / "zalo_oa"
NOW_MS = 1_795_478_400_000
APP_ID, SECRET, APP_SECRET = "360846524940903967", "OaWebhookSecret123", "AppSecret456"
OA, PERSON = "388613280878808645", "246845883529197922"
LAN = Chat("zalo-oa", PERSON, PERSON)
IN_GROUP = Chat("zalo-oa", "g-f414c8f76fa586fbdfb4", PERSON)
THE_GROUP = replace(IN_GROUP, person=IN_GROUP.chat)
PICTURE = "photo:http://f6.photo.talk.zdn.vn/x.jpg"
OURS_IN_GROUP = "81d74a9cd71d6f473608"

EXPECTED: dict[str, Incoming | str | None] = {
    "text": Incoming("", LAN, "text", "xin chào"),
    "text_as_reply": Incoming("", LAN, "text", "số 1"),
    "text_with_numbers_for_ids": Incoming("", LAN, "text", "xin chào"),
    "image": Incoming("", LAN, "picture", media=PICTURE),
    "images_together": Incoming("", LAN, "picture", media=PICTURE),
    "image_with_caption": Incoming("", LAN, "picture", "Máy tôi hiện thế này", media=PICTURE),
    "image_at_private_address": Incoming("", LAN, "picture"),
    "image_at_lookalike_host": Incoming("", LAN, "picture"),
    "gif": Incoming("", LAN, "picture", media="photo:http://f6.photo.talk.zdn.vn/x.gif"),
    "link": Incoming("", LAN, "text", "https://example.com/"),
    "link_with_text": Incoming("", LAN, "text", "cái này thật không https://example.com/"),
    "audio": Incoming("", LAN, "voice", media="voice:http://f6.voice.talk.zdn.vn/x.amr"),
    "video": Incoming("", LAN, "file"),
    "sticker": Incoming("", LAN, "sticker"),
    "location": Incoming("", LAN, "other"),
    "business_card": Incoming("", LAN, "other"),
    "kind_of_the_future": Incoming("", LAN, "other"),
    "file": Incoming("", LAN, "file"),
    "no_message": None,
    "unknown_event": None,
    "unknown_shape": None,
    "other_account": None,
    "seen": None,
    "received": None,
    "reacted": None,
    "follow": Incoming("", LAN, "text", "/start"),
    "unfollow": None,
    "opens_chat": Incoming("", LAN, "text", "/start"),
    "submit_info": None,
    "echo": None,
    "human_took_over": "oa_send_text",
    "anonymous": None,
    "withdraw": "user_withdraw",
    "withdraw_nameless": "user_withdraw",
    "group_chatter": None,
    "group_command": Incoming("", IN_GROUP, "text", "/help", group=True),
    "group_mention": Incoming("", IN_GROUP, "text", "làm sao cài VNeID?", group=True),
    "group_mention_alone": Incoming("", IN_GROUP, "text", "@tổ số", group=True),
    "group_take": Incoming("", IN_GROUP, "text", "nhận A0001", group=True),
    "group_take_decomposed": Incoming("", IN_GROUP, "text", unicodedata.normalize("NFD", "Nhận a0001 nhé"), group=True),
    "group_reply_to_us": Incoming("", IN_GROUP, "text", "cái này là gì?", group=True),
    "group_reply_to_neighbour": None,
    "group_image": None,
    "group_echo": None,
    "create_group": None,
    "update_group_info": None,
    "delete_group": Incoming("", THE_GROUP, "gone", group=True),
    "user_join_group": None,
    "user_out_group": None,
    "user_request_join_group": None,
    "accept_request_join_group": None,
    "reject_request_join_group": None,
    "add_group_admin": None,
    "remove_group_admin": None,
}
"""What each payload becomes; a name: an event about people that is no message."""


def reader() -> Reader:
    made = Reader(Seal(SECRET), lambda url: url.startswith(("http://f6.photo.talk.zdn.vn/", "http://f6.voice.talk")))
    made.introduce(OA, "Tổ Số")
    made.sent_to_group(OURS_IN_GROUP)
    return made


def signed(body: bytes, secret: str = SECRET, form: str = "mac={}") -> dict[bytes, bytes]:
    timestamp = str(json.loads(body).get("timestamp", ""))
    return {b"x-zevent-signature": form.format(mac(APP_ID, body, timestamp, secret)).encode()}


def payload(name: str) -> bytes:
    return (PAYLOADS / f"{name}.json").read_bytes()


def test_every_payload_has_an_expectation_and_the_other_way_round() -> None:
    assert {path.stem for path in PAYLOADS.glob("*")} == EXPECTED.keys()


@pytest.mark.parametrize("name", EXPECTED)
def test_an_event_becomes_what_we_expect(name: str) -> None:
    got, expected = reader().read(payload(name), NOW_MS), EXPECTED[name]
    if isinstance(expected, str):
        assert isinstance(got, Event)
        assert got.event_name == expected
    elif expected is None:
        assert got is None
    else:
        assert isinstance(got, Incoming)
        assert got.id.startswith(f"m:{PERSON}:" if got.kind != "gone" else "g:")
        assert Incoming("", got.chat, got.kind, got.text, got.choice, group=got.group, media=got.media) == expected
        assert got.sent_at == int(json.loads(payload(name))["timestamp"]) // 1000 > 0


@pytest.mark.parametrize("name", ["create_group", "user_join_group", "user_out_group"])
def test_what_happens_to_a_group_is_in_the_log(name: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        reader().read(payload(name), NOW_MS)
    assert caplog.messages == [f"zalo-oa: {name} in group f414c8f76fa586fbdfb4"]


def test_pictures_that_come_together_are_all_kept() -> None:
    got = reader().read(payload("images_together"), NOW_MS)
    assert isinstance(got, Incoming)
    assert (got.album, got.media, got.more) == (NEAR, PICTURE, (PICTURE.replace("x.jpg", "y.jpg"),))


def test_the_id_is_the_messages_own_and_a_newcomer_is_greeted_once() -> None:
    text, follow, opens = (reader().read(payload(name), NOW_MS) for name in ("text", "follow", "opens_chat"))
    assert isinstance(text, Incoming)
    assert text.id == f"m:{PERSON}:96d3cdf3af150460909"
    assert isinstance(follow, Incoming)
    assert isinstance(opens, Incoming)
    assert follow.id == opens.id


def test_without_an_id_the_same_bytes_are_the_same_message() -> None:
    body = payload("text").replace(b'"msg_id":"96d3cdf3af150460909"', b'"msg_id":""')
    said = [reader().read(each, NOW_MS) for each in (body, body, body.replace(b"xin", b"kin"))]
    ids = [one.id for one in said if isinstance(one, Incoming)]
    assert ids[0] == ids[1] != ids[2]


def test_a_name_of_our_own_choice_is_what_people_mention() -> None:
    named = Reader(Seal(SECRET), lambda _: False, "to so")
    named.introduce(OA, "Tổ Số")
    said = []
    for name in ("to so", "Tổ Số"):
        body = json.loads(payload("group_mention"))
        body["message"]["text"] = f"@{name} giúp với"
        said.append(named.read(json.dumps(body).encode(), NOW_MS))
    assert isinstance(said[0], Incoming)
    assert (said[0].text, said[1]) == ("giúp với", None)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"event_name":"x"' + b"[" * 100_000])
def test_what_is_no_json_is_not_readable(body: bytes) -> None:
    with pytest.raises(NotReadable):
        reader().read(body, NOW_MS)


@pytest.mark.parametrize("body", [b"[]", b"{}", b"null", b'{"event_name":1}'])
def test_json_of_another_shape_is_let_go(body: bytes) -> None:
    assert reader().read(body, NOW_MS) is None


@pytest.mark.parametrize(
    ("name", "written", "kind"),
    [
        ("text", {"quote_msg_id": None, "attachments": None}, "text"),
        ("image", {"text": None, "quote_msg_id": None}, "picture"),
        ("image", {"attachments": [None, {"type": "image", "payload": None}]}, "picture"),
        ("sticker", {"attachments": [{"type": "sticker", "payload": {"id": 1, "url": None}}]}, "sticker"),
        ("link", {"text": "x", "attachments": [{"type": "link", "payload": {"description": {}, "url": "x"}}]}, "text"),
    ],
)
def test_what_is_null_counts_as_left_out(name: str, written: dict[str, object], kind: str) -> None:
    event = json.loads(payload(name))
    event["message"] |= written
    event |= {"oa_id": None, "user_id": None, "follower": None}
    heard = reader().read(json.dumps(event).encode(), NOW_MS)
    assert isinstance(heard, Incoming)
    assert heard.kind == kind


def test_a_huge_text_is_cut() -> None:
    body = payload("text").replace("xin chào".encode(), b"a" * 500_000)
    got = reader().read(body, NOW_MS)
    assert isinstance(got, Incoming)
    assert got.text == "a" * 10_000


# Signatures


def test_both_vectors() -> None:
    assert mac("X", b"BODY", "1234567890", "Y") == "2f1ef5aabe67e8396a459ca89562e108ad541f82ba5022c85f645bd6b7220cb9"
    body = payload("text")
    assert len(body) == 266
    assert (
        mac(APP_ID, body, "1543908534740", SECRET) == "dd7317615924705c1d47024904cd9ff47223dae303519837b4865092972e5680"
    )


@pytest.mark.parametrize("form", ["mac={}", "mac = {}", "{}", " mac={} "])
def test_a_signature_may_be_written_in_several_ways(form: str) -> None:
    body = payload("text")
    Signatures(APP_ID, SECRET, APP_SECRET).check(signed(body, form=form), body)
    upper = {name: value.upper() for name, value in signed(body).items()}
    Signatures(APP_ID, SECRET, APP_SECRET).check(upper, body)


def test_numbers_for_ids_are_signed_too() -> None:
    body = payload("text_with_numbers_for_ids")
    Signatures(APP_ID, SECRET, APP_SECRET).check(signed(body), body)


def test_the_time_of_the_header_counts_as_well() -> None:
    body = payload("text")
    headers = {
        b"x-zevent-signature": mac(APP_ID, body, "1543908539999", SECRET).encode(),
        b"x-zevent-timestamp": b"1543908539999",
    }
    Signatures(APP_ID, SECRET, APP_SECRET).check(headers, body)


def _respelled(body: bytes) -> bytes:
    return json.dumps(json.loads(body)).encode()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {b"x-zevent-signature": b""},
        {b"x-zevent-signature": b"mac="},
        {b"x-zevent-signature": b"mac=\xff"},
        {b"x-zevent-signature": b"mac=" + b"0" * 64},
        signed(_respelled(payload("text"))),
        signed(payload("text"), "WrongSecret"),
    ],
)
def test_a_call_that_zalo_did_not_sign_is_not_genuine(headers: dict[bytes, bytes]) -> None:
    with pytest.raises(NotGenuine):
        Signatures(APP_ID, SECRET, APP_SECRET).check(headers, payload("text"))


@pytest.mark.parametrize("body", [b"", b"{", b'{"event_name":"follow"}', b'{"timestamp":""}', b"[" * 100_000])
def test_without_a_time_nothing_is_genuine(body: bytes) -> None:
    headers = {b"x-zevent-signature": mac(APP_ID, body, "", SECRET).encode()}
    with pytest.raises(NotGenuine):
        Signatures(APP_ID, SECRET, APP_SECRET).check(headers, body)


def test_the_log_says_when_the_apps_secret_was_used(caplog: pytest.LogCaptureFixture) -> None:
    body, signatures = payload("text"), Signatures(APP_ID, SECRET, APP_SECRET)
    for _ in range(3):
        with pytest.raises(NotGenuine):
            signatures.check(signed(body, APP_SECRET), body)
    assert [record.message for record in caplog.records if record.levelno == logging.ERROR] == [
        "zalo-oa: events are signed with the App Secret Key instead of the OA Secret Key and are refused: whoever "
        "sends them uses the secret of the app's settings, not that of its Webhook page"
    ]
    assert APP_SECRET not in caplog.text
    assert SECRET not in caplog.text


# Buttons


def _pressed(text: str, person: str = PERSON, now_ms: int = NOW_MS) -> Incoming:
    body = json.loads(payload("text"))
    body["message"]["text"], body["sender"]["id"] = text, person
    got = reader().read(json.dumps(body).encode(), now_ms)
    assert isinstance(got, Incoming)
    return got


def test_a_press_is_known_by_its_seal() -> None:
    sealed = Seal(SECRET).sealed(PERSON, "3f2a9c01:yes", NOW_MS)
    assert sealed.startswith("#")
    got = _pressed(sealed)
    assert (got.kind, got.choice, got.text) == ("press", "3f2a9c01:yes", "")


def test_a_seal_of_somebody_else_or_an_old_one_chooses_nothing() -> None:
    sealed = Seal(SECRET).sealed("999", "3f2a9c01:yes", NOW_MS)
    assert (_pressed(sealed).kind, _pressed(sealed).choice) == ("press", ":")
    own = Seal(SECRET).sealed(PERSON, "3f2a9c01:yes", NOW_MS)
    day_ms = 86_400_000
    assert _pressed(own, now_ms=NOW_MS + DAYS * day_ms).choice == "3f2a9c01:yes"
    assert _pressed(own, now_ms=NOW_MS + (DAYS + 1) * day_ms).choice == ":"
    assert _pressed(own.replace("yes", "no")).choice == ":"
    assert Seal("another secret").opened(PERSON, own, NOW_MS) == ":"


@pytest.mark.parametrize("text", ["3f2a9c01:yes", "#3f2a9c01:yes", "#vneid", "# 1", "#3f2a9c01:yes~f.0"])
def test_what_people_type_is_text(text: str) -> None:
    assert (_pressed(text).kind, _pressed(text).text) == ("text", text)
