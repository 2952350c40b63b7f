"""What goes over the wire for whole conversations, channel by channel, as kept in `tests/golden`; `--update` renews it.

A line that changes there is a request that a platform gets to see: the difference in git is the review.
"""

import json
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.web import WebChannel
from bot.channels.zalo_bot.channel import ZaloBotChannel
from bot.channels.zalo_oa.channel import ZaloOaChannel
from bot.engine.presenter import pieces
from bot.model import Chat, Reply
from bot.ports.store import Channel, Sent
from bot.simulator.transcript import perform
from tests.cameras import behind
from tests.contracts.channels import telegram, zalo_bot, zalo_oa
from tests.setting import setting

HERE = Path(__file__).parent
CONVERSATIONS = (
    "flows/welcome-dong-y",
    "flows/group-nhac-rieng",
    "flows/case-anh-va-ghi-chu",
    "guides/vneid-cai-dat.en-iphone",
    "flows/listening-nghe-doc",
)
ANSWERING = "m:1:what-they-said"
TOKENS = re.compile(r"/bot[^/]+/")
PICTURES = re.compile("/pictures/[0-9a-f]{16}/")
"""Their names change with every change of how they are drawn."""


class Recorder:
    """A platform that takes everything and writes it down."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        if request.path == "/v4/oa/access_token":
            return web.json_response({"access_token": "a", "refresh_token": "r", "expires_in": "90000"})
        if request.path.startswith("/file/"):
            return web.Response(body=behind("a-picture"))
        body = json.dumps(await _body(request), ensure_ascii=False, indent=1)
        path = TOKENS.sub("/bot<token>/", request.path)
        self.written.append(f"{request.method} {path} {request.content_type}\n{body}")
        taken = {"ok": True, "error": 0, "message": "Success", "data": {"attachment_id": "id-of-a-picture"}}
        return web.json_response(
            taken
            | {
                "result": {
                    "chat": {"id": 1},
                    "message_id": 1,
                    "photo": [{"file_id": "file-of-a-picture"}],
                    "voice": {"file_id": "file-of-a-voice"},
                    "file_path": "a-picture",
                }
            }
        )


async def _body(request: web.Request) -> Any:
    """The JSON of a call, or the fields of a form with the names of its files."""
    if request.content_type == "application/json":
        return await request.json()
    fields = (await request.post()).items()
    return {name: f"<{field.filename}>" if isinstance(field, web.FileField) else field for name, field in fields}


@pytest.fixture
async def recorder() -> AsyncIterator[Recorder]:
    made = Recorder()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", made.take)
    async with TestServer(app) as server:
        made.url = str(server.make_url("/")).rstrip("/")
        yield made


async def _send(channel: Channel, reply: Reply) -> None:
    chat = Chat(channel.name, "1", "1")
    for piece in pieces(reply, channel.capabilities):
        assert await channel.send(chat, channel.render(chat, piece, ANSWERING)) == Sent()


def _replies(conversation: str) -> list[Reply]:
    """What the resident gets."""
    text = (HERE / "conversations" / f"{conversation}.txt").read_text("utf-8")
    return [reply for line in perform(conversation, text, setting()) for turn in line.turns for reply in turn.replies]


def _compare(channel: str, conversation: str, written: list[str], request: pytest.FixtureRequest) -> None:
    file = HERE / "golden" / channel / f"{conversation.rpartition('/')[2]}.txt"
    now = PICTURES.sub("/pictures/<digest>/", "\n\n".join(written)) + "\n"
    if request.config.getoption("update"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(now, "utf-8")
    assert now == file.read_text("utf-8")


@pytest.mark.parametrize("conversation", CONVERSATIONS)
@pytest.mark.parametrize("make", [telegram, zalo_bot, zalo_oa], ids=["telegram", "zalo-bot", "zalo-oa"])
async def test_requests_are_as_they_were(
    make: Callable[[str], TelegramChannel | ZaloBotChannel | ZaloOaChannel],
    conversation: str,
    recorder: Recorder,
    request: pytest.FixtureRequest,
) -> None:
    channel = make(recorder.url)
    for reply in _replies(conversation):
        await _send(channel, reply)
    await channel.close()
    _compare(channel.name, conversation, recorder.written, request)


@pytest.mark.parametrize("conversation", CONVERSATIONS)
def test_what_a_web_page_fetches_is_as_it_was(conversation: str, request: pytest.FixtureRequest) -> None:
    channel, chat = WebChannel(), Chat("web", "1", "1")
    parcels = [channel.render(chat, reply, "") for reply in _replies(conversation)]
    written = [json.dumps(json.loads(parcel), ensure_ascii=False, indent=1) for parcel in parcels]
    _compare(channel.name, conversation, written, request)


def test_nothing_is_kept_that_nothing_is_compared_with() -> None:
    names = {conversation.rpartition("/")[2] for conversation in CONVERSATIONS}
    assert {file.stem for file in (HERE / "golden").rglob("*.txt")} == names
