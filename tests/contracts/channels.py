"""Every channel, with pictures of steps where it shows such, and what a person reads of what it sends."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from bot.audio.recordings import listening_address
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.media import StepPictures as TelegramSteps
from bot.channels.telegram.media import StepVoices
from bot.channels.web import WebChannel, picture_address
from bot.channels.zalo_bot.channel import StepPictures as ZaloBotSteps
from bot.channels.zalo_bot.channel import ZaloBotChannel
from bot.channels.zalo_oa.channel import Keys, Options, ZaloOaChannel
from bot.engine.presenter import NAVIGATION, pieces
from bot.model import Chat, Reply
from bot.nlu.telephones import telephones
from bot.ports.store import Channel
from bot.store.memory import MemoryStore
from tests.contracts.album import Album
from tests.contracts.desk_site import StoppedClock

SECRET = "a-secret-of-tests"
NOBODY = "http://127.0.0.1:9"
SITE = "https://toso.example"

_CHOICE = re.compile(r"(?:^| · )(\d)\. (.+?)(?= · \d\. |$)", re.MULTILINE)


class Read(Struct, frozen=True):
    """A message as a person reads it: its words, and by digit what can be chosen."""

    words: str
    choices: Mapping[str, str]


def telegram(api: str = NOBODY) -> TelegramChannel:
    return TelegramChannel(
        "1:token-of-tests",
        SECRET,
        clock=StoppedClock(),
        api=api,
        rate=0,
        chat_rate=0,
        group_rate=0,
        pictures=TelegramSteps("1", Album(), MemoryStore("tests"), StoppedClock()),
        voices=StepVoices("1", Album(), MemoryStore("tests")),
    )


def zalo_bot(api: str = NOBODY) -> ZaloBotChannel:
    clock = StoppedClock()
    steps = ZaloBotSteps(Album(), lambda name: SITE + picture_address(name), clock)
    return ZaloBotChannel(
        "1:token-of-tests", SECRET, clock=clock, api=api, rate=0, chat_rate=0, site=SITE, pictures=steps
    )


def zalo_oa(api: str = NOBODY) -> ZaloOaChannel:
    store, clock = MemoryStore("tests"), StoppedClock()
    options = Options(api=api, oauth=api, rate=0, may_cost=True, site=SITE)
    keys = Keys("1", "app-secret", SECRET, "refresh-token")
    return ZaloOaChannel(keys, options, store=store, clock=clock, drawn=Album())


def read_telegram(parcel: bytes) -> Read:
    body = json.loads(parcel.split(b"\n")[1])
    rows = body.get("reply_markup", {}).get("inline_keyboard", [])
    return Read(_words(_said(body)), _digits(button["text"] for row in rows for button in row))


def read_web(parcel: bytes) -> Read:
    reply = json.loads(parcel)["reply"]
    said = reply["text"] if reply["from"] == "bot" else ": ".join(filter(None, (reply["from"], reply["text"])))
    return Read(_words(said), {choice["digit"]: choice["label"] for choice in reply["choices"] if choice["digit"]})


def read_zalo_bot(parcel: bytes) -> Read:
    return read_digits(_said(json.loads(parcel.split(b"\n")[1])))


def read_zalo_oa(parcel: bytes) -> Read:
    """What a computer shows: a phone has buttons besides, with the same digits."""
    message = json.loads(parcel.split(b"\n")[1])["message"]
    found = read_digits(message["text"])
    payload = message.get("attachment", {}).get("payload", {})
    titles = [button["title"] for button in payload.get("buttons", ())]
    digits, own = set(_digits(titles)), set(found.choices) - {*NAVIGATION}
    assert not digits or (digits <= set(found.choices) and len(own - digits) <= (titles[0][0] == "☎"))
    urgent = any(telephones(message["text"].partition("\n")[0]))
    assert not urgent or payload.get("elements") or titles[0][0] == "☎"
    return found


def read_digits(text: str) -> Read:
    """A message whose choices, where there are any, are the lines it ends with."""
    lines = text.splitlines()
    words = len(lines)
    while words and (not lines[words - 1] or _CHOICE.match(lines[words - 1])):
        words -= 1
    return Read(_words("\n".join(lines[:words])), dict(_CHOICE.findall("\n".join(lines[words:]))))


def read(channel: Channel, chat: Chat, reply: Reply) -> list[Read]:
    """The messages that a person gets for a reply; spoken words, and the address that stands for them, are not read."""
    reader, spoken = READERS[channel.name], reply.media.removeprefix("voice:")
    if reply.aloud:
        spoken = SITE + listening_address(reply.aloud.name)
    got = [reader(channel.render(chat, piece, "")) for piece in pieces(reply, channel.capabilities)]
    heard = [replace(each, words=each.words.removesuffix(f" {spoken}")) if spoken else each for each in got]
    return [each for each in heard if each.words or each.choices]


def _said(body: Mapping[str, str]) -> str:
    """The text, or what stands below a picture."""
    return body.get("text") or body.get("caption", "")


def _words(text: str) -> str:
    return " ".join(text.split())


def _digits(labels: Any) -> dict[str, str]:
    return dict(label.split(". ", 1) for label in labels if re.match(r"\d\. ", label))


READERS: Mapping[str, Callable[[bytes], Read]] = {
    "telegram": read_telegram,
    "web": read_web,
    "zalo-bot": read_zalo_bot,
    "zalo-oa": read_zalo_oa,
}
CHANNELS: tuple[Channel, ...] = (telegram(), WebChannel(), zalo_bot(), zalo_oa())
