"""What was saved by any version still loads, and its conversation goes on."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot.model import (
    ESCALATION_SHAPE,
    SESSION_SHAPE,
    Chat,
    Escalation,
    Place,
    Session,
    decode_escalation,
    decode_session,
    encode,
)
from bot.simulator.player import Player
from tests.setting import setting

HERE = Path(__file__).parent
SESSIONS = sorted(HERE.glob("session-shape-*.json"))
ESCALATIONS = sorted(HERE.glob("escalation-shape-*.json"))
NEWEST_SESSION = HERE / f"session-shape-{SESSION_SHAPE}.json"
NEWEST_ESCALATION = HERE / f"escalation-shape-{ESCALATION_SHAPE}.json"


def read(file: Path) -> dict[str, Any]:
    saved: dict[str, Any] = json.loads(file.read_bytes())
    return saved


def test_the_newest_shape_is_here_with_every_field_in_use() -> None:
    for file, kind, plain in (
        (NEWEST_SESSION, Session, Session()),
        (NEWEST_ESCALATION, Escalation, Escalation(code="", chat=Chat("", "", ""), opened_at=0)),
    ):
        saved, default = read(file), msgspec.to_builtins(plain)
        assert set(saved) == {field.name for field in msgspec.structs.fields(kind)}
        assert [name for name in saved if name not in ("shape", "lang") and saved[name] == default.get(name)] == []


def test_what_is_saved_says_its_shape_and_comes_back_unchanged() -> None:
    assert read(NEWEST_SESSION)["shape"] == msgspec.json.decode(encode(Session()))["shape"] == SESSION_SHAPE
    session = decode_session(NEWEST_SESSION.read_bytes())
    assert decode_session(encode(session)) == session
    escalation = decode_escalation(NEWEST_ESCALATION.read_bytes())
    assert decode_escalation(encode(escalation)) == escalation
    assert msgspec.json.decode(encode(escalation))["shape"] == ESCALATION_SHAPE


@pytest.mark.parametrize("file", ESCALATIONS, ids=lambda file: file.stem)
def test_a_saved_request_is_read_whole(file: Path) -> None:
    request = decode_escalation(file.read_bytes())
    assert {"lang": request.lang, **json.loads(encode(request))} == read(file)


@pytest.mark.parametrize("file", SESSIONS, ids=lambda file: file.stem)
@pytest.mark.parametrize("text", ["1", "9", "menu", "tiếp tục", "lặp lại", "gặp người", "của tôi", "tôi không hiểu"])
def test_a_saved_conversation_goes_on(file: Path, text: str) -> None:
    session = decode_session(file.read_bytes())
    turn = Player(setting(), session).says(text)
    assert turn.replies or (session.helper and turn.said)  # while a volunteer helps, the bot is silent
    assert [event for event in turn.events if event.name == "failed"] == []
    assert (turn.session.you, turn.session.consent, turn.session.done) == (session.you, "yes", session.done)
    assert turn.session.place != Place("welcome", "consent")
