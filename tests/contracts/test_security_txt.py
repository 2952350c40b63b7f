"""What a site with https says to browsers, and to those who find a weakness."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from api.middleware import HTTPS_ALONE
from bot.errors import SettingWrong
from bot.settings import Settings
from tests.contracts.desk_site import PASSWORD, StoppedClock, running_desk

NAME = HTTPS_ALONE[0].decode()


@pytest.mark.parametrize("https", [True, False])
async def test_only_a_site_with_https_asks_for_it(clock: StoppedClock, https: bool) -> None:
    public = "https://toso.example.vn" if https else ""
    async with running_desk(clock, Settings(admin_password=PASSWORD, public_url=public)) as site, site.client() as it:
        for path in ("/", "/desk", "/nothing", "/healthz"):
            said = (await it.get(path)).headers.get(NAME, "")
            assert bool(re.fullmatch(r"max-age=\d{8,}", said)) == https, path


async def test_who_finds_a_weakness_learns_whom_to_tell(clock: StoppedClock) -> None:
    settings = Settings(
        admin_password=PASSWORD, public_url="https://toso.example.vn", security_contact="mailto:an-ninh@example.vn"
    )
    async with running_desk(clock, settings) as site, site.client() as client:
        answer = await client.get("/.well-known/security.txt")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert fields["Contact"] == "mailto:an-ninh@example.vn"
    assert fields["Canonical"] == "https://toso.example.vn/.well-known/security.txt"
    left = datetime.fromisoformat(fields["Expires"]) - datetime.fromtimestamp(clock.ms / 1000, UTC)
    assert timedelta(days=30) < left < timedelta(days=365)


async def test_without_a_contact_it_is_the_hotline(clock: StoppedClock) -> None:
    async with running_desk(clock) as site, site.client() as client:
        text = (await client.get("/.well-known/security.txt")).text
    assert re.search(r"^Contact: tel:\+?\d+$", text, re.MULTILINE)
    assert "Canonical" not in text


@pytest.mark.parametrize("contact", ["an-ninh@example.vn", "http://example.vn", "mailto:", "mailto:a b", "tel:\n1"])
def test_a_contact_that_nobody_could_use_is_refused(contact: str) -> None:
    with pytest.raises(SettingWrong, match="TOSO_SECURITY_CONTACT"):
        Settings.read({"TOSO_SECURITY_CONTACT": contact})
