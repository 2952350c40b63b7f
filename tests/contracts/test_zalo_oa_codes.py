"""What the Official Account's error codes do to a message, and what an operator reads about each."""

import logging
from collections.abc import AsyncIterator

import pytest

from bot.channels.zalo_oa.client import proof
from bot.errors import PlatformError
from bot.model import Reply, Session, Turn
from bot.ports.store import ChannelDown, Gone, Later, Refused, Sent, Unconfirmed
from tests.contracts.stores import save
from tests.contracts.zalo_oa_rig import CHOICES, Rig, buttons, in_group, private, zalo_rig
from tests.emulators.faults import Fault

CLOSED = (-211, -218, -230, -232, -305, -311, -320, -321)
"""After these nothing goes out until the person writes again, and whoever helps them is told so."""


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with zalo_rig() as made:
        yield made


@pytest.mark.parametrize(
    ("fault", "expected", "why"),
    [
        (-32, Later, "-32"),
        (-200, Later, "-200"),
        (-201, Refused, "-201"),
        (-204, ChannelDown, "the Official Account is disabled"),
        (-205, ChannelDown, "does not exist"),
        (-209, Later, "the app is not activated"),
        (-210, Refused, "-210"),
        (-211, Refused, "used up until its quota begins anew"),
        (-212, Later, "toso zalo consent"),
        (-213, Refused, "does not follow"),
        (-217, Gone, "blocked"),
        (-218, Refused, "no more messages for now"),
        (-219, ChannelDown, "the app was removed or disabled"),
        (-221, Later, "has to be verified"),
        (-223, Later, "toso zalo consent"),
        (-224, Later, "package does not include this"),
        (-227, Gone, "45 days"),
        (-230, Refused, "has not written for 7 days"),
        (-232, Refused, "has not written for 7 days"),
        (-233, Refused, "messages of this kind"),
        (-234, Later, "-234"),
        (-235, Later, "this kind of Official Account cannot do this"),
        (-237, Refused, "renew it in Zalo OA Manager within 45 days"),
        (-240, Refused, "newer version of the app"),
        (-242, ChannelDown, "ZALO_OA_PROOF=yes"),
        (-244, Gone, "wants no such messages"),
        (-248, Refused, "breaks its rules"),
        (-305, Refused, "48 hours"),
        (-311, Refused, "free messages are used up"),
        (-320, Refused, "connect one at developers.zalo.me"),
        (-321, Refused, "top it up"),
        (-403, Gone, "not in this group any more"),
        (-999, Refused, "-999"),
        ("html", Later, "HTTP 502"),
        (500, Later, "HTTP 500"),
        ("broken", Unconfirmed, "cannot be read"),
        ("drop", Unconfirmed, "ServerDisconnectedError"),
    ],
)
async def test_each_code_has_its_consequence(rig: Rig, fault: Fault, expected: type, why: str) -> None:
    person = rig.zalo.person()
    rig.zalo.fail_next(fault, method="message/cs")
    result = await rig.send(private(person.id))
    assert isinstance(result, expected)
    assert why in repr(result)
    assert getattr(result, "closed", False) is (fault in CLOSED)
    assert await rig.send(private(rig.zalo.person().id)) == Sent()


@pytest.mark.parametrize(
    ("fault", "todo"),
    [
        (-32, "set ZALO_OA_RATE lower"),
        (-224, "see Zalo OA Manager"),
        (-235, "has to be an organisation's"),
        (-999, "error codes at developers.zalo.me"),
        (502, "HTTP 502.*see that this machine reaches http"),
        ("broken", "see that this machine reaches http"),
    ],
)
async def test_an_operator_who_asks_reads_what_to_do(rig: Rig, fault: Fault, todo: str) -> None:
    rig.zalo.fail_next(fault, method="getoa")
    with pytest.raises(PlatformError, match=rf"^Zalo.*{todo}[^.?]*\S*\.$"):
        await rig.channel.account.me()


async def test_what_zalo_does_not_take_at_night_goes_out_at_six(rig: Rig) -> None:
    rig.clock.ms -= rig.clock.ms % 86_400_000  # seven in the morning in Vietnam
    for hours, wait in ((0, 23 * 3600), (22.5, 1800)):
        rig.clock.passes(hours=hours)
        rig.zalo.fail_next(-234, method="message/cs")
        result = await rig.send(private(rig.zalo.person().id))
        assert isinstance(result, Later)
        assert (result.seconds, result.exact) == (wait, True)


async def test_too_many_calls_wait_for_the_next_minute(rig: Rig) -> None:
    rig.clock.ms += 50_000 - rig.clock.ms % 60_000
    rig.zalo.fail_next(-32, method="message/cs")
    result = await rig.send(private(rig.zalo.person().id))
    assert isinstance(result, Later)
    assert (result.seconds, result.exact) == (10.5, True)


async def test_a_message_that_fails_again_and_again_is_given_up(rig: Rig) -> None:
    chat = private(rig.zalo.person().id)
    rig.zalo.fail_next(-200, method="message/cs", times=5)
    results = [await rig.send(chat) for _ in range(5)]
    assert results == [Later(1, "-200 Send message failed", tries=5)] * 5
    assert await rig.send(chat) == Sent()


@pytest.mark.parametrize("code", [-216, -220, -401, 401])
async def test_a_token_that_is_not_taken_is_renewed_and_the_message_goes_out_once(rig: Rig, code: int) -> None:
    person = rig.zalo.person()
    rig.zalo.fail_next(code, method="message/cs")
    assert await rig.send(private(person.id)) == Sent()
    assert len(person.sees) == 1
    assert rig.zalo.oauth.refreshed == 2


async def test_a_new_token_that_is_refused_too_stops_everything_until_somebody_consents(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    person = rig.zalo.person()
    rig.zalo.fail_next(-216, method="message/cs", times=2)
    assert isinstance(await rig.send(private(person.id)), ChannelDown)
    refreshed, calls = rig.zalo.oauth.refreshed, len(rig.zalo.calls)
    for _ in range(5):
        result = await rig.send(private(person.id))
        assert isinstance(result, ChannelDown)
        assert "toso zalo consent" in result.why
    assert (rig.zalo.oauth.refreshed, len(rig.zalo.calls)) == (refreshed, calls)
    assert sum(record.levelno == logging.ERROR for record in caplog.records) == 1


async def test_who_gets_no_more_messages_is_left_alone_until_they_write_or_an_hour_went_by(rig: Rig) -> None:
    person, other = rig.zalo.person(), rig.zalo.person()
    rig.zalo.fail_next(-218, method="message/cs")
    assert isinstance(await rig.send(private(person.id)), Refused)
    for _ in range(5):
        result = await rig.send(private(person.id))
        assert isinstance(result, Refused)
        assert result.closed
        assert "-218: this person gets no more messages for now" in result.why
    assert len(rig.sent()) == 0
    assert await rig.send(private(other.id)) == Sent()
    rig.clock.passes(seconds=1)
    await save(rig.store, private(person.id), turn=Turn(Session(heard_at=rig.clock.ms // 1000)))
    assert await rig.send(private(person.id)) == Sent()
    rig.zalo.fail_next(-218, method="message/cs")
    assert isinstance(await rig.send(private(person.id)), Refused)
    rig.clock.passes(seconds=1)
    await person.says("cháu còn đó không")
    assert await rig.send(private(person.id), answering=rig.heard[-1].id) == Sent()
    assert await rig.send(private(other.id)) == Sent()
    rig.zalo.fail_next(-218, method="message/cs")
    assert isinstance(await rig.send(private(other.id)), Refused)
    rig.clock.passes(seconds=3601)
    assert await rig.send(private(other.id)) == Sent()


@pytest.mark.parametrize(
    ("code", "why"), [(-238, "in use already, or switched off"), (-241, "in use already: see Zalo OA Manager")]
)
async def test_a_group_whose_package_is_not_to_be_had_is_not_made(rig: Rig, code: int, why: str) -> None:
    rig.zalo.asset()
    rig.zalo.fail_next(code, method="creategroupwithoa")
    with pytest.raises(PlatformError, match=f"{code} .*{why}"):
        await rig.channel.account.create_group("Tổ 5", [rig.zalo.admin().id])
    made = await rig.channel.account.create_group("Tổ 5", [rig.zalo.admin().id])
    assert made.name == "Tổ 5"


async def test_where_buttons_are_not_taken_the_digits_go_out_alone(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    person = rig.zalo.person()
    for code in (-201, -210, -233):
        rig.zalo.fail_next(code, method="message/cs")
        assert await rig.send(private(person.id), Reply("Chọn", CHOICES, "m")) == Sent()
        assert person.sees[-1].text == "Chọn\n\n1. Còn mở được\n\n9. Quay lại · 0. Menu"
        assert not buttons(person)
    assert [message for message in caplog.messages if "ZALO_OA_BUTTONS=no" in message] == [
        "zalo-oa: buttons are not taken (-201): ZALO_OA_BUTTONS=no saves trying"
    ]
    assert await rig.send(private(person.id), Reply("Chọn", CHOICES, "m")) == Sent()
    assert len(buttons(person)) == 3


async def test_what_is_refused_without_buttons_too_is_not_blamed_on_them(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    rig.zalo.fail_next(-201, method="message/cs", times=2, words="user_id is invalid!")
    assert isinstance(await rig.send(private(rig.zalo.person().id), Reply("Chọn", CHOICES, "m")), Refused)
    assert "ZALO_OA_BUTTONS" not in caplog.text


async def test_buttons_can_be_switched_off() -> None:
    async with zalo_rig(buttons=False) as rig:
        person = rig.zalo.person()
        await rig.send(private(person.id), Reply("Chọn", CHOICES, "m"))
        assert "1. Còn mở được" in person.sees[-1].text
        assert not buttons(person)


def test_the_proof_vector() -> None:
    vector = "0584869ec908cfecf20763760e69c4baca98ac64aaeb6a938f47ca758dfe779f"
    assert proof("appSecretKey", "accessToken") == vector


async def test_calls_carry_a_proof_of_the_apps_secret_where_it_is_wanted(rig: Rig) -> None:
    async with zalo_rig(proves=True) as proving:
        chat = private(proving.zalo.person().id)
        assert await proving.send(chat) == Sent()
        proving.zalo.oauth.app_secret = "another"
        result = await proving.send(chat)
        assert isinstance(result, ChannelDown)
        assert "check ZALO_OA_APP_SECRET" in result.why
    await rig.send(private(rig.zalo.person().id))
    rig.zalo.oauth.app_secret = "another"
    assert await rig.send(private(rig.zalo.person().id)) == Sent()


async def test_a_group_that_is_disabled_or_that_we_left_is_told_apart(rig: Rig) -> None:
    group = rig.zalo.group()
    assert await rig.send(in_group(group.id)) == Sent()
    for code, expected in ((-237, Refused), (-403, Gone)):
        rig.zalo.fail_next(code, method="group/message")
        assert isinstance(await rig.send(in_group(group.id)), expected)
