"""A conversation's key leads back to its chat, whatever its platform calls people, and keys of before still do."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.model import Call, Chat
from bot.store.keys import call_member, call_of, channel_of, timer_member, timer_of

IDS = st.text(st.characters(exclude_categories=["Cs"])) | st.text(":%\n/{}A0253 ")
CHATS = st.builds(Chat, st.sampled_from(["telegram", "web", "zalo-oa", "zalo-bot"]), IDS, IDS)


@given(CHATS, st.text(":%\n/{}A", max_size=3))
@example(Chat("web", "a:b", "a:b"), "")
@example(Chat("web", "%3A", ":"), "")
def test_a_key_leads_back_to_its_chat_alone(chat: Chat, more: str) -> None:
    assert Chat.of(chat.key) == chat
    assert channel_of(chat.key) == chat.channel
    assert "\n" not in chat.key
    other = Chat(chat.channel, chat.chat + more, chat.person)
    assert (other.key == chat.key) == (other == chat)


@given(CHATS, st.sampled_from(["hold", "talk", "waiting"]))
def test_timers_and_calls_lead_back_to_it_too(chat: Chat, name: str) -> None:
    assert timer_of(timer_member(chat.key, name)) == (chat, name)
    call = Call(chat.chat, "A0001", f"volunteer:{chat.person}", "offer")
    assert call_of(call_member(chat.key, call)) == (chat, call)


@pytest.mark.parametrize(
    ("key", "chat"),
    [
        ("telegram:5010203040", Chat("telegram", "5010203040", "5010203040")),
        ("telegram:-1002233445566:5010203040", Chat("telegram", "-1002233445566", "5010203040")),
        ("zalo-bot:a1b2c3d4e5f60718293a", Chat("zalo-bot", "a1b2c3d4e5f60718293a", "a1b2c3d4e5f60718293a")),
        ("zalo-oa:g-f414c8f76fa586fbdfb4:875", Chat("zalo-oa", "g-f414c8f76fa586fbdfb4", "875")),
        ("web:Zk3_x-9", Chat("web", "Zk3_x-9", "Zk3_x-9")),
    ],
)
def test_what_was_stored_before_is_still_found(key: str, chat: Chat) -> None:
    assert chat.key == key
    assert Chat.of(key) == chat
